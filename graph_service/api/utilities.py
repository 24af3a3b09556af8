"""Utility bills month by month: the types of ``use_cases.utilities``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from algorithms.risk.alerts.utilities import MonthState
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.lending import RuleFinding
from graph_service.api.nodes import NODE_TYPES, Party

MONTH_STATE: Any = strawberry.enum(
    MonthState,
    name="UtilityMonthState",
    description="PAID by the day asked about; NOT_DUE yet; UNKNOWN: open without a due day; UNPAID: overdue 缴费状态.",
)
_BILL: Any = NODE_TYPES["UtilityRecord"]


@strawberry.type(description="One reported month of a utility 一个月的缴费.")
class UtilityMonth:
    """Mirrors ``use_cases.utilities.UtilityMonth``."""

    month: str = strawberry.field(description="YYYY-MM 月份.")
    state: MONTH_STATE = strawberry.field(description="How it stands: as its worst bill does 状态.")
    bills: list[_BILL] = strawberry.field(description="Its bills 账单.")
    facts: list[Fact] = strawberry.field(description="What states them 依据.")


@strawberry.type(description="Months in a row without a bill, both ends included 数据缺口.")
class MonthGap:
    """Mirrors ``algorithms.risk.alerts.utility_series.Span``."""

    first: str = strawberry.field(description="First month 起始月份.")
    last: str = strawberry.field(description="Last month 截止月份.")
    months: int = strawberry.field(description="How many 月数.")


@strawberry.type(description="Unpaid months in a row, both ends included 连续欠费.")
class UnpaidRun:
    """Mirrors ``use_cases.utilities.UnpaidRun``."""

    first: str = strawberry.field(description="First month 起始月份.")
    last: str = strawberry.field(description="Last month 截止月份.")
    months: int = strawberry.field(description="How many 月数.")
    since: dt.date = strawberry.field(
        description="First day on which they were enough to warn; of a shorter run, all overdue 起始日."
    )
    facts: list[Fact] = strawberry.field(description="The unpaid bills 依据.")


@strawberry.type(description="One utility of a party, month by month 一类水电气缴费序列.")
class UtilitySeries:
    """Mirrors ``use_cases.utilities.UtilitySeries``."""

    utility: str = strawberry.field(description="POWER, WATER or GAS 类别.")
    until: str | None = strawberry.field(
        description="The last month that is reported or must be; null while no month can be read 应报截止月份."
    )
    months: Connection[UtilityMonth] = listing(
        "months", Connection[UtilityMonth], "Reported months, newest first 已报月份."
    )
    unpaid: Connection[UnpaidRun] = listing(
        "unpaid", Connection[UnpaidRun], "Unpaid months in a row, oldest first 连续欠费."
    )
    gaps: Connection[MonthGap] = listing(
        "gaps", Connection[MonthGap], "Months without a bill, oldest first 数据缺口."
    )
    undated: Connection[Fact] = listing(
        "undated", Connection[Fact], "Bills whose month cannot be read 月份无法识别的账单."
    )
    event: RuleFinding | None = strawberry.field(
        description="The rule that warns: FIRED, PASSED, or UNKNOWN where gaps could hide it; null: none in force 预警."
    )


@strawberry.type(description="[financing] How a party pays for electricity, water and gas 水电气缴费情况.")
class UtilityStanding:
    """Mirrors ``use_cases.utilities.UtilityStanding``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    permitted: bool = strawberry.field(
        description="False: bills of this party are not open to you, whether there are any or not 是否可见."
    )
    utilities: list[UtilitySeries] = strawberry.field(description="Those with a bill 有账单的类别.")
    unreported: list[str] = strawberry.field(
        description="Those without: no contract, or nobody delivers 无账单的类别."
    )
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")
