"""The rulebooks that a chain-credit decision is made by, and what of them governs a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from algorithms.rules import Governing, govern, load
from schema.rulebook import Rulebook

MEMBER, RECEIVABLE, ORDER = "chain_credit", "receivable_eligibility", "order_eligibility"
LISTING, PENALTY, HOUSEHOLD = "list_standing", "penalty_publication", "household_limits"
CLIENTS = "connected_clients"
BOOKS = (MEMBER, RECEIVABLE, ORDER, LISTING, PENALTY, HOUSEHOLD, CLIENTS)


@dataclass(frozen=True)
class Policy:
    """Rulebook id → rulebook, for every id in ``BOOKS``."""

    books: Mapping[str, Rulebook]

    @classmethod
    def shipped(cls) -> Policy:
        """Return the rulebooks that ship with the service. RulebookInvalid when one is broken."""
        return cls({name: load(name) for name in BOOKS})

    def replaced(self, *books: Rulebook) -> Policy:
        """Return the same policy with some rulebooks replaced: a bank's own numbers, or a draft to simulate."""
        return replace(self, books={**self.books, **{book.id: book for book in books}})

    def on(self, day: dt.date) -> Regime:
        """Return what governs on a day."""
        return Regime(self, day)


@dataclass(frozen=True)
class Regime:
    """A policy on one day. Indexing gives the rules and constants of one rulebook that are in force."""

    policy: Policy
    day: dt.date

    @cached_property
    def _governing(self) -> dict[str, Governing]:
        return {name: govern(book, self.day) for name, book in self.policy.books.items()}

    def __getitem__(self, book: str) -> Governing:
        return self._governing[book]

    @property
    def versions(self) -> tuple[str, ...]:
        """``<rulebook>@<version>`` of every book, sorted."""
        return tuple(sorted(f"{book.id}@{book.version}" for book in self.policy.books.values()))

    @property
    def publication_regime(self) -> str | None:
        """The order that governs the publication of penalties on the day, None before the first."""
        found = self[PENALTY].constants.get("publication_regime")
        return None if found is None else str(found)
