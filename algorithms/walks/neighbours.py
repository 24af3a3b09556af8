"""The neighbourhood of one node 邻接: every visible fact that touches it, in an order that never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from algorithms.projection import View
from algorithms.walks.combined import Heading
from algorithms.walks.links import Place


@dataclass(frozen=True)
class Neighbour:
    """One fact that touches a node, and who is at its other end."""

    node: int
    outward: bool
    place: Place


@dataclass(frozen=True, eq=False)
class Neighbours(Sequence[Neighbour]):
    """The neighbours of a node, read where they are looked at.

    Attributes
    ----------
    runs : tuple of (relationship, outward, nodes, places)
        Facts of one relationship and direction stand together.
    """

    runs: tuple[tuple[str, bool, NDArray[np.int32], NDArray[np.int64]], ...]

    def __len__(self) -> int:
        return sum(len(nodes) for _, _, nodes, _ in self.runs)

    @overload
    def __getitem__(self, at: int) -> Neighbour: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Neighbour]: ...
    def __getitem__(self, at: int | slice) -> Neighbour | Sequence[Neighbour]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        rest = at % len(self)
        for relationship, outward, nodes, places in self.runs:
            if rest < len(nodes):
                return Neighbour(int(nodes[rest]), outward, (relationship, int(places[rest])))
            rest -= len(nodes)
        raise IndexError(at)


def neighbours(
    view: View, node: int, relationships: Sequence[str], heading: Heading = Heading.BOTH
) -> Neighbours:
    """Return the facts that start or end at a node.

    Parameters
    ----------
    view : View
    node : int
    relationships : sequence of str
        Which ones; the order of declaration counts, not this one.
    heading : Heading
        OUT: facts that start at the node; IN: that end at it; BOTH: first those that start, then those that end there.

    Returns
    -------
    Neighbours
        In order of relationship, direction and place. A fact from a node to itself is listed at either end.

    Notes
    -----
    O(E) per relationship the first time, then O(relationships): nothing is sorted, and a page reads what it shows.
    """
    wanted = set(relationships)
    ways = {Heading.OUT: (True,), Heading.IN: (False,), Heading.BOTH: (True, False)}[heading]
    runs = []
    for relationship in (name for name in view.projection.edges if name in wanted):
        for outward in ways:
            rows = view.adjacency(relationship, reverse=not outward)
            runs.append((relationship, outward, rows.neighbours(node), rows.facts(node)))
    return Neighbours(tuple(run for run in runs if len(run[2])))
