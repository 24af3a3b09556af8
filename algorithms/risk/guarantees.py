"""Guarantee calls 担保代偿: a default calls its guarantors, and who cannot bear the call defaults as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.result import Result
from algorithms.risk.arrays import (
    RELATIVE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    Matrix,
    Vector,
    as_indices,
    as_rows,
    as_vector,
    column_sums,
    summed,
)
from schema.errors import InputError

VARIANTS = ("pro_rata", "joint_and_several")


@dataclass(frozen=True, eq=False)
class GuaranteeCalls(Result[FloatArray]):
    """Who is called, who falls, who pays.

    Attributes
    ----------
    value : float array of shape (n,)
        c: what each guarantor is called for in the end, money ≥ 0 (of a fallen one: what it could not bear).
    residual : float
        Always 0: the smallest set of defaults is reached in finitely many rounds.
    iterations : int
        Rounds.
    converged : bool
        Always True.
    rounds : int64 array of shape (n,)
        0 for seeds, the round in which a guarantor fell, −1 for who stands.
    paid : float array of shape (n,)
        What those who stand pay; 0 for the fallen.
    uncovered : float array of shape (n,)
        Loss on each defaulter's guaranteed debts that no guarantor pays. ``Σ paid + Σ uncovered`` is the whole loss.
    final_equity : float array of shape (n,)
        ``equity − value``; negative for whom the call broke.
    """

    rounds: IntArray
    paid: FloatArray
    uncovered: FloatArray
    final_equity: FloatArray

    @property
    def defaulted(self) -> BoolArray:
        """Everyone who has fallen, seeds included."""
        return self.rounds >= 0


@dataclass(frozen=True, eq=False)
class _Book:
    """Guarantees entry by entry: ``amount`` that ``guarantor`` stands in for ``debtor``."""

    guarantor: IntArray
    debtor: IntArray
    amount: FloatArray
    loss: FloatArray  # of each debtor, should it default
    joint: bool

    def called(self, fallen: BoolArray) -> FloatArray:
        """Call of each entry when these have fallen."""
        standing = self.amount * ~fallen[self.guarantor]
        others = self.amount if not self.joint else standing
        base = summed(self.debtor, others, len(fallen))[self.debtor]
        if self.joint:  # a fallen guarantor is asked beside those who still stand
            base = base + np.where(fallen[self.guarantor], self.amount, 0.0)
        loss = np.where(fallen, self.loss, 0.0)[self.debtor]
        return self.amount * np.minimum(1.0, loss / base)

    def per_guarantor(self, amounts: FloatArray) -> FloatArray:
        return summed(self.guarantor, amounts, len(self.loss))


def guarantee_calls(
    guarantees: Matrix,
    equity: Vector,
    lgd: Vector,
    seeds: Vector,
    variant: str = "pro_rata",
    debts: Vector | None = None,
) -> GuaranteeCalls:
    """Follow defaults through guarantees to the end.

    ``c_j = Σ_{i in default} g_ji · min(1, loss_i / base_i)``, and j defaults when ``equity_j < c_j``. The loss of i is
    ``lgd_i · debts_i``. *Pro rata* 按份保证: the base is all that is guaranteed for i, so without ``debts`` the call is
    ``g_ji · lgd_i``, and a fallen guarantor's part is nobody's. *Joint and several* 连带责任保证: the base is what the
    guarantors still standing (and j) guarantee, so they bear the parts of the fallen, each up to its own guarantee.

    Parameters
    ----------
    guarantees : array or sparse of shape (n, n)
        ``guarantees[j, i]`` = up to how much j stands in for i's debts, money ≥ 0.
    equity : array of shape (n,)
        What each can bear, money; negative is allowed and is a default.
    lgd : float or array of shape (n,)
        Loss given default 违约损失率 in [0, 1].
    seeds : sequence of int
        Who has defaulted to begin with.
    variant : {"pro_rata", "joint_and_several"}
    debts : array of shape (n,), optional
        Guaranteed debt of each node, money ≥ 0; by default the sum of the guarantees for it.

    Returns
    -------
    GuaranteeCalls

    Raises
    ------
    InputError
        When a shape differs, a number is out of range, a seed is no index, or the variant is unknown.

    Notes
    -----
    Calls rise with every default, so the smallest set of defaults does not depend on the order. A fallen guarantor
    is taken to pay nothing: its estate belongs to its own creditors. At most n + 1 rounds, each O(n + nnz).

    References
    ----------
    Civil Code of the People's Republic of China 民法典, arts. 688 (joint and several guarantee), 691 (scope) and 699
    (several guarantors of one debt).

    Examples
    --------
    >>> g = np.zeros((3, 3)); g[1, 0] = 10.0; g[2, 1] = 8.0  # 1 guarantees 0, 2 guarantees 1
    >>> found = guarantee_calls(g, equity=[1, 4, 9], lgd=0.5, seeds=[0])
    >>> found.value.tolist(), found.defaulted.tolist()
    ([0.0, 5.0, 4.0], [True, True, False])
    """
    if variant not in VARIANTS:
        raise InputError(f"variant {variant!r} is not offered; choose one of {', '.join(VARIANTS)}")
    rows = as_rows(guarantees, "guarantees")
    size = rows.shape[0]
    debt = column_sums(rows) if debts is None else as_vector(debts, size, "debts")
    loss = as_vector(lgd, size, "lgd", 0.0, 1.0) * debt
    cells = sparse.coo_array(rows)
    book = _Book(cells.row, cells.col, cells.data, loss, variant == "joint_and_several")
    able = as_vector(equity, size, "equity", least=-float("inf"))
    return _result(book, able, _fallen(book, able, as_indices(seeds, size, "seeds")))


def _fallen(book: _Book, equity: FloatArray, seeds: IntArray) -> IntArray:
    rounds = np.full(len(equity), -1, dtype=np.int64)
    rounds[seeds] = 0
    for turn in range(1, len(equity) + 2):
        calls = book.per_guarantor(book.called(rounds >= 0))
        broken = (calls * (1.0 - RELATIVE_TOLERANCE) > equity) & (rounds < 0)
        if not broken.any():
            break
        rounds[broken] = turn
    return rounds


def _result(book: _Book, equity: FloatArray, rounds: IntArray) -> GuaranteeCalls:
    fallen = rounds >= 0
    calls = book.called(fallen)
    borne = calls * ~fallen[book.guarantor]
    covered = summed(book.debtor, borne, len(equity))
    value = book.per_guarantor(calls)
    return GuaranteeCalls(
        value=value,
        residual=0.0,
        iterations=int(np.max(rounds, initial=0)) + 1,
        converged=True,
        rounds=rounds,
        paid=book.per_guarantor(borne),
        uncovered=np.where(fallen, np.maximum(book.loss - covered, 0.0), 0.0),
        final_equity=equity - value,
    )
