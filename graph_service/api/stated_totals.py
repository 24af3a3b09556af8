"""Totals as they were printed: the types of ``use_cases.stated_totals``."""

from __future__ import annotations

from typing import Any

import strawberry

from algorithms.stated_totals import Agreement
from graph_service.api.connections import Page, page, require_first
from graph_service.api.nodes import NODE_TYPES
from graph_service.asking import Asking
from graph_service.use_cases.stated_totals import stated_totals

TOTAL_AGREEMENT: Any = strawberry.enum(
    Agreement,
    name="TotalAgreement",
    description="AGREES: exact and equal; CONSISTENT: on the side that 近、超、余、多 say; CONTRADICTS; UNDECIDED: 约 rules nothing"
    " out 比对结论.",
)
_TOTAL: Any = NODE_TYPES["StatedTotal"]


@strawberry.type(description="[data] A total that was printed, with the word that rounds it 公布的总数.")
class StatedTotalAnswer:
    """Mirrors ``use_cases.stated_totals.StatedTotalAnswer``."""

    total: _TOTAL = strawberry.field(
        description="Its value is nothing without `qualifier`, and counts `population` alone 总数."
    )
    comparison: TOTAL_AGREEMENT | None = strawberry.field(
        description="What `counted` says of it; null: none was given 比对结论."
    )


def totals_page(
    asking: Asking, measure: str | None, counted: int | None, first: int, after: str | None
) -> Page:
    """Return a page of totals."""
    require_first(first, asking.principal.role)
    return page(stated_totals(asking, measure, counted), first, after)
