"""Guarantee circles and control groups against their slow twins, on random graphs with circles, self-holdings and more."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from algorithms.relations.guarantee_circles import guarantee_circles
from tests.reference import guarantee_circles as slow
from tests.reference.finbench import FinBench

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(os.environ.get("FINBENCH_DIR") or ROOT.parent / "shared" / "data" / "finbench_driver")


def random_network(seed: int) -> NDArray[np.float64]:
    """Up to nine parties, from sparse to nearly complete, with guarantees for oneself."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 10))
    return (rng.random((n, n)) < rng.choice([0.1, 0.25, 0.4, 0.6])).astype(np.float64)


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("max_length", [None, 2, 3, 5])
def test_every_circle_up_to_a_length_is_found_once(seed: int, max_length: int | None) -> None:
    A = random_network(seed)
    found = guarantee_circles(A, max_length, 10**6)
    assert not found.truncated
    assert list(found.value) == slow.circles(A, max_length)  # shortest first, then by index


@pytest.mark.parametrize("seed", range(150))
def test_membership_is_exact_whatever_is_listed(seed: int) -> None:
    A = random_network(seed)
    found = guarantee_circles(sparse.csr_array(A), 2, 1).components
    parts = [np.flatnonzero(found == number).tolist() for number in range(found.max(initial=-1) + 1)]
    assert parts == slow.components(A)
    assert np.count_nonzero(found >= 0) == sum(map(len, parts))


def test_a_ring_too_long_to_list_is_still_found_as_a_component() -> None:
    n = 50_000
    places = np.arange(n)
    ring = sparse.csr_array((np.ones(n), (places, (places + 1) % n)), shape=(n, n))
    found = guarantee_circles(ring)
    assert set(found.components.tolist()) == {0}
    assert found.value == ()


def test_bounds_cut_the_longest_circles_first_and_say_so() -> None:
    A = np.ones((12, 12))
    found = guarantee_circles(A, None, 100)
    assert found.truncated
    assert not found.converged
    assert found.complete_length == 2  # all 66 pairs, and of the 440 circles of three only some
    assert [len(c) for c in found.value] == [2] * 66 + [3] * 34
    assert np.isinf(found.residual)


@pytest.mark.skipif(
    not (SAMPLE / "CompanyGuaranteeCompany.csv").is_file(),
    reason=f"the published FinBench sample is not at {SAMPLE}; name its directory in FINBENCH_DIR",
)
def test_finbench_has_no_circle_and_those_that_are_closed_in_it_are_found() -> None:
    graph = FinBench(SAMPLE).guarantees
    names = sorted(graph)
    index = {name: place for place, name in enumerate(names)}
    edges = [(index[a], index[b]) for a, b in graph.edges]
    plain, closed = (_matrix(e, len(names)) for e in (edges, edges + [(b, a) for a, b in edges[::7]]))
    assert slow.components(plain.toarray()) == []
    assert guarantee_circles(plain).value == ()
    found = guarantee_circles(closed, 6, 10**5)
    assert not found.truncated
    assert list(found.value) == slow.circles(closed.toarray(), 6)
    assert len(found.value) >= len(edges[::7])
    assert np.count_nonzero(found.components >= 0) == sum(map(len, slow.components(closed.toarray())))


def _matrix(edges: list[tuple[int, int]], size: int) -> sparse.csr_array:
    start, end = np.array(edges).T
    return sparse.csr_array((np.ones(len(edges)), (start, end)), shape=(size, size))
