"""The interest subsidy under other rulebooks: whoever runs the programme sets the policy at the line, and the base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from algorithms.lending.subsidy import BOOK, Borrowed, Bracket, amount_of, bracket_of, lent_days
from algorithms.rules import Governing, govern, load

DAY, LINE = date(2026, 11, 22), 2_000_000_000


def ruled(**constants: str) -> Governing:
    book = load(BOOK)
    named = tuple(replace(c, value=constants.get(c.name, c.value)) for c in book.constants)
    return govern(replace(book, constants=named), DAY)


@pytest.mark.parametrize(
    ("policy", "bracket", "cap"),
    [("LOWER_BRACKET", Bracket.LOWER, 0.03), ("UPPER_BRACKET", Bracket.UPPER, 0.02)],
)
def test_s1_29_t5_who_sets_the_policy_says_in_which_bracket_the_line_is(
    policy: str, bracket: Bracket, cap: float
) -> None:
    found = bracket_of(ruled(boundary_policy=policy), LINE)
    assert (found.bracket, found.cap_ratio) == (bracket, cap)
    assert any(f.inputs.get("boundary_policy") == policy for f in found.findings)
    assert bracket_of(ruled(boundary_policy=policy), LINE - 1).bracket is Bracket.LOWER
    assert bracket_of(ruled(boundary_policy=policy), LINE + 1).bracket is Bracket.UPPER
    assert bracket_of(ruled(boundary_policy=policy), None).bracket is None


def test_s1_29_t6_the_ratio_is_of_principal_and_time_up_to_the_interest_or_of_the_interest() -> None:
    loan = Borrowed(principal_fen=365_000, days=100, interest_paid_fen=2_999)
    assert amount_of(ruled(), 0.03, loan) == 2_999
    assert amount_of(ruled(), 0.03, replace(loan, interest_paid_fen=3_001)) == 3_000
    assert amount_of(ruled(base="INTEREST_PAID"), 0.03, loan) == 89
    assert amount_of(ruled(base="INTEREST_PAID"), 0.03, Borrowed(None, None, 100)) == 3
    for lacking in ({"principal_fen": None}, {"days": None}, {"interest_paid_fen": None}):
        assert amount_of(ruled(), 0.03, replace(loan, **lacking)) is None


def test_days_run_from_the_first_to_the_day_asked_about_or_the_last() -> None:
    first, last = date(2026, 1, 1), date(2026, 7, 1)
    assert lent_days(first, last, date(2026, 1, 11)) == 10
    assert lent_days(first, last, DAY) == lent_days(first, None, last) == 181
    assert lent_days(DAY, None, first) == 0
    assert lent_days(None, last, DAY) is None
