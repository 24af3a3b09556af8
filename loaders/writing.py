"""Items → batches → the open load of a store: all nodes first, then all relationships, and who changed what."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from loaders.facts import EdgeFact, Item
from loaders.lots import Lot
from loaders.request import Progress
from loaders.spool import parts_of
from schema.ports import ClosingBatch, EdgeBatch, GraphStore, NodeBatch, Reject, Stage

BATCH_ROWS = 5_000

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """What one run writes.

    Parameters
    ----------
    stage : Stage
    lot : Lot
        Its rows.
    left_out : collection of Item
        Those of them that are not written.
    dropped : mapping of Item to list of EdgeFact
        Relationships that are left out of rows that are.
    quarantine : sequence of dict
        Quarantine rows beside them.
    vanished : mapping of str to sequence of dict
        By relationship, the facts that the run ends.
    unsaid : mapping of str to sequence of dict
        By label, rows of nodes to which the run's dataset adds nothing any more.
    """

    stage: Stage
    lot: Lot
    left_out: Collection[Item] = ()
    dropped: Mapping[Item, list[EdgeFact]] = field(default_factory=dict)
    quarantine: Sequence[Row] = ()
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    unsaid: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def items(self) -> Iterator[list[Item]]:
        """Yield the rows that are written, part by part."""
        for part in parts_of(self.lot.items):
            yield [i for i in part if i not in self.left_out] if self.left_out else part


class Marks:
    """Rows that something happened to: a byte a row."""

    def __init__(self) -> None:
        self._marks: defaultdict[int, bytearray] = defaultdict(bytearray)

    def add(self, items: Iterable[Item]) -> None:
        """Mark rows."""
        for item in items:
            marks = self._marks[item.lot]
            if item.index >= len(marks):
                marks.extend(bytes(max(item.index + 1, 2 * len(marks)) - len(marks)))
            marks[item.index] = 1

    def __contains__(self, item: Item) -> bool:
        marks = self._marks.get(item.lot, b"")
        return item.index < len(marks) and bool(marks[item.index])

    def __bool__(self) -> bool:
        return any(map(any, self._marks.values()))

    def count(self, lot: int, but: Marks | None = None) -> int:
        """Count the marked rows of a lot, without those that are marked otherwise too."""
        mine, other = self._marks.get(lot, b""), but._marks.get(lot, b"") if but else b""
        return sum(mine) - sum(map(int.__and__, mine, other))


@dataclass
class Written:
    """What a store did with the parts of a delivery.

    Parameters
    ----------
    rows : Marks
        Those of which at least one element changed the graph.
    older : Marks
        Those of which a newer file has overtaken an element.
    rejects : dict of Item to Reject
        Those of which the store refused an element.
    notes : int
        Quarantine rows written.
    closed : Counter
        By run, the facts and additions that it ended.
    """

    rows: Marks = field(default_factory=Marks)
    older: Marks = field(default_factory=Marks)
    rejects: dict[Item, Reject] = field(default_factory=dict)
    notes: int = 0
    closed: Counter[int] = field(default_factory=Counter)

    @property
    def nothing(self) -> bool:
        """Whether the graph stands as it stood."""
        return not (self.rows or self.notes or self.closed.total())


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
        self._totals = {part.stage.run: sum(m.elements for m in part.lot.mentions()) for part in parts}
        for part in parts:
            self._write(part.stage, node_batches(part))
        for part in parts:
            self._write(part.stage, edge_batches(part))
        for part in parts:
            self.written.closed[part.stage.run] += self._end(part)
        for part in parts:
            for rows in _slices(part.quarantine):
                outcome = self._store.upsert(NodeBatch(part.stage, "Quarantine", (), rows))
                self.written.notes += len(outcome.written)
        return self.written

    def _end(self, part: Part) -> int:
        """End what a part's snapshot does not state any more, and count it."""
        ended = 0
        for relationship, vanished in part.vanished.items():
            for rows in _slices(vanished):
                ended += self._store.close_facts(ClosingBatch(part.stage, relationship, rows))
        for label, unsaid in part.unsaid.items():
            for rows in _slices(unsaid):
                ended += len(self._store.upsert(NodeBatch(part.stage, label, (), rows)).written)
        return ended

    def _write(self, stage: Stage, batches: Iterable[tuple[NodeBatch | EdgeBatch, list[Item]]]) -> None:
        for batch, items in batches:
            outcome = self._store.upsert(batch)
            self.written.rows.add(items[index] for index in outcome.written)
            self.written.older.add(items[index] for index in outcome.older)
            self.written.rejects.update({items[reject.index]: reject for reject in outcome.rejects})
            self._report(stage, len(items))

    def _report(self, stage: Stage, count: int) -> None:
        self._all += count
        self._done[stage.run] += count
        elapsed = max(time.monotonic() - self._began, 1e-6)
        done, total = self._done[stage.run], self._totals[stage.run]
        self._progress(stage.header.file, done, total, self._all / elapsed)


def node_batches(part: Part) -> Iterator[tuple[NodeBatch, list[Item]]]:
    """Yield the nodes of a part, one label and set of kinds at a time."""
    for some in part.items():
        groups: defaultdict[tuple[str, tuple[str, ...]], dict[str, Item]] = defaultdict(dict)
        for item in some:
            if item.node:
                groups[item.node.label, item.node.kinds].setdefault(item.node.row["id"], item)
        for (label, kinds), by_id in groups.items():
            for items in _slices([*by_id.values()]):
                rows = [item.node.row for item in items if item.node]
                yield NodeBatch(part.stage, label, kinds, rows), items


def edge_batches(part: Part) -> Iterator[tuple[EdgeBatch, list[Item]]]:
    """Yield the relationships of a part, one kind and pair of labels at a time, ordered by their ends."""
    for some in part.items():
        groups: defaultdict[tuple[str, str, str], list[tuple[Item, Row]]] = defaultdict(list)
        for item in some:
            lost = part.dropped.get(item, ())
            for edge in item.edges:
                if edge not in lost:
                    groups[edge[:3]].append((item, edge.row))
        for ends, stated in groups.items():
            for pairs in _slices(sorted(stated, key=lambda one: (one[1]["start"], one[1]["end"]))):
                items, rows = [item for item, _ in pairs], [row for _, row in pairs]
                yield EdgeBatch(part.stage, *ends, rows), items


def _slices(rows: Sequence[T]) -> Iterator[list[T]]:
    for begin in range(0, len(rows), BATCH_ROWS):
        yield [*rows[begin : begin + BATCH_ROWS]]
