"""Leaving a list: 宗 counts cases, and a subject leaves with its last one."""

from __future__ import annotations

import datetime as dt

from algorithms.listing_counts import Listing, ListingCounts, count_listings

YEAR = (dt.date(2020, 1, 1), dt.date(2021, 1, 1))
LISTED, REMOVED = dt.date(2018, 5, 1), dt.date(2020, 6, 1)


def test_s4_13_t17_a_subject_with_two_cases_stays_listed_until_both_are_removed() -> None:
    one = [Listing("E:1", LISTED, REMOVED), Listing("E:1", LISTED, None)]
    assert count_listings(one, REMOVED, *YEAR) == ListingCounts(1, 1, 1, 0, 1)
    both = [one[0], Listing("E:1", LISTED, dt.date(2020, 12, 31))]
    assert count_listings(both, dt.date(2020, 12, 30), *YEAR) == ListingCounts(1, 1, 2, 1, 0)
    assert count_listings(both, dt.date(2020, 12, 31), *YEAR) == ListingCounts(0, 0, 2, 1, 0)


def test_s4_13_t17_the_ten_thousand_cases_of_2020_are_fewer_subjects() -> None:
    # S4-13 prints 10,787 cases for 2020: here every third subject has a second case, and every ninth keeps a third.
    cases: list[Listing] = []
    subject = 0
    while len(cases) < 10_787:
        subject += 1
        cases += [Listing(f"P:{subject}", LISTED, REMOVED)] * (2 if subject % 3 == 0 else 1)
    cases = cases[:10_787]
    kept = [Listing(f"P:{n}", LISTED, None) for n in range(9, subject + 1, 9)]
    counts = count_listings([*cases, *kept], YEAR[1], *YEAR)
    assert counts.cases_removed == 10_787
    assert counts.subjects_left + counts.subjects_remaining == subject < 10_787
    assert counts.subjects_remaining == counts.subjects_listed == counts.cases_listed == len(kept)


def test_the_ends_of_the_period_are_half_open() -> None:
    first, last = YEAR
    edge = [Listing("E:1", LISTED, first), Listing("E:2", LISTED, last)]
    assert count_listings(edge, first, *YEAR) == ListingCounts(1, 1, 1, 1, 0)


def test_unknown_dates_keep_a_subject_listed() -> None:
    assert count_listings([Listing("E:1", None, None)], LISTED, *YEAR) == ListingCounts(1, 1, 0, 0, 0)
