"""Guarantee chains 担保链: who is reached from a guarantor, followed to the end.

Edges run guarantor → guaranteed. Breadth first, so ``depth`` is the least number of guarantees in between. The
start itself is never reached, not even through a circle (as ``networkx.descendants`` has it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.walks.adjacency import entries
from schema.errors import InputError

Index = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class ChainResult:
    """The chain of one start.

    Attributes
    ----------
    start : int
        The guarantor.
    reached : int32 array of shape (m,)
        Everyone reached, nearest first, then by index.
    depth : int32 array of shape (m,)
        Hops from the start, ≥ 1.
    predecessor : int32 array of shape (m,)
        The guarantor one hop nearer (the lowest index where there are several), which explains the hop.
    """

    start: int
    reached: NDArray[np.int32]
    depth: NDArray[np.int32]
    predecessor: NDArray[np.int32]

    def path_to(self, node: int) -> tuple[tuple[int, int], ...]:
        """Give one shortest chain of edges ``(guarantor, guaranteed)`` from the start to ``node``.

        Raises
        ------
        InputError
            When ``node`` is not reached.
        """
        before = dict(zip(self.reached.tolist(), self.predecessor.tolist(), strict=True))
        if node not in before:
            raise InputError(
                f"node {node} is not in the guarantee chain of {self.start}; ask for a reached one"
            )
        edges: list[tuple[int, int]] = []
        while node != self.start:
            edges.append((before[node], node))
            node = before[node]
        return tuple(reversed(edges))


def guarantee_chain(indptr: Index, indices: Index, start: int) -> ChainResult:
    """Follow guarantees from ``start`` to the end.

    Parameters
    ----------
    indptr, indices : integer arrays of shape (n + 1,) and (edges,)
        CSR adjacency, row = guarantor, column = guaranteed. Repeated edges are allowed.
    start : int
        Index of the guarantor, ``0 ≤ start < n``.

    Returns
    -------
    ChainResult

    Raises
    ------
    InputError
        When ``start`` is no row of the adjacency.

    Notes
    -----
    O(n) for one mark per node, then the edges that are walked. Distinct loans and their sum are the caller's:
    he joins ``reached`` with his own loan columns.

    Examples
    --------
    >>> chain = guarantee_chain(np.array([0, 1, 2, 3]), np.array([1, 2, 0]), 0)
    >>> chain.reached.tolist(), chain.depth.tolist()
    ([1, 2], [1, 2])
    """
    return next(guarantee_chains_all(indptr, indices, [start]))


def guarantee_chains_all(
    indptr: Index, indices: Index, starts: Iterable[int] | None = None
) -> Iterator[ChainResult]:
    """Yield the chain of every start, one at a time: all of them together may be quadratic in size.

    Parameters
    ----------
    indptr, indices : integer arrays
        As for :func:`guarantee_chain`.
    starts : iterable of int, optional
        Default: every node that guarantees somebody.
    """
    chosen = np.flatnonzero(np.diff(indptr)).tolist() if starts is None else starts
    # One mark array serves all starts: a node is seen when it carries the number of the present walk.
    seen = np.full(len(indptr) - 1, -1, dtype=np.int64)
    for walk, start in enumerate(chosen):
        if not 0 <= start < len(seen):
            raise InputError(f"start {start} is not a node: the adjacency has nodes 0 to {len(seen) - 1}")
        yield _walk(indptr, indices, start, (seen, walk))


def _walk(indptr: Index, indices: Index, start: int, mark: tuple[NDArray[np.int64], int]) -> ChainResult:
    seen, walk = mark
    seen[start] = walk
    frontier = np.array([start], dtype=np.int64)
    layers: list[tuple[Index, Index]] = []
    while True:
        positions, lengths = entries(indptr, frontier)
        heads, tails = indices[positions], np.repeat(frontier, lengths)
        fresh = seen[heads] != walk
        frontier, first = np.unique(heads[fresh], return_index=True)
        if not len(frontier):
            return _chain(start, layers)
        seen[frontier] = walk
        # The frontier is sorted, so the first edge to a head comes from the lowest tail.
        layers.append((frontier, tails[fresh][first]))


def _chain(start: int, layers: list[tuple[Index, Index]]) -> ChainResult:
    nothing = np.empty(0, dtype=np.int32)
    sizes = [len(nodes) for nodes, _ in layers]
    depth = np.repeat(np.arange(1, len(layers) + 1, dtype=np.int32), sizes)
    reached = np.concatenate([nothing, *(nodes for nodes, _ in layers)]).astype(np.int32)
    before = np.concatenate([nothing, *(tails for _, tails in layers)]).astype(np.int32)
    return ChainResult(start, reached, depth, before)
