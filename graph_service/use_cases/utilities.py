"""How a party pays for electricity, water and gas 水电气缴费情况 (S3-25), as far as the caller may see its bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from algorithms.evidence import Fact
from algorithms.features.known import audiences_of, open_to
from algorithms.lending.result import RuleFinding, with_facts
from algorithms.risk.alerts.early_warning import BOOK
from algorithms.risk.alerts.utilities import LABEL, UTILITIES
from algorithms.risk.alerts.utility_series import Month, Run, Series, Span, utility_series
from algorithms.walks.links import Place, as_nodes, cite
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe


@dataclass(frozen=True)
class UtilityMonth:
    """One reported month, with its bills and the facts that state them."""

    month: str
    state: str
    bills: tuple[NodeAnswer, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class UnpaidRun:
    """Unpaid months in a row; ``since`` is the first day on which they were enough to warn, or all overdue."""

    first: str
    last: str
    months: int
    since: dt.date
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class UtilitySeries:
    """One utility of a party: reported months newest first, unpaid runs and gaps oldest first.

    ``until`` is the last month that is reported or must be, ``undated`` cites bills whose month cannot be read, and
    ``event`` is the rule that warns (None while none is in force).
    """

    utility: str
    until: str | None
    months: tuple[UtilityMonth, ...]
    unpaid: tuple[UnpaidRun, ...]
    gaps: tuple[Span, ...]
    undated: tuple[Fact, ...]
    event: RuleFinding | None


@dataclass(frozen=True)
class UtilityStanding:
    """What is known of a party's bills.

    ``permitted`` is false where the caller may not see bills of this party, whether there are any or not; ``unreported``
    names the utilities of which he sees none: no contract, or nobody delivers.
    """

    party: NodeAnswer
    permitted: bool
    utilities: tuple[UtilitySeries, ...]
    unreported: tuple[str, ...]
    rulebook: str


def utility_standing(asking: Asking, party_id: str) -> UtilityStanding:
    """Return how a party pays its utilities on the day.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    party = asking.party(party_id)
    governing = asking.governing(BOOK)
    permitted = may_see_records(asking, LABEL, party)
    found = utility_series(asking.view, party, governing) if permitted else ()
    series = tuple(described(asking, each) for each in found)
    seen = {each.utility for each in series}
    unreported = tuple(each for each in UTILITIES if permitted and each not in seen)
    return UtilityStanding(describe(asking, party), permitted, series, unreported, governing.version)


def may_see_records(asking: Asking, label: str, party: int) -> bool:
    """Whether the caller sees every record of a label about a party, by duty or by its consent; whether there are any or not."""
    classes = audiences_of("SUBJECT_OF", label)
    return bool(open_to(asking.view, classes, as_nodes([party]), alone=True)[0])


def described(asking: Asking, found: Series) -> UtilitySeries:
    """Describe a series to the caller."""
    return UtilitySeries(
        found.utility,
        found.until,
        tuple(_month(asking, each) for each in found.months),
        tuple(_run(asking, each) for each in found.runs),
        found.gaps,
        _cite(asking, found.undated),
        _event(asking, found),
    )


def _event(asking: Asking, found: Series) -> RuleFinding | None:
    return None if found.event is None else with_facts(found.event, _cite(asking, found.cited))


def _month(asking: Asking, found: Month) -> UtilityMonth:
    bills = tuple(describe(asking, bill) for bill in found.bills)
    return UtilityMonth(found.month, str(found.state), bills, _cite(asking, found.places))


def _run(asking: Asking, found: Run) -> UnpaidRun:
    return UnpaidRun(found.first, found.last, found.months, found.since, _cite(asking, found.places))


def _cite(asking: Asking, places: Iterable[Place]) -> tuple[Fact, ...]:
    return cite(asking.projection, places)
