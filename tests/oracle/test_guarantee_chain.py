"""Guarantee chains equal a networkx walk."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.walks.guarantee_chain import guarantee_chain, guarantee_chains_all
from schema.errors import InputError
from tests.reference import chains as reference


def _random(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 25))
    edges = rng.integers(0, size, (int(rng.integers(0, 3 * size)), 2))
    adjacency = sparse.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
    return [tuple(map(int, e)) for e in edges], adjacency, size


@pytest.mark.parametrize("seed", range(40))
def test_chain_of_every_start_equals_networkx(seed):
    edges, adjacency, size = _random(seed)
    chains = list(guarantee_chains_all(adjacency.indptr, adjacency.indices, range(size)))
    for start, chain in enumerate(chains):
        assert chain.start == start
        assert chain.reached.dtype == chain.depth.dtype == np.int32
        found = dict(zip(chain.reached.tolist(), chain.depth.tolist(), strict=True))
        assert found == reference.guarantee_chain(edges, size, start)
        assert chain.depth.tolist() == sorted(chain.depth.tolist())
        for node, hops in found.items():
            path = chain.path_to(node)
            assert len(path) == hops
            assert path[0][0] == start
            assert path[-1][1] == node
            assert set(path) <= set(edges)


def test_start_is_not_reached_through_its_own_circle():
    chain = guarantee_chain(np.array([0, 1, 2, 3]), np.array([1, 2, 0]), 1)
    assert chain.reached.tolist() == [2, 0]
    assert chain.depth.tolist() == [1, 2]
    assert chain.predecessor.tolist() == [1, 2]


def test_repeated_guarantees_are_one_hop_and_the_lowest_guarantor_explains():
    # 0 guarantees 1 and 2 (twice), both guarantee 3.
    chain = guarantee_chain(np.array([0, 3, 4, 5, 5]), np.array([2, 1, 2, 3, 3]), 0)
    assert chain.reached.tolist() == [1, 2, 3]
    assert chain.path_to(3) == ((0, 1), (1, 3))


def test_default_starts_are_those_who_guarantee():
    starts = [c.start for c in guarantee_chains_all(np.array([0, 0, 1, 1]), np.array([0]))]
    assert starts == [1]


def test_chain_ends_at_once_where_nothing_is_guaranteed():
    chain = guarantee_chain(np.array([0, 0]), np.array([], dtype=np.int32), 0)
    assert len(chain.reached) == len(chain.depth) == len(chain.predecessor) == 0


def test_wrong_start_and_unreached_node_are_typed_errors():
    with pytest.raises(InputError, match="start 3"):
        guarantee_chain(np.array([0, 0]), np.array([], dtype=np.int32), 3)
    with pytest.raises(InputError, match="not in the guarantee chain"):
        guarantee_chain(np.array([0, 0]), np.array([], dtype=np.int32), 0).path_to(0)
