"""Walks over arrays against networkx, SciPy and the slow twins, on graphs with circles, loops, repeats and islands."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csgraph

from algorithms.walks.breadth_first import hops
from algorithms.walks.combined import Combined, Heading, rows
from algorithms.walks.shortest_paths import PathLimits, Search, ShortestPaths, shortest_paths
from tests.reference import walks as reference

EVERYTHING = PathLimits(1_000, 1_000_000)


def graph_of(facts: list[tuple[int, int]], size: int) -> Combined:
    """A combined graph of one relationship; fact number = place in the list."""
    ends = np.array(facts, dtype=np.int64).reshape(-1, 2)
    along, against = rows(ends[:, 0], ends[:, 1], size), rows(ends[:, 1], ends[:, 0], size)
    return Combined(("SUPPLIES",), np.array([0]), (np.arange(len(facts)),), along, against)


def random_facts(seed: int) -> tuple[list[tuple[int, int]], int]:
    dice = np.random.default_rng(seed)
    size = int(dice.integers(1, 16))
    return [tuple(pair) for pair in dice.integers(0, size, (int(dice.integers(0, 40)), 2)).tolist()], size


def as_networkx(facts: list[tuple[int, int]], size: int, heading: Heading) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(reference.arcs(facts, heading.value))
    return graph


def sequences(found: ShortestPaths, start: int) -> list[tuple[int, ...]]:
    return [(start, *(hop.end for hop in path)) for path in found.paths]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("heading", list(Heading))
def test_all_shortest_paths_are_those_of_networkx_and_of_the_twin(seed: int, heading: Heading) -> None:
    facts, size = random_facts(seed)
    graph, plain = graph_of(facts, size), as_networkx(facts, size, heading)
    start, end = seed % size, (7 * seed + 3) % size
    found = shortest_paths(graph, start, end, EVERYTHING, heading)
    twin = reference.shortest_paths(facts, start, end, ways=heading.value)
    try:
        expected = sorted(map(tuple, nx.all_shortest_paths(plain, start, end)))
    except nx.NetworkXNoPath:
        expected = []
    assert sequences(found, start) == expected == twin
    assert found.search is (Search.FOUND if expected else Search.NOT_CONNECTED)
    assert found.distance == (len(expected[0]) - 1 if expected else None)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("heading", list(Heading))
def test_every_hop_names_exactly_the_facts_between_its_ends(seed: int, heading: Heading) -> None:
    facts, size = random_facts(seed)
    start, end = seed % size, (5 * seed + 1) % size
    found = shortest_paths(graph_of(facts, size), start, end, EVERYTHING, heading)
    for hop in itertools.chain.from_iterable(found.paths):
        between = {
            n
            for n, fact in enumerate(facts)
            if (hop.start, hop.end) in set(reference.arcs([fact], heading.value))
        }
        assert set(hop.facts) == between


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("heading", list(Heading))
def test_hops_are_those_of_networkx_and_of_the_twin(seed: int, heading: Heading) -> None:
    facts, size = random_facts(seed)
    seeds = sorted({seed % size, (3 * seed) % size})
    found = hops(graph_of(facts, size), np.array(seeds), heading).tolist()
    plain = nx.multi_source_dijkstra_path_length(as_networkx(facts, size, heading), set(seeds))
    assert found == [plain.get(node, -1) for node in range(size)]
    assert found == reference.hops(facts, size, seeds, ways=heading.value)


@pytest.mark.parametrize("heading", list(Heading))
def test_a_graph_of_many_nodes_is_searched_as_scipy_does(heading: Heading) -> None:
    """Large enough for dense levels, which are done as matrix products."""
    dice = np.random.default_rng(7)
    size, ends = 5_000, dice.integers(0, 4_500, (20_000, 2))
    graph = graph_of([tuple(pair) for pair in ends.tolist()], size)
    one, other = ends.T if heading is not Heading.IN else ends.T[::-1]
    matrix = sparse.csr_array((np.ones(len(ends)), (one, other)), shape=(size, size))
    directed = heading is not Heading.BOTH
    expected = csgraph.dijkstra(matrix, directed=directed, indices=3, unweighted=True)
    expected[np.isinf(expected)] = -1
    assert np.array_equal(hops(graph, np.array([3]), heading), expected)
