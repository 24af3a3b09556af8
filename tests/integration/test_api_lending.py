"""The lender's question over HTTP: may this farm household borrow under that core enterprise, how much, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.api.ids import global_id
from graph_service.trust.demo_issuer import Grant
from schema.access import Purpose, Role
from tests.integration.api_town import (
    BANK,
    CORE,
    FARMER_HIMSELF,
    HOUSEHOLD,
    INTEGRATION,
    LENDER,
    NEIGHBOUR_HIMSELF,
    NO_HOUSEHOLD,
    OTHER_LENDER,
    PROGRAMME,
    SECOND_HOUSEHOLD,
    SUPERVISOR,
    SUPPLIER,
    Answer,
    Town,
    town,
)

# The day is pinned: claims fall due. Consent is about the moment of asking and never pinned.
DECIDE = """query ($programme: ID!, $member: ID!) {
  chainCreditEligibility(programme: $programme, member: $member, asOf: "2026-11-20") {
    member { graphId } core { graphId } bank { graphId } rulebooks knownRun
    decision {
      decision tier standaloneLimit { fen currency } bindingTerm allocatedLimit { fen } supply regime
      terms { key status value { fen } inputs { name value } facts { id } citation supply }
      findings { outcome inputs { name value } evidence { id }
        rule { id version condition effect citation zh en } }
      claims { totalCount edges { node { id debtor kind outcome amount { fen } advanceRatio finance { fen }
        reasons { outcome } facts { id } } } }
      path { id } requiredAtApproval { key zh en } refusals { rule { id } } flags { rule { id } }
    } } }"""
ALL = """query ($id: ID!) { chainProgram(id: $id, asOf: "2026-11-20") {
  programme { graphId ... on ChainProgram { name cap { fen } } } core { graphId name } bank { graphId }
  participants { edges { node { tier party { graphId } } } }
  decision { day bank members { edges { node { member decision standaloneLimit { fen } allocatedLimit { fen } } } }
    pool { available { fen } allocated { fen } coreDraw { fen } core { key value { fen } } } rulebooks } } }"""
GRANT = """mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { consent { id } userErrors { code } } }"""
REVOKE = """mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { userErrors { code } } }"""
LOG = "{ myQueryLog(first: 1) { edges { node { operation decision code role org about } } } }"
FACT = """query ($id: String!) { fact(id: $id) { file line } }"""
SELF, LENDING = Purpose.SUBJECT_ACCESS, Purpose.LENDING


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as found:
        yield found


def decide(served: Town, member: str = HOUSEHOLD, who: Grant = LENDER, purpose: Purpose = LENDING) -> Answer:
    return served.ask(DECIDE, who, purpose, programme=PROGRAMME, member=member)


def consent(served: Town, household: str = HOUSEHOLD, who: Grant = FARMER_HIMSELF) -> str:
    wish = {
        "subject": household,
        "reader": f"E:{BANK}",
        "purpose": "LENDING",
        "idempotencyKey": "a-key-of-a-test",
    }
    granted = served.ask(GRANT, who, SELF, input=wish).data["grantConsent"]
    assert granted["userErrors"] == []
    return str(granted["consent"]["id"])


def test_without_consent_the_answer_is_to_the_byte_that_for_a_household_that_does_not_exist(
    served: Town,
) -> None:
    refused, absent = decide(served), decide(served, NO_HOUSEHOLD)
    assert refused.code == "CONSENT_REQUIRED"
    assert refused.raw == absent.raw
    assert HOUSEHOLD not in refused.raw.decode()
    for other in (SECOND_HOUSEHOLD, global_id("Household", HOUSEHOLD), global_id("Household", NO_HOUSEHOLD)):
        assert decide(served, other).raw == refused.raw
    # The same holds for everybody who may ask for the bank, and for an enterprise that has not consented.
    assert decide(served, who=INTEGRATION).raw == refused.raw
    assert decide(served, f"E:{SUPPLIER}").raw == decide(served, "E:city:nobody").raw == refused.raw


@pytest.mark.parametrize("header", ["content-length", "content-type", "vary", "cache-control"])
def test_no_header_tells_the_two_apart_either(served: Town, header: str) -> None:
    token = served.token(LENDER)
    values = []
    for member in (HOUSEHOLD, NO_HOUSEHOLD):
        body = {"query": DECIDE, "variables": {"programme": PROGRAMME, "member": member}}
        headers = {"authorization": f"Bearer {token}", "x-purpose": "LENDING"}
        response = served.client.post("/graphql", json=body, headers=headers)
        values.append((response.status_code, response.headers.get(header), sorted(response.headers)))
    assert values[0] == values[1]


def test_s1_49_with_consent_the_lender_gets_limit_terms_rules_and_facts(served: Town) -> None:
    consent(served)
    found = decide(served).data["chainCreditEligibility"]
    decision = found["decision"]
    assert (found["member"]["graphId"], found["core"]["graphId"]) == (HOUSEHOLD, f"E:{CORE}")
    assert (decision["decision"], decision["tier"]) == ("ELIGIBLE", 1)
    # 10,000 yuan of confirmed receivables, 70 % advanced: less than what a household of 10 mu of rice may need.
    assert decision["standaloneLimit"] == {"fen": "700000", "currency": "CNY"}
    assert decision["bindingTerm"] == "claims"
    assert decision["allocatedLimit"] is None
    assert [t["key"] for t in decision["terms"]] == [
        "claims",
        "core",
        "group",
        "need",
        "product",
        "programme",
    ]
    known = [int(t["value"]["fen"]) for t in decision["terms"] if t["value"]]
    assert min(known) == 700_000
    assert all(t["citation"] for t in decision["terms"])
    assert all(f["rule"]["citation"] and f["rule"]["zh"] and f["rule"]["en"] for f in decision["findings"])
    assert decision["refusals"] == []
    assert [c["key"] for c in decision["requiredAtApproval"]] == ["PBOC", "SOCIAL", "GOV"]
    (claim,) = [edge["node"] for edge in decision["claims"]["edges"]]
    assert (claim["kind"], claim["outcome"], claim["finance"]["fen"]) == ("RECEIVABLE", "ELIGIBLE", "700000")
    assert found["rulebooks"]


def test_the_facts_of_a_decision_lead_to_rows_of_files(served: Town) -> None:
    consent(served)
    decision = decide(served).data["chainCreditEligibility"]["decision"]
    facts = {f["id"] for t in decision["terms"] for f in t["facts"]} | {f["id"] for f in decision["path"]}
    rows = {_row(served, fact) for fact in facts}
    assert ("receivables.csv", 2) in rows
    assert ("supplies.csv", 2) in rows
    assert ("bank_capital.csv", 2) in rows


def _row(served: Town, fact: str) -> tuple[str, int]:
    row = served.ask(FACT, LENDER, LENDING, id=fact).data["fact"]
    return row["file"], row["line"]


def test_after_revocation_the_very_next_answer_is_refused_and_the_household_sees_it_all(served: Town) -> None:
    before = decide(served).raw
    authorization = consent(served)
    assert decide(served).data["chainCreditEligibility"]["decision"]["decision"] == "ELIGIBLE"
    assert _last(served) == ("chainCreditEligibility", "ALLOWED", None, "LENDER", f"E:{BANK}", HOUSEHOLD)
    revoked = served.ask(REVOKE, FARMER_HIMSELF, SELF, input={"consent": authorization})
    assert revoked.data["revokeConsent"]["userErrors"] == []
    assert decide(served).raw == before
    assert _last(served)[:3] == ("chainCreditEligibility", "DENIED", "CONSENT_REQUIRED")


def _last(served: Town) -> tuple[Any, ...]:
    (edge,) = served.ask(LOG, FARMER_HIMSELF, SELF).data["myQueryLog"]["edges"]
    return tuple(edge["node"][name] for name in ("operation", "decision", "code", "role", "org", "about"))


def test_a_programme_is_decided_for_its_own_bank_and_names_only_who_has_consented(served: Town) -> None:
    consent(served)
    found = served.ask(ALL, LENDER, LENDING, id=PROGRAMME)
    decision = found.data["chainProgram"]["decision"]
    members = [edge["node"] for edge in decision["members"]["edges"]]
    assert [(m["member"], m["decision"], m["allocatedLimit"]) for m in members] == [
        (HOUSEHOLD, "ELIGIBLE", {"fen": "700000"})
    ]
    assert int(decision["pool"]["allocated"]["fen"]) <= int(decision["pool"]["available"]["fen"])
    assert SECOND_HOUSEHOLD not in found.raw.decode()
    consent(served, SECOND_HOUSEHOLD, NEIGHBOUR_HIMSELF)
    both = served.ask(ALL, LENDER, LENDING, id=PROGRAMME).data["chainProgram"]["decision"]
    assert [edge["node"]["member"] for edge in both["members"]["edges"]] == [HOUSEHOLD, SECOND_HOUSEHOLD]


def test_others_see_a_programme_without_its_decisions(served: Town) -> None:
    found = served.ask(ALL, SUPERVISOR, Purpose.SUPERVISION, id=global_id("ChainProgram", PROGRAMME))
    assert found.data["chainProgram"]["decision"] is None
    assert found.data["chainProgram"]["programme"]["cap"] == {"fen": "10000000000"}
    assert served.ask(ALL, OTHER_LENDER, LENDING, id=PROGRAMME).data["chainProgram"]["decision"] is None
    assert served.ask(ALL, id=PROGRAMME).code == "UNAUTHENTICATED"
    assert served.ask(ALL, LENDER, LENDING, id="city:g404").code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        (OTHER_LENDER, LENDING, "FORBIDDEN"),
        (SUPERVISOR, Purpose.SUPERVISION, "FORBIDDEN"),
        (FARMER_HIMSELF, SELF, "FORBIDDEN"),
        (LENDER, None, "PURPOSE_REQUIRED"),
        (Grant(Role.LENDER, org="E:city:nobody"), LENDING, "FORBIDDEN"),
        (None, None, "UNAUTHENTICATED"),
    ],
)
def test_only_the_bank_that_runs_the_programme_gets_a_decision(
    served: Town, who: Grant | None, purpose: Purpose | None, code: str
) -> None:
    consent(served)
    refused = served.ask(DECIDE, who, purpose, programme=PROGRAMME, member=HOUSEHOLD)
    assert refused.code == code
    assert refused.raw == served.ask(DECIDE, who, purpose, programme=PROGRAMME, member=NO_HOUSEHOLD).raw


def test_the_opaque_id_of_something_else_is_bad_input(served: Town) -> None:
    wrong = served.ask(DECIDE, LENDER, LENDING, programme=global_id("Household", HOUSEHOLD), member=HOUSEHOLD)
    assert wrong.code == "BAD_USER_INPUT"
    assert "a ChainProgram is needed" in wrong.message
