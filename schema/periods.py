"""Civil dates in Shanghai and half-open periods ``[from, to)``.

A source's *inclusive* end date 至 becomes the following day. Dates that stand for "unknown" or "for ever" become
None and say so; a date known only to its month or year keeps that precision.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schema.errors import InputError
from schema.identifiers.text import half_width

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EPOCH = date(1970, 1, 1)


class Precision(StrEnum):
    """How much of a date the source gave."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


class Sentinel(StrEnum):
    """Why there is no date although something was written."""

    UNKNOWN = "UNKNOWN"  # 1900-01-01: a system's empty date
    OPEN_ENDED = "OPEN_ENDED"  # 9999-12-31, 长期: without end


_SENTINEL_DAYS = {
    (0, 0, 0): Sentinel.UNKNOWN,
    (1, 1, 1): Sentinel.UNKNOWN,
    (1899, 12, 30): Sentinel.UNKNOWN,  # day 0 of spreadsheets
    (1899, 12, 31): Sentinel.UNKNOWN,
    (1900, 1, 1): Sentinel.UNKNOWN,
    (2099, 12, 31): Sentinel.OPEN_ENDED,  # the 双公示 format's way to write 长期
    (9999, 12, 31): Sentinel.OPEN_ENDED,
}
_SENTINEL_WORDS = frozenset({"长期", "永久", "长期有效", "永久有效", "无期限", "无固定期限"})
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|年(\d{1,2})月)", re.ASCII)
_NO_DATE = "{!r} is not a date: write YYYY-MM-DD, YYYYMMDD, YYYY/MM/DD or YYYY年MM月DD日."
_ONE_DIGIT_HOUR = re.compile(r"^(?=\d:)")  # spreadsheets write 8:00
_YEAR = re.compile(r"(\d{4})年?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a source wrote in a date field.

    Parameters
    ----------
    day : datetime.date or None
        First day of what was written; None for a sentinel.
    precision : Precision
        Whether day and month were given.
    sentinel : Sentinel or None
        Set exactly when `day` is None.
    """

    day: date | None
    precision: Precision = Precision.DAY
    sentinel: Sentinel | None = None

    @property
    def period(self) -> Period:
        """All days that the text can mean; without limits for a sentinel."""
        if self.day is None:
            return Period(None, None)
        months = {Precision.DAY: 0, Precision.MONTH: 1, Precision.YEAR: 12}[self.precision]
        return Period(self.day, add_months(self.day, months) if months else next_day(self.day))


@dataclass(frozen=True, slots=True)
class Period:
    """The civil days `d` with ``valid_from <= d < valid_to``; None is "no limit".

    Parameters
    ----------
    valid_from : datetime.date or None
        First day of the period.
    valid_to : datetime.date or None
        First day *after* the period.

    Raises
    ------
    InputError
        When the period would hold no day.
    """

    valid_from: date | None
    valid_to: date | None

    def __post_init__(self) -> None:
        if self.valid_from is not None and self.valid_to is not None and self.valid_from >= self.valid_to:
            raise InputError(
                f"The period from {self.valid_from} to before {self.valid_to} holds no day: check the two dates."
            )

    @classmethod
    def from_inclusive_end(cls, valid_from: date | None, last_day: date | None) -> Period:
        """Return the period whose last day 至 is `last_day` (None: without end)."""
        return cls(valid_from, None if last_day is None else next_day(last_day))

    @property
    def last_day(self) -> date | None:
        """The inclusive end, as documents print it."""
        return None if self.valid_to is None else self.valid_to - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """Return whether `day` lies in the period."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    def overlaps(self, other: Period) -> bool:
        """Return whether the two periods share a day; periods that only touch do not."""
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """Return the days in both periods, or None when there are none."""
        start = max(filter(None, (self.valid_from, other.valid_from)), default=None)
        end = min(filter(None, (self.valid_to, other.valid_to)), default=None)
        return None if start is not None and end is not None and start >= end else Period(start, end)


def parse_date(text: str) -> ParsedDate:
    """Return the civil date in `text`.

    Parameters
    ----------
    text : str
        ``YYYY-MM-DD``, ``YYYYMMDD``, ``YYYY/MM/DD``, ``YYYY年MM月DD日``, an ISO date-time (with an offset it becomes
        the day in Shanghai), ``YYYY-MM``, ``YYYY``, a sentinel date or a word such as 长期.

    Raises
    ------
    InputError
        Empty text, another form, or a day that is not in the calendar.

    Examples
    --------
    >>> parse_date("2024年2月29日").day
    datetime.date(2024, 2, 29)
    >>> parse_date("2024-12-31T16:00:00Z").day
    datetime.date(2025, 1, 1)
    """
    written = half_width(text).strip()
    if not written:
        raise InputError("The date is empty: leave the field out when it is unknown.")
    if written in _SENTINEL_WORDS:
        return ParsedDate(None, sentinel=Sentinel.OPEN_ENDED)
    if match := _DAY.fullmatch(written):
        return _checked(written, _parts(match), Precision.DAY)
    if match := _MONTH.fullmatch(written):
        return _checked(written, (int(match[1]), int(match[2] or match[3]), 1), Precision.MONTH)
    if match := _YEAR.fullmatch(written):
        return _checked(written, (int(match[1]), 1, 1), Precision.YEAR)
    return _from_instant(written)


def today_in_shanghai() -> date:
    """Return today's civil date in Asia/Shanghai, whatever the machine's zone."""
    return datetime.now(SHANGHAI).date()


def next_day(day: date) -> date:
    """Return the day after `day`; the calendar's last day, 9999-12-31, has none and is refused."""
    if day == date.max:
        raise InputError("9999-12-31 means without end: use no end date instead.")
    return day + timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the corresponding day `months` later (earlier when negative).

    Where the month has no such day, its last day: 31 January plus one month is 28 or 29 February. This is the day on
    which a term counted in months or years *ends*, inclusively (Civil Code 民法典 art. 202).

    Raises
    ------
    InputError
        Outside the years 1 to 9999.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise InputError(f"{day} and {months} months is outside the calendar.")
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the corresponding day `years` later; 29 February becomes 28 February in a common year (as `add_months`)."""
    return add_months(day, 12 * years)


def month_number(day: date) -> int:
    """Return the month of a day, counted from January of the year 0."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """Write a month as ``YYYY-MM``.

    Examples
    --------
    >>> month_text(month_number(date(2026, 2, 28)) + 11)
    '2027-01'
    """
    year, month0 = divmod(number, 12)
    return f"{year:04d}-{month0 + 1:02d}"


def as_days(day: date) -> int:
    """Return the days since 1970-01-01, the form in which arrays hold dates."""
    return (day - _EPOCH).days


def from_days(days: int) -> date:
    """Return the date that is `days` days after 1970-01-01. Raises InputError outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(days=days)
    except OverflowError:
        raise InputError(f"Day number {days} is outside the calendar.") from None


def _checked(written: str, parts: tuple[int, int, int], precision: Precision) -> ParsedDate:
    if precision is Precision.DAY and parts in _SENTINEL_DAYS:
        return ParsedDate(None, sentinel=_SENTINEL_DAYS[parts])
    try:
        return ParsedDate(date(*parts), precision)
    except ValueError:
        raise InputError(f"{written!r} is not a day of the calendar: correct year, month or day.") from None


def _parts(match: re.Match[str]) -> tuple[int, int, int]:
    """Return year, month and day, whichever way of writing matched."""
    year, month, day = (int(part) for part in match.groups() if part is not None)
    return year, month, day


def _from_instant(written: str) -> ParsedDate:
    """Read a day and a time of day; with an offset the day is the one in Shanghai."""
    day_text, _, time_text = written.replace("T", " ").partition(" ")
    match = _DAY.fullmatch(day_text)
    if match is None:
        raise InputError(_NO_DATE.format(written[:40]))
    given = _checked(written, _parts(match), Precision.DAY)
    try:
        clock = time.fromisoformat(_ONE_DIGIT_HOUR.sub("0", time_text.strip()))
        if given.day is None or clock.tzinfo is None:
            return given
        local = datetime.combine(given.day, clock).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        raise InputError(_NO_DATE.format(written[:40])) from None
    return _checked(written, (local.year, local.month, local.day), Precision.DAY)
