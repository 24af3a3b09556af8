"""Dates as sources write them, and half-open periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from schema.errors import InputError
from schema.periods import (
    ParsedDate,
    Period,
    Precision,
    Sentinel,
    add_months,
    add_years,
    as_days,
    from_days,
    parse_date,
    today_in_shanghai,
)

LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29",
        "20240229",
        "2024/02/29",
        "2024/2/29",
        "2024年02月29日",
        "2024年2月29日",
        " ２０２４-02-29 ",
        "2024-02-29T23:59:59",
        "2024/02/29 00:00:00",
        "2024/2/29 8:00",
        "2024年2月29日 08:00:00.5",
        "2024-02-29 08:00:00+08:00",
        "2024-02-28T16:00:00Z",
    ],
)
def test_full_dates(text: str) -> None:
    assert parse_date(text) == ParsedDate(LEAP)


@pytest.mark.parametrize(
    ("text", "day", "precision", "last_day"),
    [
        ("2024", date(2024, 1, 1), Precision.YEAR, date(2024, 12, 31)),
        ("2024年", date(2024, 1, 1), Precision.YEAR, date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), Precision.MONTH, date(2024, 2, 29)),
        ("2024/2", date(2024, 2, 1), Precision.MONTH, date(2024, 2, 29)),
        ("2024年12月", date(2024, 12, 1), Precision.MONTH, date(2024, 12, 31)),
        ("2024-02-29", LEAP, Precision.DAY, LEAP),
        ("1900", date(1900, 1, 1), Precision.YEAR, date(1900, 12, 31)),  # a year, not the sentinel day
    ],
)
def test_precision_is_kept(text: str, day: date, precision: Precision, last_day: date) -> None:
    parsed = parse_date(text)
    assert (parsed.day, parsed.precision, parsed.sentinel) == (day, precision, None)
    assert (parsed.period.valid_from, parsed.period.last_day) == (day, last_day)


@pytest.mark.parametrize(
    ("text", "sentinel"),
    [
        ("1900-01-01", Sentinel.UNKNOWN),
        ("1900/1/1 00:00:00", Sentinel.UNKNOWN),
        ("0001-01-01", Sentinel.UNKNOWN),
        ("0000-00-00", Sentinel.UNKNOWN),
        ("9999-12-31", Sentinel.OPEN_ENDED),
        ("99991231", Sentinel.OPEN_ENDED),
        ("9999-12-31T23:59:59", Sentinel.OPEN_ENDED),
        ("9999-12-31T23:00:00-05:00", Sentinel.OPEN_ENDED),  # its day in Shanghai would not exist
        ("1899-12-31T16:00:00Z", Sentinel.UNKNOWN),
        ("2099/12/31", Sentinel.OPEN_ENDED),
        ("长期", Sentinel.OPEN_ENDED),
        ("永久", Sentinel.OPEN_ENDED),
    ],
)
def test_sentinels_become_no_date_and_a_flag(text: str, sentinel: Sentinel) -> None:
    parsed = parse_date(text)
    assert (parsed.day, parsed.sentinel) == (None, sentinel)
    assert parsed.period == Period(None, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("2023-02-29", "calendar"),
        ("2024-13-01", "calendar"),
        ("20241301", "calendar"),
        ("2024-00", "calendar"),
        ("0000", "calendar"),
        ("29-02-2024", "not a date"),
        ("2024-02/29", "not a date"),
        ("yesterday", "not a date"),
        ("45351", "not a date"),  # a spreadsheet's day number says nothing by itself
        ("2024-02-29 25:00", "not a date"),
        ("2024-02-29 noon", "not a date"),
        ("2024-W09-4", "not a date"),
        ("2023-02-29 08:00", "calendar"),
    ],
)
def test_bad_dates_say_why(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        parse_date(text)


def test_half_open_membership() -> None:
    period = Period(date(2024, 1, 1), date(2024, 2, 1))
    assert period.contains(date(2024, 1, 1))
    assert period.contains(date(2024, 1, 31))
    assert not period.contains(date(2024, 2, 1))
    assert not period.contains(date(2023, 12, 31))
    assert Period(None, None).contains(date.min)
    assert Period(None, None).contains(date.max)


def test_inclusive_end_becomes_the_next_day() -> None:
    period = Period.from_inclusive_end(date(2024, 1, 1), LEAP)
    assert period == Period(date(2024, 1, 1), date(2024, 3, 1))
    assert period.last_day == LEAP
    assert Period.from_inclusive_end(None, None).last_day is None
    assert Period.from_inclusive_end(LEAP, LEAP).contains(LEAP)
    with pytest.raises(InputError, match="without end"):
        Period.from_inclusive_end(None, date.max)


@pytest.mark.parametrize("end", [date(2024, 1, 1), date(2023, 12, 31)])
def test_a_period_holds_at_least_one_day(end: date) -> None:
    with pytest.raises(InputError, match="holds no day"):
        Period(date(2024, 1, 1), end)


def test_periods_that_touch_do_not_overlap() -> None:
    first, second = Period(None, LEAP), Period(LEAP, None)
    assert not first.overlaps(second)
    assert first.intersection(second) is None
    wide = Period(LEAP - timedelta(days=1), LEAP + timedelta(days=1))
    assert wide.intersection(first) == Period(LEAP - timedelta(days=1), LEAP)
    assert wide.intersection(second) == Period(LEAP, LEAP + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, LEAP),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 3, 31), -1, LEAP),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2024, 6, 15), 0, date(2024, 6, 15)),
    ],
)
def test_add_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_add_years_takes_29_february_to_28_in_common_years() -> None:
    assert add_years(LEAP, 1) == date(2025, 2, 28)
    assert add_years(LEAP, 4) == date(2028, 2, 29)
    assert add_years(date(2025, 2, 28), -1) == date(2024, 2, 28)
    with pytest.raises(InputError, match="calendar"):
        add_years(LEAP, 8000)


def test_day_numbers() -> None:
    assert (as_days(date(1970, 1, 1)), as_days(date(1969, 12, 31)), as_days(LEAP)) == (0, -1, 19782)
    assert from_days(19782) == LEAP
    with pytest.raises(InputError, match="calendar"):
        from_days(10**9)


def test_today_is_the_day_in_shanghai() -> None:
    # Shanghai is UTC+8 without summer time since 1992; the day may turn between the two readings.
    before = (datetime.now(UTC) + timedelta(hours=8)).date()
    assert today_in_shanghai() - before <= timedelta(days=1)
    assert today_in_shanghai() >= before
