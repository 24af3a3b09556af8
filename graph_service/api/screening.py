"""Screening on the wire: the question, the hits with every reason, and what people decided about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import strawberry

from graph_service.api.identity import MATCH_DECISION, MatchDecisionName, MatchFeature
from graph_service.api.ids import read_id
from graph_service.api.refusals import UserError
from graph_service.api.scalars import Long, Ratio, Uscc
from graph_service.asking import Asking
from graph_service.use_cases import screening
from graph_service.use_cases.screening import ScreeningInput, ScreeningVerdict
from loaders import Keys
from loaders.identity.screening import Outcome
from schema.nodes import PARTY

OUTCOME: Any = strawberry.enum(
    Outcome,
    name="ScreeningOutcome",
    description="What a person decided about a hit; UNDECIDED takes it back 认定.",
)


def _decision(root: Any) -> MatchDecisionName:
    return MatchDecisionName(root.decision)


@strawberry.type(description="One entry of a list 名单条目.")
class ListEntry:
    """Mirrors ``loaders.identity.screening.Entry``."""

    id: str = strawberry.field(description="Graph id of the list membership 标识.")
    fact_id: str = strawberry.field(description="Which version of it: give it to `fact` 事实标识.")
    list_kind: str | None = strawberry.field(description="Which list 名单种类.")
    authority: str | None = strawberry.field(description="Who listed him 列入机关.")
    document_no: str | None = strawberry.field(description="Number of the document 文号.")
    listed_on: dt.date | None = strawberry.field(description="Since when 列入日期.")
    removed_on: dt.date | None = strawberry.field(
        description="First day on which it no longer holds 移出日期."
    )
    run: Long = strawberry.field(description="Run that wrote it 写入批次.")


@strawberry.type(description="What a person decided about a hit 人工认定.")
class ScreeningDecision:
    """Mirrors ``use_cases.screening.ScreeningDecision``."""

    outcome: OUTCOME = strawberry.field(description="What was decided 认定结果.")
    decided_by: str = strawberry.field(description="By whom: role, organisation, token 认定人.")
    decided_at: dt.datetime = strawberry.field(description="When 认定时间.")
    reason: str = strawberry.field(description="Why 理由.")
    holds: bool = strawberry.field(
        description="False: an entry was added or changed since, so the hit is open again 是否仍有效."
    )


@strawberry.type(description="Somebody listed who may be meant 命中.")
class ScreeningHit:
    """Mirrors ``use_cases.screening.ScreeningHit``."""

    party: str = strawberry.field(description="Graph id 图内标识.")
    name: str = strawberry.field(description="The listed name 名称.")
    score: Ratio = strawberry.field(description="How alike they are 相似度.")
    decision: MATCH_DECISION = strawberry.field(
        resolver=_decision,
        graphql_type=MATCH_DECISION,
        description="A person's decision while it holds, else what the score comes to 结论.",
    )
    features: list[MatchFeature] = strawberry.field(description="Why 依据.")
    entries: list[ListEntry] = strawberry.field(description="What he is listed for, latest first 名单条目.")
    decided: ScreeningDecision | None = strawberry.field(
        description="The last decision; null: none 人工认定."
    )


@strawberry.type(description="Which state of a list was searched 名单版本.")
class ListVersion:
    """Mirrors ``use_cases.screening.ListVersion``."""

    source: str = strawberry.field(description="Who delivers it 来源.")
    dataset: str = strawberry.field(description="Which data set 数据集.")
    as_of: dt.date = strawberry.field(description="Day that its newest file describes 数据日期.")
    run: Long = strawberry.field(description="Its newest run with an entry in force 批次.")
    published_at: dt.datetime = strawberry.field(description="When that was published 发布时间.")


@strawberry.type(description="[supervision] A screening, with what it was made with 筛查结果.")
class ScreeningAnswer:
    """Mirrors ``use_cases.screening.ScreeningAnswer``."""

    name: str = strawberry.field(description="The name that was asked about 名称.")
    decision: MATCH_DECISION = strawberry.field(
        resolver=_decision, graphql_type=MATCH_DECISION, description="That of the strongest hit 结论."
    )
    score: Ratio = strawberry.field(description="That of the strongest hit; 0 without one 相似度.")
    hits: list[ScreeningHit] = strawberry.field(description="At most 50, strongest first 命中.")
    lists: list[ListVersion] = strawberry.field(description="What was searched 名单版本.")
    algorithm: str = strawberry.field(description="Version of the matcher 算法版本.")
    as_of: dt.date = strawberry.field(description="Lists as in force on that day 时点.")
    known_run: Long = strawberry.field(description="Version of the graph 图版本.")
    query_hash: str = strawberry.field(description="SHA-256 of the question as it was read 查询摘要.")


@strawberry.type(description="What became of a decision about a hit 认定结果.")
class ScreeningPayload:
    """The screening with the decision in it, or why nothing was decided."""

    screening: ScreeningAnswer | None = strawberry.field(description="The screening 筛查结果.")
    user_errors: list[UserError] = strawberry.field(description="Empty when it was done 输入错误.")


@strawberry.input(
    description="A decision about one hit of a screening; the question is asked as `screen` does 认定内容."
)
class DecideScreeningInput:
    """Becomes ``ScreeningInput`` and ``ScreeningVerdict``."""

    name: str = strawberry.field(description="The name that was asked about 名称.")
    party: strawberry.ID = strawberry.field(description="Whose hit it is, opaque or plain 命中主体.")
    outcome: OUTCOME = strawberry.field(description="What is decided 认定结果.")
    reason: str = strawberry.field(description="Why, 1 to 500 characters 理由.")
    uscc: Uscc | None = strawberry.field(default=None, description="As it was asked 统一社会信用代码.")
    lei: str | None = strawberry.field(default=None, description="As it was asked 法人识别编码.")
    region_code: str | None = strawberry.field(default=None, description="As it was asked 行政区划代码.")
    identity_number: str | None = strawberry.field(default=None, description="As it was asked 证件号码.")
    birth_year: int | None = strawberry.field(default=None, description="As it was asked 出生年.")
    kind: str | None = strawberry.field(
        default=None, description="LegalEntity or Person, as it was asked 主体类别."
    )


@dataclass(frozen=True)
class Decided:
    """What a ScreeningPayload is resolved from."""

    screening: screening.ScreeningAnswer
    user_errors: tuple[UserError, ...] = ()


def ask(asking: Asking, keys: Keys, *asked: Any) -> screening.ScreeningAnswer:
    """Screen; ``asked`` are the fields of ``ScreeningInput`` in their order."""
    return screening.screen(asking, ScreeningInput(*asked), keys)


def decide(asking: Asking, sent: DecideScreeningInput, keys: Keys) -> Decided:
    """Record a decision."""
    wish = ScreeningInput(
        sent.name, sent.uscc, sent.lei, sent.region_code, sent.identity_number, sent.birth_year, sent.kind
    )
    verdict = ScreeningVerdict(read_id(sent.party, *PARTY), Outcome(sent.outcome.value), sent.reason)
    return Decided(screening.decide_screening(asking, wish, verdict, keys))
