"""Evidence in the order in which one walks it: from the record to the party that it is shown at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from algorithms.projection import Projection
from algorithms.walks.links import Place


@dataclass(frozen=True)
class Trail:
    """Nodes and facts, nearest to the start first. ``nodes`` are positions."""

    nodes: tuple[int, ...]
    places: tuple[Place, ...]


def trail(projection: Projection, start: int, places: Iterable[Place]) -> Trail:
    """Put facts into the order of a walk from a node, breadth first, along or against their direction.

    Facts that hang together with the start nowhere come last, in the order given. O(facts).
    """
    given = list(dict.fromkeys(places))
    touching: dict[int, list[tuple[int, Place]]] = {}
    for place in given:
        one, other = ends(projection, place)
        touching.setdefault(one, []).append((other, place))
        touching.setdefault(other, []).append((one, place))
    nodes, walked = {start: None}, dict[Place, None]()
    for node in (todo := [start]):
        for other, place in touching.get(node, ()):
            walked.setdefault(place)
            if other not in nodes:
                nodes[other] = None
                todo.append(other)
    rest = [place for place in given if place not in walked]
    nodes.update(dict.fromkeys(node for place in rest for node in ends(projection, place)))
    return Trail(tuple(nodes), (*walked, *rest))


def ends(projection: Projection, place: Place) -> tuple[int, int]:
    """Return where a fact starts and ends."""
    edges = projection.edges[place[0]]
    return int(edges.start[place[1]]), int(edges.end[place[1]])
