"""Readings of sensors come to the same whatever order they came in, and however often."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.telemetry import STALE, Reading, confidence, summarise

NOON = dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)
READINGS = st.lists(
    st.builds(
        Reading,
        st.sampled_from(["dissolved_oxygen_mg_l", "temperature_c"]),
        st.sampled_from([0.1, 0.2, 0.3, 5.5, 1e17, -1e17]),
        st.integers(0, 40).map(lambda hours: NOON - dt.timedelta(hours=hours)),
        st.booleans(),
    ),
    max_size=30,
)


@given(READINGS, st.randoms(use_true_random=False))
def test_s1_42_duplicates_and_disorder_converge_to_the_same_aggregates(
    readings: list[Reading], chance: random.Random
) -> None:
    again = [*readings, *chance.sample(readings, k=len(readings) // 2)]
    chance.shuffle(again)
    first, second = summarise(readings, NOON), summarise(again, NOON)
    unrepeated = [replace(m, repeated=0) for m in first.metrics]
    assert [replace(m, repeated=0) for m in second.metrics] == unrepeated
    assert (first.last_at, first.flags, first.confidence) == (second.last_at, second.flags, second.confidence)
    repeats = sum(m.repeated for m in second.metrics) - sum(m.repeated for m in first.metrics)
    assert repeats == len(again) - len(readings)


@given(READINGS)
def test_what_is_counted_is_within_what_was_read(readings: list[Reading]) -> None:
    for metric in summarise(readings, NOON).metrics:
        sound = {r.value for r in readings if r.metric == metric.metric and not r.suspect}
        if metric.count:
            assert metric.least is not None
            assert metric.mean is not None
            assert metric.most is not None
            assert metric.least <= metric.mean <= metric.most
            assert {metric.least, metric.most, metric.last} <= sound
        else:
            assert metric.mean is None


def test_s1_42_a_silent_pond_is_stale_and_lowers_the_confidence() -> None:
    def after(hours: float) -> tuple[tuple[str, ...], float]:
        summary = summarise([Reading("feed_kg", 1.0, NOON)], NOON + dt.timedelta(hours=hours), 24)
        return summary.flags, summary.confidence

    assert after(24) == ((), 1.0)
    flags, lowered = after(25)
    assert flags == (STALE,)
    assert lowered < 1.0
    assert after(48) == ((STALE,), 0.5)
    assert summarise([], NOON).flags == (STALE,)
    assert confidence(None, 24) == 0.0


def test_an_instant_with_two_values_is_disputed_and_not_used() -> None:
    said = [Reading("t", 1.0, NOON), Reading("t", 2.0, NOON), Reading("t", 4.0, NOON - dt.timedelta(hours=1))]
    (metric,) = summarise(said, NOON).metrics
    assert (metric.count, metric.disputed, metric.mean, metric.last) == (1, 1, 4.0, 4.0)


def test_what_was_read_later_does_not_count_yet() -> None:
    summary = summarise([Reading("t", 1.0, NOON)], NOON - dt.timedelta(seconds=1))
    assert summary.metrics == ()


@pytest.mark.parametrize("hours", [0.0, 24.0, 100.0])
def test_confidence_lies_between_0_and_1(hours: float) -> None:
    assert 0.0 < confidence(hours, 24) <= 1.0
