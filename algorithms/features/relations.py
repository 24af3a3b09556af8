"""Related parties of many enterprises at once, and the facts that lead to them.

A set of pairs (asked enterprise, node) is one sorted array of ``row * N + node``: a step of a walk is then one gather and
one sort, whatever the step, and no product of sparse matrices is made whose size nobody knows before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.features.checking import steps_of
from algorithms.ownership.holders import holding_places
from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.projected import ownership_case
from algorithms.projection import View
from algorithms.thresholds import above, at_least
from algorithms.walks.adjacency import entries
from algorithms.walks.links import Nodes, Place
from schema.risk_feature import Relation

Pairs: TypeAlias = NDArray[np.int64]
_NONE: Pairs = np.empty(0, dtype=np.int64)
_CHUNK = 512  # companies whose holders are solved at once: bounds the dense block of a solve


@dataclass(frozen=True, eq=False)
class Members:
    """Who belongs to each asked enterprise: row → nodes, compressed.

    Attributes
    ----------
    indptr : int64 array (n + 1,)
    nodes : int64 array
        Sorted within a row; never the enterprise itself.
    """

    indptr: NDArray[np.int64]
    nodes: NDArray[np.int64]

    @property
    def degree(self) -> NDArray[np.int64]:
        """How many belong to each row."""
        return np.diff(self.indptr)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.indptr) - 1), self.degree)

    def pairs(self, size: int) -> Pairs:
        """Return row and node as one number, sorted."""
        return self.rows * size + self.nodes

    def within(self, chosen: NDArray[np.int64], size: int) -> sparse.csr_array:
        """Return the rows as a 0/1 matrix over some nodes, sorted and distinct, out of ``size``. O(entries + size)."""
        column = np.full(size, -1, dtype=np.int64)
        column[chosen] = np.arange(len(chosen))
        columns = column[self.nodes]
        kept = columns >= 0
        counts = np.concatenate(([0], np.cumsum(kept)))[self.indptr]
        shape = (len(self.indptr) - 1, len(chosen))
        return sparse.csr_array((np.ones(counts[-1], dtype=np.int64), columns[kept], counts), shape=shape)


def oneself(positions: Nodes) -> Members:
    """Everybody belongs to himself alone."""
    return Members(np.arange(len(positions) + 1), positions)


def members(view: View, relation: Relation, positions: Nodes) -> Members:
    """Return who stands in a relation to each enterprise."""
    return labelled(view, relation, reached(view, relation, positions))


def labelled(view: View, relation: Relation, found: Members) -> Members:
    """Return those of the relation's label."""
    if not relation.label:
        return found
    first, last = view.projection.spans[relation.label]
    kept = (found.nodes >= first) & (found.nodes < last)
    return Members(np.concatenate(([0], np.cumsum(kept)))[found.indptr], found.nodes[kept])


def reached(view: View, relation: Relation, positions: Nodes) -> Members:
    """Return who is reached by a relation from each enterprise, whatever the label.

    Parameters
    ----------
    view : View
    relation : Relation
        As the registry declares it.
    positions : int64 array (n,)

    Notes
    -----
    O(V + E) once for the adjacency of a view, then the walks themselves, sorted.
    """
    size = len(view.projection)
    found = _holders(view, relation, positions) if relation.share else _walked(view, relation, positions)
    counts = np.bincount(found // size, minlength=len(positions))
    return Members(np.concatenate(([0], np.cumsum(counts))), found % size)


def _walked(view: View, relation: Relation, positions: Nodes) -> Pairs:
    size = len(view.projection)
    start = np.arange(len(positions), dtype=np.int64) * size + positions
    seen = frontier = start
    hops = 0
    while len(frontier) and (not relation.times or hops < relation.times):
        ends = [
            reduce(lambda at, step: _one_step(view, at, step, majority=relation.majority), path, frontier)
            for path in relation.paths
        ]
        frontier = np.setdiff1d(_distinct(ends), seen, assume_unique=True)
        seen, hops = _distinct([seen, frontier]), hops + 1
    return np.setdiff1d(seen, start, assume_unique=True)


def _one_step(view: View, pairs: Pairs, step: str, *, majority: bool) -> Pairs:
    size = len(view.projection)
    names, backwards = steps_of(step)
    rows, nodes = pairs // size, pairs % size
    ends = []
    for name in names:
        index, node, _ = _follow(view, (name, backwards), nodes, majority=majority)
        ends.append(rows[index] * size + node)
    return _distinct(ends)


def _distinct(parts: list[Pairs]) -> Pairs:
    """Sorting is faster here than the hash table of ``np.unique``."""
    pairs = np.sort(np.concatenate(parts))
    kept: Pairs = pairs[np.concatenate((pairs[:1] == pairs[:1], pairs[1:] != pairs[:-1]))]
    return kept


Followed: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _follow(view: View, step: tuple[str, bool], nodes: Nodes, *, majority: bool) -> Followed:
    """Return, per fact followed: index into the nodes, node at the other end, place of the fact."""
    name, backwards = step
    graph = view.adjacency(name, reverse=backwards)
    positions, lengths = entries(graph.indptr, nodes)
    index = np.repeat(np.arange(len(nodes), dtype=np.int64), lengths)
    node, place = (each[positions].astype(np.int64) for each in (graph.indices, graph.positions))
    if majority:
        kept = view.once("features: majorities", _majorities)[place]
        index, node, place = index[kept], node[kept], place[kept]
    return index, node, place


def _majorities(view: View) -> NDArray[np.bool_]:
    """Which OWNS facts belong to a holder with more than half of the declared capital 控股; facts of a pair add up."""
    edges, places = view.projection.edges["OWNS"], view.positions("OWNS")
    pair = edges.start[places].astype(np.int64) * len(view.projection) + edges.end[places]
    frame = edges.properties
    shares = frame["share_ratio"].fill_null(frame["share_min_ratio"]).fill_null(0.0).to_numpy()[places]
    _, inverse = np.unique(pair, return_inverse=True)
    held = np.bincount(inverse, weights=shares).astype(np.float64)
    mask = np.zeros(len(edges.start), dtype=np.bool_)
    mask[places] = above(held, 0.5)[inverse] if len(places) else False
    return mask


def _holders(view: View, relation: Relation, positions: Nodes) -> Pairs:
    """Everyone whose final share, over all walks, is at least the relation's."""
    size, equity = len(view.projection), view.once("features: equity", lambda v: ownership_case(v).equity)
    companies, inverse = np.unique(positions, return_inverse=True)
    found = [
        _final(equity, companies[at : at + _CHUNK], relation.share, size)
        for at in range(0, len(companies), _CHUNK)
    ]
    holders = np.concatenate([_NONE, *found])
    indptr = np.searchsorted(holders, companies * size)
    ends = np.searchsorted(holders, (companies + 1) * size)
    index = np.concatenate([_NONE, *(np.arange(indptr[i], ends[i]) for i in inverse)])
    rows = np.repeat(np.arange(len(positions)), (ends - indptr)[inverse])
    pairs: Pairs = rows * size + holders[index] % size
    return pairs


def _final(equity: sparse.csc_array, companies: Nodes, share: float, size: int) -> Pairs:
    """Company and holder as one number, sorted; a holder of himself through a circle is left out."""
    of_parties = companies[companies < equity.shape[0]]
    result = integrated_ownership_of(equity, of_parties)
    value = result.value
    company = np.repeat(result.targets, np.diff(value.indptr))
    kept = at_least(value.data, share) & (value.indices != company)
    return np.sort(company[kept] * size + value.indices[kept])


def trail(view: View, relation: Relation, position: int, targets: Iterable[int]) -> list[Place]:
    """Return the facts that lead from one enterprise to some of its members, each on shortest walks.

    Notes
    -----
    Forward hop by hop as ``members`` walks, then backwards from the targets, keeping what leads to them.
    """
    wanted = np.unique(np.fromiter(targets, dtype=np.int64))
    if relation.share:
        return [place for holder in wanted.tolist() for place in holding_places(view, holder, position)]
    found: list[Place] = []
    needed = wanted
    for fresh, paths in reversed(_hops(view, relation, position)):
        ends = np.intersect1d(np.union1d(needed, wanted), fresh)
        starts = [_back(layers, ends, found) for layers in paths]
        needed = np.unique(np.concatenate(starts))
    return found


Layer: TypeAlias = list[tuple[str, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]


def _hops(view: View, relation: Relation, position: int) -> list[tuple[Nodes, list[list[Layer]]]]:
    """Return, hop by hop, who is new there and the layers of facts of every path."""
    hops: list[tuple[Nodes, list[list[Layer]]]] = []
    seen = frontier = np.array([position], dtype=np.int64)
    while len(frontier) and (not relation.times or len(hops) < relation.times):
        paths = [_layers(view, relation, path, frontier) for path in relation.paths]
        ends = np.unique(np.concatenate([node for layers in paths for _, _, node, _ in layers[-1]]))
        frontier = np.setdiff1d(ends, seen)
        seen = np.union1d(seen, frontier)
        hops.append((frontier, paths))
    return hops


def _layers(view: View, relation: Relation, path: tuple[str, ...], nodes: Nodes) -> list[Layer]:
    layers: list[Layer] = []
    for step in path:
        names, backwards = steps_of(step)
        layer: Layer = []
        for name in names:
            index, node, place = _follow(view, (name, backwards), nodes, majority=relation.majority)
            layer.append((name, nodes[index], node, place))
        layers.append(layer)
        nodes = np.unique(np.concatenate([node for _, _, node, _ in layer]))
    return layers


def _back(layers: list[Layer], ends: Nodes, found: list[Place]) -> Nodes:
    """Collect the facts of a path that lead to its ends, and return where they start."""
    for layer in reversed(layers):
        starts = [_NONE]
        for name, origin, node, place in layer:
            kept = np.isin(node, ends)
            found += [(name, p) for p in place[kept].tolist()]
            starts.append(origin[kept])
        ends = np.unique(np.concatenate(starts))
    return ends
