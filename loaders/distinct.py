"""One row a record: an exact repeat is set aside, a contradiction is a fault of the later row.

What came before is remembered by hashes alone; where one has been seen, the earlier row is read again and compared.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loaders.facts import Item, NodeFact, without_line
from loaders.faults import Fault
from loaders.hashed import Hashed, hashes_of
from loaders.identity.masking import masked
from loaders.lots import Lot


@dataclass
class Distinct:
    """The rows of one file, in order.

    Parameters
    ----------
    lot : Lot
        Takes the rows that are the first to say what they say.
    blame : callable
        Puts a fault to a row, by its place: ``blame(index, record, fault)``.
    columns : (str, str)
        What the file calls the columns that identify a record, and a node.
    line_of : callable
        From a row's place to its line.
    """

    lot: Lot
    blame: Callable[[int, str, Fault], None]
    columns: tuple[str, str]
    line_of: Callable[[int], int]
    repeats: list[tuple[int, int]] = field(default_factory=list)
    """Rows that say again exactly what an earlier one said: both places."""
    _records: Hashed = field(default_factory=Hashed)
    _nodes: Hashed = field(default_factory=Hashed)
    _firsts: list[int] = field(default_factory=list)

    def take(self, items: Sequence[Item]) -> None:
        """Take the next rows of the file."""
        by_record = {first.record: first for first in self._known(self._records, (i.record for i in items))}
        by_node = {
            first.node.row["id"]: first
            for first in self._known(self._nodes, (i.node.row["id"] for i in items if i.node))
            if first.node
        }
        kept = [item for item in items if self._is_first(item, by_record, by_node)]
        if kept:
            self._firsts.append(kept[0].index)
            self.lot.add(kept)
        _remember(self._records, by_record)
        _remember(self._nodes, by_node)

    def _is_first(self, item: Item, by_record: dict[str, Item], by_node: dict[str, Item]) -> bool:
        first = by_record.setdefault(item.record, item)
        if first is not item and first.same_as(item):
            self.repeats.append((item.index, first.index))
            return False
        if first is not item:
            self._contradiction(item, first, self.columns[0], "record.repeated")
            return False
        if item.node is None:
            return True
        known = by_node.setdefault(item.node.row["id"], item)
        if known is item or (known.node and _described(known.node) == _described(item.node)):
            return True
        self._contradiction(item, known, self.columns[1], "node.repeated")
        del by_record[item.record]
        return False

    def _contradiction(self, item: Item, first: Item, column: str, code: str) -> None:
        line = self.line_of(first.index)
        rule = f"Line {line} of this file says something else about it: send one row, or two files in order."
        self.blame(item.index, item.record, Fault(column, code, masked(item.record), rule))

    def _known(self, hashed: Hashed, texts: Iterable[str]) -> list[Item]:
        """Return the earlier rows that may have said one of these texts, the latest first."""
        found = hashed.find(hashes_of(texts))
        return [self._at(index) for index in sorted({*found[found >= 0].tolist()}, reverse=True)]

    def _at(self, index: int) -> Item:
        part = self.lot.part(bisect_right(self._firsts, index) - 1)
        return next(item for item in part if item.index == index)


def _remember(hashed: Hashed, said: dict[str, Item]) -> None:
    hashed.add(hashes_of(said), np.fromiter((item.index for item in said.values()), np.int64))


def _described(node: NodeFact) -> tuple[Any, ...]:
    return node.kinds, without_line(node.row)
