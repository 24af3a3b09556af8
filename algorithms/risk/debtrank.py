"""DebtRank: how far a loss of some travels to those who lent to them, default or not.

Two rules. *2012*: every node passes its distress on once, in the round after it was first hit. *2015*: every
further loss is passed on, which is the smallest solution of ``h = min(1, h(0) + Λ h)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.matrix import upstream
from algorithms.result import Result
from algorithms.risk.arrays import (
    RELATIVE_TOLERANCE,
    FloatArray,
    Matrix,
    Rows,
    Vector,
    as_rows,
    as_vector,
    inverse,
    row_sums,
    scaled,
)
from algorithms.risk.feedback import is_settled, solve_where
from algorithms.walks.adjacency import entries
from schema.errors import InputError

SWEEPS_AT_MOST = 10_000
JUMP_FROM = 64  # rounds; what moves then goes round a circle that loses little


@dataclass(frozen=True, eq=False)
class DebtRankResult(Result[FloatArray]):
    """Distress after the shock has run its course.

    Attributes
    ----------
    value : float array of shape (n,)
        Final relative distress h(T), in [0, 1]: the part of its equity that a node has lost.
    residual : float
        ``max |h − min(1, h(0) + Λ h)|`` for 2015; 0 for 2012, which is a finite procedure.
    iterations : int
        Rounds.
    converged : bool
        False when ``max_iter`` stopped the rounds; ``value`` is then a lower bound.
    R : float
        Loss of economic value through contagion, ``Σ (h(T) − h(0)) v``, in [0, 1] when v sums to 1.
    losses : float array of shape (n,)
        Money lost on loans to the network, ≥ 0; for 2015 uncapped, ``A h(T)``.
    final_equity : float array of shape (n,)
        ``equity · (1 − h(0)) − losses``: for 2015 it may be negative. Where the direct loss was more than all
        equity (h(0) was cut to 1), the equity after it is ``equity − direct loss − losses``.
    """

    R: float
    losses: FloatArray
    final_equity: FloatArray


def debtrank(
    exposures: Matrix,
    equity: Vector,
    shock: Vector,
    variant: str = "2012",
    economic_value: Vector | None = None,
    max_iter: int = SWEEPS_AT_MOST,
) -> DebtRankResult:
    """Relative distress of every node after a shock.

    Parameters
    ----------
    exposures : array or sparse of shape (n, n)
        ``exposures[i, j]`` = what i has lent to j, money ≥ 0.
    equity : array of shape (n,)
        Equity before the shock, money ≥ 0.
    shock : array of shape (n,)
        Initial relative distress h(0) in [0, 1]; 1 is failure.
    variant : {"2012", "2015"}
        *2012*: ``W_ij = min(1, A_ji / E_j)``, ``h_j ← min(1, h_j + Σ W_ij h_i)`` over the nodes i that were first
        hit in the round before. *2015*: ``h(t+1) = min(1, h(t) + Λ (h(t) − h(t−1)))``, ``Λ_ij = A_ij / E_i``.
    economic_value : array of shape (n,), optional
        Weight v of each node in R, ≥ 0; by default its part of all lending.
    max_iter : int
        Rounds of the 2015 variant at most.

    Returns
    -------
    DebtRankResult

    Raises
    ------
    InputError
        When a shape differs, an amount is negative or not finite, or the variant is unknown.

    Notes
    -----
    A node without equity has nothing to lose, so the limit of a vanishing equity is taken: in 2015 the first loss
    that reaches it is total, in 2012 it takes over the distress of whom it lent to.
    Complexity: 2012 reads each loan once. 2015 is O(nnz) per round, until less than 1e-12 can be to come;
    after 64, 128 … rounds the rest is solved exactly (a saturated node stays so, the others are linear) and taken if it
    satisfies the equation. Its solution that is positive just where the shock arrives is unique, the map being concave.

    References
    ----------
    Battiston, Puliga, Kaushik, Tasca and Caldarelli (2012), "DebtRank: too central to fail?", Scientific Reports 2.
    Bardoscia, Battiston, Caccioli and Caldarelli (2015), "DebtRank: a microscopic foundation for shock
    propagation", PLoS ONE 10(6).

    Examples
    --------
    >>> lent = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # 1 lent to 0, 2 to 1, 0 to 2
    >>> debtrank(lent, [2, 2, 2], [0.5, 0, 0], variant="2015").value.round(4).tolist()
    [0.5714, 0.2857, 0.1429]
    """
    lent = as_rows(exposures, "exposures")
    size = lent.shape[0]
    own, start = as_vector(equity, size, "equity"), as_vector(shock, size, "shock", 0.0, 1.0)
    weight = row_sums(lent) if economic_value is None else as_vector(economic_value, size, "economic_value")
    if economic_value is None:
        weight = weight * inverse(np.array([weight.sum()]))
    if variant == "2012":
        return _result_2012(lent, own, start, weight)
    if variant == "2015":
        return _result_2015((lent, own, start, weight), max_iter)
    raise InputError(f"variant {variant!r} is not offered; choose '2012' or '2015'")


def _result_2012(lent: Rows, equity: FloatArray, start: FloatArray, weight: FloatArray) -> DebtRankResult:
    h, rounds = _fire_once(lent, equity, start)
    return DebtRankResult(
        value=h,
        residual=0.0,
        iterations=rounds,
        converged=True,
        R=float((h - start) @ weight),
        losses=equity * (h - start),
        final_equity=equity * (1.0 - h),
    )


def _fire_once(lent: Rows, equity: FloatArray, start: FloatArray) -> tuple[FloatArray, int]:
    """States undistressed → distressed → inactive, a round at a time; each borrower's lenders are read once."""
    lenders = sparse.csc_array(lent)
    h, fresh, rounds = start.copy(), start > 0, 0
    spent = np.zeros(len(h), dtype=np.bool_)
    while fresh.any():
        rounds += 1
        firing = np.flatnonzero(fresh)
        spent |= fresh
        places, lengths = entries(lenders.indptr, firing)
        hit, amount = lenders.indices[places], lenders.data[places]
        impact = np.divide(amount, equity[hit], out=np.ones_like(amount), where=equity[hit] > amount)
        arrived = np.bincount(hit, impact * np.repeat(h[firing], lengths), minlength=len(h))
        h = np.minimum(1.0, h + arrived)
        fresh = (h > 0) & ~spent
    return h, rounds


def _result_2015(sheet: tuple[Rows, FloatArray, FloatArray, FloatArray], max_iter: int) -> DebtRankResult:
    lent, equity, start, weight = sheet
    passed = scaled(lent, inverse(equity))
    h, rounds = _least_fixed_point(passed, _with_bare_nodes(lent, equity, start), max_iter)
    residual = float(np.max(np.abs(h - _once_more(lent, equity, start, h)), initial=0.0))
    losses = lent @ h
    return DebtRankResult(
        value=h,
        residual=residual,
        iterations=rounds,
        converged=residual <= RELATIVE_TOLERANCE,
        R=float((h - start) @ weight),
        losses=losses,
        final_equity=equity * (1.0 - start) - losses,
    )


def _with_bare_nodes(lent: Rows, equity: FloatArray, start: FloatArray) -> FloatArray:
    """h(0), with 1 for nodes without equity that lent to anyone the distress reaches."""
    reached = np.zeros(len(start))
    reached[upstream([sparse.csc_array(lent)], np.flatnonzero(start > 0))] = 1.0
    return np.where((equity == 0) & (lent @ reached > 0), 1.0, start)


def _once_more(lent: Rows, equity: FloatArray, start: FloatArray, h: FloatArray) -> FloatArray:
    loss = lent @ h
    bare = np.where(loss > 0, 1.0, 0.0)
    more: FloatArray = start + np.divide(loss, equity, out=bare, where=equity > 0)
    return np.minimum(1.0, more)


def _least_fixed_point(M: Rows, b: FloatArray, max_iter: int) -> tuple[FloatArray, int]:
    """Climb from b; now and then jump to the solution that the saturated nodes imply, if it is one."""
    h, before = b, np.inf
    for rounds in range(1, max_iter + 1):
        higher = np.minimum(1.0, b + M @ h)
        change = float(np.max(higher - h, initial=0.0))
        h = higher
        if is_settled(change, before, RELATIVE_TOLERANCE):
            return h, rounds
        before = change
        if rounds >= JUMP_FROM and rounds & (rounds - 1) == 0:
            jumped = _jump(M, b, h)
            if np.max(np.abs(jumped - np.minimum(1.0, b + M @ jumped))) <= RELATIVE_TOLERANCE / 10:
                return jumped, rounds
    return h, max_iter


def _jump(M: Rows, b: FloatArray, h: FloatArray) -> FloatArray:
    saturated = b + M @ h >= 1.0
    # NaN (a circle that would grow for ever) compares as false in the test, so the climb goes on.
    return np.minimum(1.0, solve_where(M, b, ~saturated, np.ones_like(b)))
