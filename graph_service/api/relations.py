"""Who is related to whom: the types of ``use_cases.relations``."""

from __future__ import annotations

from typing import Any

import strawberry

from algorithms.relations.ties import TieKind
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.lending import Rule
from graph_service.api.nodes import Party
from graph_service.api.ownership import Decision

TIE_KIND: Any = strawberry.enum(TieKind, description="What one party is to another 关联纽带.")


@strawberry.type(description="One reason why a party is related 关联依据.")
class RelationGround:
    """Mirrors ``GroundAnswer``."""

    rule: Rule = strawberry.field(description="The item of the measures, with its citation 条款.")
    answer: Decision = strawberry.field(description="YES or UNKNOWN 是否成立.")
    because: str = strawberry.field(
        description="Why UNKNOWN: not_declared, age, may_be_deemed, through_unknown; else empty 存疑原因."
    )
    tie: TIE_KIND = strawberry.field(description="What the party is to `through` 纽带.")
    detail: str = strawberry.field(description="The post, the kinship, or how control was found 说明.")
    through: str = strawberry.field(
        description="Graph id of the related party on whom it rests; the subject itself when direct 经由."
    )
    share: float | None = strawberry.field(description="What was compared; null: no ratio 比例.")
    path: list[str] = strawberry.field(description="Graph ids from the subject to the party 路径.")
    facts: list[Fact] = strawberry.field(description="The facts along it, and what else carries it 依据.")


@strawberry.type(description="A related party with every ground 关联方.")
class RelatedParty:
    """Mirrors ``use_cases.relations.RelatedParty``."""

    party: Party = strawberry.field(description="Who 主体.")
    answer: Decision = strawberry.field(description="YES, or UNKNOWN when no ground is sure 结论.")
    grounds: list[RelationGround] = strawberry.field(description="Sure ones first 依据.")


@strawberry.type(
    description="[supervision] Related parties of an enterprise or bank by the measures of 2022 关联方名单."
)
class RelatedParties:
    """Mirrors ``RelatedPartiesAnswer``."""

    subject: Party = strawberry.field(description="Whose related parties they are 本机构.")
    parties: Connection[RelatedParty] = listing(
        "parties", Connection[RelatedParty], "Sure ones first, then by id 关联方."
    )
    unknown_because: list[str] = strawberry.field(
        description="Why somebody may be missing; empty: holders are declared in full 名单可能不全的原因."
    )
    rulebook: str = strawberry.field(description="Rulebook with version 规则库版本.")


@strawberry.type(description="[supervision] Are these two related 两主体是否关联.")
class Relation:
    """Mirrors ``RelationAnswer``."""

    party: Party = strawberry.field(description="The one 一方.")
    other: Party = strawberry.field(description="The other 另一方.")
    answer: Decision = strawberry.field(description="NO only where holders are declared in full 结论.")
    other_of_party: RelatedParty | None = strawberry.field(
        description="The other as a related party of the one; null: not found 另一方作为一方的关联方."
    )
    party_of_other: RelatedParty | None = strawberry.field(
        description="The one as a related party of the other; null: not found 一方作为另一方的关联方."
    )
    unknown_because: list[str] = strawberry.field(description="Why a tie may be missing 可能遗漏的原因.")
    rulebook: str = strawberry.field(description="Rulebook with version 规则库版本.")
