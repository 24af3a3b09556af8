"""Related parties by the measures of 2022: every item, each with its path, and UNKNOWN where it cannot be told."""

from __future__ import annotations

import datetime as dt

import pytest

from algorithms.ownership.findings import Answer
from algorithms.projection import Access
from algorithms.relations.related_parties import RULEBOOK, RelatedParties, related_parties
from algorithms.rules import govern, load
from schema.access import Audience
from schema.errors import InputError
from tests.unit.lending.builder import DAY, Graph

BANK = "E:bank"
PUBLIC = Access(frozenset({Audience.PUBLIC}))


def owns(g: Graph, owner: str, company: str, share: float | None, **values: object) -> None:
    g.fact("OWNS", owner, company, share_ratio=share, **values)


@pytest.fixture
def bank() -> Graph:
    """A bank of a holding (60 %) that a person owns, and of a company with exactly 5 %, with officers and kin."""
    g = Graph()
    for entity in (BANK, "E:holding", "E:sister", "E:minor", "E:branch", "E:fund"):
        g.node(entity, "Enterprise")
    for person, year in (
        ("P:boss", 1960),
        ("P:wife", 1962),
        ("P:son", 2000),
        ("P:girl", 2015),
        ("P:teen", 2008),
        ("P:lost", None),
        ("P:director", 1970),
        ("P:clerk", 1990),
        ("P:brother", 1972),
        ("P:runs", 1971),
        ("P:friend", 1965),
    ):
        g.node(person, birth_year=year)
    owns(g, "P:boss", "E:holding", 1.0)
    owns(g, "E:holding", BANK, 0.6)
    owns(g, "E:minor", BANK, 0.05)
    owns(g, "E:fund", BANK, 0.0499)
    owns(g, "P:friend", BANK, 0.3)
    owns(g, "E:holding", "E:sister", 0.2)
    owns(g, BANK, "E:branch", 1.0)
    g.fact("HOLDS_POST", "P:director", BANK, post="DIRECTOR")
    g.fact("HOLDS_POST", "P:clerk", BANK, post="CREDIT_STAFF")
    g.fact("HOLDS_POST", "P:runs", "E:minor", post="GENERAL_MANAGER")
    for relative, kin in (
        ("wife", "SPOUSE"),
        ("son", "CHILD"),
        ("girl", "CHILD"),
        ("teen", "CHILD"),
        ("lost", "CHILD"),
    ):
        g.fact("FAMILY_OF", "P:boss", f"P:{relative}", "RESTRICTED", kin=kin)
    g.fact("FAMILY_OF", "P:brother", "P:director", "RESTRICTED", kin="SIBLING")
    return g


def find(g: Graph, subject: str = BANK, access: Access | None = None, day: dt.date = DAY) -> RelatedParties:
    view = g.project().view(day, access or Access.system())
    return related_parties(view, view.projection.position(subject), govern(load(RULEBOOK), day))


def told(g: Graph, found: RelatedParties) -> dict[str, set[tuple[str, str]]]:
    ids = g.project().ids
    return {ids[p]: {(x.rule.id, str(x.answer)) for x in grounds} for p, grounds in found.grounds.items()}


def test_every_item_of_the_measures_is_found(bank: Graph) -> None:
    found = told(bank, find(bank))
    assert ("controlling_person", "yes") in found["P:boss"]
    assert ("ultimate_beneficiary", "yes") in found["P:boss"]
    assert ("controlling_entity", "yes") in found["E:holding"]
    assert found["E:minor"] == {("holder_entity", "yes")}, "5 % is inclusive"
    assert "E:fund" not in found, "4.99 % is below the line"
    assert ("holder_person", "yes") in found["P:friend"]
    assert found["P:director"] == found["P:clerk"] == {("officer", "yes")}
    assert found["P:wife"] == found["P:son"] == {("close_kin", "yes")}
    assert found["P:brother"] == {("close_kin", "yes")}, "kin is read in both directions"
    assert found["P:runs"] == {("officer_of_holder", "yes")}
    assert ("held_by_controlling_entity", "yes") in found["E:sister"], "20 % of the votes influences"
    assert ("held_by_itself", "yes") in found["E:branch"]
    assert BANK not in found


def test_a_minor_may_be_deemed_and_an_unknown_age_is_unknown(bank: Graph) -> None:
    answers = find(bank)
    ids = bank.project().ids
    because = {ids[p]: {(x.rule.id, x.because) for x in g} for p, g in answers.grounds.items()}
    assert because["P:girl"] == {("minor_child", "may_be_deemed")}
    assert because["P:lost"] == {("close_kin", "age")}
    assert because["P:teen"] == {("close_kin", "age")}, "18 this year: the birthday is not known"
    assert {answers.answer(p) for p in answers.grounds if ids[p] in ("P:girl", "P:lost", "P:teen")} == {
        Answer.UNKNOWN
    }


def test_a_path_leads_from_the_subject_to_the_party_with_its_facts(bank: Graph) -> None:
    projection = bank.project()
    found = find(bank)
    wife = found.grounds[projection.position("P:wife")][0]
    assert [projection.ids[n] for n in wife.path] == [BANK, "E:holding", "P:boss", "P:wife"]
    assert [name for name, _ in wife.places] == ["OWNS", "OWNS", "FAMILY_OF"]
    for ground in (g for grounds in found.grounds.values() for g in grounds):
        ends = {
            frozenset((int(projection.edges[r].start[p]), int(projection.edges[r].end[p])))
            for r, p in ground.places
        }
        assert all(frozenset(hop) in ends for hop in zip(ground.path, ground.path[1:], strict=False)), ground


def test_s0_25_family_is_not_there_for_who_may_not_see_it(bank: Graph) -> None:
    found = told(bank, find(bank, access=PUBLIC))
    assert not {"P:wife", "P:son", "P:brother"} & set(found)
    assert "P:boss" in found


def test_the_age_of_who_has_not_opened_himself_is_unknown(bank: Graph) -> None:
    """A caller who may see the boss's family by his consent does not learn how old the son is."""
    consent = Access(frozenset({Audience.PUBLIC}), frozenset({Audience.RESTRICTED}), frozenset({"P:boss"}))
    found = told(bank, find(bank, access=consent))
    assert found["P:son"] == {("close_kin", "unknown")}
    assert found["P:wife"] == {("close_kin", "yes")}


def test_missing_and_banded_shares_are_unknown(bank: Graph) -> None:
    bank.node("E:banded", "Enterprise")
    bank.node("E:below", "Enterprise")
    owns(bank, "E:banded", BANK, None, share_min_ratio=0.01, share_max_ratio=0.05)
    owns(bank, "P:director", "E:below", None)
    found = told(bank, find(bank))
    assert found["E:banded"] == {("holder_entity", "unknown")}
    assert found["E:below"] == {("held_by_related_person", "unknown")}


def test_what_a_related_party_of_unknown_standing_holds_is_unknown(bank: Graph) -> None:
    bank.node("E:lostandfound", "Enterprise")
    owns(bank, "P:lost", "E:lostandfound", 1.0)
    found = find(bank)
    ground = found.grounds[bank.project().position("E:lostandfound")][0]
    assert (ground.answer, ground.because) == (Answer.UNKNOWN, "through_unknown")


def test_a_family_controls_what_none_of_its_members_does(bank: Graph) -> None:
    bank.node("E:family", "Enterprise")
    owns(bank, "P:brother", "E:family", 0.3)
    owns(bank, "P:director", "E:family", 0.3)
    owns(bank, "P:stranger", "E:family", 0.4)
    bank.node("P:stranger")
    found = find(bank)
    grounds = found.grounds[bank.project().position("E:family")]
    joint = next(g for g in grounds if g.rule.id == "held_by_related_person")
    assert joint.answer is Answer.YES
    assert joint.tie.detail == "together"
    assert {name for name, _ in joint.places} >= {"OWNS", "FAMILY_OF", "HOLDS_POST"}


def test_the_state_relates_nobody_downwards(bank: Graph) -> None:
    bank.node("E:bureau", "Agency")
    bank.node("E:cousin", "Enterprise")
    bank.node("E:utility", "Enterprise")
    owns(bank, "E:bureau", "E:utility", 1.0)
    owns(bank, "E:bureau", "E:cousin", 1.0)
    found = told(bank, find(bank, "E:utility"))
    assert ("controlling_entity", "yes") in found["E:bureau"]
    assert "E:cousin" not in found


def test_who_controls_a_holder_of_five_percent_controls_five_percent(bank: Graph) -> None:
    """His product along the chain is 3.6 %, but the holder's whole 6 % is at his disposal 持有或控制."""
    g = Graph()
    g.node(BANK, "Bank")
    g.node("E:holder", "Enterprise")
    g.node("P:person")
    owns(g, "P:person", "E:holder", 0.6)
    owns(g, "E:holder", BANK, 0.06)
    found = find(g)
    ground = found.grounds[g.project().position("P:person")][0]
    assert (ground.rule.id, ground.answer, ground.tie.share) == ("holder_person", Answer.YES, 0.06)


def test_as_of_a_day_only_what_held_then(bank: Graph) -> None:
    bank.fact("HOLDS_POST", "P:friend", BANK, post="SUPERVISOR", valid_to=dt.date(2024, 1, 1))
    then, now = (told(bank, find(bank, day=day))["P:friend"] for day in (dt.date(2023, 6, 1), DAY))
    assert then - now == {("officer", "yes")}


def test_concert_parties_of_controllers_are_related(bank: Graph) -> None:
    bank.node("P:ally")
    bank.node("E:ally", "Enterprise")
    bank.fact("ACTS_WITH", "P:ally", "E:holding")
    bank.fact("ACTS_WITH", "E:holding", "E:ally")
    found = told(bank, find(bank))
    assert ("concert_person", "yes") in found["P:ally"]
    assert ("concert_entity", "yes") in found["E:ally"]


def test_before_the_measures_nobody_is_told(bank: Graph) -> None:
    with pytest.raises(InputError, match="2022-03-01"):
        find(bank, day=dt.date(2022, 2, 28))


def test_an_undeclared_part_leaves_the_list_open() -> None:
    g = Graph()
    g.node(BANK, "Bank")
    g.node("P:one")
    owns(g, "P:one", BANK, 0.94)
    found = find(g)
    assert found.unknown_because == ("unnamed_holder",)
    assert found.answer(g.project().position(BANK)) is Answer.UNKNOWN
