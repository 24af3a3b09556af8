"""The one way in: raw copy → header → rows → quarantine → nodes → relationships → ledger.

A delivery is planned whole, then written whole: the store sees all of it or nothing. Should the store refuse a row that
the plan let through (another load was faster), the load is rolled back and planned again without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from loaders.channels import channel_quality
from loaders.delivery import DeliveredFile, read_delivery
from loaders.either import with_parties
from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.ledgers import ledgers
from loaders.plan import FilePlan, Ground, Plan, make_plan
from loaders.request import FileReport, LoadReport, LoadRequest, Progress, silent
from loaders.snapshots import as_snapshots, sweeps
from loaders.sources import source_of
from loaders.tombstones import blank_erased, refuse_erased
from loaders.vault import Vault
from loaders.waiting import waiting_rows
from loaders.writing import Writer, Written
from schema.errors import FileRefused, LoadInProgress, StoreError
from schema.ports import GraphStore
from schema.provenance import Ledger

_ATTEMPTS = 5
_OLDER = "because a file of a later day says otherwise"

Gate = Callable[[list[DeliveredFile]], list[DeliveredFile]]


def load(
    store: GraphStore,
    request: LoadRequest,
    vault: Vault,
    keys: Keys,
    progress: Progress = silent,
    gate: Gate = lambda delivered: delivered,
) -> LoadReport:
    """Load one delivery.

    Parameters
    ----------
    store : GraphStore
        Prepared, and with no load open in this process.
    request : LoadRequest
        What to load.
    vault : Vault
        Keeps the raw files.
    keys : Keys
        With which identity numbers and contacts are hashed.
    progress : Progress
        Told after every batch.
    gate : Gate
        Looks at the delivery before it is planned: it raises to keep it out whole, or hands on what may pass.

    Returns
    -------
    LoadReport
        With one balanced ledger a file. A delivery that says nothing new, not even of a later day, publishes no run.

    Raises
    ------
    InputError
        For a kind or a path that is none.
    FileRefused
        When a file breaks its contract as a whole; nothing was written then.
    LedgerUnbalanced
        When it cannot be said of every row what became of it.
    LoadInProgress
        Another process was loading for longer than ``request.patience``.
    Conflict, StoreError
        What the store says; the open load was rolled back, as on an interrupt and on an unbalanced ledger.
    """
    source, files = source_of(request.kind, request.path, request.source)
    delivered = gate(refuse_erased(store, keys, read_delivery(request, files, source, vault, keys)))
    blank_erased(vault, delivered)
    check_counts(request, delivered)

    def attempt() -> LoadReport:  # planned anew after every wait: the other load changed the ground
        files = as_snapshots(request, with_parties(store, delivered))
        ended = sweeps(store, request, files)
        ground = Ground(store, keys, waiting_rows(store, files), ended)
        return carry_out(ground, files, request.approved_by, progress)

    return request.patience.outlast(attempt, LoadInProgress)


def check_counts(request: LoadRequest, delivered: Sequence[DeliveredFile]) -> None:
    """Compare each file with the number of rows that it declares itself. FileRefused when it is cut."""
    for file in delivered:
        declared = file.source.declared
        if declared is not None and declared != len(file.rows) and not request.partial:
            raise FileRefused(
                f"{file.header.file} says that it holds {declared} records, and holds {len(file.rows)}: is it cut? "
                "Load it with --partial if it is meant to be. Nothing was written."
            )


def carry_out(
    ground: Ground, delivered: Sequence[DeliveredFile], approved_by: str, progress: Progress
) -> LoadReport:
    """Plan and write what was read; plan again without the rows that the store refuses."""
    refused: dict[Item, list[Fault]] = {}
    for _ in range(_ATTEMPTS):
        plan = make_plan(ground, delivered, refused)
        report, written = _write(ground.store, plan, approved_by, progress)
        if report is not None:
            return report
        refused |= {
            item: [Fault("*", reject.code, "", f"The store refused it: {reject.detail}")]
            for item, reject in written.rejects.items()
        }
    raise StoreError(f"The store refused rows of this delivery {_ATTEMPTS} times over: load it again later.")


def _write(
    store: GraphStore, plan: Plan, approved_by: str, progress: Progress
) -> tuple[LoadReport | None, Written]:
    """Write a plan as one load; roll it back when a row was refused, nothing changed, or anything goes wrong."""
    stages = store.reserve(plan.headers)
    try:
        parts = plan.parts(stages)
        written = Writer(store, progress).write(parts)
        if written.rejects:
            store.abandon()
            return None, written
        books = ledgers(plan, written, stages)
        report = _report(plan, books)
        if not written.changed and not written.confirmed:
            store.abandon()
            return report, written
        runs = tuple(stage.run for stage in stages)
        notes = {run: file.notes for run, file in zip(runs, (*report.files, *report.retried), strict=True)}
        store.publish(dict(zip(runs, books, strict=True)), approved_by, notes)
    except BaseException:  # an interrupt too: nobody may find half a load
        with suppress(StoreError):  # what cannot be rolled back now, the next writer rolls back
            store.abandon()
        raise
    report = replace(report, runs=runs, changed=written.changed)
    return report, written


def _report(plan: Plan, books: Sequence[Ledger]) -> LoadReport:
    files = [_file_report(file, plan, book) for file, book in zip(plan.files, books, strict=False)]
    retried = [
        FileReport(header.file, header.dataset, book)
        for header, book in zip(plan.retried, books[len(plan.files) :], strict=True)
    ]
    return LoadReport(tuple(files), tuple(retried))


def _file_report(planned: FilePlan, plan: Plan, book: Ledger) -> FileReport:
    file = planned.file
    codes = Counter(fault.code for refused in planned.refused for fault in refused.faults)
    lost = Counter(
        f"{edge.relationship} left out: it follows when its other end is there"
        for item, dropped in plan.dropped.items()
        for edge in dropped
        if item.lot == planned.file.lot
    )
    losses = [f"{count} x {what}" for what, count in sorted(lost.items())]
    ended = [f"{book.closed} facts ended: the snapshot does not state them any more"] if book.closed else []
    warnings = (*file.warnings, *losses, *ended)
    reason = file.source.skipped or (_OLDER if book.skipped else "")
    channels = tuple(each.as_json() for each in channel_quality(file))
    return FileReport(
        file.header.file, file.source.kind, book, dict(codes.most_common()), warnings, reason, channels
    )
