"""Connected clients and guarantee structures over HTTP: a bank's own book, a supervisor's sums, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.trust.demo_issuer import Grant
from schema.access import Purpose, Role
from schema.identifiers.uscc import make_uscc
from tests.integration.api_town import (
    ANALYST,
    BANK,
    CORE,
    ELSEWHERE,
    FILES,
    INTEGRATION,
    LENDER,
    OTHER_BANK,
    OTHER_LENDER,
    OWNER_ID,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

LENDING, SUPERVISION, STATISTICS = Purpose.LENDING, Purpose.SUPERVISION, Purpose.STATISTICS
THIRD = make_uscc("91", "441283", "X0000009")
GROUPS = """query ($bank: ID!, $id: ID, $first: Int! = 20, $after: String) {
  connectedGroups(bank: $bank, id: $id, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    edges { node { heads { graphId } byControl memberCount declassified large breach supply notTested loansWithoutBorrower
      exposure { fen } headroom { fen } limits { tier1 { fen } groupExposure { fen } }
      undecided { dependent on ground supply }
      members { edges { node { party { graphId } ground under exposure { fen } breach loanHeadroom { fen }
        dependences { on ground decision ratio facts { id } } facts { relationship start end } } } } } } } }"""
NETWORK = """query ($id: ID!, $depth: Int! = 2) { guaranteeNetwork(id: $id, depth: $depth) { truncated
  shapes { edges { node { kind members } } }
  guarantees { edges { node { guarantor guaranteed amount { fen } facts { relationship } } } }
  members { edges { node { distance onCircle reached party { graphId } guaranteed { total { fen } unknown count }
    own { total { fen } count } contingent { known { fen } unknown count } } } } } }"""
CIRCLES = """query ($region: String) { guaranteeCircles(region: $region) { totalCount edges { node { kind memberCount
  circles circlesTruncated completeLength guaranteed { total { fen } known { fen } unknown count } own { total { fen } }
  members { edges { node { party { graphId } } } } } } } }"""

# Tier 1 is 800,000,000 yuan: a group may owe 160,000,000, dependence is tested above 40,000,000. Amounts in fen.
MORE: dict[str, list[str]] = {
    "enterprises": [*FILES["enterprises"], f"e3,{THIRD},某市北辰物流有限公司,ENTERPRISE,441283,true"],
    "loans": [
        "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on",
        f"n1,E:{CORE},{BANK},9000000000,8000000000,2025-12-01",
        f"n2,E:{SUPPLIER},{BANK},3000000000,3000000000,2025-12-01",
        f"n3,E:{THIRD},{BANK},5000000000,5000000000,2025-12-01",
        f"n4,E:{CORE},{OTHER_BANK},7000000,7000000,2025-12-01",
    ],
    "supplies": [
        "record_id,supplier,buyer,amount_fen,share_ratio,confirmed_by,confirmed_on,valid_from",
        f"y3,E:{THIRD},E:{CORE},,0.8,CORE,2026-02-01,2026-01-01",
    ],
    "guarantees": [
        "record_id,guarantor,beneficiary,amount_fen,form",
        f"t1,E:{CORE},E:{SUPPLIER},100000,JOINT_AND_SEVERAL",
        f"t2,E:{SUPPLIER},E:{THIRD},200000,GENERAL",
        f"t3,E:{THIRD},E:{CORE},,GENERAL",
    ],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town"), {**FILES, **MORE}) as found:
        yield found


def groups(served: Town, who: Grant, purpose: Purpose, **variables: Any) -> list[dict[str, Any]]:
    found = served.ask(GROUPS, who, purpose, **{"bank": f"E:{BANK}", **variables}).data["connectedGroups"]
    return [edge["node"] for edge in found["edges"]]


def members(group: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {e["node"]["party"]["graphId"]: e["node"] for e in group["members"]["edges"]}


@pytest.mark.parametrize(("who", "purpose"), [(LENDER, LENDING), (INTEGRATION, LENDING)])
def test_s1_49_a_bank_sees_its_groups_with_grounds_exposures_and_headroom(
    served: Town, who: Grant, purpose: Purpose
) -> None:
    (group,) = groups(served, who, purpose)
    found = members(group)
    assert list(found) == [f"E:{CORE}", f"E:{THIRD}", f"E:{SUPPLIER}", OWNER_ID]
    assert [found[m]["ground"] for m in found] == ["CONTROLLED", "DEPENDENT", "CONTROLLED", "HEAD"]
    assert [m["exposure"]["fen"] for m in found.values()] == ["8000000000", "5000000000", "3000000000", "0"]
    (why,) = found[f"E:{THIRD}"]["dependences"]
    assert (why["on"], why["ground"], why["decision"], why["ratio"]) == (f"E:{CORE}", "SALES", "YES", 0.8)
    assert why["facts"]
    chain = [(f["start"], f["end"]) for f in found[f"E:{SUPPLIER}"]["facts"]]
    assert chain == [(OWNER_ID, f"E:{CORE}"), (f"E:{CORE}", f"E:{SUPPLIER}")]
    assert group["exposure"]["fen"] == "16000000000"
    assert group["limits"]["groupExposure"]["fen"] == "16000000000"
    assert (group["headroom"]["fen"], group["large"], group["breach"]) == ("0", "YES", "NO")
    assert not group["declassified"]
    assert len(group["notTested"]) == 3


def test_groups_of_one_party_are_given_whatever_their_size(served: Town) -> None:
    found = groups(served, LENDER, LENDING, id=f"E:{THIRD}")
    assert sorted(g["memberCount"] for g in found) == [1, 4]
    alone = next(g for g in found if g["memberCount"] == 1)
    assert (alone["byControl"], alone["exposure"]["fen"]) == (False, "5000000000")


def test_another_banks_groups_are_not_shown_to_a_bank(served: Town) -> None:
    assert served.ask(GROUPS, OTHER_LENDER, LENDING, bank=f"E:{BANK}").code == "FORBIDDEN"
    (own,) = groups(served, OTHER_LENDER, LENDING, bank=f"E:{OTHER_BANK}")
    assert own["exposure"]["fen"] == "7000000"
    assert (own["headroom"], own["large"], own["breach"]) == (None, "UNKNOWN", "UNKNOWN")
    assert any("bank_capital" in s for s in own["supply"])
    assert any("economic dependence" in s for s in own["notTested"])


def test_a_supervisor_gets_one_number_per_group_and_nothing_of_the_book(served: Town) -> None:
    (group,) = groups(served, SUPERVISOR, SUPERVISION)
    found = members(group)
    # Membership comes from his own view: without the book dependence cannot be tested.
    assert set(found) == {OWNER_ID, f"E:{CORE}", f"E:{SUPPLIER}"}
    assert [m["exposure"] for m in found.values()] == [None] * 3
    assert {m["breach"] for m in found.values()} == {"UNKNOWN"}
    assert group["exposure"]["fen"] == "11000000000"
    assert (group["headroom"]["fen"], group["breach"]) == ("5000000000", "NO")
    assert group["declassified"]
    assert any("economic dependence" in s for s in group["notTested"])


def test_a_single_clients_exposure_is_never_declassified(served: Town) -> None:
    (alone,) = groups(served, SUPERVISOR, SUPERVISION, id=f"E:{THIRD}")
    assert alone["memberCount"] == 1
    assert (alone["exposure"], alone["headroom"], alone["breach"]) == (None, None, "UNKNOWN")


def test_nor_is_it_where_the_others_of_its_group_owe_that_bank_nothing(served: Town) -> None:
    bank = f"E:{OTHER_BANK}"  # of the owner, the core and the supplier, the core alone owes this one
    assert groups(served, SUPERVISOR, SUPERVISION, bank=bank) == []
    (group,) = groups(served, SUPERVISOR, SUPERVISION, bank=bank, id=f"E:{CORE}")
    assert group["memberCount"] == 3
    assert (group["exposure"], group["headroom"], group["breach"]) == (None, None, "UNKNOWN")


def test_sums_are_for_supervision_and_for_the_supervisors_region_alone(served: Town) -> None:
    bank = f"E:{BANK}"
    assert served.ask(GROUPS, SUPERVISOR, STATISTICS, bank=bank).code == "PURPOSE_REQUIRED"
    assert served.ask(GROUPS, ELSEWHERE, SUPERVISION, bank=bank).code == "NOT_FOUND"
    assert served.ask(GROUPS, ANALYST, STATISTICS, bank=bank).code == "FORBIDDEN"
    assert served.ask(GROUPS, SUPERVISOR, SUPERVISION, bank=f"E:{CORE}").code == "NOT_FOUND"


def test_groups_are_paged(served: Town) -> None:
    assert served.ask(GROUPS, LENDER, LENDING, bank=f"E:{BANK}", first=101).code == "BAD_USER_INPUT"


def test_the_network_shows_shapes_exposures_and_facts(served: Town) -> None:
    found = served.ask(NETWORK, LENDER, LENDING, id=f"E:{CORE}", depth=1).data["guaranteeNetwork"]
    shapes = [(e["node"]["kind"], set(e["node"]["members"])) for e in found["shapes"]["edges"]]
    assert shapes == [("CIRCLE", {f"E:{CORE}", f"E:{SUPPLIER}", f"E:{THIRD}"})]
    party = {e["node"]["party"]["graphId"]: e["node"] for e in found["members"]["edges"]}
    core = party[f"E:{CORE}"]
    assert (core["distance"], core["onCircle"], core["reached"]) == (0, True, 2)
    assert core["guaranteed"] == {"total": {"fen": "100000"}, "unknown": 0, "count": 1}
    assert core["own"] == {"total": {"fen": "8000000000"}, "count": 1}
    # Behind the others: their two loans, and the supplier's application of another kind is no loan.
    assert core["contingent"] == {"known": {"fen": "8000000000"}, "unknown": 0, "count": 2}
    assert party[f"E:{THIRD}"]["guaranteed"] == {"total": None, "unknown": 1, "count": 1}
    edges = [e["node"] for e in found["guarantees"]["edges"]]
    assert len(edges) == 3
    assert all([f["relationship"] for f in e["facts"]] == ["GUARANTOR", "BENEFICIARY"] for e in edges)
    assert not found["truncated"]


def test_a_supervisor_sees_the_circle_and_not_what_banks_lent(served: Town) -> None:
    found = served.ask(CIRCLES, SUPERVISOR, SUPERVISION).data["guaranteeCircles"]
    assert found["totalCount"] == 1
    circle = found["edges"][0]["node"]
    assert (circle["kind"], circle["memberCount"], circle["own"]) == ("CIRCLE", 3, None)
    assert [set(c) for c in circle["circles"]] == [{f"E:{CORE}", f"E:{SUPPLIER}", f"E:{THIRD}"}]
    assert (circle["circlesTruncated"], circle["completeLength"]) == (False, 10)
    assert circle["guaranteed"] == {"total": None, "known": {"fen": "300000"}, "unknown": 1, "count": 3}
    assert served.ask(CIRCLES, SUPERVISOR, SUPERVISION, region="4412").data["guaranteeCircles"]["totalCount"]
    for who, region in ((SUPERVISOR, "33"), (ELSEWHERE, None)):
        none = served.ask(CIRCLES, who, SUPERVISION, region=region).data["guaranteeCircles"]
        assert none["totalCount"] == 0


def test_refusals_of_the_guarantee_queries(served: Town) -> None:
    assert served.ask(CIRCLES, LENDER, LENDING).code == "FORBIDDEN"
    assert served.ask(CIRCLES, SUPERVISOR, SUPERVISION, region="x").code == "BAD_USER_INPUT"
    assert served.ask(NETWORK, LENDER, LENDING, id=f"E:{CORE}", depth=11).code == "BAD_USER_INPUT"
    assert served.ask(NETWORK, LENDER, LENDING, id="E:none").code == "NOT_FOUND"
    alone = served.ask(NETWORK, LENDER, LENDING, id=f"E:{BANK}").data["guaranteeNetwork"]
    assert alone["members"]["edges"] == []


def test_an_operator_processes_for_the_bank_and_the_audit_names_whom_it_was_about(served: Town) -> None:
    operator = Grant(Role.OPERATOR)
    (group,) = groups(served, operator, Purpose.OPERATIONS)
    assert group["exposure"]["fen"] == "16000000000"
