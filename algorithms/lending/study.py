"""Everything about a pool that more than one check or term needs, computed once and when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.lending.claims import Claim, owed_by, owed_to
from algorithms.lending.financing import Bundles, bundles
from algorithms.lending.groups import Group, control_group
from algorithms.lending.loan_book import LoanBook, loan_book
from algorithms.lending.policy import CLIENTS, MEMBER
from algorithms.lending.pool import Pool
from algorithms.lending.ties import Backers, backers
from algorithms.lending.trade import Trade, trades
from algorithms.ownership.holders import Holdings
from algorithms.projection import View
from algorithms.relations.connected_clients import ClientGroups, Inquest, connected_clients
from algorithms.relations.exposures import Capital, Limits, capital_of, limits_of
from algorithms.rules import Governing
from algorithms.walks.links import Nodes, as_nodes


@dataclass(frozen=True, eq=False)
class Study:
    """A pool under study. ``owned``: the caller's view of ownership; ``owned_by_all``: the system's."""

    pool: Pool

    @cached_property
    def governing(self) -> Governing:
        """Rules and numbers about members."""
        return self.pool.regime[MEMBER]

    def number(self, name: str) -> float:
        """Return one constant of the member rulebook."""
        return float(self.governing.constant(name))

    @cached_property
    def owned(self) -> Holdings:
        """Ownership in the caller's view."""
        return self._holdings(self.pool.view)

    @cached_property
    def owned_by_all(self) -> Holdings:
        """Ownership in the system's view (declassified: a yes or no)."""
        return self._holdings(self.pool.inquiry.system)

    @cached_property
    def receivables(self) -> list[Claim]:
        """Receivables of the members that are decided."""
        return owed_to(self.pool.view, self.pool.rows, "Receivable")

    @cached_property
    def orders(self) -> list[Claim]:
        """Orders of the members that are decided."""
        return owed_to(self.pool.view, self.pool.rows, "Order")

    @cached_property
    def debts_of_core(self) -> list[Claim]:
        """Everything that the core owes, to anybody."""
        return owed_by(self.pool.view, as_nodes([self.pool.core]), "Receivable")

    @cached_property
    def trades(self) -> list[Trade]:
        """Trade of each member with the core."""
        return trades(self.pool, self.pool.rows, (self.receivables, self.orders))

    @cached_property
    def backers(self) -> Backers:
        """Backers of members and their debtors, in the caller's view."""
        return backers(self.owned, self._traders, self.number("affiliate_owner_ratio"))

    @cached_property
    def backers_of_all(self) -> Backers:
        """The same in the system's view."""
        return backers(self.owned_by_all, self._traders, self.number("affiliate_owner_ratio"))

    @cached_property
    def bundles(self) -> Bundles:
        """How claims are financed, as far as the caller may see."""
        return bundles(self.pool.view, self.pool.rows, self.pool.day)

    @cached_property
    def bundles_of_all(self) -> Bundles:
        """How claims are financed by anybody."""
        return bundles(self.pool.inquiry.system, self.pool.rows, self.pool.day)

    @cached_property
    def book(self) -> LoanBook:
        """The bank's loans."""
        return loan_book(self.pool.view, self.pool.bank, self.pool.programme)

    @cached_property
    def capital(self) -> Capital:
        """The bank's capital."""
        return capital_of(self.pool.view, self.pool.bank, self.pool.day)

    @cached_property
    def limits(self) -> Limits:
        """The bank's large-exposure limits."""
        return limits_of(self.capital, self.pool.regime[CLIENTS])

    @cached_property
    def clients(self) -> ClientGroups:
        """Connected clients of the bank: of the core, of the members that are decided, and who depends on them."""
        inquest = Inquest(self.owned, self.book.book, self.limits, self.pool.regime[CLIENTS])
        return connected_clients(inquest, self._with_core(self.pool.rows))

    @cached_property
    def groups(self) -> Mapping[int, Group]:
        """Control groups of the core and of the members that are decided."""
        return {p: control_group(self.clients, p) for p in self._with_core(self.pool.rows).tolist()}

    @cached_property
    def core_group(self) -> Group:
        """The core's connected clients, with those that depend on it."""
        anchored = self.clients.anchored(self.pool.core)
        return frozenset().union(*(self.clients.members(g).tolist() for g in anchored))

    def further_groups(self, member: int) -> list[Group]:
        """Connected clients that a member stands among, the core's apart: by its dependents, or as one."""
        found = [frozenset(self.clients.members(g).tolist()) for g in self.clients.of(member)]
        return [group for group in found if self.pool.core not in group]

    @cached_property
    def _traders(self) -> Nodes:
        debtors = [c.debtor for c in self.receivables if c.debtor >= 0]
        return np.unique(np.concatenate((self._with_core(self.pool.rows), as_nodes(debtors))))

    def _with_core(self, rows: Nodes) -> Nodes:
        return np.unique(np.append(rows, self.pool.core))

    def _holdings(self, view: View) -> Holdings:
        ratio = float(self.pool.regime[CLIENTS].constant("control_ratio"))
        return view.once(("holdings", ratio), lambda v: Holdings(v, ratio))
