"""What holds of walks on any graph."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from algorithms.walks.breadth_first import UNREACHED, hops
from algorithms.walks.combined import Combined, Heading, opposite, rows
from algorithms.walks.shortest_paths import PathLimits, Search, shortest_paths

SIZE = 10
FACTS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=25)
NODE = st.integers(0, SIZE - 1)
HEADING = st.sampled_from(Heading)


def graph_of(facts: list[tuple[int, int]]) -> Combined:
    ends = np.array(facts, dtype=np.int64).reshape(-1, 2)
    along, against = rows(ends[:, 0], ends[:, 1], SIZE), rows(ends[:, 1], ends[:, 0], SIZE)
    return Combined(("OWNS",), np.array([0]), (np.arange(len(facts)),), along, against)


@given(FACTS, NODE, NODE, HEADING)
def test_a_path_is_simple_connected_and_as_long_as_the_distance(
    facts: list[tuple[int, int]], start: int, end: int, heading: Heading
) -> None:
    graph = graph_of(facts)
    found = shortest_paths(graph, start, end, PathLimits(SIZE, 1_000), heading)
    depth = int(hops(graph, np.array([start]), heading)[end])
    assert (found.distance is None) == (depth == UNREACHED)
    assert (found.search is Search.FOUND) == bool(found.paths)
    for path in found.paths:
        nodes = [start, *(hop.end for hop in path)]
        assert len(path) == found.distance == depth
        assert len(set(nodes)) == len(nodes)
        assert nodes[-1] == end
        assert [hop.start for hop in path] == nodes[:-1]
        assert all(hop.facts for hop in path)


@given(FACTS, NODE, NODE, HEADING)
def test_the_way_back_is_the_same_way(
    facts: list[tuple[int, int]], start: int, end: int, heading: Heading
) -> None:
    graph, limits = graph_of(facts), PathLimits(SIZE, 1_000)
    there = shortest_paths(graph, start, end, limits, heading)
    back = shortest_paths(graph, end, start, limits, opposite(heading))
    forwards = {tuple((h.start, h.end, h.facts) for h in path) for path in there.paths}
    backwards = {tuple((h.end, h.start, h.facts) for h in reversed(path)) for path in back.paths}
    assert forwards == backwards


@given(FACTS, NODE, NODE, HEADING, st.integers(1, 5), st.integers(1, 3))
def test_bounds_cut_and_say_so(
    facts: list[tuple[int, int]], start: int, end: int, heading: Heading, longest: int, most: int
) -> None:
    graph = graph_of(facts)
    full = shortest_paths(graph, start, end, PathLimits(SIZE, 1_000), heading)
    cut = shortest_paths(graph, start, end, PathLimits(longest, most), heading)
    if full.distance is not None and full.distance <= longest:
        assert cut.paths == full.paths[:most]
        assert cut.truncated == (len(full.paths) > most)
    else:
        assert cut.paths == ()
        # A search that is cut cannot always know that there is nothing beyond; it never claims that there is.
        assert cut.search in (Search.TOO_FAR, full.search)
        assert cut.search is not Search.FOUND


@given(FACTS, st.permutations(range(SIZE)), NODE, HEADING)
def test_hops_do_not_depend_on_how_nodes_are_numbered(
    facts: list[tuple[int, int]], names: list[int], start: int, heading: Heading
) -> None:
    renamed = graph_of([(names[a], names[b]) for a, b in facts])
    there = hops(renamed, np.array([names[start]]), heading)
    assert [int(there[n]) for n in names] == hops(graph_of(facts), np.array([start]), heading).tolist()


@given(FACTS, NODE, NODE, HEADING)
def test_one_more_fact_never_lengthens_a_way(
    facts: list[tuple[int, int]], one: int, other: int, heading: Heading
) -> None:
    before = hops(graph_of(facts), np.array([0]), heading)
    after = hops(graph_of([*facts, (one, other)]), np.array([0]), heading)
    reached = before != UNREACHED
    assert np.all(after[reached] <= before[reached])
    assert np.all(after[reached] >= 0)
