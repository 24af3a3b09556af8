"""One party's bills month by month 逐月缴费情况 (S3-25): what is unpaid, what is not reported, and what the rule says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from algorithms.projection import View
from algorithms.risk.alerts.utilities import (
    ENOUGH,
    LABEL,
    UTILITIES,
    MonthState,
    bills,
    bounds,
    gaps,
    months,
    possible_runs,
    unpaid_runs,
)
from algorithms.rules import Finding, Governing, evaluate_rule
from algorithms.walks.links import Place, as_nodes, records_about
from schema.periods import month_text

RULE: Final = "utility_unpaid"


@dataclass(frozen=True)
class Month:
    """One reported month: how it stands, its bills (positions), and where they are stated."""

    month: str
    state: MonthState
    bills: tuple[int, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Span:
    """Months in a row, both ends included."""

    first: str
    last: str
    months: int


@dataclass(frozen=True)
class Run(Span):
    """Unpaid months in a row; ``since`` is the first day on which they were enough to warn, or all overdue."""

    since: dt.date
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Series:
    """One utility of one party.

    Attributes
    ----------
    utility : str
        POWER, WATER or GAS.
    until : str or None
        The last month reported or, if later, the last that must have been reported; None while no month can be read.
    months : tuple of Month
        Newest first.
    runs, gaps : tuple
        Unpaid months in a row, and months without a bill; oldest first.
    undated : tuple of Place
        Bills whose month cannot be read.
    event : Finding or None
        The rule that warns; None while none is in force.
    """

    utility: str
    until: str | None
    months: tuple[Month, ...]
    runs: tuple[Run, ...]
    gaps: tuple[Span, ...]
    undated: tuple[Place, ...]
    event: Finding | None

    @property
    def cited(self) -> tuple[Place, ...]:
        """What the event rests on: the longest unpaid run, of equal ones the latest."""
        longest = max(self.runs, key=lambda run: (run.months, run.first), default=None)
        return longest.places if longest else ()


def utility_series(view: View, party: int, governing: Governing) -> tuple[Series, ...]:
    """Return the series of every utility of which the caller sees a bill of a party.

    Parameters
    ----------
    view : View
        Its day is the one on which months are due, paid and expected.
    party : int
        Position.
    governing : Governing
        The rulebook ``alerts`` on that day.

    Notes
    -----
    O(bills of the party).
    """
    found = bills(view, records_about(view, as_nodes([party]), LABEL).place)
    return tuple(
        _series(utility, of_one, view.as_of, governing)
        for utility in UTILITIES
        if len(of_one := found.filter(pl.col("utility") == utility))
    )


def _series(utility: str, found: pl.DataFrame, day: dt.date, governing: Governing) -> Series:
    reported = months(found)
    enough = int(governing.constants.get(ENOUGH, 1))
    runs = tuple(_runs(unpaid_runs(found, enough)))
    most = possible_runs(found, reported, day)["unpaid_months_at_most"].to_list()
    case = {
        "utility": utility,
        "unpaid_months": max((run.months for run in runs), default=0),
        "unpaid_months_at_most": most[0] if most else None,
    }
    until = bounds(reported, day)["until"].to_list()
    undated = found.filter(pl.col("month").is_null())["place"].to_list()
    return Series(
        utility,
        month_text(until[0]) if until else None,
        tuple(_months(reported.reverse())),
        runs,
        tuple(
            Span(month_text(first), month_text(last), last - first + 1)
            for _, _, first, last in gaps(reported, day).iter_rows()
        ),
        _places(undated),
        evaluate_rule(governing, RULE, case),
    )


def _months(reported: pl.DataFrame) -> Iterator[Month]:
    for row in reported.iter_rows(named=True):
        state = MonthState(row["state"])
        yield Month(month_text(row["month"]), state, tuple(row["records"]), _places(row["places"]))


def _runs(found: pl.DataFrame) -> Iterator[Run]:
    for row in found.iter_rows(named=True):
        first, last = month_text(row["first"]), month_text(row["last"])
        yield Run(first, last, row["unpaid_months"], row["since"], _places(row["places"]))


def _places(facts: list[int]) -> tuple[Place, ...]:
    return tuple(("SUBJECT_OF", place) for place in facts)
