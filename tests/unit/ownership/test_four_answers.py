"""The four answers side by side, close links of one party and cross-holdings, from dated facts of one view."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions, beneficial_owners
from algorithms.ownership.case import ControlStatements, OwnershipCase
from algorithms.ownership.cross_holdings import CrossHoldingKind, cross_holdings
from algorithms.ownership.findings import Answer, EnhancedCheck, Standard
from algorithms.ownership.four_answers import NumbersOptions, ownership_numbers
from algorithms.ownership.linked_parties import LinkKind, linked_parties
from algorithms.ownership.projected import ownership_case
from algorithms.projection import Access, View
from schema.errors import InputError
from tests.unit.lending.builder import DAY, Graph

YESTERDAY, TOMORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


def view_of(graph: Graph, day: dt.date = DAY) -> View:
    return graph.project().view(day, Access.system())


def holdings(*edges: tuple[str, str, float], **flags: object) -> Graph:
    graph = Graph()
    for node in dict.fromkeys(n for e in edges for n in e[:2]):
        graph.node(node)
    for holder, held, share in edges:
        graph.fact("OWNS", holder, held, share_ratio=share, **flags)
    return graph


def place(view: View, node: str) -> int:
    return view.projection.position(node)


def numbers_of(view: View, target: str, holder: str | None = None, floor: float = 0.05):
    asked = NumbersOptions(None if holder is None else place(view, holder), floor)
    found = ownership_numbers(ownership_case(view), place(view, target), asked)
    return {tuple(view.projection.ids[p] for p in h.parties): h for h in found.holders}


def test_a_loop_parts_the_measures_and_the_line_is_named():
    view = view_of(holdings(("P:1", "E:1", 0.24), ("E:1", "E:1", 0.06), ("P:2", "E:1", 0.7)))
    one = numbers_of(view, "E:1")[("P:1",)]
    assert one.walks == pytest.approx(0.24 / 0.94)
    assert (one.direct, one.simple, one.straddles) == (0.24, 0.24, (0.25,))
    assert one.close_link is Answer.YES
    assert one.controls is Answer.NO


def test_the_self_loop_correction_counts_no_walk_of_the_holder_twice():
    # E:1 and E:2 hold each other: Y_12 / (1 + Y_11) is the chance to meet E:1 for the first time.
    view = view_of(holdings(("E:1", "E:2", 0.5), ("E:2", "E:1", 0.4), ("P:1", "E:1", 0.6)))
    first = numbers_of(view, "E:2")[("E:1",)]
    assert first.walks == pytest.approx(0.5 / 0.8)
    assert first.corrected == pytest.approx(0.5)
    A = np.array([[0, 0.5], [0.4, 0]])
    Y = np.linalg.solve(np.eye(2) - A, A)
    assert first.corrected == pytest.approx(Y[0, 1] / (1 + Y[0, 0]))


def test_a_family_controls_and_has_the_power_that_no_member_has():
    graph = holdings(("P:1", "E:1", 0.3), ("P:2", "E:1", 0.3), ("P:3", "E:1", 0.4), ("E:1", "E:2", 1.0))
    graph.fact("FAMILY_OF", "P:1", "P:2", "RESTRICTED", kin="SPOUSE")
    found = numbers_of(view_of(graph), "E:2")
    assert found[("P:1",)].controls is found[("P:2",)].controls is Answer.NO
    family = found[("P:1", "P:2")]
    assert family.controls is Answer.YES
    assert family.channel == "votes"
    assert family.votes == pytest.approx(1.0)
    assert family.walks == pytest.approx(0.6)
    assert (family.power, found[("P:1",)].power) == (pytest.approx(1.0), pytest.approx(1 / 3))
    assert len(family.control_edges) == 3


def test_a_pair_is_answered_however_little_is_held():
    view = view_of(holdings(("P:1", "E:1", 0.01), ("P:2", "E:1", 0.99)))
    assert set(numbers_of(view, "E:1")) == {("P:2",)}
    (one,) = numbers_of(view, "E:1", "P:1").values()
    assert (one.walks, one.controls, one.power) == (0.01, Answer.NO, 0.0)
    assert numbers_of(view, "E:1", "E:1") == {}


def test_shares_that_are_missing_leave_an_interval_and_control_open():
    graph = holdings(("P:1", "E:1", 0.3))
    graph.node("P:2")
    graph.fact("OWNS", "P:2", "E:1", share_min_ratio=0.2, share_max_ratio=0.7)
    found = numbers_of(view_of(graph), "E:1")
    assert (found[("P:2",)].least, found[("P:2",)].most) == (0.2, pytest.approx(0.7))
    assert found[("P:2",)].controls is Answer.UNKNOWN
    assert found[("P:1",)].controls is Answer.UNKNOWN  # what is undeclared could be his


def test_a_floor_that_is_no_ratio_is_refused():
    with pytest.raises(InputError, match="floor"):
        ownership_numbers(OwnershipCase(np.zeros((1, 1)), np.ones(1, bool)), 0, NumbersOptions(floor=2))


def test_a_game_that_is_too_large_says_so():
    edges = [(f"E:{i}", f"E:{(i + 1) % 30}", 0.02) for i in range(30)]
    edges += [(f"P:{i}", f"E:{j}", 0.09) for i in range(9) for j in range(30)]
    view = view_of(holdings(*edges))
    found = ownership_numbers(ownership_case(view), place(view, "E:0"))
    assert found.no_power_because == "too_large"
    assert all(np.isnan(h.power) for h in found.holders)
    assert found.converged


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, DAY, False),  # ended yesterday: the interval is half-open
        (None, TOMORROW, True),
        (DAY, None, True),
        (TOMORROW, None, False),
    ],
)
def test_s1_49_a_holding_counts_on_its_own_days_only(since, until, holds):
    graph = holdings(("P:1", "E:1", 0.4))
    graph.node("P:2")
    graph.fact("OWNS", "P:2", "E:1", share_ratio=0.6, valid_from=since, valid_to=until)
    view = view_of(graph)
    assert (("P:2",) in numbers_of(view, "E:1")) is holds
    found = beneficial_owners(ownership_case(view), place(view, "E:1"))
    owners = {view.projection.ids[o.person] for o in found.owners if o.decision is Answer.YES}
    assert owners == ({"P:1", "P:2"} if holds else {"P:1"})


def test_who_appoints_the_board_is_a_beneficial_owner_by_control():
    graph = holdings(("P:1", "E:1", 0.1), ("P:2", "E:1", 0.2), ("P:3", "E:1", 0.2))
    graph.fact("APPOINTS", "P:1", "E:1", "MEMBER", seats=3, board_size=5)
    view = view_of(graph)
    found = beneficial_owners(ownership_case(view), place(view, "E:1"))
    one = next(o for o in found.owners if view.projection.ids[o.person] == "P:1")
    assert [(f.standard, f.ground) for f in one.findings if f.answer is Answer.YES] == [
        (Standard.CONTROL, "board")
    ]
    assert numbers_of(view, "E:1")[("P:1",)].channel == "board"


def test_voting_rights_of_exactly_a_quarter_are_standard_2():
    graph = Graph()
    for node in ("P:1", "P:2", "E:1"):
        graph.node(node)
    graph.fact("OWNS", "P:1", "E:1", share_ratio=0.1, voting_ratio=0.25)
    graph.fact("OWNS", "P:2", "E:1", share_ratio=0.9)
    view = view_of(graph)
    found = beneficial_owners(ownership_case(view), place(view, "E:1"))
    one = next(o for o in found.owners if view.projection.ids[o.person] == "P:1")
    (finding,) = [f for f in one.findings if f.standard is Standard.RIGHTS]
    assert (finding.ground, finding.answer, finding.at_boundary) == ("voting", Answer.YES, True)


def test_state_capital_is_no_person_and_a_nominee_raises_the_check():
    graph = holdings(("P:1", "E:1", 0.3), nominee=True)
    graph.node("E:国资", "Agency", state_owned=True)
    graph.fact("OWNS", "E:国资", "E:1", share_ratio=0.7)
    view = view_of(graph)
    found = beneficial_owners(ownership_case(view), place(view, "E:1"))
    assert EnhancedCheck.NOMINEE in found.enhanced_check
    assert [view.projection.ids[o.person] for o in found.owners] == ["P:1"]
    assert numbers_of(view, "E:1")[("E:国资",)].controls is Answer.YES


def test_groups_read_as_a_matrix_are_the_groups_of_the_tuples():
    rng = np.random.default_rng(3)
    A = np.zeros((8, 8))
    A[:5, 5:] = rng.dirichlet(np.ones(5), 3).T
    groups = ((0, 1), (2, 3, 4), (6, 7))
    members = np.zeros((8, 3))
    for number, group in enumerate(groups):
        members[list(group), number] = 1
    for given in (groups, members):
        case = OwnershipCase(A, np.arange(8) < 5, control=ControlStatements(groups=given))
        found = ownership_numbers(case, 5, NumbersOptions(floor=0.0))
        assert {h.parties for h in found.holders if len(h.parties) > 1} == {(0, 1), (2, 3, 4)}
        persons = beneficial_owners(case, 5, BeneficialOwnerOptions(control_settled=True))
        assert persons.converged


# Close links --------------------------------------------------------------------------------------------------------


def links_of(A, node, **options):
    found = linked_parties(A, node, **options)
    return {(str(link.kind), link.other, link.common) for link in found.links}


def test_links_of_one_party_run_both_ways_and_through_a_common_holder():
    A = np.zeros((5, 5))
    A[0, 1], A[1, 2], A[0, 3], A[0, 4] = 0.5, 0.4, 0.2, 0.19
    found = linked_parties(A, 1)
    assert links_of(A, 1) == {("held_by", 0, -1), ("holds", 2, -1), ("common_holder", 3, 0), ("common_holder", 2, 0)}  # fmt: skip
    assert [link.at_boundary for link in found.links if link.other == 3] == [True]
    assert found.converged
    assert found.value.tolist() == [0, 2, 3]


def test_a_state_body_links_nobody():
    A = np.zeros((3, 3))
    A[0, 1] = A[0, 2] = 0.9
    state = np.array([True, False, False])
    assert links_of(A, 1, exempt=state) == {("held_by", 0, -1)}
    assert (str(LinkKind.COMMON_HOLDER), 2, 0) in links_of(A, 1)


@pytest.mark.parametrize("threshold", [0, 1.1])
def test_a_line_that_is_no_share_is_refused(threshold):
    with pytest.raises(InputError, match="threshold"):
        linked_parties(np.zeros((2, 2)), 0, threshold)


# Cross-holdings -------------------------------------------------------------------------------------------------------


def test_every_kind_of_cross_holding_is_found_once():
    A = np.zeros((9, 9))
    A[0, 1], A[1, 2], A[2, 1] = 0.9, 0.5, 0.1
    A[3, 3], A[0, 3] = 0.06, 0.9
    A[4, 5] = A[5, 4] = 1.0
    A[0, 6], A[1, 6] = 0.7, 0.6
    found = {c.kind: c for c in cross_holdings(A).found}
    assert {k: c.members.tolist() for k, c in found.items()} == {
        CrossHoldingKind.CIRCLE: [1, 2],
        CrossHoldingKind.CLOSED: [4, 5],
        CrossHoldingKind.SELF: [3],
        CrossHoldingKind.OVERDECLARED: [6],
    }
    circle = found[CrossHoldingKind.CIRCLE]
    assert circle.treasury.tolist() == pytest.approx([0.05, 0.05])
    assert circle.outside.tolist() == pytest.approx([0.9, 0.0])
    assert list(zip(circle.holders.tolist(), circle.held.tolist(), strict=True)) == [(2, 1), (1, 2)]
    assert found[CrossHoldingKind.SELF].treasury.tolist() == pytest.approx([0.06])
    assert np.isnan(found[CrossHoldingKind.CLOSED].treasury).all()
    assert found[CrossHoldingKind.OVERDECLARED].declared.tolist() == pytest.approx([1.3])
    assert not cross_holdings(A).converged


def test_no_circle_no_finding():
    assert cross_holdings(np.triu(np.full((6, 6), 0.1), 1)).found == ()
    assert cross_holdings(np.zeros((0, 0))).value.tolist() == []
