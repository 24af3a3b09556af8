"""What must hold on every graph of what is computed for everybody, and of the four answers side by side."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.ownership.batch_control import control_all
from algorithms.ownership.case import OwnershipCase
from algorithms.ownership.control import control
from algorithms.ownership.cross_holdings import CrossHoldingKind, cross_holdings
from algorithms.ownership.final_owners import final_owners_all
from algorithms.ownership.findings import Answer
from algorithms.ownership.four_answers import NumbersOptions, ownership_numbers
from tests.property.test_ownership import PERSONS, complete, declared
from tests.reference import ownership as slow


@given(complete())
def test_persons_own_every_complete_company_whole(A):
    found = final_owners_all(A, np.arange(len(A)) < PERSONS, prune=0.0)
    np.testing.assert_allclose(found.value.toarray()[:, PERSONS:].sum(axis=0), 1.0, atol=1e-9)
    assert found.converged


@given(declared())
def test_control_of_everybody_is_control_of_each(A):
    found = control_all(A).value.toarray()
    for holder in range(len(A)):
        assert found[holder].tolist() == control(A, holder).value.tolist()


@given(declared(), st.randoms(use_true_random=False))
def test_relabelling_moves_pairs_and_circles(A, random):
    order = list(range(len(A)))
    random.shuffle(order)
    moved = A[np.ix_(order, order)]
    assert np.array_equal(
        control_all(moved).value.toarray(), control_all(A).value.toarray()[np.ix_(order, order)]
    )
    circles, there = (
        {(c.kind, frozenset(c.members.tolist())) for c in cross_holdings(B).found} for B in (A, moved)
    )
    assert circles == {(kind, frozenset(order[m] for m in members)) for kind, members in there}


@given(declared())
def test_a_circle_has_an_answer_unless_it_has_no_outside_owner(A):
    for circle in cross_holdings(A).found:
        if circle.kind is CrossHoldingKind.OVERDECLARED:
            assert circle.declared[0] > 1
            continue
        radius = slow.spectral_radius(A[np.ix_(circle.members, circle.members)])
        assert (circle.kind is CrossHoldingKind.CLOSED) == (radius >= 1 - 1e-9)
        assert circle.kind is CrossHoldingKind.CLOSED or np.all((circle.treasury > 0) & (circle.treasury < 1))


@settings(max_examples=60, deadline=None)  # power is drawn where there is a circle
@given(complete(), st.data())
def test_the_four_answers_agree_with_their_definitions(A, data):
    target = data.draw(st.integers(PERSONS, len(A) - 1))
    Y = slow.integrated_ownership(A)
    found = ownership_numbers(
        OwnershipCase(A, np.arange(len(A)) < PERSONS), target, NumbersOptions(floor=0.0)
    )
    assert found.converged
    for holder in found.holders:
        (i,) = holder.parties
        np.testing.assert_allclose(holder.walks, Y[i, target], atol=1e-9)
        np.testing.assert_allclose(holder.corrected, Y[i, target] / (1 + Y[i, i]), atol=1e-9)
        assert holder.simple <= holder.simple_most + 1e-9
        assert holder.simple <= holder.walks + 1e-9
        assert holder.least - 1e-9 <= holder.walks
        assert (holder.controls is Answer.YES) == bool(control(A, i).value[target])
        assert holder.direct == A[i, target]
    persons = [h for h in found.holders if h.parties[0] < PERSONS]
    np.testing.assert_allclose(sum(h.walks for h in persons), 1.0, atol=1e-9)
