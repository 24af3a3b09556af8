"""The mutations: what a subject may change about itself, and what a steward signs."""

from __future__ import annotations

import strawberry

from graph_service.api.batches import ReviewBatchInput, ReviewBatchPayload, review
from graph_service.api.consent import ConsentPayload, GrantConsentInput, RevokeConsentInput, grant, revoke
from graph_service.api.identity_queries import IdentityMutations
from graph_service.api.operations import Supplied, mutation


@strawberry.type(description="What may be changed 变更.")
class Mutation(IdentityMutations):
    """Each field is one audited operation."""

    grant_consent: ConsentPayload | None = mutation(
        "grantConsent",
        grant,
        ConsentPayload | None,
        "[platform] Open oneself, or a household that one heads, to a reader 授权.",
        GrantConsentInput,
    )
    revoke_consent: ConsentPayload | None = mutation(
        "revokeConsent",
        revoke,
        ConsentPayload | None,
        "[platform] End a consent: the very next answer is refused 撤回授权.",
        RevokeConsentInput,
    )
    review_batch: ReviewBatchPayload | None = mutation(
        "reviewBatch",
        review,
        ReviewBatchPayload | None,
        "[data] Sign a waiting batch, which publishes it, or turn it away; never one's own 批次审核.",
        ReviewBatchInput,
        Supplied(lambda caller: caller.service.reception),
    )
