"""Administrative penalties: the same penalty gives different answers under the three publication regimes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from algorithms.lending import MemberDecision, Policy, decide_member
from algorithms.lending.checks.standing import published
from algorithms.lending.policy import PENALTY
from algorithms.rules import govern
from tests.unit.lending.builder import MAKER, Graph, add_enterprise, inquiry, programme_graph

FIRST, SECOND, THIRD = dt.date(2022, 6, 1), dt.date(2024, 6, 1), dt.date(2026, 6, 1)
POLICY = Policy.shipped()


def _three(day: dt.date, **penalty: Any) -> list[bool | None]:
    """One penalty on one day, under 527号, Order 58 and Order 36."""
    made = {"domain": "OTHER", "repaired_on": None, **penalty}
    return [
        published([made], day, govern(POLICY.books[PENALTY], regime), POLICY)[0]
        for regime in (FIRST, SECOND, THIRD)
    ]


def test_the_same_general_penalty_after_18_months_is_live_only_under_order_58() -> None:
    assert _three(dt.date(2026, 7, 1), severity="GENERAL", decided_on=dt.date(2025, 1, 1)) == [
        False,
        True,
        False,
    ]


def test_the_same_minor_penalty_after_two_months_is_published_until_order_36() -> None:
    assert _three(dt.date(2026, 7, 1), severity="MINOR", decided_on=dt.date(2026, 5, 1)) == [
        True,
        True,
        False,
    ]


def test_a_serious_penalty_is_live_for_three_years_under_all_three() -> None:
    decided = dt.date(2023, 7, 1)
    assert _three(dt.date(2026, 7, 1), severity="SERIOUS", decided_on=decided) == [True, True, True]
    assert _three(dt.date(2026, 7, 2), severity="SERIOUS", decided_on=decided) == [False, False, False]


@pytest.mark.parametrize(
    ("day", "live"),
    [
        (dt.date(2026, 1, 9), False),
        (dt.date(2026, 1, 10), True),
        (dt.date(2027, 1, 10), True),
        (dt.date(2027, 1, 11), False),
    ],
)
def test_the_clock_starts_at_the_decision_and_stops_by_itself(day: dt.date, live: bool) -> None:
    penalty = {
        "severity": "GENERAL",
        "domain": "OTHER",
        "decided_on": dt.date(2026, 1, 10),
        "repaired_on": None,
    }
    governing = govern(POLICY.books[PENALTY], THIRD)
    assert published([penalty], day, governing, POLICY) == [live]


@pytest.mark.parametrize(
    ("severity", "domain", "decided", "repaired", "live"),
    [
        # 527号: general 3 months, serious 6
        ("GENERAL", "OTHER", dt.date(2022, 1, 1), dt.date(2022, 3, 31), True),
        ("GENERAL", "OTHER", dt.date(2022, 1, 1), dt.date(2022, 4, 1), False),
        ("SERIOUS", "OTHER", dt.date(2022, 1, 1), dt.date(2022, 6, 30), True),
        ("SERIOUS", "OTHER", dt.date(2022, 1, 1), dt.date(2022, 7, 1), False),
        # Order 58: 3 months; food, drugs, special equipment, work safety, fire a year
        ("SERIOUS", "OTHER", dt.date(2024, 1, 1), dt.date(2024, 4, 1), False),
        ("GENERAL", "FOOD", dt.date(2024, 1, 1), dt.date(2024, 12, 31), True),
        ("GENERAL", "FOOD", dt.date(2024, 1, 1), dt.date(2025, 1, 1), False),
        # Order 36: general 3 months, serious a year
        ("GENERAL", "FOOD", dt.date(2026, 4, 1), dt.date(2026, 7, 1), False),
        ("SERIOUS", "OTHER", dt.date(2026, 4, 1), dt.date(2026, 12, 1), True),
        ("SERIOUS", "OTHER", dt.date(2026, 4, 1), dt.date(2027, 4, 1), False),
    ],
)
def test_a_repair_counts_after_the_minimum_of_the_regime_of_its_own_day(
    severity: str, domain: str, decided: dt.date, repaired: dt.date, live: bool
) -> None:
    penalty = {"severity": severity, "domain": domain, "decided_on": decided, "repaired_on": repaired}
    governing = govern(POLICY.books[PENALTY], repaired)
    assert published([penalty], repaired, governing, POLICY) == [live]


def test_a_repair_granted_under_order_58_stays_granted_under_order_36() -> None:
    """Serious, repaired after seven months: enough in 2025, not enough for decisions repaired after 2026-04-01."""
    penalty = {
        "severity": "SERIOUS",
        "domain": "OTHER",
        "decided_on": dt.date(2025, 6, 1),
        "repaired_on": dt.date(2026, 1, 2),
    }
    day = dt.date(2026, 5, 1)
    assert published([penalty], day, govern(POLICY.books[PENALTY], day), POLICY) == [False]


def test_before_the_first_regime_nobody_can_tell() -> None:
    penalty = {
        "severity": "GENERAL",
        "domain": "OTHER",
        "decided_on": dt.date(2019, 1, 1),
        "repaired_on": None,
    }
    day = dt.date(2019, 6, 30)
    assert published([penalty], day, govern(POLICY.books[PENALTY], day), POLICY) == [None]


def _decide(severity: str, decided: dt.date, day: dt.date) -> MemberDecision:
    g: Graph = programme_graph()
    add_enterprise(g)
    penalty = g.node("Penalty:1", severity=severity, domain="OTHER", decided_on=decided)
    g.fact("SUBJECT_OF", MAKER, penalty)
    return decide_member(inquiry(g, day=day), MAKER)


def test_a_live_serious_penalty_refuses_a_general_one_flags_and_the_regime_is_named() -> None:
    day = dt.date(2026, 11, 22)
    serious = _decide("SERIOUS", dt.date(2026, 1, 1), day)
    assert [f.rule.id for f in serious.refusals] == ["serious_penalty"]
    assert [f.end for f in serious.refusals[0].evidence] == ["Penalty:1"]
    general = _decide("GENERAL", dt.date(2026, 1, 1), day)
    assert (general.refusals, [f.rule.id for f in general.flags]) == ((), ["general_penalty"])
    minor = _decide("MINOR", dt.date(2026, 11, 1), day)
    assert (minor.refusals, minor.flags) == ((), ())
    assert serious.regime == "国家发展改革委令第36号"
    assert _decide("GENERAL", dt.date(2025, 1, 1), dt.date(2025, 3, 1)).regime == "国家发展改革委令第58号"


def test_the_same_penalty_of_a_member_flags_under_order_58_and_not_the_day_after() -> None:
    decided = dt.date(2025, 1, 1)
    assert [f.rule.id for f in _decide("GENERAL", decided, dt.date(2026, 3, 31)).flags] == ["general_penalty"]
    assert _decide("GENERAL", decided, dt.date(2026, 4, 1)).flags == ()
