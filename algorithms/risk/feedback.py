"""Linear feedback ``x = b + M x``: circles one by one, everything else by substitution."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import levels, solve_circle
from algorithms.ownership.matrix import induced
from algorithms.risk.arrays import BoolArray, FloatArray, Rows

FACTOR_UP_TO = 600  # nodes of a circle that are factored at once; a larger one is summed first
FACTOR_AT_MOST = 5000  # beyond, a factor of a random circle takes minutes
TERMS_AT_MOST = 1000
GROWN = 1e6  # times what came from outside: it will not end
ROUNDING = 1e-15
SETTLED = 1e-13


def is_settled(change: Any, before: Any, tolerance: float) -> Any:
    """Whether changes (a number or an array of them) that go on decaying at the rate just seen leave less than ``tolerance`` to come.

    Notes
    -----
    A small step alone proves nothing: a sum whose terms shrink by a thousandth leaves a thousand such steps. NaN
    (no rate seen yet) settles nothing but what has stopped moving.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return (change <= ROUNDING) | (change <= tolerance * (1.0 - change / before))


def solve_feedback(M: Rows, b: FloatArray) -> FloatArray:
    """Smallest ``x ≥ 0`` with ``x = b + M x``, NaN where a circle feeds on itself without end.

    Parameters
    ----------
    M : CSR array of shape (n, n)
        ``M[i, j]`` = what a unit at j adds at i, ≥ 0, no stored zeros.
    b : float array of shape (n,)
        What comes from outside, ≥ 0.

    Notes
    -----
    Complexity: O(n + nnz), and a dense factor per strongly connected set of up to 600 nodes. A larger one is summed,
    ``b + M b + M² b + …``, O(nnz) a term; up to 5000 nodes it is factored if 1000 terms do not do; NaN beyond.
    """
    columns = sparse.csc_array(M)
    x = np.zeros(len(b))
    for level in levels(sparse.csc_array(M.T)):
        if len(level.singles):
            x[level.singles] = b[level.singles] + M[level.singles] @ x
        for circle in level.circles:
            right = b[circle] + M[circle] @ x
            x[circle] = _circle(induced(columns, circle), right)
    return x


def _circle(block: Rows, right: FloatArray) -> FloatArray:
    summed = None if len(right) <= FACTOR_UP_TO else _series(block, right)
    if summed is not None:
        return summed
    if len(right) > FACTOR_AT_MOST:
        return np.full(len(right), np.nan)
    return solve_circle(block, right[:, None])[:, 0]


def _series(block: Rows, right: FloatArray) -> FloatArray | None:
    """Sum the series; None where it does not settle."""
    total, term = right.copy(), right
    scale = np.max(right)
    if scale == 0:
        return total
    before = np.float64(1.0)
    for _ in range(TERMS_AT_MOST):
        term = block @ term
        total += term
        change = np.max(term) / scale
        if is_settled(change, before, SETTLED):
            return total
        if change > GROWN:
            return None
        before = change
    return None


def solve_where(M: Rows, b: FloatArray, free: BoolArray, fixed: FloatArray) -> FloatArray:
    """Solve ``x = b + M x`` for the nodes that are free, the others held at ``fixed``."""
    held = np.where(free, 0.0, fixed)
    entries = sparse.coo_array(M)
    kept = free[entries.row] & free[entries.col]
    inner = sparse.csr_array((entries.data[kept], (entries.row[kept], entries.col[kept])), shape=M.shape)
    solved = solve_feedback(inner, np.where(free, b + M @ held, 0.0))
    return np.where(free, solved, fixed)
