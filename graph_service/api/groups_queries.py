"""The queries about who fails together: connected clients of a bank, guarantee networks and circles."""

from __future__ import annotations

import strawberry

from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.groups import ConnectedGroup
from graph_service.api.guarantee_networks import CircleOfGuarantees, GuaranteeNetwork
from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.asking import Asking
from graph_service.use_cases.groups import connected_groups
from graph_service.use_cases.guarantee_networks import explore_guarantees, guarantee_circles_of
from schema.nodes import PARTY


def _party(text: str | None) -> str | None:
    return None if text is None else read_id(text, *PARTY)


def _groups(asking: Asking, bank: str, party: str | None, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    return page(connected_groups(asking, bank, party), first, after)


def _circles(asking: Asking, region: str | None, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    return page(guarantee_circles_of(asking, region), first, after)


FIRST = Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST)
AFTER = Argument(str | None, "Cursor of the last one of the page before 游标.", None)


@strawberry.type
class GroupsQueries:
    """Groups at a bank, and groups by guarantees."""

    connected_groups: Connection[ConnectedGroup] | None = operation(
        "connectedGroups",
        _groups,
        Connection[ConnectedGroup] | None,
        "[supervision] Connected clients of a bank, with exposure, limits and headroom 关联客户与大额风险暴露.",
        {
            "bank": Argument(strawberry.ID, "Id of the bank, opaque or plain 银行标识.", read=_party),
            "id": Argument(strawberry.ID | None, "Only groups of this party 主体标识.", None, _party),
            "first": FIRST,
            "after": AFTER,
        },
    )
    guarantee_network: GuaranteeNetwork | None = operation(
        "guaranteeNetwork",
        explore_guarantees,
        GuaranteeNetwork | None,
        "[supervision] Guarantees around a party, with shapes and exposures 担保网络.",
        {
            "id": Argument(strawberry.ID, "Id of the party, opaque or plain 主体标识.", read=_party),
            "depth": Argument(int, "Guarantees away, 1 to 10 层数.", 2),
        },
    )
    guarantee_circles: Connection[CircleOfGuarantees] | None = operation(
        "guaranteeCircles",
        _circles,
        Connection[CircleOfGuarantees] | None,
        "[supervision] Everybody who guarantees himself through others, largest circle first 担保圈.",
        {
            "region": Argument(str | None, "Division code, or its first digits 行政区划代码.", None),
            "first": FIRST,
            "after": AFTER,
        },
    )
