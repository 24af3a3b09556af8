"""Connected clients and large exposures: the types of ``use_cases.groups``."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

import strawberry

from algorithms.relations.dependence import Ground
from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Party
from graph_service.api.ownership import Decision

DEPENDENCE_GROUND: Any = strawberry.enum(
    Ground, name="DependenceGround", description="Why a client depends on another 经济依存的情形."
)


@strawberry.enum(description="Why a party stands in a group of connected clients 入组依据.")
class MemberGround(Enum):
    """As the use-case says them."""

    HEAD = "HEAD"
    CONTROLLED = "CONTROLLED"
    DEPENDENT = "DEPENDENT"
    CONTROLLED_BY_DEPENDENT = "CONTROLLED_BY_DEPENDENT"


@strawberry.type(description="One ground of economic dependence, one-way 经济依存认定.")
class DependenceFinding:
    """Mirrors ``DependenceAnswer``."""

    dependent: str = strawberry.field(description="Graph id of who would fail too 依存方.")
    on: str = strawberry.field(description="Graph id of the other 被依存方.")
    ground: DEPENDENCE_GROUND = strawberry.field(description="On which ground 情形.")
    decision: Decision = strawberry.field(
        description="YES, or UNKNOWN until `supply` is there 是否成立（NO 不列出）."
    )
    ratio: float | None = strawberry.field(description="What was compared with the line 比例.")
    facts: list[Fact] = strawberry.field(description="The facts that say so 依据.")
    supply: str = strawberry.field(description="What to supply when it cannot be told 需补充的资料.")


@strawberry.type(description="A member of a group of connected clients 集团成员.")
class GroupMember:
    """Mirrors ``GroupMember``."""

    party: Party = strawberry.field(description="Who 主体.")
    ground: MemberGround = strawberry.field(description="Why it is a member 入组依据.")
    under: str | None = strawberry.field(
        description="Graph id of the dependent who controls it 控制它的依存方."
    )
    dependences: list[DependenceFinding] = strawberry.field(description="Grounds of dependence 经济依存情形.")
    facts: list[Fact] = strawberry.field(description="Holdings from the heads down to it 控制链依据.")
    exposure: Money | None = strawberry.field(
        description="What it owes the bank; null: unknown, or not for this caller 风险暴露."
    )
    loan_headroom: Money | None = strawberry.field(
        description="Left of 10 % of net capital for its loans 单一客户贷款余量."
    )
    exposure_headroom: Money | None = strawberry.field(
        description="Left of 15 % of tier 1 for its exposure 单一客户暴露余量."
    )
    breach: Decision = strawberry.field(description="Whether a limit of a single client is broken 是否超限.")


@strawberry.type(description="What a bank's capital allows; null where it is unknown 大额风险暴露限额.")
class ExposureLimits:
    """Mirrors ``ExposureLimits``."""

    measured_on: dt.date | None = strawberry.field(description="Day of the capital 资本计量日.")
    net_capital: Money | None = strawberry.field(description="Net capital 资本净额.")
    tier1: Money | None = strawberry.field(description="Tier 1 capital 一级资本净额.")
    single_loans: Money | None = strawberry.field(description="Loans to one client 单一客户贷款上限.")
    single_exposure: Money | None = strawberry.field(description="Exposure to one client 单一客户暴露上限.")
    group_exposure: Money | None = strawberry.field(description="Exposure to one group 一组关联客户上限.")
    large_from: Money | None = strawberry.field(description="From here on an exposure is large 大额起点.")
    materiality: Money | None = strawberry.field(
        description="Economic dependence is tested above it 经济依存核查水平."
    )
    facts: list[Fact] = strawberry.field(description="Where the capital is stated 依据.")


@strawberry.type(description="[supervision] Clients that fail together at one bank 一组关联客户.")
class ConnectedGroup:
    """Mirrors ``ConnectedGroup``."""

    bank: Party = strawberry.field(description="The bank 银行.")
    heads: list[Party] = strawberry.field(description="Who heads it: one, a family, a concert group 控制方.")
    by_control: bool = strawberry.field(
        description="False: the anchor is a single client, and others depend on it 是否以控制关系为核心."
    )
    members: Connection[GroupMember] = listing(
        "members", Connection[GroupMember], "Members with ground and path, largest exposure first 成员."
    )
    member_count: int = strawberry.field(description="All members 成员总数.")
    members_listed_all: bool = strawberry.field(description="False: more than 200 是否全部列出.")
    exposure: Money | None = strawberry.field(
        description="What they owe together; null while an amount is unknown 风险暴露合计."
    )
    known_exposure: Money | None = strawberry.field(description="The part that is known 已知部分.")
    loans_without_amount: int = strawberry.field(description="Loans that state no amount 未载明金额的笔数.")
    limits: ExposureLimits = strawberry.field(description="The bank's limits 限额.")
    headroom: Money | None = strawberry.field(
        description="Left of 20 % of tier 1; null: unknown, see `supply` 余量."
    )
    large: Decision = strawberry.field(
        description="Whether it is a large exposure (2.5 % of tier 1) 是否大额."
    )
    breach: Decision = strawberry.field(description="Whether the group's limit is broken 是否超限.")
    undecided: list[DependenceFinding] = strawberry.field(
        description="Dependences of members, or on members, that cannot be told 待定的经济依存."
    )
    not_tested: list[str] = strawberry.field(description="Grounds that no data can show 未核查的情形.")
    not_counted: list[str] = strawberry.field(description="Exposures that are not on record 未计入的暴露.")
    loans_without_borrower: int = strawberry.field(
        description="The bank's loans whose borrower the caller may not see 借款人不可见的贷款笔数."
    )
    declassified: bool = strawberry.field(
        description="True: sums from the bank's book, and nothing else of it 是否为脱密输出."
    )
    supply: list[str] = strawberry.field(description="What to supply for a known headroom 需补充的资料.")
    citation: str = strawberry.field(description="Rules applied 依据.")
