"""Guarantee circles 担保圈: who guarantees himself through others.

Membership is exact always: a party is on a circle exactly when its strongly connected component has more than one
member. The circles themselves can be past counting, so they are listed shortest first up to a length and a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.result import Result
from schema.errors import InputError

Circle = tuple[int, ...]
MAX_LENGTH, LIMIT = 10, 1_000
_STEPS_PER_CIRCLE, _STEPS_AT_LEAST, _STEPS_PER_GUARANTEE = 200, 200_000, 20


@dataclass(frozen=True, eq=False)
class GuaranteeCircles(Result[tuple[Circle, ...]]):
    """The circles of a guarantee network.

    Attributes
    ----------
    value : tuple of tuples of int
        Each circle once, from its lowest index, in the direction of the guarantees; shortest first, then by index.
    residual : float
        0 when every circle up to ``max_length`` is listed, infinite when a bound stopped the search.
    iterations : int
        Guarantees that were followed.
    converged : bool
        ``not truncated``.
    components : int64 array of shape (n,)
        Number of the strongly connected component of each party on a circle, by lowest member; −1 for all others.
        Always exact.
    complete_length : int
        Every circle of at most so many guarantees is listed.
    truncated : bool
        Whether ``limit`` (or the bound on the work, which grows with it) cut the list.
    """

    components: NDArray[np.int64]
    complete_length: int
    truncated: bool


def guarantee_circles(A: Any, max_length: int | None = MAX_LENGTH, limit: int = LIMIT) -> GuaranteeCircles:
    """Find who is on a circle of guarantees, and the circles.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = amount that i guarantees for j. Only where something is stored, or not 0 in a dense array, counts:
        a sparse entry of 0 is a guarantee of unknown or no amount. A guarantee for oneself is no circle.
    max_length : int or None
        Longest circle to list, in guarantees, ≥ 2; None: any.
    limit : int
        Most circles to list, ≥ 1.

    Returns
    -------
    GuaranteeCircles

    Raises
    ------
    InputError
        When A is not square, or a bound is out of range.

    Notes
    -----
    Components in O(n + nnz). Inside one, circles are searched length by length from their lowest member, never further
    than the way back allows, and a party from which the way back was found barred is not entered again before that
    changes. Worst case per circle O(k · d^k) for length k and degree d; the number of guarantees followed is bounded
    by 200 per circle of ``limit`` (at least 200,000) and 20 per guarantee inside components; beyond that the list is
    ``truncated``.

    References
    ----------
    Johnson, D. B. (1975), Finding all the elementary circuits of a directed graph, SIAM J. Comput. 4; Gupta, A. and
    Suzumura, T. (2021), Finding all bounded-length simple cycles in a directed graph, arXiv:2105.10094.

    Examples
    --------
    >>> A = np.zeros((5, 5)); A[0, 1] = A[1, 0] = A[1, 2] = A[2, 0] = A[2, 3] = 1
    >>> found = guarantee_circles(A)
    >>> found.value, found.components.tolist(), found.truncated
    (((0, 1), (0, 1, 2)), [0, 0, 0, -1, -1], False)
    """
    graph = _rows(A)
    if (max_length is not None and max_length < 2) or limit < 1:
        raise InputError(f"max_length {max_length} must be at least 2 (or None) and limit {limit} at least 1")
    components, inner = circle_components(graph)
    sizes = np.bincount(components[components >= 0])
    longest = int(sizes.max(initial=0)) if max_length is None else min(max_length, int(sizes.max(initial=0)))
    allowed = max(_STEPS_AT_LEAST, _STEPS_PER_CIRCLE * limit) + _STEPS_PER_GUARANTEE * inner.nnz
    search = _Search(inner, allowed, limit)
    members = np.flatnonzero(components >= 0)
    complete = 1
    for length in range(2, longest + 1):
        if not search.add(members[sizes[components[members]] >= length], length):
            break
        complete = length
    truncated = complete < longest
    return GuaranteeCircles(
        value=tuple(search.found),
        residual=float("inf") if truncated else 0.0,
        iterations=search.steps,
        converged=not truncated,
        components=components,
        complete_length=complete if truncated else max(complete, max_length or complete),
        truncated=truncated,
    )


def _rows(A: Any) -> Any:
    graph = sparse.csr_array(A)
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1]:
        raise InputError(
            f"a guarantee network is square (guarantors × guaranteed), this one is {graph.shape}"
        )
    return sparse.csr_array((np.ones(graph.nnz, np.int64), graph.indices, graph.indptr), shape=graph.shape)


def circle_components(graph: Any) -> tuple[NDArray[np.int64], Any]:
    """Number the strongly connected components of more than one member, and keep the guarantees inside them.

    Parameters
    ----------
    graph : sparse CSR array of shape (n, n)

    Returns
    -------
    components : int64 array of shape (n,)
        As in ``GuaranteeCircles``.
    inner : sparse CSR array of shape (n, n)
        Guarantees between two different members of one component, each pair once.
    """
    size = graph.shape[0]
    labels = connected_components(graph, directed=True, connection="strong")[1]
    shared = (np.bincount(labels, minlength=1) > 1)[labels] if size else np.zeros(0, dtype=np.bool_)
    components = np.full(size, -1, dtype=np.int64)
    first, place = (
        np.unique(labels[shared], return_index=True)[1],
        np.unique(labels[shared], return_inverse=True)[1],
    )
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    components[shared] = rank[place]
    edges = sparse.coo_array(graph)
    kept = shared[edges.row] & (components[edges.row] == components[edges.col]) & (edges.row != edges.col)
    inner = sparse.csr_array(
        (np.ones(np.count_nonzero(kept), np.int64), (edges.row[kept], edges.col[kept])), shape=graph.shape
    )
    inner.sum_duplicates()
    return components, inner


class _Search:
    """Lists circles of one exact length after the other, within a number of circles and of steps."""

    def __init__(self, inner: Any, steps_allowed: int, limit: int) -> None:
        self._after, self._before = _lists(inner), _lists(sparse.csr_array(inner.T))
        self._allowed, self._limit = steps_allowed, limit
        self.found: list[Circle] = []
        self.steps = 0

    def add(self, starts: NDArray[np.int64], length: int) -> bool:
        """Add every circle of that length; False when a bound stopped it."""
        for start in starts.tolist():
            for circle in self._from(start, length):
                if len(circle) == length:
                    if len(self.found) == self._limit:
                        return False
                    self.found.append(circle)
            if self.steps > self._allowed:
                return False
        return True

    def _from(self, start: int, length: int) -> Iterator[Circle]:
        """Circles through a start of at most that length whose other members have higher indices."""
        barred = self._way_back(start, length)
        waiting: dict[int, set[int]] = {}
        path, open_ends, nearest = [start], [iter(self._after.get(start, ()))], [length + 1]
        while path:
            self.steps += 1
            if self.steps > self._allowed:
                return
            onward = next(open_ends[-1], None)
            if onward is None:
                self._leave((barred, waiting), path, nearest, length)
                open_ends.pop()
            elif onward == start:
                nearest[-1] = 1
                if len(path) > 1:
                    yield tuple(path)
            elif len(path) < barred.get(onward, 0):
                barred[onward] = len(path)
                path.append(onward)
                nearest.append(length + 1)
                open_ends.append(iter(self._after.get(onward, ())))

    def _way_back(self, start: int, length: int) -> dict[int, int]:
        """Party → the place on the path at which it is too late to enter it: the way back would be too long.

        Who has no way back at all is not in it.
        """
        distance, frontier = {start: 0}, [start]
        while frontier and distance[frontier[0]] < length - 1:
            reached = []
            for party in frontier:
                for before in self._before.get(party, ()):
                    self.steps += 1
                    if before > start and before not in distance:
                        distance[before] = distance[party] + 1
                        reached.append(before)
            frontier = reached
        return {party: length - steps + 1 for party, steps in distance.items() if party != start}

    def _leave(
        self,
        state: tuple[dict[int, int], dict[int, set[int]]],
        path: list[int],
        nearest: list[int],
        length: int,
    ) -> None:
        """Go one step back: who led to the start may be entered again so much later, and those who wait for him."""
        barred, waiting = state
        party, way = path.pop(), nearest.pop()
        if nearest:
            nearest[-1] = min(nearest[-1], way + 1)
        for onward in self._after.get(party, ()):  # also after a way was found: a shorter one may open
            waiting.setdefault(onward, set()).add(party)
        todo = [(party, way)] if way <= length else []
        while todo:
            freed, back = todo.pop()
            if barred.get(freed, 0) < length - back + 1:
                barred[freed] = length - back + 1
                todo += [(w, back + 1) for w in waiting.get(freed, ()) if w not in path]


def _lists(matrix: Any) -> dict[int, list[int]]:
    rows = np.flatnonzero(np.diff(matrix.indptr))
    return {int(r): matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]].tolist() for r in rows}
