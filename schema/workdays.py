"""Working days of the mainland calendar 工作日: weekends, public holidays and the weekends worked for them.

The days are data (``workdays.toml``, from the State Council's yearly notices 国务院办公厅关于部分节假日安排的通知). A
year without a notice is not guessed: asking for it is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from schema.errors import InputError, InsufficientData
from schema.periods import next_day

_SHIPPED = Path(__file__).with_name("workdays.toml")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar of working days.

    Parameters
    ----------
    holidays : frozenset of datetime.date
        Days off by notice (weekends among them do no harm).
    worked_weekends : frozenset of datetime.date
        Saturdays and Sundays that are worked 调休上班.
    years : frozenset of int
        The years these sets cover; other years are refused.
    """

    holidays: frozenset[date]
    worked_weekends: frozenset[date]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is worked. Raises InsufficientData for a year without a notice."""
        if day.year not in self.years:
            raise InsufficientData(
                f"The holidays of {day.year} are not known here ({min(self.years)}-{max(self.years)} are): "
                "add that year's notice to the calendar of working days."
            )
        return day in self.worked_weekends or (day.weekday() < 5 and day not in self.holidays)

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`; `start` itself is not counted (Civil Code art. 201).

        Parameters
        ----------
        start : datetime.date
            The day of the event, working day or not.
        count : int
            Not negative; 0 gives `start` back.

        Raises
        ------
        InputError
            A negative `count`.
        InsufficientData
            The count runs into a year without a notice.
        """
        if count < 0:
            raise InputError(f"Working days are counted forward, not by {count}.")
        day = start
        for _ in range(count):
            day = next_day(day)
            while not self.is_working_day(day):
                day = next_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and including `end`.

        So ``working_days_between(s, add_working_days(s, n)) == n``.

        Raises
        ------
        InputError
            `end` before `start`.
        InsufficientData
            A day in a year without a notice.
        """
        if end < start:
            raise InputError(f"Working days are counted forward, not from {start} back to {end}.")
        return sum(self.is_working_day(day) for day in _days(next_day(start), end))


@cache
def shipped_calendar() -> WorkingDays:
    """Return the calendar of the notices that come with the project."""
    document = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    holidays = {
        day for year in document.values() for first, last in year["holidays"] for day in _days(first, last)
    }
    worked = {day for year in document.values() for day in year["worked_weekends"]}
    return WorkingDays(frozenset(holidays), frozenset(worked), frozenset(map(int, document)))


def _days(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    return (first + timedelta(days=i) for i in range((last - first).days + 1))
