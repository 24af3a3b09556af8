"""Walking the graph 图遍历: what touches a node, and the shortest ways between two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, overload

from algorithms.evidence import Fact
from algorithms.projection import SINCE_EVER, STILL
from algorithms.walks import neighbours as walks
from algorithms.walks.combined import Combined, Heading, combined
from algorithms.walks.links import Place
from algorithms.walks.shortest_paths import Hop, PathLimits, shortest_paths
from graph_service.asking import Asking
from graph_service.projections import LIVE_RELATIONSHIPS
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.edges import EDGES
from schema.errors import InputError, NotFound
from schema.nodes import NODES, PARTY

RELATIONSHIPS: Final = tuple(name for name in EDGES if name not in LIVE_RELATIONSHIPS)
"""Relationships that can be walked: consents are asked for live and stand in no projection."""
WHERE: Final = frozenset({"LOCATED_IN", "PART_OF"})
"""Not walked unless asked for: everybody is two hops from everybody else in the same county."""
LONGEST, MOST_PATHS = 12, 100
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class NeighbourAnswer:
    """One fact that touches a node: who is at its other end, and what it states. ``valid_to`` is exclusive."""

    node: NodeAnswer
    outward: bool
    fact: Fact
    stated: Mapping[str, Any]
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True, eq=False)
class NeighbourList(Sequence[NeighbourAnswer]):
    """The neighbours of a node; each is described when it is read."""

    asking: Asking
    found: walks.Neighbours

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, at: int) -> NeighbourAnswer: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[NeighbourAnswer]: ...
    def __getitem__(self, at: int | slice) -> NeighbourAnswer | Sequence[NeighbourAnswer]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        return _neighbour(self.asking, self.found[at])


@dataclass(frozen=True)
class PathHop:
    """One hop of a path, with every fact that makes it, in either direction."""

    start: str
    end: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Path:
    """One shortest path: its nodes from start to end, and the hops between them."""

    nodes: tuple[NodeAnswer, ...]
    hops: tuple[PathHop, ...]


@dataclass(frozen=True)
class PathWish:
    """How to search.

    Parameters
    ----------
    relationships : sequence of str or None
        None: all but where things lie.
    directed : bool
        Walk facts from start to end only.
    max_depth : int
        Longest path, 1 to 12 hops.
    limit : int
        Most paths listed, 1 to 100.
    """

    relationships: Sequence[str] | None = None
    directed: bool = False
    max_depth: int = 6
    limit: int = 10


@dataclass(frozen=True)
class ShortestPathsAnswer:
    """All shortest paths between two nodes; ``search`` says why there is none."""

    start: NodeAnswer
    end: NodeAnswer
    search: str
    distance: int | None
    paths: tuple[Path, ...]
    truncated: bool


def neighbours(
    asking: Asking,
    node: tuple[str, str],
    relationships: Sequence[str] | None = None,
    heading: Heading = Heading.BOTH,
) -> NeighbourList:
    """List the visible facts that touch a node.

    Parameters
    ----------
    node : (str, str)
        Key label and id.
    relationships : sequence of str, optional
        Default: all.
    heading : Heading
        OUT: facts that start at the node.

    Raises
    ------
    NotFound
        No such node, for this caller.
    """
    position = _position(asking, *node)
    return NeighbourList(
        asking, walks.neighbours(asking.view, position, relationships or RELATIONSHIPS, heading)
    )


def find_shortest_paths(
    asking: Asking, start: tuple[str, str], end: tuple[str, str], wish: PathWish
) -> ShortestPathsAnswer:
    """Find all shortest paths between two nodes, over visible facts and nodes only.

    Raises
    ------
    InputError
        A bound outside its range.
    NotFound
        One of the two does not exist, for this caller.
    """
    if not (1 <= wish.max_depth <= LONGEST and 1 <= wish.limit <= MOST_PATHS):
        raise InputError(f"`maxDepth` is 1 to {LONGEST} and `limit` 1 to {MOST_PATHS}.")
    ends = _position(asking, *start), _position(asking, *end)
    graph = combined(asking.view, wish.relationships or [r for r in RELATIONSHIPS if r not in WHERE])
    heading = Heading.OUT if wish.directed else Heading.BOTH
    found = shortest_paths(graph, *ends, PathLimits(wish.max_depth, wish.limit), heading)
    paths = tuple(_path(asking, graph, ends[0], hops) for hops in found.paths)
    about_parties(asking, (node for path in paths for node in path.nodes))
    return ShortestPathsAnswer(
        describe(asking, ends[0]),
        describe(asking, ends[1]),
        str(found.search),
        found.distance,
        paths,
        found.truncated,
    )


def about_parties(asking: Asking, nodes: Any) -> None:
    """Note the parties among the nodes that are shown: they see the query in their log."""
    asking.about(*(node.id for node in nodes if node.label in PARTY))


def _position(asking: Asking, label: str, node_id: str) -> int:
    if label in PARTY:
        return asking.party(node_id)
    if label not in NODES or not asking.view.sees(node_id, label):
        raise NotFound("There is no such node, for this caller.")
    return asking.projection.position(node_id, label)


def _neighbour(asking: Asking, found: walks.Neighbour) -> NeighbourAnswer:
    relationship, place = found.place
    edges = asking.projection.edges[relationship]
    # A table without columns has no rows either.
    stated = edges.properties.row(place, named=True) if edges.properties.width else {}
    return NeighbourAnswer(
        describe(asking, found.node),
        found.outward,
        asking.projection.fact(relationship, place),
        {name: value for name, value in stated.items() if value is not None},
        _day(int(edges.since[place])),
        _day(int(edges.until[place])),
    )


def _path(asking: Asking, graph: Combined, start: int, hops: Sequence[Hop]) -> Path:
    p = asking.projection

    def cited(place: Place) -> Fact:
        return p.fact(*place)

    return Path(
        tuple(describe(asking, n) for n in (start, *(hop.end for hop in hops))),
        tuple(
            PathHop(p.ids[hop.start], p.ids[hop.end], tuple(cited(graph.place(f)) for f in hop.facts))
            for hop in hops
        ),
    )


def _day(day: int) -> dt.date | None:
    return None if day in (SINCE_EVER, STILL) else dt.date.fromordinal(_EPOCH + day)
