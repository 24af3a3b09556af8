"""The shapes that guarantees make: circles 担保圈, mutual guarantees 互保, stars 星形, chains 担保链, joint groups 联保.

And what a member stands to lose: its own loans, what it guarantees at first hand, and the loans at the end of every
chain that starts with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from algorithms.projection import View
from algorithms.relations.exposures import UNKNOWN, Loans, Sum, all_loans, sum_of
from algorithms.relations.guarantee_circles import GuaranteeCircles, circle_components, guarantee_circles
from algorithms.walks.guarantee_chain import guarantee_chain
from algorithms.walks.guarantees import GuaranteeNetwork, guarantee_network
from algorithms.walks.links import Nodes, as_nodes
from schema.access import Audience

STAR_SIZE = 3  # so many others on one side of a party make it a hub


class ShapeKind(StrEnum):
    """What a set of guarantees looks like."""

    PAIR = "PAIR"
    CHAIN = "CHAIN"
    STAR_OF_GUARANTEED = "STAR_OF_GUARANTEED"
    STAR_OF_GUARANTORS = "STAR_OF_GUARANTORS"
    MUTUAL = "MUTUAL"
    CIRCLE = "CIRCLE"
    HOUSEHOLD_GROUP = "HOUSEHOLD_GROUP"


@dataclass(frozen=True)
class Shape:
    """One shape.

    Attributes
    ----------
    kind : ShapeKind
    members : tuple of int
        Of a chain and a pair in order of the guarantees (of a circle on the way only whom the way leaves it by), of a
        star the hub first, else sorted.
    """

    kind: ShapeKind
    members: tuple[int, ...]


@dataclass(frozen=True)
class MemberExposure:
    """What a member stands to lose.

    Attributes
    ----------
    own, loans : Sum or None, int
        Its own loans; None when the caller may see no bank's loans at all.
    guaranteed, guarantees : Sum, int
        What it guarantees at first hand: each agreement once.
    contingent, contingent_loans : Sum or None, int
        Distinct loans of everybody whom it reaches through guarantees, to the end, its own left out.
    reached : int
        How many it reaches.
    """

    own: Sum | None
    loans: int
    guaranteed: Sum
    guarantees: int
    contingent: Sum | None
    contingent_loans: int
    reached: int


@dataclass(frozen=True, eq=False)
class GuaranteeStructures:
    """The guarantee network of a view, numbered by its own parties.

    Attributes
    ----------
    view : View
    network : GuaranteeNetwork
    parties : int64 array of shape (n,)
        Everybody in the network, sorted; indices below are places in here.
    start, end : int64 arrays of shape (m,)
        Guarantor and guaranteed as indices, one per agreement and pair.
    agreement, amount : int64 arrays of shape (m,)
        Position of the Guarantee, and its amount in fen, ``UNKNOWN`` where none is stated.
    joint : bool array of shape (m,)
        Whether the agreement is a joint household guarantee 联保.
    circle : int64 array of shape (n,)
        Number of the circle component, by its lowest member, −1 for who is on none. Exact.
    """

    view: View
    network: GuaranteeNetwork
    parties: Nodes
    start: Nodes
    end: Nodes
    agreement: Nodes
    amount: Nodes
    joint: np.ndarray[tuple[int], np.dtype[np.bool_]]
    circle: Nodes

    @property
    def loans(self) -> Loans:
        """Every loan that the caller may see."""
        return all_loans(self.view)

    @property
    def sees_loans(self) -> bool:
        """Whether the caller may see the loans of any bank: else own loans are unknown, not nothing."""
        access = self.view.access
        return Audience.BANK_PRIVATE in access.classes or bool(access.banks) or bool(len(self.loans.loan))

    def index(self, party: int) -> int | None:
        """Return a party's index; None when it neither guarantees nor is guaranteed."""
        place = int(np.searchsorted(self.parties, party))
        return place if place < len(self.parties) and self.parties[place] == party else None

    def matrix(self) -> sparse.csr_array:
        """Return who guarantees whom, a repeated pair once, self-guarantees included."""
        n, ones = len(self.parties), np.ones(len(self.start), dtype=np.int64)
        graph = sparse.csr_array((ones, (self.start, self.end)), shape=(n, n))
        graph.sum_duplicates()
        return graph

    def circles(self, members: Nodes, limit: int) -> GuaranteeCircles:
        """Return the circles among members (sorted indices); the circles are places in ``members``."""
        inside = np.isin(self.start, members) & np.isin(self.end, members)
        start, end = (np.searchsorted(members, ends[inside]) for ends in (self.start, self.end))
        shape = (len(members), len(members))
        return guarantee_circles(
            sparse.csr_array((np.ones(len(start)), (start, end)), shape=shape), limit=limit
        )

    def among(self, members: Nodes) -> Nodes:
        """Return the guarantees (their places in ``start``) of which both ends are members."""
        return np.flatnonzero(np.isin(self.start, members) & np.isin(self.end, members))

    def sum(self, guarantees: Nodes) -> Sum:
        """Add up guarantees, each agreement once."""
        first = np.unique(self.agreement[guarantees], return_index=True)[1]
        return sum_of(self.amount[guarantees][first])

    def owned_by(self, members: Nodes) -> Sum | None:
        """Add up the distinct loans of members."""
        return self.loans.sum(self.loans.of(self.parties[members])) if self.sees_loans else None


def guarantee_structures(view: View) -> GuaranteeStructures:
    """Return the guarantee network of a view with its circle components; built once per view. O(g log g)."""
    return view.once("guarantee structures", _structures)


def _structures(view: View) -> GuaranteeStructures:
    p, network = view.projection, guarantee_network(view)
    ends = np.concatenate((network.guarantor, network.guaranteed)).astype(np.int64)
    parties, place = np.unique(ends, return_inverse=True)
    start, end = np.split(place.astype(np.int64), 2)
    agreement = p.edges["BENEFICIARY"].start[network.of].astype(np.int64)
    rows = p.frames["Guarantee"][agreement - p.spans["Guarantee"][0]]
    amount = rows["amount_fen"].fill_null(UNKNOWN).to_numpy().astype(np.int64)
    joint = (rows["form"] == "HOUSEHOLD_GROUP").fill_null(False).to_numpy()
    n = len(parties)
    graph = sparse.csr_array((np.ones(len(start), np.int64), (start, end)), shape=(n, n))
    return GuaranteeStructures(
        view, network, parties, start, end, agreement, amount, joint, circle_components(graph)[0]
    )


def member_exposure(structures: GuaranteeStructures, member: int) -> MemberExposure:
    """Return what one member (an index) stands to lose. O(parties, and guarantees of the part in which it stands)."""
    loans, reached = structures.loans, _reached(structures, member)
    own = loans.of(structures.parties[[member]])
    behind = np.setdiff1d(loans.of(structures.parties[reached]), own)
    order = structures.view.once(
        "guarantees by guarantor", lambda _: np.argsort(structures.start, kind="stable")
    )
    first, last = np.searchsorted(structures.start[order], [member, member + 1])
    given = order[first:last]
    given = given[structures.end[given] != member]
    seen = structures.sees_loans
    return MemberExposure(
        loans.sum(own) if seen else None,
        len(own),
        structures.sum(given),
        len(np.unique(structures.agreement[given])),
        loans.sum(behind) if seen else None,
        len(behind),
        len(reached),
    )


def _reached(structures: GuaranteeStructures, member: int) -> Nodes:
    """Return everybody behind whom a member stands, however long the chain, without the member itself."""
    view = structures.view
    matrix = view.once("guarantee matrix", lambda _: structures.matrix())
    label = view.once("guarantee parts", lambda _: connected_components(matrix, directed=False)[1])
    part: int = int(label[member])
    # The library walks the whole matrix that it is given: only the part where the member stands, cut out once.
    nodes, inside = view.once(("guarantee part", part), lambda _: _cut_out(matrix, label == part))
    order = breadth_first_order(inside, int(np.searchsorted(nodes, member)), return_predecessors=False)
    reached: Nodes = nodes[order[1:]].astype(np.int64)
    return reached


def _cut_out(
    matrix: sparse.csr_array, wanted: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Nodes, sparse.csr_array]:
    nodes = np.flatnonzero(wanted)
    return nodes, sparse.csr_array(matrix[nodes][:, nodes]).astype(np.float64)


# Shapes -------------------------------------------------------------------------------------------------------------


def shapes_among(structures: GuaranteeStructures, members: Nodes) -> tuple[Shape, ...]:
    """Classify the guarantees among members (indices).

    Returns
    -------
    tuple of Shape
        A set of parties can have several. Per weakly connected part: PAIR when it is one guarantee alone; CHAIN, one of
        the longest ways through it, when that is at least two guarantees between different circles or parties. A hub
        has at least ``STAR_SIZE`` others on one side. MUTUAL: two who guarantee each other. CIRCLE: everybody in a
        strongly connected part of three or more. HOUSEHOLD_GROUP: whom joint household guarantees tie together.

    Notes
    -----
    O(guarantees among them), beside one round per guarantee of the longest chain.
    """
    places = structures.among(members)
    start, end = structures.start[places], structures.end[places]
    apart = start != end
    nodes = np.unique(np.concatenate((start[apart], end[apart])))
    edges = np.unique(
        np.column_stack((np.searchsorted(nodes, start[apart]), np.searchsorted(nodes, end[apart]))).reshape(
            -1, 2
        ),
        axis=0,
    )
    joint = structures.joint[places] & apart
    local = _Local(structures.parties[nodes], edges)
    return (
        *local.circles(),
        *local.mutual(),
        *local.stars(),
        *local.chains(),
        *_joint(structures, start[joint], end[joint]),
    )


@dataclass(frozen=True, eq=False)
class _Local:
    """Distinct guarantees among a few parties: ``edges`` of shape (m, 2), sorted, without self-guarantees."""

    parties: Nodes
    edges: Nodes

    def graph(self) -> sparse.csr_array:
        n = len(self.parties)
        return sparse.csr_array(
            (np.ones(len(self.edges), np.int64), (self.edges[:, 0], self.edges[:, 1])), shape=(n, n)
        )

    def shape(self, kind: ShapeKind, members: Nodes) -> Shape:
        return Shape(kind, tuple(self.parties[members].tolist()))

    def circles(self) -> list[Shape]:
        labels = connected_components(self.graph(), directed=True, connection="strong")[1]
        parts = (p for p in _parts(labels) if len(p) >= 3)
        return [self.shape(ShapeKind.CIRCLE, part) for part in parts]

    def mutual(self) -> list[Shape]:
        graph = self.graph()
        both = sparse.coo_array(graph.multiply(graph.T))
        pairs = np.column_stack((both.row, both.col))[both.row < both.col]
        return [self.shape(ShapeKind.MUTUAL, pair) for pair in pairs]

    def stars(self) -> list[Shape]:
        found = []
        for side, kind in ((0, ShapeKind.STAR_OF_GUARANTEED), (1, ShapeKind.STAR_OF_GUARANTORS)):
            degree = np.bincount(self.edges[:, side], minlength=len(self.parties))
            for hub in np.flatnonzero(degree >= STAR_SIZE).tolist():
                others = self.edges[self.edges[:, side] == hub, 1 - side]
                found.append(self.shape(kind, np.concatenate(([hub], others))))
        return found

    def chains(self) -> list[Shape]:
        """One longest way per weak part, over the circles as if each were one party."""
        graph = self.graph()
        weak = connected_components(graph, directed=False)[1]
        level, before = self._levels(connected_components(graph, directed=True, connection="strong")[1])
        found = []
        for part in _parts(weak):
            last = int(part[np.argmax(level[part])])
            way = [last]
            while before[way[-1]] >= 0:
                way.append(int(before[way[-1]]))
            alone = len(part) == 2 and np.count_nonzero(weak[self.edges[:, 0]] == weak[last]) == 1
            if level[last] >= 2 or alone:
                kind = ShapeKind.PAIR if alone else ShapeKind.CHAIN
                found.append(self.shape(kind, np.array(way[::-1])))
        return found

    def _levels(self, circle: Nodes) -> tuple[Nodes, Nodes]:
        """Longest number of guarantees between circles up to each party, and the guarantor before it on that way.

        A way enters a circle at one party and may leave it at another: ``before`` leads from the one that it left by to
        the guarantor of the one that it entered by.
        """
        start, end = self.edges[:, 0], self.edges[:, 1]
        between = circle[start] != circle[end]
        start, end = start[between], end[between]
        depth = np.zeros(int(circle.max(initial=-1)) + 1, dtype=np.int64)
        entered = np.full(len(depth), -1, dtype=np.int64)
        frontier = np.arange(len(start))
        while len(frontier):
            longer = depth[circle[start[frontier]]] + 1 > depth[circle[end[frontier]]]
            moved = frontier[longer]
            order = np.argsort(depth[circle[start[moved]]], kind="stable")
            moved = moved[order]
            depth[circle[end[moved]]] = depth[circle[start[moved]]] + 1
            entered[circle[end[moved]]] = start[moved]
            frontier = np.flatnonzero(np.isin(circle[start], circle[end[moved]])) if len(moved) else moved
        return depth[circle], entered[circle]


def _joint(structures: GuaranteeStructures, start: Nodes, end: Nodes) -> list[Shape]:
    nodes = np.unique(np.concatenate((start, end)))
    ends = (np.searchsorted(nodes, start), np.searchsorted(nodes, end))
    graph = sparse.csr_array((np.ones(len(start), np.int64), ends), shape=(len(nodes), len(nodes)))
    labels = connected_components(graph, directed=False)[1]
    parties = structures.parties[nodes]
    return [Shape(ShapeKind.HOUSEHOLD_GROUP, tuple(parties[part].tolist())) for part in _parts(labels)]


def _parts(labels: Nodes) -> list[Nodes]:
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return [part for part in np.split(order, cuts) if len(part)]


def within(structures: GuaranteeStructures, party: int, depth: int, most: int) -> tuple[Nodes, Nodes, bool]:
    """Return who is at most ``depth`` guarantees away in either direction: indices, distances, and whether cut.

    Parameters
    ----------
    party : int
        An index.
    most : int
        Nearest so many; among equally near ones the lowest indices.
    """
    graph = structures.view.once(
        "guarantee neighbours", lambda _: sparse.csr_array(structures.matrix() + structures.matrix().T)
    )
    chain = guarantee_chain(graph.indptr, graph.indices, party)
    near = chain.depth <= depth
    nodes = np.concatenate(([party], chain.reached[near])).astype(np.int64)
    distance = np.concatenate(([0], chain.depth[near])).astype(np.int64)
    return nodes[:most], distance[:most], len(nodes) > most or bool((~near).any())


def parties_of(structures: GuaranteeStructures, number: int) -> Nodes:
    """Return the members (indices) of one circle component, sorted. O(n) the first time, then what is read."""
    order, bounds = structures.view.once("members of circles", lambda _: _by_circle(structures.circle))
    return np.sort(order[bounds[number] : bounds[number + 1]])


def _by_circle(circle: Nodes) -> tuple[Nodes, Nodes]:
    on = np.flatnonzero(circle >= 0)
    order = on[np.argsort(circle[on], kind="stable")]
    counts = np.bincount(circle[on], minlength=int(circle.max(initial=-1)) + 1)
    return order, np.concatenate((as_nodes([0]), np.cumsum(counts)))
