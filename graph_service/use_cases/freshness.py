"""How fresh the data are 数据时效: the exchange heartbeat, each dataset's own rhythm, and what counties still owe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from graph_service.asking import Asking
from graph_service.use_cases.batches import seen_batches
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
)
from schema.errors import AccessDenied, InputError


@dataclass(frozen=True)
class Freshness:
    """How fresh one dataset of one department is.

    Parameters
    ----------
    department, dataset : str
    last_batch : Batch or None
        The newest one, in whatever state; a delivery without rows counts.
    age_hours : float or None
        Since it was received; None when there never was one.
    overdue : bool
        Whether the heartbeat of 24 hours was missed.
    data_age_days : int or None
        Age of the newest published data, by the day that they speak of.
    period_days : int
        How old they may be.
    late : bool or None
        Whether they are older; None for what comes by event.
    """

    department: str
    dataset: str
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


def data_freshness(asking: Asking, department: str | None) -> tuple[Freshness, ...]:
    """Return the freshness of every assigned dataset of a department, or of all.

    Raises
    ------
    InputError
        No such department.
    """
    if department is not None and department not in DEPARTMENTS:
        raise InputError(f"{department} is no department of the catalogue: {', '.join(DEPARTMENTS)}.")
    wanted = None if department is None else current_department(department)
    seen = seen_batches(asking)
    return tuple(
        _freshness(asking, supplier, dataset, _of(seen, supplier, dataset.code))
        for dataset in DATASETS.values()
        if dataset.status is Status.ASSIGNED and dataset.kind is not None
        for supplier in dataset.suppliers
        if wanted in (None, supplier)
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
    bound = [a for a in agreements.all if a.county == county]
    if not bound:
        raise InputError(f"There is no sharing agreement with {county or 'a county without a code'}.")
    seen = seen_batches(asking)
    owed = [
        (agreement, terms)
        for agreement in bound
        for terms in agreement.terms
        if terms.obliged and terms.period.contains(asking.as_of)
    ]
    found = [_obligation(asking, *each, seen) for each in owed]
    missing = tuple(each for each in found if each is not None)
    return ObligationStatus(county, len(owed), len(owed) - len(missing), missing)


def _of(seen: Iterable[Batch], department: str, dataset: str) -> list[Batch]:
    return [b for b in seen if b.dataset == dataset and _current(b.source) == department]


def _current(source: str) -> str:
    department = department_of(source)
    return current_department(department) if department in DEPARTMENTS else department


def _freshness(asking: Asking, department: str, dataset: Dataset, found: list[Batch]) -> Freshness:
    now = asking.question.known_at or dt.datetime.now(dt.UTC)
    last = next((b for b in found if b.state is not State.REFUSED), None)
    age = None if last is None else (now - last.received_at).total_seconds() / 3600
    data_age = _data_age(asking, found)
    return Freshness(
        department,
        dataset.code,
        last,
        age,
        age is None or age > HEARTBEAT_HOURS,
        data_age,
        dataset.rhythm.days,
        None if dataset.rhythm is Rhythm.EVENT else is_late(dataset, data_age),
    )


def _data_age(asking: Asking, found: Iterable[Batch]) -> int | None:
    """Return how many days old the newest published data are; batches without rows say nothing of it."""
    days = [b.data_on for b in found if b.published_at is not None and b.row_count]
    return max((asking.as_of - max(days)).days, 0) if days else None


def is_late(dataset: Dataset, data_age: int | None) -> bool:
    """Whether data of that age in days are older than the rhythm of their dataset allows; None: there are none."""
    return data_age is None or data_age > dataset.rhythm.days


def _obligation(asking: Asking, agreement: Agreement, terms: Terms, seen: list[Batch]) -> Obligation | None:
    """Return what is missing of an obligation; None when it is fulfilled."""
    found = [b for b in seen if b.dataset == terms.dataset and agreement.binds(b.source)]
    dataset, age = DATASETS[terms.dataset], _data_age(asking, found)
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
