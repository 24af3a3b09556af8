"""Payments that everyone can make together when defaults call guarantors, and who loses what by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.risk.arrays import RELATIVE_TOLERANCE, BoolArray, FloatArray, inverse, row_sums, scaled
from algorithms.risk.feedback import is_settled
from algorithms.risk.stress_case import Sheets, StressAssumptions


@dataclass(frozen=True, eq=False)
class Hit:
    """What a shock takes before anybody defaults.

    Attributes
    ----------
    undelivered : float array (n,)
        Part δ of each party's output that it cannot deliver.
    own : float array (n,)
        Assets written off and earnings lost, money.
    """

    undelivered: FloatArray
    own: FloatArray


@dataclass(frozen=True, eq=False)
class Settlement:
    """The greatest payments, and the position of everyone after them; all arrays of shape (n,), money ≥ 0.

    Attributes
    ----------
    paid_part : float array
        r: part of its duties (debts and calls) that each pays.
    calls : float array
        What each guarantor is called for.
    called_part : float array
        θ of each debtor: part of every guarantee for it that is called.
    unpaid, diluted : float arrays
        What each does not get on its claims because others cannot pay, and because its buyers set it off.
    own : float array
        Own losses: assets, earnings, and what its winding-up costs.
    passed_on : float array
        Duties that it does not pay.
    outside_loss, made_good : float
        What outside lenders lose; what buyers spend on what was not delivered.
    defaulted : bool array
    change : float
        ``max |r − Φ(r)|``.
    rounds : int
    settled : bool
    """

    paid_part: FloatArray
    calls: FloatArray
    called_part: FloatArray
    unpaid: FloatArray
    diluted: FloatArray
    own: FloatArray
    passed_on: FloatArray
    outside_loss: float
    made_good: float
    defaulted: BoolArray
    change: float
    rounds: int
    settled: bool

    @property
    def loss(self) -> FloatArray:
        """All that each has lost, counting calls as lost when they are made."""
        return self.own + self.unpaid + self.diluted + self.calls


class Books:
    """The duties and means of everyone, for given parts that everyone pays."""

    def __init__(self, sheets: Sheets, hit: Hit, assumed: StressAssumptions) -> None:
        self.sheets, self.hit, self.assumed = sheets, hit, assumed
        self.estate = sheets.assets - hit.own
        withheld = np.minimum(1.0, assumed.dilution * hit.undelivered)
        self.trade = sparse.csr_array(sheets.receivables * (1.0 - withheld))  # by column: the supplier's loss
        self.withheld = withheld
        self.due_to = sparse.csr_array((self.trade + sheets.loans).T)
        self.lent_by = sparse.csr_array(scaled(sheets.loans, inverse(sheets.borrowed)).T)
        self.for_debtor = sparse.csr_array(sheets.guarantees.T)
        self.cover = row_sums(self.for_debtor)
        self.owed, self.borrowed = sheets.owed, sheets.borrowed

    def called_part(self, r: FloatArray) -> FloatArray:
        """θ: how far each debtor's guarantees are called, ``min(1, shortfall / cover)``."""
        short = (1.0 - r) * self.borrowed
        joint = self.assumed.variant == "joint_and_several"
        cover = self.for_debtor @ r if joint else self.cover
        called = np.divide(short, cover, out=np.ones_like(short), where=cover > short)
        return np.where((short > 0) & (self.cover > 0), called, 0.0)

    def collected(self, r: FloatArray, called: FloatArray) -> FloatArray:
        """What guarantors pay for each debtor."""
        found: FloatArray = called * (self.for_debtor @ r)
        return found

    def received(self, r: FloatArray, called: FloatArray) -> FloatArray:
        """What everyone gets from the others."""
        found: FloatArray = self.due_to @ r + self.lent_by @ self.collected(r, called)
        return found

    def once(self, r: FloatArray) -> FloatArray:
        """Φ: what part of its duties everyone can pay when everyone pays the part r."""
        called = self.called_part(r)
        income, duties = self.received(r, called), self.owed + self.sheets.guarantees @ called
        left = self.assumed.alpha * self.estate + self.assumed.beta * income
        part = np.minimum(1.0, np.divide(left, duties, out=np.ones_like(left), where=duties > 0))
        stands = self.estate + income >= duties * (1.0 - RELATIVE_TOLERANCE)
        return np.where(stands, 1.0, part)


def settle_payments(books: Books, max_iter: int) -> Settlement:
    """Greatest fixed point of Φ, from payment in full downwards.

    Notes
    -----
    Φ is monotone: who pays more makes others' means greater and calls smaller (a lender gets ``r B`` from the debtor and
    ``min(cover, (1 − r) B)`` at most from guarantors, together never less when r rises). So the parts only fall, every
    default that is found is certain, and what is left is an upper bound when ``max_iter`` stops it.
    Complexity: O(n + nnz) per round.
    """
    r, before, settled, rounds = np.ones(len(books.owed)), np.inf, False, 0
    while not settled and rounds < max_iter:
        rounds += 1
        lower = np.minimum(r, books.once(r))
        change = float(np.max(r - lower, initial=0.0))
        settled = bool(is_settled(change, before, RELATIVE_TOLERANCE))
        r, before = lower, change
    return _settlement(books, r, rounds, settled)


def _settlement(books: Books, r: FloatArray, rounds: int, settled: bool) -> Settlement:
    sheets, called = books.sheets, books.called_part(r)
    calls, income = sheets.guarantees @ called, books.received(r, called)
    duties, fallen = books.owed + calls, r < 1.0
    assumed = books.assumed
    wound_up = np.where(fallen, (1.0 - assumed.alpha) * books.estate + (1.0 - assumed.beta) * income, 0.0)
    diluted = books.withheld * np.asarray(sheets.receivables.sum(axis=0)).ravel()
    outside = sheets.outside * (1.0 - r - books.collected(r, called) * inverse(books.borrowed))
    return Settlement(
        paid_part=r,
        calls=calls,
        called_part=called,
        unpaid=sheets.claims - diluted - income,
        diluted=diluted,
        own=books.hit.own + wound_up,
        passed_on=(1.0 - r) * duties,
        outside_loss=float(outside.sum()),
        made_good=float(r @ (row_sums(sheets.receivables) - row_sums(books.trade))),
        defaulted=fallen,
        change=float(np.max(np.abs(r - books.once(r)), initial=0.0)),
        rounds=rounds,
        settled=settled,
    )
