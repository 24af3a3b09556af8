"""Readings of sensors 物联网读数 as features: the same whatever order they came in, and however often (S1-42)."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SILENT_HOURS: Final = 24
"""SAMPLE: after so many hours without a reading a pond is silent."""
STALE: Final = "STALE_TELEMETRY"


@dataclass(frozen=True)
class Reading:
    """One reading.

    Parameters
    ----------
    metric : str
        What was measured, with its unit.
    value : float
    at : datetime
        UTC.
    suspect : bool
        As its source marks it: counted, not used.
    """

    metric: str
    value: float
    at: dt.datetime
    suspect: bool = False


@dataclass(frozen=True)
class MetricSummary:
    """What the readings of one metric come to.

    Parameters
    ----------
    metric : str
    count : int
        Instants with one undisputed value; mean, least and most are over these. ``mean`` is exactly rounded.
    mean, least, most, last : float or None
        None when there is no such instant; ``last`` is the newest one's value.
    first_at, last_at : datetime or None
    repeated : int
        Readings that said again what another had said.
    disputed : int
        Instants at which different values were read: none of them is used.
    suspect : int
        Distinct readings that their source doubts.
    """

    metric: str
    count: int
    mean: float | None
    least: float | None
    most: float | None
    last: float | None
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    repeated: int
    disputed: int
    suspect: int


@dataclass(frozen=True)
class TelemetrySummary:
    """What the readings of one asset come to at an instant.

    Parameters
    ----------
    metrics : tuple of MetricSummary
        By name.
    last_at : datetime or None
        The newest reading of any metric, suspect or not: a sensor that sends is not silent.
    silent_hours : float or None
        Since then; None when there never was a reading.
    flags : tuple of str
        ``STALE_TELEMETRY`` when silent for longer than allowed.
    confidence : float
        In [0, 1], see ``confidence``.
    """

    metrics: tuple[MetricSummary, ...]
    last_at: dt.datetime | None
    silent_hours: float | None
    flags: tuple[str, ...]
    confidence: float


def summarise(
    readings: Iterable[Reading], now: dt.datetime, allowed_hours: float = SILENT_HOURS
) -> TelemetrySummary:
    """Aggregate the readings of one asset.

    Parameters
    ----------
    readings : iterable of Reading
        In any order, with any repeats; those after ``now`` do not count.
    now : datetime
        UTC.
    allowed_hours : float
        Positive: longest silence that is not stale.

    Notes
    -----
    A function of the *set* of readings: permutations and repeats change nothing but the counts of repeats. O(n log n).
    """
    grouped: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.at <= now:
            grouped[reading.metric].append(reading)
    newest = max((r.at for group in grouped.values() for r in group), default=None)
    silent = None if newest is None else (now - newest).total_seconds() / 3600
    stale = silent is None or silent > allowed_hours
    metrics = tuple(_metric(name, group) for name, group in sorted(grouped.items()))
    return TelemetrySummary(
        metrics, newest, silent, (STALE,) if stale else (), confidence(silent, allowed_hours)
    )


def confidence(silent_hours: float | None, allowed_hours: float) -> float:
    """Return how far collateral can be relied on that is known by its sensors only, in [0, 1].

    1 up to the allowed silence; from then on it halves with every further period of that length; 0 without any reading.

    Examples
    --------
    >>> confidence(12, 24), confidence(48, 24), confidence(None, 24)
    (1.0, 0.5, 0.0)
    """
    if silent_hours is None:
        return 0.0
    return float(0.5 ** max(silent_hours / allowed_hours - 1.0, 0.0))


def _metric(name: str, group: list[Reading]) -> MetricSummary:
    distinct = {(r.at, r.value, r.suspect) for r in group}
    values: defaultdict[dt.datetime, set[float]] = defaultdict(set)
    for at, value, suspect in distinct:
        if not suspect:
            values[at].add(value)
    sound = sorted((at, min(said)) for at, said in values.items() if len(said) == 1)
    used = [value for _, value in sound]
    return MetricSummary(
        name,
        len(used),
        statistics.mean(used) if used else None,
        min(used, default=None),
        max(used, default=None),
        used[-1] if used else None,
        sound[0][0] if sound else None,
        sound[-1][0] if sound else None,
        len(group) - len(distinct),
        len(values) - len(sound),
        sum(suspect for _, _, suspect in distinct),
    )
