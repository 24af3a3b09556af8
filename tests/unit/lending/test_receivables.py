"""Receivables: every rule alone, the terms of 银发〔2025〕77号, cross-ageing, concentration, advance ratios."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from algorithms.lending import ClaimFinding, ClaimOutcome, MemberDecision, Policy, decide_member
from algorithms.lending.policy import RECEIVABLE
from algorithms.lending.receivables import months_within
from tests.unit.lending.builder import (
    BANK,
    CORE,
    DAY,
    MAKER,
    OTHER_BANK,
    WAN,
    Graph,
    add_enterprise,
    inquiry,
    programme_graph,
)


def _graph() -> Graph:
    g = programme_graph()
    add_enterprise(g, owed=0)
    return g


def _decide(g: Graph, **options: Any) -> MemberDecision:
    return decide_member(inquiry(g, **options), MAKER)


def _one(**values: Any) -> ClaimFinding:
    g = _graph()
    g.receivable("r", MAKER, CORE, 100 * WAN, **values)
    return _decide(g).claims[0]


def _ids(finding: ClaimFinding) -> list[str]:
    return [r.rule.id for r in finding.reasons]


def test_an_eligible_receivable_of_a_large_core_is_advanced_at_85_percent() -> None:
    finding = _one()
    assert (finding.outcome, finding.advance_ratio, finding.finance_fen) == (
        ClaimOutcome.ELIGIBLE,
        0.85,
        85 * WAN,
    )
    assert [f.relationship for f in finding.facts] == ["OWED_TO", "OWED_BY"]


@pytest.mark.parametrize(("scale", "ratio"), [("LARGE", 0.85), ("MEDIUM", 0.8), ("SMALL", 0.7), (None, 0.7)])
def test_the_advance_ratio_follows_the_debtors_size(scale: str | None, ratio: float) -> None:
    g = _graph()
    g.node(CORE, scale=scale)
    g.receivable("r", MAKER, CORE, 100 * WAN)
    assert _decide(g).claims[0].advance_ratio == ratio


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"confirmed_on": None}, "not_confirmed"),
        ({"confirmed_on": DAY + dt.timedelta(days=1)}, "not_confirmed"),
        ({"disputed": True}, "disputed"),
        ({"contra": True}, "contra_account"),
        ({"outstanding_fen": 0}, "nothing_outstanding"),
    ],
)
def test_s1_50_what_makes_a_receivable_worth_nothing(values: dict[str, Any], rule: str) -> None:
    finding = _one(**values)
    assert finding.outcome is ClaimOutcome.EXCLUDED
    assert rule in _ids(finding)
    assert (finding.advance_ratio, finding.finance_fen) == (None, 0)


def test_a_dispute_that_nobody_recorded_is_no_dispute() -> None:
    assert _one(disputed=None, contra=None).outcome is ClaimOutcome.ELIGIBLE


@pytest.mark.parametrize(("late", "outcome"), [(90, ClaimOutcome.ELIGIBLE), (91, ClaimOutcome.EXCLUDED)])
def test_overdue_for_exactly_90_days_still_counts(late: int, outcome: ClaimOutcome) -> None:
    due = DAY - dt.timedelta(days=late)
    finding = _one(due_on=due, incurred_on=due - dt.timedelta(days=60))
    assert finding.outcome is outcome
    assert ("overdue" in _ids(finding)) is (outcome is ClaimOutcome.EXCLUDED)


@pytest.mark.parametrize(
    ("due", "outcome", "reasons"),
    [
        (dt.date(2027, 4, 10), ClaimOutcome.ELIGIBLE, []),
        (dt.date(2027, 4, 11), ClaimOutcome.ELIGIBLE, ["term_above_half_a_year"]),
        (dt.date(2027, 10, 10), ClaimOutcome.ELIGIBLE, ["term_above_half_a_year"]),
        (dt.date(2027, 10, 11), ClaimOutcome.EXCLUDED, ["term_too_long"]),
    ],
)
def test_s1_50_a_term_above_six_months_warns_and_above_a_year_rejects(
    due: dt.date, outcome: ClaimOutcome, reasons: list[str]
) -> None:
    finding = _one(incurred_on=dt.date(2026, 10, 10), due_on=due)
    assert (finding.outcome, _ids(finding)) == (outcome, reasons)


def test_s1_50_the_term_rule_did_not_hold_before_15_june_2025() -> None:
    def on(day: dt.date) -> list[str]:
        g = _graph()
        dates = {
            "incurred_on": dt.date(2025, 3, 1),
            "due_on": dt.date(2026, 9, 1),
            "confirmed_on": dt.date(2025, 3, 5),
        }
        g.receivable("r", MAKER, CORE, 100 * WAN, **dates)
        return _ids(_decide(g, day=day).claims[0])

    assert on(dt.date(2025, 6, 14)) == []
    assert on(dt.date(2025, 6, 15)) == ["term_too_long"]


def test_a_missing_due_date_is_unknown_and_says_what_to_supply() -> None:
    g = _graph()
    g.receivable("r", MAKER, CORE, 100 * WAN, due_on=None)
    decision = _decide(g)
    assert decision.claims[0].outcome is ClaimOutcome.UNKNOWN
    assert decision.term("claims").value_fen is None
    assert "Receivable.due_on" in decision.supply


def test_one_receivable_that_cannot_be_judged_does_not_hide_the_others() -> None:
    g = _graph()
    g.receivable("bad", MAKER, CORE, 100 * WAN, due_on=None)
    g.receivable("good", MAKER, CORE, 10 * WAN)
    term = _decide(g).term("claims")
    assert (term.value_fen, term.inputs["claims_unknown"]) == (85 * WAN // 10, 1)


@pytest.mark.parametrize(("late", "fresh", "excluded"), [(50, 50, 1), (51, 49, 2)])
def test_cross_ageing_takes_out_the_fresh_ones_too_when_more_than_half_is_late(
    late: int, fresh: int, excluded: int
) -> None:
    g = _graph()
    g.receivable("late", MAKER, CORE, late * WAN, incurred_on=dt.date(2026, 3, 1), due_on=dt.date(2026, 6, 1))
    g.receivable("fresh", MAKER, CORE, fresh * WAN)
    assert _decide(g).term("claims").inputs["claims_excluded"] == excluded


def test_what_another_buyer_owes_does_not_count_in_this_programme() -> None:
    g = _graph()
    g.node("E:elsewhere", "Enterprise")
    g.receivable("r", MAKER, "E:elsewhere", 100 * WAN)
    finding = _decide(g).claims[0]
    assert (finding.outcome, _ids(finding)) == (ClaimOutcome.EXCLUDED, ["debtor_is_not_the_core"])


def test_the_concentration_cap_cuts_each_buyer_to_its_part_of_all_that_is_eligible() -> None:
    shipped = Policy.shipped()
    book = shipped.books[RECEIVABLE]
    anybody = replace(book, rules=tuple(r for r in book.rules if r.id != "debtor_is_not_the_core"))
    g = _graph()
    g.node("E:second", "Enterprise", scale="MEDIUM")
    g.receivable("core", MAKER, CORE, 30 * WAN)
    g.receivable("second", MAKER, "E:second", 90 * WAN)
    term = _decide(g, policy=shipped.replaced(anybody)).term("claims")
    # All eligible: 120. The second buyer counts with 50 % of it, 60, not 90; the core is not capped.
    assert term.inputs["eligible_receivables_fen"] == 120 * WAN
    assert term.inputs["receivables_after_concentration_cap_fen"] == 90 * WAN
    assert term.value_fen == 30 * WAN * 85 // 100 + 60 * WAN * 80 // 100


def test_an_assignment_to_another_funder_excludes_and_one_to_this_bank_does_not() -> None:
    g = _graph()
    g.fact("ASSIGNED_TO", g.receivable("gone", MAKER, CORE, WAN), OTHER_BANK, "MEMBER")
    g.fact("ASSIGNED_TO", g.receivable("ours", MAKER, CORE, WAN), BANK, "MEMBER")
    by_id = {c.id: c for c in _decide(g).claims}
    assert _ids(by_id["Receivable:gone"]) == ["financed_elsewhere"]
    assert by_id["Receivable:ours"].outcome is ClaimOutcome.ELIGIBLE


def test_a_receivable_that_the_bank_has_financed_is_spent_until_the_loan_is_repaid() -> None:
    g = _graph()
    g.loan("live", MAKER, BANK, WAN, finances=(g.receivable("spent", MAKER, CORE, WAN),))
    g.loan("repaid", MAKER, BANK, 0, finances=(g.receivable("free", MAKER, CORE, WAN),))
    by_id = {c.id: c for c in _decide(g).claims}
    assert _ids(by_id["Receivable:spent"]) == ["already_financed_here"]
    assert by_id["Receivable:free"].outcome is ClaimOutcome.ELIGIBLE


def test_trailing_dilution_is_stated_as_nothing_because_no_credit_notes_are_on_file() -> None:
    g = _graph()
    g.receivable("r", MAKER, CORE, WAN)
    inputs = _decide(g).term("claims").inputs
    assert inputs["trailing_dilution_ratio"] == 0.0
    assert "no credit notes" in inputs["trailing_dilution_from"]


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (dt.date(2026, 1, 31), dt.date(2026, 1, 31), 0),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 1), 1),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28), 1),
        (dt.date(2026, 1, 31), dt.date(2026, 3, 1), 2),
        (dt.date(2026, 1, 15), dt.date(2027, 1, 15), 12),
        (dt.date(2026, 1, 15), dt.date(2027, 1, 16), 13),
    ],
)
def test_months_of_a_term_end_on_the_corresponding_day(start: dt.date, day: dt.date, months: int) -> None:
    assert months_within(start, day) == months
