"""What one bank has lent, to whom, and the limits that its capital sets 大额风险暴露: as arrays, built once per view."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.portions import portion
from algorithms.projection import View
from algorithms.rules import Governing
from algorithms.sets import among, distinct
from algorithms.walks.adjacency import spans
from algorithms.walks.links import Links, Nodes, Place, as_nodes, incoming, node_rows, of_label, outgoing
from schema.access import Audience
from schema.money import Fen

UNKNOWN = -1
"""Stands for an unknown amount in arrays of fen."""


@dataclass(frozen=True)
class Sum:
    """A sum of amounts: what is known of it, and how many amounts are not. Never a zero for an unknown."""

    known_fen: Fen
    unknown: int = 0

    @property
    def total_fen(self) -> Fen | None:
        """The whole; None while an amount is unknown."""
        return None if self.unknown else self.known_fen


@dataclass(frozen=True, eq=False)
class Loans:
    """Loans and who owes them, as far as one caller may see them.

    Attributes
    ----------
    loan : int64 array of shape (m,)
        Positions of the loans, sorted.
    amount : int64 array of shape (m,)
        Balance in fen; the principal, which it cannot exceed, where the balance is unknown; ``UNKNOWN`` where both are.
    borrower, owed : int64 arrays of shape (k,)
        Who owes which loan (an index into ``loan``), sorted by borrower; a joint loan stands once per borrower.
    """

    loan: Nodes
    amount: Nodes
    borrower: Nodes
    owed: Nodes

    def of(self, parties: Nodes) -> Nodes:
        """Return the loans to any of the parties, each once, as sorted indices. O(parties × log k + loans)."""
        first, last = (np.searchsorted(self.borrower, parties, side) for side in ("left", "right"))
        return distinct(self.owed[spans(first, last - first)])

    def sum(self, loans: Nodes) -> Sum:
        """Add up loans, exactly."""
        return sum_of(self.amount[loans])


@dataclass(frozen=True, eq=False)
class Book(Loans):
    """The loans of one bank on one day.

    Attributes
    ----------
    bank : int
    open : bool
        Whether the caller may see the bank's private book at all; if not, what it lent is unknown, not nothing.
    lent_by, lent_to : Links
        Where it is said: ``row`` is the index of the loan.
    """

    bank: int
    open: bool
    lent_by: Links
    lent_to: Links

    def clients(self) -> Nodes:
        """Return everybody who owes the bank, sorted."""
        return distinct(self.borrower)

    def without_borrower(self) -> int:
        """Return how many loans the caller sees without seeing who owes them."""
        return len(self.loan) - len(distinct(self.owed))


def bank_book(view: View, bank: int) -> Book:
    """Return a bank's book, built once per view.

    Parameters
    ----------
    view : View
        The caller's: another bank's book stays closed. Loans disbursed after its day do not count.
    bank : int
        Position.

    Notes
    -----
    O(loans of the bank × log).
    """
    return view.once(("bank book", bank), lambda v: _book(v, bank))


def all_loans(view: View) -> Loans:
    """Return every loan that the caller may see, with who owes it or applied for it; built once per view."""
    return view.once("all loans", _all)


def _all(view: View) -> Loans:
    p = view.projection
    first, last = p.spans["Loan"]
    lent, asked = (view.projection.edges[name] for name in ("LENT_TO", "APPLIED_FOR"))
    owes, applies = view.positions("LENT_TO"), view.positions("APPLIED_FOR")
    party = np.concatenate((lent.end[owes], asked.start[applies])).astype(np.int64)
    loan = np.concatenate((lent.start[owes], asked.end[applies])).astype(np.int64)
    inside = (first <= loan) & (loan < last)
    nodes, amount = _amounts(view, distinct(loan[inside]))
    known = inside & among(loan, nodes)
    pairs = np.unique(np.column_stack((party[known], np.searchsorted(nodes, loan[known]))), axis=0)
    return Loans(nodes, amount, pairs[:, 0], pairs[:, 1])


def _amounts(view: View, nodes: Nodes) -> tuple[Nodes, Nodes]:
    """The loans that had been disbursed on the day, and their amounts."""
    p = view.projection
    rows = p.frames["Loan"].select("balance_fen", "principal_fen", "disbursed_on")[nodes - p.spans["Loan"][0]]
    begun = (rows["disbursed_on"].is_null() | (rows["disbursed_on"] <= view.as_of)).to_numpy()
    stated = pl.coalesce("balance_fen", "principal_fen").fill_null(UNKNOWN)
    return nodes[begun], rows.filter(begun).select(stated).to_series().to_numpy().astype(np.int64)


def _book(view: View, bank: int) -> Book:
    p = view.projection
    lent = of_label(p, incoming(view, "LENT_BY", as_nodes([bank])), "Loan")
    nodes, amount = _amounts(view, distinct(lent.node))
    lent_by = outgoing(view, "LENT_BY", nodes)
    lent_to = outgoing(view, "LENT_TO", nodes)
    pairs = np.unique(np.column_stack((lent_to.node, lent_to.row)), axis=0).reshape(-1, 2)
    access = view.access
    is_open = Audience.BANK_PRIVATE in access.classes or p.ids[bank] in access.banks
    return Book(
        nodes,
        amount,
        pairs[:, 0],
        pairs[:, 1],
        bank,
        is_open,
        lent_by.where(lent_by.node == bank),
        lent_to,
    )


def sum_of(amounts: Nodes) -> Sum:
    """Add up amounts of which some are ``UNKNOWN``."""
    stated = amounts != UNKNOWN
    return Sum(exact_sum(amounts[stated]), int(np.count_nonzero(~stated)))


def exact_sum(amounts: NDArray[np.int64]) -> int:
    """Add up whole fen exactly, also beyond 64 bits."""
    return exact_sums(np.zeros(len(amounts), dtype=np.int64), amounts, 1)[0]


def exact_sums(groups: Nodes, amounts: Nodes, size: int) -> list[int]:
    """Add up amounts per group, exactly also beyond 64 bits: the two halves of each apart. O(n + size)."""
    high, low = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(high, groups, amounts >> 32)
    np.add.at(low, groups, amounts & 0xFFFFFFFF)
    return [(h << 32) + part for h, part in zip(high.tolist(), low.tolist(), strict=True)]


@dataclass(frozen=True)
class Capital:
    """The bank's last measured capital; None where it is unknown."""

    net_fen: Fen | None
    tier1_fen: Fen | None
    measured_on: dt.date | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Limits:
    """The bank's large-exposure limits in fen; None where capital or rule is unknown.

    ``materiality_fen``: economic dependence is tested above it. ``large_fen``: from here on an exposure is large 大额.
    """

    single_loans_fen: Fen | None
    single_exposure_fen: Fen | None
    group_exposure_fen: Fen | None
    materiality_fen: Fen | None
    large_fen: Fen | None


def capital_of(view: View, bank: int, day: dt.date) -> Capital:
    """Return the capital measured last, on or before the day."""
    links = outgoing(view, "CAPITALISED_AT", as_nodes([bank]))
    names = ("measured_on", "net_capital_fen", "tier1_fen")
    rows = node_rows(view.projection, "BankCapital", links.node, *names)
    measured = [
        (row["measured_on"], place, row)
        for row, place in zip(rows, links.places(), strict=True)
        if row["measured_on"] is not None and row["measured_on"] <= day
    ]
    if not measured:
        return Capital(None, None, None, ())
    on, place, row = max(measured, key=lambda entry: (entry[0], entry[1]))
    return Capital(row["net_capital_fen"], row["tier1_fen"], on, (place,))


def limits_of(capital: Capital, governing: Governing) -> Limits:
    """Return the limits of the 2018 measures, art. 7 and 8, on that capital, rounded down.

    ``governing``: what is in force of the rulebook ``connected_clients``.
    """
    return Limits(
        _part(capital.net_fen, governing, "single_loan_ratio"),
        _part(capital.tier1_fen, governing, "single_exposure_ratio"),
        _part(capital.tier1_fen, governing, "group_exposure_ratio"),
        _part(capital.tier1_fen, governing, "dependence_materiality_ratio"),
        _part(capital.tier1_fen, governing, "large_exposure_ratio"),
    )


def _part(fen: Fen | None, governing: Governing, name: str) -> Fen | None:
    ratio = governing.constants.get(name)
    return None if fen is None or ratio is None else portion(fen, ratio)
