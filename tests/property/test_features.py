"""What must hold of risk features on any view: evidence, windows that contain each other, and order that does not matter."""

from __future__ import annotations

import math
import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.features import evaluate, explain, explain_all, load
from algorithms.projection import Access
from schema.access import Audience
from schema.risk_feature import Unit
from tests.unit.features.cited import only
from tests.unit.features.random_town import DAY, PARTIES, random_town

REGISTRY = load()
FEATURES = list(REGISTRY.features.values())
SEEDS = st.integers(0, 2**32)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_s1_07_each_value_is_computed_again_from_the_facts_it_cites(seed: int) -> None:
    town, dice = random_town(seed), random.Random(seed)
    position = town.position(dice.choice(PARTIES))
    found = explain_all(town.view(DAY, Access.system()), position, dice.sample(FEATURES, 25), REGISTRY)
    for each in found:
        alone = only(town, each.facts).view(DAY, Access.system())
        again = explain(alone, position, each.feature, REGISTRY)
        assert _same(again.value, each.value), (each.feature.code, again.value, each.value)
        assert again.known or not each.known


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_a_value_explained_is_the_value_evaluated(seed: int) -> None:
    town, dice = random_town(seed), random.Random(seed)
    view, position = town.view(DAY, Access.system()), town.position(dice.choice(PARTIES))
    chosen = dice.sample(FEATURES, 40)
    table = evaluate(view, [position], chosen, REGISTRY)
    for each in explain_all(view, position, chosen, REGISTRY):
        assert each.value == table.values[each.feature.code][0]
        assert each.known == table.known[each.feature.code][0]


@settings(max_examples=5, deadline=None)
@given(seed=SEEDS)
def test_rows_do_not_depend_on_who_else_is_asked_for(seed: int) -> None:
    town, dice = random_town(seed), random.Random(seed)
    view, chosen = town.view(DAY, Access.system()), dice.sample(FEATURES, 60)
    positions = [town.position(each) for each in dice.choices(PARTIES, k=6)]
    together = evaluate(view, positions, chosen, REGISTRY).values
    for row, position in enumerate(positions):
        assert evaluate(view, [position], chosen, REGISTRY).values.row(0) == together.row(row)


@settings(max_examples=5, deadline=None)
@given(seed=SEEDS)
def test_a_longer_window_never_counts_less(seed: int) -> None:
    town = random_town(seed)
    counts = [
        f for f in FEATURES if f.aggregation in ("count", "members", "distinct") and f.source != "structure"
    ]
    positions = [town.position(each) for each in PARTIES]
    values = evaluate(town.view(DAY, Access.system()), positions, counts, REGISTRY).values
    families: dict[object, list[tuple[float, str]]] = {}
    for f in counts:
        families.setdefault((f.source, f.where, f.aggregation, f.scope), []).append(
            (f.window or math.inf, f.code)
        )
    for windows in families.values():
        ordered = [values[code].fill_null(0).to_list() for _, code in sorted(windows)]
        for shorter, longer in pairwise(ordered):
            assert all(a <= b for a, b in zip(shorter, longer, strict=True))


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_parts_lie_between_none_and_all(seed: int) -> None:
    town = random_town(seed)
    parts = [
        f
        for f in FEATURES
        if f.aggregation in ("share", "member_share", "turnover", "top_share", "concentration")
    ]
    assert {f.unit for f in parts} == {Unit.RATIO}
    # Shares of amounts are parts only where no amount is negative, as a credit note is.
    parts = [f for f in parts if f.measure is None]
    values = evaluate(
        town.view(DAY, Access.system()), [town.position(each) for each in PARTIES], parts, REGISTRY
    ).values
    for f in parts:
        assert values[f.code].drop_nulls().is_between(0, 1).all(), f.code


@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_who_may_not_see_a_class_is_told_unknown_and_never_zero(seed: int) -> None:
    """The town's facts are all public, so only what a caller may see by class can make a value unknown here."""
    town = random_town(seed)
    view = town.view(DAY, Access(frozenset({Audience.PUBLIC})))
    positions = [town.position(each) for each in PARTIES]
    found = evaluate(view, positions, FEATURES, REGISTRY)
    for f in FEATURES:
        if f.source in ("loan", "application", "guarantee_given", "statement") or f.scope == "guarantors":
            assert not found.known[f.code].any(), f.code
            assert found.values[f.code].null_count() == len(positions)
    assert found.known["penalty.all.count.365d.self"].all()


def _same(one: float | int | None, other: float | int | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_s3_23_what_is_undefined_is_no_number_and_has_records_to_show(seed: int) -> None:
    town = random_town(seed)
    rates = [f for f in FEATURES if f.aggregation in ("growth", "relative_change")]
    for party in PARTIES:
        found = explain_all(town.view(DAY, Access.system()), town.position(party), rates, REGISTRY)
        assert all(each.known and each.value is None and each.facts for each in found if each.undefined)
