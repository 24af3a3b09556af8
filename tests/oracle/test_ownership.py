"""Fast ownership equals its slow twins on random graphs with circles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.control import control, control_evidence
from algorithms.ownership.integrated import integrated_ownership, integrated_ownership_of
from algorithms.ownership.intervals import final_interval
from algorithms.ownership.paths import simple_path_sums
from algorithms.ownership.rights import Rights
from tests.reference import control as slow_control
from tests.reference import ownership as slow

SEEDS = range(12)


def random_shares(seed, size=30, density=0.12, total=(0.5, 1.0)):
    """Shares with circles and self-holdings; every company's declared total lies in ``total``."""
    rng = np.random.default_rng(seed)
    A = rng.random((size, size)) * (rng.random((size, size)) < density)
    A[:, : size // 4] = 0.0  # outside owners
    sums = A.sum(axis=0)
    scale = rng.uniform(*total, size) / np.where(sums > 0, sums, 1.0)
    A *= scale
    A[0, size // 4 :] += 0.01  # no circle without an outside owner
    return A / np.maximum(A.sum(axis=0), 1.0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("density", [0.03, 0.12, 0.6])
def test_integrated_ownership_equals_the_dense_solve(seed, density):
    A = random_shares(seed, density=density)
    expected = slow.integrated_ownership(A)
    for form in (A, sparse.csr_array(A), sparse.csc_array(A), sparse.coo_matrix(A)):
        result = integrated_ownership(form)
        assert result.converged
        np.testing.assert_allclose(result.value.toarray(), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_integrated_ownership_equals_the_sum_of_walks(seed):
    A = random_shares(seed, size=12, density=0.3, total=(0.2, 0.7))
    Y = integrated_ownership(A).value.toarray()
    np.testing.assert_allclose(Y, slow.sum_of_walks(A, 400), rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_targets_equal_the_columns_of_the_whole(seed):
    A = random_shares(seed)
    targets = [29, 3, 17]
    few = integrated_ownership_of(A, targets)
    assert few.converged
    assert few.targets.tolist() == [3, 17, 29]
    np.testing.assert_allclose(
        few.value.toarray(), slow.integrated_ownership(A)[:, [3, 17, 29]], rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_holdings_of_a_holder_are_the_same_question_transposed(seed):
    A = random_shares(seed)
    rows = integrated_ownership_of(A.T, [2]).value.toarray().T
    np.testing.assert_allclose(rows, slow.integrated_ownership(A)[[2]], rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_undefined_exactly_where_the_walks_do_not_sum(seed):
    rng = np.random.default_rng(seed)
    A = random_shares(seed, size=8, density=0.35)
    i, j, k = rng.choice(8, 3, replace=False)
    A[:, [i, j]] = 0.0
    A[i, j] = A[j, i] = rng.choice([1.0, 1.2, 0.5])  # perhaps a circle that feeds on itself
    A[i, k] = 0.3
    result = integrated_ownership(A)
    assert result.converged == (slow.spectral_radius(A) < 1 - 1e-9)
    assert np.isnan(result.value.toarray()).any() == (not result.converged)


@pytest.mark.parametrize("seed", SEEDS)
def test_simple_path_sums_equal_the_enumeration(seed):
    A = random_shares(seed, size=9, density=0.35)
    for target in range(9):
        sums = simple_path_sums(A, target, prune=0.0)
        np.testing.assert_allclose(sums.value, slow.simple_path_sums(A, target), rtol=0, atol=1e-9)
        assert sums.residual == 0.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("limits", [{"prune": 1e-2}, {"most": 3}, {"prune": 1e-1, "most": 50}])
def test_what_simple_paths_leave_out_is_within_the_stated_bound(seed, limits):
    A = random_shares(seed, size=9, density=0.5)
    for target in range(9):
        exact = slow.simple_path_sums(A, target)
        sums = simple_path_sums(A, target, **limits)
        exact[target] = sums.value[target]  # a company's way back to itself is not asked for
        assert np.all(sums.value <= exact + 1e-12)
        assert np.all(exact <= sums.upper + 1e-12)
        assert np.all(exact <= sums.value + sums.residual + 1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_heaviest_paths_add_up_to_the_simple_sum(seed):
    A = random_shares(seed, size=8, density=0.4)
    sums = simple_path_sums(A, 7, prune=0.0)
    for holder in range(7):
        paths = sums.paths(holder, 10_000)
        assert [p.weight for p in paths] == sorted((p.weight for p in paths), reverse=True)
        assert sum(p.weight for p in paths) == pytest.approx(sums.value[holder], abs=1e-12)
        for path in paths:
            assert path.edges[0][0] == holder
            assert path.edges[-1][1] == 7
            assert path.weight == pytest.approx(np.prod([A[edge] for edge in path.edges]))


@pytest.mark.parametrize("seed", range(30))
def test_control_equals_the_repeated_scan(seed):
    rng = np.random.default_rng(seed)
    A = random_shares(seed, size=16, density=0.12)
    for size in (1, 2, 4):
        seeds = rng.choice(16, size, replace=False)
        result = control(A, seeds)
        assert set(np.flatnonzero(result.value)) == slow_control.controlled(A, seeds.tolist())
        inside = result.rounds >= 0
        np.testing.assert_allclose(result.votes, A[inside].sum(axis=0), atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_control_evidence_is_enough_by_itself(seed):
    A = random_shares(seed, size=16, density=0.12)
    for result in (control(A, seed) for seed in range(16)):
        for company in np.flatnonzero(result.value):
            only = np.zeros_like(A)
            for edge in control_evidence(A, result, int(company)):
                only[edge] = A[edge]
            assert control(only, result.seeds).value[company]


@pytest.mark.parametrize("seed", range(15))
def test_greatest_share_is_the_best_corner(seed):
    """Five persons and companies, one or two bands and a gap in each company, all corners tried."""
    rng = np.random.default_rng(seed)
    least, most, undeclared = _banded(rng)
    persons = np.array([0, 1])
    rights = Rights(sparse.csc_array(least), sparse.csc_array(most), undeclared)
    for target in range(2, 5):
        found = final_interval(rights, target, persons, line=0.0)
        for p in persons:
            best = slow.greatest_share(least, most, undeclared, (int(p), target))
            assert found.most[p] == pytest.approx(best, abs=1e-9)
            assert found.least[p] <= slow.integrated_ownership(least)[p, target] + 1e-12


def _banded(rng):
    least = np.zeros((5, 5))
    least[:, 2:] = rng.dirichlet(np.ones(5), 3).T * rng.uniform(0.3, 0.8, 3)
    most = least.copy()
    for company in (2, 3, 4):
        for holder in rng.choice(5, 2, replace=False):
            most[holder, company] = min(1.0, least[holder, company] + rng.uniform(0.05, 0.5))
    undeclared = np.where(np.arange(5) < 2, 0.0, rng.uniform(0.01, 0.2, 5))
    return least, most, undeclared


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_edges_leave_known_plus_everything_unknown(seed):
    A = random_shares(seed, size=10, density=0.3, total=(0.5, 0.9))
    gap = np.where(np.arange(10) < 2, 0.0, 1.0 - A.sum(axis=0))
    found = final_interval(Rights(sparse.csc_array(A), sparse.csc_array(A), gap), 9, np.array([0, 1]), 0.25)
    for p in (0, 1):
        assert found.most[p] == pytest.approx(slow.greatest_share(A, A, gap, (p, 9)), abs=1e-9)
        assert found.least[p] == pytest.approx(slow.integrated_ownership(A)[p, 9], abs=1e-9)
