"""Pseudo-independent clusters 疑似关联群: parties that share contacts or officers often enough to be one business.

Two parties are linked by every kind of thing that they share; a link scores the part that these kinds weigh of all kinds
together. What more than a bounded number of parties share (a registration agent's address, a bookkeeping firm) is a hub of
its own business: it is named with its number of tenants, and links nobody. Clusters are the components of the links.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.projection import View
from algorithms.relations.shared_contacts import Ints, Shared, Tenancies, tenancies
from algorithms.thresholds import at_least
from algorithms.walks.links import Place


@dataclass(frozen=True)
class Weighing:
    """The numbers of the rulebook.

    Attributes
    ----------
    address, phone, accountant, ip, representative, post : float
        How much each kind weighs, ≥ 0, not all 0.
    link_score_min : float
        Two parties are linked from this score on, inclusive, in [0, 1].
    tenants_max : int
        A hub with more parties links nobody.
    """

    address: float
    phone: float
    accountant: float
    ip: float
    representative: float
    post: float
    link_score_min: float
    tenants_max: int

    @classmethod
    def read(cls, constant: Callable[[str], object]) -> Weighing:
        """Read the numbers by their names in the rulebook."""
        weights = {k.name.lower(): float(str(constant(f"weight_{k.name.lower()}"))) for k in Shared}
        least, most = float(str(constant("link_score_min"))), int(str(constant("tenants_max")))
        return cls(**weights, link_score_min=least, tenants_max=most)

    def score(self, kinds: int) -> float:
        """Return the part of all weights that a set of kinds (bits of ``Shared``) has, in [0, 1]."""
        weights = [getattr(self, kind.name.lower()) for kind in Shared]
        return float(sum(w for k, w in enumerate(weights) if kinds >> k & 1) / sum(weights))


@dataclass(frozen=True)
class Hub:
    """A contact or person shared by so many parties that it links nobody 公共枢纽."""

    node: int
    kind: Shared
    tenants: int


@dataclass(frozen=True, eq=False)
class Links:
    """Linked pairs, sorted by ``first`` and ``second`` within their cluster.

    Attributes
    ----------
    first, second : int64 arrays of shape (m,)
        Parties, ``first < second``.
    kinds : int64 array of shape (m,)
        What they share, as bits.
    score : float array of shape (m,)
        In [0, 1].
    """

    first: Ints
    second: Ints
    kinds: Ints
    score: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Clusters:
    """All clusters of a view, highest score first, then the largest, then by smallest member.

    Attributes
    ----------
    members : tuple of int64 arrays
        Parties of each cluster, sorted.
    score : float array
        Of everything that is shared inside each cluster, in [0, 1].
    kinds : int64 array
        The same, as bits.
    links : Links
    link_starts : int64 array of shape (clusters + 1,)
        Links of cluster c are ``link_starts[c]:link_starts[c + 1]``.
    cluster_of : dict
        Party → its cluster.
    hubs : tuple of Hub
        What was left out, largest first.
    tenancies : Tenancies
        What the links rest on, hubs left out.
    """

    members: tuple[Ints, ...]
    score: NDArray[np.float64]
    kinds: Ints
    links: Links
    link_starts: Ints
    cluster_of: dict[int, int]
    hubs: tuple[Hub, ...]
    tenancies: Tenancies

    def places(self, first: int, second: int) -> list[Place]:
        """Return the facts by which two parties share anything, hub by hub. O(log E) and what is read."""
        rows = [self._rows(p) for p in (first, second)]
        t = self.tenancies
        keys = [set(zip(t.kind[r].tolist(), t.hub[r].tolist(), strict=True)) for r in rows]
        shared = keys[0] & keys[1]
        both = np.concatenate(rows)
        wanted = [r for r in both.tolist() if (int(t.kind[r]), int(t.hub[r])) in shared]
        return list(dict.fromkeys(t.places(np.array(sorted(wanted), dtype=np.int64))))

    def _rows(self, party: int) -> Ints:
        """Rows of a party, by a second order of the tenancies."""
        order, sorted_parties = self._by_party
        low, high = (int(np.searchsorted(sorted_parties, party, side)) for side in ("left", "right"))
        return order[low:high]

    @cached_property
    def _by_party(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.tenancies.party, kind="stable")
        return order, self.tenancies.party[order]


def clusters(view: View, weighing: Weighing) -> Clusters:
    """Return the clusters of a view, built once per view.

    Notes
    -----
    O(E log E + pairs), and no hub has more than b(b − 1)/2 pairs for the bound b on tenants; all pairs of one distance
    within their hubs are made in one step.

    References
    ----------
    Connected components over a bipartite graph of parties and contacts; the weights and bounds are SAMPLE numbers of the
    rulebook ``trade_circles``.
    """
    return view.once(("clusters", weighing), lambda v: _clustered(tenancies(v), weighing))


def _clustered(found: Tenancies, weighing: Weighing) -> Clusters:
    used, hubs = _without_hubs(found, weighing.tenants_max)
    pairs = _pairs(used, weighing)
    parties, ends = np.unique(np.concatenate((pairs.first, pairs.second)), return_inverse=True)
    first, second = np.split(ends, 2)
    graph = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(len(parties), len(parties)))
    count, label = connected_components(graph, directed=False)
    kinds = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(kinds, label[first], pairs.kinds)
    scores = np.array([weighing.score(k) for k in range(1 << len(Shared))])[kinds]
    sizes, smallest = np.bincount(label, minlength=count), np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(smallest, label, parties)
    order = np.lexsort((smallest, -sizes, -scores))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    label = rank[label]
    by_cluster = np.argsort(label[first], kind="stable")
    members = (
        np.split(parties[np.argsort(label, kind="stable")], np.cumsum(sizes[order])[:-1]) if count else []
    )
    return Clusters(
        tuple(members),
        scores[order],
        kinds[order],
        Links(*(getattr(pairs, f.name)[by_cluster] for f in fields(Links))),
        np.concatenate(([0], np.cumsum(np.bincount(label[first], minlength=count)))).astype(np.int64),
        dict(zip(parties.tolist(), label.tolist(), strict=True)),
        hubs,
        used,
    )


def _without_hubs(found: Tenancies, most: int) -> tuple[Tenancies, tuple[Hub, ...]]:
    """Drop what too many share, and name it."""
    starts = found.starts()
    hub = np.cumsum(starts) - 1
    tenants = np.bincount(hub[found.distinct()], minlength=int(starts.sum()))
    at, crowded = np.flatnonzero(starts), np.flatnonzero(tenants > most)
    hubs = [Hub(int(found.hub[at[h]]), Shared(int(found.kind[at[h]])), int(tenants[h])) for h in crowded]
    return found.where((tenants <= most)[hub]), tuple(
        sorted(hubs, key=lambda h: (-h.tenants, h.node, h.kind))
    )


def _pairs(used: Tenancies, weighing: Weighing) -> Links:
    """Every two parties with everything that they share, where that scores enough."""
    once = used.where(used.distinct())
    hub = np.cumsum(once.starts()) - 1
    steps, at = [], np.arange(len(hub))
    for distance in range(1, weighing.tenants_max):
        at = at[at + distance < len(hub)]
        at = at[hub[at + distance] == hub[at]]  # whoever has no neighbour so far off has none further off
        steps.append(at)
    first = np.concatenate([*steps, at[:0]])
    second = np.concatenate([*(found + d for d, found in enumerate(steps, 1)), at[:0]])
    size = int(once.party.max(initial=0)) + 1
    distinct, which = np.unique(once.party[first] * size + once.party[second], return_inverse=True)
    kinds = np.zeros(len(distinct), dtype=np.int64)
    np.bitwise_or.at(kinds, which, np.int64(1) << once.kind[first])
    score = np.array([weighing.score(k) for k in range(1 << len(Shared))])[kinds]
    keep = at_least(score, weighing.link_score_min)
    return Links(distinct[keep] // size, distinct[keep] % size, kinds[keep], score[keep])
