"""Clusters, rings and cycles equal their slow twins, and do not depend on the order in which anything is told."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.projection import Access, View
from algorithms.relations.circular_trade import Ring, Rings, rings
from algorithms.relations.clusters import Clusters, Weighing, clusters
from algorithms.relations.cycle_search import Limits
from tests.reference import hidden_ties as reference
from tests.unit.lending.builder import DAY, Graph

WEIGHING = Weighing(0.15, 0.2, 0.1, 0.15, 0.25, 0.15, link_score_min=0.15, tenants_max=3)
WEIGHTS = {
    "ADDRESS": 0.15, "PHONE": 0.2, "ACCOUNTANT": 0.1, "IP": 0.15, "REPRESENTATIVE": 0.25, "POST": 0.15,
}  # fmt: skip
LIMITS = Limits(length=4, cycles=10_000, steps=1_000_000)
FIRMS = [f"E:{n}" for n in range(7)]
PEOPLE = [f"P:{n}" for n in range(4)]

contacts = st.tuples(st.sampled_from(["ADDRESS", "PHONE", "ACCOUNTANT", "IP"]), st.integers(0, 2))
tenancy = st.tuples(
    st.one_of(contacts, st.tuples(st.sampled_from(["REPRESENTATIVE", "POST"]), st.integers(0, 3))),
    st.sampled_from(FIRMS),
)
sale = st.tuples(st.sampled_from(FIRMS), st.sampled_from(FIRMS))
sales = st.dictionaries(sale.filter(lambda s: s[0] != s[1]), st.integers(0, 10**6), max_size=20)


def shared_graph(told: list[tuple[tuple[str, int], str]]) -> Graph:
    g = Graph()
    for node in (*FIRMS, *PEOPLE):
        g.node(node)
    for (kind, number), firm in told:
        if kind in ("REPRESENTATIVE", "POST"):
            relationship = "LEGAL_REP_OF" if kind == "REPRESENTATIVE" else "HOLDS_POST"
            g.fact(relationship, f"P:{number}", firm, **({"post": "DIRECTOR"} if kind == "POST" else {}))
        else:
            contact = g.node(f"C:{kind}:{number}", contact_kind=kind)
            g.fact("REACHED_AT", firm, contact, "MEMBER")
    return g


def trade_graph(amounts: dict[tuple[str, str], int]) -> Graph:
    g = Graph()
    for firm in FIRMS:
        g.node(firm)
    for number, ((seller, buyer), amount) in enumerate(amounts.items()):
        if number % 2:
            g.invoice(f"i{number}", seller, buyer, amount)
        else:
            g.fact(
                "SUPPLIES",
                seller,
                buyer,
                "MEMBER",
                amount_fen=amount,
                confirmed_on=DAY - dt.timedelta(days=3),
            )
    return g


def seen(g: Graph) -> View:
    return g.project().view(DAY, Access.system())


def named(view: View, found: Clusters) -> dict[frozenset[str], float]:
    ids = view.projection.ids
    return {
        frozenset(ids[p] for p in members.tolist()): score
        for members, score in zip(found.members, found.score.tolist(), strict=True)
    }


def all_rings(found: Rings) -> list[Ring]:
    return [found.ring(n) for n in range(len(found.members))]


@settings(max_examples=30, deadline=None)
@given(told=st.lists(tenancy, max_size=25), dice=st.randoms())
def test_clusters_equal_every_two_parties_compared_in_any_order(told, dice):
    # A legal representative holds an office as well, so he is shared as one.
    tenancies = {
        (kind, f"{'P' if kind in ('REPRESENTATIVE', 'POST') else kind}:{n}", firm) for (kind, n), firm in told
    }
    tenancies |= {("POST", hub, firm) for kind, hub, firm in tenancies if kind == "REPRESENTATIVE"}
    expected = reference.clusters(tenancies, WEIGHTS, 0.15, 3)
    shuffled = list(told)
    dice.shuffle(shuffled)
    for order in (told, shuffled):
        view = seen(shared_graph(order))
        assert named(view, clusters(view, WEIGHING)) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(told=st.lists(tenancy, max_size=20), more=tenancy)
def test_one_more_shared_contact_separates_nobody(told, more):
    """Unless it makes a hub too crowded, so the bound is out of the way here."""
    roomy = dataclasses.replace(WEIGHING, tenants_max=50)
    views = [seen(shared_graph(told)), seen(shared_graph([*told, more]))]
    before, after = (named(v, clusters(v, roomy)) for v in views)
    for members in before:
        holding = [m for m in after if members <= m]
        assert len(holding) == 1
        assert after[holding[0]] >= before[members] - 1e-9


@settings(max_examples=30, deadline=None)
@given(amounts=sales, dice=st.randoms())
def test_rings_and_cycles_equal_networkx_in_any_order(amounts, dice):
    shuffled = list(amounts.items())
    dice.shuffle(shuffled)
    for order in (amounts, dict(shuffled)):
        view = seen(trade_graph(order))
        ids = view.projection.ids
        described = all_rings(rings(view, 365, LIMITS))
        netting = {frozenset(ids[p] for p in r.members.tolist()): r.netting for r in described}
        exact = reference.rings(amounts)
        assert netting == {
            m: None if ratio is None else pytest.approx(float(ratio)) for m, ratio in exact.items()
        }
        listed = [tuple(ids[n] for n in c.nodes) for r in described for c in r.cycles]
        assert len(listed) == len(set(listed))
        assert set(listed) == reference.cycles(amounts, LIMITS.length)


@settings(max_examples=20, deadline=None)
@given(amounts=sales)
def test_every_ratio_lies_between_0_and_1_and_the_remainder_adds_up(amounts):
    for ring in all_rings(rings(seen(trade_graph(amounts)), 365, LIMITS)):
        ratios = [ring.netting, *(c.netting for c in ring.cycles)]
        assert all(r is None or 0 <= r <= 1 for r in ratios)
        assert not ring.truncated
        listed = {k for c in ring.cycles for k in c.pairs}
        assert len(listed) + ring.pairs_on_no_listed_cycle == len(ring.pairs)
        assert ring.gross == sum(a for (s, b), a in amounts.items() if {s, b} <= firms_of(ring))


@settings(max_examples=20, deadline=None)
@given(amounts=sales, steps=st.integers(0, 60), most=st.integers(1, 5))
def test_a_bound_lists_a_part_and_says_so(amounts, steps, most):
    view = seen(trade_graph(amounts))
    whole, part = (all_rings(rings(view, 365, limits)) for limits in (LIMITS, Limits(4, most, steps)))
    for full, cut in zip(whole, part, strict=True):
        assert {c.nodes for c in cut.cycles} <= {c.nodes for c in full.cycles}
        assert cut.truncated or len(cut.cycles) == len(full.cycles)
        assert (cut.starts_left > 0) == cut.truncated
        assert (cut.gross, cut.netting) == (full.gross, full.netting)


def firms_of(ring: Ring) -> set[str]:
    ids = sorted(FIRMS)
    return {ids[p] for p in ring.members.tolist()}
