"""Every operation over real HTTP and a real embedded store: data for whom it is for, a typed refusal for the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.api.schema import core_schema
from graph_service.trust.demo_issuer import Grant
from schema.access import Purpose, Role
from tests.integration.api_town import (
    ANALYST,
    AUDITOR,
    BANK,
    CORE,
    ELSEWHERE,
    FARMER_HIMSELF,
    FARMER_ID,
    HOUSEHOLD,
    INTEGRATION,
    LENDER,
    OWNER_ID,
    PARTNER_ID,
    PROGRAMME,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

NODE = "query ($id: ID!) { node(id: $id) { __typename id graphId kinds } }"
BY_CODE = """query ($code: Uscc!) { enterpriseByCode(code: $code) {
  id graphId name kinds uscc status registeredCapital { fen currency } } }"""
SEARCH = """query ($text: String!, $first: Int! = 20, $after: String) { searchParties(text: $text, first: $first, after: $after) {
  totalCount truncated pageInfo { hasNextPage endCursor } edges { cursor node { __typename name graphId } } } }"""
TREE = """query ($id: ID!, $direction: Direction! = UP, $asOf: Date) {
  ownershipTree(id: $id, direction: $direction, asOf: $asOf) { truncated direction root { graphId }
  nodes { totalCount } holdings { edges { node { depth fact { id start end line run } properties { shareRatio } } } } } }"""
OWNERS = """query ($id: ID!) { beneficialOwners(id: $id) { decision citation owners { edges { node {
  party { graphId } decision standards walks findings { standard answer least most chains { weight facts { id } } } } } }
  controllers { parties { graphId } rules } } }"""
CHAIN = """query ($id: ID!) { guaranteeChain(id: $id) { loanCount loansWithoutAmount loanSum { fen currency }
  reached { totalCount edges { node { depth through party { graphId } facts { relationship } } } } } }"""
NAMED = """query ($id: String!) { namedQuery(name: "guarantee_chain", params: {id: $id}) {
  columns truncated rows { edges { node { cells } } } } }"""
FACT = """query ($id: String!) { fact(id: $id) { relationship start end source dataset file sha256 line asOf
  recordedAt publishedAt validFrom validTo } }"""

LENDING, SUPERVISION, STATISTICS = Purpose.LENDING, Purpose.SUPERVISION, Purpose.STATISTICS
SELF = Purpose.SUBJECT_ACCESS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as found:
        yield found


def tree(served: Town, **variables: Any) -> Any:
    return served.ask(TREE, SUPERVISOR, SUPERVISION, **variables).data["ownershipTree"]


def test_every_operation_is_in_the_closed_list_of_the_policy(served: Town) -> None:
    schema = core_schema()
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    served_here = {*schema.query_type.fields, *schema.mutation_type.fields}
    assert served_here <= served.service.rooms.policy.operations


def test_the_public_finds_an_enterprise_by_its_code_and_gets_an_id_that_every_argument_takes(
    served: Town,
) -> None:
    found = served.ask(BY_CODE, code=CORE.lower()).data["enterpriseByCode"]
    assert found["graphId"] == f"E:{CORE}"
    assert found["uscc"] == CORE
    assert found["kinds"] == ["Enterprise"]
    assert found["registeredCapital"] is None
    for either in (found["id"], found["graphId"]):
        assert served.ask(NODE, id=either).data["node"]["id"] == found["id"]
        assert tree(served, id=either)["root"]["graphId"] == f"E:{CORE}"


def test_a_code_that_no_enterprise_has_is_not_found_and_a_wrong_one_says_why(served: Town) -> None:
    assert served.ask(BY_CODE, code="91310000MA1FL5RX2E").code in ("NOT_FOUND", "BAD_USER_INPUT")
    wrong = served.ask(BY_CODE, code="123")
    assert (wrong.status, wrong.code) == (400, "BAD_USER_INPUT")
    assert "18 characters" in wrong.message


def test_search_pages_through_everything_once(served: Town) -> None:
    names, after = [], None
    for _ in range(10):
        found = served.ask(SEARCH, text="某市", first=3, after=after).data["searchParties"]
        names += [edge["node"]["name"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert found["totalCount"] == len(names) == len(set(names)) == 4
    assert found["truncated"] is False


def test_the_tree_shows_each_holding_with_its_fact(served: Town) -> None:
    found = tree(served, id=f"E:{SUPPLIER}")
    edges = [edge["node"] for edge in found["holdings"]["edges"]]
    assert [(e["fact"]["start"], e["depth"], e["properties"]["shareRatio"]) for e in edges] == [
        (f"E:{CORE}", 1, 1.0),
        (OWNER_ID, 2, 0.7),
        (PARTNER_ID, 2, 0.3),
    ]
    assert found["nodes"]["totalCount"] == 4
    assert not found["truncated"]
    down = tree(served, id=f"E:{CORE}", direction="DOWN")
    assert down["direction"] == "DOWN"
    assert [edge["node"]["fact"]["end"] for edge in down["holdings"]["edges"]] == [f"E:{SUPPLIER}"]


def test_a_fact_leads_to_the_row_of_the_file(served: Town) -> None:
    fact = tree(served, id=f"E:{SUPPLIER}")["holdings"]["edges"][0]["node"]["fact"]
    row = served.ask(FACT, LENDER, LENDING, id=fact["id"]).data["fact"]
    assert (row["source"], row["dataset"], row["file"], row["line"]) == (
        "city",
        "shareholdings",
        "shareholdings.csv",
        4,
    )
    assert len(row["sha256"]) == 64
    assert (row["asOf"], row["validFrom"], row["validTo"]) == ("2026-01-01", "2021-01-01", None)
    assert row["recordedAt"].endswith("Z")
    assert served.ask(FACT, LENDER, LENDING, id="0" * 16 + "@1").code == "NOT_FOUND"
    assert served.ask(FACT, LENDER, LENDING, id="1").code == "BAD_USER_INPUT"


def test_before_the_shares_were_held_nobody_holds_them(served: Town) -> None:
    assert tree(served, id=f"E:{SUPPLIER}", asOf="2020-12-31")["holdings"]["edges"] == []


def test_beneficial_owners_come_with_shares_chains_and_citation(served: Town) -> None:
    found = served.ask(OWNERS, SUPERVISOR, SUPERVISION, id=f"E:{SUPPLIER}").data["beneficialOwners"]
    owners = [edge["node"] for edge in found["owners"]["edges"]]
    assert found["decision"] == "YES"
    assert "第六条" in found["citation"]
    assert [(o["party"]["graphId"], o["walks"], o["standards"]) for o in owners] == [
        (OWNER_ID, pytest.approx(0.7), [1]),
        (PARTNER_ID, pytest.approx(0.3), [1]),
    ]
    assert all(len(f["chains"][0]["facts"]) == 2 for o in owners for f in o["findings"])
    assert found["controllers"][0]["parties"] == [{"graphId": OWNER_ID}]


def test_a_guarantee_chain_counts_what_the_caller_may_see(served: Town) -> None:
    (reached,) = served.ask(CHAIN, LENDER, LENDING, id=f"E:{CORE}").data["guaranteeChain"]["reached"]["edges"]
    assert reached["node"]["party"]["graphId"] == f"E:{SUPPLIER}"
    assert [f["relationship"] for f in reached["node"]["facts"]] == ["GUARANTOR", "BENEFICIARY"]
    own = served.ask(CHAIN, INTEGRATION, LENDING, id=f"E:{CORE}").data["guaranteeChain"]
    other = served.ask(CHAIN, ANALYST, STATISTICS, id=f"E:{CORE}").data["guaranteeChain"]
    assert (own["reached"]["totalCount"], other["reached"]["totalCount"]) == (1, 1)
    # What the supplier owes its bank is that bank's own.
    assert other["loanSum"] == {"fen": "0", "currency": "CNY"}


def test_a_named_query_answers_with_columns_and_rows(served: Town) -> None:
    found = served.ask(NAMED, ANALYST, STATISTICS, id=f"E:{CORE}").data["namedQuery"]
    assert found["columns"] == ["id", "depth", "loan_count", "loan_sum_fen"]
    assert [edge["node"]["cells"] for edge in found["rows"]["edges"]] == [[f"E:{SUPPLIER}", 1, 0, 0]]
    refused = served.ask(
        '{ namedQuery(name: "guarantee_chain", params: {audiences: ["POLICE"]}) { columns } }',
        ANALYST,
        STATISTICS,
    )
    assert refused.code == "BAD_USER_INPUT"


def test_a_query_of_the_catalogue_is_answered_and_an_unknown_one_is_not_found(served: Town) -> None:
    unknown = served.ask('{ namedQuery(name: "no_such_query") { columns } }', ANALYST, STATISTICS)
    assert unknown.code in ("NOT_FOUND", "BAD_USER_INPUT")
    writes = served.ask(
        '{ namedQuery(name: "authorization", params: {id: "x"}) { columns } }', ANALYST, STATISTICS
    )
    assert writes.code == "NOT_FOUND"


def test_me_says_who_the_caller_is_here(served: Town) -> None:
    text = "{ me { role org region subject purpose purposes parties } }"
    anonymous = served.ask(text).data["me"]
    assert (anonymous["role"], anonymous["purposes"], anonymous["parties"]) == ("PUBLIC", [], [])
    farmer = served.ask(text, FARMER_HIMSELF, SELF).data["me"]
    assert farmer["parties"] == [FARMER_ID, HOUSEHOLD]
    lender = served.ask(text, LENDER, LENDING).data["me"]
    assert (lender["org"], lender["purposes"]) == (f"E:{BANK}", ["LENDING", "POST_LOAN"])


def test_one_refused_field_leaves_its_neighbours(served: Town) -> None:
    answer = served.ask(
        '{ a: searchParties(text: "某市") { totalCount } b: searchParties(text: "某") { totalCount } }'
    )
    assert answer.status == 200
    assert answer.body["data"] == {"a": {"totalCount": 4}, "b": None}
    assert answer.body["errors"][0]["path"] == ["b"]
    assert answer.code == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("text", "who", "purpose"),
    [
        (OWNERS, None, None),
        (CHAIN, None, None),
        (NAMED, None, None),
    ],
)
def test_without_a_token_what_is_not_public_asks_for_one(
    served: Town, text: str, who: Grant | None, purpose: Purpose | None
) -> None:
    assert served.ask(text, who, purpose, id=f"E:{CORE}").code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("text", "who", "purpose"),
    [
        (TREE, FARMER_HIMSELF, SELF),
        (OWNERS, FARMER_HIMSELF, SELF),
        (CHAIN, FARMER_HIMSELF, SELF),
        (NAMED, LENDER, LENDING),
        (NAMED, FARMER_HIMSELF, SELF),
    ],
)
def test_a_wrong_role_is_forbidden(served: Town, text: str, who: Grant, purpose: Purpose) -> None:
    assert served.ask(text, who, purpose, id=f"E:{CORE}").code == "FORBIDDEN"


@pytest.mark.parametrize("purpose", [None, SELF])
def test_no_purpose_or_a_foreign_one_is_refused(served: Town, purpose: Purpose | None) -> None:
    assert served.ask(CHAIN, LENDER, purpose, id=f"E:{CORE}").code == "PURPOSE_REQUIRED"


def test_what_was_known_is_for_supervisors_and_auditors(served: Town) -> None:
    text = """query ($id: ID!) { ownershipTree(id: $id, knownAt: "2020-01-01T00:00:00Z") { truncated } }"""
    assert served.ask(text, LENDER, LENDING, id=f"E:{CORE}").code == "FORBIDDEN"
    # Nothing had been loaded then.
    assert served.ask(text, SUPERVISOR, SUPERVISION, id=f"E:{CORE}").code == "NOT_FOUND"
    assert served.ask(text, AUDITOR, SUPERVISION, id=f"E:{CORE}").code == "NOT_FOUND"


def test_another_region_s_enterprise_does_not_exist(served: Town) -> None:
    there, nowhere = (
        served.ask(OWNERS, ELSEWHERE, SUPERVISION, id=each) for each in (f"E:{CORE}", "E:city:x")
    )
    assert there.code == "NOT_FOUND"
    assert there.raw == nowhere.raw


@pytest.mark.parametrize("hidden", [HOUSEHOLD, "H:city:h404"])
def test_a_household_does_not_exist_for_a_stranger(served: Town, hidden: str) -> None:
    expected = served.ask(NODE, LENDER, LENDING, id="H:city:nobody").raw
    assert served.ask(NODE, LENDER, LENDING, id=hidden).raw == expected
    assert served.ask(NODE, FARMER_HIMSELF, SELF, id=HOUSEHOLD).data["node"]["__typename"] == "Household"


def test_things_that_are_no_parties_are_reached_by_their_opaque_id(served: Town) -> None:
    from graph_service.api.ids import global_id

    opaque = global_id("ChainProgram", PROGRAMME)
    found = served.ask(
        "query ($id: ID!) { node(id: $id) { graphId ... on ChainProgram { name cap { fen } allocation } } }",
        LENDER,
        LENDING,
        id=opaque,
    )
    assert found.data["node"] == {
        "graphId": PROGRAMME,
        "name": "宏远整链授信",
        "cap": {"fen": "10000000000"},
        "allocation": "PRO_RATA",
    }
    assert served.ask(NODE, id=opaque).code == "NOT_FOUND"
    assert served.ask(NODE, id=PROGRAMME).code == "BAD_USER_INPUT"


def test_integration_may_take_larger_pages(served: Town) -> None:
    assert served.ask(SEARCH, INTEGRATION, LENDING, text="某市", first=10_000).data["searchParties"]
    assert served.ask(SEARCH, LENDER, LENDING, text="某市", first=101).code == "BAD_USER_INPUT"
    assert served.ask(SEARCH, LENDER, LENDING, text="某市", first=0).code == "BAD_USER_INPUT"


def test_a_page_too_dear_for_the_public_is_refused_before_anything_is_computed(served: Town) -> None:
    text = " ".join(
        f'a{n}: searchParties(text: "某市", first: 100) {{ edges {{ node {{ name id }} }} }}'
        for n in range(15)
    )
    refused = served.ask("{ " + text + " }")
    assert (refused.status, refused.code) == (400, "QUERY_TOO_EXPENSIVE")
    assert Role.PUBLIC in refused.message
