"""The coupled stress test over real HTTP and a real store: numbers, reasons, what is missing, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph_service.trust.demo_issuer import Grant
from schema.access import Purpose, Role
from tests.integration.api_town import (
    ANALYST,
    BANK,
    CORE,
    FILES,
    HOUSEHOLD,
    LENDER,
    OTHER_BANK,
    OWNER_ID,
    SUPERVISOR,
    SUPPLIER,
    Town,
    town,
)

STRESS = """query ($failing: [ID!]!) { stressTest(failing: $failing) {
  failing { graphId } outputLost partyCount converged residual iterations citation groupsTested
  parties { totalCount edges { node { party { graphId } outputLost defaults least { fen } most { fen }
    losses { stage least { fen } most { fen } factCount facts { id relationship start end } } } } }
  banks { totalCount } groups { totalCount }
  outsideLeast { fen } outsideMost { fen }
  missing { what count effect } assumptions { name value citation } } }"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("stress")) as found:
        yield found


def stressed(served: Town, *failing: str) -> Any:
    return served.ask(STRESS, SUPERVISOR, Purpose.SUPERVISION, failing=list(failing)).data["stressTest"]


def test_a_supervisor_sees_who_loses_when_the_core_fails_with_reasons(served: Town) -> None:
    found = stressed(served, f"E:{CORE}")
    assert found["failing"] == [{"graphId": f"E:{CORE}"}]
    assert found["outputLost"] == 1.0
    assert found["converged"]
    parties = {edge["node"]["party"]["graphId"]: edge["node"] for edge in found["parties"]["edges"]}
    farm = parties[HOUSEHOLD]
    assert (farm["least"]["fen"], farm["most"]["fen"]) == ("1000000", "1000000")
    unpaid = next(loss for loss in farm["losses"] if loss["stage"] == "UNPAID")
    assert {(f["relationship"], f["end"]) for f in unpaid["facts"]} == {
        ("OWED_BY", f"E:{CORE}"),
        ("OWED_TO", HOUSEHOLD),
    }
    source = served.ask(
        "query ($id: String!) { fact(id: $id) { file line } }",
        SUPERVISOR,
        Purpose.SUPERVISION,
        id=unpaid["facts"][0]["id"],
    )
    assert source.data["fact"]["line"] > 1


def test_the_guarantor_that_fails_cannot_be_called(served: Town) -> None:
    """The core stands in for the supplier; the supplier fails, and the core, if just solvent, shares out 2,000,000 on 2,100,000."""
    found = stressed(served, f"E:{SUPPLIER}")
    (core,) = (e["node"] for e in found["parties"]["edges"] if e["node"]["party"]["graphId"] == f"E:{CORE}")
    assert [(loss["stage"], loss["most"]["fen"]) for loss in core["losses"]] == [("CALLS", "100000")]
    assert (found["outsideLeast"]["fen"], found["outsideMost"]["fen"]) == ("0", "4762")  # 100,000 / 21


def test_what_the_caller_may_not_use_is_stated_and_the_scenario_is_cited(served: Town) -> None:
    found = stressed(served, f"E:{CORE}")
    gaps = {gap["what"]: gap["count"] for gap in found["missing"]}
    assert gaps["LOANS: loans are not open to the caller"] is None
    assert gaps["EXTERNAL_ASSETS of parties"] > 0
    assert found["banks"]["totalCount"] == 0
    assumed = {each["name"]: each for each in found["assumptions"]}
    assert assumed["dilution_ratio"]["citation"].startswith("SAMPLE")
    assert "group_exposure_ratio" in assumed


def test_a_party_that_is_not_there_or_nobody_is_refused(served: Town) -> None:
    assert served.ask(STRESS, SUPERVISOR, Purpose.SUPERVISION, failing=[]).code == "BAD_USER_INPUT"
    nobody = served.ask(STRESS, SUPERVISOR, Purpose.SUPERVISION, failing=["E:nobody"])
    assert nobody.code == "NOT_FOUND"


def test_a_household_is_hidden_from_an_analyst_and_a_lender_may_not_ask(served: Town) -> None:
    found = served.ask(STRESS, ANALYST, Purpose.STATISTICS, failing=[f"E:{CORE}"]).data["stressTest"]
    assert HOUSEHOLD not in str(found)
    assert served.ask(STRESS, ANALYST, Purpose.STATISTICS, failing=[HOUSEHOLD]).code == "NOT_FOUND"
    assert served.ask(STRESS, LENDER, Purpose.LENDING, failing=[f"E:{CORE}"]).code == "FORBIDDEN"


GROUPS = """query ($failing: [ID!]!) { stressTest(failing: $failing) { groupsTested missing { what count }
  banks { edges { node { party { graphId } least { fen } most { fen } losses { stage facts { relationship start } } } } }
  groups { edges { node { bank { graphId } heads { graphId } members { graphId } memberCount breach breachedBefore
    exposureBefore { fen } exposureMost { fen } limitBefore { fen } limitLeast { fen } } } } } }"""


def test_a_bank_s_operator_sees_its_loss_and_the_group_limit_that_breaks(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """800,000 lent to the supplier, 20 % of 4,100,000 allowed; the core stands in for 100,000, so 700,000 are lost at least."""
    files = {
        **FILES,
        "bank_capital": [FILES["bank_capital"][0], f"k1,{BANK},2026-01-01,5000000,4100000"],
        "loans": [
            "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on,due_on,classification",
            f"d1,E:{SUPPLIER},{BANK},900000,800000,2026-01-01,2027-01-01,NORMAL",
            f"d2,E:{SUPPLIER},{OTHER_BANK},7000000,7000000,2026-01-01,2027-01-01,NORMAL",
        ],
    }
    operator = Grant(Role.OPERATOR, org=f"E:{BANK}")
    with town(tmp_path_factory.mktemp("banks"), files) as served:
        asked = served.ask(GROUPS, operator, Purpose.OPERATIONS, failing=[f"E:{SUPPLIER}"])
        found = asked.data["stressTest"]
    (bank,) = (edge["node"] for edge in found["banks"]["edges"])
    assert bank["party"]["graphId"] == f"E:{BANK}"  # the other bank's book stays closed
    assert bank["least"]["fen"] == "700000"
    assert [loss["stage"] for loss in bank["losses"]] == ["UNPAID"]
    assert {f["relationship"] for f in bank["losses"][0]["facts"]} == {"LENT_TO", "LENT_BY"}
    (group,) = (edge["node"] for edge in found["groups"]["edges"])
    assert [head["graphId"] for head in group["heads"]] == [OWNER_ID]
    assert f"E:{SUPPLIER}" in {member["graphId"] for member in group["members"]}
    assert (group["breach"], group["breachedBefore"]) == ("CERTAIN", False)
    assert (group["exposureBefore"]["fen"], group["limitBefore"]["fen"]) == ("800000", "820000")
    assert int(group["limitLeast"]["fen"]) <= 680_000
    assert found["groupsTested"] == 1
    assert "LOANS: those of other banks are not open to the caller" in {
        gap["what"] for gap in found["missing"]
    }
