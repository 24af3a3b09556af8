"""The calendar of working days, checked day by day against the chinese_calendar package."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from schema.errors import InputError, InsufficientData
from schema.workdays import WorkingDays, shipped_calendar


@pytest.mark.parametrize("year", sorted(shipped_calendar().years))
def test_every_day_agrees_with_chinese_calendar(year: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]
    ours = [day for day in days if shipped_calendar().is_working_day(day)]
    assert ours == [day for day in days if chinese_calendar.is_workday(day)]


def test_the_years_of_the_dated_policies_are_covered() -> None:
    assert shipped_calendar().years >= set(range(2019, 2027))


def test_worked_weekends_are_weekends() -> None:
    assert {day.weekday() for day in shipped_calendar().worked_weekends} == {5, 6}


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # across the National Day week
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the Saturday is worked
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a worked Saturday before Spring Festival
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 11, 20), 7, date(2026, 12, 1)),  # publication within 7 working days of the decision
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_counting_forward_and_back(start: date, count: int, expected: date) -> None:
    assert shipped_calendar().add_working_days(start, count) == expected
    assert shipped_calendar().working_days_between(start, expected) == count


def test_a_year_without_a_notice_is_not_guessed() -> None:
    with pytest.raises(InsufficientData, match="2027"):
        shipped_calendar().add_working_days(date(2026, 12, 31), 1)
    with pytest.raises(InsufficientData, match="2018"):
        shipped_calendar().is_working_day(date(2018, 6, 1))
    with pytest.raises(InsufficientData):
        shipped_calendar().working_days_between(date(2026, 12, 1), date(2027, 1, 2))


def test_counting_backward_is_refused() -> None:
    with pytest.raises(InputError):
        shipped_calendar().add_working_days(date(2026, 1, 5), -1)
    with pytest.raises(InputError):
        shipped_calendar().working_days_between(date(2026, 1, 5), date(2026, 1, 4))


def test_a_calendar_is_what_it_is_given() -> None:
    friday, saturday = date(2030, 3, 1), date(2030, 3, 2)
    own = WorkingDays(frozenset({friday}), frozenset({saturday}), frozenset({2030}))
    assert not own.is_working_day(friday)
    assert own.is_working_day(saturday)
    assert not own.is_working_day(saturday + timedelta(days=1))
