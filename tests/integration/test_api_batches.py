"""Deliveries over HTTP: a steward's second signature, and where every value comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.trust.demo_issuer import Grant
from loaders import LoadRequest
from loaders.agreements import Agreement, Agreements, Terms
from loaders.approval import receive
from schema.access import Purpose, Role
from schema.datasets import DATASETS
from schema.periods import Period
from tests.integration.api_town import AUDITOR, CORE, SUPERVISOR, SUPPLIER, Town, town

REVIEW = """mutation ($input: ReviewBatchInput!) { reviewBatch(input: $input) {
  batch { id state uploadedBy reviewedBy remark publishedRun quality { completeness } }
  userErrors { code message } } }"""
BATCHES = """query ($state: BatchState) { batches(state: $state) { totalCount edges { node {
  id source dataset file state uploadedBy rowCount agreement outside allowed options } } } }"""
DESK = Purpose.OPERATIONS
ONE = Grant(Role.STEWARD, region="441283", subject="P:city:one")
OTHER = Grant(Role.STEWARD, region="441283", subject="P:city:other")


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    columns = frozenset(DATASETS["TRADEMARK"].columns)
    terms = Terms("A-1", "TRADEMARK", columns, Period(None, None), four_eyes=True)
    agreements = Agreements((Agreement("A-1", "协议", "MARKET_REGULATION", "甲", "", (terms,)),))
    monkeypatch.setattr("graph_service.service.read_agreements", lambda _: agreements)
    with town(tmp_path) as found:
        path = tmp_path / "trademarks.csv"
        path.write_text(f"record_id,party,name,awarded_on\nt1,E:{CORE},宏远,2020-01-01\n", encoding="utf-8")
        day = dt.date(2026, 1, 1)
        receive(found.service.reception, LoadRequest("TRADEMARK", path, as_of=day), "P:city:one")
        yield found


def waiting(served: Town, who: Grant = OTHER) -> list[dict[str, object]]:
    found = served.ask(BATCHES, who, DESK, state="PENDING").data["batches"]
    return [edge["node"] for edge in found["edges"]]


def test_s3_13_reviewbatch_publishes_with_a_second_steward_s_signature_only(served: Town) -> None:
    (batch,) = waiting(served)
    assert (batch["dataset"], batch["rowCount"], batch["agreement"]) == ("TRADEMARK", 1, "A-1")
    wish = {"batch": batch["id"], "decision": "APPROVE"}
    assert served.ask(REVIEW, ONE, DESK, input=wish).code == "FORBIDDEN"
    assert served.ask(REVIEW, AUDITOR, Purpose.SUPERVISION, input=wish).code == "FORBIDDEN"
    nameless = Grant(Role.STEWARD, region="441283")
    assert served.ask(REVIEW, nameless, DESK, input=wish).code == "FORBIDDEN"
    done = served.ask(REVIEW, OTHER, DESK, input=wish | {"remark": "checked"}).data["reviewBatch"]
    assert done["userErrors"] == []
    assert (done["batch"]["state"], done["batch"]["reviewedBy"]) == ("PUBLISHED", "P:city:other")
    assert done["batch"]["publishedRun"]
    assert waiting(served) == []
    again = served.ask(REVIEW, OTHER, DESK, input=wish).data["reviewBatch"]
    assert (again["batch"], again["userErrors"][0]["code"]) == (None, "CONFLICT")


def test_s3_13_a_batch_s_history_is_answered(served: Town) -> None:
    (batch,) = waiting(served)
    wish = {"batch": batch["id"], "decision": "REJECT", "remark": "wrong year"}
    served.ask(REVIEW, OTHER, DESK, input=wish)
    ask = """query ($batch: ID!) { batchHistory(batch: $batch) { at knownRun
             batch { state remark loaded unchanged quarantined warnings } } }"""
    steps = served.ask(ask, OTHER, DESK, batch=batch["id"]).data["batchHistory"]
    assert [(s["batch"]["state"], s["batch"]["remark"]) for s in steps] == [
        ("PENDING", ""),
        ("REJECTED", "wrong year"),
    ]
    assert steps[0]["batch"]["loaded"] is None
    assert served.ask(ask, SUPERVISOR, Purpose.SUPERVISION, batch=batch["id"]).code == "FORBIDDEN"


def test_s1_40_s1_44_county_obligations_and_quality_by_channel_are_answered(served: Town) -> None:
    told = served.ask(
        """query { countyObligations { county owed delivered missing(first: 1) { totalCount } }
          qualityByChannel { channel rows completeness validity uniqueness }
          dataFreshness(department: "POWER_GRID") { edges { node { source overdue } } } }""",
        SUPERVISOR,
        Purpose.SUPERVISION,
    ).data
    assert told["countyObligations"] == []
    assert {each["channel"] for each in told["qualityByChannel"]} <= {"COMMISSIONER", "WHOLE_VILLAGE"}
    assert told["dataFreshness"]["edges"][0]["node"] == {"source": "POWER_GRID", "overdue": True}


def test_s3_13_a_rejection_needs_its_reason(served: Town) -> None:
    (batch,) = waiting(served)
    wish = {"batch": batch["id"], "decision": "REJECT"}
    bare = served.ask(REVIEW, OTHER, DESK, input=wish).data["reviewBatch"]
    assert bare["userErrors"][0]["code"] == "BAD_USER_INPUT"
    done = served.ask(REVIEW, OTHER, DESK, input=wish | {"remark": "wrong year"}).data["reviewBatch"]
    assert done["batch"]["state"] == "REJECTED"


def test_s0_03_any_answer_s_enterprise_expands_to_its_provenance(served: Town) -> None:
    told = served.ask(
        """query ($code: Uscc!) { enterpriseByCode(code: $code) { name uscc provenance { name
           chosen { value source dataset batch recordId asOf file line sha256 } others { value } } } }""",
        None,
        code=CORE,
    ).data["enterpriseByCode"]
    by_name = {p["name"]: p["chosen"] for p in told["provenance"]}
    assert by_name["name"]["value"] == told["name"]
    assert by_name["uscc"]["value"] == told["uscc"] == CORE
    assert {(p["source"], p["dataset"], p["asOf"]) for p in by_name.values()} == {
        ("city", "enterprises", "2026-01-01")
    }
    assert by_name["name"]["recordId"] == f"city/enterprises@{by_name['name']['batch']}.2"


def test_s0_03_what_may_not_be_known_may_not_be_expanded_either(served: Town) -> None:
    ask = """query ($code: Uscc!, $at: DateTime) { enterpriseByCode(code: $code) { name
             provenance(knownAt: $at) { name } } }"""
    refused = served.ask(ask, None, code=CORE, at="2026-01-01T00:00:00Z")
    assert refused.code == "FORBIDDEN"
    assert refused.body["data"]["enterpriseByCode"]["provenance"] is None


def test_s3_02_s3_28_catalogue_freshness_obligations_and_coverage_are_answered(served: Town) -> None:
    told = served.ask(
        """query { dataCatalogue(status: UNASSIGNED) { totalCount edges { node { code suppliers { name } } } }
          dataFreshness(department: "MARKET_REGULATION") { edges { node { dataset overdue ageHours late
            lastBatch { state } } } }
          archiveCoverage(zone: "441283") { enterprises withFile rate missing(first: 1) { totalCount
            edges { node { graphId } } pageInfo { hasNextPage endCursor } } } }""",
        SUPERVISOR,
        Purpose.SUPERVISION,
    ).data
    assert [e["node"]["code"] for e in told["dataCatalogue"]["edges"]] == ["ENVIRONMENT", "WATER"]
    fresh = {e["node"]["dataset"]: e["node"] for e in told["dataFreshness"]["edges"]}
    assert (fresh["TRADEMARK"]["overdue"], fresh["TRADEMARK"]["lastBatch"]["state"]) == (False, "PENDING")
    assert (fresh["PENALTY"]["overdue"], fresh["PENALTY"]["lastBatch"]) == (True, None)
    missing = told["archiveCoverage"]["missing"]
    assert (told["archiveCoverage"]["rate"], missing["totalCount"]) == (0.0, 2)
    assert missing["pageInfo"]["hasNextPage"]
    after = missing["pageInfo"]["endCursor"]
    rest = served.ask(
        """query ($after: String) { archiveCoverage(zone: "441283") { missing(first: 1, after: $after) {
           edges { node { graphId } } } } }""",
        SUPERVISOR,
        Purpose.SUPERVISION,
        after=after,
    ).data["archiveCoverage"]["missing"]
    found = [*missing["edges"], *rest["edges"]]
    assert {e["node"]["graphId"] for e in found} == {f"E:{CORE}", f"E:{SUPPLIER}"}


def test_s4_13_a_list_is_counted_over_http(served: Town) -> None:
    told = served.ask(
        """query { listingCounts(kind: DISHONEST_DEBTOR, since: "2020-01-01", until: "2021-01-01") {
           casesListed subjectsListed casesRemoved subjectsLeft subjectsRemaining } }""",
        SUPERVISOR,
        Purpose.SUPERVISION,
    ).data["listingCounts"]
    assert set(told.values()) == {0}
