"""Notices of debt evaders and alerts on open loans: the types of ``use_cases.notices``."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

import strawberry

from algorithms.risk.alerts.relations import Relation
from algorithms.risk.notices.backers import Ground
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.lending import Rule
from graph_service.api.nodes import NODE_TYPES, Node, Party

NOTICE_GROUND: Any = strawberry.enum(
    Ground, name="NoticeGround", description="Why a listing is shown at a party 提示原因."
)
ALERT_RELATION: Any = strawberry.enum(
    Relation, name="AlertRelation", description="What the listed party is to the borrower 与借款人的关系."
)
_LIST_MEMBERSHIP: Any = NODE_TYPES["ListMembership"]
_LOAN: Any = NODE_TYPES["Loan"]


@strawberry.enum(description="How severe an alert is 预警级别.")
class Severity(Enum):
    """Values of the rulebook."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@strawberry.type(description="The way from a record to whom it is shown at 证据路径.")
class EvidencePath:
    """Mirrors ``EvidencePath``."""

    nodes: list[str] = strawberry.field(description="Graph ids, nearest to the record first 经过的节点.")
    facts: list[Fact] = strawberry.field(description="The facts that carry it, in that order 依据.")


@strawberry.type(description="One listing of a debt evader, shown for one reason 一条恶意逃废债提示.")
class DishonestyNotice:
    """Mirrors ``NoticeAnswer``."""

    rule: Rule = strawberry.field(description="The rule that fired, with its citation 规则.")
    ground: NOTICE_GROUND = strawberry.field(description="Why it is shown 提示原因.")
    listed: Party = strawberry.field(description="Who is on the list 被列入名单的主体.")
    record: _LIST_MEMBERSHIP = strawberry.field(description="The record of the list 名单记录.")
    through: Party | None = strawberry.field(
        description="For a fellow enterprise, who runs both; null otherwise 共同的控制人或者法定代表人."
    )
    path: EvidencePath = strawberry.field(description="From the record to the party asked about 证据路径.")


@strawberry.type(description="[financing] The notices that a party shows on the day 恶意逃废债提示.")
class DishonestyNotices:
    """Mirrors ``DishonestyNotices``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    notices: Connection[DishonestyNotice] = listing(
        "notices", Connection[DishonestyNotice], "Strongest ground first; empty: none 提示."
    )
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")


@strawberry.type(description="[financing] One alert on one open loan 一条贷后预警.")
class PostLoanAlert:
    """Mirrors ``AlertAnswer``."""

    key: str = strawberry.field(
        description="Names the alert as long as it lasts, and again when it comes back 预警标识."
    )
    rule: Rule = strawberry.field(description="The rule that fired, with its citation 规则.")
    severity: Severity = strawberry.field(description="How severe 级别.")
    relation: ALERT_RELATION = strawberry.field(description="What the listed party is to the borrower 关系.")
    loan: _LOAN = strawberry.field(description="The loan 贷款.")
    borrower: Party = strawberry.field(description="Who owes it 借款人.")
    listed: Party = strawberry.field(
        description="Who is on the list, owes the bills or held the licence 被列入名单、欠费或者许可到期的主体."
    )
    record: Node = strawberry.field(
        description="The record of the list, the first of the unpaid bills, or the lapsed licence 名单记录、首笔未缴账单或者到期的许可."
    )
    since: dt.date | None = strawberry.field(
        description="First day on which listing (or three unpaid months, or the lapse), loan and every fact of the path held; null: since ever 起始日."
    )
    path: EvidencePath = strawberry.field(description="From the record to the loan 证据路径.")
