"""The queries and mutations of identity and screening."""

from __future__ import annotations

from enum import Enum
from typing import Final

import strawberry

from graph_service.api.connections import DEFAULT_FIRST, Connection
from graph_service.api.identity import (
    JUDGEMENT,
    DecideSameAsInput,
    LinkPayload,
    LinkUnmatchedInput,
    SameAsPayload,
    SameAsProposal,
    UnmatchedParty,
    decide,
    link,
    proposals_page,
    unmatched_page,
)
from graph_service.api.operations import Argument, Supplied, by_value, mutation, operation
from graph_service.api.scalars import Uscc
from graph_service.api.screening import DecideScreeningInput, ScreeningAnswer, ScreeningPayload, ask
from graph_service.api.screening import decide as decide_hit
from loaders import Keys

_FIRST: Final = Argument(int, "How many, 1 to 100 条数.", DEFAULT_FIRST)
_AFTER: Final = Argument(str | None, "Cursor of the last one of the page before 游标.", None)
_KEYS: Final = Supplied(lambda caller: Keys(caller.service.keys.identity.material))


@strawberry.enum(description="What is screened 筛查对象类别.")
class ScreeningKind(Enum):
    """Labels that have names."""

    LEGAL_ENTITY = "LegalEntity"
    PERSON = "Person"


@strawberry.type
class IdentityQueries:
    """Who is one, and who is listed."""

    same_as_proposals: Connection[SameAsProposal] | None = operation(
        "sameAsProposals",
        proposals_page,
        Connection[SameAsProposal] | None,
        "[platform] Pairs of nodes that may be one, open ones first 同一主体候选.",
        {
            "judgement": Argument(JUDGEMENT | None, "Only such pairs 判断.", None, by_value),
            "first": _FIRST,
            "after": _AFTER,
        },
    )
    unmatched_parties: Connection[UnmatchedParty] | None = operation(
        "unmatchedParties",
        unmatched_page,
        Connection[UnmatchedParty] | None,
        "[platform] Legal persons that rows name without a code, with candidates and scores 待核主体.",
        {"first": _FIRST, "after": _AFTER},
    )
    screen: ScreeningAnswer | None = operation(
        "screen",
        ask,
        ScreeningAnswer | None,
        "[supervision] Whether somebody is on a list that the caller may see, with every reason 名单筛查.",
        {
            "keys": _KEYS,
            "name": Argument(str, "The name, in characters or Latin letters, 2 to 200 of them 名称."),
            "uscc": Argument(Uscc | None, "Code of an organisation 统一社会信用代码.", None),
            "lei": Argument(str | None, "Its legal entity identifier 法人识别编码.", None),
            "region_code": Argument(str | None, "Where it is registered 行政区划代码.", None),
            "identity_number": Argument(str | None, "Of a person; hashed, never kept 证件号码.", None),
            "birth_year": Argument(int | None, "Of a person 出生年.", None),
            "kind": Argument(ScreeningKind | None, "Left out: whichever is listed 主体类别.", None, by_value),
        },
    )


@strawberry.type
class IdentityMutations:
    """Decisions, each a version of its own."""

    decide_same_as: SameAsPayload | None = mutation(
        "decideSameAs",
        decide,
        SameAsPayload | None,
        "[platform] Accept or reject that two nodes are one; PROPOSED undoes it 认定同一主体.",
        DecideSameAsInput,
    )
    link_unmatched: LinkPayload | None = mutation(
        "linkUnmatched",
        link,
        LinkPayload | None,
        "[platform] Say which enterprise a name means; the rows that waited are loaded with it 关联待核主体.",
        LinkUnmatchedInput,
        _KEYS,
    )
    decide_screening: ScreeningPayload | None = mutation(
        "decideScreening",
        decide_hit,
        ScreeningPayload | None,
        "[supervision] Confirm or clear a hit; a new or changed entry opens it again 认定命中.",
        DecideScreeningInput,
        _KEYS,
    )
