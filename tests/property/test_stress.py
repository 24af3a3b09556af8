"""What must hold of the coupled stress test in every town."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from algorithms.risk.stress import stress_test
from algorithms.risk.stress_bounds import stress_bounds
from algorithms.risk.stress_case import GroupLimits, StressAssumptions, StressCase

MONEY = st.sampled_from([0.0, 0.0, 0.0, 1.0, 3.0, 10.0])
PART = st.sampled_from([0.0, 0.5, 1.0])
ASSUMED = st.builds(
    StressAssumptions,
    dilution=PART,
    margin=PART,
    asset_loss=PART,
    variant=st.sampled_from(["joint_and_several", "pro_rata"]),
    alpha=st.sampled_from([0.5, 1.0]),
    beta=st.sampled_from([0.5, 1.0]),
    substitution=st.booleans(),
)
MOST = settings(max_examples=60, deadline=None)


@st.composite
def cases(draw, most=6):
    """Towns of 0 to 6 parties: circles, own debts, islands."""
    size = draw(st.integers(0, most))
    square = hnp.arrays(np.float64, (size, size), elements=MONEY)
    vector = hnp.arrays(np.float64, size, elements=MONEY)
    sectors = draw(hnp.arrays(np.int64, size, elements=st.integers(0, 2)))
    essential = draw(hnp.arrays(np.int64, (3, 3), elements=st.integers(0, 2)))
    four = [draw(square) for _ in range(4)]
    return StressCase(four[0], sectors, essential, *four[1:], draw(vector), draw(vector))


def _size(case):
    return len(case.external_assets)


def _shock(data, case):
    return data.draw(hnp.arrays(np.float64, _size(case), elements=PART))


@MOST
@given(cases(), ASSUMED, st.data())
def test_every_fen_that_is_lost_is_lost_by_somebody(case, assumed, data):
    result = stress_test(case, _shock(data, case), assumed)
    borne = result.value.sum() - result.passed_on.sum() + result.outside_loss
    np.testing.assert_allclose(borne, result.source, rtol=0, atol=1e-8)
    stages = result.own + result.diluted + result.unpaid + result.calls
    np.testing.assert_allclose(stages, result.value, rtol=0, atol=1e-9)


@MOST
@given(cases(), ASSUMED)
def test_without_a_shock_nobody_loses_anything(case, assumed):
    result = stress_test(case, np.zeros(_size(case)), assumed)
    assert not result.value.any()
    assert not result.passed_on.any()
    assert result.source == result.outside_loss == 0
    assert result.converged


@MOST
@given(cases(), ASSUMED, st.data())
def test_losses_rise_with_the_shock(case, assumed, data):
    small, more = _shock(data, case), _shock(data, case)
    low, high = (stress_test(case, s, assumed) for s in (small, np.maximum(small, more)))
    assert np.all(low.value <= high.value + 1e-8)
    assert np.all(low.value >= -1e-9)
    assert np.all(low.calls <= high.calls + 1e-8)
    assert np.all(low.after.paid_part >= high.after.paid_part - 1e-9)


@MOST
@given(cases(), ASSUMED, st.data())
def test_nobody_pays_more_than_he_owes_or_has(case, assumed, data):
    result = stress_test(case, _shock(data, case), assumed)
    after = result.after
    assert np.all((after.paid_part >= 0) & (after.paid_part <= 1))
    assert np.all(after.calls <= case.guarantees.sum(axis=1) + 1e-9)
    assert np.all((result.final_equity < 1e-9) | ~after.defaulted)
    assert np.all((result.final_equity > -1e-9) | after.defaulted)


@MOST
@given(cases(), ASSUMED, st.data(), st.randoms())
def test_names_do_not_matter(case, assumed, data, random):
    shock, order = _shock(data, case), list(range(_size(case)))
    random.shuffle(order)
    moved = StressCase(
        **{each.name: _moved(getattr(case, each.name), order, each.name) for each in fields(case)}
    )
    there, here = stress_test(moved, shock[order], assumed), stress_test(case, shock, assumed)
    np.testing.assert_allclose(there.value, here.value[order], rtol=0, atol=1e-9)


def _moved(array, order, name):
    if name == "essential":
        return array
    return array[np.ix_(order, order)] if array.ndim == 2 else array[order]


@MOST
@given(cases(), ASSUMED, st.data())
def test_bounds_hold_for_every_assets_that_a_solvent_party_may_have(case, assumed, data):
    shock = _shock(data, case)
    unknown = data.draw(hnp.arrays(np.bool_, _size(case)))
    more = data.draw(hnp.arrays(np.float64, _size(case), elements=MONEY))
    found = stress_bounds(
        replace(case, external_assets=np.where(unknown, np.nan, case.external_assets)), shock, assumed
    )
    assert (found.known == ~unknown).all()
    just = found.most.final_equity + found.most.after.loss + _debts(case) - _claims(case)
    assert not (found.most.before.defaulted & unknown).any()
    held = np.where(unknown, just + more, case.external_assets)
    between = stress_test(replace(case, external_assets=held), shock, assumed)
    for name in ("diluted", "unpaid", "calls"):
        low, at, high = (getattr(each, name) for each in (found.least, between, found.most))
        assert np.all(low <= at + 1e-7)
        assert np.all(at <= high + 1e-7)


def _debts(case):
    return case.receivables.sum(axis=1) + case.loans.sum(axis=1) + case.external_liabilities


def _claims(case):
    return case.receivables.sum(axis=0) + case.loans.sum(axis=0)


@MOST
@given(cases(), st.data())
def test_group_exposures_only_grow_and_limits_only_shrink(case, data):
    size = _size(case)
    members = data.draw(hnp.arrays(np.bool_, (3, size)))
    limits = GroupLimits(members, data.draw(hnp.arrays(np.float64, size, elements=MONEY)), 0.25)
    groups = stress_test(case, _shock(data, case), groups=limits).groups
    assert np.all(groups.exposure_before <= groups.exposure_after + 1e-9)
    assert np.all(groups.limit_after <= groups.limit_before + 1e-9)
    held = members.astype(float) @ case.loans
    assert groups.exposure_before.sum() == held.sum()
