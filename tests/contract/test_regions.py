"""A caller's region bounds every answer (S0-25), the same on both stores.

A, C and F lie in county 441283; N in its sister county; B and what is B's in another province. A holds B, B holds C.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from graph_service.asking import Question
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal
from graph_service.use_cases.coverage import archive_coverage
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.export import export_graph, rows
from graph_service.use_cases.guarantee_networks import explore_guarantees
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.named_queries import ask_named_query
from graph_service.use_cases.ownership import find_beneficial_owners, ownership_tree
from graph_service.use_cases.ownership_numbers import find_ownership_numbers
from graph_service.use_cases.parties import node, search_parties
from graph_service.use_cases.provenance import provenance
from graph_service.use_cases.relations import find_relation
from graph_service.use_cases.walks import PathWish, find_shortest_paths, neighbours
from loaders import LoadRequest, load
from schema.access import Purpose, Role
from schema.errors import AccessDenied, NotFound
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc
from tests.integration.deliveries import write

T = TypeVar("T")
DAY = dt.date(2026, 1, 1)
COUNTY, CITY, COUNTRY = "441283", "4412", ""
A, C, N, B, F, BUREAU = (
    make_uscc("91", region, f"X000000{number}")
    for number, region in enumerate(("441283", "441283", "441284", "330100", "441283", "441200"))
)
BOSS, STRANGER = (make_resident_id("330100", dt.date(1980, 2, 3), n) for n in (12, 13))
FILES = {
    "regions": [
        "code,name,level,parent_code",
        "440000,某省,PROVINCE,",
        "441200,某市,CITY,440000",
        "441283,某区,COUNTY,441200",
        "441284,某县,COUNTY,441200",
        "330100,远市,CITY,",
    ],
    "enterprises": [
        "uscc,name,entity_kind,region_code",
        f"{A},甲有限公司,ENTERPRISE,441283",
        f"{C},丙有限公司,ENTERPRISE,441283",
        f"{F},己有限公司,ENTERPRISE,441283",
        f"{N},邻县有限公司,ENTERPRISE,441284",
        f"{B},远市有限公司,ENTERPRISE,330100",
        f"{BUREAU},某市税务局,AGENCY,441200",
    ],
    "persons": ["record_id,name,identity_number", f"p1,王一,{BOSS}", f"p2,王二,{STRANGER}"],
    "households": [
        "record_id,head,village_code,star_rating,collection_channel,collection_basis",
        f"h1,P:{STRANGER},330100100200,GOOD,WHOLE_VILLAGE,CONSENT",
    ],
    "shareholdings": [
        "record_id,owner,asset,share_ratio",
        f"1,E:{A},{B},0.6",
        f"2,E:{B},{C},0.6",
        f"3,P:{BOSS},{A},1.0",
        f"4,P:{STRANGER},{B},0.4",
    ],
    "supplies": ["record_id,supplier,buyer,amount_fen", f"1,E:{B},E:{A},100", f"2,E:{F},E:{A},100"],
    "guarantees": [
        "record_id,guarantor,beneficiary,amount_fen",
        f"1,E:{A},E:{B},5",
        f"2,E:{B},E:{C},5",
        f"3,E:{A},E:{F},7",
    ],
    "tax_records": [
        "record_id,party,record_kind,grade,authority_code",
        *(f"{n},E:{e},GRADE,{n},{BUREAU}" for e, n in ((B, "D"), (A, "A"), (N, "B"))),
    ],
    "tax_arrears": ["record_id,party,amount_fen,announced_on", f"1,E:{B},99,2025-01-01"],
    "list_memberships": [
        "record_id,party,list_kind,listed_on",
        *(f"{n},E:{e},ABNORMAL_OPERATION,2025-01-01" for n, e in enumerate((A, N, B))),
    ],
}


@dataclass(frozen=True)
class Land:
    """A loaded service, and who asks it."""

    service: Service

    def ask(self, region: str | None, operation: str, use_case: Callable[..., T], *wanted: Any) -> T:
        who = Principal(Role.SUPERVISOR, region=region, purpose=Purpose.SUPERVISION, token_id="t")
        return self.service.answer(
            Question(who, DAY), operation, {}, lambda asking: use_case(asking, *wanted)
        )

    def record_of(self, label: str, uscc: str) -> str:
        """Id of the one record of a kind about an enterprise."""
        facts = self.service.store.facts("SUBJECT_OF", self.service.store.known_run()).rows()
        return next(r["end"] for r in facts if r["end_label"] == label and r["start"] == f"E:{uscc}")


@pytest.fixture
def land(store_url: str, tmp_path: Path) -> Iterator[Land]:
    service = open_service(read_settings(store=store_url, data_dir=tmp_path / "data"), "test")
    desk = service.reception
    request = LoadRequest("canonical", write(tmp_path / "files", FILES), "city", DAY)
    report = load(desk.store, request, desk.vault, desk.keys)
    assert not [file.errors_by_code for file in report.files if file.errors_by_code]
    yield Land(service)
    service.close()


def entity(uscc: str) -> tuple[str, str]:
    return "LegalEntity", f"E:{uscc}"


def said(answer: object) -> str:
    return orjson.dumps(answer, default=str).decode()


def test_s0_25_nodes_records_and_neighbours_elsewhere_are_not_there(land: Land) -> None:
    of_b = "TaxRecord", land.record_of("TaxRecord", B)
    of_a = "TaxRecord", land.record_of("TaxRecord", A)
    for elsewhere in (entity(B), entity(N), of_b, ("Region", "330100000000"), ("Household", "H:city:h1")):
        for use_case, name in ((node, "node"), (provenance, "provenance")):
            with pytest.raises(NotFound):
                land.ask(COUNTY, name, use_case, *elsewhere)
        with pytest.raises(NotFound):
            land.ask(COUNTY, "neighbours", neighbours, elsewhere)
    assert land.ask(COUNTY, "node", node, *of_a).properties["grade"] == "A"
    for way_up in ("440000000000", "441200000000"):
        assert land.ask(COUNTY, "node", node, "Region", way_up)
    near = {each.node.id for each in land.ask(COUNTY, "neighbours", neighbours, entity(A))}
    assert f"E:{F}" in near
    assert not [each for each in near if B in each]
    assert land.ask(COUNTY, "node", node, *entity(BUREAU)).name == "某市税务局"
    assert (
        len(land.ask(CITY, "neighbours", neighbours, entity(BUREAU))) == 3
    )  # the records of A and N, its place


def test_s0_25_paths_and_guarantees_do_not_lead_through_what_lies_elsewhere(land: Land) -> None:
    wish = PathWish(["OWNS", "SUPPLIES", "GUARANTOR", "BENEFICIARY"])
    found = land.ask(COUNTY, "shortestPaths", find_shortest_paths, entity(A), entity(C), wish)
    assert (found.distance, found.paths) == (None, ())
    assert land.ask(COUNTRY, "shortestPaths", find_shortest_paths, entity(A), entity(C), wish).distance == 2
    chain = land.ask(COUNTY, "guaranteeChain", follow_guarantees, f"E:{A}")
    assert [each.party.id for each in chain.reached] == [f"E:{F}"]
    network = land.ask(COUNTY, "guaranteeNetwork", explore_guarantees, f"E:{A}", 5)
    assert {each.party.id for each in network.members} == {f"E:{A}", f"E:{F}"}
    assert [each.amount_fen for each in network.guarantees] == [7]


def test_s0_25_lists_aggregates_and_counts_stay_inside(land: Land) -> None:
    period = "ABNORMAL_OPERATION", dt.date(2025, 1, 1), DAY
    counts = {
        region: land.ask(region, "listingCounts", listing_counts, *period).subjects_listed
        for region in (COUNTY, CITY, COUNTRY, None)
    }
    assert counts == {COUNTY: 1, CITY: 2, COUNTRY: 3, None: 0}
    assert land.ask(COUNTY, "archiveCoverage", archive_coverage, COUNTY).enterprises == 3
    assert land.ask(CITY, "archiveCoverage", archive_coverage, CITY).enterprises == 4
    for zone in ("330100", "4412"):
        with pytest.raises(AccessDenied):
            land.ask(COUNTY, "archiveCoverage", archive_coverage, zone)
    found = {region: land.ask(region, "searchParties", search_parties, "公司") for region in (COUNTY, CITY)}
    assert {each.id for each in found[COUNTY].found} == {f"E:{A}", f"E:{C}", f"E:{F}"}
    assert {each.id for each in found[CITY].found} == {f"E:{A}", f"E:{C}", f"E:{F}", f"E:{N}"}


def test_s0_25_a_person_is_where_he_lives_owns_or_serves(land: Land) -> None:
    names = {
        region: [
            each.name
            for text in ("王一", "王二")
            for each in land.ask(region, "searchParties", search_parties, text, "Person").found
        ]
        for region in (COUNTY, "3301", "441284", COUNTRY)
    }
    assert names == {COUNTY: ["王一"], "3301": ["王二"], "441284": [], COUNTRY: ["王一", "王二"]}


def test_s0_25_an_export_and_named_queries_hold_nothing_from_elsewhere(land: Land) -> None:
    exported = land.ask(COUNTY, "node", export_graph)
    text = said([*rows(exported.nodes), *rows(exported.edges)])
    assert A in text
    assert not any(word in text for word in (B, N, "远市", "330100", "王二"))
    queries: list[tuple[str, dict[str, Any], int]] = [
        ("direct_owners", {"enterprise_id": f"E:{C}"}, 0),
        ("direct_owners", {"enterprise_id": f"E:{A}"}, 1),
        ("direct_owners", {"enterprise_id": f"E:{B}"}, 0),
        ("direct_holdings", {"party_id": f"E:{A}"}, 0),
        ("guarantees_of", {"party_id": f"E:{A}"}, 1),
        ("listings_of", {"party_id": f"E:{A}"}, 1),
        ("listings_of", {"party_id": f"E:{B}"}, 0),
        ("enterprise_by_uscc", {"uscc": B}, 0),
        ("search_parties", {"text": "公司", "limit": 10}, 3),
        ("search_parties", {"text": "王", "limit": 1}, 1),
        ("guarantee_chain", {"id": f"E:{A}"}, 1),
    ]
    for name, params, count in queries:
        answer = land.ask(COUNTY, "namedQuery", ask_named_query, name, params)
        assert (name, len(answer.rows), answer.truncated) == (name, count, False)
        assert B not in said(answer.rows)
    owners = {"enterprise_id": f"E:{A}"}
    assert land.ask(None, "namedQuery", ask_named_query, "direct_owners", owners).rows == ()


def test_s0_25_an_ownership_answer_says_that_it_ends_at_the_border(land: Land) -> None:
    owners = land.ask(COUNTY, "beneficialOwners", find_beneficial_owners, f"E:{C}")
    assert (owners.decision, owners.owners, owners.border) == ("unknown", (), COUNTY)
    assert owners.unnamed_most == 1.0
    assert "beyond_region" in owners.unknown_because
    whole = land.ask(COUNTRY, "beneficialOwners", find_beneficial_owners, f"E:{C}")
    assert [each.walks for each in whole.owners if each.decision == "yes"] == pytest.approx([0.36])
    assert whole.border is None
    assert "beyond_region" not in whole.unknown_because
    tree = land.ask(COUNTY, "ownershipTree", ownership_tree, f"E:{C}")
    assert (tree.holdings, tree.border) == ((), COUNTY)
    pair = f"E:{C}", f"E:{A}"
    numbers = land.ask(COUNTY, "ownershipNumbers", find_ownership_numbers, *pair)
    assert (numbers.holders, numbers.border) == ((), COUNTY)
    (held,) = land.ask(COUNTRY, "ownershipNumbers", find_ownership_numbers, *pair).holders
    assert held.walks == pytest.approx(0.36)
    related = land.ask(COUNTY, "relation", find_relation, f"E:{A}", f"E:{C}")
    assert related.answer == "unknown"
    assert "beyond_region" in related.unknown_because
    assert B not in said([owners, tree, numbers, related])


def test_s0_25_a_token_without_a_region_and_a_fact_elsewhere_show_nothing(land: Land) -> None:
    facts = land.service.store.facts("OWNS", land.service.store.known_run()).rows()
    ids = {(r["start"], r["end"]): f"{r['key'] % 2**64:016x}@{r['run']}" for r in facts}
    crossing = ids[f"E:{A}", f"E:{B}"]
    assert land.ask(COUNTRY, "fact", find_source, crossing).end == f"E:{B}"
    for region in (COUNTY, CITY, "3301", None):
        with pytest.raises(NotFound):
            land.ask(region, "fact", find_source, crossing)
    for label, node_id in (entity(A), ("Region", "441283000000")):
        with pytest.raises(NotFound):
            land.ask(None, "node", node, label, node_id)
