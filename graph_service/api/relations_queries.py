"""The queries about who belongs together: related parties, hidden ties, circular trade."""

from __future__ import annotations

import strawberry

from graph_service.api.connections import DEFAULT_FIRST, page, require_first
from graph_service.api.hidden_ties import CirclesPage, ClustersPage, PseudoIndependentClusters, TradeCircles
from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.api.relations import RelatedParties, Relation
from graph_service.asking import Asking
from graph_service.use_cases.hidden_ties import find_clusters, find_trade_circles
from graph_service.use_cases.relations import find_related_parties, find_relation
from schema.nodes import PARTY


def _party(text: str) -> str:
    return read_id(text, *PARTY)


def _perhaps(text: str | None) -> str | None:
    return None if text is None else _party(text)


def _clusters(
    asking: Asking, region: str | None, member: str | None, first: int, after: str | None
) -> ClustersPage:
    require_first(first, asking.principal.role)
    found = find_clusters(asking, region, member)
    return ClustersPage(page(found.clusters, first, after), found.hub_count, found.hubs, found.rulebook)


def _circles(
    asking: Asking, region: str | None, member: str | None, first: int, after: str | None
) -> CirclesPage:
    require_first(first, asking.principal.role)
    found = find_trade_circles(asking, region, member)
    circles = page(found.circles, first, after)
    return CirclesPage(
        circles, found.window_days, found.cycle_length_max, found.undated_claims, found.rulebook
    )


PARTIES = {
    "region": Argument(str | None, "Division code, or its first digits 行政区划代码.", None),
    "member": Argument(strawberry.ID | None, "Only the one of this party 主体标识.", None, _perhaps),
    "first": Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST),
    "after": Argument(str | None, "Cursor of the last one of the page before 游标.", None),
}


@strawberry.type
class RelationsQueries:
    """Who belongs together, declared or not."""

    related_parties: RelatedParties | None = operation(
        "relatedParties",
        find_related_parties,
        RelatedParties | None,
        "[supervision] Related parties by the measures of 2022, with every ground and path 关联方名单.",
        {
            "id": Argument(
                strawberry.ID, "Id of the enterprise or bank, opaque or plain 机构标识.", read=_party
            )
        },
    )
    relation: Relation | None = operation(
        "relation",
        find_relation,
        Relation | None,
        "[supervision] Are these two related, by which grounds and path 两主体是否关联.",
        {
            "party": Argument(strawberry.ID, "Id of the one, opaque or plain 一方标识.", read=_party),
            "other": Argument(strawberry.ID, "Id of the other, opaque or plain 另一方标识.", read=_party),
        },
    )
    pseudo_independent_clusters: PseudoIndependentClusters | None = operation(
        "pseudoIndependentClusters",
        _clusters,
        PseudoIndependentClusters | None,
        "[supervision] Parties that look independent and share contacts or officers 疑似关联群.",
        PARTIES,
    )
    trade_circles: TradeCircles | None = operation(
        "tradeCircles",
        _circles,
        TradeCircles | None,
        "[supervision] Goods that come back to their seller inside a time window 循环贸易.",
        PARTIES,
    )
