"""Debt evaders 恶意逃废债 (S3-10) on small graphs: who shows a notice, because of whom, and from when to when."""

from __future__ import annotations

import datetime as dt

import pytest

from algorithms.projection import Access, Projection, View
from algorithms.risk.notices.evaders import BOOK, Notice, notices
from algorithms.risk.notices.trails import trail
from algorithms.rules import govern, load
from schema.access import Audience
from tests.unit.lending.builder import Graph

LISTED, ASKED, REMOVED = dt.date(2025, 3, 1), dt.date(2026, 11, 22), dt.date(2026, 12, 1)
PUBLIC = Access(frozenset({Audience.PUBLIC}))


def listing(g: Graph, party: str, kind: str = "DEBT_EVASION", removed_on: dt.date | None = None) -> str:
    record = g.node(f"ListMembership:{party}", list_kind=kind, listed_on=LISTED, removed_on=removed_on)
    g.fact("SUBJECT_OF", party, record)
    return record


def shown(
    graph: Graph | Projection, party: str, day: dt.date = ASKED, access: Access = PUBLIC
) -> list[tuple[str, str]]:
    """(ground, who is listed) of each notice."""
    p = graph.project() if isinstance(graph, Graph) else graph
    return [(str(n.ground), p.ids[n.listed]) for n in found(p.view(day, access), party)]


def found(view: View, party: str) -> tuple[Notice, ...]:
    return notices(view, view.projection.position(party), govern(load(BOOK), view.as_of))


@pytest.fixture
def town() -> Graph:
    """An evader who holds 60 % of a holding, which holds 60 % of an enterprise set up after he was listed."""
    g = Graph()
    for party in ("P:evader", "P:clean", "E:holding", "E:new", "E:other"):
        g.node(party)
    g.fact("OWNS", "P:evader", "E:holding", share_ratio=0.6)
    g.fact("OWNS", "E:holding", "E:new", share_ratio=0.6, valid_from=dt.date(2026, 5, 1))
    g.fact("OWNS", "P:clean", "E:new", share_ratio=0.4, valid_from=dt.date(2026, 5, 1))
    g.fact("OWNS", "P:clean", "E:other", share_ratio=1.0)
    listing(g, "P:evader", removed_on=REMOVED)
    return g


def test_s3_10_a_new_enterprise_of_a_listed_evader_shows_the_notice_with_its_path(town: Graph) -> None:
    view = town.project().view(ASKED, PUBLIC)
    (notice,) = found(view, "E:new")
    assert (notice.rule.id, str(notice.ground)) == ("evader_controls", "CONTROLLER")
    assert "S3-10" in notice.rule.citation
    way = trail(view.projection, notice.record, notice.places)
    ids = [view.projection.ids[n] for n in way.nodes]
    assert ids == ["ListMembership:P:evader", "P:evader", "E:holding", "E:new"]
    assert [name for name, _ in way.places] == ["SUBJECT_OF", "OWNS", "OWNS"]
    assert shown(town, "E:other") == []


def test_s3_10_a_notice_begins_with_the_listing_and_with_control_and_ends_with_removal(town: Graph) -> None:
    p = town.project()
    days = {
        LISTED - dt.timedelta(days=1): [],
        LISTED: [("CONTROLLER", "P:evader")],
        REMOVED - dt.timedelta(days=1): [("CONTROLLER", "P:evader")],
        REMOVED: [],
    }
    assert {day: shown(p, "E:holding", day) for day in days} == days
    assert shown(p, "E:new", dt.date(2026, 4, 30)) == []
    assert shown(p, "E:new", dt.date(2026, 5, 1)) == [("CONTROLLER", "P:evader")]


@pytest.mark.parametrize(("share", "expected"), [(0.5, []), (0.51, [("CONTROLLER", "P:x")])])
def test_s3_10_exactly_half_does_not_control(share: float, expected: list[tuple[str, str]]) -> None:
    g = Graph()
    g.node("P:x"), g.node("P:y"), g.node("E:a")
    g.fact("OWNS", "P:x", "E:a", share_ratio=share)
    g.fact("OWNS", "P:y", "E:a", share_ratio=1 - share)
    listing(g, "P:x")
    assert shown(g, "E:a") == expected


def test_s3_10_more_than_half_of_the_final_shares_counts_without_control() -> None:
    """40 % directly and 50 % of a company that holds 30 %: 55 % of the capital, and control of neither."""
    g = Graph()
    for party in ("P:x", "P:y", "E:a", "E:b"):
        g.node(party)
    for owner, held, share in (
        ("P:x", "E:a", 0.4),
        ("P:x", "E:b", 0.5),
        ("P:y", "E:b", 0.5),
        ("E:b", "E:a", 0.3),
        ("P:y", "E:a", 0.3),
    ):
        g.fact("OWNS", owner, held, share_ratio=share)
    listing(g, "P:x")
    assert shown(g, "E:a") == [("CONTROLLER", "P:x")]
    assert shown(g, "E:b") == []


def test_s3_10_the_legal_representative_and_the_enterprise_itself() -> None:
    g = Graph()
    g.node("P:rep"), g.node("E:a")
    g.fact("LEGAL_REP_OF", "P:rep", "E:a")
    listing(g, "P:rep"), listing(g, "E:a")
    assert shown(g, "E:a") == [("ITSELF", "E:a"), ("LEGAL_REPRESENTATIVE", "P:rep")]
    assert shown(g, "P:rep") == [("ITSELF", "P:rep"), ("FELLOW", "E:a")]


def test_s3_10_a_listed_fellow_under_the_same_controller_is_a_ground_of_its_own(town: Graph) -> None:
    for party in ("E:evading", "E:fresh"):
        town.node(party)
        town.fact("OWNS", "P:clean", party, share_ratio=0.9)
    listing(town, "E:evading")
    view = town.project().view(ASKED, PUBLIC)
    (notice,) = found(view, "E:fresh")
    assert (notice.rule.id, view.projection.ids[notice.through or 0]) == ("evader_fellow", "P:clean")
    way = trail(view.projection, notice.record, notice.places)
    ids = [view.projection.ids[n] for n in way.nodes]
    assert ids == ["ListMembership:E:evading", "E:evading", "P:clean", "E:fresh"]
    assert shown(town, "E:new") == [("CONTROLLER", "P:evader")]  # 40 % is no control


def test_s3_10_another_list_is_no_debt_evasion() -> None:
    g = Graph()
    g.node("E:a")
    listing(g, "E:a", "DISHONEST_DEBTOR")
    assert shown(g, "E:a") == []


def test_s3_10_the_head_of_a_household_and_only_for_who_may_see_it() -> None:
    g = Graph()
    g.node("P:head"), g.node("P:son"), g.node("H:1")
    g.fact("MEMBER_OF", "P:head", "H:1", "RESTRICTED", head=True)
    g.fact("MEMBER_OF", "P:son", "H:1", "RESTRICTED", head=False)
    listing(g, "P:head"), listing(g, "P:son")
    assert shown(g, "H:1", access=Access.system()) == [("CONTROLLER", "P:head")]
    assert shown(g, "H:1") == []


def test_a_hidden_controller_is_not_told_of() -> None:
    g = Graph()
    g.node("P:x"), g.node("E:a")
    g.fact("OWNS", "P:x", "E:a", "MEMBER", share_ratio=1.0)
    listing(g, "P:x")
    assert shown(g, "E:a") == []
    assert shown(g, "E:a", access=Access.system()) == [("CONTROLLER", "P:x")]
