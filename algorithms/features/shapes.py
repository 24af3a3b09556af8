"""Numbers of the graph's shape around a party: circles, clusters and mutual ties, for the whole view at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.projection import View
from algorithms.walks.guarantees import guarantee_network
from algorithms.walks.links import Place
from schema.nodes import PARTY

Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arcs:
    """The ties of one kind, with the facts that state each."""

    start: Counts
    end: Counts
    facts: tuple[tuple[str, Counts], ...]

    def places(self, kept: NDArray[np.bool_]) -> list[Place]:
        """Return the facts of some ties."""
        return [(name, place) for name, places in self.facts for place in places[kept].tolist()]


@dataclass(frozen=True)
class Shape:
    """A number that each party has by where it stands.

    Attributes
    ----------
    relationships : tuple of str
        The facts that it is made of.
    arcs : callable
    rule : str
        ``loop`` (number of parties in its strongly connected component, 0 outside of circles), ``cluster`` (number of
        counted nodes in its connected component, 0 without ties) or ``mutual`` (others tied to it both ways).
    counted : tuple of str
        Key labels that a cluster counts.
    """

    relationships: tuple[str, ...]
    arcs: Callable[[View], Arcs]
    rule: str
    counted: tuple[str, ...] = PARTY


def _facts(*names: str) -> Callable[[View], Arcs]:
    def collect(view: View) -> Arcs:
        held = [(name, view.positions(name)) for name in names]
        start = [view.projection.edges[name].start[places] for name, places in held]
        end = [view.projection.edges[name].end[places] for name, places in held]
        total = np.concatenate([places for _, places in held])
        return Arcs(
            np.concatenate(start).astype(np.int64),
            np.concatenate(end).astype(np.int64),
            ((names[0], total),) if len(names) == 1 else _apart(held, len(total)),
        )

    return collect


def _apart(held: list[tuple[str, Counts]], total: int) -> tuple[tuple[str, Counts], ...]:
    """Facts of several relationships in one list: -1 where a tie is not of that relationship."""
    columns, at = [], 0
    for name, places in held:
        column = np.full(total, -1, dtype=np.int64)
        column[at : at + len(places)] = places
        columns.append((name, column))
        at += len(places)
    return tuple(columns)


def _guarantees(view: View) -> Arcs:
    network = guarantee_network(view)
    return Arcs(
        network.guarantor.astype(np.int64),
        network.guaranteed.astype(np.int64),
        (("GUARANTOR", network.by), ("BENEFICIARY", network.of)),
    )


_GUARANTEE = ("GUARANTOR", "BENEFICIARY")
_POSTS = ("LEGAL_REP_OF", "HOLDS_POST")
SHAPES: Final[dict[str, Shape]] = {
    "guarantee_loop_size": Shape(_GUARANTEE, _guarantees, "loop"),
    "guarantee_cluster_size": Shape(_GUARANTEE, _guarantees, "cluster"),
    "guarantee_mutual": Shape(_GUARANTEE, _guarantees, "mutual"),
    "ownership_loop_size": Shape(("OWNS",), _facts("OWNS"), "loop"),
    "ownership_mutual": Shape(("OWNS",), _facts("OWNS"), "mutual"),
    "supply_loop_size": Shape(("SUPPLIES",), _facts("SUPPLIES"), "loop"),
    "supply_mutual": Shape(("SUPPLIES",), _facts("SUPPLIES"), "mutual"),
    "contact_cluster_size": Shape(("REACHED_AT",), _facts("REACHED_AT"), "cluster"),
    "executive_cluster_size": Shape(_POSTS, _facts(*_POSTS), "cluster", ("LegalEntity",)),
}
"""The closed list."""


def shape_of(view: View, name: str) -> Counts:
    """Return one number of every node of a view, computed once per view. O(V + E log E)."""
    return _measured(view, name)[0]


def shape_places(view: View, name: str, node: int) -> list[Place]:
    """Return the facts that a node's number is computed from. O(E of the kind)."""
    _, arcs, label = _measured(view, name)
    shape = SHAPES[name]
    if shape.rule == "mutual":
        there, back = arcs.start == node, arcs.end == node
        both = np.intersect1d(arcs.end[there], arcs.start[back])
        kept = (there & np.isin(arcs.end, both)) | (back & np.isin(arcs.start, both))
    else:
        kept = (label[arcs.start] == label[node]) & (label[arcs.end] == label[node])
    return [place for place in arcs.places(kept) if place[1] >= 0]


def _measured(view: View, name: str) -> tuple[Counts, Arcs, Counts]:
    return view.once(("features: shape", name), lambda v: _measure(v, SHAPES[name]))


def _measure(view: View, shape: Shape) -> tuple[Counts, Arcs, Counts]:
    arcs, size = shape.arcs(view), len(view.projection)
    if shape.rule == "mutual":
        return _mutual(arcs, size), arcs, np.zeros(0, dtype=np.int64)
    graph = sparse.csr_array((np.ones(len(arcs.start)), (arcs.start, arcs.end)), shape=(size, size))
    strong = "strong" if shape.rule == "loop" else "weak"
    label = connected_components(graph, directed=True, connection=strong)[1].astype(np.int64)
    if shape.rule == "loop":
        inside = np.zeros(size, dtype=np.bool_)
        inside[label[arcs.start[label[arcs.start] == label[arcs.end]]]] = True  # a component that holds a tie
        return np.where(inside[label], np.bincount(label, minlength=size)[label], 0), arcs, label
    counted = np.zeros(size, dtype=np.int64)
    for each in shape.counted:
        counted[slice(*view.projection.spans[each])] = 1
    tied = np.zeros(size, dtype=np.bool_)
    tied[arcs.start] = tied[arcs.end] = True
    sizes = np.bincount(label, weights=counted, minlength=size).astype(np.int64)
    return np.where(tied, sizes[label], 0), arcs, label


def _mutual(arcs: Arcs, size: int) -> Counts:
    there = np.unique(arcs.start * size + arcs.end)
    there = there[there // size != there % size]
    back = (there % size) * size + there // size
    return np.bincount(there[np.isin(there, back)] // size, minlength=size)
