"""Who holds and who controls a few parties, from everything that one view declares about ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from algorithms.ownership.batch_control import Pairs, closures
from algorithms.ownership.case import OwnershipCase
from algorithms.ownership.fixpoint import Channel
from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.matrix import Columns, induced, upstream
from algorithms.ownership.projected import CARRIERS, agencies, ownership_case
from algorithms.ownership.rights import Rights, departing
from algorithms.projection import View
from algorithms.walks.links import Links, Nodes, Place, as_nodes, incoming, outgoing

_CHUNK = 256  # companies solved at once: bounds the dense block of a solve
Shares = dict[int, float]


@dataclass(frozen=True, eq=False)
class Holdings:
    """Ownership as one view declares it, asked for any parties.

    Attributes
    ----------
    view : View
    control_ratio : float
        More than this part of the votes or seats controls.
    """

    view: View
    control_ratio: float

    @cached_property
    def case(self) -> OwnershipCase:
        """Everything declared, by position."""
        return ownership_case(self.view)

    @cached_property
    def channels(self) -> tuple[Columns, ...]:
        """Votes, board seats, stated control and general partners, by columns; capital gives no votes in a partnership."""
        case = self.case
        votes = _votes(case)
        partners = case.control.general_partner
        if partners is not None:
            run_by_partner = np.diff(partners.indptr) > 0
            votes = sparse.csc_array(votes @ sparse.diags_array(np.where(run_by_partner, 0.0, 1.0)))
            votes.eliminate_zeros()
        return tuple(m for m in (votes, case.control.board, case.control.stated, partners) if m is not None)

    @cached_property
    def agencies(self) -> frozenset[int]:
        """State bodies: enterprises are not related merely because both belong to the state (Company Law art. 265)."""
        return frozenset(np.flatnonzero(agencies(self.view)).tolist())

    def owners(self, companies: Nodes) -> dict[int, Shares]:
        """Return, per company, final shares of all holders over all walks, as far as known."""
        return self._final(self.case.equity, companies)

    def possible_owners(self, companies: Nodes) -> dict[int, Shares]:
        """Return the greatest final shares: bands at their upper end, missing shares at 1. NaN where undefined."""
        most = self.case.equity if self.case.equity_most is None else self.case.equity_most
        return self._final(most, companies)

    def controllers(self, companies: Nodes) -> dict[int, set[int]]:
        """Return, per company, every single party that controls it, states excepted.

        Notes
        -----
        The least fixpoints of all holders of a majority upstream of the companies, at once.
        """
        nodes, channels = self._local(upstream(list(self.channels), companies))
        found: dict[int, set[int]] = {int(c): set() for c in companies}
        wanted = np.isin(nodes, companies)
        seeds = np.flatnonzero(~agencies(self.view)[nodes])
        pairs = closures(channels, seeds)
        asked = wanted[pairs.company]
        for holder, company in zip(nodes[pairs.holder[asked]], nodes[pairs.company[asked]], strict=True):
            found[int(company)].add(int(holder))
        return found

    def controlled(self, holders: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return, per holder, everything that it controls."""
        asked = as_nodes(sorted(set(holders)))
        turned = [sparse.csc_array(m.T) for m in self.channels]
        nodes, channels = self._local(upstream(turned, asked))
        pairs = closures(channels, np.searchsorted(nodes, asked))
        cuts = np.searchsorted(pairs.holder, np.searchsorted(nodes, asked), side="right")[:-1]
        held = np.split(nodes[pairs.company], cuts) if len(asked) else []
        return {h: frozenset(found.tolist()) for h, found in zip(asked.tolist(), held, strict=True)}

    def everyone(self) -> Pairs:
        """Return who controls whom, of all parties at once."""
        rows = (sparse.csr_array(matrix) for matrix in self.channels)
        return closures(tuple(Channel(str(i), m, self.control_ratio) for i, m in enumerate(rows)))

    def _local(self, nodes: Nodes) -> tuple[Nodes, tuple[Channel, ...]]:
        parts = (sparse.csr_array(induced(matrix, nodes)) for matrix in self.channels)
        return nodes, tuple(Channel(str(i), part, self.control_ratio) for i, part in enumerate(parts))

    def _final(self, shares: Columns, companies: Nodes) -> dict[int, Shares]:
        found: dict[int, Shares] = {}
        for start in range(0, len(companies), _CHUNK):
            result = integrated_ownership_of(shares, companies[start : start + _CHUNK])
            for column, company in enumerate(result.targets.tolist()):
                span = slice(result.value.indptr[column], result.value.indptr[column + 1])
                holders = result.value.indices[span].tolist()
                found[company] = dict(zip(holders, result.value.data[span].tolist(), strict=True))
        return found


def holding_places(view: View, holder: int, company: int) -> list[Place]:
    """Return the visible facts on any walk of ownership from a holder to a company, in order.

    Notes
    -----
    Two breadth-first searches: up from the company, then down from the holder inside what was found.
    """
    above_it = _reach(view, company, incoming, None)
    between = _reach(view, holder, outgoing, above_it) if holder in above_it else set()
    nodes = as_nodes(sorted(between))
    links = [outgoing(view, carrier, nodes) for carrier in CARRIERS]
    return [place for found in links for _, node, place in found.triples() if node in between]


Step = Callable[[View, str, Nodes], Links]


def _reach(view: View, start: int, step: Step, inside: set[int] | None) -> set[int]:
    seen, frontier = {start}, [start]
    while frontier:
        found = {n for c in CARRIERS for n in step(view, c, as_nodes(frontier)).node.tolist()} - seen
        frontier = sorted(found if inside is None else found & inside)
        seen.update(frontier)
    return seen


def _votes(case: OwnershipCase) -> Columns:
    nothing_open = np.zeros(case.equity.shape[0])
    capital = Rights(case.equity, case.equity, nothing_open)
    return sparse.csc_array(departing(capital, case.voting).least)
