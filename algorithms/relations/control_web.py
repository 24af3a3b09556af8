"""Who controls or influences what, downwards from any parties, and the heaviest chain of holdings between two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from algorithms.ownership.fixpoint import Channel, closure
from algorithms.ownership.holders import Holdings
from algorithms.ownership.matrix import Columns, induced, upstream
from algorithms.ownership.projected import CARRIERS
from algorithms.projection import View
from algorithms.thresholds import at_least
from algorithms.walks.adjacency import entries
from algorithms.walks.links import Nodes, Place, as_nodes

_PER_LINK = 1e-6  # among equally heavy chains the shortest
_UNKNOWN_LINK = 1e-9  # a link of which no share is known counts last
Chains = dict[int, tuple[int, ...]]
_Channel = tuple[Columns, Columns]  # who holds what, and its transpose: both directions read few entries


@dataclass(frozen=True, eq=False)
class Web:
    """Control of one view, downwards.

    Attributes
    ----------
    holdings : Holdings
        What is declared, asked upwards.
    """

    holdings: Holdings

    @property
    def view(self) -> View:
        """Whose web it is."""
        return self.holdings.view

    @cached_property
    def _open(self) -> Columns:
        """Holdings of which the share is missing or banded, at their upper end."""
        case = self.holdings.case
        most = case.equity if case.equity_most is None else case.equity_most
        return sparse.csc_array(most.multiply(most > case.equity))

    @cached_property
    def _least(self) -> tuple[_Channel, ...]:
        """Votes, seats and general partners as declared."""
        return tuple(_channel(m) for m in self.holdings.channels)

    @cached_property
    def _most(self) -> tuple[_Channel, ...]:
        """The same, with every open share at its upper end; capital gives no votes in a partnership."""
        votes, partners = self._least[0][0], self.holdings.case.control.general_partner
        possible = self._open
        if partners is not None:
            by_capital = np.where(np.diff(partners.indptr) > 0, 0.0, 1.0)
            possible = possible @ sparse.diags_array(by_capital)
        return (_channel(votes.maximum(possible)), *self._least[1:])

    @cached_property
    def _weights(self) -> Columns:
        """The strongest link between each two parties: capital, seats, a statement or general partnership; tiny where unknown."""
        case = self.holdings.case
        control = case.control
        said = (case.equity, control.board, control.stated, control.general_partner)
        known = [m for m in said if m is not None]
        weights = self._open.copy()
        weights.data[:] = _UNKNOWN_LINK
        for matrix in known:
            weights = sparse.csc_array(weights.maximum(matrix))
        return weights

    @cached_property
    def _seats(self) -> Columns:
        board = self.holdings.case.control.board
        return sparse.csc_array(self._open.shape if board is None else board.T)

    def controlled(
        self, groups: Sequence[tuple[int, ...]], *, possibly: bool = False
    ) -> list[frozenset[int]]:
        """Return, per group that acts as one, everything that it controls, the group left out.

        Parameters
        ----------
        groups : sequence of tuples of int
            Parties; a single one is a group of itself.
        possibly : bool
            Count missing and banded shares at their upper end.

        Notes
        -----
        One least fixpoint per group over what is downstream of all of them.
        """
        chosen = self._most if possibly else self._least
        members = as_nodes(sorted({p for group in groups for p in group}))
        nodes = upstream([turned for _, turned in chosen], members)
        local = tuple(
            Channel("", sparse.csr_array(induced(matrix, nodes)), self.holdings.control_ratio)
            for matrix, _ in chosen
        )
        return [
            frozenset(nodes[closure(local, np.searchsorted(nodes, sorted(group))).rounds > 0].tolist())
            for group in groups
        ]

    def influenced(self, reach: Iterable[int], ratio: float, *, possibly: bool = False) -> dict[int, float]:
        """Return where parties that act as one have at least so much of the votes, or a seat: company → votes.

        Parameters
        ----------
        reach : iterable of int
            A party with all that it controls.
        ratio : float
            Part of the votes, inclusive.
        possibly : bool
            Count missing and banded shares at their upper end; seats are as declared.
        """
        members = as_nodes(sorted(set(reach)))
        found = _sums((self._most if possibly else self._least)[0][1], members)
        seats = _sums(self._seats, members)
        wanted = {c for c, votes in found.items() if at_least(votes, ratio)} | {
            c for c, s in seats.items() if s > 0
        }
        return {c: found.get(c, 0.0) for c in wanted - set(members.tolist())}

    def chains_up(self, company: int) -> Chains:
        """Return, per party with a walk of holdings to a company, the heaviest chain, from the company upwards."""
        nodes = upstream([self._weights], as_nodes([company]))
        return _heaviest(sparse.csr_array(induced(self._weights, nodes).T), nodes, company)

    def chains_down(self, holder: int, inside: Iterable[int]) -> Chains:
        """Return the heaviest chain from a holder to each of the companies inside a set, through that set."""
        nodes = as_nodes(sorted({holder, *inside}))
        return _heaviest(sparse.csr_array(induced(self._weights, nodes)), nodes, holder)


def web(view: View, control_ratio: float) -> Web:
    """Return the web of a view, built once per view. O(V + E of ownership) the first time."""
    return view.once(("control web", control_ratio), lambda v: Web(Holdings(v, control_ratio)))


def places_between(view: View, holder: int, held: int) -> list[Place]:
    """Return where it is said that one holds the other, whatever the relationship."""
    found: list[Place] = []
    for relationship in CARRIERS:
        places = view.facts_from(relationship, holder)
        ends = view.projection.edges[relationship].end[places]
        found += [(relationship, int(p)) for p in places[ends == held]]
    return found


def _channel(matrix: Columns) -> _Channel:
    columns = sparse.csc_array(matrix)
    return columns, sparse.csc_array(columns.T)


def _sums(turned: Columns, holders: Nodes) -> dict[int, float]:
    """Sum what holders have in each company; ``turned`` has a column per holder."""
    positions, _ = entries(turned.indptr, holders)
    companies, place = np.unique(turned.indices[positions], return_inverse=True)
    sums = np.bincount(place, weights=turned.data[positions], minlength=len(companies))
    return dict(zip(companies.tolist(), sums.tolist(), strict=True))


def _heaviest(links: Columns, nodes: Nodes, source: int) -> Chains:
    """Chains with the largest product of links from one node. O(m log m)."""
    links.data = _PER_LINK - np.log(np.clip(links.data, _UNKNOWN_LINK, 1.0))
    start = int(np.searchsorted(nodes, source))
    distance, before = dijkstra(links, indices=start, return_predecessors=True)
    found: Chains = {}
    for end in np.flatnonzero(np.isfinite(distance)).tolist():
        chain = [end]
        while chain[-1] != start:
            chain.append(int(before[chain[-1]]))
        found[int(nodes[end])] = tuple(nodes[chain[::-1]].tolist())
    return found
