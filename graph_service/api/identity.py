"""Identity on the wire: pairs that may be one, names that nobody knows, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from graph_service.api.connections import Page, page, require_first
from graph_service.api.ids import read_id
from graph_service.api.refusals import UserError
from graph_service.api.scalars import Ratio
from graph_service.asking import Asking
from graph_service.use_cases import identity, unmatched
from loaders import Keys
from loaders.identity.features import Decision, Verdict
from loaders.identity.same_as import Judgement
from schema.nodes import PARTY

JUDGEMENT: Any = strawberry.enum(Judgement, name="SameAsJudgement", description="Where a pair stands 判断.")
VERDICT: Any = strawberry.enum(Verdict, name="FeatureVerdict", description="What one feature says 特征结论.")


class MatchDecisionName(Enum):
    """As ``loaders.identity.features.Decision`` says it."""

    NO = Decision.NO.value
    REVIEW = Decision.REVIEW.value
    MATCH = Decision.MATCH.value


MATCH_DECISION: Any = strawberry.enum(
    MatchDecisionName,
    name="MatchDecision",
    description="What a comparison comes to: the same, to be looked at, or not 比对结论.",
)


@strawberry.type(description="One finding of a comparison 比对特征.")
class MatchFeature:
    """Mirrors ``loaders.identity.features.Feature``."""

    name: str = strawberry.field(description="What was compared: uscc, brand, region, … 特征.")
    outcome: str = strawberry.field(description="How it came out, as a stable word 结果代码.")
    verdict: VERDICT = strawberry.field(description="What it says 结论.")
    factor: float = strawberry.field(description="By what it multiplies the score, 0 to 1 系数.")
    left: str = strawberry.field(description="What was compared, as read; empty for what is personal 左值.")
    right: str = strawberry.field(description="What it was compared with 右值.")
    zh: str = strawberry.field(description="The finding in Chinese 中文说明.")
    en: str = strawberry.field(description="The finding in English 英文说明.")


@strawberry.type(description="Two nodes that may be one 同一主体候选.")
class SameAsProposal:
    """Mirrors ``use_cases.identity.SameAsProposal``."""

    left: str = strawberry.field(description="Graph id of one 左节点.")
    right: str = strawberry.field(description="Graph id of the other 右节点.")
    left_name: str | None = strawberry.field(description="Its name 左名称.")
    right_name: str | None = strawberry.field(description="Its name 右名称.")
    judgement: JUDGEMENT = strawberry.field(description="Where it stands 判断.")
    score: Ratio = strawberry.field(description="How alike they are 相似度.")
    algorithm: str = strawberry.field(description="Version of the matcher that proposed it 算法版本.")
    features: list[MatchFeature] = strawberry.field(description="Why 依据.")
    reason: str | None = strawberry.field(description="What whoever decided gave as his reason 理由.")
    decided_by: str | None = strawberry.field(description="Who decided; null: nobody yet 决定人.")
    decided_at: dt.datetime | None = strawberry.field(description="When 决定时间.")
    fact_id: str = strawberry.field(description="This version of the pair 事实标识.")


@strawberry.type(description="What became of a decision about a pair 认定结果.")
class SameAsPayload:
    """The pair, or why nothing was decided."""

    proposal: SameAsProposal | None = strawberry.field(description="The pair as it stands now 认定.")
    user_errors: list[UserError] = strawberry.field(description="Empty when it was done 输入错误.")


@strawberry.type(description="An enterprise that may be meant 候选企业.")
class MatchCandidate:
    """Mirrors ``use_cases.unmatched.MatchCandidate``."""

    id: str = strawberry.field(description="Graph id 图内标识.")
    name: str = strawberry.field(description="Its name 名称.")
    score: Ratio = strawberry.field(description="How alike the names are 相似度.")
    decision: MATCH_DECISION = strawberry.field(
        resolver=lambda root: MatchDecisionName(root.decision),
        graphql_type=MATCH_DECISION,
        description="What the comparison comes to 比对结论.",
    )
    features: list[MatchFeature] = strawberry.field(description="Why 依据.")


@strawberry.type(
    description="A legal person that rows name without a code and the graph does not know 待核主体."
)
class UnmatchedParty:
    """Mirrors ``use_cases.unmatched.UnmatchedParty``."""

    id: str = strawberry.field(description="The id that its rows wait for: give it to `linkUnmatched` 标识.")
    name: str = strawberry.field(description="As the source writes it 名称.")
    source: str = strawberry.field(description="Who delivered the rows 来源.")
    dataset: str = strawberry.field(description="In which data set 数据集.")
    rows: int = strawberry.field(description="How many rows wait for it 等待行数.")
    candidates: list[MatchCandidate] = strawberry.field(description="Who may be meant, at most 5 候选.")


@strawberry.type(description="A name that was linked 已关联主体.")
class LinkedParty:
    """Mirrors ``use_cases.unmatched.LinkedParty``."""

    id: str = strawberry.field(description="Graph id of the node that the name became 标识.")
    name: str = strawberry.field(description="The name 名称.")
    enterprise: str | None = strawberry.field(description="Which enterprise it is; null: a new one 企业.")
    rows: int = strawberry.field(description="Waiting rows that were loaded with it 随之入图行数.")


@strawberry.type(description="What became of a link 关联结果.")
class LinkPayload:
    """The link, or why there is none."""

    linked: LinkedParty | None = strawberry.field(description="The link 关联.")
    user_errors: list[UserError] = strawberry.field(description="Empty when it was done 输入错误.")


@strawberry.input(description="How a pair is judged 认定内容.")
class DecideSameAsInput:
    """Becomes the arguments of ``decide_same_as``."""

    left: strawberry.ID = strawberry.field(description="Id of one, opaque or plain 左节点.")
    right: strawberry.ID = strawberry.field(description="Id of the other 右节点.")
    judgement: JUDGEMENT = strawberry.field(description="PROPOSED undoes a decision 判断.")
    reason: str = strawberry.field(description="Why, 1 to 500 characters 理由.")


@strawberry.input(description="Who is meant by a name 关联内容.")
class LinkUnmatchedInput:
    """Becomes the arguments of ``link_unmatched``."""

    id: str = strawberry.field(description="Id of the unmatched party 标识.")
    reason: str = strawberry.field(description="Why, 1 to 500 characters 理由.")
    enterprise: strawberry.ID | None = strawberry.field(
        default=None, description="The enterprise that is meant; null: one that the graph did not know 企业."
    )


@dataclass(frozen=True)
class Judged:
    """What a SameAsPayload is resolved from."""

    proposal: identity.SameAsProposal
    user_errors: tuple[UserError, ...] = ()


@dataclass(frozen=True)
class Linked:
    """What a LinkPayload is resolved from."""

    linked: unmatched.LinkedParty
    user_errors: tuple[UserError, ...] = ()


def proposals_page(asking: Asking, judgement: str | None, first: int, after: str | None) -> Page:
    """Return a page of pairs."""
    require_first(first, asking.principal.role)
    return page(identity.same_as_proposals(asking, judgement), first, after)


def unmatched_page(asking: Asking, first: int, after: str | None) -> Page:
    """Return a page of names that nobody knows."""
    require_first(first, asking.principal.role)
    return page(unmatched.unmatched_parties(asking), first, after)


def decide(asking: Asking, sent: DecideSameAsInput) -> Judged:
    """Judge a pair."""
    pair = read_id(sent.left, *PARTY), read_id(sent.right, *PARTY)
    return Judged(identity.decide_same_as(asking, pair, Judgement(sent.judgement.value), sent.reason))


def link(asking: Asking, sent: LinkUnmatchedInput, keys: Keys) -> Linked:
    """Link a name, and load what waited for it."""
    enterprise = None if sent.enterprise is None else read_id(sent.enterprise, "LegalEntity")
    return Linked(unmatched.link_unmatched(asking, sent.id, enterprise, sent.reason, keys))
