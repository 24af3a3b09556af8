"""What one bank has lent, to whom and under which programme, as far as the caller may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.projection import View
from algorithms.walks.links import Place, as_nodes, incoming, node_rows, of_label, outgoing
from schema.access import Audience
from schema.money import Fen


@dataclass(frozen=True)
class BookedLoan:
    """One loan.

    Attributes
    ----------
    node : int
    balance_fen : int or None
        Balance; the principal, which it cannot exceed, where the balance is unknown; None where both are.
    borrowers : tuple of int
    under_programme : bool
        Drawn under the programme asked for.
    places : tuple of Place
        Who borrowed, who lent, under what.
    """

    node: int
    balance_fen: Fen | None
    borrowers: tuple[int, ...]
    under_programme: bool
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Drawn:
    """A sum of loans. ``total_fen`` is None when the amount of one of them is unknown."""

    total_fen: Fen | None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, eq=False)
class LoanBook:
    """The loans of one bank. ``open`` is False when the caller may not see its private book at all."""

    open: bool
    loans: Mapping[int, BookedLoan]

    @cached_property
    def _by_party(self) -> dict[int, list[BookedLoan]]:
        found: dict[int, list[BookedLoan]] = {}
        for loan in self.loans.values():
            for party in loan.borrowers:
                found.setdefault(party, []).append(loan)
        return found

    def lent_to(self, parties: Iterable[int]) -> list[BookedLoan]:
        """Return the loans to any of the parties, each once, in order of their position."""
        found = {loan.node: loan for party in parties for loan in self._by_party.get(party, ())}
        return [found[node] for node in sorted(found)]

    def total(self, loans: Iterable[BookedLoan]) -> Drawn:
        """Add up loans; unknown when the book is closed or an amount is unknown."""
        listed = list(loans)
        amounts = [loan.balance_fen for loan in listed]
        known = [a for a in amounts if a is not None]
        places = tuple(p for loan in listed for p in loan.places)
        return Drawn(sum(known) if self.open and len(known) == len(amounts) else None, places)


def loan_book(view: View, bank: int, programme: int, day: dt.date) -> LoanBook:
    """Read a bank's book.

    Parameters
    ----------
    view : View
        The caller's: another bank's book stays closed.
    bank, programme : int
        Positions.
    day : date
        Loans disbursed later do not count.

    Notes
    -----
    O(loans of the bank).
    """
    access, bank_id = view.access, view.projection.ids[bank]
    is_open = Audience.BANK_PRIVATE in access.classes or bank_id in access.banks
    lent = of_label(view.projection, incoming(view, "LENT_BY", as_nodes([bank])), "Loan")
    nodes = np.unique(lent.node)
    places: dict[int, list[Place]] = {int(n): [] for n in nodes}
    for _, loan, place in lent.triples():
        places[loan].append(place)
    borrowers: dict[int, list[int]] = {int(n): [] for n in nodes}
    for row, party, place in outgoing(view, "LENT_TO", nodes).triples():
        borrowers[int(nodes[row])].append(party)
        places[int(nodes[row])].append(place)
    under: set[int] = set()
    for row, target, place in outgoing(view, "DRAWN_UNDER", nodes).triples():
        if target == programme:
            under.add(int(nodes[row]))
            places[int(nodes[row])].append(place)
    rows = node_rows(view.projection, "Loan", nodes, "principal_fen", "balance_fen", "disbursed_on")
    return LoanBook(
        is_open,
        {
            node: BookedLoan(
                node,
                row["principal_fen"] if row["balance_fen"] is None else row["balance_fen"],
                tuple(dict.fromkeys(borrowers[node])),
                node in under,
                tuple(places[node]),
            )
            for node, row in zip(nodes.tolist(), rows, strict=True)
            if row["disbursed_on"] is None or row["disbursed_on"] <= day
        },
    )
