"""How fresh the data are 数据时效: the exchange heartbeat, each dataset's own rhythm, and what counties still owe."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from graph_service.asking import Asking
from graph_service.use_cases.batches import may_see, seen_batches
from loaders.agreements import Agreement, Agreements, Terms
from loaders.batch import Batch, State
from schema.datasets import (
    DATASETS,
    DEPARTMENTS,
    HEARTBEAT_HOURS,
    Dataset,
    Rhythm,
    Status,
    current_department,
    department_of,
    issuer_of,
)
from schema.errors import AccessDenied, InputError

_NO_AGREEMENTS: Final = Agreements(())


@dataclass(frozen=True)
class Freshness:
    """How fresh one dataset of one bureau is.

    Parameters
    ----------
    department, dataset : str
    source : str
        Who delivers: the department, or its bureau of a county, ``POWER_GRID.441283``.
    last_batch : Batch or None
        The newest one, in whatever state; a delivery without rows counts.
    age_hours : float or None
        Since it was received; None when there never was one.
    overdue : bool
        Whether the heartbeat of 24 hours was missed.
    data_age_days : int or None
        Age of the newest data of which something entered the graph, by the day that they speak of.
    period_days : int
        How old they may be.
    late : bool or None
        Whether they are older; None for what comes by event.
    """

    department: str
    dataset: str
    source: str
    last_batch: Batch | None
    age_hours: float | None
    overdue: bool
    data_age_days: int | None
    period_days: int
    late: bool | None


@dataclass(frozen=True)
class Obligation:
    """A dataset that an agreement with a county obliges a department to deliver, and that is not there.

    ``state`` is NEVER, or LATE when the last data are older than the dataset's rhythm allows.
    """

    agreement: str
    owner: str
    department: str
    dataset: str
    source: str
    state: str
    last_batch: Batch | None


@dataclass(frozen=True)
class ObligationStatus:
    """What a county owes: how many datasets, how many of them are delivered in time, and the others."""

    county: str
    owed: int
    delivered: int
    missing: tuple[Obligation, ...]


@dataclass(frozen=True)
class _Deliveries:
    """The batches that a caller sees, newest first, and the files of which rows entered the graph, then or later."""

    batches: list[Batch]
    settled: frozenset[tuple[str, str, str, dt.date]]

    @cached_property
    def by_bureau(self) -> Mapping[tuple[str, str], list[Batch]]:
        """The batches by dataset and source, as departments name their bureaux today."""
        found: defaultdict[tuple[str, str], list[Batch]] = defaultdict(list)
        for batch in self.batches:
            found[batch.dataset, issuer_of(batch.source)].append(batch)
        return found

    def entered(self, batch: Batch) -> bool:
        """Whether the graph states any row of a batch that was published."""
        key = (batch.source, batch.dataset, batch.sha256, batch.data_on)
        return batch.loaded is not None and (batch.stands > 0 or key in self.settled)


def data_freshness(
    asking: Asking, department: str | None, agreements: Agreements = _NO_AGREEMENTS
) -> tuple[Freshness, ...]:
    """Return the freshness of every assigned dataset of a department, or of all, bureau by bureau.

    A bureau is listed when it delivered, or when an agreement with its county names the dataset, so that nobody's delivery
    hides another one's silence; a dataset without either is listed once, for the department.

    Raises
    ------
    InputError
        No such department.
    """
    if department is not None and department not in DEPARTMENTS:
        raise InputError(f"{department} is no department of the catalogue: {', '.join(DEPARTMENTS)}.")
    wanted = None if department is None else current_department(department)
    seen = _deliveries(asking)
    return tuple(
        _freshness(asking, source, dataset, seen)
        for dataset in DATASETS.values()
        if dataset.status is Status.ASSIGNED and dataset.kind is not None
        for supplier in dataset.suppliers
        if wanted in (None, supplier)
        for source in _bureaux(asking, agreements, supplier, dataset.code, seen)
    )


def obligation_status(asking: Asking, agreements: Agreements, county: str) -> ObligationStatus:
    """Return what the bureaux of a county are obliged to deliver, and what is missing.

    Raises
    ------
    InputError
        No agreement with that county.
    AccessDenied
        The county lies outside the caller's region.
    """
    if not asking.rooms.policy.in_region(asking.principal, county):
        raise AccessDenied("This county lies outside your region.")
    if not any(a.county == county for a in agreements.all):
        raise InputError(f"There is no sharing agreement with {county or 'a county without a code'}.")
    return _county_status(asking, agreements, county, _deliveries(asking))


def county_obligations(asking: Asking, agreements: Agreements) -> tuple[ObligationStatus, ...]:
    """Return the same of every county in the caller's region that there is an agreement with, by its code."""
    counties = sorted({a.county for a in agreements.all if a.county})
    mine = [c for c in counties if asking.rooms.policy.in_region(asking.principal, c)]
    seen = _deliveries(asking)
    return tuple(_county_status(asking, agreements, county, seen) for county in mine)


def _county_status(
    asking: Asking, agreements: Agreements, county: str, seen: _Deliveries
) -> ObligationStatus:
    owed = [
        (agreement, terms)
        for agreement in agreements.all
        if agreement.county == county
        for terms in agreement.terms
        if terms.obliged and terms.period.contains(asking.as_of)
    ]
    found = [_obligation(asking, *each, seen) for each in owed]
    missing = tuple(each for each in found if each is not None)
    return ObligationStatus(county, len(owed), len(owed) - len(missing), missing)


def _deliveries(asking: Asking) -> _Deliveries:
    table = asking.rooms.store.query("files_settled", {"known_run": asking.known_run})
    return _Deliveries(
        seen_batches(asking), frozenset(zip(*table.data, strict=True)) if len(table) else frozenset()
    )


def _bureaux(
    asking: Asking, agreements: Agreements, department: str, dataset: str, seen: _Deliveries
) -> list[str]:
    """Return who delivers a dataset, or should, as a department names its bureaux today."""
    bound = (
        issuer_of(a.source)
        for a in agreements.all
        if a.county and may_see(asking, a.source) and any(_is_due(asking, t, dataset) for t in a.terms)
    )
    found = {*bound, *(source for code, source in seen.by_bureau if code == dataset)}
    return sorted(each for each in found if department_of(each) == department) or [department]


def _is_due(asking: Asking, terms: Terms, dataset: str) -> bool:
    return terms.dataset == dataset and terms.period.contains(asking.as_of)


def _freshness(asking: Asking, source: str, dataset: Dataset, seen: _Deliveries) -> Freshness:
    found = seen.by_bureau.get((dataset.code, source), [])
    now = asking.question.known_at or dt.datetime.now(dt.UTC)
    last = next((b for b in found if b.state is not State.REFUSED), None)
    age = None if last is None else (now - last.received_at).total_seconds() / 3600
    data_age = _data_age(asking, seen, found)
    return Freshness(
        department_of(source),
        dataset.code,
        source,
        last,
        age,
        age is None or age > HEARTBEAT_HOURS,
        data_age,
        dataset.rhythm.days,
        None if dataset.rhythm is Rhythm.EVENT else is_late(dataset, data_age),
    )


def _data_age(asking: Asking, seen: _Deliveries, found: Iterable[Batch]) -> int | None:
    """Return how many days old the newest data in the graph are; a batch of which no row entered says nothing of it."""
    days = [b.data_on for b in found if seen.entered(b)]
    return max((asking.as_of - max(days)).days, 0) if days else None


def is_late(dataset: Dataset, data_age: int | None) -> bool:
    """Whether data of that age in days are older than the rhythm of their dataset allows; None: there are none."""
    return data_age is None or data_age > dataset.rhythm.days


def _obligation(asking: Asking, agreement: Agreement, terms: Terms, seen: _Deliveries) -> Obligation | None:
    """Return what is missing of an obligation; None when it is fulfilled."""
    found = [b for b in seen.batches if b.dataset == terms.dataset and agreement.binds(b.source)]
    dataset, age = DATASETS[terms.dataset], _data_age(asking, seen, found)
    if age is not None and (dataset.rhythm is Rhythm.EVENT or not is_late(dataset, age)):
        return None
    return Obligation(
        agreement.id,
        agreement.owner,
        agreement.department,
        terms.dataset,
        agreement.source,
        "NEVER" if age is None else "LATE",
        found[0] if found else None,
    )
