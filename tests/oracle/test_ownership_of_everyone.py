"""What is computed for everybody at once equals what is computed one by one, on random graphs of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.batch_control import closures, control_all
from algorithms.ownership.close_links import close_links
from algorithms.ownership.cross_holdings import CrossHoldingKind, cross_holdings
from algorithms.ownership.final_owners import final_owners_all
from algorithms.ownership.findings import Answer
from algorithms.ownership.fixpoint import Channel, closure
from algorithms.ownership.linked_parties import linked_parties
from algorithms.thresholds import at_least
from benchmarks.registers import register
from schema.errors import InputError
from tests.oracle.test_ownership import random_shares
from tests.reference import control as slow_control
from tests.reference import ownership as slow

SEEDS = range(15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("density", [0.03, 0.12, 0.5])
def test_final_owners_equal_the_dense_solve(seed, density):
    A = random_shares(seed, density=density)
    person = ~A.any(axis=0)
    Y = slow.integrated_ownership(A)
    found = final_owners_all(A, prune=0.0)
    assert found.converged
    np.testing.assert_allclose(found.value.toarray()[person], Y[person], atol=1e-9)
    assert not found.value.toarray()[~person].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_pruning_costs_no_more_than_it_says(seed):
    A = random_shares(seed, density=0.3)
    person = ~A.any(axis=0)
    Y = np.where(person[:, None], slow.integrated_ownership(A), 0.0)
    for prune in (1e-9, 1e-3, 1e-2):
        found = final_owners_all(A, prune=prune)
        short = Y - found.value.toarray()
        assert short.min() >= -1e-12
        assert short.max() <= found.residual + prune + 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_traced_above_a_person_and_small_shares_are_left_out(seed):
    A = random_shares(seed, density=0.2)
    person = np.arange(len(A)) % 3 == 0
    cut = A.copy()
    cut[:, person] = 0.0
    Y = np.where(person[:, None], slow.integrated_ownership(cut), 0.0)
    found = final_owners_all(A, person, threshold=0.1, prune=0.0).value.toarray()
    np.testing.assert_allclose(found, np.where(at_least(Y, 0.1), Y, 0.0), atol=1e-9)


def test_a_register_of_ten_thousand_equals_the_dense_solve_on_its_core():
    made = register(6_000, 4_000, 120, seed=2)
    found = final_owners_all(made.shares, prune=0.0)
    core = found.core
    assert sum(len(c.members) for c in cross_holdings(made.shares).found if c.kind is CrossHoldingKind.CIRCLE)
    through = made.shares[core][:, core].toarray()
    direct = np.where(made.person[:, None], made.shares[:, core].toarray(), 0.0)
    exact = np.linalg.solve((np.eye(len(core)) - through).T, direct.T).T
    np.testing.assert_allclose(found.value[:, core].toarray(), exact, atol=1e-9)
    rest = np.setdiff1d(np.arange(6_000), core)
    assert (found.value[:, rest] != made.shares[:, rest]).nnz == 0


def test_a_closed_circle_is_not_a_number_and_nothing_else_is():
    A = np.zeros((5, 5))
    A[1, 2] = A[2, 1] = 1.0
    A[0, 1], A[0, 3], A[1, 4] = 0.5, 0.7, 0.3
    found = final_owners_all(A)
    assert not found.converged
    row = found.value.toarray()[0]
    assert np.isnan(row[[1, 2, 4]]).all()
    assert row[3] == 0.7


@pytest.mark.parametrize("wrong", [{"threshold": -1.0}, {"prune": -1.0}, {"persons": np.ones(2, bool)}])
def test_a_wrong_option_is_refused(wrong):
    with pytest.raises(InputError):
        final_owners_all(np.zeros((3, 3)), **wrong)


def majorities(seed, size=24):
    """Shares that control: heavy holders, declared sums up to 130 %, circles and self-holdings."""
    rng = np.random.default_rng(seed)
    A = rng.random((size, size)) * (rng.random((size, size)) < 0.1)
    sums = A.sum(axis=0)
    return A * rng.uniform(0.5, 1.3, size) / np.where(sums > 0, sums, 1.0)


@pytest.mark.parametrize("seed", range(40))
def test_control_of_all_equals_the_repeated_scan_of_each(seed):
    A = majorities(seed)
    found = control_all(A).value.toarray()
    for holder in range(len(A)):
        assert set(np.flatnonzero(found[holder])) == slow_control.controlled(A, [holder])
    some = [1, 5, 7]
    few = control_all(A, holders=some).value.toarray()
    assert np.array_equal(few[some], found[some])
    assert few.sum() == found[some].sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_several_channels_at_once_equal_one_seed_at_a_time(seed):
    channels = tuple(
        Channel(str(n), sparse.csr_array(majorities(seed * 7 + n)), 0.5 if n else 0.4) for n in range(3)
    )
    pairs = closures(channels)
    found = set(zip(pairs.holder.tolist(), pairs.company.tolist(), strict=True))
    one_by_one = {
        (s, int(j)) for s in range(24) for j in np.flatnonzero(closure(channels, np.array([s])).rounds > 0)
    }
    assert found == one_by_one


@pytest.mark.parametrize("seed", SEEDS)
def test_two_controllers_of_a_company_control_one_another(seed):
    A = majorities(seed)
    found = control_all(A / np.maximum(A.sum(axis=0), 1.0)).value.toarray()
    for company in range(len(A)):
        above = np.flatnonzero(found[:, company])
        assert all(found[a, b] or found[b, a] for a in above for b in above if a != b)


def test_a_long_chain_is_controlled_from_its_end():
    size = 300
    A = sparse.csr_array(
        (np.full(size - 1, 0.6), (np.arange(size - 1), np.arange(1, size))), shape=(size, size)
    )
    assert control_all(A, holders=[0]).value.nnz == size - 1
    assert control_all(A).value.nnz == size * (size - 1) // 2


@pytest.mark.parametrize("seed", SEEDS)
def test_links_of_one_party_are_those_of_all(seed):
    A = random_shares(seed, size=18, density=0.15, total=(0.7, 1.0))
    every = close_links(A)
    together = close_links(A, common_holder=True)
    for node in range(len(A)):
        found = linked_parties(A, node)
        assert found.converged
        links = {(str(c.kind), c.other) for c in found.links if c.answer is Answer.YES}
        holders = {("held_by", int(i)) for i in every.value[:, [node]].nonzero()[0]}
        held = {("holds", int(j)) for j in every.value[[node], :].nonzero()[1]}
        assert {link for link in links if link[0] != "common_holder"} == holders | held
        assert set(found.value) == set(together.value[:, [node]].nonzero()[0]) | {j for _, j in held}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_treasury_share_is_what_a_walk_brings_back_first(seed):
    A = random_shares(seed, size=14, density=0.2)
    Y = slow.integrated_ownership(A)
    treasury = np.zeros(len(A))
    for circle in cross_holdings(A).found:
        assert circle.kind in (CrossHoldingKind.CIRCLE, CrossHoldingKind.SELF)
        treasury[circle.members] = circle.treasury
    np.testing.assert_allclose(treasury, np.diag(Y) / (1 + np.diag(Y)), atol=1e-9)
