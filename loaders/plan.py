"""What a delivery will write: decided whole, before the first write."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loaders.corrections import corrected
from loaders.delivery import DeliveredFile, refused_rows
from loaders.endpoints import settle
from loaders.facts import EdgeFact, Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.last_words import LastWords, last_words
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
from loaders.writing import Fate, Part, Row, Written
from schema.errors import LedgerUnbalanced
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
    last : LastWords or None
        What the files of its dataset say last, if the delivery holds several.
    """

    file: DeliveredFile
    refused: list[Refused]
    quarantine: list[Row]
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    last: LastWords | None = None

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
                planned.last,
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
        """Account for every row, a ledger a run.

        Raises
        ------
        LedgerUnbalanced
            Something became of fewer rows than were read, or of more.
        """
        books = [
            *(_file_ledger(planned, written, self.missing) for planned in self.files),
            *(_retried_ledger([row.item for row in rows], written) for rows in self.retried.values()),
        ]
        for stage, book in zip(stages, books, strict=True):
            if not book.balances:
                raise LedgerUnbalanced(
                    f"{stage.header.file}: {book.read} rows were read, but {book.loaded} loaded, {book.unchanged} unchanged, "
                    f"{book.quarantined} quarantined, {book.skipped} skipped. Nothing was written: report this."
                )
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
    restated = _delivered_again(ground.waiting, delivered)
    early = [row for row in ground.waiting if row not in restated and not _is_swept(row, ground.sweeps)]
    lots = [file.staged.lot for file in delivered if file.staged]
    settlement = settle([*lots, Lot([[row.item for row in early]])], ground.store, refused)
    missing = {**settlement.missing, **refused}
    retried: defaultdict[RunHeader, list[Waiting]] = defaultdict(list)
    for row in sorted(early, key=lambda one: one.header.as_of):
        if row.item not in missing:
            retried[replace(row.header, delivery=delivered[0].header.delivery)].append(row)
    overtaken = [
        (file, fixed(row.properties))
        for row, (file, item) in restated.items()
        if item not in missing or row.row_hash != ground.keys.row_hash(file.rows.rows[item.index])
    ]
    words = last_words(delivered, missing, settlement.dropped)
    lost = [refused_rows(file, ground.keys, missing) for file in delivered]
    again = {row_id for file, rows in zip(delivered, lost, strict=True) for row_id in _by_id(file, rows)}
    files = [
        replace(
            _plan_file(ground, file, of_file, _put_right(ground, file, missing, again, overtaken)),
            last=words.get((file.header.source, file.header.dataset)),
        )
        for file, of_file in zip(delivered, lost, strict=True)
    ]
    return Plan(files, dict(retried), missing, settlement.dropped)


def _is_swept(row: Waiting, sweeps: Sweeps) -> bool:
    """Whether a snapshot of its whole dataset does not state a waiting row any more: it must not follow then."""
    sweep = sweeps.get((row.header.source, row.header.dataset))
    return sweep is not None and not sweep.scope.region


def _by_id(file: DeliveredFile, refused: Sequence[Refused]) -> dict[str, Refused]:
    return {quarantine_id(file.header, one.row_hash): one for one in refused}


def _plan_file(ground: Ground, file: DeliveredFile, refused: list[Refused], right: list[Row]) -> FilePlan:
    """Plan a file, given its refused rows, and the rows of quarantine that it puts right."""
    by_id = _by_id(file, refused)
    known = _kept_already(ground.store, [*by_id])
    new = [
        quarantine_row(one, file.rows.header, file.header)
        for node_id, one in by_id.items()
        if node_id not in known
    ]
    sweep = ground.sweeps.get((file.header.source, file.header.dataset))
    return FilePlan(file, refused, [*new, *right], sweep.vanished if sweep else {})


def _put_right(
    ground: Ground,
    file: DeliveredFile,
    missing: Missing,
    again: Collection[str],
    overtaken: Sequence[tuple[DeliveredFile, Row]],
) -> list[Row]:
    """Return the rows of quarantine that a file puts right; one that the delivery refuses (again) itself stays open."""
    right = {row["id"]: row for owner, row in overtaken if owner is file and row["id"] not in again}
    right |= {row["id"]: row for row in corrected(ground.store, file, missing, again, ground.keys)}
    return [*right.values()]


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


def _file_ledger(planned: FilePlan, written: Written, missing: Missing) -> Ledger:
    read, lot, staged = len(planned.file.rows), planned.file.lot, planned.file.staged
    if staged is None:
        return Ledger(read=read, skipped=read)
    lost = {item.index for item in missing if item.lot == lot}
    repeats = sum(first not in lost for _, first in staged.repeats)
    loaded, older, same = (
        written.fates.count(lot, fate) for fate in (Fate.WRITTEN, Fate.OLDER, Fate.UNCHANGED)
    )
    return Ledger(read, loaded, same + repeats, len(planned.refused), older)


def _retried_ledger(items: Sequence[Item], written: Written) -> Ledger:
    fates = Counter(map(written.fates.of, items))
    return Ledger(len(items), fates[Fate.WRITTEN], fates[Fate.UNCHANGED], 0, fates[Fate.OLDER])
