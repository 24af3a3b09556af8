"""Accepted SAME_AS facts join what a caller sees; nothing hidden is learnt, and citations keep their ids."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from algorithms.projection import Access, Projection, View
from schema.access import Audience
from tests.unit.projection.graphs import Growing

DAY = dt.date(2026, 11, 1)
PUBLIC = Access(frozenset({Audience.PUBLIC}))
MEMBER = Access(frozenset({Audience.PUBLIC, Audience.MEMBER}))


def town(*same: tuple[str, str, dict[str, Any]], **nodes: str) -> Projection:
    """Five enterprises and a person; each holds a part of E:x, and the given pairs are said to be one."""
    graph = Growing(1)
    for node_id in ("E:1", "E:2", "E:3", "E:4", "E:x", "P:1"):
        graph.say(node_id, nodes.get(node_id.replace(":", ""), "PUBLIC"))
    graph.say("E:2", nodes.get("E2", "PUBLIC"), uscc="91", name="乙", kinds=["Bank"])
    graph.say("E:1", nodes.get("E1", "PUBLIC"), scale="SMALL", name="甲", kinds=["Enterprise"])
    for key, holder in enumerate(("E:1", "E:2", "E:3", "E:4", "P:1")):
        graph.state("OWNS", key, holder, "E:x", share_ratio=0.1)
    for key, (start, end, said) in enumerate(same):
        graph.state("SAME_AS", 100 + key, start, end, **({"judgement": "ACCEPTED"} | said))
    return graph.fresh(1)


def holders(view: View) -> dict[str, int]:
    """How many holdings in E:x each node has."""
    rows = view.adjacency("OWNS", reverse=True).neighbours(view.projection.position("E:x"))
    ids = [view.projection.ids[i] for i in rows]
    return {i: ids.count(i) for i in ids}


def test_without_identities_a_view_is_of_the_projection_itself() -> None:
    p = town()
    assert p.view(DAY, PUBLIC).projection is p
    undecided = town(("E:1", "E:2", {"judgement": "REVIEW"}), ("E:3", "E:4", {"judgement": None}))
    assert undecided.view(DAY, PUBLIC).projection is undecided


def test_one_node_stands_for_a_class_and_its_facts_start_there() -> None:
    view = town(("E:1", "E:2", {})).view(DAY, PUBLIC)
    assert holders(view) == {"E:2": 2, "E:3": 1, "E:4": 1, "P:1": 1}
    p = view.projection
    assert p.position("E:1") == p.position("E:2") == p.index["LegalEntity"]["E:1"]
    assert [view.sees("E:1"), int(view.visible.sum())] == [True, 5]
    assert {p.ids[i] for i in p.edges["OWNS"].start[view.positions("OWNS")]} == {"E:2", "E:3", "E:4", "P:1"}


def test_citations_keep_the_ids_under_which_facts_were_stated() -> None:
    view = town(("E:1", "E:2", {})).view(DAY, PUBLIC)
    places = view.facts_from("OWNS", view.projection.position("E:1"))
    assert [view.projection.fact("OWNS", int(i)).start for i in places] == ["E:1", "E:2"]


def test_who_stands_for_a_class_says_what_any_member_says() -> None:
    p = town(("E:1", "E:2", {})).view(DAY, PUBLIC).projection
    row = p.frames["LegalEntity"].row(p.position("E:1") - p.spans["LegalEntity"][0], named=True)
    assert (row["name"], row["scale"], row["uscc"], row["kinds"]) == (
        "乙",
        "SMALL",
        "91",
        ["Bank", "Enterprise"],
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [("E:1", "E:3"), ("E:3", "E:4")],
        [("E:4", "E:3"), ("E:1", "E:3")],
        [("E:1", "E:3"), ("E:3", "E:4"), ("E:4", "E:1")],
        [("E:1", "E:3"), ("E:3", "E:1"), ("E:4", "E:4"), ("E:4", "E:3")],
    ],
)
def test_chains_and_circles_make_one_class_whatever_their_order(pairs: list[tuple[str, str]]) -> None:
    view = town(*((a, b, {}) for a, b in pairs)).view(DAY, PUBLIC)
    assert holders(view) == {"E:1": 3, "E:2": 1, "P:1": 1}


def test_a_person_is_never_an_enterprise() -> None:
    p = town(("P:1", "E:1", {}))
    assert p.view(DAY, PUBLIC).projection is p


def test_an_identity_holds_on_its_days_only() -> None:
    p = town(("E:1", "E:2", {"valid_from": DAY}))
    assert holders(p.view(DAY, PUBLIC))["E:2"] == 2
    assert holders(p.view(DAY - dt.timedelta(days=1), PUBLIC))["E:2"] == 1


def test_each_caller_joins_what_he_may_know_to_be_one() -> None:
    p = town(("E:1", "E:2", {"audience": "MEMBER"}), ("E:3", "E:4", {}))
    assert holders(p.view(DAY, PUBLIC)) == {"E:1": 1, "E:2": 1, "E:3": 2, "P:1": 1}
    assert holders(p.view(DAY, MEMBER)) == {"E:2": 2, "E:3": 2, "P:1": 1}


def test_a_hidden_member_joins_nobody_and_shows_in_nothing() -> None:
    """E:1 = E:2 = E:3, where the caller may not see E:2: to him it is as if E:2 and all about it were not there."""
    hidden = town(("E:1", "E:2", {}), ("E:2", "E:3", {}), E2="RESTRICTED").view(DAY, PUBLIC)
    without = town(E2="RESTRICTED").view(DAY, PUBLIC)
    for relationship in ("OWNS", "SAME_AS"):
        one, other = hidden.adjacency(relationship), without.adjacency(relationship)
        assert np.array_equal(one.indptr, other.indptr)
        assert np.array_equal(one.indices, other.indices)
    assert np.array_equal(hidden.visible, without.visible)
    assert not hidden.sees("E:2")


def test_a_consent_opens_the_whole_of_one_who_is_known_by_two_ids() -> None:
    p = town(("E:1", "E:2", {}))
    access = Access(frozenset({Audience.PUBLIC}), frozenset({Audience.MEMBER}), frozenset({"E:1"}))
    view = p.view(DAY, access)
    assert view.opened(view.projection.position("E:2"))
    assert not view.opened(view.projection.position("E:3"))


def test_the_systems_view_beside_a_callers_is_joined_as_his() -> None:
    """Positions then mean the same in both, and an identity that he may not know of plays no part."""
    p = town(("E:1", "E:2", {}), ("E:3", "E:4", {"audience": "POLICE"}))
    view = p.view(DAY, PUBLIC)
    beside = view.beside(Access.system())
    assert beside.projection is view.projection
    assert holders(beside) == {"E:2": 2, "E:3": 1, "E:4": 1, "P:1": 1}
    assert holders(p.view(DAY, Access.system())) == {"E:2": 2, "E:3": 2, "P:1": 1}


def test_equal_classes_share_their_arrays() -> None:
    p = town(("E:1", "E:2", {}))
    one, other = p.view(DAY, PUBLIC), p.view(DAY + dt.timedelta(days=1), MEMBER)
    assert one.projection.edges["OWNS"] is other.projection.edges["OWNS"]
    assert one.projection.edges["GUARANTOR"] is p.edges["GUARANTOR"]
