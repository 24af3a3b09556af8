"""What a caller may ask about himself: who he is here, and who asked about him."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from graph_service.api.connections import Page, Place, page_info
from graph_service.asking import Asking
from graph_service.trust.audit import AuditLog
from graph_service.use_cases.query_log import my_query_log
from schema.access import Purpose, Role

ROLE: Any = strawberry.enum(Role, description="Who asks 角色.")
PURPOSE: Any = strawberry.enum(Purpose, description="Why: header X-Purpose 查询用途.")


@strawberry.enum(description="What became of a query 处理结果.")
class LogDecision(Enum):
    """As the audit says it."""

    ALLOWED = "ALLOWED"
    DENIED = "DENIED"


@strawberry.type(description="[platform] The caller as this service understands him 当前调用方.")
class Me:
    """Mirrors ``Myself``."""

    role: ROLE = strawberry.field(description="Role of the token; PUBLIC without one 角色.")
    org: str | None = strawberry.field(description="Graph id of the organisation he acts for 所属机构.")
    region: str | None = strawberry.field(description="Region-code prefix that he is limited to 行政区划.")
    subject: str | None = strawberry.field(description="Graph id of the party that he is 本人.")
    purpose: PURPOSE | None = strawberry.field(description="Declared purpose 查询用途.")
    purposes: list[PURPOSE] = strawberry.field(description="Purposes that his role may declare 可用用途.")
    parties: list[str] = strawberry.field(
        description="Graph ids that are his own: himself and the households he heads 本人及所代表农户."
    )
    as_of: dt.date = strawberry.field(description="The day that is asked about 截至日期.")


@strawberry.type(description="One query about the caller 一次查询记录.")
class LoggedQuery:
    """Mirrors ``use_cases.query_log.LoggedQuery``, whose cursor is the edge's."""

    at: dt.datetime = strawberry.field(
        resolver=lambda root: dt.datetime.fromisoformat(root.at),
        graphql_type=dt.datetime,
        description="When 时间.",
    )
    role: ROLE = strawberry.field(description="Who asked: role 查询人角色.")
    org: str | None = strawberry.field(description="Who asked: graph id of the organisation 查询机构.")
    purpose: PURPOSE | None = strawberry.field(description="Why 用途.")
    operation: str = strawberry.field(description="What was asked 操作.")
    decision: LogDecision = strawberry.field(description="Whether it was answered 处理结果.")
    code: str | None = strawberry.field(description="Why not, when it was refused 拒绝代码.")
    about: str = strawberry.field(description="Graph id of the party it was about 被查询主体.")


@dataclass(frozen=True)
class Myself:
    """What a Me is resolved from."""

    role: str
    org: str | None
    region: str | None
    subject: str | None
    purpose: str | None
    purposes: tuple[str, ...]
    parties: tuple[str, ...]
    as_of: dt.date


def who_am_i(asking: Asking) -> Myself:
    """Say who the caller is; his name is not repeated."""
    who = asking.principal
    allowed = sorted(asking.rooms.policy.allowed_purposes(who.role))
    purpose = who.purpose.value if who.purpose else None
    # Households are only read for those who have any: greeting an anonymous caller needs no projection.
    own = asking.own_parties if who.subject else ()
    return Myself(
        who.role.value, who.org, who.region, who.subject, purpose, tuple(allowed), own, asking.as_of
    )


def query_log_page(asking: Asking, log: AuditLog, first: int, after: str | None) -> Page:
    """Return a page of the caller's own log. How long the whole log is, is not counted."""
    found = my_query_log(asking, log, first, after)
    places = [Place(entry, entry.cursor) for entry in found.entries]
    return Page(places, page_info(places, more=found.has_more, before=after is not None), None)
