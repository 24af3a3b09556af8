"""Related parties, clusters and trade circles over HTTP, from files to fact ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from schema.access import Purpose, Role
from schema.identifiers.uscc import make_uscc
from tests.integration.api_town import (
    BANK,
    CORE,
    ELSEWHERE,
    FARMER,
    FILES,
    KEYS,
    LENDER,
    OWNER,
    OWNER_ID,
    PARTNER,
    PARTNER_ID,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

THIRD = make_uscc("91", "441283", "X0000007")
FARMER_ID = KEYS.person_id(FARMER)
MORE = {
    "enterprises": [f"e3,{THIRD},某市春江贸易有限公司,ENTERPRISE,441283,true"],
    "shareholdings": [f"s4,P:{OWNER},{BANK},0.05,2020-01-01"],
    "supplies": [
        f"y3,E:{CORE},E:{SUPPLIER},900,CORE,2026-10-01,2026-01-01",
        f"y4,E:{SUPPLIER},E:{THIRD},1000,CORE,2026-10-02,2026-01-01",
    ],
}
EXTRA = {
    "families": ["record_id,person,relative,kin", f"f1,{OWNER},{FARMER},SPOUSE"],
    "posts": ["record_id,person,company,post", f"o1,{PARTNER},{CORE},SUPERVISOR"],
    "contacts": [
        "record_id,party,contact_kind,value",
        f"c1,E:{CORE},PHONE,0758-1000001",
        f"c2,E:{THIRD},PHONE,0758-1000001",
        f"c3,E:{CORE},ADDRESS,某路1号",
        f"c4,E:{THIRD},ADDRESS,某路1号",
        f"c5,E:{SUPPLIER},PHONE,0758-1000001",
    ],
    "invoices": [
        "record_id,seller,buyer,number,amount_fen,issued_on",
        f"i1,E:{THIRD},E:{CORE},发0001,800,2026-10-03",
        f"i2,E:{THIRD},E:{CORE},发0002,100,2020-10-03",
    ],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    files = {kind: [*lines, *MORE.get(kind, [])] for kind, lines in FILES.items()} | EXTRA
    with town(tmp_path_factory.mktemp("relations"), files) as found:
        yield found


RELATED = """
query($id: ID!) { relatedParties(id: $id, asOf: "2026-11-01") { unknownBecause rulebook parties(first: 50) { totalCount edges { node {
  answer party { graphId }
  grounds { answer because tie detail through share path rule { id citation zh en value } facts { id } }
} } } } }
"""


def grounds(found: dict) -> dict[str, set[tuple[str, str]]]:
    return {
        node["party"]["graphId"]: {(g["rule"]["value"], g["answer"]) for g in node["grounds"]}
        for node in (edge["node"] for edge in found["relatedParties"]["parties"]["edges"])
    }


def test_related_parties_of_a_bank_come_with_items_paths_and_facts(place: Town) -> None:
    found = place.ask(RELATED, SUPERVISOR, Purpose.SUPERVISION, id=f"E:{BANK}").data
    told = grounds(found)
    assert told[OWNER_ID] >= {("6.2", "YES")}
    assert told[FARMER_ID] == {("6.4", "YES")}
    assert ("7.5", "YES") in told[f"E:{CORE}"] & told[f"E:{SUPPLIER}"]
    assert found["relatedParties"]["unknownBecause"] == ["unnamed_holder", "beyond_region"]
    assert found["relatedParties"]["rulebook"].startswith("related_parties@")
    nodes = [edge["node"] for edge in found["relatedParties"]["parties"]["edges"]]
    kin = next(n for n in nodes if n["party"]["graphId"] == FARMER_ID)["grounds"][0]
    assert kin["path"] == [f"E:{BANK}", OWNER_ID, FARMER_ID]
    assert "第六条第四项" in kin["rule"]["citation"]
    for fact in kin["facts"]:
        source = place.ask(
            "query($f: String!) { fact(id: $f) { file line } }", SUPERVISOR, Purpose.SUPERVISION, f=fact["id"]
        )
        assert source.data["fact"]["file"] in ("shareholdings.csv", "families.csv")


def test_a_lender_does_not_learn_whose_wife_she_is(place: Town) -> None:
    told = grounds(place.ask(RELATED, LENDER, Purpose.LENDING, id=f"E:{BANK}").data)
    assert OWNER_ID in told
    assert FARMER_ID not in told


RELATION = """
query($a: ID!, $b: ID!) { relation(party: $a, other: $b, asOf: "2026-11-01") { answer unknownBecause
  otherOfParty { grounds { rule { id } path facts { id } } } partyOfOther { grounds { rule { id } path } } } }
"""


def test_s1_49_a_supervisor_asks_whether_buyer_and_seller_are_related(place: Town) -> None:
    found = place.ask(RELATION, SUPERVISOR, Purpose.SUPERVISION, a=f"E:{CORE}", b=f"E:{SUPPLIER}").data[
        "relation"
    ]
    assert found["answer"] == "YES"
    assert {g["rule"]["id"] for g in found["otherOfParty"]["grounds"]} >= {"held_by_itself"}
    rules = {g["rule"]["id"] for g in found["partyOfOther"]["grounds"]}
    assert rules >= {"controlling_entity", "holder_entity"}
    assert found["partyOfOther"]["grounds"][0]["path"] == [f"E:{SUPPLIER}", f"E:{CORE}"]
    none = place.ask(RELATION, SUPERVISOR, Purpose.SUPERVISION, a=f"E:{SUPPLIER}", b=f"E:{THIRD}").data[
        "relation"
    ]
    assert (none["answer"], none["otherOfParty"], none["unknownBecause"]) == (
        "UNKNOWN",
        None,
        ["unnamed_holder", "beyond_region"],
    )


@pytest.mark.parametrize(("a", "b"), [(OWNER_ID, PARTNER_ID), (f"E:{CORE}", f"E:{CORE}")])
def test_a_question_about_no_enterprise_or_one_party_twice_is_refused(place: Town, a: str, b: str) -> None:
    refused = place.ask(RELATION, SUPERVISOR, Purpose.SUPERVISION, a=a, b=b)
    assert "at least one of them an enterprise" in refused.message


CLUSTERS = """
query($region: String, $member: ID) {
  pseudoIndependentClusters(region: $region, member: $member, asOf: "2026-11-01") { hubCount hubs { tenants } clusters { totalCount
    edges { node { score kinds memberCount members { graphId } linkCount
      links { edges { node { first second kinds score declared facts { relationship id } } } } } } } } }
"""


def test_parties_that_share_phone_and_address_are_a_cluster(place: Town) -> None:
    found = place.ask(CLUSTERS, SUPERVISOR, Purpose.SUPERVISION).data["pseudoIndependentClusters"]
    (cluster,) = (edge["node"] for edge in found["clusters"]["edges"])
    assert {m["graphId"] for m in cluster["members"]} == {f"E:{c}" for c in (CORE, SUPPLIER, THIRD)}
    assert (cluster["kinds"], cluster["linkCount"]) == (["ADDRESS", "PHONE"], 3)
    links = [edge["node"] for edge in cluster["links"]["edges"]]
    assert links[0]["score"] == cluster["score"] == pytest.approx(0.35)
    assert {links[0]["first"], links[0]["second"]} == {f"E:{CORE}", f"E:{THIRD}"}
    assert [f["relationship"] for f in links[0]["facts"]] == ["REACHED_AT"] * 4
    declared = {frozenset((x["first"], x["second"])): x["declared"] for x in links}
    assert declared[frozenset((f"E:{CORE}", f"E:{SUPPLIER}"))] is True
    assert declared[frozenset((f"E:{CORE}", f"E:{THIRD}"))] is False


def test_a_cluster_is_found_by_region_and_by_member(place: Town) -> None:
    def count(**asked: str) -> int:
        answer = place.ask(CLUSTERS, SUPERVISOR, Purpose.SUPERVISION, **asked)
        total: int = answer.data["pseudoIndependentClusters"]["clusters"]["totalCount"]
        return total

    assert (
        count(region="441283"),
        count(region="4401"),
        count(member=f"E:{THIRD}"),
        count(member=f"E:{BANK}"),
    ) == (1, 0, 1, 0)
    elsewhere = place.ask(CLUSTERS, ELSEWHERE, Purpose.SUPERVISION).data["pseudoIndependentClusters"]
    assert elsewhere["clusters"]["totalCount"] == 0
    assert "division code" in place.ask(CLUSTERS, SUPERVISOR, Purpose.SUPERVISION, region="x").message


CIRCLES = """
query($member: ID) { tradeCircles(member: $member, asOf: "2026-11-01") { windowDays undatedClaims circles { totalCount edges { node {
  memberCount saleCount gross { fen } netting salesWithoutAmount truncated startsLeft salesOnNoListedCycle
  cycles { edges { node { nodes amounts { fen } circulated { fen } netting facts { id relationship } } } } } } } } }
"""


def test_goods_that_come_back_are_a_circle_with_its_netting_ratio(place: Town) -> None:
    found = place.ask(CIRCLES, SUPERVISOR, Purpose.SUPERVISION).data["tradeCircles"]
    (circle,) = (edge["node"] for edge in found["circles"]["edges"])
    # 900 + 1000 + 800: the invoice of 2020 lies outside the window. Net positions 100, 100, 200 of 5400.
    assert (circle["memberCount"], circle["gross"]["fen"], circle["netting"]) == (
        3,
        "2700",
        pytest.approx(1 - 400 / 5400),
    )
    (cycle,) = (edge["node"] for edge in circle["cycles"]["edges"])
    assert sorted(a["fen"] for a in cycle["amounts"]) == ["1000", "800", "900"]
    assert (cycle["circulated"]["fen"], cycle["netting"]) == ("800", pytest.approx(2400 / 2700))
    assert {f["relationship"] for f in cycle["facts"]} == {"SUPPLIES", "OWED_TO", "OWED_BY"}
    assert (circle["truncated"], circle["startsLeft"], circle["salesOnNoListedCycle"]) == (False, 0, 0)


def test_a_bank_may_not_list_clusters_or_circles(place: Town) -> None:
    for query in (CLUSTERS, CIRCLES):
        assert place.ask(query, LENDER, Purpose.LENDING).code == "FORBIDDEN"


def test_an_enforcer_sees_what_a_supervisor_sees_of_trade(place: Town) -> None:
    who = dataclasses.replace(SUPERVISOR, role=Role.ENFORCEMENT)
    answers = [place.ask(CIRCLES, each, Purpose.SUPERVISION).data for each in (SUPERVISOR, who)]
    assert answers[0] == answers[1]
