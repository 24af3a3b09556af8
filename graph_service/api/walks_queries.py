"""The queries that walk the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import strawberry

from algorithms.walks.combined import Heading
from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.ids import read_node_id
from graph_service.api.operations import Argument, operation
from graph_service.api.walks import HEADING, RELATIONSHIP, Neighbour, ShortestPaths
from graph_service.asking import Asking
from graph_service.use_cases.walks import (
    PathWish,
    ShortestPathsAnswer,
    about_parties,
    find_shortest_paths,
    neighbours,
)


def _neighbours(
    asking: Asking,
    node: tuple[str, str],
    relationships: Sequence[str] | None,
    heading: Heading,
    window: tuple[int, str | None],
) -> Page:
    first, after = window
    require_first(first, asking.principal.role)
    shown = page(neighbours(asking, node, relationships, heading), first, after)
    about_parties(asking, (each.node.node for each in shown.edges))
    return shown


def _paths(asking: Asking, start: tuple[str, str], end: tuple[str, str], *wish: Any) -> ShortestPathsAnswer:
    return find_shortest_paths(asking, start, end, PathWish(*wish))


def _names(sent: Sequence[Any] | None) -> tuple[str, ...] | None:
    return None if sent is None else tuple(str(each.value) for each in sent)


_NODE = Argument(
    strawberry.ID, "Opaque id; of parties and regions the plain one too 标识.", read=read_node_id
)


@strawberry.type
class WalksQueries:
    """From node to node."""

    neighbours: Connection[Neighbour] | None = operation(
        "neighbours",
        lambda asking, node, relationships, heading, first, after: _neighbours(
            asking, node, relationships, heading, (first, after)
        ),
        Connection[Neighbour] | None,
        "[supervision] Every fact that touches a node, with who is at its other end 邻接关系.",
        {
            "id": _NODE,
            "relationships": Argument(
                list[RELATIONSHIP] | None,
                "Only these; all when left out 关系.",
                None,
                _names,
            ),
            "direction": Argument(HEADING, "Which way 方向.", Heading.BOTH),
            "first": Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST),
            "after": Argument(str | None, "Cursor of the last one of the page before 游标.", None),
        },
    )
    shortest_paths: ShortestPaths | None = operation(
        "shortestPaths",
        _paths,
        ShortestPaths | None,
        "[supervision] All shortest paths between two nodes, with the facts of every hop 最短路径.",
        {
            "start": replace(_NODE, name="from"),
            "end": replace(_NODE, name="to"),
            "relationships": Argument(
                list[RELATIONSHIP] | None,
                "Only these; all but LOCATED_IN and PART_OF when left out 关系.",
                None,
                _names,
            ),
            "directed": Argument(bool, "Walk facts from their start to their end only 是否按方向.", False),
            "max_depth": Argument(int, "Longest path, 1 to 12 hops 最多步数.", 6),
            "limit": Argument(int, "Most paths, 1 to 100 最多条数.", 10),
        },
    )
