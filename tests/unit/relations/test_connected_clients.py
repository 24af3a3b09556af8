"""Connected clients of a bank: by control, and by dependence one way, above materiality alone. Amounts in 10,000 yuan.

The bank has a net capital of 1,000 and a tier 1 of 800: one client may owe 120, a group 160, dependence is tested above
40, and an exposure is large from 20.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from algorithms.ownership.holders import Holdings
from algorithms.projection import Access
from algorithms.relations.connected_clients import ClientGroups, Inquest, connected_clients, totals
from algorithms.relations.dependence import Ground
from algorithms.relations.exposures import bank_book, capital_of, limits_of
from algorithms.rules import govern, load
from algorithms.walks.links import as_nodes
from schema.access import Audience
from tests.unit.lending.builder import BANK, DAY, WAN, Graph

A, B, C, D = "E:a", "E:b", "E:c", "E:d"
LENDER = Access(frozenset({Audience.PUBLIC, Audience.MEMBER}), banks=frozenset({BANK}))


def bank_graph(*companies: str, tier1: int | None = 800 * WAN) -> Graph:
    g = Graph()
    g.node(BANK, "Enterprise", "Bank")
    g.node("BankCapital:1", measured_on=dt.date(2026, 9, 30), net_capital_fen=1_000 * WAN, tier1_fen=tier1)
    g.fact("CAPITALISED_AT", BANK, "BankCapital:1", "MEMBER")
    for company in companies:
        g.node(company, "Enterprise")
    return g


def sells(g: Graph, seller: str, buyer: str, share: float | None = None, **values: Any) -> None:
    g.fact("SUPPLIES", seller, buyer, "MEMBER", share_ratio=share, period="2026", **values)


def owns(g: Graph, holder: str, company: str, share: float) -> None:
    g.fact("OWNS", holder, company, share_ratio=share)


def guarantees(g: Graph, guarantor: str, other: str, amount: int | None) -> str:
    node = g.node(f"Guarantee:{guarantor}-{other}", amount_fen=amount, form="GENERAL")
    g.fact("GUARANTOR", guarantor, node, "MEMBER")
    g.fact("BENEFICIARY", node, other, "MEMBER")
    return node


def funds(g: Graph, company: str, own: int | None, year: int = 2025) -> None:
    node = g.node(f"FinancialStatement:{company}{year}", period_to=dt.date(year, 12, 31), own_funds_fen=own)
    g.fact("SUBJECT_OF", company, node, "MEMBER")


class Found:
    """The groups of a graph by ids."""

    def __init__(self, g: Graph, *parties: str, access: Access = LENDER) -> None:
        self.graph = p = g.project()
        self.view = p.view(DAY, access)
        bank = p.position(BANK)
        self.book = bank_book(self.view, bank)
        governing = govern(load("connected_clients"), DAY)
        limits = limits_of(capital_of(self.view, bank, DAY), governing)
        inquest = Inquest(Holdings(self.view, 0.5), self.book, limits, governing)
        asked = as_nodes(p.position(i) for i in parties) if parties else self.book.clients()
        self.groups: ClientGroups = connected_clients(inquest, asked)

    def ids(self, group: int) -> set[str]:
        return {self.graph.ids[m] for m in self.groups.members(group).tolist()}

    def all(self) -> list[set[str]]:
        """Groups of two and more."""
        found = (self.ids(g) for g in range(len(self.groups)))
        return sorted((f for f in found if len(f) > 1), key=sorted)

    def of(self, party: str) -> list[set[str]]:
        return sorted((self.ids(g) for g in self.groups.of(self.graph.position(party))), key=sorted)

    def grounds(self, group: int) -> set[Ground]:
        return {d.ground for j in self.groups.joined[group].values() for d in j.by}


# Dependence is one-way ----------------------------------------------------------------------------------------------


def test_s1_49_who_depends_on_two_stands_in_two_groups_and_does_not_join_them() -> None:
    g = bank_graph(A, B, C)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, 0.5)
    sells(g, C, B, 0.5)
    found = Found(g)
    assert found.all() == [{A, C}, {B, C}]
    assert found.of(C) == [{A, C}, {B, C}, {C}]
    assert found.of(A) == [{A, C}]


def test_s1_49_the_other_does_not_depend_on_its_dependent() -> None:
    g = bank_graph(A, C, D)
    g.loan("c", C, BANK, 50 * WAN)
    g.loan("a", A, BANK, 50 * WAN)
    sells(g, C, A, 0.9)
    sells(g, A, D, 0.2)
    assert Found(g).of(A) == [{A, C}]


def test_dependents_of_dependents_follow() -> None:
    g = bank_graph(A, B, C)
    for company in (B, C):
        g.loan(company, company, BANK, 50 * WAN)
    sells(g, B, A, 0.6)
    sells(g, C, B, 0.6)
    assert Found(g).all() == [{A, B, C}, {B, C}]


def test_a_dependent_brings_what_it_controls_and_not_who_controls_it() -> None:
    g = bank_graph(A, "E:parent", C, "E:daughter")
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, 0.6)
    owns(g, "E:parent", C, 0.8)
    owns(g, C, "E:daughter", 0.8)
    found = Found(g)
    assert found.all() == [{A, C, "E:daughter"}, {"E:parent", C, "E:daughter"}]
    (group,) = found.groups.joined
    daughter = found.groups.joined[group][found.graph.position("E:daughter")]
    assert daughter.under == found.graph.position(C)


def test_those_who_depend_on_each_other_stand_in_one_group_from_either_side() -> None:
    g = bank_graph(A, B)
    for company in (A, B):
        g.loan(company, company, BANK, 50 * WAN)
    sells(g, A, B, 0.7)
    sells(g, B, A, 0.7)
    assert Found(g).all() == [{A, B}, {A, B}]


# Materiality --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fen", "merged"), [(40 * WAN, False), (40 * WAN + 1, True)])
def test_materiality_is_strictly_above_five_percent_of_tier_1(fen: int, merged: bool) -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, fen)
    sells(g, C, A, 0.5)
    assert (Found(g).all() == [{A, C}]) is merged


@pytest.mark.parametrize(("share", "merged"), [(0.499, False), (0.5, True)])
def test_half_of_the_sales_is_enough(share: float, merged: bool) -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, share)
    assert (Found(g).all() == [{A, C}]) is merged


def test_a_village_of_farmers_below_materiality_does_not_merge_into_the_cores_group() -> None:
    g = bank_graph(A)
    g.loan("core", A, BANK, 100 * WAN)
    for number in range(30):
        farm = g.node(f"H:{number}", audience="PUBLIC")
        g.loan(farm, farm, BANK, 5 * WAN)
        sells(g, farm, A, 1.0)
    found = Found(g)
    assert found.all() == []
    assert len(found.groups.tested) == 1  # the core itself owes enough to be looked at


def test_without_capital_dependence_is_not_tested_and_says_so() -> None:
    g = bank_graph(A, C, tier1=None)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, 0.9)
    found = Found(g)
    assert found.all() == []
    assert found.groups.untestable


def test_who_may_not_see_the_book_tests_no_dependence() -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, 0.9)
    found = Found(g, A, C, access=Access(frozenset({Audience.PUBLIC, Audience.MEMBER})))
    assert found.groups.untestable
    assert found.all() == []


# Grounds ------------------------------------------------------------------------------------------------------------


def test_sales_by_amounts_count_the_last_period_with_the_buyer() -> None:
    g = bank_graph(A, B, C)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, C, A, amount_fen=60)
    sells(g, C, B, amount_fen=40)
    g.fact("SUPPLIES", C, B, "MEMBER", amount_fen=1_000, period="2024")
    assert Found(g).all() == [{A, C}]


def test_spending_counts_amounts_and_an_unknown_one_leaves_it_open() -> None:
    g = bank_graph(A, B, C)
    g.loan("c", C, BANK, 50 * WAN)
    sells(g, A, C, amount_fen=50)
    sells(g, B, C, amount_fen=50)
    found = Found(g)
    assert found.all() == [{A, C}, {B, C}]
    assert found.grounds(found.groups.of(found.graph.position(A))[0]) == {Ground.SPENDING}
    g.facts["SUPPLIES"][0]["amount_fen"] = None
    found = Found(g)
    assert found.all() == []
    assert [(d.ground, d.holds) for d in found.groups.open] == [(Ground.SPENDING, None)] * 2
    assert all("amount_fen" in d.supply for d in found.groups.open)


@pytest.mark.parametrize(("amount", "merged"), [(99, False), (100, True)])
def test_a_guarantee_that_would_sink_the_guarantor_ties_him_to_whom_he_guarantees(
    amount: int, merged: bool
) -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, 50 * WAN)
    guarantees(g, C, A, amount)
    funds(g, C, 5, year=2024)
    funds(g, C, 100)
    funds(g, C, 1, year=2026)  # has not ended on the day
    found = Found(g)
    assert (found.all() == [{A, C}]) is merged
    assert found.groups.open == ()


@pytest.mark.parametrize(("amount", "own"), [(None, 100), (50, None), (50, "none")])
def test_a_guarantee_without_amount_or_own_funds_is_unknown_and_never_absent(
    amount: int | None, own: Any
) -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, 50 * WAN)
    guarantees(g, C, A, amount)
    if own != "none":
        funds(g, C, own)
    (open_,) = Found(g).groups.open
    assert (open_.ground, open_.holds) == (Ground.GUARANTEE, None)
    assert open_.supply in ("Guarantee.amount_fen", "FinancialStatement.own_funds_fen")


def test_whoever_is_guaranteed_does_not_depend_on_his_guarantor() -> None:
    g = bank_graph(A, C)
    g.loan("c", C, BANK, 50 * WAN)
    guarantees(g, A, C, 1_000 * WAN)
    funds(g, A, 1)
    assert Found(g).all() == []


@pytest.mark.parametrize(("financed", "merged"), [(29, False), (30, True)])
def test_loans_on_claims_against_one_debtor_are_repaid_by_him(financed: int, merged: bool) -> None:
    g = bank_graph(A, C)
    claim = g.receivable("r", C, A, 100 * WAN)
    g.loan("on claim", C, BANK, financed * WAN, finances=[claim])
    g.loan("plain", C, BANK, (60 - financed) * WAN)
    found = Found(g)
    assert (found.all() == [{A, C}]) is merged
    if merged:
        (group,) = found.groups.joined
        assert found.grounds(group) == {Ground.REPAYMENT}


def test_the_flag_of_a_decision_and_the_group_draw_the_line_of_dependence_at_one_place() -> None:
    lines = {govern(load(b), DAY).constant("dependence_ratio") for b in ("chain_credit", "connected_clients")}
    assert lines == {0.5}


# Control ------------------------------------------------------------------------------------------------------------


def test_control_goes_through_an_intermediary_and_sums_what_the_group_holds() -> None:
    g = bank_graph(A, B, C, D)
    g.node("P:boss")
    owns(g, "P:boss", A, 0.51)
    owns(g, A, B, 0.6)
    owns(g, "P:boss", C, 0.3)
    owns(g, B, C, 0.3)
    owns(g, "P:boss", D, 0.5)  # exactly half controls nothing
    g.loan("c", C, BANK, 10 * WAN)
    found = Found(g)
    assert found.all() == [{"P:boss", A, B, C}]
    places = found.groups.control.places(found.view, 0, found.graph.position(C))
    cited = {found.graph.fact(*p).start for p in places}
    assert cited == {"P:boss", A, B}
    assert found.groups.control.places(found.view, 0, found.graph.position("P:boss")) == []


@pytest.mark.parametrize(("tie", "kin"), [("FAMILY_OF", "SPOUSE"), ("ACTS_WITH", None)])
def test_a_family_and_a_concert_group_control_what_none_of_them_does(tie: str, kin: str | None) -> None:
    g = bank_graph(A, B)
    for person in ("P:1", "P:2", "P:brother"):
        g.node(person)
    owns(g, "P:1", A, 0.3)
    owns(g, "P:2", A, 0.3)
    owns(g, A, B, 0.9)
    g.loan("b", B, BANK, 10 * WAN)
    assert Found(g).all() == [{A, B}]
    for other in ("P:2", "P:brother"):
        g.fact(tie, "P:1", other, **({"kin": kin} if kin else {}))
    found = Found(g)
    assert found.all() == [{"P:1", "P:2", A, B}]  # the brother holds nothing: he is no client of theirs
    assert {found.graph.ids[h] for h in found.groups.heads(0)} == {"P:1", "P:2"}


def test_a_company_under_two_heads_stands_in_both_groups_and_does_not_join_them() -> None:
    g = bank_graph(A, B, C)
    owns(g, A, C, 0.6)
    g.fact("APPOINTS", B, C, seats=4, board_size=7)
    g.loan("c", C, BANK, 10 * WAN)
    assert Found(g).all() == [{A, C}, {B, C}]


def test_companies_that_hold_each_other_are_one_group_and_a_public_agency_makes_none() -> None:
    g = bank_graph(A, B, C, D)
    owns(g, A, B, 0.6)
    owns(g, B, A, 0.6)
    g.node("E:office", "Agency")
    owns(g, "E:office", C, 1.0)
    owns(g, "E:office", D, 1.0)
    for company in (A, C, D):
        g.loan(company, company, BANK, 10 * WAN)
    assert Found(g).all() == [{A, B}]


def test_a_head_without_a_majority_holder_that_is_controlled_all_the_same_makes_no_group_of_its_own() -> None:
    g = bank_graph(A, B, C, D)
    owns(g, A, B, 0.9)
    owns(g, A, C, 0.3)
    owns(g, B, C, 0.3)
    owns(g, C, D, 0.9)
    g.loan("d", D, BANK, 10 * WAN)
    assert Found(g).all() == [{A, B, C, D}]


# Exposure -----------------------------------------------------------------------------------------------------------


def test_a_joint_loan_counts_once_in_a_group_and_amounts_beyond_64_bits_add_up() -> None:
    g = bank_graph(A, B)
    owns(g, A, B, 0.9)
    loan = g.loan("joint", A, BANK, 2**62)
    private = {"audience": Audience.BANK_PRIVATE.value, "bank": BANK}
    g.fact("LENT_TO", loan, B, **private)
    for number in range(3):
        g.loan(str(number), B, BANK, 2**62)
    g.loan("later", B, BANK, 1, disbursed_on=dt.date(2026, 12, 1))
    found = Found(g)
    sums = totals(found.groups, found.book)
    assert sums.known[0] == 4 * 2**62
    assert sums.unknown[0] == 0


def test_a_loan_without_an_amount_is_counted_and_not_added() -> None:
    g = bank_graph(A, B)
    owns(g, A, B, 0.9)
    g.loan("a", A, BANK, 7)
    g.loan("b", B, BANK, None)
    found = Found(g)
    sums = totals(found.groups, found.book)
    assert (sums.known[0], sums.unknown[0]) == (7, 1)
