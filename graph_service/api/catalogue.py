"""The query catalogue on the wire: any named query as columns and rows."""

from __future__ import annotations

from typing import Any

import strawberry

from graph_service.api.connections import Connection, listing
from graph_service.api.scalars import Cell


@strawberry.type(description="A row of a table 行.")
class Row:
    """Values in the order of the columns."""

    cells: list[Cell | None] = strawberry.field(
        resolver=lambda root: root,
        graphql_type=list[Cell | None],
        description="One value a column 单元格.",
    )


@strawberry.type(description="[supervision] The answer of a named query 目录查询结果.")
class NamedQuery:
    """Mirrors ``use_cases.named_queries.NamedQuery``."""

    name: str = strawberry.field(description="The query 查询名.")
    columns: list[str] = strawberry.field(description="What the cells of a row mean 列名.")
    rows: Connection[Row] = listing("rows", Connection[Row], "The rows 行.")
    truncated: bool = strawberry.field(description="Whether a bound cut the rows 是否截断.")


def parameters(sent: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing sent means no parameters."""
    return sent or {}
