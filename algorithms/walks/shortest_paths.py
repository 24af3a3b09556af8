"""All shortest paths 最短路径 between two nodes, over any relationships, with the facts of every hop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from algorithms.walks.breadth_first import UNREACHED, spread
from algorithms.walks.combined import Combined, Heading, Nodes, opposite


class Search(StrEnum):
    """How a search ended."""

    FOUND = "FOUND"
    TOO_FAR = "TOO_FAR"  # more hops than were allowed, if there is a path at all
    NOT_CONNECTED = "NOT_CONNECTED"  # no path of any length


@dataclass(frozen=True)
class PathLimits:
    """Bounds of a search.

    Parameters
    ----------
    hops : int
        Longest path.
    paths : int
        Most paths that are listed.
    """

    hops: int
    paths: int


@dataclass(frozen=True)
class Hop:
    """One step of a path: every fact that makes it, by number in the combined graph, ascending."""

    start: int
    end: int
    facts: tuple[int, ...]


@dataclass(frozen=True)
class ShortestPaths:
    """All shortest paths, up to a limit.

    Attributes
    ----------
    search : Search
    distance : int or None
        Hops of each path; None unless found.
    paths : tuple of tuples of Hop
        In order of their nodes' positions; one empty path from a node to itself.
    truncated : bool
        There are more.
    """

    search: Search
    distance: int | None
    paths: tuple[tuple[Hop, ...], ...]
    truncated: bool


def shortest_paths(
    graph: Combined, start: int, end: int, limits: PathLimits, heading: Heading = Heading.BOTH
) -> ShortestPaths:
    """Find all shortest paths between two nodes.

    Parameters
    ----------
    graph : Combined
    start, end : int
        Node positions.
    limits : PathLimits
    heading : Heading
        BOTH walks facts either way.

    Returns
    -------
    ShortestPaths
        Paths differ in a node; several facts between the same two nodes are one hop. A shortest path never visits a
        node twice.

    Notes
    -----
    Breadth first from both ends, the smaller level next, until the two meet: O(V) for the marks (a few bytes each), then
    the edges of the two balls; listing a path costs the degrees along it.

    References
    ----------
    I. Pohl, "Bi-directional search", Machine Intelligence 6 (1971).
    """
    near, far = _Ball(graph, start, heading), _Ball(graph, end, opposite(heading))
    while not near.meets(far):
        if near.exhausted or far.exhausted:
            return ShortestPaths(Search.NOT_CONNECTED, None, (), truncated=False)
        if near.radius + far.radius == limits.hops:
            return ShortestPaths(Search.TOO_FAR, None, (), truncated=False)
        (near if near.cost <= far.cost else far).grow()
    distance = near.radius + far.radius
    to_go = _remaining(near, far)
    listed: list[tuple[Hop, ...]] = []
    for path in _walks(graph, (start, end), heading, to_go):
        if len(listed) == limits.paths:
            return ShortestPaths(Search.FOUND, distance, tuple(listed), truncated=True)
        listed.append(path)
    return ShortestPaths(Search.FOUND, distance, tuple(listed), truncated=False)


class _Ball:
    """Everything within a number of hops of a node, grown level by level."""

    def __init__(self, graph: Combined, centre: int, heading: Heading) -> None:
        self.graph, self.heading, self.radius = graph, heading, 0
        self.depth = np.full(len(graph), UNREACHED, dtype=np.int32)
        self.depth[centre] = 0
        self.levels: list[Nodes] = [np.array([centre])]

    @property
    def cost(self) -> int:
        """Edges that the next level reads."""
        return sum(steps.count(self.levels[-1]) for steps in self.graph.steps(self.heading))

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left to reach."""
        return not len(self.levels[-1])

    def grow(self) -> None:
        """Reach one hop further."""
        self.radius += 1
        self.levels.append(spread(self.graph, self.levels[-1], self.heading, (self.depth, self.radius)))

    def meets(self, other: _Ball) -> bool:
        """Whether the two balls touch: then they do in the outermost level of each."""
        return bool(np.any(other.depth[self.levels[-1]] != UNREACHED))


def _remaining(near: _Ball, far: _Ball) -> NDArray[np.int32]:
    """Hops that are left to the end, for the nodes on shortest paths, and −1 elsewhere (or a number never asked for)."""
    to_go = far.depth.copy()
    back = opposite(near.heading)
    level = near.levels[-1]
    level = level[far.depth[level] == far.radius]
    to_go[level] = far.radius
    for radius in range(near.radius - 1, -1, -1):
        before = np.unique(np.concatenate([s.from_(level)[1] for s in near.graph.steps(back)]))
        level = before[near.depth[before] == radius]
        to_go[level] = near.radius + far.radius - radius
    return to_go


def _walks(
    graph: Combined, between: tuple[int, int], heading: Heading, to_go: NDArray[np.int32]
) -> Iterator[tuple[Hop, ...]]:
    """Follow falling distances from the start: every step is on a shortest path, so none leads astray."""
    start, end = between
    trail: list[Hop] = []
    choices = [iter(_next_hops(graph, start, heading, to_go))] if start != end else []
    if start == end:
        yield ()
    while choices:
        hop = next(choices[-1], None)
        if hop is None:
            choices.pop()
            if trail:
                trail.pop()
        elif hop.end == end:
            yield (*trail, hop)
        else:
            trail.append(hop)
            choices.append(iter(_next_hops(graph, hop.end, heading, to_go)))


def _next_hops(graph: Combined, node: int, heading: Heading, to_go: NDArray[np.int32]) -> list[Hop]:
    facts: dict[int, list[int]] = {}
    for steps in graph.steps(heading):
        _, ends, numbers = steps.from_(np.array([node]))
        nearer = to_go[ends] == to_go[node] - 1
        for end, number in zip(ends[nearer].tolist(), numbers[nearer].tolist(), strict=True):
            facts.setdefault(end, []).append(number)
    return [Hop(node, end, tuple(sorted(set(facts[end])))) for end in sorted(facts)]
