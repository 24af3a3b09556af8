"""Statements against each other, and the interest subsidy: the types of ``use_cases.statements`` and ``use_cases.subsidy``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from algorithms.lending.subsidy import Bracket, SubsidyBase
from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.lending import RuleFinding
from graph_service.api.nodes import NODE_TYPES, LegalEntity, Party
from graph_service.api.provenance import Statement

SUBSIDY_BRACKET: Any = strawberry.enum(
    Bracket, name="SubsidyBracket", description="Which bracket of yearly revenue 年度营收档次."
)
SUBSIDY_BASE: Any = strawberry.enum(
    SubsidyBase, name="SubsidyBase", description="Of what the ratio of a subsidy is one 补贴计算基数."
)
_LOAN: Any = NODE_TYPES["Loan"]


@strawberry.type(description="A period of a statement, both days included 报表期间.")
class StatementPeriod:
    """Mirrors ``use_cases.statements.Period``."""

    first: dt.date | None = strawberry.field(description="First day 期初.")
    last: dt.date | None = strawberry.field(description="Last day 期末.")


@strawberry.type(description="One item of one period, as two sources state it 报表项目比对.")
class ItemComparison:
    """Mirrors ``use_cases.statements.ItemComparison``."""

    item: str = strawberry.field(description="The property, as the data dictionary names it 项目.")
    period: StatementPeriod = strawberry.field(description="The period of both 期间.")
    reported: Statement = strawberry.field(description="As the enterprise reports it itself 自报.")
    taxed: Statement = strawberry.field(description="As the tax bureau states it 税务.")
    difference: Money = strawberry.field(description="Reported less taxed 差额.")
    finding: RuleFinding = strawberry.field(
        description="FIRED: they differ by more than the tolerances, which stand in its inputs 是否超过容差."
    )


@strawberry.type(description="[financing] A party's own statements against the tax bureau's 报表一致性.")
class StatementConsistency:
    """Mirrors ``use_cases.statements.StatementConsistency``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    inconsistent: bool | None = strawberry.field(
        description="Whether any item differs by more than the tolerance; null: nothing could be compared 是否不一致."
    )
    comparisons: Connection[ItemComparison] = listing(
        "comparisons", Connection[ItemComparison], "Those that differ first, then the newest period 逐项比对."
    )
    unmatched: list[StatementPeriod] = strawberry.field(
        description="Periods of own statements with nothing of the bureau to compare 无可比对的期间."
    )
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")


@strawberry.type(description="Revenue of a whole year, as the tax bureau states it 年度营收.")
class Revenue:
    """Mirrors ``use_cases.subsidy.Revenue``."""

    statement: Statement = strawberry.field(description="The value, and the row that says so 数值及来源.")
    period: StatementPeriod = strawberry.field(description="The year 期间.")
    facts: list[Fact] = strawberry.field(description="What ties it to the enterprise 依据.")


@strawberry.type(description="[financing] The most that is subsidised of a loan's interest 贷款贴息测算.")
class SubsidyQuote:
    """Mirrors ``use_cases.subsidy.SubsidyQuote``."""

    enterprise: LegalEntity = strawberry.field(description="Whose 企业.")
    loan: _LOAN = strawberry.field(description="Of which loan 贷款.")
    bracket: SUBSIDY_BRACKET | None = strawberry.field(
        description="Bracket of yearly revenue; null: unknown 营收档次."
    )
    cap_ratio: float | None = strawberry.field(
        description="Ratio at most, a year; null: unknown or not covered 补贴比例上限."
    )
    base: SUBSIDY_BASE = strawberry.field(description="Of what it is one 计算基数.")
    boundary: str = strawberry.field(description="Policy for revenue of exactly the lower line 界点归属.")
    revenue: Revenue | None = strawberry.field(
        description="By which revenue; null: no whole year of the tax bureau's that has ended and is not too old 营收依据."
    )
    days: int | None = strawberry.field(description="Days for which it was lent 贷款天数.")
    amount: Money | None = strawberry.field(
        description="The amount at most; null: not covered, or see `supply` 贴息上限."
    )
    findings: list[RuleFinding] = strawberry.field(description="Every rule in force 逐条规则.")
    supply: list[str] = strawberry.field(description="What to supply for an amount 需补充的资料.")
    facts: list[Fact] = strawberry.field(description="What says that it was lent to it 依据.")
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")
