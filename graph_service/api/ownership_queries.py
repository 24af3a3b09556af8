"""The queries about ownership beyond the tree and the beneficial owners."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.api.ownership_numbers import CloseLinks, CrossHolding, OwnershipNumbers
from graph_service.asking import Asking
from graph_service.use_cases.close_links import (
    explain_cross_holding,
    find_close_links,
    find_cross_holdings,
)
from graph_service.use_cases.ownership_numbers import find_ownership_numbers
from schema.nodes import PARTY


def _party(text: str) -> str:
    return read_id(text, *PARTY)


def _cross_holdings(asking: Asking, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    cut = page(find_cross_holdings(asking), first, after)
    return replace(cut, edges=[replace(p, node=explain_cross_holding(asking, p.node)) for p in cut.edges])


@strawberry.type
class OwnershipQueries:
    """Each field is one audited operation."""

    ownership_numbers: OwnershipNumbers | None = operation(
        "ownershipNumbers",
        find_ownership_numbers,
        OwnershipNumbers | None,
        "[supervision] Final share, control, close link and power of every holder, or of one 四项数值并列.",
        {
            "id": Argument(strawberry.ID, "Id of the enterprise, opaque or plain 企业标识.", read=_party),
            "holder": Argument(
                strawberry.ID | None,
                "Only this holder, and the groups in which he acts 持有人标识.",
                None,
                lambda text: None if text is None else _party(text),
            ),
            "floor": Argument(float, "Final share, or part of the votes, to be listed from 起列比例.", 0.05),
        },
    )
    close_links: CloseLinks | None = operation(
        "closeLinks",
        find_close_links,
        CloseLinks | None,
        "[supervision] Everybody with whom a party is linked by 20 % or more, and why 密切联系.",
        {"id": Argument(strawberry.ID, "Id of the party, opaque or plain 主体标识.", read=_party)},
    )
    cross_holdings: Connection[CrossHolding] | None = operation(
        "crossHoldings",
        _cross_holdings,
        Connection[CrossHolding] | None,
        "[supervision] Circles of holdings and shares above 100 %, the largest first 交叉持股诊断.",
        {
            "first": Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST),
            "after": Argument(str | None, "Cursor of the last one of the page before 游标.", None),
        },
    )
