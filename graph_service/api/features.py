"""Risk features: the types of ``use_cases.features``."""

from __future__ import annotations

from typing import Any

import strawberry

from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.use_cases.features import FeatureState
from schema.risk_feature import Unit

FEATURE_UNIT: Any = strawberry.enum(
    Unit, name="FeatureUnit", description="What a value counts; fen comes as `amount` 单位."
)
FEATURE_STATE: Any = strawberry.enum(
    FeatureState,
    name="FeatureState",
    description="VALUE; NOTHING: known, and nothing to measure 无可计量; UNDEFINED: known, and no number, as a growth from 0 无法计算;"
    " UNKNOWN: not open to you or not covered 未知.",
)


@strawberry.type(description="One feature of the registry 风险特征定义.")
class RiskFeature:
    """Mirrors ``FeatureEntry``."""

    code: str = strawberry.field(description="Stable and unique 特征代码.")
    zh: str = strawberry.field(description="What it is, in Chinese 中文说明.")
    en: str = strawberry.field(description="What it is, in English 英文说明.")
    expr: str = strawberry.field(description="The whole definition in one line 表达式.")
    source: str = strawberry.field(description="The family: whose records, or the graph's shape 来源.")
    window_days: int | None = strawberry.field(
        description="Days up to and including the day asked about; null: for ever 窗口天数."
    )
    scope: str = strawberry.field(description="`self`, or the related parties that it is about 范围.")
    unit: FEATURE_UNIT = strawberry.field(description="What its value counts 单位.")
    version: str = strawberry.field(description="Version of the list that declares it 版本.")
    sample: bool = strawberry.field(description="True: of the list that ships, no credit centre's own 示例.")


@strawberry.type(description="One feature of one party, with what it was computed from 风险特征值.")
class RiskFeatureValue:
    """Mirrors ``FeatureValue``."""

    feature: RiskFeature = strawberry.field(description="Which 特征.")
    state: FEATURE_STATE = strawberry.field(description="Whether there is a value 状态.")
    value: float | None = strawberry.field(description="The value, unless it is money 值.")
    amount: Money | None = strawberry.field(description="The value, where the unit is fen 金额.")
    facts: Connection[Fact] = listing(
        "facts",
        Connection[Fact],
        "From these alone the value is computed again; of a zero, what was looked through 依据.",
    )
