"""Scalars are exact on the wire and strict on the way in."""

from __future__ import annotations

import datetime as dt

import pytest

from graph_service.api import scalars
from schema.errors import InputError


def test_a_date_is_a_day_that_exists() -> None:
    assert scalars.parse_date("2024-02-29") == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-29",
        "2026-2-1",
        "20260201",
        "2026-W01-1",
        "2026-02-01T00:00:00",
        " 2026-02-01",
        "",
        "昨天",
        20260201,
        None,
        True,
    ],
)
def test_anything_else_is_no_date(wrong: object) -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        scalars.parse_date(wrong)


def test_an_instant_is_read_and_written_as_utc() -> None:
    moment = scalars.parse_instant("2026-01-01T08:00:00.5+08:00")
    assert moment == dt.datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=dt.UTC)
    assert scalars.write_instant(moment) == "2026-01-01T00:00:00.500000Z"


@pytest.mark.parametrize(
    "wrong", ["2026-01-01T08:00:00", "2026-01-01", "0001-01-01T00:00:00+14:00", "2026-13-01T00:00:00Z", 0]
)
def test_an_instant_without_a_zone_or_that_does_not_exist_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match="instant with its zone"):
        scalars.parse_instant(wrong)


@pytest.mark.parametrize("number", [0, -1, (1 << 63) - 1, -(1 << 63), 90071992547409931])
def test_a_long_survives_as_text(number: int) -> None:
    assert scalars.parse_long(str(number)) == number
    assert scalars.parse_long(number) == number


@pytest.mark.parametrize("wrong", ["1.0", "01", "+1", "９", str(1 << 63), 1.0, True, None, ""])
def test_what_is_no_64_bit_integer_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match="64-bit"):
        scalars.parse_long(wrong)


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan"), "0.5", True])
def test_a_ratio_lies_between_0_and_1(wrong: object) -> None:
    assert scalars.parse_ratio(1) == 1.0
    with pytest.raises(InputError, match="0 to 1"):
        scalars.parse_ratio(wrong)


def test_a_wrong_code_says_which_rule_it_breaks() -> None:
    with pytest.raises(InputError, match="18 characters"):
        scalars.parse_uscc("123")
    with pytest.raises(InputError, match="text of eighteen"):
        scalars.parse_uscc(123)


def test_a_cell_is_written_exactly() -> None:
    written = scalars.write_cell([1 << 60, dt.date(2026, 1, 2), None, ("a", 0.5)])
    assert written == [str(1 << 60), "2026-01-02", None, ["a", 0.5]]
