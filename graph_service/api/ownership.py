"""Who is behind an enterprise: the types of ``use_cases.ownership``, number by number."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph_service.api.connections import Connection, listing
from graph_service.api.declared import declared_type
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Node, Party
from schema.edges import EDGES


@strawberry.enum(description="Yes, no, or not to be told from what is known 是、否、存疑.")
class Decision(Enum):
    """Values as the algorithms say them."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@strawberry.enum(description="Which way to walk the holdings 方向.")
class Direction(Enum):
    """Up to the holders, down to what is held."""

    UP = "UP"
    DOWN = "DOWN"


BORDER = (
    "Division at whose border the answer ends: what is held from beyond counts as undeclared, and nothing beyond is shown; "
    "null: the whole country 区划边界."
)
OwnsProperties = strawberry.type(
    declared_type("OwnsProperties", EDGES["OWNS"].fields),
    name="OwnsProperties",
    description="What a holding states; null where it states nothing 持股内容.",
)


@strawberry.type(description="One chain of holdings 一条持股链.")
class HoldingChain:
    """Mirrors ``Chain``."""

    weight: float = strawberry.field(description="Product of the shares along it 连乘比例.")
    nodes: list[str] = strawberry.field(description="Graph ids from the holder to the enterprise 经过的节点.")
    facts: list[Fact] = strawberry.field(description="The facts that carry it, link by link 依据.")


@strawberry.type(description="A declared interest on which a finding rests 申报权益依据.")
class DeclaredGround:
    """Mirrors ``DeclaredGround``."""

    interest: str = strawberry.field(
        description="As declared: VOTING_RIGHTS, APPOINTMENT_OF_BOARD, … 权益类型."
    )
    rule: str = strawberry.field(description="How it is read 认定规则.")
    citation: str = strawberry.field(description="The law that makes it a ground 依据条文.")
    fact: Fact = strawberry.field(description="Who said so 依据事实.")


@strawberry.type(description="One standard tried on one person 一项标准的认定.")
class OwnerFinding:
    """Mirrors ``OwnerFinding``."""

    standard: int = strawberry.field(
        description="1 equity, 2 income or votes, 3 control, 4 management: Order 2024 no. 3, art. 6 第几项标准."
    )
    ground: str = strawberry.field(
        description="What was compared: equity, income, voting, votes, stated, declared_voting, … 依据种类."
    )
    answer: Decision = strawberry.field(description="Whether the standard is met 是否符合.")
    value: float | None = strawberry.field(
        description="The share as declared; null: undefined or not a share 申报值."
    )
    least: float = strawberry.field(description="Least share that the facts allow 下界.")
    most: float = strawberry.field(description="Greatest share that the facts allow 上界.")
    at_boundary: bool = strawberry.field(
        description="Whether a bound sits on the line itself 是否正好在线上."
    )
    chains: list[HoldingChain] = strawberry.field(description="The heaviest chains, at most three 主要链条.")
    declared: list[DeclaredGround] = strawberry.field(
        description="Declared interests that it rests on, each with its law 申报权益依据."
    )


@strawberry.type(
    description="A person in the chain: beneficial owner, not, or not to be told 受益所有人认定."
)
class OwnerAnswer:
    """Mirrors ``OwnerAnswer``."""

    party: Party = strawberry.field(description="Who 主体.")
    decision: Decision = strawberry.field(description="Whether a beneficial owner 是否受益所有人.")
    standards: list[int] = strawberry.field(description="Standards that are met 符合的标准.")
    findings: list[OwnerFinding] = strawberry.field(description="Every standard that was tried 逐项认定.")
    walks: float | None = strawberry.field(
        description="Final share over all walks, cycles included: it decides 最终持股（含循环）."
    )
    simple: float = strawberry.field(description="Share over simple paths, for comparison 简单路径持股.")
    straddles: list[float] = strawberry.field(
        description="Lines that the one reaches and the other does not 两种算法结论不一的界线."
    )


@strawberry.type(description="A candidate for actual controller 实际控制人候选.")
class ControllerAnswer:
    """Mirrors ``ControllerAnswer``."""

    parties: list[Party] = strawberry.field(description="Who; several where they act in concert 主体.")
    concert: bool = strawberry.field(description="Whether they act in concert 是否一致行动.")
    rules: list[str] = strawberry.field(description="Rules that fired, strongest first 触发的规则.")
    channel: str = strawberry.field(description="How control reaches the enterprise; empty: not at all 途径.")
    equity: float | None = strawberry.field(description="Final capital share; null: undefined 最终持股.")
    shares: float = strawberry.field(description="Capital at their disposal 可支配股权.")
    votes: float = strawberry.field(description="Votes at their disposal 可支配表决权.")
    seats: float = strawberry.field(description="Part of the board that they fill 董事席位.")
    controls: bool = strawberry.field(description="Whether control by fixpoint holds 是否控制.")
    facts: list[Fact] = strawberry.field(description="The facts that carry control 控制依据.")
    declared: list[DeclaredGround] = strawberry.field(
        description="Declared interests that carry it, each with its law 申报权益依据."
    )


@strawberry.type(description="[supervision] Who is behind an enterprise, with every reason 谁是它背后的人.")
class BeneficialOwnersAnswer:
    """Mirrors ``BeneficialOwnersAnswer``."""

    enterprise: Party = strawberry.field(description="The enterprise asked about 企业.")
    decision: Decision = strawberry.field(description="YES: these are all; UNKNOWN: there may be more 结论.")
    owners: Connection[OwnerAnswer] = listing(
        "owners", Connection[OwnerAnswer], "Every person upstream, owners first 逐人认定."
    )
    controllers: list[ControllerAnswer] = strawberry.field(
        description="Everybody for whom a control rule fired, leading first 实际控制人候选."
    )
    controller_decision: Decision = strawberry.field(
        description="Whether the leading candidate is the actual controller 实际控制人结论."
    )
    unnamed_most: float | None = strawberry.field(
        description="Greatest share that somebody unnamed could hold; null: unbounded 未具名者最多持股."
    )
    unknown_because: list[str] = strawberry.field(description="Why the list may be incomplete 存疑原因.")
    enhanced_check: list[str] = strawberry.field(description="Why a person must look at it 强化核查原因.")
    converged: bool = strawberry.field(description="Whether the computation is exact 是否收敛.")
    residual: float | None = strawberry.field(description="How far from exact; null: undefined 残差.")
    citation: str = strawberry.field(description="The rule on beneficial owners 受益所有人依据.")
    controller_citation: str = strawberry.field(description="The rule on controllers 实际控制人依据.")
    border: str | None = strawberry.field(description=BORDER)


@strawberry.type(description="One holding in the tree 一笔持股.")
class Holding:
    """Mirrors ``Holding``."""

    fact: Fact = strawberry.field(description="The fact, from holder to held 依据.")
    depth: int = strawberry.field(description="Level, 1 next to the root 层级.")
    properties: OwnsProperties = strawberry.field(  # type: ignore[valid-type]
        resolver=lambda root: root, description="What it states 内容."
    )


@strawberry.type(description="[supervision] Holders, or holdings, level by level 股权结构.")
class OwnershipTree:
    """Mirrors ``OwnershipTree``."""

    root: Party = strawberry.field(description="The enterprise asked about 企业.")
    direction: Direction = strawberry.field(description="Which way it was walked 方向.")
    nodes: Connection[Node] = listing("nodes", Connection[Node], "Everyone in it, the root first 节点.")
    holdings: Connection[Holding] = listing(
        "holdings", Connection[Holding], "Every holding in it, nearest first 持股."
    )
    truncated: bool = strawberry.field(description="Whether there is more beyond the bounds 是否截断.")
    border: str | None = strawberry.field(description=BORDER)
