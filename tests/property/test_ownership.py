"""What must hold of ownership and control on every graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions, beneficial_owners
from algorithms.ownership.case import OwnershipCase
from algorithms.ownership.control import control
from algorithms.ownership.findings import Answer
from algorithms.ownership.integrated import integrated_ownership, integrated_ownership_of
from algorithms.ownership.paths import simple_path_sums
from algorithms.thresholds import at_least
from schema.errors import InputError
from tests.reference import control as slow_control
from tests.reference import ownership as slow

PERSONS = 3


@st.composite
def declared(draw, most=7):
    """Any declared shares at all: circles, self-holdings, more than 100 %."""
    size = draw(st.integers(0, most))
    percent = hnp.arrays(np.int64, (size, size), elements=st.sampled_from([0, 0, 0, 5, 25, 30, 50, 51, 100]))
    return draw(percent) / 100.0


@st.composite
def complete(draw):
    """Complete shares with outside owners: persons first, each company has at least one of them."""
    size = PERSONS + draw(st.integers(1, 6))
    weights = draw(hnp.arrays(np.int64, (size, size), elements=st.sampled_from([0, 0, 0, 1, 2, 7]))).astype(
        float
    )
    weights[:, :PERSONS] = 0.0
    weights[draw(st.integers(0, PERSONS - 1)), PERSONS:] += 1.0
    return weights / np.where(weights.sum(axis=0) > 0, weights.sum(axis=0), 1.0)


def case_of(A, undeclared=None):
    return OwnershipCase(A, np.arange(len(A)) < PERSONS, undeclared=undeclared)


@given(complete())
def test_persons_own_a_complete_company_whole(A):
    result = integrated_ownership(A)
    assert result.converged
    assert len(result.overdeclared) == 0
    np.testing.assert_allclose(result.value.toarray()[:PERSONS, PERSONS:].sum(axis=0), 1.0, atol=1e-9)


@given(declared())
def test_declared_shares_of_any_kind_are_solved_or_flagged(A):
    result = integrated_ownership(A)
    assert result.converged == (slow.spectral_radius(A) < 1 - 1e-9 if len(A) else True)
    assert result.overdeclared.tolist() == np.flatnonzero(A.sum(axis=0) > 1 + 1e-9).tolist()
    if result.converged:
        np.testing.assert_allclose(result.value.toarray(), slow.integrated_ownership(A), rtol=1e-9, atol=1e-9)
        assert np.all(result.value.data >= 0)


@given(declared(), st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(A, random):
    order = list(range(len(A)))
    random.shuffle(order)
    moved = A[np.ix_(order, order)]
    Y, Z = integrated_ownership(A), integrated_ownership(moved)
    assert Y.converged == Z.converged
    np.testing.assert_allclose(
        Y.value.toarray()[np.ix_(order, order)], Z.value.toarray(), rtol=1e-9, atol=1e-9
    )
    for seed in range(len(A)):
        there = control(moved, order.index(seed)).value
        assert control(A, seed).value[order].tolist() == there.tolist()


@given(declared())
def test_columns_of_a_few_targets_are_those_of_the_whole(A):
    whole = integrated_ownership(A).value.toarray()
    for target in range(len(A)):
        few = integrated_ownership_of(A, target)
        np.testing.assert_allclose(few.value.toarray()[:, 0], whole[:, target], rtol=1e-9, atol=1e-9)
        assert few.converged == (not np.isnan(whole[:, target]).any())


@given(declared(most=5))
def test_simple_paths_never_exceed_walks(A):
    for target in range(len(A)):
        sums = simple_path_sums(A, target)
        finite = ~np.isnan(sums.walks)
        assert np.all(sums.value[finite] <= sums.walks[finite] * (1 + 1e-9) + 1e-12)
        assert np.all(sums.value <= sums.upper * (1 + 1e-9) + 1e-12)


@given(declared(), st.data())
def test_control_grows_with_seeds_and_shares(A, data):
    if not len(A):
        return
    seeds = data.draw(st.sets(st.integers(0, len(A) - 1)))
    more = seeds | data.draw(st.sets(st.integers(0, len(A) - 1)))
    small, large = control(A, list(seeds)), control(A, list(more))
    assert set(np.flatnonzero(small.value)) == slow_control.controlled(A, seeds)
    inside = small.value.copy()
    inside[list(more)] = False
    assert np.all(large.value[inside])
    assert not small.value[list(seeds)].any()
    richer = control(np.minimum(A + 0.1, 1.0), list(seeds)).value
    assert np.all(richer[small.value])


@settings(max_examples=60)
@given(complete(), st.data())
def test_hiding_a_fact_never_turns_unknown_into_a_wrong_answer(A, data):
    """Whatever is answered without some holdings must agree with the answer when they are known."""
    target = data.draw(st.integers(PERSONS, len(A) - 1))
    hidden = data.draw(hnp.arrays(np.bool_, A.shape))
    full = beneficial_owners(case_of(A), target, BeneficialOwnerOptions(control_settled=True))
    part = beneficial_owners(case_of(np.where(hidden, 0.0, A)), target)
    truth = {o.person: o for o in full.owners}
    assert full.decision is not Answer.UNKNOWN
    for owner in part.owners:
        first = owner.findings[0]
        exact = truth[owner.person].walks
        assert first.least - 1e-9 <= exact <= first.most + 1e-9
        if owner.decision is not Answer.UNKNOWN:
            assert owner.decision is truth[owner.person].decision
    if part.decision is Answer.YES:
        assert part.value.tolist() == full.value.tolist()


@given(complete())
def test_equity_standard_is_the_line_on_the_walks(A):
    Y = slow.integrated_ownership(A)
    found = beneficial_owners(case_of(A), len(A) - 1)
    for owner in found.owners:
        assert owner.walks == pytest.approx(Y[owner.person, -1], abs=1e-9)
        assert (owner.findings[0].answer is Answer.YES) == at_least(float(Y[owner.person, -1]), 0.25)
    expected = {p for p in range(PERSONS) if Y[p, -1] > 0}
    assert {o.person for o in found.owners} == expected


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_array])
def test_empty_single_and_disconnected(form):
    assert integrated_ownership(form(np.zeros((0, 0)))).converged
    single = integrated_ownership(form(np.zeros((1, 1))))
    assert (single.converged, single.value.nnz, single.residual) == (True, 0, 0.0)
    assert integrated_ownership(form(np.array([[0.5]]))).value.toarray() == pytest.approx(1.0)
    blocks = np.zeros((4, 4))
    blocks[0, 1], blocks[2, 3], blocks[3, 2] = 0.4, 0.5, 0.5
    Y = integrated_ownership(form(blocks)).value.toarray()
    assert Y[0].tolist() == [0, 0.4, 0, 0]
    assert Y[2:, 2:] == pytest.approx(np.array([[1 / 3, 2 / 3], [2 / 3, 1 / 3]]))
    assert not control(form(np.zeros((1, 1))), []).value.any()


def test_stored_zeros_close_no_circle():
    A = sparse.csc_array((np.array([1.0, 0.0]), (np.array([0, 1]), np.array([1, 0]))), shape=(2, 2))
    result = integrated_ownership(A)
    assert result.converged
    assert result.value.toarray().tolist() == [[0, 1], [0, 0]]
    assert A.nnz == 2  # the caller's matrix is left as it was


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 3)), np.array([[-0.1]]), np.array([[np.nan]]), np.array([[np.inf]])]
)
def test_what_is_no_share_matrix_is_refused(wrong):
    with pytest.raises(InputError):
        integrated_ownership(wrong)


def test_indices_outside_are_refused():
    with pytest.raises(InputError, match="targets"):
        integrated_ownership_of(np.zeros((2, 2)), [2])
    with pytest.raises(InputError, match="seeds"):
        control(np.zeros((2, 2)), [-1])
