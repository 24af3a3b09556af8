"""Of several rows of one file about one record, of which one withdraws it, one counts: the others are refused for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from loaders.faults import Fault
from loaders.readers.rows import Rows


def without_overtaken(rows: Rows, told: Iterable[tuple[Hashable, bool, Any]], column: str) -> Rows:
    """Refuse the rows that lose against a withdrawal of their record, or for which a withdrawal comes too late.

    Parameters
    ----------
    told : iterable of (record, withdrawn, rank)
        One a row; of the rows about a record that is withdrawn by one of them, the one of the highest rank counts.
    column : str
        What the file calls the column that withdraws.
    """
    said = [*told]
    records = {record for record, withdrawn, _ in said if withdrawn}
    best: dict[Hashable, int] = {}
    for i, (record, _, rank) in enumerate(said):
        if record in records and (record not in best or rank > said[best[record]][2]):
            best[record] = i
    faults = {
        i: [_overtaken(column, rows.lines[best[record]])]
        for i, (record, withdrawn, _) in enumerate(said)
        if record in best and withdrawn != said[best[record]][1]
    }
    return replace(rows, faults={**rows.faults, **faults}) if faults else rows


def _overtaken(column: str, line: int) -> Fault:
    rule = f"Line {line} of this file speaks of the same record, and counts: of the two one says that it was withdrawn."
    return Fault(column, "record.overtaken", "", rule)
