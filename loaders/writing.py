"""Items → batches → the open load of a store: all nodes first, then all relationships, and who changed what."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from loaders.facts import EdgeFact, Item, Node
from loaders.last_words import LastWords
from loaders.lots import Lot
from loaders.request import Progress
from loaders.spool import parts_of
from schema.errors import LedgerUnbalanced
from schema.ports import ClosingBatch, EdgeBatch, GraphStore, NodeBatch, Outcome, Reject, Stage

BATCH_ROWS = 20_000

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
    last : LastWords or None
        What the files of its dataset say last.
    """

    stage: Stage
    lot: Lot
    left_out: Collection[Item] = ()
    dropped: Mapping[Item, list[EdgeFact]] = field(default_factory=dict)
    quarantine: Sequence[Row] = ()
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    unsaid: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    last: LastWords | None = None

    def rows(self) -> Iterator[tuple[list[Item], list[Item]]]:
        """Yield the rows that are written, part by part, and those of them that a later file of the delivery overtakes."""
        for part in parts_of(self.lot.items):
            some = [i for i in part if i not in self.left_out] if self.left_out else part
            yield self.last.kept(some) if self.last else (some, [])


class Fate(IntEnum):
    """What became of a row; of its elements the one with the greatest fate counts."""

    UNCHANGED = 1
    OLDER = 2
    WRITTEN = 3


class Fates:
    """What became of rows: a byte a row, 0 for one of which nobody has said anything."""

    def __init__(self) -> None:
        self._fates: defaultdict[int, bytearray] = defaultdict(bytearray)

    def mark(self, items: Iterable[Item], fate: Fate) -> None:
        """Note a fate of rows, unless a greater one is known."""
        for item in items:
            fates = self._fates[item.lot]
            if item.index >= len(fates):
                fates.extend(bytes(max(item.index + 1, 2 * len(fates)) - len(fates)))
            fates[item.index] = max(fates[item.index], fate)

    def of(self, item: Item) -> int:
        """Return the fate of a row."""
        fates = self._fates.get(item.lot, b"")
        return fates[item.index] if item.index < len(fates) else 0

    def count(self, lot: int, fate: Fate) -> int:
        """Count the rows of a lot that have a fate."""
        return self._fates.get(lot, b"").count(fate)

    def any(self, fate: Fate) -> bool:
        """Whether any row has a fate."""
        return any(fate in fates for fates in self._fates.values())


@dataclass
class Written:
    """What a store did with the parts of a delivery.

    Parameters
    ----------
    fates : Fates
        What became of each row.
    rejects : dict of Item to Reject
        Rows of which the store refused an element.
    notes : int
        Quarantine rows written.
    confirmed : int
        What files of a later day repeat.
    closed : Counter
        By run, the facts and additions that it ended.
    """

    fates: Fates = field(default_factory=Fates)
    rejects: dict[Item, Reject] = field(default_factory=dict)
    notes: int = 0
    confirmed: int = 0
    closed: Counter[int] = field(default_factory=Counter)

    @property
    def changed(self) -> bool:
        """Whether the graph stands otherwise than it stood."""
        return self.fates.any(Fate.WRITTEN) or bool(self.notes) or bool(self.closed.total())


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
            self._write_nodes(part)
        for part in parts:
            for items, _ in part.rows():
                self._write(part.stage, edge_batches(part, items))
        for part in parts:
            self.written.closed[part.stage.run] += self._end(part)
        for part in parts:
            for rows in _slices(part.quarantine):
                outcome = self._store.upsert(NodeBatch(part.stage, "Quarantine", (), rows))
                self.written.notes += len(outcome.written)
        return self.written

    def _write_nodes(self, part: Part) -> None:
        for items, overtaken in part.rows():
            self.written.fates.mark(overtaken, Fate.OLDER)
            self.written.fates.mark(_idle(items, part.dropped), Fate.UNCHANGED)
            self._write(part.stage, node_batches(part, items))

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
            self._note(items, outcome, stage.header.file)
            self._report(stage, len(items))

    def _note(self, items: Sequence[Item], outcome: Outcome, file: str) -> None:
        """Note what became of each row of a batch; LedgerUnbalanced if the store does not say it of every one."""
        fates = self.written.fates
        fates.mark((items[index] for index in outcome.written), Fate.WRITTEN)
        fates.mark((items[index] for index in outcome.older), Fate.OLDER)
        self.written.confirmed += outcome.confirmed
        self.written.rejects.update({items[reject.index]: reject for reject in outcome.rejects})
        told = outcome.written | outcome.older | {reject.index for reject in outcome.rejects}
        same = [item for index, item in enumerate(items) if index not in told]
        if len(same) != outcome.unchanged:
            raise LedgerUnbalanced(
                f"{file}: of {len(items)} rows of a batch the store accounts for {len(told) + outcome.unchanged}. "
                "Nothing was written: report this."
            )
        fates.mark(same, Fate.UNCHANGED)

    def _report(self, stage: Stage, count: int) -> None:
        self._all += count
        self._done[stage.run] += count
        elapsed = max(time.monotonic() - self._began, 1e-6)
        done, total = self._done[stage.run], self._totals[stage.run]
        self._progress(stage.header.file, done, total, self._all / elapsed)


def _idle(items: Sequence[Item], dropped: Mapping[Item, Collection[EdgeFact]]) -> Iterator[Item]:
    """Yield the rows of which nothing is written: an earlier row describes their node, or all they state is left out."""
    described: set[Node] = set()
    for item in items:
        node = (item.node.label, item.node.row["id"]) if item.node else None
        stated = node is not None and node not in described
        lost = dropped.get(item, ())
        if not stated and all(edge in lost for edge in item.edges):
            yield item
        if node is not None:
            described.add(node)


def node_batches(part: Part, some: Sequence[Item]) -> Iterator[tuple[NodeBatch, list[Item]]]:
    """Yield the nodes of some rows, one label and set of kinds at a time."""
    groups: defaultdict[tuple[str, tuple[str, ...]], dict[str, Item]] = defaultdict(dict)
    for item in some:
        if item.node:
            groups[item.node.label, item.node.kinds].setdefault(item.node.row["id"], item)
    for (label, kinds), by_id in groups.items():
        for items in _slices([*by_id.values()]):
            rows = [item.node.row for item in items if item.node]
            yield NodeBatch(part.stage, label, kinds, rows), items


def edge_batches(part: Part, some: Sequence[Item]) -> Iterator[tuple[EdgeBatch, list[Item]]]:
    """Yield the relationships of some rows, one kind and pair of labels at a time, ordered by their ends."""
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
