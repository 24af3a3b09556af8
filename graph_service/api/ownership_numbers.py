"""The four answers, close links and cross-holdings: the types of their use-cases."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Party
from graph_service.api.ownership import BORDER, Decision, HoldingChain


@strawberry.type(
    description="A holder, or several who act as one, by all four measures 一个持有人的四项数值."
)
class HolderNumbers:
    """Mirrors ``HolderNumbersAnswer``."""

    parties: list[Party] = strawberry.field(
        description="Who; several are a family or act in concert: the seeds of control 主体."
    )
    direct: float = strawberry.field(description="Declared share without anybody in between 直接持股.")
    walks: float | None = strawberry.field(
        description="Final share over all walks, circles included; null: undefined 最终持股（含循环）."
    )
    least: float = strawberry.field(description="Least final share that the facts allow 下界.")
    most: float = strawberry.field(description="Greatest final share that the facts allow 上界.")
    corrected: float | None = strawberry.field(
        description="Final share without walks that come back to the holder 自循环修正后持股."
    )
    simple: float = strawberry.field(description="Share over simple paths 简单路径持股.")
    simple_most: float = strawberry.field(description="What the simple paths sum to at most 简单路径上界.")
    straddles: list[float] = strawberry.field(
        description="Lines reached over all walks but not over simple paths 两种算法结论不一的界线."
    )
    at_boundary: list[float] = strawberry.field(description="Lines on which a share sits 正好在线上的界线.")
    votes: float = strawberry.field(
        description="Votes at their disposal, through all that they control 可支配表决权."
    )
    controls: Decision = strawberry.field(description="Control by fixpoint from these seeds 是否控制.")
    channel: str = strawberry.field(description="What carries control; empty: nothing does 控制途径.")
    control_facts: list[Fact] = strawberry.field(
        description="The facts that carry it, from the seeds down 控制依据."
    )
    close_link: Decision = strawberry.field(
        description="Whether 20 % or more over simple paths 是否密切联系."
    )
    power: float | None = strawberry.field(
        description="Chance to stand behind the enterprise's decision; null: see `noPowerBecause` 表决权力指数."
    )
    power_error: float | None = strawberry.field(
        description="Standard error of a drawn power index; 0: exact 权力指数标准误."
    )
    chains: list[HoldingChain] = strawberry.field(description="The heaviest chains, at most three 主要链条.")


@strawberry.type(
    description="[supervision] Share, control, close link and power, side by side 股权、控制、密切联系与权力指数."
)
class OwnershipNumbers:
    """Mirrors ``OwnershipNumbersAnswer``."""

    enterprise: Party = strawberry.field(description="The enterprise asked about 企业.")
    holders: Connection[HolderNumbers] = listing(
        "holders", Connection[HolderNumbers], "Greatest share first 持有人."
    )
    converged: bool = strawberry.field(description="Whether the shares are exact and complete 是否收敛.")
    residual: float | None = strawberry.field(
        description="How far the final shares are from their equation; null: undefined 残差."
    )
    no_power_because: str = strawberry.field(
        description="Why no power index was computed; empty: it was 未计算权力指数的原因."
    )
    control_rule: str = strawberry.field(description="When control holds 控制规则.")
    citations: list[str] = strawberry.field(description="Where the lines come from 依据.")
    border: str | None = strawberry.field(description=BORDER)


@strawberry.enum(description="Why two parties are closely linked 密切联系种类.")
class CloseLinkKind(Enum):
    """Values as the algorithms say them."""

    HELD_BY = "held_by"
    HOLDS = "holds"
    COMMON_HOLDER = "common_holder"


@strawberry.type(description="One close link 一项密切联系.")
class CloseLink:
    """Mirrors ``CloseLinkAnswer``."""

    kind: CloseLinkKind = strawberry.field(description="Which way it runs 种类.")
    other: Party = strawberry.field(description="With whom 对方.")
    common: Party | None = strawberry.field(description="The third party that holds both, if any 共同持有人.")
    answer: Decision = strawberry.field(description="YES, or UNKNOWN where the paths are past counting 结论.")
    share: float = strawberry.field(
        description="Share over simple paths; of a common holder that in `other` 简单路径持股."
    )
    most: float = strawberry.field(description="What that share can be at most 上界.")
    at_boundary: bool = strawberry.field(description="Whether it sits on the line 是否正好在线上.")
    chains: list[HoldingChain] = strawberry.field(description="The heaviest chains, at most three 主要链条.")


@strawberry.type(description="[supervision] Everybody with whom a party is closely linked 密切联系.")
class CloseLinks:
    """Mirrors ``CloseLinksAnswer``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    links: Connection[CloseLink] = listing(
        "links", Connection[CloseLink], "Holders, then what is held, then through common holders 密切联系."
    )
    converged: bool = strawberry.field(description="Whether every link was decided 是否全部判定.")
    citation: str = strawberry.field(description="The rule 依据.")
    border: str | None = strawberry.field(description=BORDER)


@strawberry.enum(description="What a cross-holding finding is about 交叉持股种类.")
class CrossHoldingKind(Enum):
    """Values as the algorithms say them."""

    CIRCLE = "circular_holding"
    SELF = "holds_itself"
    CLOSED = "circle_without_outside_owner"
    OVERDECLARED = "more_than_100_percent_declared"


@strawberry.type(description="A company in a circle of holdings 循环持股成员.")
class CrossHoldingMember:
    """Mirrors ``CrossHoldingMember``."""

    party: Party = strawberry.field(description="The company 企业.")
    treasury: float | None = strawberry.field(
        description="Part of its capital that comes back to itself; null: all of it is in the circle 自持比例."
    )
    outside: float = strawberry.field(description="Declared share held outside the circle 圈外持股.")
    declared: float = strawberry.field(description="Sum of its declared shares 申报合计.")


@strawberry.type(
    description="[supervision] A circle of holdings, or contradictory declarations 交叉持股诊断."
)
class CrossHolding:
    """Mirrors ``CrossHoldingAnswer``."""

    kind: CrossHoldingKind = strawberry.field(description="What it is 种类.")
    members: Connection[CrossHoldingMember] = listing(
        "members", Connection[CrossHoldingMember], "The companies in it 成员."
    )
    facts: Connection[Fact] = listing("facts", Connection[Fact], "The holdings that make it 依据.")
    citation: str = strawberry.field(description="The rule 依据.")
