"""Consent on the wire: the types of ``use_cases.consent``, and the refusals that a subject can act on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

import strawberry

from graph_service.api.connections import Page, page
from graph_service.api.ids import global_id, read_id
from graph_service.api.refusals import UserError
from graph_service.asking import Asking
from graph_service.use_cases import consent
from graph_service.use_cases.consent import CONSENTABLE, ConsentAnswer
from schema.access import Purpose
from schema.nodes import PARTY


class ConsentPurpose(Enum):
    """What a subject may consent to."""

    LENDING = "LENDING"
    POST_LOAN = "POST_LOAN"


strawberry.enum(ConsentPurpose, description="What a subject may consent to 授权用途.")


@strawberry.type(description="A consent as it stands 授权.")
class Consent:
    """Mirrors ``ConsentAnswer``."""

    id: strawberry.ID = strawberry.field(
        resolver=lambda root: strawberry.ID(global_id("Authorization", root.id)),
        graphql_type=strawberry.ID,
        description="Give it to `revokeConsent` 标识.",
    )
    subject: str = strawberry.field(description="Graph id of the party that opened itself 授权人.")
    reader: str = strawberry.field(description="Graph id of the organisation that may read 被授权机构.")
    purpose: ConsentPurpose = strawberry.field(description="For what 用途.")
    valid_from: dt.date | None = strawberry.field(description="First day 起始日.")
    valid_to: dt.date | None = strawberry.field(
        description="First day on which it no longer holds; null: until revoked 截止日（不含）."
    )
    granted_at: dt.datetime = strawberry.field(description="When it was granted 授权时间.")
    revoked_at: dt.datetime | None = strawberry.field(
        description="When it was revoked; null: it was not 撤回时间."
    )


@strawberry.type(description="What became of a mutation of consent 授权结果.")
class ConsentPayload:
    """The consent, or why there is none."""

    consent: Consent | None = strawberry.field(description="The consent; null when refused 授权.")
    user_errors: list[UserError] = strawberry.field(description="Empty when it was done 输入错误.")


@strawberry.input(description="What a subject grants 授权内容.")
class GrantConsentInput:
    """Becomes ``ConsentInput``."""

    subject: strawberry.ID = strawberry.field(
        description="Who opens itself: the caller, or a household that he heads 授权人."
    )
    reader: strawberry.ID = strawberry.field(description="Which organisation may read 被授权机构.")
    purpose: ConsentPurpose = strawberry.field(description="For what 用途.")
    idempotency_key: str = strawberry.field(
        description="8 to 128 characters; the same key with the same content is the same consent 幂等键."
    )
    valid_to: dt.date | None = strawberry.field(
        default=None, description="First day on which it no longer holds; null: until revoked 截止日（不含）."
    )
    evidence_hash: str | None = strawberry.field(
        default=None, description="SHA-256 of the signed document 凭证摘要."
    )


@strawberry.input(description="Which consent ends; to revoke twice is to revoke once 撤回内容.")
class RevokeConsentInput:
    """Needs no idempotency key: revoking is idempotent by nature."""

    consent: strawberry.ID = strawberry.field(description="Id of the consent 授权标识.")


@dataclass(frozen=True)
class Outcome:
    """What a ConsentPayload is resolved from."""

    consent: ConsentAnswer
    user_errors: tuple[UserError, ...] = ()


def grant(asking: Asking, sent: GrantConsentInput) -> Outcome:
    """Grant what was asked for."""
    wish = consent.ConsentInput(
        read_id(sent.subject, *PARTY),
        read_id(sent.reader, "LegalEntity"),
        Purpose(sent.purpose.value),
        sent.valid_to,
        sent.evidence_hash,
        sent.idempotency_key,
    )
    return Outcome(consent.grant_consent(asking, wish))


def revoke(asking: Asking, sent: RevokeConsentInput) -> Outcome:
    """End the consent that was named."""
    return Outcome(consent.revoke_consent(asking, read_id(sent.consent, "Authorization")))


def consents_page(asking: Asking, first: int, after: str | None) -> Page:
    """Return a page of the caller's own consents, newest first."""
    return page(consent.my_consents(asking), first, after, truncated=False)


if {each.value for each in ConsentPurpose} != {each.value for each in CONSENTABLE}:  # pragma: no cover
    raise AssertionError("ConsentPurpose and CONSENTABLE must list the same purposes.")
