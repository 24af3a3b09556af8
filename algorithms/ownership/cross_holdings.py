"""Cross-holding diagnostics 交叉持股诊断: where shares run in circles, and where the statements contradict each other.

Capital that goes round a circle is counted more than once 资本虚增. A controlled subsidiary may not acquire shares of its
listed parent nor vote those that came to it (Company Law 2023 公司法, art. 141), and a company's own shares carry no vote
(art. 116).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from algorithms.ownership.circles import circles
from algorithms.ownership.cycles import solve_circle
from algorithms.ownership.matrix import (
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    column_sums,
    induced,
)
from algorithms.result import Result
from algorithms.thresholds import above
from algorithms.walks.adjacency import entries

AT_ONCE = 1024  # right-hand sides of one solve


class CrossHoldingKind(StrEnum):
    """What is wrong, or worth a look."""

    CIRCLE = "circular_holding"
    SELF = "holds_itself"
    CLOSED = "circle_without_outside_owner"
    OVERDECLARED = "more_than_100_percent_declared"


@dataclass(frozen=True, eq=False)
class CrossHolding:
    """One circle, or one company whose declared shares exceed 100 %.

    Attributes
    ----------
    kind : CrossHoldingKind
        CLOSED takes precedence over CIRCLE and SELF: the shares of such a circle belong to nobody in the end.
    members : int64 array (m,)
        Companies, sorted.
    treasury : float array (m,)
        Part of each member's capital that comes back to itself through circles, ``Y_ii / (1 + Y_ii)``; NaN in a CLOSED
        circle, 0 where only the declared shares are reported.
    outside : float array (m,)
        Part of each member's declared capital that is held outside the circle.
    declared : float array (m,)
        Sum of the declared shares, above 1 where statements contradict each other.
    holders, held : int64 arrays (e,)
        The holdings inside the circle, or all of the company declared above 100 %.
    """

    kind: CrossHoldingKind
    members: IntArray
    treasury: FloatArray
    outside: FloatArray
    declared: FloatArray
    holders: IntArray
    held: IntArray


@dataclass(frozen=True, eq=False)
class CrossHoldings(Result[IntArray]):
    """All of them.

    Attributes
    ----------
    value : int64 array
        Companies that are in any finding, sorted.
    residual : float
        0: strongly connected sets are exact.
    iterations : int
        Circles that were solved.
    converged : bool
        False when a circle has no outside owner.
    found : tuple of CrossHolding
        Circles first, the largest first, then the rest by index.
    """

    found: tuple[CrossHolding, ...]


def cross_holdings(A: Matrix) -> CrossHoldings:
    """Find every circle of holdings and every company of which more than 100 % is declared.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, in [0, 1].

    Returns
    -------
    CrossHoldings

    Raises
    ------
    InputError
        When A is not square or a share is negative or not finite.

    Notes
    -----
    A circle is a strongly connected set of two and more, or a company that holds itself (Tarjan 1972).
    Complexity: O(n + nnz), and one solve per circle with as many right-hand sides as members.

    Examples
    --------
    >>> A = np.zeros((3, 3)); A[0, 1], A[1, 2], A[2, 1] = 0.9, 0.5, 0.1
    >>> circle = cross_holdings(A).found[0]
    >>> str(circle.kind), circle.members.tolist(), circle.treasury.round(4).tolist()
    ('circular_holding', [1, 2], [0.05, 0.05])
    """
    columns = checked(as_columns(A))
    declared = column_sums(columns)
    loops = [_circle(columns, declared, members) for members in circles(columns)]
    loops.sort(key=lambda c: (-len(c.members), int(c.members[0])))
    excess = [_overdeclared(columns, declared, int(j)) for j in np.flatnonzero(above(declared, 1.0))]
    found = (*loops, *excess)
    value = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(c.members for c in found)]))
    closed = any(c.kind is CrossHoldingKind.CLOSED for c in loops)
    return CrossHoldings(value, 0.0, len(loops), not closed, found)


def _circle(columns: Columns, declared: FloatArray, members: IntArray) -> CrossHolding:
    block = induced(columns, members)
    treasury = _treasury(block)
    kind = CrossHoldingKind.SELF if len(members) == 1 else CrossHoldingKind.CIRCLE
    if np.isnan(treasury).any():
        kind = CrossHoldingKind.CLOSED
    inside = sparse.coo_array(block)
    return CrossHolding(
        kind,
        members,
        treasury,
        np.maximum(declared[members] - column_sums(block), 0.0),
        declared[members],
        members[inside.row],
        members[inside.col],
    )


def _treasury(block: Columns) -> FloatArray:
    """``Y_ii / (1 + Y_ii)``: no walk that leaves the circle comes back to it."""
    Y = np.empty(block.shape[0])
    for start in range(0, len(Y), AT_ONCE):
        some = np.arange(start, min(start + AT_ONCE, len(Y)))
        Y[some] = solve_circle(block, block[:, some].toarray())[some, some - start]
    part: FloatArray = Y / (1.0 + Y)
    return part


def _overdeclared(columns: Columns, declared: FloatArray, company: int) -> CrossHolding:
    positions, _ = entries(columns.indptr, np.array([company]))
    holders = columns.indices[positions].astype(np.int64)
    one = declared[[company]]
    return CrossHolding(
        CrossHoldingKind.OVERDECLARED,
        np.array([company]),
        np.zeros(1),
        one,
        one,
        holders,
        np.full(len(holders), company),
    )
