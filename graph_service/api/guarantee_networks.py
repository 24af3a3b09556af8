"""Guarantee networks and circles: the types of ``use_cases.guarantee_networks``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from algorithms.relations.guarantee_structures import ShapeKind
from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Party

SHAPE_KIND: Any = strawberry.enum(
    ShapeKind, name="GuaranteeShapeKind", description="What a set of guarantees looks like 担保结构."
)


@strawberry.type(description="A sum of amounts, some of which may be unknown 金额合计.")
class AmountSum:
    """Mirrors ``SumAnswer``."""

    total: Money | None = strawberry.field(description="The sum; null while an amount is unknown 合计.")
    known: Money = strawberry.field(description="Sum of the amounts that are known 已知部分.")
    unknown: int = strawberry.field(description="How many state no amount 未载明金额的笔数.")
    count: int = strawberry.field(description="How many 笔数.")


@strawberry.type(description="A party of a guarantee network, and what it stands to lose 担保网络中的主体.")
class GuaranteeMember:
    """Mirrors ``GuaranteeMember``."""

    party: Party = strawberry.field(description="Who 主体.")
    distance: int = strawberry.field(description="Guarantees away from the party asked about 距离.")
    on_circle: bool = strawberry.field(
        description="Whether it guarantees itself through others 是否在担保圈上."
    )
    own: AmountSum | None = strawberry.field(
        description="Its own loans; null: the caller may see no bank's loans 自身贷款."
    )
    guaranteed: AmountSum = strawberry.field(description="What it guarantees at first hand 直接担保.")
    contingent: AmountSum | None = strawberry.field(
        description="Distinct loans of all it reaches through guarantees, to the end 或有风险."
    )
    reached: int = strawberry.field(description="How many it reaches 担保链所及主体数.")


@strawberry.type(description="One agreement: who guarantees for whom 一份担保.")
class Guaranteed:
    """Mirrors ``Guaranteed``."""

    agreement: str = strawberry.field(description="Graph id of the agreement 担保合同.")
    guarantor: str = strawberry.field(description="Graph id of the guarantor 保证人.")
    guaranteed: str = strawberry.field(description="Graph id of the guaranteed party 被保证人.")
    amount: Money | None = strawberry.field(description="Amount; null: not stated 金额.")
    form: str | None = strawberry.field(description="JOINT_AND_SEVERAL, GENERAL or HOUSEHOLD_GROUP 担保方式.")
    called_on: dt.date | None = strawberry.field(description="When the guarantor was called 代偿日.")
    facts: list[Fact] = strawberry.field(description="Where it is stated 依据.")


@strawberry.type(description="A shape that guarantees make 一个担保结构.")
class GuaranteeShape:
    """Mirrors ``GuaranteeShape``."""

    kind: SHAPE_KIND = strawberry.field(description="Which 种类.")
    members: list[str] = strawberry.field(
        description="Graph ids: of a chain in its order, of a star the hub first 成员."
    )


@strawberry.type(description="[supervision] The guarantees around a party 担保网络.")
class GuaranteeNetwork:
    """Mirrors ``GuaranteeNetworkAnswer``."""

    start: Party = strawberry.field(description="The party asked about 主体.")
    members: Connection[GuaranteeMember] = listing(
        "members", Connection[GuaranteeMember], "Who is in it, nearest first, at most 200 网络成员."
    )
    guarantees: Connection[Guaranteed] = listing(
        "guarantees", Connection[Guaranteed], "Agreements between them, with facts 担保关系."
    )
    shapes: Connection[GuaranteeShape] = listing(
        "shapes", Connection[GuaranteeShape], "Shapes within what is shown 担保结构."
    )
    truncated: bool = strawberry.field(description="Whether there is more than is shown 是否截断.")


@strawberry.type(
    description="[supervision] Parties that all guarantee each other, directly or through others 担保圈."
)
class CircleOfGuarantees:
    """Mirrors ``CircleOfGuarantees``."""

    kind: SHAPE_KIND = strawberry.field(description="MUTUAL for two, CIRCLE for more 种类.")
    member_count: int = strawberry.field(description="How many stand on it, exactly 成员数.")
    members: Connection[GuaranteeMember] = listing(
        "members", Connection[GuaranteeMember], "Who stands on it, at most 200 成员."
    )
    guarantees: Connection[Guaranteed] = listing(
        "guarantees", Connection[Guaranteed], "Agreements among them, with facts 担保关系."
    )
    circles: list[list[str]] = strawberry.field(
        description="Elementary circles of at most ten guarantees, shortest first, at most 100 圈的逐条列示."
    )
    circles_truncated: bool = strawberry.field(description="Whether there are more of them 是否截断.")
    complete_length: int = strawberry.field(
        description="Every circle of at most so many guarantees is listed 已列全的长度."
    )
    guaranteed: AmountSum = strawberry.field(description="What the agreements among them state 圈内担保.")
    own: AmountSum | None = strawberry.field(
        description="Their distinct loans; null: the caller may see no bank's loans 圈内贷款."
    )
    truncated: bool = strawberry.field(description="Whether members or agreements are cut 是否截断.")
