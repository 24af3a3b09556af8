"""Linear feedback ``x = b + M x`` solved exactly: circles one by one, everything else by substitution."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import levels, solve_circle
from algorithms.ownership.matrix import induced
from algorithms.risk.arrays import BoolArray, FloatArray, Rows


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
    Complexity: O(n + nnz), and a dense (for large ones sparse) factor per strongly connected set.
    """
    columns = sparse.csc_array(M)
    x = np.zeros(len(b))
    for level in levels(sparse.csc_array(M.T)):
        if len(level.singles):
            x[level.singles] = b[level.singles] + M[level.singles] @ x
        for circle in level.circles:
            right = b[circle] + M[circle] @ x
            x[circle] = solve_circle(induced(columns, circle), right[:, None])[:, 0]
    return x


def solve_where(M: Rows, b: FloatArray, free: BoolArray, fixed: FloatArray) -> FloatArray:
    """Solve ``x = b + M x`` for the nodes that are free, the others held at ``fixed``."""
    held = np.where(free, 0.0, fixed)
    entries = sparse.coo_array(M)
    kept = free[entries.row] & free[entries.col]
    inner = sparse.csr_array((entries.data[kept], (entries.row[kept], entries.col[kept])), shape=M.shape)
    solved = solve_feedback(inner, np.where(free, b + M @ held, 0.0))
    return np.where(free, solved, fixed)
