"""Risk over HTTP: whom it comes from, along which ties, and what would be different."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema.access import Purpose
from tests.integration.api_town import (
    ANALYST,
    AUDITOR,
    CORE,
    FARMER_HIMSELF,
    FILES,
    HOUSEHOLD,
    INTEGRATION,
    LENDER,
    OWNER,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

DAY = "2026-11-22"
LISTS = [
    "record_id,party,list_kind,document_no,authority,listed_on,removed_on",
    f"n1,P:{OWNER},DISHONEST_DEBTOR,(2026)某执1号,某区人民法院,2026-11-22,",
]
PROFILE = """
query ($id: ID!, $top: Int! = 10) {
  riskProfile(id: $id, top: $top, asOf: "2026-11-22") {
    score ownSeverity remainder complete alpha scaling residual errorBound converged rulebooks
    party { id }
    seeds { rule { id citation } severity base beganOn ageDays halfLifeDays inputs { name value } facts { id } }
    contributions {
      amount circles path
      seed { id }
      hops { source target weight channels { channel zh weight attenuation citation facts { id relationship } } }
      seeds { rule { id } severity facts { id } }
    }
  }
}
"""
WHAT_IF = """
query ($changes: [RiskChange!]!, $first: Int! = 20, $after: String) {
  whatIf(changes: $changes, asOf: "2026-11-22") {
    reached truncated errorBound rulebooks
    changed(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { node { party { id ... on LegalEntity { uscc } } old new } }
    }
  }
}
"""


@pytest.fixture(scope="module")
def risky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("risk"), {**FILES, "list_memberships": LISTS}) as found:
        yield found


def test_a_sanctioned_owner_reaches_his_company_and_what_it_holds(risky: Town) -> None:
    found = risky.ask(PROFILE, SUPERVISOR, Purpose.SUPERVISION, id=f"E:{SUPPLIER}").data["riskProfile"]
    assert found["converged"]
    assert found["ownSeverity"] == 0
    assert found["seeds"] == []
    parts = found["contributions"]
    assert sum(c["amount"] for c in parts) + found["remainder"] == pytest.approx(found["score"], abs=1e-9)
    first = parts[0]
    assert first["path"][1:] == [f"E:{CORE}", f"E:{SUPPLIER}"]
    assert [s["rule"]["id"] for s in first["seeds"]] == ["dishonest_debtor"]
    channels = [[c["channel"] for c in hop["channels"]] for hop in first["hops"]]
    assert channels == [["owner_to_company", "control"], ["owner_to_company", "control"]]
    facts = [f["id"] for hop in first["hops"] for c in hop["channels"] for f in c["facts"]]
    assert len(set(facts)) == 2
    seed_fact = first["seeds"][0]["facts"][0]["id"]
    for fact in (*facts, seed_fact):
        query = f'{{ fact(id: "{fact}", asOf: "{DAY}") {{ file line }} }}'
        assert risky.ask(query, SUPERVISOR, Purpose.SUPERVISION).data["fact"]["line"] >= 2
    assert found["rulebooks"] == ["penalty_publication@2026.1", "risk_channels@2026.1", "risk_seeds@2026.1"]


def test_without_the_record_nobody_has_any_risk(risky: Town) -> None:
    supervised = (SUPERVISOR, Purpose.SUPERVISION)
    profile = risky.ask(PROFILE, *supervised, id=f"E:{CORE}").data["riskProfile"]
    fact = profile["contributions"][0]["seeds"][0]["facts"][0]["id"]
    changes = [{"kind": "REMOVE_FACT", "fact": fact}]
    found = risky.ask(WHAT_IF, *supervised, changes=changes).data["whatIf"]
    changed = [edge["node"] for edge in found["changed"]["edges"]]
    assert found["reached"] == len(changed) == found["changed"]["totalCount"] > 3
    assert all(abs(each["new"]) <= 1e-9 and each["old"] > 1e-9 for each in changed)
    drops = [each["old"] - each["new"] for each in changed]
    assert drops == sorted(drops, reverse=True)
    page = risky.ask(WHAT_IF, *supervised, changes=changes, first=2).data["whatIf"]["changed"]
    assert page["pageInfo"]["hasNextPage"]
    rest = risky.ask(WHAT_IF, *supervised, changes=changes, after=page["pageInfo"]["endCursor"]).data[
        "whatIf"
    ]
    assert [e["node"] for e in (*page["edges"], *rest["changed"]["edges"])] == changed


def test_a_tie_and_a_record_that_are_not_there_can_be_thought_through(risky: Town) -> None:
    changes = [
        {"kind": "ADD_SEED", "party": f"E:{SUPPLIER}", "seed": "tax_arrears"},
        {"kind": "ADD_GUARANTEE", "party": f"E:{CORE}", "other": f"E:{SUPPLIER}"},
        {
            "kind": "ADD_SUPPLY",
            "party": f"E:{SUPPLIER}",
            "other": f"E:{CORE}",
            "share": 0.5,
            "amountFen": "5000000",
        },
        {"kind": "ADD_HOLDING", "party": f"E:{SUPPLIER}", "other": f"E:{CORE}", "share": 0.1},
    ]
    found = risky.ask(WHAT_IF, ANALYST, Purpose.STATISTICS, changes=changes).data["whatIf"]
    first = found["changed"]["edges"][0]["node"]
    assert first["party"]["uscc"] == SUPPLIER
    assert first["new"] > first["old"]
    assert found["errorBound"] <= 1e-9


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([], "1 to 100"),
        ([{"kind": "REMOVE_FACT"}], "needs `fact`"),
        ([{"kind": "ADD_SEED", "seed": "tax_arrears"}], "needs `party`"),
        ([{"kind": "ADD_SEED", "party": f"E:{CORE}", "seed": "gossip"}], "no kind of seed"),
        ([{"kind": "ADD_HOLDING", "party": f"E:{CORE}", "other": f"E:{SUPPLIER}"}], "needs `share`"),
        ([{"kind": "ADD_HOLDING", "party": f"E:{CORE}", "other": HOUSEHOLD, "share": 0.1}], "an enterprise"),
    ],
)
def test_a_change_that_lacks_something_is_refused(
    risky: Town, changes: list[dict[str, object]], says: str
) -> None:
    refused = risky.ask(WHAT_IF, SUPERVISOR, Purpose.SUPERVISION, changes=changes)
    assert refused.code == "BAD_USER_INPUT"
    assert says in refused.message


def test_an_unknown_fact_and_an_unknown_party_are_not_found(risky: Town) -> None:
    for change in (
        {"kind": "REMOVE_FACT", "fact": "0123456789abcdef@1"},
        {"kind": "ADD_SEED", "party": "E:nobody", "seed": "tax_arrears"},
    ):
        refused = risky.ask(WHAT_IF, SUPERVISOR, Purpose.SUPERVISION, changes=[change])
        assert refused.code == "NOT_FOUND"


def test_a_bank_sees_no_household_and_a_farmer_asks_nothing(risky: Town) -> None:
    assert risky.ask(PROFILE, LENDER, Purpose.LENDING, id=HOUSEHOLD).code == "NOT_FOUND"
    assert risky.ask(PROFILE, SUPERVISOR, Purpose.SUPERVISION, id=HOUSEHOLD).data["riskProfile"]["score"] > 0
    assert risky.ask(PROFILE, FARMER_HIMSELF, Purpose.SUBJECT_ACCESS, id=HOUSEHOLD).code == "FORBIDDEN"
    for who in (LENDER, INTEGRATION):
        assert risky.ask(PROFILE, who, Purpose.LENDING, id=f"E:{CORE}").data["riskProfile"]["score"] > 0
        assert risky.ask(WHAT_IF, who, Purpose.LENDING, changes=[]).code == "FORBIDDEN"
    assert risky.ask(PROFILE, AUDITOR, Purpose.SUPERVISION, id=f"E:{CORE}").data["riskProfile"]


def test_how_many_contributions_is_bounded(risky: Town) -> None:
    who = (SUPERVISOR, Purpose.SUPERVISION)
    assert risky.ask(PROFILE, *who, id=f"E:{CORE}", top=51).code == "BAD_USER_INPUT"
    one = risky.ask(PROFILE, *who, id=f"E:{CORE}", top=1).data["riskProfile"]
    assert len(one["contributions"]) == 1
    assert one["contributions"][0]["amount"] + one["remainder"] == pytest.approx(one["score"], abs=1e-12)
