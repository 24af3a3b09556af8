"""The ledger 账: what became of every row that was read, counted from what the store said of each, never by subtraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from loaders.facts import Item
from loaders.plan import FilePlan, Missing, Plan
from loaders.writing import Fate, Written
from schema.errors import LedgerUnbalanced
from schema.ports import Stage
from schema.provenance import Ledger


def ledgers(plan: Plan, written: Written, stages: Sequence[Stage]) -> list[Ledger]:
    """Account for every row of a written plan, a ledger a run.

    Raises
    ------
    LedgerUnbalanced
        Something became of fewer rows than were read, or of more.
    """
    books = [
        *(_of_file(planned, written, plan.missing) for planned in plan.files),
        *(_of_retried([row.item for row in rows], written) for rows in plan.retried.values()),
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


def _of_file(planned: FilePlan, written: Written, missing: Missing) -> Ledger:
    read, lot, staged = len(planned.file.rows), planned.file.lot, planned.file.staged
    if staged is None:
        return Ledger(read=read, skipped=read)
    lost = {item.index for item in missing if item.lot == lot}
    repeats = sum(first not in lost for _, first in staged.repeats)
    loaded, older, same = (
        written.fates.count(lot, fate) for fate in (Fate.WRITTEN, Fate.OLDER, Fate.UNCHANGED)
    )
    return Ledger(read, loaded, same + repeats, len(planned.refused), older)


def _of_retried(items: Sequence[Item], written: Written) -> Ledger:
    fates = Counter(map(written.fates.of, items))
    return Ledger(len(items), fates[Fate.WRITTEN], fates[Fate.UNCHANGED], 0, fates[Fate.OLDER])
