"""Integrated ownership 最终持股: shares over all walks, exact with circles.

``Y = (I − A)⁻¹ A = A + A² + …`` (Brioschi, Buzzacchi and Colombo 1989; Vitali, Glattfelder and Battiston 2011).
A walk may go round a circle as often as it likes, which simple paths leave out: 24 % held direct, with 6 % that
comes back, is 0.24 / 0.94 = 25.5 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import Level, levels, solve_circle
from algorithms.ownership.matrix import (
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    column_sums,
    indices_of,
    induced,
    upstream,
)
from algorithms.ownership.sweep import swept_columns
from algorithms.result import Result
from algorithms.thresholds import above
from algorithms.walks.adjacency import spans
from schema.errors import InputError

RESIDUAL_UP_TO = 1e-9


@dataclass(frozen=True, eq=False)
class OwnershipResult(Result[Columns]):
    """Integrated shares.

    Attributes
    ----------
    value : sparse CSC of shape (n, n) or (n, len(targets))
        Y; NaN for a holder whose walks pass a circle without outside owner.
    residual : float
        ``max |Y − (A + A Y)|``; ``inf`` when something is undefined.
    iterations : int
        Levels of the sweep.
    converged : bool
        True when everything is defined and the residual is at most 1e-9 of the largest entry.
    targets : int64 array
        The company of each column of ``value``.
    undefined : int64 array
        Companies whose column holds NaN.
    overdeclared : int64 array
        Companies with declared shares above 100 %: the number stands, the statements contradict each other.
    """

    targets: IntArray
    undefined: IntArray
    overdeclared: IntArray


def integrated_ownership(A: Matrix) -> OwnershipResult:
    """Final share of every holder in every company.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, in [0, 1].

    Returns
    -------
    OwnershipResult

    Raises
    ------
    InputError
        When A is not square or a share is negative or not finite.

    Notes
    -----
    Complexity: O(n + nnz(A) + size of Y) and a dense solve per circle. Where every company's shares are complete
    and every circle has an outside owner, the persons' shares of a company sum to 1.

    Examples
    --------
    >>> integrated_ownership(np.array([[0.0, 0.24], [0.0, 0.06]])).value.toarray().round(4).tolist()
    [[0.0, 0.2553], [0.0, 0.0638]]
    """
    columns = checked(as_columns(A))
    order = levels(columns)
    swept = swept_columns(columns, columns, order)
    where = spans(swept.start, swept.length)
    ends = np.concatenate(([0], np.cumsum(swept.length)))
    Y = sparse.csc_array((swept.data[where], swept.rows[where], ends), shape=columns.shape)
    gap = (Y - columns - sparse.csr_array(columns) @ Y).data
    return _result(Y, gap, len(order), (np.arange(Y.shape[1]), _overdeclared(columns)))


def integrated_ownership_of(A: Matrix, targets: Any) -> OwnershipResult:
    """Final shares of every holder in a few companies: only what is upstream of them is solved.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        As above; pass a float64 CSC array to avoid a conversion on each call.
    targets : int or sequence of int
        Companies. Columns of the value follow their sorted distinct order (``result.targets``).

    Raises
    ------
    InputError
        As above, or when a target is no index of A.

    Notes
    -----
    Complexity: O(n) for marks, then the upstream sub-graph times the number of targets. For everything that a
    holder has downstream, pass ``A.T`` and the holders, and transpose the value.
    """
    whole = as_columns(A)
    wanted = indices_of(targets, whole.shape[0], "targets")
    nodes = upstream([whole], wanted)
    part = checked(induced(whole, nodes))
    start = np.zeros((len(nodes), len(wanted)))
    start[np.searchsorted(nodes, wanted), np.arange(len(wanted))] = 1.0
    order = levels(part)
    y = _solve_upwards(part, start, order)
    gap = y - sparse.csr_array(part) @ (y + start)
    found = sparse.coo_array(y)
    Y = sparse.csc_array((found.data, (nodes[found.row], found.col)), shape=(whole.shape[0], len(wanted)))
    return _result(Y, gap, len(order), (wanted, nodes[_overdeclared(part)]))


def self_loop_corrected(result: OwnershipResult) -> Columns:
    """``Ŷ_ij = Y_ij / (1 + Y_ii)``: what i holds of j without counting its own circles again.

    Parameters
    ----------
    result : OwnershipResult
        Of the whole matrix: the correction needs every holder's own column.

    References
    ----------
    Vitali, Glattfelder and Battiston (2011), "The network of global corporate control", appendix.
    """
    Y = result.value
    if Y.shape[0] != Y.shape[1]:
        raise InputError("the self-loop correction needs all columns; compute integrated_ownership(A) first")
    return sparse.csc_array((Y.data / (1.0 + Y.diagonal()[Y.indices]), Y.indices, Y.indptr), shape=Y.shape)


def _solve_upwards(part: Columns, start: FloatArray, order: list[Level]) -> FloatArray:
    """Solve ``y = A (y + start)`` from the targets towards their last holders."""
    rows = sparse.csr_array(part)
    # `seen` is start plus what is solved so far; members of the circle in hand still count with start alone.
    seen, y = start.copy(), np.zeros_like(start)
    for level in reversed(order):
        if len(level.singles):
            y[level.singles] = rows[level.singles] @ seen
        for circle in level.circles:
            y[circle] = solve_circle(induced(part, circle), rows[circle] @ seen)
        done = np.concatenate((level.singles, *level.circles))
        seen[done] += y[done]
    return y


def _overdeclared(columns: Columns) -> IntArray:
    return np.flatnonzero(above(column_sums(columns), 1.0))


def _result(Y: Columns, gap: FloatArray, sweeps: int, about: tuple[IntArray, IntArray]) -> OwnershipResult:
    targets, overdeclared = about
    owned = np.repeat(np.arange(Y.shape[1]), np.diff(Y.indptr))
    undefined = targets[np.unique(owned[np.isnan(Y.data)])]
    residual = float("inf") if len(undefined) else float(np.max(np.abs(gap), initial=0.0))
    scale = max(1.0, float(np.max(Y.data, initial=0.0)))
    return OwnershipResult(
        value=Y,
        residual=residual,
        iterations=sweeps,
        converged=bool(residual <= RESIDUAL_UP_TO * scale),
        targets=targets,
        undefined=undefined,
        overdeclared=overdeclared,
    )
