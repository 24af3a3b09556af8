"""Several relationships of a view as one graph, to walk along the facts, against them, or both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.projection import View
from algorithms.walks.adjacency import entries
from algorithms.walks.links import Place

Nodes: TypeAlias = NDArray[np.integer[Any]]


class Heading(StrEnum):
    """Which way facts are walked."""

    OUT = "OUT"  # from start to end
    IN = "IN"  # from end to start
    BOTH = "BOTH"


@dataclass(frozen=True, eq=False)
class Steps:
    """Sparse rows: from node ``i`` one steps to ``ends[indptr[i]:indptr[i + 1]]`` over the ``facts`` of the same places.

    Attributes
    ----------
    indptr : int64 array of shape (n + 1,)
    ends : int32 array of shape (m,)
    facts : int64 array of shape (m,)
        Numbers of the facts in the combined graph, ascending within a row.
    """

    indptr: NDArray[np.int64]
    ends: NDArray[np.int32]
    facts: NDArray[np.int64]

    def from_(self, nodes: Nodes) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return, for every step from any of the nodes: index of the node in the list, where to, over which fact."""
        places, lengths = entries(self.indptr, nodes)
        return np.repeat(np.arange(len(nodes)), lengths), self.ends[places], self.facts[places]

    def count(self, nodes: Nodes) -> int:
        """Return how many steps there are from the nodes."""
        return int((self.indptr[nodes + 1] - self.indptr[nodes]).sum())

    @cached_property
    def incidence(self) -> Any:
        """The rows as a Boolean matrix, whose product with a mask says from where one steps into the mask."""
        shape = (len(self.indptr) - 1,) * 2
        return sparse.csr_array(
            (np.ones(len(self.ends), dtype=np.bool_), self.ends, self.indptr), shape=shape
        )


@dataclass(frozen=True, eq=False)
class Combined:
    """One view's facts of several relationships.

    Attributes
    ----------
    relationships : tuple of str
        In order of declaration; facts are numbered in this order, then by place.
    firsts : int64 array
        Number of the first fact of each relationship.
    places : tuple of int64 arrays
        Per relationship, the places of its facts.
    along, against : Steps
        From start to end, and from end to start.
    """

    relationships: tuple[str, ...]
    firsts: NDArray[np.int64]
    places: tuple[NDArray[np.int64], ...]
    along: Steps
    against: Steps

    def __len__(self) -> int:
        return len(self.along.indptr) - 1

    def steps(self, heading: Heading) -> tuple[Steps, ...]:
        """Return the rows to step by."""
        return {
            Heading.OUT: (self.along,),
            Heading.IN: (self.against,),
            Heading.BOTH: (self.along, self.against),
        }[heading]

    def place(self, fact: int) -> Place:
        """Return where a fact stands."""
        which = int(np.searchsorted(self.firsts, fact, side="right")) - 1
        return self.relationships[which], int(self.places[which][fact - self.firsts[which]])


def opposite(heading: Heading) -> Heading:
    """Return the way back."""
    return {Heading.OUT: Heading.IN, Heading.IN: Heading.OUT, Heading.BOTH: Heading.BOTH}[heading]


def combined(view: View, relationships: Sequence[str]) -> Combined:
    """Return the visible facts of the relationships as one graph, built once per view.

    Notes
    -----
    O(V + E): rows are found by counting, not by sorting. 12 bytes an edge and direction.
    """
    wanted = tuple(name for name in view.projection.edges if name in set(relationships))
    return view.once(("combined", wanted), lambda view: _combine(view, wanted))


def _combine(view: View, relationships: tuple[str, ...]) -> Combined:
    edges = [view.projection.edges[name] for name in relationships]
    places = tuple(view.positions(name) for name in relationships)
    nothing = np.empty(0, dtype=np.int32)
    starts = np.concatenate([nothing, *(e.start[p] for e, p in zip(edges, places, strict=True))])
    ends = np.concatenate([nothing, *(e.end[p] for e, p in zip(edges, places, strict=True))])
    firsts = np.cumsum([0, *(len(p) for p in places)])[:-1].astype(np.int64)
    n = len(view.projection)
    return Combined(relationships, firsts, places, rows(starts, ends, n), rows(ends, starts, n))


def rows(starts: Nodes, ends: Nodes, size: int) -> Steps:
    """Return the steps of edges given by their two ends, in the edges' order within a row. O(V + E)."""
    # Numbers of edges as columns: no two entries fall together, and SciPy sorts by counting.
    numbers, marks = np.arange(len(starts)), np.ones(len(starts), dtype=np.bool_)
    table = sparse.csr_array((marks, (starts, numbers)), shape=(size, max(len(starts), 1)))
    order = table.indices.astype(np.int64)
    return Steps(table.indptr.astype(np.int64), ends[order].astype(np.int32), order)
