"""The sections of a credit portrait (S4-15): what one dataset says of an enterprise, how new it is, and from which rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from algorithms.evidence import Fact
from algorithms.monthly import by_month
from algorithms.risk.alerts.utility_series import Series
from algorithms.walks.links import cite
from graph_service.asking import Asking
from graph_service.use_cases.evidence import SourceRow, source_rows
from graph_service.use_cases.freshness import is_late
from graph_service.use_cases.parties import NodeAnswer, describe
from graph_service.use_cases.provenance import PropertyProvenance, provenance
from graph_service.use_cases.utilities import UtilitySeries, described
from schema.datasets import Dataset
from schema.periods import add_months, month_number, parse_date

CONTRIBUTIONS: Final = "ContributionRecord"
REGISTER: Final = frozenset({"REGISTRATION", "enterprises"})
"""What the register's rows are called: the dataset, and its canonical format."""


@dataclass(frozen=True)
class SectionFreshness:
    """How new a section is.

    Parameters
    ----------
    data_on : date or None
        The newest day that its data speak of: the last day of the newest month reported, or the day of the register's newest
        file. None while no month can be read.
    age_days : int or None
        Days from then to the day that is asked about.
    period_days : int
        The rhythm of the dataset.
    late : bool
        Whether something newer is due.
    """

    data_on: dt.date | None
    age_days: int | None
    period_days: int
    late: bool


@dataclass(frozen=True)
class Section:
    """What one dataset says: its code and name in the catalogue, and the row of the file behind each fact that it cites."""

    dataset: str
    name: str
    freshness: SectionFreshness
    sources: Sequence[SourceRow]


@dataclass(frozen=True)
class RegistrationSection(Section):
    """The register's word: every property that it states, with who else states it."""

    properties: tuple[PropertyProvenance, ...]


@dataclass(frozen=True)
class ContributionMonth:
    """What was paid into a fund for one month; month None where it cannot be read."""

    month: str | None
    records: tuple[NodeAnswer, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ContributionSection(Section):
    """Contributions to one fund, newest month first."""

    months: tuple[ContributionMonth, ...]


@dataclass(frozen=True)
class UtilitySection(Section):
    """How one utility is paid."""

    series: UtilitySeries


def registration_section(asking: Asking, dataset: Dataset, enterprise: int) -> RegistrationSection | None:
    """Return what the register says; None where it says nothing: others may, a list of banks or of foreign entities."""
    told = provenance(asking, "LegalEntity", asking.projection.ids[enterprise])
    stated = tuple(p for p in told if any(s.dataset in REGISTER for s in (p.chosen, *p.others)))
    if not stated:
        return None
    said = (s for p in stated for s in (p.chosen, *p.others) if s.dataset in REGISTER)
    newest = max(_newest(asking, *register) for register in {(s.source, s.dataset) for s in said})
    age = max((asking.as_of - newest).days, 0)
    freshness = SectionFreshness(newest, age, dataset.rhythm.days, is_late(dataset, age))
    seats = asking.view.facts_from("LOCATED_IN", enterprise).tolist()
    rows = source_rows(asking, (("LOCATED_IN", place) for place in seats))
    own = tuple(row for row in rows if row.dataset in REGISTER)
    return RegistrationSection(dataset.code, dataset.zh, freshness, own, stated)


def contribution_section(asking: Asking, dataset: Dataset, enterprise: int) -> ContributionSection | None:
    """Return the contributions to the fund of a dataset that the caller sees; None: none."""
    found = by_month(asking.view, enterprise, CONTRIBUTIONS, fund=dataset.constants["fund"])
    if not found:
        return None
    months = tuple(
        ContributionMonth(
            each.month,
            tuple(describe(asking, record) for record in each.records),
            cite(asking.projection, each.places),
        )
        for each in found
    )
    sources = source_rows(asking, (place for each in found for place in each.places))
    freshness = _monthly(asking, dataset, found[0].month)
    return ContributionSection(dataset.code, dataset.zh, freshness, sources, months)


def utility_section(asking: Asking, dataset: Dataset, series: Series) -> UtilitySection:
    """Return how the utility of a dataset is paid."""
    newest = series.months[0].month if series.months else None
    sources = source_rows(
        asking, (*(place for month in series.months for place in month.places), *series.undated)
    )
    freshness = _monthly(asking, dataset, newest)
    return UtilitySection(dataset.code, dataset.zh, freshness, sources, described(asking, series))


def _newest(asking: Asking, source: str, dataset: str) -> dt.date:
    """Return the day of the newest file with rows: a row stands in one, so there is such a file."""
    params = {"source": source, "dataset": dataset, "known_run": asking.known_run}
    newest: dt.date = next(asking.rooms.store.query("newest_day", params).rows())["as_of"]
    return newest


def _monthly(asking: Asking, dataset: Dataset, newest: str | None) -> SectionFreshness:
    """How new a series of months is: its last one must be the last that is due."""
    first = None if newest is None else parse_date(newest).day
    if first is None:
        return SectionFreshness(None, None, dataset.rhythm.days, late=True)
    last = add_months(first, 1) - dt.timedelta(days=1)
    late = month_number(first) < dataset.last_due_month(asking.as_of)
    return SectionFreshness(last, max((asking.as_of - last).days, 0), dataset.rhythm.days, late)
