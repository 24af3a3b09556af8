"""Connected components equal networkx's on graphs of every shape, and are named by their smallest node."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from algorithms.walks.components import components


def slowly(start, end, size):
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(zip(start.tolist(), end.tolist(), strict=True))
    named = {node: min(part) for part in nx.connected_components(graph) for node in part}
    return [named[i] for i in range(size)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("degree", [0.3, 0.5, 1.0, 4.0])
def test_random_graphs(seed, degree):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 200))
    start, end = (rng.integers(0, size, int(degree * size)) for _ in range(2))
    assert components(start, end, size).tolist() == slowly(start, end, size)


@pytest.mark.parametrize("size", [1, 2, 3, 50, 1000])
def test_chains_stars_and_nothing(size):
    nodes = np.arange(size)
    order = np.random.default_rng(size).permutation(size)
    none = np.empty(0, dtype=np.int64)
    assert components(none, none, size).tolist() == nodes.tolist()
    assert not components(order[:-1], order[1:], size).any()  # a chain
    assert not components(
        nodes[:-1], np.full(size - 1, size - 1), size
    ).any()  # a star whose centre comes last
    assert not components(np.full(size, 0), nodes, size).any()
    assert len(components(none, none, 0)) == 0


def test_loops_and_repeats_join_nobody():
    assert components(np.array([2, 2, 1]), np.array([2, 2, 1]), 4).tolist() == [0, 1, 2, 3]
