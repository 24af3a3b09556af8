"""What a declared interest does to the answers: grounds with their law, bands across a line, chains through statements."""

from __future__ import annotations

import pytest

from algorithms.ownership.actual_controller import ControlRule, actual_controller
from algorithms.ownership.beneficial_owners import BeneficialOwners, beneficial_owners
from algorithms.ownership.declared import READINGS, grounds_between
from algorithms.ownership.findings import Answer, Finding, Standard
from algorithms.ownership.holders import Holdings
from algorithms.ownership.projected import managers, ownership_case
from algorithms.projection import Access, View
from algorithms.walks.links import as_nodes
from schema.edges import INTERESTS
from tests.unit.lending.builder import DAY, Graph


def town(*said: tuple[str, str, str, dict[str, object]]) -> View:
    """E:1 is held whole by P:9, who has no votes that anybody else declares; ``said`` are interests."""
    graph = Graph()
    for node in ("P:1", "P:2", "P:9", "E:1", "E:2"):
        graph.node(node)
    graph.fact("OWNS", "P:9", "E:1", share_ratio=1.0)
    graph.fact("OWNS", "E:1", "E:2", share_ratio=1.0)
    for owner, held, interest, more in said:
        graph.fact("HAS_INTEREST_IN", owner, held, interest=interest, **{"directness": "DIRECT", **more})
    return graph.project().view(DAY, Access.system())


def asked(view: View, company: str = "E:1") -> BeneficialOwners:
    return beneficial_owners(ownership_case(view), view.projection.position(company))


def findings(view: View, person: str = "P:1", company: str = "E:1") -> dict[str, Finding]:
    place = view.projection.position(person)
    (owner,) = (o for o in asked(view, company).owners if o.person == place)
    return {f.ground: f for f in owner.findings}


@pytest.mark.parametrize(
    ("interest", "more", "answer"),
    [
        ("APPOINTMENT_OF_BOARD", {}, Answer.YES),
        ("APPOINTMENT_OF_BOARD", {"share_ratio": 0.5}, Answer.NO),
        ("APPOINTMENT_OF_BOARD", {"share_ratio": 0.51}, Answer.YES),
        ("APPOINTMENT_OF_BOARD", {"share_min_ratio": 0.5, "share_max_ratio": 0.75}, Answer.UNKNOWN),
        ("OTHER_INFLUENCE_OR_CONTROL", {}, Answer.UNKNOWN),
        ("OTHER_INFLUENCE_OR_CONTROL", {"beneficial_owner": True}, Answer.YES),
        ("RIGHTS_GRANTED_BY_CONTRACT", {"beneficial_owner": False}, Answer.UNKNOWN),
        ("RIGHTS_GRANTED_BY_CONTRACT", {"beneficial_owner": True}, Answer.YES),
        ("CONDITIONAL_RIGHTS_GRANTED_BY_CONTRACT", {"beneficial_owner": True}, Answer.UNKNOWN),
        ("CONTROL_VIA_COMPANY_RULES_OR_ARTICLES", {}, Answer.YES),
        ("ACCOUNTING_CONSOLIDATION", {"directness": "ULTIMATE"}, Answer.YES),
        ("VOTING_RIGHTS", {"directness": "INDIRECT", "share_ratio": 0.6}, Answer.YES),
        ("VOTING_RIGHTS", {"share_min_ratio": 0.4, "share_max_ratio": 0.6}, Answer.UNKNOWN),
        ("VOTING_RIGHTS", {"share_min_ratio": 0.1, "share_max_ratio": 0.5}, Answer.NO),
        ("BOARD_MEMBER", {}, Answer.NO),
        ("BENEFICIARY_OF_LEGAL_ARRANGEMENT", {"beneficial_owner": True}, Answer.NO),
        ("NOMINEE", {"beneficial_owner": True}, Answer.NO),
    ],
)
def test_an_interest_is_control_where_the_law_makes_it_one(interest: str, more: dict, answer: Answer) -> None:
    view = town(("P:1", "E:1", interest, more))
    found = [o for o in asked(view).owners if o.person == view.projection.position("P:1")]
    control = [f for o in found for f in o.findings if f.standard is Standard.CONTROL]
    assert [(f.ground, f.answer) for f in control] == ([] if answer is Answer.NO else [("stated", answer)])
    if control:
        (edge,) = control[0].paths[0].edges
        (ground,) = grounds_between(view, *edge)
        assert (ground.interest, ground.rule, ground.citation) == (
            interest,
            READINGS[interest].rule,
            READINGS[interest].citation,
        )
        assert ground.fact.relationship == "HAS_INTEREST_IN"


@pytest.mark.parametrize(
    ("interest", "ground", "standard"),
    [
        ("SHAREHOLDING", "declared_equity", Standard.EQUITY),
        ("VOTING_RIGHTS", "declared_voting", Standard.RIGHTS),
        ("RIGHTS_TO_PROFIT_OR_INCOME", "declared_income", Standard.RIGHTS),
    ],
)
@pytest.mark.parametrize(
    ("share", "answer"),
    [
        ({"share_ratio": 0.25}, Answer.YES),
        ({"share_ratio": 0.24}, Answer.NO),
        ({"share_min_ratio": 0.25, "share_max_ratio": 0.5}, Answer.YES),
        ({"share_min_ratio": 0.2, "share_max_ratio": 0.4}, Answer.UNKNOWN),
        ({"share_max_ratio": 0.2}, Answer.NO),
        ({}, Answer.UNKNOWN),
    ],
)
def test_a_right_held_through_others_is_compared_with_its_band(
    interest: str, ground: str, standard: Standard, share: dict, answer: Answer
) -> None:
    found = findings(town(("P:1", "E:1", interest, {"directness": "INDIRECT", **share})))[ground]
    assert (found.standard, found.answer) == (standard, answer)


def test_what_the_statement_made_a_holding_is_not_counted_again() -> None:
    graph = Graph()
    for node in ("P:1", "P:2", "E:1"):
        graph.node(node)
    graph.fact("OWNS", "P:1", "E:1", share_ratio=0.2, voting_ratio=0.2)
    graph.fact("OWNS", "P:2", "E:1", share_ratio=0.8)
    for interest in ("SHAREHOLDING", "VOTING_RIGHTS"):
        graph.fact("HAS_INTEREST_IN", "P:1", "E:1", interest=interest, directness="DIRECT", share_ratio=0.2)
    view = graph.project().view(DAY, Access.system())
    assert not [g for g in findings(view) if g.startswith("declared")]
    # What he holds through others comes on top of what he holds himself: 20 % and 5 % are a quarter.
    graph.fact(
        "HAS_INTEREST_IN", "P:1", "E:1", interest="SHAREHOLDING", directness="INDIRECT", share_ratio=0.05
    )
    view = graph.project().view(DAY, Access.system())
    found = findings(view)
    assert (found["declared_equity"].least, found["declared_equity"].answer) == (
        pytest.approx(0.25),
        Answer.YES,
    )
    assert (found["equity"].least, found["equity"].answer) == (pytest.approx(0.2), Answer.NO)


def test_two_statements_of_one_right_are_at_least_the_greater_and_at_most_their_sum() -> None:
    said = [("P:1", "E:1", "SHAREHOLDING", {"directness": "INDIRECT", "share_ratio": s}) for s in (0.2, 0.1)]
    found = findings(town(*said))["declared_equity"]
    assert (found.least, found.most) == (0.2, pytest.approx(0.3))
    assert found.answer is Answer.UNKNOWN


def test_stated_control_reaches_down_the_chain_and_into_groups_of_companies() -> None:
    view = town(("P:1", "E:1", "CONTROL_VIA_COMPANY_RULES_OR_ARTICLES", {}))
    found = findings(view, company="E:2")["stated" if "stated" in findings(view, company="E:2") else "votes"]
    assert found.answer is Answer.YES
    assert len(found.paths[0].edges) == 2
    position = view.projection.position
    above = Holdings(view, 0.5).controllers(as_nodes([position("E:2")]))
    assert {position("P:1"), position("P:9"), position("E:1")} <= above[position("E:2")]


def test_an_actual_controller_by_statement_names_its_edges() -> None:
    graph = Graph()
    for node in ("E:1", "E:2", "E:3"):
        graph.node(node)
    graph.fact("HAS_INTEREST_IN", "E:3", "E:2", interest="ACCOUNTING_CONSOLIDATION", directness="DIRECT")
    graph.fact("HAS_INTEREST_IN", "E:2", "E:1", interest="ACCOUNTING_CONSOLIDATION", directness="DIRECT")
    graph.fact("HAS_INTEREST_IN", "E:3", "E:1", interest="ACCOUNTING_CONSOLIDATION", directness="ULTIMATE")
    view = graph.project().view(DAY, Access.system())
    position = view.projection.position
    found = actual_controller(ownership_case(view), position("E:1"))
    # The parent in between is consolidated itself, so it is nobody's last word.
    (leading,) = found.candidates
    assert leading.parties == (position("E:3"),)
    assert leading.rules == (ControlRule.FIXPOINT,)
    assert (leading.channel, leading.edges) == ("stated", ((position("E:3"), position("E:1")),))
    assert found.decision is Answer.YES


def test_a_declared_senior_manager_is_the_fourth_standard_s() -> None:
    view = town(("P:1", "E:1", "SENIOR_MANAGING_OFFICIAL", {}))
    position = view.projection.position
    assert managers(view, position("E:1")) == (position("P:1"),)
    assert not [o for o in asked(view).owners if o.person == position("P:1")]


def test_a_company_about_which_nothing_is_declared_is_read_as_before() -> None:
    assert ownership_case(town()).control.stated is None
    assert not {*READINGS} - {*INTERESTS}
