"""The coupled stress test: the types of ``use_cases.stress``."""

from __future__ import annotations

import strawberry

from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Party
from graph_service.api.scalars import Ratio


@strawberry.type(description="What a party loses at one stage, and the facts behind it 分阶段损失.")
class StressLoss:
    """Mirrors ``StressLoss``."""

    stage: str = strawberry.field(
        description="OUTPUT sales lost, DILUTION receivables set off, UNPAID claims, CALLS on guarantees 阶段."
    )
    least: Money = strawberry.field(description="At least 至少.")
    most: Money = strawberry.field(description="At most 至多.")
    facts: list[Fact] = strawberry.field(description="The first 20 facts that it rests on 依据.")
    fact_count: int = strawberry.field(description="How many there are 依据总数.")


@strawberry.type(description="A party that loses by the failure 受冲击主体.")
class StressedParty:
    """Mirrors ``StressedParty``."""

    party: Party = strawberry.field(description="Who 主体.")
    output_lost: Ratio = strawberry.field(description="Part of its output that it loses 产出损失比例.")
    defaults: str = strawberry.field(description="CERTAIN, POSSIBLE or NO 是否违约.")
    least: Money = strawberry.field(
        description="Loss by the others' failure, without lost sales: at least 至少."
    )
    most: Money = strawberry.field(description="The same, at most 至多.")
    losses: list[StressLoss] = strawberry.field(description="Stage by stage 分阶段.")


@strawberry.type(
    description="A group of connected clients above its limit under stress 突破限额的关联客户组."
)
class StressedGroup:
    """Mirrors ``StressedGroup``."""

    bank: Party = strawberry.field(description="The lender 贷款银行.")
    heads: list[Party] = strawberry.field(description="Who controls the group 控制人.")
    members: list[Party] = strawberry.field(description="The first 50 members 成员.")
    member_count: int = strawberry.field(description="How many there are 成员总数.")
    exposure_before: Money = strawberry.field(description="Loans to members 冲击前敞口.")
    exposure_most: Money = strawberry.field(
        description="With calls on members for debtors outside the group, at most 冲击后敞口."
    )
    limit_before: Money = strawberry.field(description="Limit on the bank's capital 冲击前限额.")
    limit_least: Money = strawberry.field(description="Limit on the capital left, at least 冲击后限额.")
    breached_before: bool = strawberry.field(description="Above the limit without the shock 冲击前已突破.")
    breach: str = strawberry.field(description="CERTAIN or POSSIBLE 突破.")


@strawberry.type(description="What the answer could not use 缺失的数据.")
class StressGap:
    """Mirrors ``StressGap``."""

    what: str = strawberry.field(description="What is missing 缺什么.")
    count: int | None = strawberry.field(description="How many; null where that may not be told 数量.")
    effect: str = strawberry.field(description="What that does to the answer 影响.")


@strawberry.type(description="A number of the scenario 情景假设.")
class StressAssumption:
    """Mirrors ``StressAssumption``."""

    name: str = strawberry.field(description="Key in the rulebook 名称.")
    value: str = strawberry.field(description="Its value 取值.")
    unit: str = strawberry.field(description="Of what 单位.")
    zh: str = strawberry.field(description="In Chinese 中文.")
    citation: str = strawberry.field(description="Where it comes from 依据.")


@strawberry.type(description="[supervision] Who loses what when parties fail, stage by stage 耦合压力测试.")
class StressTest:
    """Mirrors ``StressTestAnswer``."""

    failing: list[Party] = strawberry.field(description="Who fails 停产主体.")
    output_lost: Ratio = strawberry.field(description="Part of all visible output that is lost 产出损失比例.")
    parties: Connection[StressedParty] = listing(
        "parties", Connection[StressedParty], "The first 1,000, greatest possible loss first 受冲击主体."
    )
    party_count: int = strawberry.field(description="How many lose anything 受冲击主体数.")
    banks: Connection[StressedParty] = listing(
        "banks", Connection[StressedParty], "The banks among them 银行损失."
    )
    groups: Connection[StressedGroup] = listing(
        "groups", Connection[StressedGroup], "Groups above their limits 突破限额的客户组."
    )
    groups_tested: int = strawberry.field(
        description="Pairs of group and bank with a known limit 已测试组数."
    )
    outside_least: Money = strawberry.field(
        description="Loss of lenders that the caller cannot see, at least 至少."
    )
    outside_most: Money = strawberry.field(description="The same, at most 至多.")
    missing: list[StressGap] = strawberry.field(description="What could not be used 缺失.")
    assumptions: list[StressAssumption] = strawberry.field(description="The scenario 假设.")
    converged: bool = strawberry.field(description="Whether every stage came to its end 是否收敛.")
    residual: float = strawberry.field(description="How far it is from its own equation 残差.")
    iterations: int = strawberry.field(description="Rounds of payments 迭代次数.")
    citation: str = strawberry.field(description="Methods and law 依据.")
