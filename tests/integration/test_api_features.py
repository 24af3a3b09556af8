"""Risk features over HTTP: values, what they are made of, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from schema.access import Purpose
from tests.integration.api_town import (
    ANALYST,
    AUDITOR,
    CORE,
    FARMER_HIMSELF,
    FILES,
    INTEGRATION,
    LENDER,
    OWNER,
    SUPERVISOR,
    SUPPLIER,
    Answer,
    Town,
    town,
)

if TYPE_CHECKING:
    from graph_service.trust.demo_issuer import Grant

DAY = "2026-11-22"
MORE = {
    "penalties": [
        "record_id,party,document_no,category,domain,severity,decided_on,amount_fen,authority,repaired_on",
        f"p1,E:{SUPPLIER},某罚1号,罚款,FOOD,SERIOUS,2026-11-01,500000,某局,",
        f"p2,E:{SUPPLIER},某罚2号,罚款,FIRE,MINOR,2025-01-01,100000,某局,2025-03-01",
    ],
    "list_memberships": [
        "record_id,party,list_kind,document_no,authority,listed_on,removed_on",
        f"n1,P:{OWNER},DISHONEST_DEBTOR,(2026)某执1号,某区人民法院,2026-11-20,",
    ],
}
VALUES = """
query ($id: ID!, $codes: [String!], $family: String, $first: Int! = 20, $after: String) {
  riskFeatures(id: $id, codes: $codes, family: $family, first: $first, after: $after, asOf: "2026-11-22") {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      feature { code zh en expr source windowDays scope unit version sample }
      state value amount { fen }
      facts(first: 100) { totalCount edges { node { id relationship start end } } }
    } }
  }
}
"""
CATALOGUE = """
query ($family: String, $first: Int! = 20, $after: String) {
  riskFeatureCatalogue(family: $family, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { code zh en unit sample } }
  }
}
"""


@pytest.fixture(scope="module")
def risky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("features"), FILES | MORE) as running:
        yield running


def values(risky: Town, who: Grant, purpose: Purpose, party: str, *codes: str) -> dict[str, Any]:
    answer = risky.ask(VALUES, who, purpose, id=party, codes=list(codes))
    return {e["node"]["feature"]["code"]: e["node"] for e in answer.data["riskFeatures"]["edges"]}


def test_s1_07_values_come_with_units_windows_versions_and_facts(risky: Town) -> None:
    found = values(
        risky,
        SUPERVISOR,
        Purpose.SUPERVISION,
        f"E:{SUPPLIER}",
        "penalty.all.count.365d.self",
        "penalty.all.sum_fine.self",
        "penalty.all.days_since_last.self",
        "listing.live_defaulter.members.owners",
    )
    counted = found["penalty.all.count.365d.self"]
    assert (counted["state"], counted["value"], counted["amount"]) == ("VALUE", 1.0, None)
    assert counted["feature"]["windowDays"] == 365
    assert counted["feature"]["sample"]
    assert counted["feature"]["zh"] == "近365日行政处罚次数"
    assert counted["facts"]["totalCount"] == 1
    summed = found["penalty.all.sum_fine.self"]
    assert (summed["value"], summed["amount"]["fen"]) == (None, "600000")
    assert found["penalty.all.days_since_last.self"]["value"] == 21.0
    # 70 % of the core, which holds all of the supplier: the owner stands behind it.
    behind = found["listing.live_defaulter.members.owners"]
    assert behind["value"] == 1.0
    assert {e["node"]["relationship"] for e in behind["facts"]["edges"]} == {"OWNS", "SUBJECT_OF"}
    fact = behind["facts"]["edges"][0]["node"]["id"]
    row = risky.ask(
        "query ($id: String!) { fact(id: $id) { line file } }", SUPERVISOR, Purpose.SUPERVISION, id=fact
    )
    assert row.data["fact"]["line"] >= 2


def test_what_a_caller_may_not_see_is_unknown_to_him(risky: Town) -> None:
    codes = ("application.all.count.365d.self", "guarantee_received.all.count.self", "penalty.all.count.self")
    lender = values(risky, LENDER, Purpose.LENDING, f"E:{SUPPLIER}", *codes)
    assert [lender[code]["value"] for code in codes] == [1.0, 1.0, 2.0]
    supervisor = values(risky, SUPERVISOR, Purpose.SUPERVISION, f"E:{SUPPLIER}", *codes)
    assert [supervisor[code]["state"] for code in codes] == ["UNKNOWN", "VALUE", "VALUE"]
    assert supervisor[codes[0]]["facts"]["totalCount"] == 0
    statistics = values(risky, INTEGRATION, Purpose.STATISTICS, f"E:{SUPPLIER}", *codes)
    assert statistics[codes[1]]["state"] == "UNKNOWN"


def test_nothing_to_measure_is_told_apart_from_unknown(risky: Town) -> None:
    codes = ("penalty.all.days_since_last.self", "statement.all.latest_sales.self", "penalty.all.count.self")
    core = values(risky, AUDITOR, Purpose.SUPERVISION, f"E:{CORE}", *codes)
    assert [core[code]["state"] for code in codes] == ["NOTHING", "UNKNOWN", "VALUE"]
    assert core[codes[2]]["value"] == 0.0


def test_a_family_is_paged_to_its_end(risky: Town) -> None:
    seen: list[str] = []
    after, total = None, None
    while True:
        answer = risky.ask(
            CATALOGUE, ANALYST, Purpose.STATISTICS, family="supply_in", first=30, after=after
        ).data["riskFeatureCatalogue"]
        seen += [e["node"]["code"] for e in answer["edges"]]
        total, after = answer["totalCount"], answer["pageInfo"]["endCursor"]
        if not answer["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == total
    page = risky.ask(
        VALUES, SUPERVISOR, Purpose.SUPERVISION, id=f"E:{CORE}", family="supply_in", first=30
    ).data["riskFeatures"]
    assert [e["node"]["feature"]["code"] for e in page["edges"]] == seen[:30]
    assert page["totalCount"] == total


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"codes": ["penalty.none"]}, "There is no feature"),
        ({"codes": []}, "Give 1 to 1000 codes"),
        ({"family": "weather"}, "There is no such family"),
        ({"codes": ["penalty.all.count.self"], "family": "penalty"}, "either codes or a family"),
        ({"first": 101}, "`first`"),
    ],
)
def test_a_wrong_wish_is_refused(risky: Town, variables: dict[str, Any], said: str) -> None:
    answer = risky.ask(VALUES, SUPERVISOR, Purpose.SUPERVISION, id=f"E:{CORE}", **variables)
    assert answer.code == "BAD_USER_INPUT"
    assert said in answer.message


def test_a_subject_may_not_score_others(risky: Town) -> None:
    answer: Answer = risky.ask(VALUES, FARMER_HIMSELF, Purpose.SUBJECT_ACCESS, id=f"E:{CORE}")
    assert answer.code == "FORBIDDEN"


def test_an_enterprise_elsewhere_is_not_found(risky: Town) -> None:
    answer = risky.ask(VALUES, SUPERVISOR, Purpose.SUPERVISION, id="E:91330000X00000000X")
    assert answer.code == "NOT_FOUND"
