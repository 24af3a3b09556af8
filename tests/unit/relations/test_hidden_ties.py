"""Hubs, windows, periods and unknown amounts: what counts as shared, and what as traded."""

from __future__ import annotations

import datetime as dt

import pytest

from algorithms.projection import Access, View
from algorithms.relations.circular_trade import rings
from algorithms.relations.clusters import Weighing, clusters
from algorithms.relations.cycle_search import Limits
from algorithms.relations.trades import trades
from algorithms.rules import govern, load
from tests.unit.lending.builder import DAY, Graph

SHIPPED = Weighing.read(govern(load("trade_circles"), DAY).constant)
LIMITS = Limits(length=6, cycles=200, steps=20_000)


def seen(g: Graph) -> View:
    return g.project().view(DAY, Access.system())


def firms(count: int) -> Graph:
    g = Graph()
    for n in range(count):
        g.node(f"E:{n:02}")
    return g


def shares(g: Graph, kind: str, name: str, *parties: str) -> None:
    contact = g.node(f"C:{kind}:{name}", contact_kind=kind)
    for party in parties:
        g.fact("REACHED_AT", party, contact, "MEMBER")


@pytest.mark.parametrize(("tenants", "linked"), [(20, True), (21, False)])
def test_a_hub_beyond_the_bound_is_named_and_links_nobody(tenants: int, linked: bool) -> None:
    g = firms(tenants)
    shares(g, "PHONE", "agent", *(f"E:{n:02}" for n in range(tenants)))
    found = clusters(seen(g), SHIPPED)
    assert len(found.members) == linked
    assert [(hub.kind.name, hub.tenants) for hub in found.hubs] == ([] if linked else [("PHONE", 21)])


def test_an_address_alone_links_nobody_but_with_an_accountant_it_does() -> None:
    g = firms(3)
    shares(g, "ADDRESS", "a", "E:00", "E:01", "E:02")
    shares(g, "ACCOUNTANT", "b", "E:00", "E:01")
    found = clusters(seen(g), SHIPPED)
    (members,) = found.members
    assert members.tolist() == [0, 1]
    assert found.score.tolist() == pytest.approx([0.25])
    assert len(found.places(0, 1)) == 4


def test_the_same_contact_stated_twice_counts_once() -> None:
    g = firms(2)
    for _ in range(2):
        shares(g, "PHONE", "a", "E:00", "E:01")
    found = clusters(seen(g), SHIPPED)
    assert found.score.tolist() == pytest.approx([0.2])
    assert len(found.places(0, 1)) == 4, "every fact is cited"


def test_no_contacts_no_clusters() -> None:
    found = clusters(seen(firms(2)), SHIPPED)
    assert (found.members, found.hubs, found.cluster_of) == ((), (), {})


def circle(g: Graph, *amounts: int | None, **values: object) -> None:
    """Supplies 0 → 1 → 2 → 0."""
    for n, amount in enumerate(amounts):
        g.fact(
            "SUPPLIES", f"E:{n:02}", f"E:{(n + 1) % len(amounts):02}", "MEMBER", amount_fen=amount, **values
        )


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"period": "2026"}, True),
        ({"period": "2026-11"}, True),
        ({"period": "2025Q4"}, True),
        ({"period": "2025-10"}, False),
        ({"period": "2024"}, False),
        ({"confirmed_on": DAY - dt.timedelta(days=364)}, True),
        ({"confirmed_on": DAY - dt.timedelta(days=365)}, False),
        ({"confirmed_on": DAY + dt.timedelta(days=1)}, False),
        ({}, True),
    ],
)
def test_a_supply_counts_when_its_day_or_period_meets_the_window(
    values: dict[str, object], counts: bool
) -> None:
    g = firms(3)
    circle(g, 5, 5, 5, **values)
    found = rings(seen(g), 365, LIMITS)
    assert len(found.members) == counts


def test_claims_count_by_their_dates_and_undated_ones_are_counted_as_left_out() -> None:
    g = firms(2)
    g.order("a", "E:00", "E:01", 10, signed_on=DAY)
    g.order("called off", "E:00", "E:01", 500, signed_on=DAY, status="CANCELLED")
    g.receivable("b", "E:01", "E:00", 7, incurred_on=DAY)
    g.invoice("c", "E:01", "E:00", 900, issued_on=None)
    found = rings(seen(g), 365, LIMITS)
    assert found.trades.undated == 1
    (cycle,) = found.ring(0).cycles
    assert (cycle.amounts, cycle.circulated, cycle.netting) == ((10, 7), 7, pytest.approx(14 / 17))


def test_records_of_one_trade_are_not_added_to_each_other() -> None:
    """An order of 10, its two invoices of 6 and 5, and the receivable of 5 are one trade of 11."""
    g = firms(2)
    g.order("o", "E:00", "E:01", 10)
    g.invoice("i", "E:00", "E:01", 6)
    g.invoice("j", "E:00", "E:01", 5)
    g.receivable("r", "E:00", "E:01", 5)
    found = trades(seen(g), 365)
    assert (found.amounts.to_list(), found.missing.tolist()) == ([11], [0])
    assert len(found.places(0)) == 8


def test_an_unknown_amount_is_null_and_never_0() -> None:
    g = firms(3)
    circle(g, 5, None, 5)
    ring = rings(seen(g), 365, LIMITS).ring(0)
    (cycle,) = ring.cycles
    assert (cycle.amounts, cycle.circulated, cycle.netting) == ((5, None, 5), None, None)
    assert (ring.gross, ring.pairs_without_amount) == (10, 1)
    unknown = firms(2)
    circle(unknown, None, None)
    none = rings(seen(unknown), 365, LIMITS).ring(0)
    assert (none.gross, none.netting, none.pairs_without_amount) == (None, None, 2)


def test_amounts_are_exact_beyond_64_bits() -> None:
    g, large = firms(2), 9 * 10**18
    for _ in range(3):
        circle(g, large, large)
    ring = rings(seen(g), 365, LIMITS).ring(0)
    assert (ring.gross, ring.netting) == (6 * large, 1.0)
    assert ring.cycles[0].circulated == 3 * large


def test_who_sells_to_himself_is_no_circle() -> None:
    g = firms(1)
    g.fact("SUPPLIES", "E:00", "E:00", "MEMBER", amount_fen=5)
    assert rings(seen(g), 365, LIMITS).members == ()


def test_a_longer_circle_than_the_bound_is_a_ring_with_its_remainder() -> None:
    g = firms(8)
    circle(g, *[3] * 8)
    ring = rings(seen(g), 365, LIMITS).ring(0)
    assert (ring.cycles, ring.truncated, ring.pairs_on_no_listed_cycle) == ((), False, 8)
    assert ring.netting == 1.0
