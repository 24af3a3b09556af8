"""Risk propagation on random graphs: circles, self loops, islands, nobody, one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from algorithms.risk.propagation import Propagation, Replacement, explain, propagate, seed_change, update
from algorithms.risk.propagation.network import Channel, Network, combine
from tests.reference import propagation as reference

ATTENUATION = {"owner": 0.7, "supply": 0.9}
Dense = NDArray[np.float64]
UNHURRIED = settings(deadline=None)


@dataclass(frozen=True)
class Case:
    """Two channels over the same nodes, seeds, and the bound."""

    weights: dict[str, Dense]
    seeds: Dense
    alpha: float

    @property
    def size(self) -> int:
        return len(self.seeds)

    @property
    def combined(self) -> Dense:
        return reference.combined(self.weights, ATTENUATION, self.alpha)

    def scores(self, seeds: Dense | None = None, tol: float = 1e-11) -> Propagation:
        given_seeds = self.seeds if seeds is None else seeds
        return propagate(self.weights, given_seeds, ATTENUATION, alpha=self.alpha, tol=tol)

    def network(self) -> Network:
        channels = [Channel(n, ATTENUATION[n], sparse.csr_array(W)) for n, W in self.weights.items()]
        return combine(channels, self.alpha, (self.size, self.size))


@st.composite
def cases(draw: st.DrawFn, least: int = 1, most: int = 12) -> Case:
    size = draw(st.integers(least, most))
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    density = draw(st.sampled_from((0.0, 0.1, 0.4, 1.0)))
    weights = {n: dice.random((size, size)) * (dice.random((size, size)) < density) for n in ATTENUATION}
    seeds = dice.choice([0.0, 0.0, 1.0, 0.3, 1e-6], size) * dice.random(size)
    return Case(weights, seeds, draw(st.sampled_from((0.2, 0.85, 0.99))))


@UNHURRIED
@given(cases())
def test_the_scores_are_the_fixed_point_and_stay_between_the_seeds_and_one(case: Case) -> None:
    found = case.scores()
    assert found.converged
    assert found.residual <= 1e-11
    exact = reference.propagated(case.combined, case.seeds)
    assert np.max(np.abs(found.value - exact)) <= found.error_bound + 1e-13
    assert np.all(found.value >= case.seeds)
    assert np.all(found.value <= 1.0)
    assert found.reached == np.count_nonzero(reached(case))


def reached(case: Case) -> NDArray[np.bool_]:
    """Who can be walked to from a seed: the dense solve leaves dust where nobody comes."""
    at = case.seeds > 0
    for _ in range(case.size):
        at = at | ((case.combined > 0) & (case.seeds < 1)[:, None])[:, at].any(axis=1)
    return at


@UNHURRIED
@given(cases())
def test_what_nothing_reaches_is_exactly_zero(case: Case) -> None:
    found = case.scores()
    assert np.array_equal(found.value > 0, reached(case))
    assert not case.scores(np.zeros(case.size)).value.any()


@UNHURRIED
@given(cases(), st.integers(0, 11), st.floats(0, 1))
def test_more_severity_lowers_nobody(case: Case, node: int, severity: float) -> None:
    raised = case.seeds.copy()
    raised[node % case.size] = max(raised[node % case.size], severity)
    assert np.all(case.scores(raised).value >= case.scores().value - 1e-10)


@UNHURRIED
@given(cases(), st.integers(0, 2**32))
def test_names_do_not_matter(case: Case, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(case.size)
    weights = {name: W[np.ix_(order, order)] for name, W in case.weights.items()}
    turned = Case(weights, case.seeds[order], case.alpha)
    assert np.allclose(turned.scores().value, case.scores().value[order], rtol=0, atol=1e-10)


@UNHURRIED
@given(cases(most=8), st.sampled_from((1, 3, 50)))
def test_contributions_and_remainder_add_up_to_the_score(case: Case, top: int) -> None:
    network, scores = case.network(), case.scores()
    for node in range(case.size):
        told = explain(network, case.seeds, scores.value, node, top)
        assert len(told.contributions) <= top
        assert abs(sum(c.amount for c in told.contributions) + told.remainder - scores.value[node]) <= 1e-12
        assert told.remainder >= -1e-9
        amounts = [c.amount for c in told.contributions]
        assert amounts == sorted(amounts, reverse=True)
        for each in told.contributions:
            product = np.prod([hop.weight for hop in each.hops]) * each.circles * case.seeds[each.seed]
            assert np.isclose(product, each.amount, rtol=1e-9)
            assert each.path[-1] == node
            assert len(set(each.path)) == len(each.path)
            for hop in each.hops:
                part = (1 - case.seeds[hop.target]) * case.combined[hop.target, hop.source]
                assert np.isclose(hop.weight, part, rtol=1e-12)
                assert np.isclose(sum(w for _, w in hop.channels), hop.weight)


@settings(UNHURRIED, max_examples=30)
@given(cases(most=4))
def test_a_contribution_is_every_walk_with_that_loop_erasure(case: Case) -> None:
    """And listed without a limit, nothing remains."""
    case = Case(case.weights, case.seeds, min(case.alpha, 0.85))
    slow = reference.contributions(case.combined, case.seeds, 0, 160)
    told = explain(case.network(), case.seeds, case.scores().value, 0, 1_000)
    assert told.complete
    assert abs(told.remainder) <= 1e-9
    assert {c.path[::-1] for c in told.contributions} == set(slow)
    for each in told.contributions:
        assert abs(each.amount - slow[each.path[::-1]]) <= 1e-9


@UNHURRIED
@given(cases(least=2), st.lists(st.tuples(st.integers(0, 11), st.floats(0, 1)), min_size=1, max_size=3))
def test_an_incremental_update_equals_a_full_one(case: Case, wanted: list[tuple[int, float]]) -> None:
    """Seeds that appear, grow, shrink or vanish."""
    network, kept = case.network(), case.scores()
    changed = {node % case.size: severity for node, severity in wanted}
    after = case.seeds.copy()
    after[list(changed)] = list(changed.values())
    nodes = np.array(sorted(changed), dtype=np.int64)
    found = update(network, case.seeds, kept, seed_change(network, nodes, after[nodes]), tol=1e-10)
    scores = kept.value.copy()
    scores[found.nodes] = found.new
    assert np.array_equal(found.old, kept.value[found.nodes])
    exact = reference.propagated(case.combined, after)
    assert np.max(np.abs(scores - exact)) <= min(found.error_bound + 1e-13, 1e-9)


@UNHURRIED
@given(cases(least=2), st.lists(st.integers(0, 11), min_size=1, max_size=3), st.integers(0, 2**32))
def test_other_ties_and_seeds_of_some_nodes_equal_a_full_recompute(
    case: Case, wanted: list[int], seed: int
) -> None:
    network, kept, dice = case.network(), case.scores(), np.random.default_rng(seed)
    nodes = np.array(sorted({n % case.size for n in wanted}), dtype=np.int64)
    weights = {name: W.copy() for name, W in case.weights.items()}
    for W in weights.values():
        W[nodes] = dice.random((len(nodes), case.size)) * (dice.random((len(nodes), case.size)) < 0.4)
    seeds = case.seeds.copy()
    seeds[nodes] = dice.random(len(nodes))
    other = Case(weights, seeds, case.alpha)
    change = Replacement(nodes, other.network().rows_of(nodes), seeds[nodes])
    found = update(network, case.seeds, kept, change, tol=1e-10)
    scores = kept.value.copy()
    scores[found.nodes] = found.new
    assert np.max(np.abs(scores - reference.propagated(other.combined, seeds))) <= 1e-9


def test_nobody_and_one() -> None:
    nobody = propagate({"owner": np.zeros((0, 0))}, [], {"owner": 0.5})
    assert (nobody.value.tolist(), nobody.reached, nobody.converged) == ([], 0, True)
    alone = propagate({"owner": np.ones((1, 1))}, {0: 0.5}, {"owner": 1.0}, alpha=0.8)
    # r = 0.5 + 0.5 · 0.8 r
    assert abs(alone.value[0] - 0.5 / 0.6) <= 1e-9
    assert (alone.scaled_rows, alone.strongest_factor) == (1, 0.8)


def test_too_few_sweeps_say_so() -> None:
    dice = np.random.default_rng(5)
    W = dice.random((40, 40))
    case = Case({"owner": W, "supply": W.T.copy()}, (np.arange(40) == 3).astype(np.float64), 0.99)
    found = propagate(case.weights, case.seeds, ATTENUATION, alpha=0.99, tol=1e-12, max_iter=2)
    assert not found.converged
    exact = reference.propagated(case.combined, case.seeds)
    assert 1e-12 < np.max(np.abs(found.value - exact)) <= found.error_bound


@UNHURRIED
@given(cases())
def test_every_entry_of_the_matrix_is_one_tie_of_one_channel(case: Case) -> None:
    network = case.network()
    parts = {name: np.zeros((case.size, case.size)) for name in ATTENUATION}
    for node in range(case.size):
        span = network.entries_of(node)
        for source, weight, code in zip(
            network.source[span], network.weight[span], network.channel[span], strict=True
        ):
            parts[network.names[code]][node, source] += weight
    for name, W in case.weights.items():
        assert np.allclose(parts[name], ATTENUATION[name] * W * network.factor[:, None], rtol=1e-12)
    assert np.allclose(sum(parts.values()), case.combined, rtol=1e-12)
