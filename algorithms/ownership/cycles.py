"""Holdings in circles 交叉持股: the order of solving, and the exact solution of one circle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from algorithms.ownership.matrix import BoolArray, Columns, FloatArray, IntArray
from algorithms.walks.adjacency import entries

DENSE_UP_TO = 1500  # nodes of one circle; beyond, a dense factor costs more memory than it saves time
OUTSIDE_AT_LEAST = 1e-9  # a circle of which outsiders hold less than a billionth has no outside owner


@dataclass(frozen=True, eq=False)
class Level:
    """Nodes that can be solved together, because whatever they depend on has been solved before.

    Attributes
    ----------
    singles : int64 array
        Nodes in no circle.
    circles : tuple of int64 arrays
        Strongly connected sets; a node that holds itself is a circle of one.
    """

    singles: IntArray
    circles: tuple[IntArray, ...]


def levels(A: Columns) -> list[Level]:
    """Order all nodes so that holders come before what they hold, circles condensed.

    Complexity: O(n + nnz), plus one sort per level of what the level holds.
    """
    count, component = connected_components(A, directed=True, connection="strong")
    edges = sparse.coo_array(A)
    holder, held = component[edges.row], component[edges.col]
    circular = np.bincount(component, minlength=count) > 1
    circular[component[edges.row[edges.row == edges.col]]] = True
    across = holder != held
    rank = _ranks(holder[across], held[across], count)
    order = np.argsort(rank[component], kind="stable")
    cuts = np.flatnonzero(np.diff(rank[component][order])) + 1
    return [_level(nodes, component, circular) for nodes in np.split(order, cuts) if len(nodes)]


def _ranks(holder: IntArray, held: IntArray, count: int) -> IntArray:
    """Longest-path rank of every component (Kahn 1962), a whole frontier at a time."""
    heads = held[np.argsort(holder, kind="stable")]
    indptr = np.concatenate(([0], np.cumsum(np.bincount(holder, minlength=count))))
    waiting = np.bincount(held, minlength=count)
    rank = np.zeros(count, dtype=np.int64)
    frontier, depth = np.flatnonzero(waiting == 0), 0
    while len(frontier):
        rank[frontier] = depth
        released, times = np.unique(heads[entries(indptr, frontier)[0]], return_counts=True)
        waiting[released] -= times
        frontier, depth = released[waiting[released] == 0], depth + 1
    return rank


def _level(nodes: IntArray, component: IntArray, circular: BoolArray) -> Level:
    inside = circular[component[nodes]]
    members = nodes[inside]
    members = members[np.argsort(component[members], kind="stable")]
    cuts = np.flatnonzero(np.diff(component[members])) + 1
    circles = tuple(np.split(members, cuts)) if len(members) else ()
    return Level(nodes[~inside], circles)


def solve_circle(block: Columns, right: FloatArray) -> FloatArray:
    """Solve ``(I − B) x = right`` for one circle B, or give NaN when B has no outside owner.

    Parameters
    ----------
    block : sparse (s, s)
        Shares inside the circle, ≥ 0.
    right : array of shape (s, m)
        Right-hand sides.

    Returns
    -------
    array of shape (s, m)
        NaN when the spectral radius of B is ≥ 1: the walks do not sum (a right-hand side of zeros stays zero).

    Notes
    -----
    ``I − B`` is a Z-matrix, so the radius is below 1 exactly when ``(I − B) x = 1`` has a positive solution
    (Berman and Plemmons 1994, ch. 6, on nonsingular M-matrices). That one more right-hand side is the whole test.
    """
    tested = np.hstack((np.ones((right.shape[0], 1)), right))
    try:
        solved = _solve(sparse.eye_array(right.shape[0], format="csc") - block, tested)
    except (np.linalg.LinAlgError, RuntimeError):  # LAPACK's and SuperLU's word for exactly singular
        return _undefined(right)
    certificate = solved[:, 0]
    sound = np.all(certificate > 0) and np.max(certificate) < 1 / OUTSIDE_AT_LEAST
    return solved[:, 1:] if sound else _undefined(right)


def _undefined(right: FloatArray) -> FloatArray:
    # A right-hand side of zeros has no walk through the circle, so nothing about it is undefined.
    return np.where(np.any(right != 0, axis=0), np.nan, np.zeros_like(right))


def _solve(system: Columns, right: FloatArray) -> FloatArray:
    if system.shape[0] <= DENSE_UP_TO:
        return np.asarray(np.linalg.solve(system.toarray(), right), dtype=np.float64)
    return np.asarray(splu(sparse.csc_array(system)).solve(right), dtype=np.float64)
