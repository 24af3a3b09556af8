"""Neighbours and shortest paths: the types of ``use_cases.walks``."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import strawberry

from algorithms.walks.combined import Heading
from algorithms.walks.shortest_paths import Search
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Node
from graph_service.api.scalars import Cell
from graph_service.use_cases.walks import RELATIONSHIPS

_NAMES: Any = StrEnum("Relationship", {name: name for name in RELATIONSHIPS})  # type: ignore[misc]
RELATIONSHIP: Any = strawberry.enum(
    _NAMES,
    description="A relationship of the graph; docs/data-dictionary.md says what each states 关系.",
)
HEADING: Any = strawberry.enum(
    Heading, name="Heading", description="OUT: facts that start at the node; IN: that end there; BOTH 方向."
)
SEARCH: Any = strawberry.enum(
    Search,
    name="PathSearch",
    description="FOUND; TOO_FAR: none within `maxDepth` hops; NOT_CONNECTED: none of any length 搜索结果.",
)


@strawberry.type(description="One property of a fact, by the name of the data dictionary 属性.")
class FactProperty:
    """One entry of ``stated``."""

    name: str = strawberry.field(description="Its name 名称.")
    value: Cell | None = strawberry.field(description="Its value; amounts in fen 值.")


def _stated(root: Any) -> list[FactProperty]:
    return [FactProperty(name=name, value=Cell(value)) for name, value in root.stated.items()]


@strawberry.type(description="[supervision] A fact that touches a node, and who is at its other end 邻接.")
class Neighbour:
    """Mirrors ``NeighbourAnswer``."""

    node: Node = strawberry.field(description="Who or what is at the other end 邻居.")
    outward: bool = strawberry.field(
        description="Whether the fact starts at the node asked about 是否由该节点发出."
    )
    fact: Fact = strawberry.field(description="The fact 依据.")
    stated: list[FactProperty] = strawberry.field(
        resolver=_stated, description="What it states; what is unknown is left out 内容."
    )
    valid_from: dt.date | None = strawberry.field(
        description="First day on which it holds; null: since ever 有效起."
    )
    valid_to: dt.date | None = strawberry.field(
        description="First day on which it no longer holds; null: still 有效止（不含）."
    )


@strawberry.type(description="One hop of a path 一步.")
class PathHop:
    """Mirrors ``PathHop``."""

    start: str = strawberry.field(description="Graph id of the nearer node 起点.")
    end: str = strawberry.field(description="Graph id of the farther node 终点.")
    facts: list[Fact] = strawberry.field(description="Every fact between the two that was walked 依据.")


@strawberry.type(description="One shortest path 一条最短路径.")
class Path:
    """Mirrors ``Path``."""

    nodes: list[Node] = strawberry.field(description="From start to end 经过的节点.")
    hops: list[PathHop] = strawberry.field(description="Between them 各步.")


@strawberry.type(description="[supervision] All shortest paths between two nodes 最短路径.")
class ShortestPaths:
    """Mirrors ``ShortestPathsAnswer``."""

    start: Node = strawberry.field(description="Where they begin 起点.")
    end: Node = strawberry.field(description="Where they end 终点.")
    search: SEARCH = strawberry.field(description="Whether there is any, and why not 搜索结果.")
    distance: int | None = strawberry.field(description="Hops of each; null: none found 步数.")
    paths: list[Path] = strawberry.field(description="At most `limit`, in a fixed order 路径.")
    truncated: bool = strawberry.field(description="Whether there are more 是否截断.")
