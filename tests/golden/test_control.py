"""Published control relations, and control by groups."""

from __future__ import annotations

import numpy as np
import pytest

from algorithms.ownership.actual_controller import ControlRule, actual_controller
from algorithms.ownership.batch_control import control_all
from algorithms.ownership.case import ControlStatements, OwnershipCase
from algorithms.ownership.control import control, control_evidence
from algorithms.ownership.findings import Answer

# prometheuxresearch/docs at 31f3cf6, docs/examples/finance/company-control.md: shares, and the published output
# "controlMax" of all controlled companies with the votes held together (> 0.5, strict).
OWN = [
    (1, 2, 0.9),
    (2, 3, 1.0),
    (3, 2, 0.1),
    (3, 4, 0.9),
    (4, 5, 1.0),
    (5, 1, 0.1),
    (1, 6, 0.9),
    (6, 5, 1.0),
    (5, 10, 0.9),
    (10, 20, 1.0),
    (20, 1, 0.5),
    (1, 10, 0.9),
    (19, 5, 1.0),
    (10, 19, 0.5),
]
PUBLISHED = {
    1: {2: 1.0, 3: 1.0, 4: 0.9, 5: 2.0, 6: 0.9, 10: 1.8, 20: 1.0},
    2: {1: 0.6, 3: 1.0, 4: 0.9, 5: 2.0, 6: 0.9, 10: 1.8, 20: 1.0},
    3: {1: 0.6, 2: 1.0, 4: 0.9, 5: 2.0, 6: 0.9, 10: 1.8, 20: 1.0},
    4: {1: 0.6, 2: 1.0, 3: 1.0, 5: 2.0, 6: 0.9, 10: 1.8, 20: 1.0},
    5: {1: 0.6, 2: 1.0, 3: 1.0, 4: 0.9, 6: 0.9, 10: 1.8, 20: 1.0},
    6: {1: 0.6, 2: 1.0, 3: 1.0, 4: 0.9, 5: 2.0, 10: 1.8, 20: 1.0},
    10: {20: 1.0},
    19: {1: 0.6, 2: 1.0, 3: 1.0, 4: 0.9, 5: 3.0, 6: 0.9, 10: 1.8, 20: 1.0},
}


def _published() -> np.ndarray:
    A = np.zeros((21, 21))
    for holder, held, share in OWN:
        A[holder, held] = share
    return A


def test_published_control_relation_of_51_pairs():
    found = control_all(_published()).value
    pairs = set(zip(*(side.tolist() for side in found.nonzero()), strict=True))
    assert pairs == {(seed, held) for seed, all_held in PUBLISHED.items() for held in all_held}
    assert found.nnz == 51


@pytest.mark.parametrize("seed", PUBLISHED)
def test_published_votes_held_together(seed):
    votes = control(_published(), seed).votes
    for company, share in PUBLISHED[seed].items():
        assert votes[company] == pytest.approx(share, abs=1e-9), company


def test_exactly_half_does_not_control():
    A = np.zeros((3, 3))
    A[0, 1], A[0, 2] = 0.5, 0.5 + 1e-6
    assert control(A, 0).value.tolist() == [False, False, True]


def test_half_in_floating_parts_does_not_control():
    A = np.zeros((7, 7))
    A[0, 1:6] = 1.0
    A[1:6, 6] = 0.1 + 1e-17  # five tenths: which side of 0.5 they fall on must not matter
    assert not control(A, 0).value[6]


def test_family_controls_what_no_member_does():
    A = np.zeros((4, 4))
    A[0, 2] = A[1, 2] = 0.3
    A[2, 3], A[0, 3] = 0.4, 0.2
    assert not control(A, 0).value.any()
    assert not control(A, 1).value.any()
    together = control(A, [1, 0])
    assert together.value.tolist() == [False, False, True, True]
    assert together.rounds.tolist() == [0, 0, 1, 2]
    assert control_evidence(A, together, 3) == ((0, 2), (0, 3), (1, 2), (2, 3))
    assert control_evidence(A, together, 0) == ()


def _case(A, persons, **statements):
    person = np.zeros(len(A), dtype=bool)
    person[list(persons)] = True
    return OwnershipCase(A, person, control=ControlStatements(**statements))


def _edge(size, *edges):
    A = np.zeros((size, size))
    for holder, held, part in edges:
        A[holder, held] = part
    return A


def test_half_of_the_shares_makes_a_controlling_shareholder_without_a_majority():
    found = actual_controller(_case(_edge(3, (0, 2, 0.5), (1, 2, 0.5)), [0, 1]), 2)
    assert [c.parties for c in found.candidates] == [(0,), (1,)]
    assert found.candidates[0].rules == (ControlRule.HALF_OF_SHARES, ControlRule.VOTES_OVER_30)
    assert not found.candidates[0].controls
    assert found.decision is Answer.UNKNOWN  # two with equal right: neither is it alone


def test_more_than_30_percent_of_votes_among_small_holders():
    A = _edge(5, (0, 4, 0.31), (1, 4, 0.29), (2, 4, 0.2), (3, 4, 0.2))
    found = actual_controller(_case(A, range(4)), 4)
    assert found.value.tolist() == [0]
    assert found.candidates[0].rules == (ControlRule.VOTES_OVER_30,)
    assert found.decision is Answer.YES
    A[0, 4], A[1, 4] = 0.30, 0.30
    nobody = actual_controller(_case(A, range(4)), 4)
    assert nobody.value.tolist() == []
    assert nobody.decision is Answer.NO


def test_missing_votes_leave_the_actual_controller_open():
    found = actual_controller(_case(_edge(3, (0, 2, 0.35), (1, 2, 0.1)), [0, 1]), 2)
    assert found.value.tolist() == [0]
    assert found.undeclared_votes == pytest.approx(0.55)
    assert found.decision is Answer.UNKNOWN


def test_unknown_votes_could_lift_a_small_holder_over_30_percent():
    A = _edge(5, (0, 4, 0.2), (1, 4, 0.2), (2, 4, 0.2), (3, 4, 0.25))
    found = actual_controller(_case(A, range(4)), 4)
    assert found.value.tolist() == []
    assert found.decision is Answer.UNKNOWN  # 25 % and the 15 % that nobody is known to hold
    A[:3, 4] = 0.24
    assert actual_controller(_case(A, range(4)), 4).decision is Answer.NO


def test_board_majority_through_a_controlled_company():
    A = _edge(5, (0, 3, 0.6), (1, 3, 0.4), (3, 4, 0.2), (1, 4, 0.4), (2, 4, 0.4))
    seats = _edge(5, (3, 4, 4 / 7), (1, 4, 3 / 7))
    found = actual_controller(_case(A, range(3), board=seats), 4)
    assert found.value.tolist() == [0]
    assert found.candidates[0].rules == (ControlRule.FIXPOINT, ControlRule.BOARD)
    assert found.candidates[0].channel == "board"
    assert found.candidates[0].seats == pytest.approx(4 / 7)
    half = actual_controller(_case(A, range(3), board=_edge(5, (3, 4, 0.5))), 4)
    assert ControlRule.BOARD not in {r for c in half.candidates for r in c.rules}


def test_concert_group_is_one_controller():
    A = _edge(4, (0, 3, 0.3), (1, 3, 0.25), (2, 3, 0.45))
    found = actual_controller(_case(A, range(3), groups=((0, 1),)), 3)
    assert found.value.tolist() == [0, 1]
    assert found.candidates[0].concert
    assert found.candidates[0].votes == pytest.approx(0.55)
    assert found.decision is Answer.YES


def test_controlled_company_votes_count_in_full_but_equity_does_not():
    found = actual_controller(_case(_edge(4, (0, 2, 0.6), (1, 2, 0.4), (2, 3, 0.6), (1, 3, 0.4)), [0, 1]), 3)
    leader = found.candidates[0]
    assert leader.parties == (0,)
    assert leader.votes == pytest.approx(0.6)
    assert leader.equity == pytest.approx(0.36)


def test_state_is_an_actual_controller_though_no_beneficial_owner():
    case = OwnershipCase(_edge(2, (0, 1, 1.0)), np.zeros(2, dtype=bool), state=np.array([True, False]))
    assert actual_controller(case, 1).value.tolist() == [0]


def test_general_partner_controls_and_limited_partner_does_not():
    A = _edge(3, (0, 2, 0.01), (1, 2, 0.99))
    found = actual_controller(_case(A, [0, 1], general_partner=_edge(3, (0, 2, 1.0))), 2)
    assert found.value.tolist() == [0]
    assert [c.channel for c in found.candidates] == ["partner"]
