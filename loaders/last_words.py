"""Files of one delivery that contradict each other: of what several files of a dataset state, the last word alone is written.

Files stand in the order of their days, those of one day in the order of the delivery. What an earlier one says otherwise is
left out before the store is asked, so that the same delivery, loaded again, finds its own last word and writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from loaders.delivery import DeliveredFile
from loaders.facts import EdgeFact, Item, NodeFact, without_line
from loaders.hashed import Hashed
from loaders.spool import parts_of

_POSITIVE = (1 << 63) - 1
Dropped = Mapping[Item, Collection[EdgeFact]]


class LastWords:
    """What is said last of each series of one dataset: hashes alone, 16 bytes a node or relationship."""

    def __init__(self) -> None:
        self._nodes, self._edges = Hashed(), Hashed()

    def add(self, items: Sequence[Item], dropped: Dropped) -> None:
        """Add what comes before all that was added already; of both the latter counts."""
        nodes = [item.node for item in items if item.node]
        _add(self._nodes, ((_node(node), _said_of(node)) for node in nodes))
        edges = (edge for item in items for edge in item.edges if edge not in dropped.get(item, ()))
        _add(self._edges, ((edge.row["key"], _said_by(edge)) for edge in edges))

    def knows(self, edge: EdgeFact) -> bool:
        """Whether a file states a relationship's series."""
        return bool(self._edges.find(np.array([edge.row["key"]], np.int64))[0] >= 0)

    def kept(self, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
        """Return the rows without what is said otherwise later, and those rows that lost something by it."""
        nodes = {i for i, item in enumerate(items) if item.node}
        lost_nodes = _otherwise(
            self._nodes, {i: (_node(n), _said_of(n)) for i in nodes if (n := items[i].node)}
        )
        edges = {(i, n): edge for i, item in enumerate(items) for n, edge in enumerate(item.edges)}
        lost_edges = _otherwise(self._edges, {at: (e.row["key"], _said_by(e)) for at, e in edges.items()})
        touched = lost_nodes | {i for i, _ in lost_edges}
        left = [
            replace(
                item,
                node=None if i in lost_nodes else item.node,
                edges=[edge for n, edge in enumerate(item.edges) if (i, n) not in lost_edges],
            )
            if i in touched
            else item
            for i, item in enumerate(items)
        ]
        return left, [items[i] for i in sorted(touched)]


def last_words(
    files: Sequence[DeliveredFile], missing: Collection[Item], dropped: Dropped
) -> dict[tuple[str, str], LastWords]:
    """Return the last words on every dataset of which a delivery holds several files, by source and dataset.

    Parameters
    ----------
    files : sequence of DeliveredFile
        In order.
    missing, dropped
        Rows that are not written, and relationships that are left out of others: they are no words.
    """
    groups: defaultdict[tuple[str, str], list[DeliveredFile]] = defaultdict(list)
    for file in files:
        if file.staged:
            groups[file.header.source, file.header.dataset].append(file)
    words: dict[tuple[str, str], LastWords] = {}
    for of, several in groups.items():
        for file in reversed(several[1:]):
            for part in parts_of(file.items):
                words.setdefault(of, LastWords()).add([i for i in part if i not in missing], dropped)
    return words


def _add(hashed: Hashed, said: Iterable[tuple[int, int]]) -> None:
    pairs = [*said]
    keys, contents = (np.fromiter((pair[n] for pair in pairs), np.int64, len(pairs)) for n in (0, 1))
    hashed.add(keys, contents)


def _otherwise(hashed: Hashed, said: Mapping[Any, tuple[int, int]]) -> set[Any]:
    keys, contents = (np.fromiter((pair[n] for pair in said.values()), np.int64, len(said)) for n in (0, 1))
    last = hashed.find(keys)
    return {at for at, lost in zip(said, (last >= 0) & (last != contents), strict=True) if lost}


def _node(node: NodeFact) -> int:
    return hash((node.label, node.row["id"]))


def _said_of(node: NodeFact) -> int:
    return _hash(node.kinds, node.row)


def _said_by(edge: EdgeFact) -> int:
    return _hash(edge[:3], edge.row)


def _hash(of: Any, row: dict[str, Any]) -> int:
    """Hash what is said; an empty value says nothing, wherever the file has the column."""
    values = frozenset((name, value) for name, value in without_line(row).items() if value is not None)
    return hash((of, values)) & _POSITIVE
