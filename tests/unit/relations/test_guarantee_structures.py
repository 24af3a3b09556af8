"""Shapes of guarantees, and what each member stands to lose, on networks small enough to check by hand."""

from __future__ import annotations

import pytest

from algorithms.projection import Access, Projection
from algorithms.relations.guarantee_circles import guarantee_circles
from algorithms.relations.guarantee_structures import (
    GuaranteeStructures,
    MemberExposure,
    guarantee_structures,
    member_exposure,
    parties_of,
    shapes_among,
    within,
)
from algorithms.walks.guarantee_chain import guarantee_chain
from algorithms.walks.links import as_nodes
from schema.access import Audience
from schema.errors import InputError
from tests.unit.lending.builder import BANK, DAY, Graph

PUBLIC = Access(frozenset({Audience.PUBLIC, Audience.MEMBER}))


def network(
    *pairs: str, form: str = "GENERAL", amounts: dict[str, int | None] | None = None
) -> tuple[Graph, GuaranteeStructures]:
    """Guarantees written as ``ab``: E:a guarantees for E:b, each for 1 fen where nothing else is said."""
    g = Graph()
    g.node(BANK, "Enterprise", "Bank")
    for number, pair in enumerate(pairs):
        for name in pair:
            g.node(f"E:{name}", "Enterprise")
        amount = (amounts or {}).get(pair, 1)
        node = g.node(f"Guarantee:{number}", amount_fen=amount, form=form)
        g.fact("GUARANTOR", f"E:{pair[0]}", node, "MEMBER")
        g.fact("BENEFICIARY", node, f"E:{pair[1]}", "MEMBER")
    return g, guarantee_structures(g.project().view(DAY, Access.system()))


def shapes(structures: GuaranteeStructures) -> set[tuple[str, str]]:
    ids = structures.view.projection.ids
    found = shapes_among(structures, as_nodes(range(len(structures.parties))))
    return {(s.kind.value, "".join(ids[m].removeprefix("E:") for m in s.members)) for s in found}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (("ab",), {("PAIR", "ab")}),
        (("ab", "ab"), {("PAIR", "ab")}),
        (("ab", "ba"), {("MUTUAL", "ab")}),
        (("ab", "bc", "ca"), {("CIRCLE", "abc")}),
        (("ab", "bc"), {("CHAIN", "abc")}),
        (("ab", "bc", "cd", "ad"), {("CHAIN", "abcd")}),
        (("ab", "ac", "ad"), {("STAR_OF_GUARANTEED", "abcd")}),
        (("ba", "ca", "da"), {("STAR_OF_GUARANTORS", "abcd")}),
        (("ab", "ac"), set()),
        (("aa",), set()),
        # a chain into a circle and out of it again: the circle counts as one party
        (("ab", "bc", "cb", "cd"), {("MUTUAL", "bc"), ("CHAIN", "acd")}),
    ],
)
def test_s3_08_shapes_are_named(pairs: tuple[str, ...], expected: set[tuple[str, str]]) -> None:
    assert shapes(network(*pairs)[1]) == expected


def test_a_joint_household_guarantee_ties_its_households_together() -> None:
    _, structures = network("ab", "bc", "ca", form="HOUSEHOLD_GROUP")
    assert shapes(structures) == {("CIRCLE", "abc"), ("HOUSEHOLD_GROUP", "abc")}


def test_direct_and_contingent_exposure_of_a_member() -> None:
    g, _ = network("ab", "ab", "bc", "ca", "cd", amounts={"ab": 10, "bc": None, "cd": 5})
    for name, balance in (("a", 100), ("b", 20), ("c", None), ("d", 3)):
        g.loan(name, f"E:{name}", BANK, balance)
    joint = g.loan("joint", "E:c", BANK, 7)
    private = {"audience": Audience.BANK_PRIVATE.value, "bank": BANK}
    g.fact("LENT_TO", joint, "E:d", **private)
    graph = g.project()
    found = {n: _exposure(graph, n, Access.system()) for n in "abcd"}
    a = found["a"]
    assert (a.own.total_fen, a.loans, a.guaranteed.total_fen, a.guarantees) == (100, 1, 20, 2)
    assert a.contingent is not None
    assert (a.contingent.known_fen, a.contingent.unknown, a.contingent_loans, a.reached) == (30, 1, 4, 3)
    assert found["b"].guaranteed.total_fen is None
    assert (found["b"].guaranteed.unknown, found["b"].guaranteed.known_fen) == (1, 0)
    assert (found["d"].reached, found["d"].contingent.total_fen, found["d"].own.total_fen) == (0, 0, 10)
    hidden = _exposure(graph, "a", PUBLIC)
    assert (hidden.own, hidden.contingent, hidden.guaranteed.total_fen) == (None, None, 20)


def test_whom_a_member_reaches_is_what_the_walk_reaches_in_every_part() -> None:
    pairs = ("aa", "ab", "bc", "ca", "cd", "ed", "fg", "gg", "gh")
    _, structures = network(*pairs)
    graph = structures.matrix()
    for member in range(len(structures.parties)):
        walked = guarantee_chain(graph.indptr, graph.indices, member)
        assert member_exposure(structures, member).reached == len(walked.reached)


def test_an_agreement_of_two_guarantors_for_two_parties_counts_once_per_guarantor() -> None:
    g, _ = network("ac", amounts={"ac": 10})
    for name in "bd":
        g.node(f"E:{name}", "Enterprise")
    g.fact("GUARANTOR", "E:b", "Guarantee:0", "MEMBER")
    g.fact("BENEFICIARY", "Guarantee:0", "E:d", "MEMBER")
    found = _exposure(g.project(), "a", Access.system())
    assert (found.guaranteed.total_fen, found.guarantees, found.reached) == (10, 1, 2)


def test_circles_of_a_view_and_cutting_a_guarantee_takes_the_circle_away() -> None:
    _, structures = network("ab", "bc", "ca", "cd", "de", "ed")
    assert [len(parties_of(structures, n)) for n in range(2)] == [3, 2]
    assert structures.circles(parties_of(structures, 0), 10).value == ((0, 1, 2),)
    _, cut = network("ab", "bc", "cd", "de", "ed")
    assert [len(parties_of(cut, n)) for n in range(int(cut.circle.max()) + 1)] == [2]


def test_a_neighbourhood_goes_in_both_directions_and_says_when_it_is_cut() -> None:
    _, structures = network("ab", "bc", "cd")
    nodes, distance, cut = within(structures, 1, 1, 10)
    assert (nodes.tolist(), distance.tolist(), cut) == ([1, 0, 2], [0, 1, 1], True)
    assert within(structures, 1, 5, 10)[2] is False
    assert within(structures, 1, 5, 2)[2] is True


def test_nobody_guarantees_anybody() -> None:
    _, structures = network()
    assert shapes(structures) == set()
    assert structures.index(0) is None


@pytest.mark.parametrize(("length", "limit"), [(1, 10), (3, 0)])
def test_bounds_out_of_range_are_refused(length: int, limit: int) -> None:
    with pytest.raises(InputError, match="at least"):
        guarantee_circles([[0, 1], [1, 0]], length, limit)
    with pytest.raises(InputError, match="square"):
        guarantee_circles([[0, 1]])


def _exposure(graph: Projection, name: str, access: Access) -> MemberExposure:
    structures = guarantee_structures(graph.view(DAY, access))
    index = structures.index(graph.position(f"E:{name}"))
    assert index is not None
    return member_exposure(structures, index)
