"""How risky a party is, and why: the types of ``use_cases.risk``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.ids import read_id
from graph_service.api.lending import Input, Rule, inputs_of
from graph_service.api.nodes import Party
from graph_service.api.scalars import Long, Ratio
from graph_service.use_cases.risk import RiskChange, RiskChangeKind
from schema.nodes import PARTY


@strawberry.type(description="One record that counts against a party itself 风险源.")
class RiskSeed:
    """Mirrors ``RiskSeed``."""

    rule: Rule = strawberry.field(description="The rule that fired, with its citation 规则与依据.")
    severity: float = strawberry.field(description="On the day, from 0 to 1 当日严重度.")
    base: float = strawberry.field(description="Before it faded 初始严重度.")
    began_on: dt.date | None = strawberry.field(
        description="From when its age counts; null: it does not fade 起算日."
    )
    age_days: int | None = strawberry.field(description="Its age; null: it does not fade 已过天数.")
    half_life_days: float | None = strawberry.field(description="Days in which it halves 半衰期（天）.")
    inputs: list[Input] = inputs_of("What the rule looked at 输入值.")
    facts: list[Fact] = strawberry.field(
        description="The fact; none for the registration status, a property of the party 依据."
    )


@strawberry.type(description="What one channel adds to a hop 通道分量.")
class ChannelPart:
    """Mirrors ``ChannelPart``."""

    channel: str = strawberry.field(description="Its name in the rulebook risk_channels 通道.")
    zh: str = strawberry.field(description="In Chinese 中文名称.")
    weight: float = strawberry.field(description="Part of the source's risk that arrives by it 分量.")
    attenuation: float = strawberry.field(description="Its attenuation in the rulebook 衰减系数.")
    citation: str = strawberry.field(description="Why such ties carry risk 依据条文.")
    facts: list[Fact] = strawberry.field(description="The facts that the tie rests on 依据.")


@strawberry.type(description="One hop of a path 一步传导.")
class RiskHop:
    """Mirrors ``RiskHop``."""

    source: str = strawberry.field(description="Graph id of whom the risk comes from 来源.")
    target: str = strawberry.field(description="Graph id of whom it reaches 去向.")
    weight: float = strawberry.field(
        description="Part of the source's risk that arrives, over all channels 传导比例."
    )
    channels: list[ChannelPart] = strawberry.field(description="Channel by channel 各通道.")


@strawberry.type(description="What one seed adds to the score along one path 风险贡献.")
class RiskContribution:
    """Mirrors ``RiskContribution``."""

    seed: Party = strawberry.field(description="Whose records it comes from 风险源主体.")
    amount: float = strawberry.field(
        description="Its part of the score: all walks that leave this path when circles are cut out 贡献值."
    )
    circles: float = strawberry.field(
        description="Factor, at least 1, by which circles on the way raise it 循环放大倍数."
    )
    path: list[str] = strawberry.field(description="Graph ids from the seed to the party 路径.")
    hops: list[RiskHop] = strawberry.field(description="Hop by hop; none for its own records 逐步传导.")
    seeds: list[RiskSeed] = strawberry.field(description="The records of the seed 风险源记录.")


@strawberry.type(description="[supervision] How risky a party is, from whom, and along which ties 风险画像.")
class RiskProfile:
    """Mirrors ``RiskProfileAnswer``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    score: float = strawberry.field(
        description="Its risk, 0 to 1: the amounts of `contributions` plus `remainder` 风险值."
    )
    own_severity: float = strawberry.field(description="Of its own records alone 自身严重度.")
    seeds: list[RiskSeed] = strawberry.field(description="Its own records, gravest first 自身风险源.")
    contributions: list[RiskContribution] = strawberry.field(
        description="The largest ones, at most `top` 主要贡献."
    )
    remainder: float = strawberry.field(description="What the listed contributions leave 其余部分.")
    complete: bool = strawberry.field(
        description="Whether the search is sure of the largest among the nearest parties 是否搜索完毕."
    )
    alpha: float = strawberry.field(description="Greatest sum that may reach one party 传导总量上限.")
    scaling: float = strawberry.field(
        description="What the ties to this party were multiplied with 本主体缩放系数."
    )
    scaled_rows: int = strawberry.field(description="How many parties were scaled down 缩放的主体数.")
    strongest_scaling: float = strawberry.field(description="The smallest factor of all 最强缩放系数.")
    residual: float = strawberry.field(description="How far the scores are from their equation 残差.")
    error_bound: float = strawberry.field(description="No score is further from the exact one 误差上界.")
    converged: bool = strawberry.field(description="Whether the bound meets the tolerance 是否收敛.")
    rulebooks: list[str] = strawberry.field(description="Rulebooks with version 规则库版本.")


@strawberry.type(description="A party whose score would change 变化的风险值.")
class ChangedScore:
    """Mirrors ``ChangedScore``."""

    party: Party = strawberry.field(description="Who 主体.")
    old: float = strawberry.field(description="Score as it is 原值.")
    new: float = strawberry.field(description="Score as it would be 新值.")


@strawberry.type(description="[supervision] Whose risk would change 假设分析.")
class WhatIf:
    """Mirrors ``WhatIfAnswer``."""

    changed: Connection[ChangedScore] = listing(
        "changed", Connection[ChangedScore], "Largest changes first, at most 1,000 变化的主体."
    )
    reached: int = strawberry.field(description="How many parties would change 变化的主体数.")
    truncated: bool = strawberry.field(description="Whether more would change than are listed 是否截断.")
    error_bound: float = strawberry.field(description="No score is further from the exact one 误差上界.")
    rulebooks: list[str] = strawberry.field(description="Rulebooks with version 规则库版本.")


CHANGE_KIND: Any = strawberry.enum(
    RiskChangeKind, name="RiskChangeKind", description="What a change does 变更种类."
)


@strawberry.input(
    name="RiskChange", description="One change to think through; nothing is written 一项假设变更."
)
class RiskChangeInput:
    """What ``RiskChange`` is read from."""

    kind: CHANGE_KIND = strawberry.field(description="What it does 变更种类.")
    fact: str | None = strawberry.field(default=None, description="REMOVE_FACT: the fact id 事实标识.")
    party: strawberry.ID | None = strawberry.field(
        default=None, description="Whom the seed is about; holder, guarantor or supplier 主体."
    )
    other: strawberry.ID | None = strawberry.field(
        default=None, description="The company held, the guaranteed, or the buyer 另一方."
    )
    seed: str | None = strawberry.field(
        default=None,
        description="ADD_SEED: a rule of the rulebook risk_seeds, e.g. dishonest_debtor 风险源种类.",
    )
    share: Ratio | None = strawberry.field(
        default=None, description="Share held, or part of the supplier's sales 比例."
    )
    amount_fen: Long | None = strawberry.field(
        default=None, description="ADD_SUPPLY: amount supplied, in fen 供货金额（分）."
    )


def read_changes(sent: list[RiskChangeInput]) -> tuple[RiskChange, ...]:
    """Turn what was sent into what the use-case takes."""
    return tuple(
        RiskChange(
            each.kind,
            each.fact,
            _party(each.party),
            _party(each.other),
            each.seed,
            each.share,
            each.amount_fen,
        )
        for each in sent
    )


def _party(sent: str | None) -> str | None:
    return None if sent is None else read_id(sent, *PARTY)
