"""Chain credit on random programmes: equal to the plain twin, within its bounds, one member = one row."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algorithms.lending import Inquiry, TermStatus, decide_member, decide_programme
from algorithms.lending.allocation import allocate
from algorithms.lending.receivables import months_within
from algorithms.ownership.holders import Holdings
from algorithms.portions import portion
from algorithms.projection import Access
from schema.periods import add_months
from tests.reference.lending import Debt, Farm, World, available, control_by_search, expect, share
from tests.unit.lending.builder import (
    BANK,
    CORE,
    DAY,
    PRODUCT,
    PROGRAMME,
    Graph,
    add_household,
    inquiry,
    lender,
    programme_graph,
)

FEN = st.integers(0, 10**9)
DEBTS = st.builds(
    Debt, st.integers(1, 10**9), st.booleans(), st.booleans(), st.sampled_from((0, 0, 0, 30, 90, 91, 200))
)
ORDERS = st.none() | st.tuples(FEN, st.sampled_from(("0", "0.1", "0.3", "0.7")), FEN)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    farms = tuple(
        Farm(
            f"H:{n}",
            draw(st.integers(1, 60)),
            draw(st.sampled_from(("EXCELLENT", "GOOD", "FAIR", "NONE"))),
            tuple(draw(st.lists(DEBTS, max_size=3))),
            draw(ORDERS),
            draw(st.sampled_from((0, 0, 1, 10**6, 10**8))),
            draw(st.booleans()),
            draw(st.sampled_from((False, False, False, True))),
            draw(st.sampled_from((True, True, True, False))),
        )
        for n in range(draw(st.integers(1, 5)))
    )
    money = st.integers(0, 10**10)
    return World(farms, draw(money), draw(money), draw(money), draw(money), draw(money))


def _graph(world: World) -> Graph:
    g = programme_graph(cap_fen=world.cap, core_draw_fen=world.core_draw)
    g.node("BankCapital:1", net_capital_fen=world.net_capital, tier1_fen=world.tier1)
    g.node(PRODUCT, cap_fen=world.product_cap)
    for farm in world.farms:
        _add(g, farm)
    return g


def _add(g: Graph, farm: Farm) -> None:
    add_household(g, farm.id, star=farm.star, mu=farm.mu)
    for rows in (g.facts["OWED_BY"], g.facts["OWED_TO"]):
        rows.pop()  # the debts are those of the world alone
    del g.nodes["Receivable"][f"Receivable:{farm.id}"]
    for n, debt in enumerate(farm.debts):
        due = DAY - dt.timedelta(days=debt.days_overdue) if debt.days_overdue else DAY + dt.timedelta(days=30)
        dates = {"due_on": due, "incurred_on": due - dt.timedelta(days=90)}
        confirmed = due - dt.timedelta(days=80) if debt.confirmed else None
        claim = f"{farm.id}-{n}"
        g.receivable(claim, farm.id, CORE, debt.fen, disputed=debt.disputed, confirmed_on=confirmed, **dates)
    if farm.order:
        amount, deposit, cost = farm.order
        g.order(farm.id, farm.id, CORE, amount, deposit_ratio=float(deposit), cost_to_complete_fen=cost)
    if farm.loan or farm.under_programme:
        g.loan(farm.id, farm.id, BANK, farm.loan, programme=PROGRAMME if farm.under_programme else None)
    if farm.listed:
        entry = g.node(
            f"ListMembership:{farm.id}", list_kind="DISHONEST_DEBTOR", listed_on=dt.date(2026, 1, 1)
        )
        g.fact("SUBJECT_OF", farm.id, entry)


def _asked(world: World) -> Inquiry:
    consented = frozenset(f.id for f in world.farms if f.consents)
    return inquiry(_graph(world), lender(*consented), consented=consented)


QUICK = settings(deadline=None)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(worlds())
def test_limits_and_allocation_equal_the_plain_twin(world: World) -> None:
    decision = decide_programme(_asked(world))
    expected = expect(world)
    assert [m.member for m in decision.members] == sorted(expected)
    for member in decision.members:
        twin = expected[member.member]
        assert {t.key: t.value_fen for t in member.terms} == twin.terms
        assert (member.decision.value, member.standalone_limit_fen) == (twin.decision, twin.standalone)
    assert decision.pool.available_fen == available(world)
    wishes = {i: e.standalone for i, e in sorted(expected.items()) if e.decision == "ELIGIBLE"}
    given_out = share(available(world), wishes)
    assert {m.member: m.allocated_limit_fen for m in decision.members} == {
        i: given_out.get(i, 0) for i in expected
    }


@SLOW
@given(worlds())
def test_s1_49_t11_the_sum_of_allocations_never_exceeds_what_is_there(world: World) -> None:
    decision = decide_programme(_asked(world))
    pool, total = decision.pool, sum(m.allocated_limit_fen or 0 for m in decision.members)
    assert pool.available_fen is not None
    assert pool.core_draw_fen == world.core_draw
    assert total == pool.allocated_fen <= pool.available_fen
    for term in (pool.core, pool.group, pool.programme):
        assert term.status is TermStatus.KNOWN
        assert term.value_fen is not None
        assert total == 0 or total + world.core_draw <= term.value_fen
    for member in decision.members:
        assert 0 <= (member.allocated_limit_fen or 0) <= (member.standalone_limit_fen or 0)


@SLOW
@given(worlds())
def test_one_member_is_the_table_with_one_row(world: World) -> None:
    asked = _asked(world)
    for row in decide_programme(asked).members:
        assert decide_member(asked, row.member) == dataclasses.replace(row, allocated_limit_fen=None)


LIMITS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10**12), max_size=30)


@QUICK
@given(st.integers(-(10**6), 10**13), LIMITS)
def test_allocation_equals_handing_out_one_fen_at_a_time(total: int, limits: dict[str, int]) -> None:
    given_out = allocate(total, limits)
    assert sum(given_out.values()) == min(max(0, total), sum(limits.values()))
    assert all(0 <= given_out[m] <= limits[m] for m in limits)
    left = max(0, total)
    if sum(limits.values()) > left and left < 10**6:
        assert given_out == share(left, dict(sorted(limits.items())))


@QUICK
@given(
    LIMITS, st.integers(0, 10**12), st.integers(0, 10**12), st.sets(st.text("abc", min_size=1, max_size=2))
)
def test_a_group_never_gets_more_than_its_headroom(
    limits: dict[str, int], total: int, headroom: int, group: set[str]
) -> None:
    given_out = allocate(total, limits, [(sorted(group), headroom)])
    assert sum(given_out.get(m, 0) for m in group) <= headroom
    assert all(given_out[m] <= limits[m] for m in limits)


@QUICK
@given(st.integers(0, 10**15), st.integers(0, 1000))
def test_a_portion_is_the_integer_quotient(fen: int, thousandths: int) -> None:
    assert portion(fen, thousandths / 1000) == fen * thousandths // 1000


@QUICK
@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 2000))
def test_months_within_is_the_smallest_that_reaches(start: dt.date, days: int) -> None:
    day = start + dt.timedelta(days=days)
    months = months_within(start, day)
    assert day <= add_months(start, months)
    assert months == 0 or day > add_months(start, months - 1)


NAMES = ("P:a", "P:b", "E:c", "E:d", "E:e", "E:f")
SHARES = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES[2:])).filter(lambda pair: pair[0] != pair[1]),
    st.sampled_from((0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
    max_size=12,
)


@QUICK
@given(SHARES)
def test_controllers_and_controlled_equal_the_plain_search(votes: dict[tuple[str, str], float]) -> None:
    g = Graph()
    for name in NAMES:
        g.node(name)
    for (holder, held), share_ratio in votes.items():
        g.fact("OWNS", holder, held, share_ratio=share_ratio)
    projection = g.project()
    at = {name: projection.position(name) for name in NAMES}
    holdings = Holdings(projection.view(DAY, Access.system()), 0.5)
    found = holdings.controlled(at.values())
    twin = {name: control_by_search(votes, name) for name in NAMES}
    assert {n: {projection.ids[i] for i in found[at[n]]} for n in NAMES} == twin
    companies = np.array(sorted(at[n] for n in NAMES[2:]))
    above = holdings.controllers(companies)
    for company in NAMES[2:]:
        assert {projection.ids[i] for i in above[at[company]]} == {n for n in NAMES if company in twin[n]}
