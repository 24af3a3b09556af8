"""Breadth-first search over arrays: hops from a set of nodes, a whole level at a time.

A small level reads the rows of its nodes; a level from which most edges leave is one product of the Boolean matrix with
its mask, which reads memory in order instead of jumping (the direction-optimising search of Beamer, Asanović and
Patterson 2012, in the terms of sparse algebra).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.walks.combined import Combined, Heading, Nodes, opposite

UNREACHED = -1
_DENSE = 8  # a level over 1/8 of all edges is cheaper as one product
_MANY = 32  # more than 1/32 of all nodes are found faster by scanning than by sorting


def hops(graph: Combined, seeds: Nodes, heading: Heading = Heading.BOTH) -> NDArray[np.int32]:
    """Return the least number of steps from any seed to every node.

    Parameters
    ----------
    graph : Combined
    seeds : integer array
        Nodes to start from, at 0 hops.
    heading : Heading

    Returns
    -------
    int32 array of shape (n,)
        −1 where no walk leads.

    Notes
    -----
    O(V + E): every row is read once, or the whole matrix for each of the few levels that hold most of it.
    """
    depth = np.full(len(graph), UNREACHED, dtype=np.int32)
    depth[seeds] = level = 0
    frontier: Nodes = np.unique(seeds)
    while len(frontier):
        level += 1
        frontier = spread(graph, frontier, heading, (depth, level))
    return depth


def spread(
    graph: Combined, frontier: Nodes, heading: Heading, mark: tuple[NDArray[np.int32], int]
) -> NDArray[np.int64]:
    """Step once from all nodes of a level.

    Parameters
    ----------
    frontier : integer array
        The level's nodes.
    mark : (int32 array of shape (n,), int)
        Depths so far, and the depth that new nodes get; changed in place.

    Returns
    -------
    int64 array
        The new nodes, sorted.
    """
    depth, level = mark
    steps = graph.steps(heading)
    edges = sum(len(s.ends) for s in steps)
    if sum(s.count(frontier) for s in steps) * _DENSE > edges:
        return _by_product(graph, frontier, heading, mark)
    ends = np.concatenate([s.from_(frontier)[1] for s in steps])
    fresh = ends[depth[ends] == UNREACHED]
    depth[fresh] = level
    if len(fresh) * _MANY > len(depth):
        return np.flatnonzero(depth == level)
    return np.unique(fresh).astype(np.int64)


def _by_product(
    graph: Combined, frontier: Nodes, heading: Heading, mark: tuple[NDArray[np.int32], int]
) -> NDArray[np.int64]:
    depth, level = mark
    inside = np.zeros(len(depth), dtype=np.bool_)
    inside[frontier] = True
    # Who steps into the level on the way back is who is stepped to from it.
    touched: Any = False
    for steps in graph.steps(opposite(heading)):
        touched = touched | (steps.incidence @ inside)
    found = np.flatnonzero(touched & (depth == UNREACHED))
    depth[found] = level
    return found
