"""What a delivery will write: decided whole, before the first write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loaders.corrections import corrected
from loaders.delivery import DeliveredFile, refused_rows
from loaders.endpoints import Settlement, settle
from loaders.facts import EdgeFact, Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.last_words import LastWords, last_words
from loaders.links import lost_links, new_links
from loaders.lots import Lot
from loaders.quarantine import (
    POLICY_VERSION,
    Refused,
    dropped,
    fixed,
    kept_rows,
    quarantine_id,
    quarantine_row,
)
from loaders.snapshots import Sweeps
from loaders.waiting import Waiting
from loaders.writing import Part, Row
from schema.ports import GraphStore, Stage
from schema.provenance import RunHeader

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
    last : LastWords or None
        What the files of its dataset say last, if the delivery holds several.
    links : frozenset of str
        Quarantine ids of the links that its rows are loaded without.
    """

    file: DeliveredFile
    refused: list[Refused]
    quarantine: list[Row]
    vanished: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    unsaid: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    last: LastWords | None = None
    links: frozenset[str] = frozenset()

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
    links : list of dict
        Links that rows of earlier files are written without, as rows of a NodeBatch.
    missing : mapping of Item to list of Fault
        The rows that will not be written though they are valid, each with the reasons.
    dropped : mapping of Item to list of EdgeFact
        Relationships that are left out of rows that will.
    """

    files: list[FilePlan]
    retried: Mapping[RunHeader, list[Waiting]]
    links: Mapping[RunHeader, list[Row]]
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
                planned.last,
            )
            for stage, planned in zip(stages, self.files, strict=False)
        ]
        earlier = [
            Part(
                stage,
                Lot([[row.item for row in rows]]),
                dropped=self.dropped,
                quarantine=[*map(fixed, (row.properties for row in rows)), *self.links[header]],
            )
            for stage, (header, rows) in zip(stages[len(self.files) :], self.retried.items(), strict=True)
        ]
        return [*delivered, *earlier]


def make_plan(ground: Ground, delivered: Sequence[DeliveredFile], refused: Missing) -> Plan:
    """Decide what to write.

    Parameters
    ----------
    refused : mapping of Item to list of Fault
        Items that the store has refused already.
    """
    restated = _delivered_again(ground.waiting, delivered)
    swept = [row for row in ground.waiting if row not in restated and _is_swept(row, ground.sweeps)]
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
    overtaken += [(_last_of(row, delivered), dropped(row.properties)) for row in swept]
    words = last_words(delivered, missing, settlement.dropped)
    drafts = [
        _draft(ground, file, settlement, missing, words.get(_dataset(file.header))) for file in delivered
    ]
    again = {row_id for draft in drafts for row_id in (*_by_id(draft.file, draft.refused), *draft.links)}
    files = [
        replace(
            draft, quarantine=[*draft.quarantine, *_put_right(ground, draft.file, missing, again, overtaken)]
        )
        for draft in drafts
    ]
    links = {
        header: [*new_links(ground.store, lost_links(header, (row.item for row in rows), settlement))]
        for header, rows in retried.items()
    }
    return Plan(files, dict(retried), links, missing, settlement.dropped)


def _dataset(header: RunHeader) -> tuple[str, str]:
    return header.source, header.dataset


def _is_swept(row: Waiting, sweeps: Sweeps) -> bool:
    """Whether a snapshot of its whole dataset does not state a waiting row any more: it must not follow, now or later."""
    sweep = sweeps.get(_dataset(row.header))
    return sweep is not None and not sweep.scope.region


def _last_of(row: Waiting, delivered: Sequence[DeliveredFile]) -> DeliveredFile:
    return next(file for file in reversed(delivered) if _dataset(file.header) == _dataset(row.header))


def _by_id(file: DeliveredFile, refused: Sequence[Refused]) -> dict[str, Refused]:
    return {quarantine_id(file.header, one.row_hash): one for one in refused}


def _draft(
    ground: Ground, file: DeliveredFile, settlement: Settlement, missing: Missing, last: LastWords | None
) -> FilePlan:
    """Plan a file, but for what it puts right in quarantine."""
    refused = refused_rows(file, ground.keys, missing)
    by_id = _by_id(file, refused)
    known = _kept_already(ground.store, [*by_id])
    new = [
        quarantine_row(one, file.rows.header, file.header, file.collected)
        for node_id, one in by_id.items()
        if node_id not in known
    ]
    loaded = (item for item in settlement.dropped if item.lot == file.lot and item not in missing)
    links = lost_links(file.header, loaded, settlement, last)
    sweep = ground.sweeps.get(_dataset(file.header))
    rows = [*new, *new_links(ground.store, links)]
    ended = (sweep.vanished, sweep.unsaid) if sweep else ({}, {})
    return FilePlan(file, refused, rows, *ended, last, frozenset(links))


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
    wanted: defaultdict[int, list[Waiting]] = defaultdict(list)
    for row in waiting:
        for key in row.keys:
            wanted[key].append(row)
    found: dict[Waiting, tuple[DeliveredFile, Item]] = {}
    for file in delivered if wanted else ():
        for item in file.items:
            for edge in item.edges:
                rows = wanted.get(edge.row["key"], ())
                found |= {r: (file, item) for r in rows if r.header.as_of <= file.header.as_of}
    return found
