"""How a loss of output spreads through supply: to buyers who miss inputs, to suppliers who miss orders.

Columns of a loss array are scenarios; a loss is 1 − h, so what spreads only ever rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from algorithms.risk.arrays import RELATIVE_TOLERANCE, FloatArray, IntArray, Rows
from algorithms.risk.feedback import is_settled, solve_where

JUMP_FROM = 64  # rounds; what is not settled by then goes round a circle that loses little


class Channel(Protocol):
    """One direction in which losses spread."""

    def spread(self, loss: FloatArray) -> FloatArray:
        """Losses, scenario by scenario, that these losses cause: arrays of shape (n, scenarios)."""

    def linear_at(self, loss: FloatArray) -> Rows:
        """Matrix M with ``M @ loss`` = what one scenario causes, and M x never more than x ≥ loss causes."""


@dataclass(frozen=True, eq=False)
class Orders:
    """Upstream: ``orders[supplier, buyer]`` = part of the supplier's sales."""

    orders: Rows

    def spread(self, loss: FloatArray) -> FloatArray:
        """Sum the lost orders."""
        found: FloatArray = self.orders @ loss
        return found

    def linear_at(self, loss: FloatArray) -> Rows:
        """The orders themselves: this direction is linear."""
        return self.orders


class Sellers:
    """How far what a supplier fails to deliver can be had from the rest of its sector."""

    def __init__(self, sales: FloatArray, sector: IntArray, sectors: int, substitution: bool) -> None:
        self.sales, self.sector, self.substitution = sales, sector, substitution
        cells = (np.ones(len(sales)), (sector, np.arange(len(sales))))
        self.members = sparse.csr_array(cells, shape=(sectors, len(sales)))

    def irreplaceable(self, loss: FloatArray) -> FloatArray:
        """σ: a supplier's part of what its sector still sells, at most 1."""
        own = self.sales[:, None]
        if not self.substitution:
            return np.ones_like(loss)
        left = (self.members @ (own * (1.0 - loss)))[self.sector]
        part: FloatArray = np.divide(own, left, out=np.ones_like(left), where=left > 0)
        return np.minimum(1.0, part)


class Inputs:
    """Downstream: the worst essential sector of inputs, or all non-essential inputs together.

    Parameters
    ----------
    linear : CSR array of shape (n, n)
        ``linear[buyer, supplier]`` = part of all the buyer's inputs, non-essential ones only.
    needed : CSR array of shape (m, n)
        One row for each buyer and essential sector: parts of that input. Rows of a buyer stand together.
    buyer : int64 array of shape (m,)
        The buyer of each row of ``needed``.
    sellers : Sellers
    """

    def __init__(self, linear: Rows, needed: Rows, buyer: IntArray, sellers: Sellers) -> None:
        self.linear, self.needed, self.buyer, self.sellers = linear, needed, buyer, sellers
        self.needing, self.first = np.unique(buyer, return_index=True)

    def spread(self, loss: FloatArray) -> FloatArray:
        """Take the worst of the inputs that each firm misses."""
        missing = self.sellers.irreplaceable(loss) * loss
        found: FloatArray = self.linear @ missing
        if len(self.first):
            worst = np.maximum.reduceat(self.needed @ missing, self.first, axis=0)
            found[self.needing] = np.maximum(found[self.needing], worst)
        return found

    def linear_at(self, loss: FloatArray) -> Rows:
        """Read the worst row of each firm, at the substitution that these losses leave (it only gets harder)."""
        still = self.sellers.irreplaceable(loss[:, None])[:, 0]
        rows = sparse.csr_array(sparse.vstack((self.linear, self.needed)) * still)
        firm = np.concatenate((np.arange(len(loss)), self.buyer))
        order = np.lexsort((rows @ loss, firm))
        last = np.flatnonzero(np.diff(firm[order], append=len(loss)))
        return sparse.csr_array(rows[order[last]])


@dataclass(frozen=True, eq=False)
class Settled:
    """Losses of shape (n, scenarios) after the last round, its largest change, and whether all had settled."""

    loss: FloatArray
    change: float
    rounds: int
    converged: bool


def settle(channel: Channel, shock: FloatArray, max_iter: int) -> Settled:
    """Smallest losses of at least ``shock`` that cause no others.

    Parameters
    ----------
    channel : Channel
    shock : float array of shape (n, scenarios)
        In [0, 1].
    max_iter : int
        Rounds at most.

    Notes
    -----
    A scenario is settled when its change, decaying at the rate just seen, leaves less than 1e-12 to come. One that
    decays slowly is lifted to the solution of its present linear form, which bounds the final losses from below.
    """
    loss = shock.copy()
    still, before = np.arange(shock.shape[1]), np.full(shock.shape[1], np.inf)
    worst = 0.0
    for rounds in range(1, max_iter + 1):
        now = loss[:, still]
        loss[:, still] = np.clip(channel.spread(now), shock[:, still], 1.0)
        change = np.max(np.abs(loss[:, still] - now), axis=0, initial=0.0)
        done = is_settled(change, before, RELATIVE_TOLERANCE)
        worst = max(worst, float(np.max(change[done], initial=0.0)))
        still, before = still[~done], change[~done]
        if not len(still):
            return Settled(loss, worst, rounds, True)
        if rounds >= JUMP_FROM and rounds & (rounds - 1) == 0:
            for column in still:
                loss[:, column] = _lifted(channel, loss[:, column], shock[:, column])
            before = np.full(len(still), np.nan)  # the rate has to be seen anew
    return Settled(loss, float(np.max(before)), max_iter, False)


def _lifted(channel: Channel, loss: FloatArray, shock: FloatArray) -> FloatArray:
    M = channel.linear_at(loss)
    solved = solve_where(M, np.zeros(len(loss)), M @ loss > shock, shock)
    # fmax: a circle that could not be solved (NaN) keeps the bound it has.
    return np.clip(np.fmax(solved, loss), 0.0, 1.0)
