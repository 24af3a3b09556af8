"""Neighbours and shortest paths over real HTTP: pages, order, bounds, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema.access import Purpose
from tests.integration.api_town import (
    ANALYST,
    CORE,
    ELSEWHERE,
    FARMER_HIMSELF,
    HOUSEHOLD,
    LENDER,
    OWNER_ID,
    PARTNER_ID,
    SUPERVISOR,
    SUPPLIER,
    VILLAGE,
    Town,
    town,
)

NEAR = """query ($id: ID!, $only: [Relationship!], $direction: Heading! = BOTH, $first: Int! = 20, $after: String) {
  neighbours(id: $id, relationships: $only, direction: $direction, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } edges { node { outward validFrom validTo node { graphId __typename }
  fact { relationship start end line } stated { name value } } } } }"""
PATHS = """query ($from: ID!, $to: ID!, $only: [Relationship!], $directed: Boolean! = false, $most: Int! = 6,
  $limit: Int! = 10) { shortestPaths(from: $from, to: $to, relationships: $only, directed: $directed, maxDepth: $most,
  limit: $limit) { search distance truncated start { graphId } end { graphId }
  paths { nodes { graphId } hops { start end facts { relationship } } } } }"""
STATISTICS, SUPERVISION = Purpose.STATISTICS, Purpose.SUPERVISION


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as found:
        yield found


def test_neighbours_are_paged_in_a_fixed_order_with_what_each_fact_states(served: Town) -> None:
    def page(after: str | None, first: int) -> dict[str, object]:
        asked = {"id": f"E:{CORE}", "only": ["OWNS", "CORE_OF"], "first": first, "after": after}
        found: dict[str, object] = served.ask(NEAR, ANALYST, STATISTICS, **asked).data["neighbours"]
        return found

    whole = page(None, 20)
    first = page(None, 2)
    rest = page(first["pageInfo"]["endCursor"], 20)  # type: ignore[index]
    assert whole["edges"] == [*first["edges"], *rest["edges"]]  # type: ignore[misc]
    assert (whole["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)  # type: ignore[index]
    facts = [edge["node"] for edge in whole["edges"]]  # type: ignore[attr-defined]
    assert [(f["fact"]["relationship"], f["outward"], f["node"]["graphId"]) for f in facts] == [
        ("OWNS", True, f"E:{SUPPLIER}"),
        ("OWNS", False, OWNER_ID),
        ("OWNS", False, PARTNER_ID),
        ("CORE_OF", True, "city:g1"),
    ]
    assert facts[0]["stated"] == [{"name": "share_ratio", "value": 1.0}]
    assert (facts[0]["validFrom"], facts[0]["validTo"]) == ("2021-01-01", None)
    assert facts[3]["stated"] == []  # a relationship that states nothing beside its ends


def test_neighbours_of_a_place_and_in_one_direction(served: Town) -> None:
    here = served.ask(NEAR, SUPERVISOR, SUPERVISION, id=VILLAGE, only=["LOCATED_IN", "PART_OF"])
    assert {e["node"]["node"]["graphId"] for e in here.data["neighbours"]["edges"]} >= {HOUSEHOLD}
    out = served.ask(NEAR, ANALYST, STATISTICS, id=f"E:{CORE}", only=["OWNS"], direction="OUT")
    assert [e["node"]["node"]["graphId"] for e in out.data["neighbours"]["edges"]] == [f"E:{SUPPLIER}"]


def test_a_hidden_household_is_nobodys_neighbour(served: Town) -> None:
    def suppliers(who: object, purpose: Purpose) -> int:
        asked = served.ask(NEAR, who, purpose, id=f"E:{CORE}", only=["SUPPLIES"])  # type: ignore[arg-type]
        return int(asked.data["neighbours"]["totalCount"])

    assert suppliers(SUPERVISOR, SUPERVISION) == 2
    assert suppliers(ANALYST, STATISTICS) == 0
    hidden = served.ask(NEAR, ANALYST, STATISTICS, id=HOUSEHOLD)
    nobody = served.ask(NEAR, ANALYST, STATISTICS, id="H:city:h404")
    assert hidden.body["errors"] == nobody.body["errors"]
    assert hidden.code == "NOT_FOUND"


def test_all_shortest_paths_with_the_facts_of_every_hop(served: Town) -> None:
    found = served.ask(
        PATHS, ANALYST, STATISTICS, **{"from": OWNER_ID, "to": f"E:{SUPPLIER}", "only": ["OWNS"]}
    )
    said = found.data["shortestPaths"]
    assert (said["search"], said["distance"], said["truncated"]) == ("FOUND", 2, False)
    (path,) = said["paths"]
    assert [n["graphId"] for n in path["nodes"]] == [OWNER_ID, f"E:{CORE}", f"E:{SUPPLIER}"]
    assert [[f["relationship"] for f in hop["facts"]] for hop in path["hops"]] == [["OWNS"], ["OWNS"]]


def test_none_found_says_why(served: Town) -> None:
    def search(**asked: object) -> str:
        wanted = {"from": f"E:{SUPPLIER}", "to": OWNER_ID, "only": ["OWNS"], **asked}
        return str(served.ask(PATHS, ANALYST, STATISTICS, **wanted).data["shortestPaths"]["search"])

    assert search() == "FOUND"
    assert search(directed=True) == "NOT_CONNECTED"
    assert search(most=1) == "TOO_FAR"


def test_a_limit_says_that_there_is_more(served: Town) -> None:
    asked = {"from": "H:city:h1", "to": "H:city:h2", "limit": 1}
    said = served.ask(PATHS, SUPERVISOR, SUPERVISION, **asked).data["shortestPaths"]
    assert (said["distance"], len(said["paths"]), said["truncated"]) == (2, 1, True)


@pytest.mark.parametrize(("name", "value"), [("most", 0), ("most", 13), ("limit", 0), ("limit", 101)])
def test_a_bound_out_of_range_is_refused(served: Town, name: str, value: int) -> None:
    asked = {"from": OWNER_ID, "to": PARTNER_ID, name: value}
    assert served.ask(PATHS, ANALYST, STATISTICS, **asked).code == "BAD_USER_INPUT"


def test_who_may_not_ask_is_told_so(served: Town) -> None:
    self_access = Purpose.SUBJECT_ACCESS
    assert served.ask(NEAR, FARMER_HIMSELF, self_access, id=f"E:{CORE}").code == "FORBIDDEN"
    assert served.ask(NEAR, None, None, id=f"E:{CORE}").code == "UNAUTHENTICATED"
    assert served.ask(NEAR, ELSEWHERE, SUPERVISION, id=f"E:{CORE}").code == "NOT_FOUND"
    assert served.ask(NEAR, LENDER, Purpose.LENDING, id=f"E:{CORE}", only=["EATS"]).code == "BAD_USER_INPUT"
