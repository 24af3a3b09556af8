"""What a delivery will write: decided whole, before the first write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loaders.corrections import corrected
from loaders.delivery import DeliveredFile, refused_rows
from loaders.endpoints import settle
from loaders.facts import EdgeFact, Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.lots import Lot
from loaders.quarantine import (
    POLICY_VERSION,
    Refused,
    fixed,
    kept_rows,
    quarantine_id,
    quarantine_row,
)
from loaders.snapshots import Sweeps
from loaders.waiting import Waiting
from loaders.writing import Part, Row, Written
from schema.ports import GraphStore, Stage
from schema.provenance import Ledger, RunHeader

Missing = Mapping[Item, list[Fault]]


@dataclass(frozen=True)
class Ground:
    """What a plan is made on.

    Parameters
    ----------
    store : GraphStore
    keys : Keys
    waiting : sequence of Waiting
        Open rows of earlier deliveries that this one may settle.
    sweeps : mapping
        What the snapshots of the delivery end.
    """

    store: GraphStore
    keys: Keys
    waiting: Sequence[Waiting] = ()
    sweeps: Sweeps = field(default_factory=dict)


@dataclass(frozen=True)
class FilePlan:
    """What will be written of one file.

    Parameters
    ----------
    refused : list of Refused
        All rows that will not.
    quarantine : list of dict
        Quarantine nodes to write: refused rows that are not known yet, and earlier ones that this file puts right.
    vanished : mapping of str to list of dict
        Open facts, by relationship, that the file ends as a snapshot.
    unsaid : mapping of str to list of dict
        Rows of nodes, by label, to which it adds nothing any more.
    """

    file: DeliveredFile
    refused: list[Refused]
    quarantine: list[Row]
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    unsaid: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    @property
    def lot(self) -> Lot:
        """The valid rows of the file."""
        return self.file.staged.lot if self.file.staged else Lot()


@dataclass(frozen=True)
class Plan:
    """What will be written of a delivery.

    Parameters
    ----------
    files : list of FilePlan
        The delivered files, in order.
    retried : mapping of RunHeader to list of Waiting
        Rows of earlier files whose endpoints are there now, by the header that their run will have.
    missing : mapping of Item to list of Fault
        The rows that will not be written though they are valid, each with the reasons.
    dropped : mapping of Item to list of EdgeFact
        Relationships that are left out of rows that will.
    """

    files: list[FilePlan]
    retried: Mapping[RunHeader, list[Waiting]]
    missing: Missing
    dropped: Mapping[Item, list[EdgeFact]]

    @property
    def headers(self) -> list[RunHeader]:
        """One header a run: the delivered files, then the earlier ones."""
        return [*(planned.file.header for planned in self.files), *self.retried]

    def parts(self, stages: Sequence[Stage]) -> list[Part]:
        """Give every run what it writes."""
        delivered = [
            Part(
                stage,
                planned.lot,
                self.missing,
                self.dropped,
                planned.quarantine,
                planned.vanished,
                planned.unsaid,
            )
            for stage, planned in zip(stages, self.files, strict=False)
        ]
        earlier = [
            Part(
                stage,
                Lot([[row.item for row in rows]]),
                dropped=self.dropped,
                quarantine=[fixed(row.properties) for row in rows],
            )
            for stage, rows in zip(stages[len(self.files) :], self.retried.values(), strict=True)
        ]
        return [*delivered, *earlier]

    def ledgers(self, written: Written, stages: Sequence[Stage]) -> list[Ledger]:
        """Account for every row, a ledger a run."""
        earlier = [_retried_ledger([row.item for row in rows], written) for rows in self.retried.values()]
        books = [*(_file_ledger(planned, written) for planned in self.files), *earlier]
        return [
            replace(book, closed=written.closed[stage.run]) for book, stage in zip(books, stages, strict=True)
        ]


def make_plan(ground: Ground, delivered: Sequence[DeliveredFile], refused: Missing) -> Plan:
    """Decide what to write.

    Parameters
    ----------
    refused : mapping of Item to list of Fault
        Items that the store has refused already.
    """
    again = _delivered_again(ground.waiting, delivered)
    early = [row for row in ground.waiting if row not in again and not _is_swept(row, ground.sweeps)]
    lots = [file.staged.lot for file in delivered if file.staged]
    settlement = settle([*lots, Lot([[row.item for row in early]])], ground.store, refused)
    missing = {**settlement.missing, **refused}
    retried: defaultdict[RunHeader, list[Waiting]] = defaultdict(list)
    for row in early:
        if row.item not in missing:
            retried[replace(row.header, delivery=delivered[0].header.delivery)].append(row)
    overtaken = [
        (file, fixed(row.properties))
        for row, (file, item) in again.items()
        if item not in missing or row.row_hash != ground.keys.row_hash(file.rows.rows[item.index])
    ]
    files = [_plan_file(ground, file, missing, _of(file, overtaken)) for file in delivered]
    return Plan(files, dict(retried), missing, settlement.dropped)


def _is_swept(row: Waiting, sweeps: Sweeps) -> bool:
    """Whether a snapshot of its whole dataset does not state a waiting row any more: it must not follow then."""
    sweep = sweeps.get((row.header.source, row.header.dataset))
    return sweep is not None and not sweep.scope.region


def _plan_file(ground: Ground, file: DeliveredFile, missing: Missing, overtaken: list[Row]) -> FilePlan:
    refused = refused_rows(file, ground.keys, missing)
    by_id = {quarantine_id(file.header, one.row_hash): one for one in refused}
    known = _kept_already(ground.store, [*by_id])
    new = [
        quarantine_row(one, file.rows.header, file.header)
        for node_id, one in by_id.items()
        if node_id not in known
    ]
    right = {row["id"]: row for row in overtaken if row["id"] not in by_id}
    right |= {row["id"]: row for row in corrected(ground.store, file, missing, by_id, ground.keys)}
    sweep = ground.sweeps.get((file.header.source, file.header.dataset))
    ended = (sweep.vanished, sweep.unsaid) if sweep else ()
    return FilePlan(file, refused, [*new, *right.values()], *ended)


def _kept_already(store: GraphStore, ids: list[str]) -> set[str]:
    """Return the refused rows that need not be written again.

    One that was put right and is refused again is opened anew; one that is open is judged by the rules of today.
    """
    return {
        row["id"]
        for row in kept_rows(store, ids)
        if row["status"] == "WAIVED" or (row["status"] == "OPEN" and row["policy_version"] == POLICY_VERSION)
    }


def _delivered_again(
    waiting: Sequence[Waiting], delivered: Sequence[DeliveredFile]
) -> dict[Waiting, tuple[DeliveredFile, Item]]:
    """Return the waiting rows whose record this delivery states itself: they must not be written over it."""
    wanted = {key: row for row in waiting for key in row.keys}
    found = {}
    for file in delivered if wanted else ():
        for item in file.items:
            for edge in item.edges:
                row = wanted.get(edge.row["key"])
                if row is not None and row.header.as_of <= file.header.as_of:
                    found[row] = (file, item)
    return found


def _of(file: DeliveredFile, rows: Iterable[tuple[DeliveredFile, Row]]) -> list[Row]:
    return [row for owner, row in rows if owner is file]


def _file_ledger(planned: FilePlan, written: Written) -> Ledger:
    read, lot = len(planned.file.rows), planned.file.lot
    if planned.file.staged is None:
        return Ledger(read=read, skipped=read)
    loaded, older = written.rows.count(lot), written.older.count(lot, but=written.rows)
    quarantined = len(planned.refused)
    return Ledger(read, loaded, read - quarantined - loaded - older, quarantined, older)


def _retried_ledger(items: Sequence[Item], written: Written) -> Ledger:
    loaded = sum(item in written.rows for item in items)
    older = sum(item in written.older and item not in written.rows for item in items)
    return Ledger(len(items), loaded, len(items) - loaded - older, 0, older)
