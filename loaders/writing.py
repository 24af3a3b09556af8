"""Items → batches → the open load of a store: all nodes first, then all relationships, and who changed what."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from loaders.facts import Item
from loaders.request import Progress
from schema.ports import ClosingBatch, EdgeBatch, GraphStore, NodeBatch, Reject, Stage

BATCH_ROWS = 5_000

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """The items that one run writes, the quarantine rows beside them, and the facts (by relationship) that it ends."""

    stage: Stage
    items: Sequence[Item]
    dropped: Mapping[Item, list[Any]] = field(default_factory=dict)
    quarantine: Sequence[Row] = ()
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)


@dataclass
class Written:
    """What a store did with the parts of a delivery.

    Parameters
    ----------
    items : set of Item
        Those of which at least one element changed the graph.
    rejects : dict of Item to Reject
        Those of which the store refused an element.
    older : set of Item
        Those of which a newer file has overtaken an element.
    notes : int
        Quarantine rows written.
    closed : Counter
        By run, the facts that it ended.
    """

    items: set[Item] = field(default_factory=set)
    rejects: dict[Item, Reject] = field(default_factory=dict)
    older: set[Item] = field(default_factory=set)
    notes: int = 0
    closed: Counter[int] = field(default_factory=Counter)

    @property
    def nothing(self) -> bool:
        """Whether the graph stands as it stood."""
        return not (self.items or self.notes or self.closed.total())


class Writer:
    """Writes a delivery into the open load of a store.

    Parameters
    ----------
    store : GraphStore
        With an open load.
    progress : Progress
        Told after every batch.
    """

    def __init__(self, store: GraphStore, progress: Progress) -> None:
        self._store = store
        self._progress = progress
        self._began = time.monotonic()
        self._all = 0
        self._done: defaultdict[int, int] = defaultdict(int)
        self._totals: dict[int, int] = {}
        self.written = Written()

    def write(self, parts: Sequence[Part]) -> Written:
        """Write the nodes of all parts, then their relationships, then what has ended, then the quarantine."""
        self._totals = {
            part.stage.run: sum(bool(item.node) + len(item.edges) for item in part.items) for part in parts
        }
        for part in parts:
            self._write(part.stage, node_batches(part))
        for part in parts:
            self._write(part.stage, edge_batches(part))
        for part in parts:
            for relationship, vanished in part.vanished.items():
                for rows in _slices(vanished):
                    closed = self._store.close_facts(ClosingBatch(part.stage, relationship, rows))
                    self.written.closed[part.stage.run] += closed
        for part in parts:
            for rows in _slices(part.quarantine):
                outcome = self._store.upsert(NodeBatch(part.stage, "Quarantine", (), rows))
                self.written.notes += len(outcome.written)
        return self.written

    def _write(self, stage: Stage, batches: Iterable[tuple[NodeBatch | EdgeBatch, list[Item]]]) -> None:
        for batch, items in batches:
            outcome = self._store.upsert(batch)
            self.written.items.update(items[index] for index in outcome.written)
            self.written.older.update(items[index] for index in outcome.older)
            self.written.rejects.update({items[reject.index]: reject for reject in outcome.rejects})
            self._report(stage, len(items))

    def _report(self, stage: Stage, count: int) -> None:
        self._all += count
        self._done[stage.run] += count
        elapsed = max(time.monotonic() - self._began, 1e-6)
        done, total = self._done[stage.run], self._totals[stage.run]
        self._progress(stage.header.file, done, total, self._all / elapsed)


def node_batches(part: Part) -> Iterator[tuple[NodeBatch, list[Item]]]:
    """Yield the nodes of a part, one label and set of kinds at a time, each node once."""
    groups: defaultdict[tuple[str, tuple[str, ...]], dict[str, Item]] = defaultdict(dict)
    for item in part.items:
        if item.node:
            groups[item.node.label, item.node.kinds].setdefault(item.node.row["id"], item)
    for (label, kinds), by_id in groups.items():
        for items in _slices([*by_id.values()]):
            rows = [item.node.row for item in items if item.node]
            yield NodeBatch(part.stage, label, kinds, rows), items


def edge_batches(part: Part) -> Iterator[tuple[EdgeBatch, list[Item]]]:
    """Yield the relationships of a part, one kind and pair of labels at a time, ordered by their ends."""
    groups: defaultdict[tuple[str, str, str], list[tuple[Item, Row]]] = defaultdict(list)
    for item in part.items:
        lost = part.dropped.get(item, ())
        for edge in item.edges:
            if edge not in lost:
                groups[edge[:3]].append((item, edge.row))
    for ends, stated in groups.items():
        for some in _slices(sorted(stated, key=lambda one: (one[1]["start"], one[1]["end"]))):
            items, rows = [item for item, _ in some], [row for _, row in some]
            yield EdgeBatch(part.stage, *ends, rows), items


def _slices(rows: Sequence[T]) -> Iterator[list[T]]:
    for begin in range(0, len(rows), BATCH_ROWS):
        yield [*rows[begin : begin + BATCH_ROWS]]
