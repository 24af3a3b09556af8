"""Laws of guarantee circles, contingent exposure and connected clients, on networks that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from algorithms.projection import Access
from algorithms.relations.guarantee_circles import guarantee_circles
from algorithms.relations.guarantee_structures import guarantee_structures, member_exposure
from schema.access import Audience
from tests.reference import guarantee_circles as slow
from tests.unit.lending.builder import BANK, DAY, Graph
from tests.unit.relations.test_connected_clients import Found, bank_graph, owns, sells

SIZES = st.integers(1, 7)


@st.composite
def networks(draw: st.DrawFn) -> NDArray[np.float64]:
    n = draw(SIZES)
    cells = draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n))
    return np.array(cells, dtype=np.float64).reshape(n, n)


@given(networks(), st.randoms(use_true_random=False))
def test_circles_do_not_depend_on_how_parties_are_numbered(A: NDArray[np.float64], dice) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(A)))
    dice.shuffle(order)
    moved = guarantee_circles(A[np.ix_(order, order)], None, 10**5)
    renamed = {_canonical([order[i] for i in circle]) for circle in moved.value}
    assert renamed == set(guarantee_circles(A, None, 10**5).value)


@given(networks())
def test_cutting_any_guarantee_takes_away_the_circles_through_it_and_no_other(A: NDArray[np.float64]) -> None:
    whole = set(guarantee_circles(A, None, 10**5).value)
    for start, end in np.argwhere(A).tolist():
        cut = A.copy()
        cut[start, end] = 0
        through = {c for c in whole if (start, end) in zip(c, (*c[1:], c[0]), strict=True)}
        assert set(guarantee_circles(cut, None, 10**5).value) == whole - through


@given(networks(), st.integers(1, 20))
def test_a_bounded_list_is_the_beginning_of_the_whole_one(A: NDArray[np.float64], limit: int) -> None:
    whole, some = guarantee_circles(A, None, 10**5), guarantee_circles(A, None, limit)
    assert some.value == whole.value[:limit]
    assert some.truncated == (len(whole.value) > limit)
    assert all(c in some.value for c in whole.value if len(c) <= some.complete_length)
    assert np.array_equal(some.components, whole.components)


@settings(max_examples=25, deadline=None)
@given(networks(), st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=2), max_size=8))
def test_own_and_contingent_loans_are_apart_and_together_all_that_is_reached(
    A: NDArray[np.float64], borrowers: list[list[int]]
) -> None:
    g, edges, loans = Graph(), np.argwhere(A).tolist(), {}
    g.node(BANK, "Enterprise", "Bank")
    for party in range(7):
        g.node(f"E:{party}", "Enterprise")
    for number, (start, end) in enumerate(edges):
        node = g.node(f"Guarantee:{number}", amount_fen=3, form="GENERAL")
        g.fact("GUARANTOR", f"E:{start}", node, "MEMBER")
        g.fact("BENEFICIARY", node, f"E:{end}", "MEMBER")
    for number, owing in enumerate(borrowers):
        g.loan(str(number), f"E:{owing[0]}", BANK, 10**number)
        for other in owing[1:]:
            private = {"audience": Audience.BANK_PRIVATE.value, "bank": BANK}
            g.fact("LENT_TO", f"Loan:{number}", f"E:{other}", **private)
        for party in owing:
            loans.setdefault(party, set()).add(number)
    if not borrowers:
        return
    graph = g.project()
    structures = guarantee_structures(graph.view(DAY, Access.system()))
    for party in range(len(A)):
        index = structures.index(graph.position(f"E:{party}"))
        if index is None:
            continue
        found = member_exposure(structures, index)
        behind = slow.contingent([(a, b) for a, b in edges], loans, party)  # type: ignore[arg-type]
        assert found.own is not None
        assert found.contingent is not None
        assert found.own.known_fen == sum(10 ** int(n) for n in loans.get(party, set()))
        assert found.contingent.known_fen == sum(10 ** int(n) for n in behind)
        assert found.guaranteed.known_fen == 3 * sum(a == party != b for a, b in edges)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8), st.integers(0, 5))
def test_one_more_dependence_takes_nobody_out_of_a_group_and_joins_no_two_anchors(
    trades: list[tuple[int, int]], held: int
) -> None:
    few, more = _clients(trades[:-1], held), _clients(trades, held)
    for party in range(6):
        name = f"E:{party}"
        assert all(any(group <= larger for larger in more.of(name)) for group in few.of(name))
    anchors = [frozenset(more.groups.anchor(k).tolist()) for k in range(len(more.groups))]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_groups_do_not_depend_on_the_order_in_which_facts_are_stated(order: tuple[int, ...]) -> None:
    trades = [(0, 1), (2, 1), (1, 3)]
    plain, turned = _clients(trades, 4), _clients([trades[i] for i in order], 4)
    assert plain.all() == turned.all()


def _clients(trades: list[tuple[int, int]], held: int) -> Found:
    """Six clients above materiality: each pair (a, b) says that a sells to b alone, and one holds the next."""
    g = bank_graph(*(f"E:{n}" for n in range(6)))
    for party in range(6):
        g.loan(str(party), f"E:{party}", BANK, 50 * 10**6)
    for seller, buyer in trades:
        if seller != buyer:
            sells(g, f"E:{seller}", f"E:{buyer}", 0.6)
    if held < 5:
        owns(g, f"E:{held}", f"E:{held + 1}", 0.9)
    return Found(g)


def _canonical(circle: list[int]) -> tuple[int, ...]:
    place = circle.index(min(circle))
    return tuple(circle[place:] + circle[:place])
