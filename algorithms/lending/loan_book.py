"""The bank's book as a decision reads it: who owes what, and under which programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.projection import View
from algorithms.relations.exposures import UNKNOWN, Book, bank_book
from algorithms.walks.links import Links, Nodes, Place, as_nodes, incoming
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
    """The loans of one bank, with an eye on one programme."""

    view: View
    book: Book
    programme: int

    @property
    def open(self) -> bool:
        """Whether the caller may see the bank's private book at all."""
        return self.book.open

    def lent_to(self, parties: Iterable[int]) -> list[BookedLoan]:
        """Return the loans to any of the parties, each once, in order of their position."""
        return self._loans(self.book.of(as_nodes(parties)))

    def under_programme(self, also: Iterable[int] = ()) -> list[BookedLoan]:
        """Return the loans under the programme, and those of the nodes in ``also`` that are this bank's loans."""
        nodes = np.union1d(as_nodes(sorted(self._under)), as_nodes(sorted(set(also))))
        return self._loans(np.flatnonzero(np.isin(self.book.loan, nodes)))

    def total(self, loans: Iterable[BookedLoan]) -> Drawn:
        """Add up loans; unknown when the book is closed or an amount is unknown."""
        listed = list(loans)
        amounts = [loan.balance_fen for loan in listed]
        known = [a for a in amounts if a is not None]
        places = tuple(p for loan in listed for p in loan.places)
        return Drawn(sum(known) if self.open and len(known) == len(amounts) else None, places)

    @cached_property
    def _under(self) -> dict[int, list[Place]]:
        found: dict[int, list[Place]] = {}
        for _, loan, place in incoming(self.view, "DRAWN_UNDER", as_nodes([self.programme])).triples():
            found.setdefault(loan, []).append(place)
        return found

    def _loans(self, wanted: Nodes) -> list[BookedLoan]:
        lent, owed = _by_row(self.book.lent_by, wanted), _by_row(self.book.lent_to, wanted)
        amounts = self.book.amount[wanted].tolist()
        nodes = self.book.loan[wanted].tolist()
        return [
            BookedLoan(
                node,
                None if amount == UNKNOWN else amount,
                tuple(dict.fromkeys(party for party, _ in owed.get(row, ()))),
                node in self._under,
                tuple(
                    [place for _, place in (*lent.get(row, ()), *owed.get(row, ()))]
                    + self._under.get(node, [])
                ),
            )
            for row, node, amount in zip(wanted.tolist(), nodes, amounts, strict=True)
        ]


def loan_book(view: View, bank: int, programme: int) -> LoanBook:
    """Return a bank's book on the view's day. O(loans of the bank) once per view, then what is read."""
    return LoanBook(view, bank_book(view, bank), programme)


def _by_row(links: Links, wanted: Nodes) -> dict[int, list[tuple[int, Place]]]:
    found: dict[int, list[tuple[int, Place]]] = {}
    for row, node, place in links.where(np.isin(links.row, wanted)).triples():
        found.setdefault(row, []).append((node, place))
    return found
