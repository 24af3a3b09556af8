"""Features of all enterprises at once are what the slow twin says of one feature and one enterprise."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.features import evaluate, load
from algorithms.projection import Access, View
from schema.risk_feature import AGGREGATIONS, RiskFeature
from tests.reference.features import Value, value_of
from tests.unit.features.random_town import DAY, PARTIES, random_town

REGISTRY = load()
FEATURES = list(REGISTRY.features.values())


def view_of(seed: int) -> View:
    return random_town(seed).view(DAY, Access.system())


def same(fast: Value, slow: Value) -> bool:
    if fast is None or slow is None:
        return fast is slow
    return math.isclose(fast, slow, rel_tol=1e-9, abs_tol=1e-9)


def differences(view: View, parties: list[str], features: list[RiskFeature]) -> Iterable[object]:
    positions = [view.projection.position(each) for each in parties]
    values = evaluate(view, positions, features, REGISTRY).values
    for feature in features:
        for row, position in enumerate(positions):
            fast, slow = values[feature.code][row], value_of(view, position, feature, REGISTRY)
            if not same(fast, slow):
                yield feature.code, parties[row], fast, slow


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_s1_07_a_sample_equals_one_by_one_evaluation(seed: int) -> None:
    dice = random.Random(seed)
    assert list(differences(view_of(seed), dice.sample(PARTIES, 2), dice.sample(FEATURES, 60))) == []


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_every_aggregation_scope_and_window_equals_one_by_one_evaluation(aggregation: str) -> None:
    kinds = {(f.window, f.scope): f for f in FEATURES if f.aggregation == aggregation}
    assert kinds, "the registry that ships uses every aggregation"
    assert list(differences(view_of(3), PARTIES[:3], list(kinds.values()))) == []


def test_the_towns_hold_something_to_compare() -> None:
    """The comparisons above would notice: more than half of the features are above zero somewhere in a few towns."""
    seen: set[str] = set()
    for seed in range(4):
        view = view_of(seed)
        positions = [view.projection.position(each) for each in PARTIES]
        values = evaluate(view, positions, FEATURES, REGISTRY).values
        seen |= {code for code in values.columns[1:] if (values[code] != 0).any()}
    assert len(seen) > 0.8 * len(FEATURES)
    assert {REGISTRY.features[code].aggregation for code in seen} == set(AGGREGATIONS)
