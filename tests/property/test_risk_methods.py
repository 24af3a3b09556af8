"""What must hold of distress, clearing, production loss, calls, links and power on every network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from algorithms.ownership.close_links import close_links
from algorithms.ownership.integrated import integrated_ownership
from algorithms.ownership.power import power_index
from algorithms.risk.clearing import clearing_vector
from algorithms.risk.debtrank import debtrank
from algorithms.risk.esri import esri
from algorithms.risk.guarantees import guarantee_calls
from algorithms.thresholds import at_least
from tests.reference import debtrank as slow_debtrank

VARIANTS = ("2012", "2015")
LIABILITY = ("pro_rata", "joint_and_several")
MONEY = st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 10.0])
RATIO = st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0])
DENSITY = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0])


def _vector(size, elements):
    return hnp.arrays(np.float64, size, elements=elements)


@st.composite
def networks(draw, most=7):
    """Amounts between 0 to 7 nodes: circles, loops, islands; two vectors of money and one of ratios."""
    size = draw(st.integers(0, most))
    amounts = draw(hnp.arrays(np.float64, (size, size), elements=MONEY))
    return amounts, draw(_vector(size, MONEY)), draw(_vector(size, MONEY)), draw(_vector(size, RATIO))


@st.composite
def economies(draw):
    weights, _, _, shock = draw(networks())
    sectors = draw(hnp.arrays(np.int64, len(weights), elements=st.integers(0, 2)))
    essential = draw(hnp.arrays(np.int64, (3, 3), elements=st.integers(0, 2)))
    return weights, sectors, essential, shock


@st.composite
def declared(draw, most=6):
    size = draw(st.integers(0, most))
    percent = hnp.arrays(np.int64, (size, size), elements=st.sampled_from([0, 0, 0, 5, 20, 30, 50, 51, 100]))
    return draw(percent) / 100.0


def _order(size, random):
    order = list(range(size))
    random.shuffle(order)
    return order


# DebtRank


@given(networks(), st.sampled_from(VARIANTS))
def test_distress_is_bounded_and_never_below_the_shock(network, variant):
    lent, equity, _, shock = network
    result = debtrank(lent, equity, shock, variant)
    assert result.converged
    assert np.all(result.value >= shock)
    assert np.all(result.value <= 1)
    assert -1e-12 <= result.R <= 1 + 1e-12
    assert np.all(result.losses >= 0)
    np.testing.assert_allclose(result.final_equity, equity * (1 - shock) - result.losses, atol=1e-9)
    # Whoever still stands has lost exactly h of its equity, in either variant.
    standing = result.value < 1 - 1e-9
    np.testing.assert_allclose(
        result.final_equity[standing], (equity * (1 - result.value))[standing], atol=1e-9
    )


@given(networks(), st.sampled_from(VARIANTS))
def test_distress_equals_its_slow_twin(network, variant):
    lent, equity, _, shock = network
    slow = slow_debtrank.debtrank_2012 if variant == "2012" else slow_debtrank.debtrank_2015
    expected = slow(lent, equity, shock)
    np.testing.assert_allclose(debtrank(lent, equity, shock, variant).value, expected, rtol=0, atol=1e-9)


@given(networks(), st.data())
def test_distress_rises_with_shock_and_lending_and_falls_with_equity(network, data):
    """Only 2015: a node of 2012 that is hit early fires before the worst has come."""
    lent, equity, _, shock = network
    worse = np.maximum(shock, data.draw(_vector(len(shock), RATIO)))
    more = lent + data.draw(hnp.arrays(np.float64, lent.shape, elements=MONEY))
    less = equity * data.draw(_vector(len(shock), RATIO))
    h = debtrank(lent, equity, shock, "2015").value
    assert np.all(debtrank(lent, equity, worse, "2015").value >= h - 1e-9)
    assert np.all(debtrank(more, equity, shock, "2015").value >= h - 1e-9)
    assert np.all(debtrank(lent, less, shock, "2015").value >= h - 1e-9)


@given(networks(), st.sampled_from(VARIANTS), st.randoms(use_true_random=False))
def test_distress_does_not_depend_on_labels_or_currency(network, variant, random):
    lent, equity, _, shock = network
    order = _order(len(equity), random)
    here = debtrank(lent, equity, shock, variant)
    there = debtrank(lent[np.ix_(order, order)] * 100, equity[order] * 100, shock[order], variant)
    np.testing.assert_allclose(there.value, here.value[order], rtol=0, atol=1e-9)
    assert abs(there.R - here.R) < 1e-9


@given(networks(), st.sampled_from(VARIANTS))
def test_no_shock_no_distress(network, variant):
    lent, equity, _, _ = network
    result = debtrank(lent, equity, np.zeros(len(equity)), variant)
    assert not result.value.any()
    assert result.R == 0


# Clearing


@given(networks(), DENSITY, DENSITY)
def test_payments_are_bounded_and_conserved(network, alpha, beta):
    owes, assets, outside, _ = network
    result = clearing_vector(owes, assets, outside, alpha, beta)
    assert result.converged
    assert np.all(result.value >= 0)
    assert np.all(result.value <= result.obligations + 1e-12)
    # All that is paid arrives: in the network or outside.
    assert result.received.sum() + result.external_payments.sum() == pytest.approx(result.value.sum())
    # Nobody pays more than he has, and who does not pay in full has defaulted.
    assert np.all(result.value <= assets + result.received + 1e-9)
    assert np.array_equal(result.defaulted, result.value < result.obligations - 1e-9)


@given(networks())
def test_without_costs_the_equities_add_up_to_what_came_from_outside(network):
    """Eisenberg–Noe: what banks keep and what outsiders get is what there was, and a defaulter keeps nothing."""
    owes, assets, outside, _ = network
    result = clearing_vector(owes, assets, outside)
    kept = assets + result.received - result.value
    assert np.all(kept >= -1e-9)
    np.testing.assert_allclose(kept[result.defaulted], 0.0, atol=1e-9)
    assert kept.sum() + result.external_payments.sum() == pytest.approx(assets.sum(), abs=1e-9)
    np.testing.assert_allclose(np.maximum(result.final_equity, 0.0), kept, atol=1e-9)


@given(networks(), DENSITY, DENSITY, st.data())
def test_payments_rise_with_assets_and_recovery(network, alpha, beta, data):
    owes, assets, outside, _ = network
    richer = assets + data.draw(_vector(len(assets), MONEY))
    p = clearing_vector(owes, assets, outside, alpha, beta).value
    assert np.all(clearing_vector(owes, richer, outside, alpha, beta).value >= p - 1e-9)
    assert np.all(clearing_vector(owes, assets, outside).value >= p - 1e-9)


@given(networks(), DENSITY, DENSITY, st.randoms(use_true_random=False))
def test_payments_do_not_depend_on_labels_or_form(network, alpha, beta, random):
    owes, assets, outside, _ = network
    order = _order(len(assets), random)
    here = clearing_vector(owes, assets, outside, alpha, beta)
    moved = sparse.csc_array(owes[np.ix_(order, order)])
    there = clearing_vector(moved, assets[order], outside[order], alpha, beta)
    np.testing.assert_allclose(there.value, here.value[order], rtol=0, atol=1e-9)
    assert there.defaulted.tolist() == here.defaulted[order].tolist()


# ESRI


@settings(deadline=None)
@given(economies(), st.booleans())
def test_lost_output_is_bounded_and_at_least_the_own(economy, substitution):
    weights, sectors, essential, _ = economy
    result = esri(weights, sectors, essential, substitution=substitution)
    assert result.converged or (substitution and 0 < result.residual < 1e-6)
    sales = weights.sum(axis=1)
    own = sales / sales.sum() if sales.sum() else sales
    for share in (result.value, result.downstream, result.upstream):
        assert np.all(share >= own - 1e-12)
        assert np.all(share <= 1 + 1e-12)
    assert np.all(result.value >= np.maximum(result.downstream, result.upstream) - 1e-12)
    assert np.all(result.value <= result.downstream + result.upstream + 1e-12)


@settings(deadline=None)
@given(economies(), st.booleans(), st.data())
def test_lost_output_rises_with_the_shock_and_falls_with_substitution(economy, substitution, data):
    weights, sectors, essential, shock = economy
    worse = np.maximum(shock, data.draw(_vector(len(shock), RATIO)))
    mild = esri(weights, sectors, essential, shock, substitution)
    for harder in (
        esri(weights, sectors, essential, worse, substitution),
        esri(weights, sectors, essential, shock, substitution=False),
    ):
        assert np.all(harder.production <= mild.production + _slack(harder, mild))
    assert np.all(mild.production <= 1 - shock + 1e-12)
    assert not esri(weights, sectors, essential, np.zeros(len(shock)), substitution).value > 0


@settings(deadline=None)
@given(economies(), st.booleans(), st.randoms(use_true_random=False))
def test_lost_output_does_not_depend_on_labels_or_currency(economy, substitution, random):
    weights, sectors, essential, _ = economy
    order = _order(len(sectors), random)
    here = esri(weights, sectors, essential, substitution=substitution)
    moved = weights[np.ix_(order, order)] * 1000
    there = esri(moved, sectors[order], essential, substitution=substitution)
    np.testing.assert_allclose(there.value, here.value[order], rtol=0, atol=_slack(here, there))


def test_a_sector_just_short_of_enough_is_approached_slowly_and_says_so():
    """Sector 2 is left where its last substitutes run out: the change falls like 1 / t², not geometrically."""
    weights = np.full((4, 4), 0.5)
    weights[1, 2:] = 0.0
    result = esri(weights, [0, 1, 2, 2], np.ones((3, 3)), max_iter=300)
    assert not result.converged
    assert result.residual > 0


def _slack(*results):
    """What is not settled may still move."""
    return 1e-9 if all(result.converged for result in results) else 1e-3


# Guarantee calls


@given(networks(), DENSITY, st.sampled_from(LIABILITY), st.data())
def test_the_loss_is_paid_or_uncovered_and_nothing_else(network, lgd, variant, data):
    g, equity, debts, _ = network
    seeds = data.draw(st.sets(st.integers(0, len(g) - 1))) if len(g) else set()
    given_debts = data.draw(st.sampled_from([None, debts]))
    result = guarantee_calls(g, equity, lgd, sorted(seeds), variant, given_debts)
    loss = lgd * (g.sum(axis=0) if given_debts is None else debts)
    assert result.paid.sum() + result.uncovered.sum() == pytest.approx(loss[result.defaulted].sum(), abs=1e-9)
    assert set(np.flatnonzero(result.rounds == 0).tolist()) == seeds
    standing = ~result.defaulted
    assert np.all(result.paid[standing] <= equity[standing] + 1e-9)
    assert not result.paid[result.defaulted].any()
    assert np.all(result.value <= g.sum(axis=1) + 1e-9)  # never more than was guaranteed
    fell = result.rounds > 0
    assert np.all(result.value[fell] > equity[fell])


@given(networks(), DENSITY, st.data())
def test_joint_liability_calls_at_least_the_parts_and_covers_more(network, lgd, data):
    g, equity, _, _ = network
    seeds = sorted(data.draw(st.sets(st.integers(0, len(g) - 1)))) if len(g) else []
    parts, joint = (guarantee_calls(g, equity, lgd, seeds, variant) for variant in LIABILITY)
    assert np.all(joint.value >= parts.value - 1e-9)
    assert np.all(joint.defaulted >= parts.defaulted)
    # Without co-guarantors' defaults the parts are the formula c_j = Σ g_ji · LGD.
    np.testing.assert_allclose(parts.value, g @ (lgd * parts.defaulted), atol=1e-9)


@given(networks(), DENSITY, st.sampled_from(LIABILITY), st.data())
def test_more_defaults_call_more_and_labels_do_not_matter(network, lgd, variant, data):
    g, equity, _, _ = network
    if not len(g):
        return
    seeds = data.draw(st.sets(st.integers(0, len(g) - 1)))
    more = seeds | data.draw(st.sets(st.integers(0, len(g) - 1)))
    few, many = (guarantee_calls(g, equity, lgd, sorted(s), variant) for s in (seeds, more))
    assert np.all(many.value >= few.value - 1e-9)
    assert np.all(many.defaulted >= few.defaulted)
    order = _order(len(g), data.draw(st.randoms(use_true_random=False)))
    there = [order.index(s) for s in seeds]
    moved = guarantee_calls(sparse.csc_array(g[np.ix_(order, order)]), equity[order], lgd, there, variant)
    np.testing.assert_allclose(moved.value, few.value[order], atol=1e-9)


# Close links and power


@settings(deadline=None)
@given(declared(), st.sampled_from([0.05, 0.2, 0.5]), st.randoms(use_true_random=False))
def test_close_links_lie_between_direct_holdings_and_walks(A, threshold, random):
    result = close_links(A, threshold)
    assert result.converged
    links = result.value.toarray()
    assert not links.diagonal().any()
    direct = at_least(A, threshold) & ~np.eye(len(A), dtype=bool)
    walks = integrated_ownership(A).value.toarray()
    assert np.all(links >= direct)
    assert np.all(links <= (at_least(walks, threshold) | np.isnan(walks)))
    both = close_links(A, threshold, common_holder=True).value.toarray()
    assert np.all(both >= links)
    assert np.all(both.T[both & ~links])  # a common holder links both ways
    order = _order(len(A), random)
    moved = close_links(sparse.csr_array(A[np.ix_(order, order)]), threshold).value.toarray()
    assert np.array_equal(moved, links[np.ix_(order, order)])


@settings(deadline=None)
@given(declared(), st.randoms(use_true_random=False))
def test_power_is_a_distribution_over_owners(A, random):
    A = np.triu(A, 1)
    power = power_index(A)
    assert power.converged
    np.testing.assert_allclose(power.value.sum(axis=0) + power.undecided, 1.0, atol=1e-12)
    assert np.all(power.value.data > 0)
    order = _order(len(A), random)
    moved = power_index(A[np.ix_(order, order)])
    np.testing.assert_allclose(moved.value.toarray(), power.value.toarray()[np.ix_(order, order)], atol=1e-12)


# Edges of the domain


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_array])
def test_nobody_at_all(form):
    none, nobody = form(np.zeros((0, 0))), np.zeros(0)
    for result in (
        *(debtrank(none, nobody, nobody, variant) for variant in VARIANTS),
        clearing_vector(none, nobody, nobody),
        esri(none, nobody, np.zeros((0, 0))),
        *(guarantee_calls(none, nobody, 0.5, [], variant) for variant in LIABILITY),
    ):
        assert result.value.shape == (0,)
        assert (result.residual, result.converged) == (0, True)
    assert close_links(none).value.shape == power_index(none).value.shape == (0, 0)
    assert float(esri(none, nobody, np.zeros((0, 0)), shock=nobody).value) == 0


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_one_node_alone(form):
    one = form(np.zeros((1, 1)))
    for variant in VARIANTS:
        assert debtrank(one, [5.0], [0.3], variant).final_equity.tolist() == pytest.approx([3.5])
    assert clearing_vector(one, [3.0], [5.0]).final_equity.tolist() == [-2]
    assert clearing_vector(one, [3.0], [5.0], alpha=0.5).value.tolist() == [1.5]
    assert esri(one, [0], [[2]]).value.tolist() == [0]
    assert guarantee_calls(one, [1.0], 0.5, [0]).defaulted.tolist() == [True]
    assert guarantee_calls(one, [-1.0], 0.5, []).defaulted.tolist() == [True]
    assert power_index(one).undecided.tolist() == [1]


def test_a_node_without_equity_falls_with_the_first_loss_only():
    lent = np.array([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0], [0.0, 0.0, 0.0]])
    for variant, h in (("2012", 0.2), ("2015", 1.0)):
        result = debtrank(lent, [1.0, 0.0, 0.0], [0.2, 0.0, 0.0], variant)
        # 1 lent a little to 0; 2 lent nothing to anyone and has nothing to lose.
        assert result.value.tolist() == [0.2, h, 0.0]


def test_exactly_enough_is_no_default():
    # Ten claims of 0.1 do not add up to 1 in binary; who owes 1 is solvent all the same.
    owes = np.zeros((11, 11))
    owes[:10, 10] = 0.1
    result = clearing_vector(owes, np.append(np.full(10, 0.1), 0.0), np.append(np.zeros(10), 1.0), 0.5, 0.5)
    assert not result.defaulted.any()
    assert result.at_boundary.all()
    g = np.zeros((3, 3))
    g[2, :2] = 0.1, 0.2
    for equity, falls in ((0.3, False), (0.3 - 1e-9, True)):
        assert guarantee_calls(g, [0, 0, equity], 1.0, [0, 1]).defaulted[2] == falls
