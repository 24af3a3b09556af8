"""Published and hand-counted numbers of voting power."""

from __future__ import annotations

import numpy as np
import pytest

from algorithms.ownership.power import power_index
from algorithms.ownership.voting_game import shapley_shubik


@pytest.mark.parametrize("unit", [0.05, 1 / 17])
def test_council_of_the_six(unit):
    """The Council of 1958: 4, 4, 4, 2, 2, 1 votes, 12 to carry; Luxembourg never decides (Brams 1975, ch. 5).

    As decimals the exact sum over votes answers, as seventeenths the enumeration.
    """
    power = shapley_shubik(np.array([4, 4, 4, 2, 2, 1]) * unit, 11 * unit, samples=1, seed=0)
    assert power.error == 0
    np.testing.assert_allclose(power.index, np.array([14, 14, 14, 9, 9, 0]) / 60, rtol=0, atol=1e-12)


def test_51_percent_decides_alone_and_half_does_not():
    A = np.zeros((5, 5))
    A[:2, 3], A[:3, 4] = (0.51, 0.49), (0.5, 0.49, 0.01)
    power = power_index(A)
    assert power.converged
    np.testing.assert_allclose(power.value.toarray()[:3, 3], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(power.value.toarray()[:3, 4], [2 / 3, 1 / 6, 1 / 6], atol=1e-12)


def test_blocks_behind_which_the_same_owner_stands_vote_together():
    # 0 holds 30 % directly and 30 % through 2, his own company; 1 holds 40 %.
    A = np.zeros((4, 4))
    A[0, 2], A[0, 3], A[2, 3], A[1, 3] = 1.0, 0.3, 0.3, 0.4
    power = power_index(A, targets=[3])
    np.testing.assert_allclose(power.value.toarray()[:, 0], [1, 0, 0, 0], atol=1e-12)


# Owners 0, 1, 2; company 3: half each of 0 and 1; company 4: 10 % of 0, 45 % of 2, 45 % of 3; company 5: 40 % of 2, 60 %
# of 4. If 0 decides 3, he has 55 % of 4; if 1 does, any two of three carry: 1/2 + 1/2 · 1/3, 1/6, 1/6.
TWO_STOREYS = np.zeros((6, 6))
TWO_STOREYS[:2, 3] = 0.5
TWO_STOREYS[[0, 2, 3], 4] = 0.1, 0.45, 0.45
TWO_STOREYS[[2, 4], 5] = 0.4, 0.6


def test_outcomes_upstream_are_followed_jointly():
    power = power_index(TWO_STOREYS)
    assert power.converged
    for company in (4, 5):
        np.testing.assert_allclose(
            power.value.toarray()[:3, company], [2 / 3, 1 / 6, 1 / 6], rtol=0, atol=1e-12
        )
    assert power.undecided.tolist() == [1, 1, 1, 0, 0, 0]


def test_votes_that_nobody_is_known_to_hold_are_not_cast():
    A = np.zeros((3, 3))
    A[:2, 2] = 0.3, 0.2
    power = power_index(A, targets=2)
    assert power.value.nnz == 0
    assert power.undecided.tolist() == [1.0]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 2, 3), (3, 2, 1, 0)])
def test_a_circle_that_decides_for_itself_has_nobody_behind_it_whatever_its_members_are_called(order):
    # 0 and 1 hold 60 % of each other, 2 the rest; 3 is held by 0 alone.
    A = np.zeros((4, 4))
    A[0, 1] = A[1, 0] = 0.6
    A[2, :2] = 0.4
    A[0, 3] = 1.0
    power = power_index(A[np.ix_(order, order)], samples=100)
    assert power.value.nnz == 0
    assert power.undecided.tolist() == [1.0] * 4
