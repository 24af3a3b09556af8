"""Clusters and trade circles: the types of ``use_cases.hidden_ties``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry

from algorithms.relations.shared_contacts import Shared
from graph_service.api.amounts import Amount, Money
from graph_service.api.connections import Connection, Page, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Node, Party
from graph_service.use_cases import hidden_ties as use_case

SHARED_KIND: Any = strawberry.enum(Shared, name="SharedKind", description="What parties share 共用事项.")


def _kinds(description: str) -> Any:
    def resolve(root: Any) -> list[Shared]:
        return [Shared[name] for name in root.kinds]

    return strawberry.field(resolver=resolve, graphql_type=list[SHARED_KIND], description=description)


@strawberry.type(description="Two parties with what they share 疑似关联的一对主体.")
class ClusterLink:
    """Mirrors ``use_cases.hidden_ties.ClusterLink``."""

    first: str = strawberry.field(description="Graph id of the one 一方.")
    second: str = strawberry.field(description="Graph id of the other 另一方.")
    kinds: list[SHARED_KIND] = _kinds("What they share 共用事项.")
    score: float = strawberry.field(description="Part that this weighs of all kinds together, 0 to 1 得分.")
    declared: bool = strawberry.field(
        description="Whether declared control joins them anyway: then they hide nothing 是否已申报控制关系."
    )
    facts: list[Fact] = strawberry.field(description="Who is where, at most 20 依据.")


@strawberry.type(description="Parties that look independent and share contacts or officers 疑似关联群.")
class PseudoIndependentCluster:
    """Mirrors ``use_cases.hidden_ties.PseudoIndependentCluster``."""

    score: float = strawberry.field(description="Of everything shared inside it, 0 to 1 得分.")
    kinds: list[SHARED_KIND] = _kinds("Everything shared inside it 共用事项.")
    member_count: int = strawberry.field(description="Number of members 成员数.")
    members: list[Party] = strawberry.field(description="At most 200 of them 成员.")
    link_count: int = strawberry.field(description="Number of linked pairs 关联对数.")
    links: Connection[ClusterLink] = listing(
        "links", Connection[ClusterLink], "Strongest first, at most 200 of them 关联对."
    )


@strawberry.type(description="A contact or person that so many share that it links nobody 公共枢纽.")
class SharedHub:
    """Mirrors ``use_cases.hidden_ties.SharedHub``."""

    node: Node = strawberry.field(description="Contact or person 联系方式或人员.")
    kind: SHARED_KIND = strawberry.field(
        resolver=lambda root: Shared[root.kind], description="As what it is shared 种类."
    )
    tenants: int = strawberry.field(description="How many share it 主体数.")


@strawberry.type(description="[supervision] Pseudo-independent clusters, and what was left out 疑似关联群.")
class PseudoIndependentClusters:
    """Mirrors ``ClustersAnswer``, one page of it."""

    clusters: Connection[PseudoIndependentCluster] = strawberry.field(description="Highest score first 群.")
    hub_count: int = strawberry.field(description="Hubs that were left out 未计入的公共枢纽数.")
    hubs: list[SharedHub] = strawberry.field(description="The largest of them, at most 100 公共枢纽.")
    rulebook: str = strawberry.field(description="Rulebook with version 规则库版本.")


def _amounts(root: Any) -> list[Money | None]:
    return [None if fen is None else Amount(fen) for fen in root.amounts_fen]  # type: ignore[misc]


@strawberry.type(description="One way round: each sells to the next, the last to the first 一个循环.")
class TradeCycle:
    """Mirrors ``use_cases.hidden_ties.TradeCycle``."""

    nodes: list[str] = strawberry.field(description="Graph ids in order of sale 依次的主体.")
    amounts: list[Money | None] = strawberry.field(
        resolver=_amounts, description="What each sells to the next; null: not stated 各笔金额."
    )
    circulated: Money | None = strawberry.field(
        description="Smallest of them; null with any unknown 循环金额."
    )
    netting: float | None = strawberry.field(
        description="circulated × length / sum, 0 to 1; null: unknown 轧差比例."
    )
    facts: list[Fact] = strawberry.field(description="The sales, at most 20 facts of each 依据.")


@strawberry.type(description="Everybody who sells, through others, to himself 循环贸易圈.")
class TradeCircle:
    """Mirrors ``use_cases.hidden_ties.TradeCircle``."""

    member_count: int = strawberry.field(description="Number of members 成员数.")
    members: list[Party] = strawberry.field(description="At most 200 of them 成员.")
    sale_count: int = strawberry.field(description="Pairs of seller and buyer inside 买卖关系数.")
    gross: Money | None = strawberry.field(
        description="Sold inside, each sale once; a lower bound while amounts are missing, null: none known 圈内交易额."
    )
    netting: float | None = strawberry.field(
        description="1 − Σ|net position| / Σ gross turnover: 1 means that everything nets out 轧差比例."
    )
    sales_without_amount: int = strawberry.field(
        description="Pairs with a record that states no amount 金额不全的买卖关系数."
    )
    cycles: Connection[TradeCycle] = listing("cycles", Connection[TradeCycle], "Shortest first 循环.")
    truncated: bool = strawberry.field(description="Whether a bound stopped the listing 是否截断.")
    starts_left: int = strawberry.field(
        description="Members whose cycles were not listed to the end 未查完的成员数."
    )
    sales_on_no_listed_cycle: int = strawberry.field(
        description="Pairs that lie on longer or unlisted cycles only 未列入循环的买卖关系数."
    )


@strawberry.type(description="[supervision] Circular trade inside a time window 循环贸易.")
class TradeCircles:
    """Mirrors ``TradeCirclesAnswer``, one page of it."""

    circles: Connection[TradeCircle] = strawberry.field(description="Most sold inside first 贸易圈.")
    window_days: int = strawberry.field(description="Days up to the day asked about 观察窗口（天）.")
    cycle_length_max: int = strawberry.field(description="Longest cycle that is listed 循环最大长度.")
    undated_claims: int = strawberry.field(description="Claims left out: nothing dates them 无日期的债权数.")
    rulebook: str = strawberry.field(description="Rulebook with version 规则库版本.")


@dataclass(frozen=True)
class ClustersPage:
    """What a PseudoIndependentClusters is resolved from."""

    clusters: Page
    hub_count: int
    hubs: tuple[use_case.SharedHub, ...]
    rulebook: str


@dataclass(frozen=True)
class CirclesPage:
    """What a TradeCircles is resolved from."""

    circles: Page
    window_days: int
    cycle_length_max: int
    undated_claims: int
    rulebook: str
