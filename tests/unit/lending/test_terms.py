"""The other terms, each checked by hand: orders, core, group, need, product, programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from algorithms.lending import ClaimKind, ClaimOutcome, MemberDecision, TermStatus, decide_member
from algorithms.lending.orders import order_finance
from tests.unit.lending.builder import (
    BANK,
    CORE,
    FARM,
    MAKER,
    OTHER_BANK,
    PRODUCT,
    PROGRAMME,
    WAN,
    Graph,
    add_enterprise,
    add_household,
    add_statement,
    inquiry,
    lender,
    programme_graph,
)


def _decide(g: Graph, member: str = MAKER, **options: Any) -> MemberDecision:
    return decide_member(inquiry(g, **options), member)


def _maker(**agreement: Any) -> Graph:
    g = programme_graph(**agreement)
    add_enterprise(g)
    return g


# Orders -------------------------------------------------------------------------------------------------------------


def test_order_finance_is_the_smaller_of_its_part_and_the_cost_to_complete() -> None:
    g = _maker()
    g.order("by part", MAKER, CORE, 100 * WAN, deposit_ratio=0.2, cost_to_complete_fen=90 * WAN)
    g.order("by cost", MAKER, CORE, 100 * WAN, deposit_ratio=0.2, cost_to_complete_fen=40 * WAN)
    term = _decide(g).term("claims")
    assert term.inputs["order_finance_fen"] == 48 * WAN + 40 * WAN
    assert term.value_fen == 85 * WAN + 88 * WAN


def test_order_finance_is_exact_and_goes_down_to_the_fen() -> None:
    # 0.1 + 0.2 in binary would give 0.7000000000000001 of the order.
    assert order_finance(10, 0.3, 1.0, 10) == 7
    assert order_finance(999, 0.0, 0.5, 10**6) == 499


@pytest.mark.parametrize(
    ("values", "rule", "outcome"),
    [
        ({"status": "DELIVERED"}, "order_not_open", ClaimOutcome.EXCLUDED),
        ({"confirmed_on": None}, "order_not_confirmed", ClaimOutcome.EXCLUDED),
        ({"due_on": dt.date(2026, 11, 21)}, "order_past_due", ClaimOutcome.EXCLUDED),
        ({"deposit_ratio": None}, "order_incomplete", ClaimOutcome.UNKNOWN),
        ({"cost_to_complete_fen": None}, "order_incomplete", ClaimOutcome.UNKNOWN),
    ],
)
def test_which_orders_do_not_count(values: dict[str, Any], rule: str, outcome: ClaimOutcome) -> None:
    g = _maker()
    g.order("o", MAKER, CORE, 100 * WAN, **values)
    finding = next(c for c in _decide(g).claims if c.kind is ClaimKind.ORDER)
    assert (finding.outcome, finding.finance_fen, finding.advance_ratio) == (outcome, 0, None)
    assert [r.rule.id for r in finding.reasons] == [rule]


def test_an_order_financed_by_the_bank_is_spent() -> None:
    g = _maker()
    g.loan("l", MAKER, BANK, WAN, finances=(g.order("o", MAKER, CORE, 100 * WAN),))
    finding = next(c for c in _decide(g).claims if c.kind is ClaimKind.ORDER)
    assert [r.rule.id for r in finding.reasons] == ["order_financed_here"]


# Core ---------------------------------------------------------------------------------------------------------------


def test_the_core_term_is_its_share_of_confirmed_payables_to_the_pool_less_what_is_drawn() -> None:
    g = _maker()
    add_enterprise(g, "E:second", owed=200 * WAN)
    g.receivable("unconfirmed", MAKER, CORE, 999 * WAN, confirmed_on=None)
    g.receivable("disputed", MAKER, CORE, 999 * WAN, disputed=True)
    g.node("E:stranger", "Enterprise")
    g.receivable("outside the pool", "E:stranger", CORE, 999 * WAN)
    spent = g.receivable("spent", MAKER, CORE, 100 * WAN)
    g.loan("both", MAKER, BANK, 30 * WAN, programme=PROGRAMME, finances=(spent,))
    g.loan("on a payable only", "E:second", BANK, 5 * WAN, finances=("Receivable:E:second",))
    g.loan("something else", MAKER, BANK, 7 * WAN)
    term = _decide(g).term("core")
    assert term.inputs["confirmed_payables_fen"] == 400 * WAN
    assert term.inputs["drawn_fen"] == 35 * WAN  # each loan once
    assert term.value_fen == 280 * WAN - 35 * WAN


def test_a_term_never_falls_below_zero() -> None:
    g = _maker()
    g.loan("more than the payables", MAKER, BANK, 500 * WAN, programme=PROGRAMME)
    assert _decide(g).term("core").value_fen == 0


# Group --------------------------------------------------------------------------------------------------------------


def test_the_group_term_is_the_smallest_of_single_and_group_headrooms() -> None:
    """10 % of net capital 80,000 = 8,000; 15 % of tier 1 68,000 = 10,200; 20 % of tier 1 = 13,600 (10,000 yuan)."""
    g = _maker()
    g.loan("own", MAKER, BANK, 100 * WAN)
    term = _decide(g).term("group")
    assert term.inputs["single_loan_limit_fen"] == 8_000 * WAN
    assert term.inputs["single_exposure_limit_fen"] == 10_200 * WAN
    assert term.inputs["core_group_headroom_fen"] == 13_600 * WAN
    assert term.value_fen == 7_900 * WAN


def test_the_group_is_everything_under_one_controller_and_exactly_half_controls_nothing() -> None:
    g = _maker()
    g.node("P:boss")
    g.node("E:sister", "Enterprise")
    g.node("E:daughter", "Enterprise")
    g.node("E:half", "Enterprise")
    g.fact("OWNS", "P:boss", MAKER, share_ratio=0.51)
    g.fact("OWNS", "P:boss", "E:sister", share_ratio=0.3)
    g.fact("OWNS", MAKER, "E:sister", share_ratio=0.3)  # 0.3 + 0.3 through the member: controlled
    g.fact("OWNS", "E:sister", "E:daughter", share_ratio=0.6)
    g.fact("OWNS", "P:boss", "E:half", share_ratio=0.5)
    for party, balance in (("E:sister", 3_000), ("E:daughter", 4_000), ("E:half", 5_000), ("P:boss", 100)):
        g.loan(party, party, BANK, balance * WAN)
    term = _decide(g).term("group")
    assert term.inputs["own_group_size"] == 4
    assert term.inputs["own_group_exposure_fen"] == 7_100 * WAN
    assert term.value_fen == 6_500 * WAN


def test_a_public_agency_does_not_make_its_companies_one_group() -> None:
    g = _maker()
    g.node("E:office", "Agency")
    g.node("E:works", "Enterprise")
    g.fact("OWNS", "E:office", MAKER, share_ratio=1.0)
    g.fact("OWNS", "E:office", "E:works", share_ratio=1.0)
    g.loan("works", "E:works", BANK, 3_000 * WAN)
    assert _decide(g).term("group").inputs["own_group_exposure_fen"] == 0


def test_loans_of_other_banks_and_later_loans_do_not_count() -> None:
    g = _maker()
    g.loan("other", MAKER, OTHER_BANK, 900 * WAN)
    g.loan("later", MAKER, BANK, 900 * WAN, disbursed_on=dt.date(2026, 11, 23))
    assert _decide(g).term("group").inputs["own_exposure_fen"] == 0


def test_the_capital_measured_last_before_the_day_counts() -> None:
    g = _maker()
    for name, on, net in (("old", dt.date(2026, 3, 31), 1), ("later", dt.date(2026, 12, 31), 2)):
        capital = g.node(f"BankCapital:{name}", measured_on=on, net_capital_fen=net, tier1_fen=net)
        g.fact("CAPITALISED_AT", BANK, capital, "MEMBER")
    assert _decide(g).term("group").inputs["tier1_fen"] == 68_000 * WAN


def test_without_the_banks_capital_the_answer_is_unknown() -> None:
    g = _maker()
    g.facts.pop("CAPITALISED_AT")
    decision = _decide(g)
    assert decision.decision == "UNKNOWN"
    assert decision.term("group").status is TermStatus.UNKNOWN
    assert any("bank_capital" in s for s in decision.supply)
    assert (decision.standalone_limit_fen, decision.binding_term) == (None, None)


def test_who_may_not_see_the_banks_book_is_told_unknown_and_not_that_nothing_is_lent() -> None:
    g = _maker()
    access = lender()
    blind = type(access)(access.classes, access.consented, access.subjects, frozenset())
    decision = _decide(g, access=blind)
    assert {t.key for t in decision.terms if t.status is TermStatus.UNKNOWN} == {
        "core",
        "group",
        "need",
        "programme",
    }


@pytest.mark.parametrize(("share", "merged"), [(0.49, False), (0.5, True)])
def test_a_supplier_that_sells_half_to_the_core_joins_its_group_when_its_exposure_matters(
    share: float, merged: bool
) -> None:
    """5 % of tier 1 68,000 is 3,400 (10,000 yuan): above it a dependent supplier counts in the core's group."""
    g = programme_graph()
    add_enterprise(g, share_ratio=share)
    g.loan("own", MAKER, BANK, 3_401 * WAN)
    decision = _decide(g)
    assert ("depends_on_core" in [f.rule.id for f in decision.flags]) is merged
    exposure = decision.term("group").inputs["core_group_exposure_fen"]
    assert exposure == (3_401 * WAN if merged else 0)


def test_a_dependent_farm_below_the_materiality_level_is_flagged_but_not_merged() -> None:
    g = programme_graph()
    add_enterprise(g, share_ratio=0.9)
    g.loan("own", MAKER, BANK, 3_400 * WAN)
    decision = _decide(g)
    assert [f.rule.id for f in decision.flags] == ["depends_on_core"]
    assert decision.term("group").inputs["core_group_exposure_fen"] == 0


# Need ---------------------------------------------------------------------------------------------------------------


def test_the_need_of_an_enterprise_is_its_gap_after_funds_and_loans() -> None:
    g = _maker()
    g.loan("own", MAKER, BANK, 36 * WAN)
    term = _decide(g).term("need")
    assert term.inputs["working_capital_fen"] == 220 * WAN
    assert term.value_fen == (220 - 24 - 36 - 10) * WAN


def test_the_last_statement_whose_period_has_ended_counts() -> None:
    g = _maker()
    g.node("E:ignored", "Enterprise")
    add_statement(g, "E:ignored", period_to=dt.date(2026, 12, 31), own_funds_fen=0)
    g.fact("SUBJECT_OF", MAKER, "FinancialStatement:E:ignored", "MEMBER")
    assert _decide(g).term("need").inputs["period_to"] == dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("values", "supply"),
    [
        ({"expected_sales_fen": None}, "FinancialStatement.expected_sales_fen"),
        ({"period_to": dt.date(2024, 11, 21)}, "a newer statement of the member"),
        ({"sales_fen": 0}, "a statement with sales and cost of sales above 0"),
    ],
)
def test_a_statement_that_is_not_enough_leaves_the_need_unknown(values: dict[str, Any], supply: str) -> None:
    g = _maker()
    g.nodes["FinancialStatement"][f"FinancialStatement:{MAKER}"].update(values)
    decision = _decide(g)
    assert decision.decision == "UNKNOWN"
    assert supply in decision.supply


def test_an_enterprise_without_a_statement_is_unknown_and_not_refused() -> None:
    g = _maker()
    g.facts.pop("SUBJECT_OF")
    decision = _decide(g)
    assert (decision.decision, decision.supply) == ("UNKNOWN", ("financial_statements of the member",))


@pytest.mark.parametrize(
    ("star", "total"), [("EXCELLENT", 96_000), ("GOOD", 88_000), ("FAIR", 80_000), ("NONE", 80_000)]
)
def test_s1_56_the_star_bonus_comes_on_top_of_the_base(star: str, total: int) -> None:
    """10 mu of shrimp at 8,000 yuan: base 80,000 yuan; 优秀 20 %, 良好 10 %, others nothing."""
    g = programme_graph()
    add_household(g, star=star)
    term = _decide(g, FARM).term("need")
    assert term.inputs["base_fen"] == 80_000 * 100
    assert term.value_fen == total * 100


def test_s1_56_base_and_bonus_are_capped_each_on_its_own() -> None:
    g = programme_graph()
    add_household(g, mu=1000)
    inputs = _decide(g, FARM).term("need").inputs
    assert (inputs["base_fen"], inputs["bonus_fen"]) == (30 * WAN, 5 * WAN)


def test_a_household_counts_every_asset_of_this_season() -> None:
    g = programme_graph()
    add_household(g, star="NONE")

    def own(name: str, **values: Any) -> None:
        asset = g.node(f"HouseholdAsset:{name}", **values)
        g.fact("HAS_ASSET", FARM, asset, "RESTRICTED")

    own("pigs", asset_kind="LIVESTOCK", species="生猪", head_count=20, season="2026-WINTER")
    own("rice", asset_kind="CROP", species="水稻", area_mu=2.5, season=None)
    own("past", asset_kind="CROP", species="水稻", area_mu=100, season="2025-AUTUMN")
    own("unsized", asset_kind="CROP", species="水稻", season="2026-AUTUMN")
    inputs = _decide(g, FARM).term("need").inputs
    # 80,000 shrimp + 20 × 1,000 × 0.9 in winter + 2.5 × 1,200 = 101,000 yuan
    assert inputs["base_fen"] == 101_000 * 100
    assert (inputs["assets_counted"], inputs["assets_past_season"], inputs["assets_without_size"]) == (
        3,
        1,
        1,
    )


def test_the_winter_season_lasts_until_the_end_of_march() -> None:
    g = programme_graph()
    add_household(g)
    g.nodes["HouseholdAsset"][f"HouseholdAsset:{FARM}"]["season"] = "2026-WINTER"
    assert _decide(g, FARM, day=dt.date(2027, 3, 31)).term("need").inputs["assets_counted"] == 1
    assert _decide(g, FARM, day=dt.date(2027, 4, 1)).term("need").inputs["assets_counted"] == 0


def test_s1_56_what_is_drawn_is_taken_off_and_losing_the_grade_takes_only_the_undrawn_bonus() -> None:
    g = programme_graph()
    add_household(g, star="EXCELLENT")
    g.loan("drawn", FARM, BANK, 90_000 * 100)
    assert _decide(g, FARM).term("need").value_fen == 6_000 * 100
    g.node(FARM, star_rating="NONE")
    assert _decide(g, FARM).term("need").value_fen == 0


def test_a_household_of_which_no_asset_is_known_is_unknown() -> None:
    g = programme_graph()
    add_household(g)
    g.facts.pop("HAS_ASSET")
    assert _decide(g, FARM).supply == ("household_assets of the member",)


# Product and programme ----------------------------------------------------------------------------------------------


def test_the_product_cap_binds_when_it_is_smallest() -> None:
    g = _maker()
    g.node(PRODUCT, cap_fen=3 * WAN)
    decision = _decide(g)
    assert (decision.binding_term, decision.standalone_limit_fen) == ("product", 3 * WAN)


def test_a_programme_without_a_product_has_no_product_term() -> None:
    g = _maker()
    g.facts.pop("UNDER_PRODUCT")
    decision = _decide(g)
    assert decision.term("product").status is TermStatus.NOT_APPLICABLE
    assert decision.decision == "ELIGIBLE"


def test_a_product_whose_cap_is_not_known_is_unknown() -> None:
    g = _maker()
    g.node(PRODUCT, cap_fen=None)
    assert _decide(g).supply == ("LoanProduct.cap_fen",)


def test_the_programme_term_is_its_cap_less_what_members_have_drawn() -> None:
    g = _maker(cap_fen=100 * WAN)
    g.loan("drawn", MAKER, BANK, 30 * WAN, programme=PROGRAMME)
    assert _decide(g).term("programme").value_fen == 70 * WAN


def test_a_loan_of_unknown_balance_counts_with_its_principal_and_without_one_it_is_unknown() -> None:
    g = _maker()
    g.loan("l", MAKER, BANK, None, principal_fen=40 * WAN)
    assert _decide(g).term("group").inputs["own_exposure_fen"] == 40 * WAN
    g.nodes["Loan"]["Loan:l"]["principal_fen"] = None
    assert _decide(g).term("group").status is TermStatus.UNKNOWN
