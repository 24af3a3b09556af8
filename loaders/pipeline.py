"""The one way in: raw copy → header → rows → quarantine → nodes → relationships → ledger.

A delivery is planned whole, then written whole: the store sees all of it or nothing. Should the store refuse a row that
the plan let through (another load was faster), the load is rolled back and planned again without it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from loaders.delivery import read_delivery
from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.plan import FilePlan, Plan, make_plan
from loaders.quarantine import waiting_rows
from loaders.request import FileReport, LoadReport, LoadRequest, Progress, silent
from loaders.sources import source_of
from loaders.vault import Vault
from loaders.writing import Writer, Written
from schema.errors import StoreError
from schema.ports import GraphStore
from schema.provenance import Ledger

_ATTEMPTS = 5


def load(
    store: GraphStore, request: LoadRequest, vault: Vault, keys: Keys, progress: Progress = silent
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

    Returns
    -------
    LoadReport
        With one balanced ledger a file. A delivery that changes nothing publishes no run.

    Raises
    ------
    InputError
        For a kind or a path that is none.
    FileRefused
        When a file breaks its contract as a whole; nothing was written then.
    Conflict, StoreError
        What the store says; the open load was rolled back, as on an interrupt.
    """
    source, files = source_of(request.kind, request.path, request.source)
    delivered = read_delivery(request, files, source, vault, keys)
    waiting = waiting_rows(store)
    refused: dict[Item, list[Fault]] = {}
    for _ in range(_ATTEMPTS):
        plan = make_plan(store, delivered, waiting, keys, refused)
        written, runs = _write(store, plan, request.approved_by, progress)
        if not written.rejects:
            return _report(plan, written, runs)
        refused |= {
            item: [Fault("*", reject.code, "", f"The store refused it: {reject.detail}")]
            for item, reject in written.rejects.items()
        }
    raise StoreError(f"The store refused rows of this delivery {_ATTEMPTS} times over: load it again later.")


def _write(
    store: GraphStore, plan: Plan, approved_by: str, progress: Progress
) -> tuple[Written, tuple[int, ...]]:
    """Write a plan as one load; roll it back when a row was refused, nothing changed, or anything goes wrong."""
    stages = store.reserve(plan.headers)
    try:
        parts = plan.parts(stages)
        written = Writer(store, progress).write(parts)
        if written.rejects or not (written.items or written.notes):
            store.abandon()
            return written, ()
        books = plan.ledgers(written)
        store.publish({stage.run: book for stage, book in zip(stages, books, strict=True)}, approved_by)
    except BaseException:  # an interrupt too: nobody may find half a load
        with suppress(StoreError):  # what cannot be rolled back now, the next writer rolls back
            store.abandon()
        raise
    return written, tuple(stage.run for stage in stages)


def _report(plan: Plan, written: Written, runs: tuple[int, ...]) -> LoadReport:
    books = plan.ledgers(written)
    files = [_file_report(file, plan, book) for file, book in zip(plan.files, books, strict=False)]
    retried = [
        FileReport(header.file, header.dataset, book)
        for header, book in zip(plan.retried, books[len(plan.files) :], strict=True)
    ]
    return LoadReport(tuple(files), tuple(retried), runs)


def _file_report(planned: FilePlan, plan: Plan, book: Ledger) -> FileReport:
    file = planned.file
    codes = Counter(fault.code for refused in planned.refused for fault in refused.faults)
    lost = Counter(
        f"{edge.relationship} left out: its other end is not there"
        for item in planned.items
        for edge in plan.settlement.dropped.get(item, ())
    )
    losses = [f"{count} x {what}" for what, count in sorted(lost.items())]
    warnings = (*file.warnings, *losses)
    return FileReport(
        file.header.file, file.source.kind, book, dict(codes.most_common()), warnings, file.source.skipped
    )
