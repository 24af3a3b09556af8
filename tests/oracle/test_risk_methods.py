"""Fast distress, clearing, production loss, calls, links and power equal their slow twins on random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.close_links import close_links
from algorithms.ownership.power import power_index
from algorithms.ownership.voting_game import shapley_shubik
from algorithms.risk.clearing import clearing_vector
from algorithms.risk.debtrank import debtrank
from algorithms.risk.esri import esri
from algorithms.risk.feedback import solve_feedback
from algorithms.risk.guarantees import guarantee_calls
from tests.reference import clearing as slow_clearing
from tests.reference import close_links as slow_links
from tests.reference import debtrank as slow_debtrank
from tests.reference import esri as slow_esri
from tests.reference import guarantees as slow_guarantees
from tests.reference import power as slow_power

SEEDS = range(25)


def amounts(random, size, density):
    """Money between nodes, circles and all; some of it to oneself."""
    return random.uniform(0.1, 10, (size, size)) * (random.random((size, size)) < density)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("density", [0.05, 0.3])
def test_debtrank_2012_equals_the_states_one_by_one(seed, density):
    random = np.random.default_rng(seed)
    lent, equity, shock = _sheet(random, density)
    result = debtrank(sparse.csr_array(lent), equity, shock, "2012")
    np.testing.assert_allclose(
        result.value, slow_debtrank.debtrank_2012(lent, equity, shock), rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(result.final_equity, equity * (1 - result.value), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("density", [0.05, 0.3])
def test_debtrank_2015_equals_passing_on_the_increments(seed, density):
    random = np.random.default_rng(seed)
    lent, equity, shock = _sheet(random, density)
    result = debtrank(sparse.csr_array(lent), equity, shock, "2015")
    assert result.converged
    np.testing.assert_allclose(
        result.value, slow_debtrank.debtrank_2015(lent, equity, shock), rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(result.losses, lent @ result.value, atol=1e-9)


def _sheet(random, density, size=20):
    lent = amounts(random, size, density)
    # From banks that hardly feel a loan to banks that a loan wipes out, and some that have nothing left.
    equity = random.choice([0.0, 1.0, 20.0, 60.0], size, p=[0.1, 0.2, 0.4, 0.3]) * random.uniform(
        0.5, 2, size
    )
    shock = np.where(random.random(size) < 0.2, random.choice([0.001, 0.3, 1.0], size), 0.0)
    return lent, equity, shock


@pytest.mark.parametrize("gain", [0.9, 0.999, 1 - 1e-7, 1.0, 1.5])
def test_a_circle_that_hardly_loses_anything_on_the_way_is_exact(gain):
    """``h = h(0) + gain · h`` round the circle, whose sum stepping would stop short of: closed form, capped at 1."""
    lent, shock = np.array([[0.0, gain], [1.0, 0.0]]), np.array([1e-4 if gain >= 1 else (1 - gain) / 2, 0.0])
    result = debtrank(lent, [1.0, 1.0], shock, "2015", max_iter=100_000)
    assert result.converged
    expected = 1.0 if gain >= 1 else 0.5
    np.testing.assert_allclose(result.value, [expected, expected], rtol=0, atol=1e-8)


def test_a_stopped_debtrank_says_so():
    lent = np.array([[0.0, 1.0], [1.0, 0.0]])
    result = debtrank(lent, [1.0, 1.0], [1e-6, 0.0], "2015", max_iter=10)
    assert not result.converged
    assert result.residual > 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("density", [0.05, 0.3, 1.0])
def test_eisenberg_noe_equals_the_linear_programme(seed, density):
    liabilities, assets, outside = _debts(np.random.default_rng(seed), density)
    result = clearing_vector(sparse.csr_array(liabilities), assets, outside)
    assert result.converged
    scale = max(1.0, result.obligations.max())
    best = slow_clearing.programme(liabilities, assets, outside)
    assert result.value.sum() == pytest.approx(best.sum(), rel=1e-9)
    np.testing.assert_allclose(result.value, best, rtol=0, atol=1e-7 * scale)  # the solver's own tolerance
    exact = slow_clearing.repeated(liabilities, assets, outside)
    np.testing.assert_allclose(result.value, exact, rtol=0, atol=1e-9 * scale)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("left", [(0.5, 0.7), (1.0, 0.3), (0.0, 0.0), (0.9, 1.0)])
def test_rogers_veraart_equals_repeating_the_definition(seed, left):
    liabilities, assets, outside = _debts(np.random.default_rng(seed), 0.3)
    result = clearing_vector(liabilities, assets, outside, *left)
    assert result.converged
    exact = slow_clearing.repeated(liabilities, assets, outside, *left)
    np.testing.assert_allclose(result.value, exact, rtol=0, atol=1e-9 * max(1.0, exact.max()))


def _debts(random, density, size=15):
    liabilities = amounts(random, size, density)
    np.fill_diagonal(liabilities, 0.0)
    outside = random.uniform(0, 10, size) * (random.random(size) < 0.6)
    assets = random.uniform(0, 25, size) * (random.random(size) < 0.6)
    return liabilities, assets, outside


def test_a_ring_without_any_assets_pays_what_the_greatest_solution_allows():
    """Every c from 0 to 1 solves ``p = (c, c, c)``; the greatest is everyone's debt to the next, in full."""
    ring = np.roll(np.eye(3), 1, axis=1)
    result = clearing_vector(ring, np.zeros(3), np.zeros(3))
    assert result.value.tolist() == [1, 1, 1]
    uneven = clearing_vector(ring * np.array([[1.0], [2.0], [3.0]]), np.zeros(3), np.zeros(3))
    assert uneven.value.tolist() == [1, 1, 1]
    assert uneven.defaulted.tolist() == [False, True, True]


def test_defaulters_who_owe_almost_only_each_other_are_not_called_solved():
    owes, leak = np.array([[0.0, 1.0], [1.0, 0.0]]), 1e-10
    result = clearing_vector(owes, [leak / 10, 0.0], [leak, 0.0])
    assert result.defaulted.all()
    assert not result.converged
    assert np.all(result.value >= 0.1)  # the solution, leak / 10 that has to fill a leak
    assert clearing_vector(owes, [1e-4, 0.0], [1e-3, 0.0]).converged


def _one_circle(gain):
    """A thousand nodes in one circle with chords, whose sums shrink by ``gain`` from round to round."""
    random = np.random.default_rng(2)
    M = amounts(random, 1000, 0.004) + np.roll(np.eye(1000), 1, axis=1)
    return M * (gain / np.max(np.abs(np.linalg.eigvals(M)))), random.random(1000)


@pytest.mark.parametrize("gain", [0.5, 0.9999])
def test_a_large_circle_equals_a_dense_solve(gain):
    """0.5 is settled by summing, 0.9999 is not and is factored."""
    M, b = _one_circle(gain)
    expected = np.linalg.solve(np.eye(1000) - M, b)
    np.testing.assert_allclose(solve_feedback(sparse.csr_array(M), b), expected, rtol=1e-9)


def test_a_large_circle_that_feeds_on_itself_has_no_sum():
    M, b = _one_circle(1.1)
    assert np.isnan(solve_feedback(sparse.csr_array(M), b)).all()
    assert not solve_feedback(sparse.csr_array(M), np.zeros(1000)).any()


def test_a_circle_too_large_to_factor_is_summed_or_left_open(monkeypatch):
    monkeypatch.setattr("algorithms.risk.feedback.FACTOR_AT_MOST", 900)
    M, b = _one_circle(0.5)
    assert np.isfinite(solve_feedback(sparse.csr_array(M), b)).all()
    M, b = _one_circle(0.9999)
    assert np.isnan(solve_feedback(sparse.csr_array(M), b)).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("substitution", [True, False])
def test_esri_equals_the_firms_one_by_one(seed, substitution):
    random = np.random.default_rng(seed)
    size = 10
    weights = amounts(random, size, 0.2)
    sectors = random.integers(0, 4, size)
    essential = random.integers(0, 3, (4, 4))
    result = esri(sparse.csr_array(weights), sectors, essential, substitution=substitution)
    assert result.converged
    shocks = [np.eye(size)[j] for j in range(size)]
    expected = [
        slow_esri.lost(weights, sectors.tolist(), essential, shock, substitution)[0] for shock in shocks
    ]
    np.testing.assert_allclose(result.value, expected, rtol=0, atol=1e-9)
    mixed = random.random(size) * (random.random(size) < 0.5)
    one = esri(weights, sectors, essential, mixed, substitution)
    total, production = slow_esri.lost(weights, sectors.tolist(), essential, mixed, substitution)
    assert float(one.value) == pytest.approx(total, abs=1e-9)
    np.testing.assert_allclose(one.production, production, rtol=0, atol=1e-9)


def test_esri_of_many_firms_does_not_depend_on_how_many_are_held_at_once(monkeypatch):
    random = np.random.default_rng(0)
    weights, sectors = amounts(random, 30, 0.1), random.integers(0, 5, 30)
    essential = random.integers(0, 3, (5, 5))
    at_once = esri(weights, sectors, essential).value
    monkeypatch.setattr("algorithms.risk.esri.NUMBERS_AT_ONCE", 30 * 7)
    np.testing.assert_allclose(esri(weights, sectors, essential).value, at_once, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", ["pro_rata", "joint_and_several"])
def test_guarantee_calls_equal_one_guarantor_at_a_time(seed, variant):
    random = np.random.default_rng(seed)
    size = 15
    g = amounts(random, size, 0.15)
    np.fill_diagonal(g, 0.0)
    equity, lgd = random.uniform(-0.2, 12, size), random.random(size)
    debts = g.sum(axis=0) * random.uniform(0.5, 1.5, size) if seed % 2 else None
    seeds = random.choice(size, 2, replace=False)
    result = guarantee_calls(sparse.csc_array(g), equity, lgd, seeds, variant, debts)
    loss = lgd * (g.sum(axis=0) if debts is None else debts)
    joint = variant == "joint_and_several"
    down = slow_guarantees.fallen(g, equity, loss, set(seeds.tolist()), joint)
    assert set(np.flatnonzero(result.defaulted).tolist()) == down
    expected = [slow_guarantees.call(g, loss, down, j, joint) for j in range(size)]
    np.testing.assert_allclose(result.value, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("common_holder", [False, True])
@pytest.mark.parametrize("threshold", [0.2, 0.05])
def test_close_links_equal_the_enumeration(seed, common_holder, threshold):
    random = np.random.default_rng(seed)
    A = random.integers(0, 60, (8, 8)) / 100 * (random.random((8, 8)) < 0.3)
    A /= np.maximum(A.sum(axis=0), 1.0) if seed % 2 else 1.0  # with and without more than 100 %
    result = close_links(sparse.csc_array(A), threshold, common_holder)
    assert result.converged
    found = set(zip(*(axis.tolist() for axis in result.value.nonzero()), strict=True))
    assert found == slow_links.linked(A, threshold, common_holder)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("decimals", [True, False])
def test_pivots_equal_all_orders(seed, decimals):
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(random.integers(1, 7)))
    if decimals:
        weights = np.round(weights, random.integers(2, 5))
    quota = 0.5 if seed % 2 else 2 / 3
    found = shapley_shubik(weights, quota, samples=1, seed=0)
    assert found.error == 0
    np.testing.assert_allclose(found.index, slow_power.pivots(weights.tolist(), quota), rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_network_power_equals_every_joint_outcome(seed):
    random = np.random.default_rng(seed)
    A = _storeys(random)
    result = power_index(A)
    assert result.converged
    expected = slow_power.network_power(A, list(range(9)), 0.5)
    np.testing.assert_allclose(result.undecided, expected.diagonal(), rtol=0, atol=1e-12)
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_allclose(result.value.toarray(), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_drawn_power_is_within_its_stated_error(seed, monkeypatch):
    A = _storeys(np.random.default_rng(seed))
    exact = power_index(A)
    monkeypatch.setattr("algorithms.ownership.power.STATES_AT_MOST", 0)
    drawn = power_index(A, samples=4000, seed=seed)
    assert not drawn.converged
    assert 0 < drawn.residual < 0.01
    assert np.max(np.abs((drawn.value - exact.value).toarray())) < 5 * drawn.residual
    again = power_index(A, samples=4000, seed=seed)
    assert (drawn.value != again.value).nnz == 0


def test_a_large_vote_that_is_no_decimal_is_drawn_within_its_error():
    weights = np.random.default_rng(1).dirichlet(np.ones(15))
    exact = shapley_shubik(weights, 0.5, samples=1, seed=0)
    # Two voters without votes make it too large to enumerate and change nobody's power.
    drawn = shapley_shubik(np.concatenate((weights, [0.0, 0.0])), 0.5, samples=20_000, seed=3)
    assert exact.error == 0 < drawn.error < 0.005
    assert np.max(np.abs(drawn.index[:15] - exact.index)) < 5 * drawn.error


def test_power_in_a_circle_is_the_outside_owners():
    """1 and 2 hold 30 % of each other; 0 holds 70 % of both, so every vote ends with him."""
    A = np.zeros((3, 3))
    A[0, 1:], A[1, 2], A[2, 1] = 0.7, 0.3, 0.3
    power = power_index(A, samples=200)
    assert power.sampled.tolist() == [1, 2]
    assert power.value.toarray()[0].tolist() == [0, 1, 1]


def _storeys(random):
    """Nine nodes, each held by some before it, in percent."""
    A = np.zeros((9, 9))
    for company in range(3, 9):
        holders = random.choice(company, min(company, random.integers(1, 5)), replace=False)
        A[holders, company] = np.round(random.dirichlet(np.ones(len(holders))), 2)
    return A
