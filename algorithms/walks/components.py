"""Connected components 连通分量 from plain ends of edges, without building a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ends = NDArray[np.integer[Any]]
_SAMPLE = (
    2  # nodes' worth of edges that are joined first: where there are many edges, they settle nearly everybody
)


def components(start: Ends, end: Ends, size: int) -> NDArray[np.int32]:
    """Return, for every node, the smallest node of its component.

    Parameters
    ----------
    start, end : integer arrays of shape (m,)
        Ends of the edges, in 0 … size − 1; directions, repeats and loops do not matter.
    size : int
        Number of nodes, below 2³¹.

    Notes
    -----
    Every node hooks onto a neighbour, trees are flattened by pointer jumping, and the graph is contracted to their roots
    (Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm"); a sample of the edges goes first, and the
    others are read once to drop what it has settled (Sutton, Ben-Nun and Barak 2018, "Optimizing parallel graph
    connectivity computation via subgraph sampling"). O(V + E) as the graph shrinks by a constant part each round.

    Examples
    --------
    >>> components(np.array([3, 1]), np.array([4, 3]), 6).tolist()
    [0, 1, 2, 1, 1, 5]
    """
    label = _labels(start[: _SAMPLE * size], end[: _SAMPLE * size], size)
    rest = label[start[_SAMPLE * size :]], label[end[_SAMPLE * size :]]
    apart = rest[0] != rest[1]
    if apart.any():
        label = _labels(rest[0][apart], rest[1][apart], size)[label]
    first = np.empty(size, dtype=np.int32)
    # Written from the last node to the first, so that the smallest one stays.
    first[label[::-1]] = np.arange(size - 1, -1, -1, dtype=np.int32)
    return first[label]


def _labels(start: Ends, end: Ends, size: int, upwards: bool = False) -> NDArray[np.int32]:
    """Some node of its component for every node."""
    root = np.arange(size, dtype=np.int32)
    if not len(start):
        return root
    # Several edges may hook the same node: one of them wins, the others are met again in the next round. The direction
    # alternates, because a star whose centre comes last would lose but one leaf a round otherwise.
    low, high = np.minimum(start, end), np.maximum(start, end)
    root[low if upwards else high] = high if upwards else low
    root = _flat(root)
    start, end = root[start], root[end]
    apart = start != end
    if not apart.any():
        return root
    start, end = start[apart], end[apart]
    marks = np.zeros(size, dtype=np.bool_)
    marks[start] = marks[end] = True
    open_ = np.flatnonzero(marks).astype(np.int32)
    place = np.empty(size, dtype=np.int32)
    place[open_] = np.arange(len(open_), dtype=np.int32)
    root[open_] = open_[_labels(place[start], place[end], len(open_), not upwards)]
    return root[root]


def _flat(root: NDArray[np.int32]) -> NDArray[np.int32]:
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return root
        root = above
