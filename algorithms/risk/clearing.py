"""Clearing payments 清算支付: what everyone can pay when everyone's means depend on what the others pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.result import Result
from algorithms.risk.arrays import (
    RELATIVE_TOLERANCE,
    BoolArray,
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
from algorithms.risk.feedback import solve_where
from schema.errors import InputError


@dataclass(frozen=True, eq=False)
class ClearingResult(Result[FloatArray]):
    """The greatest clearing payments.

    Attributes
    ----------
    value : float array of shape (n,)
        Payments p of every node to all its creditors together, ``0 ≤ p ≤ obligations``.
    residual : float
        ``max |p − Φ(p)|``, money.
    iterations : int
        Rounds in which defaults were looked for.
    converged : bool
        False when a set of defaulters that owe (but for a billionth) only each other, or more than 5000 that owe
        almost only each other, could not be solved; ``value`` is then an upper bound.
    obligations : float array of shape (n,)
        p̄: all that a node owes, to the network and outside.
    defaulted : bool array of shape (n,)
        Who cannot pay in full.
    received : float array of shape (n,)
        What each node gets from the network.
    external_payments : float array of shape (n,)
        The part of p that goes to creditors outside.
    final_equity : float array of shape (n,)
        Assets less obligations; of a defaulter, payments less obligations: what its creditors lose, as a negative.
    at_boundary : bool array of shape (n,)
        Nodes whose assets equal their obligations to 1e-9 of them: a rounding in a source decides.
    """

    obligations: FloatArray
    defaulted: BoolArray
    received: FloatArray
    external_payments: FloatArray
    final_equity: FloatArray
    at_boundary: BoolArray


@dataclass(frozen=True, eq=False)
class _Books:
    received: Rows  # received[j, i]: part of i's payments that goes to j
    assets: FloatArray
    owed: FloatArray
    alpha: float
    beta: float

    def means(self, p: FloatArray) -> FloatArray:
        total: FloatArray = self.assets + self.received @ p
        return total

    def payments(self, p: FloatArray, fallen: BoolArray) -> FloatArray:
        estate = self.alpha * self.assets + self.beta * (self.received @ p)
        paid: FloatArray = np.where(fallen, np.minimum(estate, self.owed), self.owed)
        return paid

    def short(self, p: FloatArray) -> BoolArray:
        return np.asarray(self.means(p) < self.owed * (1.0 - RELATIVE_TOLERANCE), dtype=np.bool_)

    def solved(self, fallen: BoolArray) -> FloatArray:
        """Payments when exactly these fall; NaN where they owe only each other."""
        p = solve_where(
            scaled(self.received, np.full(len(self.owed), self.beta)),
            self.alpha * self.assets,
            fallen,
            self.owed,
        )
        return np.minimum(p, self.owed)


def clearing_vector(
    liabilities: Matrix,
    external_assets: Vector,
    external_liabilities: Vector,
    alpha: float = 1.0,
    beta: float = 1.0,
) -> ClearingResult:
    """Greatest payments that everyone can make together.

    ``p_i = p̄_i`` where assets suffice, ``e_i + (Πᵀ p)_i ≥ p̄_i``, else ``α e_i + β (Πᵀ p)_i``; with α = β = 1 it is
    the greatest fixed point of ``p = min(p̄, e + Πᵀ p)``.

    Parameters
    ----------
    liabilities : array or sparse of shape (n, n)
        ``liabilities[i, j]`` = what i owes j, money ≥ 0.
    external_assets : array of shape (n,)
        Everything that i has besides claims on the network, money ≥ 0.
    external_liabilities : array of shape (n,)
        What i owes outside the network, money ≥ 0. All creditors rank equally, outside ones too.
    alpha, beta : float in [0, 1]
        Part of external assets, and of claims on the network, that is left when a defaulter is wound up
        (Rogers–Veraart); 1 and 1 is Eisenberg–Noe.

    Returns
    -------
    ClearingResult

    Raises
    ------
    InputError
        When a shape differs, an amount is negative or not finite, or alpha or beta outside [0, 1].

    Notes
    -----
    Starts from payment in full, so every default it finds is certain: rounds mark new defaults until none is left,
    then the defaulters' payments are solved exactly, and the search goes on from there. At most 2n + 1 rounds, each
    O(n + nnz), and one exact solve per change that only the solution brings to light.

    References
    ----------
    Eisenberg and Noe (2001), "Systemic risk in financial systems", Management Science 47(2).
    Rogers and Veraart (2013), "Failure and rescue in an interbank network", Management Science 59(4).

    Examples
    --------
    >>> owes = np.array([[0.0, 2.0], [1.0, 0.0]])
    >>> clearing_vector(owes, [0.0, 0.5], [0.0, 0.0]).value.tolist()
    [1.0, 1.0]
    """
    rows = as_rows(liabilities, "liabilities")
    size = rows.shape[0]
    outside = as_vector(external_liabilities, size, "external_liabilities")
    owed = row_sums(rows) + outside
    for name, part in (("alpha", alpha), ("beta", beta)):
        if not 0.0 <= part <= 1.0:
            raise InputError(f"{name} is {part}; it is the part that is left after a default, from 0 to 1")
    received = sparse.csr_array(scaled(rows, inverse(owed)).T)
    books = _Books(received, as_vector(external_assets, size, "external_assets"), owed, alpha, beta)
    return _result(books, _greatest(books), outside)


@dataclass(frozen=True, eq=False)
class _Found:
    p: FloatArray
    fallen: BoolArray
    rounds: int
    solved: bool


def _greatest(books: _Books) -> _Found:
    p, fallen = books.owed, np.zeros(len(books.owed), dtype=np.bool_)
    exact, sound, rounds = True, True, 0
    while True:
        rounds += 1
        short = books.short(p) & ~fallen
        if short.any():
            fallen = fallen | short
            p, exact = np.minimum(p, books.payments(p, fallen)), False
        elif exact:
            return _Found(p, fallen, rounds, sound)
        else:
            solved = books.solved(fallen)
            # What could not be solved keeps its upper bound.
            p, exact, sound = np.where(np.isnan(solved), p, solved), True, not np.isnan(solved).any()


def _result(books: _Books, found: _Found, outside: FloatArray) -> ClearingResult:
    p, fallen = found.p, found.fallen
    residual = float(np.max(np.abs(p - books.payments(p, fallen)), initial=0.0))
    scale = max(1.0, float(np.max(books.owed, initial=0.0)))
    spare = books.means(p) - books.owed
    return ClearingResult(
        value=p,
        residual=residual,
        iterations=found.rounds,
        converged=found.solved and residual <= 1e-9 * scale,
        obligations=books.owed,
        defaulted=fallen,
        received=books.received @ p,
        external_payments=p * outside * inverse(books.owed),
        final_equity=np.where(fallen, p - books.owed, spare),
        at_boundary=(np.abs(spare) <= 1e-9 * books.owed) & (books.owed > 0),
    )
