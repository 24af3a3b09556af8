"""Consent over HTTP: granted, seen, revoked at once, and logged for the subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.trust.demo_issuer import Grant
from schema.access import Purpose
from tests.integration.api_town import (
    BANK,
    FARMER_HIMSELF,
    HOUSEHOLD,
    LENDER,
    NEIGHBOUR_HIMSELF,
    NO_HOUSEHOLD,
    OTHER_LENDER,
    Answer,
    Town,
    town,
)

GRANT = """mutation ($input: GrantConsentInput!) { grantConsent(input: $input) {
  consent { id subject reader purpose validFrom validTo grantedAt revokedAt } userErrors { code message } } }"""
REVOKE = """mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) {
  consent { id revokedAt } userErrors { code message } } }"""
NODE = "query ($id: ID!) { node(id: $id) { graphId } }"
LOG = """query ($first: Int! = 20, $after: String) { myQueryLog(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } edges { node { at role org purpose operation decision code about } } } }"""
SELF = Purpose.SUBJECT_ACCESS


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as found:
        yield found


def grant(served: Town, who: Grant = FARMER_HIMSELF, **changed: Any) -> Any:
    wish = {
        "subject": HOUSEHOLD,
        "reader": f"E:{BANK}",
        "purpose": "LENDING",
        "idempotencyKey": "a-key-of-a-test",
        **changed,
    }
    return served.ask(GRANT, who, SELF, input=wish).data["grantConsent"]


def look(served: Town, who: Grant = LENDER, purpose: Purpose = Purpose.LENDING) -> Answer:
    return served.ask(NODE, who, purpose, id=HOUSEHOLD)


def test_consent_opens_a_household_to_that_reader_for_that_purpose_until_it_is_revoked(served: Town) -> None:
    before = look(served).raw
    granted = grant(served)
    assert granted["userErrors"] == []
    assert granted["consent"]["subject"] == HOUSEHOLD
    assert granted["consent"]["revokedAt"] is None
    assert look(served).data["node"]["graphId"] == HOUSEHOLD
    assert look(served, OTHER_LENDER).raw == before
    assert look(served, LENDER, Purpose.POST_LOAN).raw == before
    wish = {"consent": granted["consent"]["id"]}
    revoked = served.ask(REVOKE, FARMER_HIMSELF, SELF, input=wish).data["revokeConsent"]
    assert revoked["consent"]["revokedAt"]
    # The very next answer is refused, to the byte as before.
    assert look(served).raw == before
    again = served.ask(REVOKE, FARMER_HIMSELF, SELF, input=wish).data["revokeConsent"]
    assert again == revoked


def test_the_same_key_is_the_same_consent_and_with_other_content_a_conflict(served: Town) -> None:
    first = grant(served)
    assert grant(served) == first
    conflict = grant(served, purpose="POST_LOAN")
    assert conflict["consent"] is None
    assert [e["code"] for e in conflict["userErrors"]] == ["CONFLICT"]


@pytest.mark.parametrize(
    "changed",
    [{"reader": "E:city:nobody"}, {"validTo": "2020-01-01"}, {"idempotencyKey": "short"}],
)
def test_what_the_subject_can_repair_comes_back_in_the_payload(served: Town, changed: dict[str, str]) -> None:
    refused = grant(served, **changed)
    assert refused["consent"] is None
    assert [e["code"] for e in refused["userErrors"]] == ["BAD_USER_INPUT"]


def test_nobody_consents_for_another(served: Town) -> None:
    wish = {"subject": HOUSEHOLD, "reader": f"E:{BANK}", "purpose": "LENDING", "idempotencyKey": "12345678"}
    assert served.ask(GRANT, NEIGHBOUR_HIMSELF, SELF, input=wish).code == "FORBIDDEN"
    assert served.ask(GRANT, LENDER, Purpose.LENDING, input=wish).code == "FORBIDDEN"
    assert served.ask(GRANT, input=wish).code == "UNAUTHENTICATED"
    assert served.ask(GRANT, FARMER_HIMSELF, None, input=wish).code == "PURPOSE_REQUIRED"
    strange = served.ask(GRANT, FARMER_HIMSELF, SELF, input={**wish, "purpose": "FUN"})
    assert (strange.status, strange.code) == (400, "BAD_USER_INPUT")


def test_nobody_revokes_another_s_consent(served: Town) -> None:
    wish = {"consent": grant(served)["consent"]["id"]}
    refused = served.ask(REVOKE, NEIGHBOUR_HIMSELF, SELF, input=wish).data["revokeConsent"]
    assert [e["code"] for e in refused["userErrors"]] == ["NOT_FOUND"]
    assert look(served).data["node"]["graphId"] == HOUSEHOLD


def test_the_head_sees_every_query_about_his_household_refused_ones_included(served: Town) -> None:
    look(served)
    grant(served)
    look(served)
    log = served.ask(LOG, FARMER_HIMSELF, SELF).data["myQueryLog"]
    entries = [edge["node"] for edge in log["edges"]]
    by_lender = [(e["operation"], e["decision"], e["code"]) for e in entries if e["role"] == "LENDER"]
    assert by_lender == [("node", "ALLOWED", None), ("node", "DENIED", "NOT_FOUND")]
    assert {e["org"] for e in entries if e["role"] == "LENDER"} == {f"E:{BANK}"}
    assert log["totalCount"] is None
    assert served.ask(LOG, NEIGHBOUR_HIMSELF, SELF).data["myQueryLog"]["edges"] == []
    assert served.ask(LOG, LENDER, Purpose.LENDING).code == "FORBIDDEN"


def test_the_log_pages_without_losing_or_repeating(served: Town) -> None:
    for _ in range(5):
        look(served)
    seen, after = [], None
    while True:
        log = served.ask(LOG, FARMER_HIMSELF, SELF, first=2, after=after).data["myQueryLog"]
        seen += [e["node"]["at"] for e in log["edges"]]
        after = log["pageInfo"]["endCursor"]
        if not log["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert served.ask(LOG, FARMER_HIMSELF, SELF, after="x").code == "BAD_USER_INPUT"


def test_a_household_that_does_not_exist_looks_like_one_that_does_not_consent(served: Town) -> None:
    assert served.ask(NODE, LENDER, Purpose.LENDING, id=NO_HOUSEHOLD).raw == look(served).raw
