"""Neighbours and shortest paths on a view: what is hidden, or of another day, is not walked."""

from __future__ import annotations

import datetime as dt

from algorithms.projection import Access, View
from algorithms.walks.combined import Heading, combined
from algorithms.walks.neighbours import neighbours
from algorithms.walks.shortest_paths import PathLimits, Search, shortest_paths
from schema.access import Audience
from schema.edges import EDGES
from tests.unit.lending.builder import DAY, Graph

PUBLIC = Access(frozenset({Audience.PUBLIC}))


def town() -> Graph:
    """a owns b twice, b supplies c, c owns a; a hidden household and a past holding would be short cuts."""
    g = Graph()
    for party in ("E:a", "E:b", "E:c", "H:1"):
        g.node(party)
    g.fact("OWNS", "E:a", "E:b", share_ratio=0.3)
    g.fact("OWNS", "E:a", "E:b", share_ratio=0.2)
    g.fact("OWNS", "E:c", "E:a", share_ratio=0.6, valid_to=dt.date(2026, 1, 1))
    g.fact("SUPPLIES", "E:b", "E:c", "MEMBER", amount_fen=1)
    g.fact("SUPPLIES", "H:1", "E:a")
    g.fact("SUPPLIES", "H:1", "E:c")
    return g


def walked(view: View, start: str, end: str, heading: Heading = Heading.BOTH) -> list[list[str]]:
    p = view.projection
    graph = combined(view, list(EDGES))
    found = shortest_paths(graph, p.position(start), p.position(end), PathLimits(9, 9), heading)
    return [[p.ids[hop.end] for hop in path] for path in found.paths]


def test_only_what_the_caller_sees_on_the_day_is_walked() -> None:
    p = town().project()
    system = p.view(DAY, Access.system())
    assert walked(system, "E:a", "E:c") == [["E:b", "E:c"], ["H:1", "E:c"]]
    assert walked(system, "E:a", "E:c", Heading.OUT) == [["E:b", "E:c"]]
    assert walked(p.view(DAY, PUBLIC), "E:a", "E:c") == []
    assert walked(p.view(dt.date(2025, 6, 1), PUBLIC), "E:a", "E:c") == [["E:c"]]


def test_facts_of_a_hop_lead_back_to_their_places() -> None:
    p = town().project()
    graph = combined(p.view(DAY, Access.system()), ("SUPPLIES", "OWNS"))
    found = shortest_paths(graph, p.position("E:a"), p.position("E:c"), PathLimits(9, 1))
    places = [[graph.place(fact) for fact in hop.facts] for hop in found.paths[0]]
    assert found.truncated
    assert [[p.fact(*place).relationship for place in hop] for hop in places] == [
        ["OWNS", "OWNS"],
        ["SUPPLIES"],
    ]
    assert {(f.start, f.end) for hop in places for f in (p.fact(*place) for place in hop)} == {
        ("E:a", "E:b"),
        ("E:b", "E:c"),
    }


def test_a_node_is_its_own_neighbourhood_of_no_hops() -> None:
    p = town().project()
    graph = combined(p.view(DAY, PUBLIC), ("OWNS",))
    found = shortest_paths(graph, p.position("E:a"), p.position("E:a"), PathLimits(1, 1))
    assert (found.search, found.distance, found.paths) == (Search.FOUND, 0, ((),))


def test_neighbours_are_listed_by_relationship_direction_and_place() -> None:
    p = town().project()
    view, a = p.view(DAY, Access.system()), p.position("E:a")
    listed = neighbours(view, a, list(EDGES))
    assert [(n.place, n.outward, p.ids[n.node]) for n in listed] == [
        (("OWNS", 0), True, "E:b"),
        (("OWNS", 1), True, "E:b"),
        (("SUPPLIES", 1), False, "H:1"),
    ]
    assert listed[-1] == listed[2]
    assert list(listed[1:]) == [listed[1], listed[2]]
    assert [n.place for n in neighbours(view, a, ["SUPPLIES"], Heading.OUT)] == []
    assert [n.place[1] for n in neighbours(p.view(DAY, PUBLIC), a, list(EDGES))] == [0, 1]
