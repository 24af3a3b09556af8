"""What a delivery will write: decided whole, before the first write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from loaders.delivery import DeliveredFile, refused_rows
from loaders.endpoints import Settlement, settle
from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.quarantine import LABEL, Refused, Waiting, fixed, quarantine_id, quarantine_row
from loaders.writing import Part, Row, Written
from schema.ports import GraphStore, Stage
from schema.provenance import Ledger, RunHeader

Missing = Mapping[Item, list[Fault]]


@dataclass(frozen=True)
class FilePlan:
    """What will be written of one file.

    Parameters
    ----------
    items : list of Item
        The rows that will be written.
    refused : list of Refused
        All rows that will not.
    quarantine : list of dict
        Quarantine nodes to write: refused rows that are not known yet, and earlier ones that this file puts right.
    """

    file: DeliveredFile
    items: list[Item]
    refused: list[Refused]
    quarantine: list[Row]


@dataclass(frozen=True)
class Plan:
    """What will be written of a delivery.

    Parameters
    ----------
    files : list of FilePlan
        The delivered files, in order.
    retried : mapping of RunHeader to list of Waiting
        Rows of earlier files whose endpoints are there now, by the header that their run will have.
    settlement : Settlement
        Which endpoints are missing.
    """

    files: list[FilePlan]
    retried: Mapping[RunHeader, list[Waiting]]
    settlement: Settlement

    @property
    def headers(self) -> list[RunHeader]:
        """One header a run: the delivered files, then the earlier ones."""
        return [*(planned.file.header for planned in self.files), *self.retried]

    def parts(self, stages: Sequence[Stage]) -> list[Part]:
        """Give every run what it writes."""
        dropped = self.settlement.dropped
        delivered = [
            Part(stage, planned.items, dropped, planned.quarantine)
            for stage, planned in zip(stages, self.files, strict=False)
        ]
        earlier = [
            Part(stage, [row.item for row in rows], dropped, [fixed(row) for row in rows])
            for stage, rows in zip(stages[len(self.files) :], self.retried.values(), strict=True)
        ]
        return [*delivered, *earlier]

    def ledgers(self, written: Written) -> list[Ledger]:
        """Account for every row, a ledger a run."""
        earlier = [_ledger(len(rows), 0, [r.item for r in rows], written) for rows in self.retried.values()]
        return [*(_file_ledger(planned, written) for planned in self.files), *earlier]


def make_plan(
    store: GraphStore,
    delivered: Sequence[DeliveredFile],
    waiting: Sequence[Waiting],
    keys: Keys,
    refused: Missing,
) -> Plan:
    """Decide what to write.

    Parameters
    ----------
    waiting : sequence of Waiting
        Open rows of earlier deliveries.
    refused : mapping of Item to list of Fault
        Items that the store has refused already.
    """
    again = _delivered_again(waiting, delivered)
    items = [item for file in delivered for item in file.items]
    early = [row for row in waiting if row not in again]
    settlement = settle([i for i in (*items, *(row.item for row in early)) if i not in refused], store)
    missing = {**settlement.missing, **refused}
    retried: defaultdict[RunHeader, list[Waiting]] = defaultdict(list)
    for row in early:
        if row.item not in missing:
            retried[replace(row.header, delivery=delivered[0].header.delivery)].append(row)
    overtaken = [
        (file, fixed(row))
        for row, (file, item) in again.items()
        if item not in missing or row.row_hash != keys.row_hash(file.rows.rows[item.index])
    ]
    files = [
        _plan_file(store, file, refused_rows(file, keys, missing), missing, _of(file, overtaken))
        for file in delivered
    ]
    return Plan(files, dict(retried), settlement)


def _plan_file(
    store: GraphStore, file: DeliveredFile, refused: list[Refused], missing: Missing, put_right: list[Row]
) -> FilePlan:
    by_id = {quarantine_id(file.header, one.row_hash): one for one in refused}
    known = _kept_already(store, [*by_id])
    new = [
        quarantine_row(one, file.rows.header, file.header)
        for node_id, one in by_id.items()
        if node_id not in known
    ]
    items = [item for item in file.items if item not in missing]
    return FilePlan(file, items, refused, [*new, *put_right])


def _kept_already(store: GraphStore, ids: list[str]) -> set[str]:
    """Return the refused rows that are in quarantine; one that was put right and is refused again is opened anew."""
    table = store.nodes(LABEL, store.known_run(), ids) if ids else None
    return {row["id"] for row in table.rows() if row["status"] != "FIXED"} if table else set()


def _delivered_again(
    waiting: Sequence[Waiting], delivered: Sequence[DeliveredFile]
) -> dict[Waiting, tuple[DeliveredFile, Item]]:
    """Return the waiting rows whose record this delivery states itself: they must not be written over it."""
    wanted = {key: row for row in waiting for key in row.keys}
    found = {}
    for file in delivered if wanted else ():
        for item in file.items:
            for edge in item.edges:
                if (row := wanted.get(edge.row["key"])) is not None:
                    found[row] = (file, item)
    return found


def _of(file: DeliveredFile, rows: Iterable[tuple[DeliveredFile, Row]]) -> list[Row]:
    return [row for owner, row in rows if owner is file]


def _file_ledger(planned: FilePlan, written: Written) -> Ledger:
    count = len(planned.file.rows)
    if planned.file.staged is None:
        return Ledger(read=count, skipped=count)
    return _ledger(count, len(planned.refused), planned.items, written)


def _ledger(read: int, quarantined: int, items: Sequence[Item], written: Written) -> Ledger:
    loaded = sum(item in written.items for item in items)
    return Ledger(read, loaded, read - quarantined - loaded, quarantined)
