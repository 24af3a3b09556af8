"""The coupled stress test equals its slow twin on random towns, with circles of supply, debt and guarantees."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.risk.stress import stress_test
from algorithms.risk.stress_case import StressAssumptions, StressCase
from tests.reference import stress as slow

SEEDS = range(12)


def town(random: np.random.Generator, size: int = 8, density: float = 0.2) -> slow.Town:
    def money() -> np.ndarray:
        return random.uniform(0.1, 10, (size, size)) * (random.random((size, size)) < density)

    return slow.Town(
        money(),
        random.integers(0, 3, size).tolist(),
        random.integers(0, 3, (3, 3)),
        money(),
        money(),
        money(),
        random.uniform(0, 15, size) * (random.random(size) < 0.7),
        random.uniform(0, 5, size) * (random.random(size) < 0.3),
    )


def case_of(found: slow.Town, form=np.asarray) -> StressCase:
    matrices = (found.receivables, found.loans, found.guarantees)
    return StressCase(
        form(found.supplies),
        found.sectors,
        found.essential,
        *map(form, matrices),
        found.assets,
        found.outside,
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("left", [(1.0, 1.0), (0.6, 0.8)])
def test_stress_equals_paying_claim_by_claim(seed, joint, left):
    random = np.random.default_rng(seed)
    found = town(random)
    shock = random.choice([0.0, 0.0, 0.5, 1.0], len(found.assets))
    rules = slow.Rules(0.7, 0.3, 0.9, joint, *left, bool(seed % 2))
    assumed = StressAssumptions(
        0.7, 0.3, 0.9, "joint_and_several" if joint else "pro_rata", *left, bool(seed % 2)
    )
    result = stress_test(case_of(found, sparse.csc_array), shock, assumed)
    assert result.converged
    lost, passed_on, outside = slow.increments(found, shock, rules)
    np.testing.assert_allclose(result.value, lost, rtol=0, atol=1e-9)
    np.testing.assert_allclose(result.passed_on, passed_on, rtol=0, atol=1e-9)
    assert result.outside_loss == pytest.approx(outside, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_trade_and_guarantees_it_is_eisenberg_noe(seed):
    """Nothing but loans and a loss of assets: the clearing vector, solved another way."""
    from algorithms.risk.clearing import clearing_vector

    random = np.random.default_rng(seed)
    found = town(random)
    zero = np.zeros_like(found.supplies)
    case = StressCase(
        zero, found.sectors, found.essential, zero, found.loans, zero, found.assets, found.outside
    )
    shock = random.choice([0.0, 0.5, 1.0], len(found.assets))
    result = stress_test(case, shock)
    exact = clearing_vector(found.loans, found.assets * (1 - shock), found.outside)
    assert result.converged
    np.testing.assert_allclose(result.after.paid_part * exact.obligations, exact.value, rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        result.final_equity[~exact.defaulted], exact.final_equity[~exact.defaulted], rtol=0, atol=1e-9
    )
