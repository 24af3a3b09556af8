"""The four answers, close links and cross-holdings over HTTP, for those who may ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema.access import Purpose
from tests.integration.api_town import (
    BANK,
    CORE,
    ELSEWHERE,
    LENDER,
    OWNER_ID,
    PARTNER_ID,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

NUMBERS = """query ($id: ID!, $holder: ID, $floor: Float! = 0.05, $asOf: Date) {
  ownershipNumbers(id: $id, holder: $holder, floor: $floor, asOf: $asOf) {
    converged residual noPowerBecause controlRule citations holders { totalCount edges { node {
      parties { graphId } direct walks corrected simple straddles atBoundary votes controls channel closeLink power
      controlFacts { id relationship } chains { weight facts { id } } } } } } }"""
LINKS = """query ($id: ID!) { closeLinks(id: $id) { converged citation links { edges { node {
  kind answer share other { graphId } common { graphId } chains { facts { id start end } } } } } } }"""
CROSS = """{ crossHoldings(first: 5) { totalCount edges { node { kind
  members { edges { node { treasury party { graphId } } } } facts { edges { node { id } } } } } } }"""

SUPERVISION = Purpose.SUPERVISION


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as found:
        yield found


def numbers(served: Town, **variables: object) -> dict:
    found = served.ask(NUMBERS, SUPERVISOR, SUPERVISION, **variables).data["ownershipNumbers"]
    holders = (edge["node"] for edge in found["holders"]["edges"])
    return {tuple(p["graphId"] for p in h["parties"]): h for h in holders}


def test_four_answers_stand_side_by_side_with_their_facts(served: Town) -> None:
    found = numbers(served, id=f"E:{SUPPLIER}")
    owner, core, partner = (found[(i,)] for i in (OWNER_ID, f"E:{CORE}", PARTNER_ID))
    assert (owner["walks"], owner["direct"], owner["simple"]) == (pytest.approx(0.7), 0, pytest.approx(0.7))
    assert (owner["controls"], owner["channel"], owner["closeLink"], owner["power"]) == ("YES", "votes", "YES", 1.0)  # fmt: skip
    assert len(owner["controlFacts"]) == len(owner["chains"][0]["facts"]) == 2
    assert (partner["walks"], partner["controls"], partner["power"]) == (pytest.approx(0.3), "NO", 0.0)
    assert (core["direct"], core["controls"], core["power"]) == (1.0, "YES", 0.0)  # it decides for its owner


def test_one_pair_and_a_day_before_it_held(served: Town) -> None:
    asked = {"id": f"E:{SUPPLIER}", "holder": PARTNER_ID}
    assert list(numbers(served, **asked)) == [(PARTNER_ID,)]
    assert numbers(served, **asked, asOf="2020-12-31") == {}  # the core did not hold the supplier yet
    refused = served.ask(NUMBERS, SUPERVISOR, SUPERVISION, id=f"E:{SUPPLIER}", floor=1.5)
    assert refused.code == "BAD_USER_INPUT"
    assert served.ask(NUMBERS, SUPERVISOR, SUPERVISION, id="E:none").code == "NOT_FOUND"


def test_close_links_run_both_ways(served: Town) -> None:
    found = served.ask(LINKS, SUPERVISOR, SUPERVISION, id=f"E:{CORE}").data["closeLinks"]
    links = [edge["node"] for edge in found["links"]["edges"]]
    said = [(link["kind"], link["other"]["graphId"], link["answer"]) for link in links]
    assert said[:3] == [
        ("HELD_BY", OWNER_ID, "YES"),
        ("HELD_BY", PARTNER_ID, "YES"),
        ("HOLDS", f"E:{SUPPLIER}", "YES"),
    ]
    assert {link["common"]["graphId"] for link in links[3:]} == {OWNER_ID, PARTNER_ID}
    assert found["converged"]
    assert links[2]["chains"][0]["facts"][0]["end"] == f"E:{SUPPLIER}"


def test_cross_holdings_are_for_supervisors(served: Town) -> None:
    assert served.ask(CROSS, SUPERVISOR, SUPERVISION).data["crossHoldings"] == {"totalCount": 0, "edges": []}
    assert served.ask(CROSS, LENDER, Purpose.LENDING).code == "FORBIDDEN"


def test_another_region_s_supervisor_finds_nothing(served: Town) -> None:
    assert served.ask(LINKS, ELSEWHERE, SUPERVISION, id=f"E:{CORE}").code == "NOT_FOUND"
    assert served.ask(NUMBERS, ELSEWHERE, SUPERVISION, id=f"E:{BANK}").code == "NOT_FOUND"
