"""Following one relationship from many nodes at once, and reading what the facts and nodes there say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.evidence import Fact
from algorithms.projection import Projection, View
from algorithms.walks.adjacency import entries

Nodes: TypeAlias = NDArray[np.int64]
Place: TypeAlias = tuple[str, int]
"""Where a fact stands: its relationship and its position in that relationship's arrays."""


@dataclass(frozen=True, eq=False)
class Links:
    """Facts found from a list of nodes; all arrays are of equal length, sorted by ``row``.

    Attributes
    ----------
    relationship : str
    row : int64 array
        Index into the list that was asked for.
    node : int64 array
        The node at the other end.
    place : int64 array
        Position of the fact.
    """

    relationship: str
    row: Nodes
    node: Nodes
    place: Nodes

    def __len__(self) -> int:
        return len(self.row)

    def where(self, keep: NDArray[np.bool_]) -> Links:
        """Return the facts that a mask keeps."""
        return Links(self.relationship, self.row[keep], self.node[keep], self.place[keep])

    def places(self) -> list[Place]:
        """Return where the facts stand, in order."""
        return [(self.relationship, int(p)) for p in self.place]

    def triples(self) -> Iterable[tuple[int, int, Place]]:
        """Yield row, node and place of each fact."""
        yield from zip(self.row.tolist(), self.node.tolist(), self.places(), strict=True)


def as_nodes(positions: Iterable[int]) -> Nodes:
    """Return positions as an array, order kept."""
    return np.fromiter(positions, dtype=np.int64)


def outgoing(view: View, relationship: str, nodes: Nodes) -> Links:
    """Return the visible facts that start at the nodes. O(E) the first time, then what is read."""
    return _linked(view, relationship, nodes, reverse=False)


def incoming(view: View, relationship: str, nodes: Nodes) -> Links:
    """Return the visible facts that end at the nodes. O(E) the first time, then what is read."""
    return _linked(view, relationship, nodes, reverse=True)


def of_label(projection: Projection, links: Links, label: str) -> Links:
    """Return the facts whose other end carries a key label."""
    first, last = projection.spans[label]
    return links.where((links.node >= first) & (links.node < last))


def records_about(view: View, parties: Nodes, label: str) -> Links:
    """Return the visible records of a label that are about the parties, in the order of the parties."""
    return of_label(view.projection, outgoing(view, "SUBJECT_OF", parties), label)


def ending_at(view: View, relationship: str, label: str) -> NDArray[np.int64]:
    """Return the places of the visible facts whose end carries a key label, in order. O(facts)."""
    first, last = view.projection.spans[label]
    places = view.positions(relationship)
    ends = view.projection.edges[relationship].end[places]
    found: NDArray[np.int64] = places[(ends >= first) & (ends < last)]
    return found


def node_rows(
    projection: Projection, label: str, nodes: Sequence[int] | Nodes, *names: str
) -> list[dict[str, Any]]:
    """Return declared properties of nodes of one label, one dictionary per node in the order asked."""
    local = np.asarray(nodes, dtype=np.int64) - projection.spans[label][0]
    return projection.frames[label].select(names)[local].rows(named=True)


def record_frame(view: View, label: str, places: Nodes, names: Sequence[str]) -> pl.DataFrame:
    """Return what records say, a row a SUBJECT_OF fact that leads to one: ``party``, ``record``, ``place``, and the properties."""
    p, edges = view.projection, view.projection.edges["SUBJECT_OF"]
    where = {"party": edges.start[places], "record": edges.end[places], "place": places}
    said = p.frames[label].select(names)[edges.end[places] - p.spans[label][0]]
    return pl.DataFrame(where, schema=dict.fromkeys(where, pl.Int64)).hstack(said)


def fact_rows(projection: Projection, links: Links) -> list[dict[str, Any]]:
    """Return the declared properties of facts, one dictionary per fact."""
    frame: pl.DataFrame = projection.edges[links.relationship].properties
    return frame[links.place].rows(named=True)


def cite(projection: Projection, places: Iterable[Place]) -> tuple[Fact, ...]:
    """Return the citations of facts, each once, in the order given."""
    return tuple(projection.fact(name, place) for name, place in dict.fromkeys(places))


def _linked(view: View, relationship: str, nodes: Nodes, *, reverse: bool) -> Links:
    sparse = view.adjacency(relationship, reverse=reverse)
    positions, lengths = entries(sparse.indptr, nodes)
    rows = np.repeat(np.arange(len(nodes)), lengths)
    return Links(
        relationship,
        rows,
        sparse.indices[positions].astype(np.int64),
        sparse.positions[positions].astype(np.int64),
    )
