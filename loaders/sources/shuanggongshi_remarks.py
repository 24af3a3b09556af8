"""What a 双公示 file as a whole is told: decisions published too late, authorities whose code is wrong."""

from __future__ import annotations

import datetime as dt

from loaders.readers.rows import Rows
from loaders.sources.shuanggongshi_words import agency_code, given
from schema.errors import InputError, InsufficientData
from schema.periods import parse_date
from schema.workdays import shipped_calendar

WORKING_DAYS = 7
"""A decision is published within seven working days of the day on which it was made (双公示 七个工作日)."""
_SURELY_LATE = 60
"""Calendar days after which no holiday explains it."""


def remarks(prefix: str, authority: str, rows: Rows, as_of: dt.date) -> list[str]:
    """Return the warnings of a file of decisions."""
    return [*_late(prefix, rows, as_of), *_codes(prefix + authority + "DM", rows)]


def _late(prefix: str, rows: Rows, as_of: dt.date) -> list[str]:
    """Count late publications: by the day that the row names, else by the day of the delivery."""
    if f"{prefix}JDRQ" not in rows.header:
        return []
    decided, stamped = (rows.column(prefix + column) for column in ("JDRQ", "SJC"))
    late, unknown = [], 0
    for line, made, shown in zip(rows.lines, decided, stamped, strict=True):
        try:
            if _is_late(_day(made), _day(shown) or as_of):
                late.append(line)
        except InsufficientData:
            unknown += 1
    said = f"{prefix}JDRQ: {len(late)} decisions were published more than {WORKING_DAYS} working days after they were made"
    found = [f"{said} (the first in line {late[0]})"] if late else []
    if unknown:
        found.append(f"{prefix}JDRQ: {unknown} decisions lie in years without a calendar of working days")
    return found


def _is_late(made: dt.date | None, shown: dt.date) -> bool:
    if made is None or shown <= made:
        return False
    if (shown - made).days > _SURELY_LATE:
        return True
    return shipped_calendar().working_days_between(made, shown) > WORKING_DAYS


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text).day if given(text) else None
    except InputError:
        return None  # the row is refused for it


def _codes(column: str, rows: Rows) -> list[str]:
    if column not in rows.header:
        return []
    wrong = sum(bool(given(code)) and not agency_code(code) for code in rows.column(column))
    return (
        [f"{column}: {wrong} codes are wrong, so their decisions name no authority but in words"]
        if wrong
        else []
    )
