"""Month by month, one after the other: what the columns of ``algorithms.risk.alerts.utilities`` must agree with."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

RHYTHM = 31


@dataclass(frozen=True)
class Bill:
    """One bill; ``month`` is a (year, month) or None where it cannot be read."""

    month: tuple[int, int] | None
    due_on: dt.date | None = None
    paid_on: dt.date | None = None
    amount_fen: int | None = 100

    def state(self, day: dt.date) -> str:
        """How it stands on a day."""
        if self.paid_on is not None and self.paid_on <= day:
            return "PAID"
        if self.amount_fen is not None and self.amount_fen <= 0:
            return "PAID"
        if self.due_on is None:
            return "UNKNOWN"
        return "UNPAID" if self.due_on < day else "NOT_DUE"


@dataclass(frozen=True)
class Told:
    """Every month of the series with its state (GAP where there is no bill), and the two lengths."""

    months: dict[tuple[int, int], str]
    certain: int
    possible: int | None


def tell(bills: list[Bill], day: dt.date) -> Told:
    """Walk from the first month reported to the last one that is reported or must be."""
    begun = [b for b in bills if b.month is not None and dt.date(*b.month, 1) <= day]
    open_ = any(b.month is None and b.state(day) != "PAID" for b in bills)
    if not begun:
        return Told({}, 0, None)
    months: dict[tuple[int, int], str] = {}
    month = min(b.month for b in begun if b.month)
    last = max(b.month for b in begun if b.month)
    while month <= last or must_be_there(month, day):
        states = {b.state(day) for b in begun if b.month == month}
        worst = ("UNPAID", "UNKNOWN", "NOT_DUE", "PAID")
        months[month] = next((state for state in worst if state in states), "GAP")
        month = following(month)
    certain = longest([state == "UNPAID" for state in months.values()])
    possible = longest([state not in ("PAID", "NOT_DUE") for state in months.values()])
    return Told(months, certain, None if open_ else possible)


def must_be_there(month: tuple[int, int], day: dt.date) -> bool:
    """Whether more days than a rhythm have passed since the month's last day."""
    last = dt.date(*month, calendar.monthrange(*month)[1])
    return (day - last).days > RHYTHM


def following(month: tuple[int, int]) -> tuple[int, int]:
    """The month after."""
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


def longest(marks: list[bool]) -> int:
    """The most marks in a row."""
    best = here = 0
    for mark in marks:
        here = here + 1 if mark else 0
        best = max(best, here)
    return best
