"""Rows are checked by whole columns, and the bad one is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from queries.checks import check
from schema.fields import Field, date, flag, instant, integer, money, number, ratio, text

ID = text("id", "标识")


def _refused(field: Field, value: Any) -> list[tuple[int, str]]:
    rows = [{"id": "a"}, {"id": "b", field.name: value}, {"id": "c", field.name: None}]
    return [(r.index, r.detail) for r in check(rows, [ID], [field]).rejects]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (text("name", ""), ""),
        (integer("n", ""), -(2**63)),
        (money("m_fen", ""), 2**63 - 1),
        (ratio("r", ""), 0.0),
        (ratio("r", ""), 1.0),
        (number("x", ""), -1e300),
        (flag("f", ""), False),
        (date("on", ""), dt.date(1, 1, 1)),
        (instant("at", ""), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_fitting_value_passes(field: Field, value: Any) -> None:
    assert _refused(field, value) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (text("name", ""), 1, "str, not int"),
        (integer("n", ""), True, "int, not bool"),
        (integer("n", ""), 2**63, "64-bit"),
        (money("m_fen", ""), 1.0, "int, not float"),
        (money("m_fen", ""), -(2**63) - 1, "64-bit"),
        (ratio("r", ""), 1, "float, not int"),
        (ratio("r", ""), 1.0000001, "in [0, 1]"),
        (ratio("r", ""), float("nan"), "in [0, 1]"),
        (number("x", ""), float("inf"), "finite"),
        (flag("f", ""), 1, "bool, not int"),
        (date("on", ""), dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "date, not datetime"),
        (instant("at", ""), dt.datetime.fromisoformat("2026-01-01"), "in UTC"),
        (instant("at", ""), dt.datetime.fromisoformat("2026-01-01T00:00:00+08:00"), "in UTC"),
    ],
)
def test_a_misfit_is_named(field: Field, value: Any, said: str) -> None:
    ((index, detail),) = _refused(field, value)
    assert index == 1
    assert said in detail
    assert field.name in detail


def test_required_fields_must_be_there() -> None:
    checked = check([{"id": "a"}, {"id": None}, {}], [ID], [])
    assert [(r.index, r.detail) for r in checked.rejects] == [(1, "id is missing"), (2, "id is missing")]
    assert list(checked.rows) == [0]


def test_only_fields_with_a_value_are_present() -> None:
    rows = [{"id": "a", "x": None, "y": None}, {"id": "b", "y": "1"}]
    assert check(rows, [ID], [text("x", ""), text("y", ""), text("z", "")]).present == ("y",)


def test_no_rows_are_no_trouble() -> None:
    assert check([], [ID], [text("x", "")]).rows == {}
