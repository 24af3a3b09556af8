from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.values import Findings, Noted, parser_of, read_column
from schema import fields
from schema.errors import InputError
from tests.unit.loaders.desk import NUMBER

DAY = dt.date(2024, 2, 29)
UTC_NOON = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (fields.money("x_fen", "x"), "120050", 120050),
        (fields.money("x_fen", "x"), "0", 0),
        (fields.ratio("x_ratio", "x"), "0.25", 0.25),
        (fields.ratio("x_ratio", "x"), "1", 1.0),
        (fields.number("x", "x"), "-1.5e3", -1500.0),
        (fields.integer("x", "x"), "-7", -7),
        (fields.flag("x", "x"), "是", True),
        (fields.flag("x", "x"), "FALSE", False),
        (fields.date("x_on", "x"), "2024年2月29日", DAY),
        (fields.date("x_on", "x"), "20240229", DAY),
        (fields.date("x_on", "x"), "9999-12-31", Noted(None, "date.open_ended")),
        (fields.date("x_on", "x"), "1900-01-01", Noted(None, "date.unknown")),
        (fields.date("x_on", "x"), "2024-03", Noted(dt.date(2024, 3, 1), "date.only_month")),
        (fields.instant("x_at", "x"), "2026-01-31T20:00:00+08:00", UTC_NOON),
        (fields.instant("x_at", "x"), "2026-01-31 20:00:00", UTC_NOON),
        (fields.text("x", "x", "GP", "LP"), "gp", "GP"),
        (fields.text("x", "x", "GP 普通合伙人", "LP"), "普通合伙人", "GP"),
        (fields.text("x", "x", "GP 普通合伙人", "LP"), "gp", "GP"),
    ],
)
def test_values_are_read_as_their_field_declares(field: fields.Field, text: str, value: Any) -> None:
    assert parser_of(field)(text) == value


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [
        (fields.money("x_fen", "x"), "1200.50", "money.fen"),
        (fields.money("x_fen", "x"), "-1", "money.negative"),
        (fields.money("x_fen", "x"), "99999999999999999999", "money.fen"),
        (fields.ratio("x_ratio", "x"), "1.0001", "ratio.range"),
        (fields.ratio("x_ratio", "x"), "25", "ratio.range"),
        (fields.ratio("x_ratio", "x"), "nan", "number.form"),
        (fields.integer("x", "x"), "1.0", "integer.form"),
        (fields.flag("x", "x"), "maybe", "boolean.form"),
        (fields.date("x_on", "x"), "2023-02-29", "date.form"),
        (fields.instant("x_at", "x"), "yesterday", "instant.form"),
        (fields.text("x", "x", "GP", "LP"), "XP", "choice"),
        (fields.text("x", "x", "GP 普通合伙人", "LP"), "GP 普通合伙人", "choice"),
        (fields.text("x", "x"), "a\x07b", "text.control"),
        (fields.text("x", "x"), f"call {NUMBER}", "text.identity_number"),
        (fields.text("uscc", "x"), "911100006000373411", "uscc.check_character"),
        (fields.text("lei", "x"), "00000000000000000000", "lei.check_digits"),
    ],
)
def test_a_wrong_value_is_refused_by_a_named_rule(field: fields.Field, text: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        parser_of(field)(text)
    assert getattr(refused.value, "rule", "") == rule


def test_a_column_is_read_with_faults_and_remarks_by_row() -> None:
    findings = Findings()
    cells = ["2024-02-29", "", "never", "9999-12-31", "never", "9999-12-31"]
    values = read_column("due_on", cells, parser_of(fields.date("due_on", "x")), findings)
    assert values == [DAY, None, None, None, None, None]
    assert sorted(findings.faults) == [2, 4]
    assert findings.faults[2][0].code == "date.form"
    assert findings.notes == {("due_on", "date.open_ended"): 2}


@given(st.text())
def test_any_text_is_read_or_refused_as_input_never_with_another_error(text: str) -> None:
    for make in (fields.money, fields.ratio, fields.date, fields.instant, fields.flag, fields.number):
        parse = parser_of(make("x", "x"))
        try:
            parse(text)
        except InputError:
            continue


@given(st.integers(0, 2**63 - 1))
def test_every_amount_in_fen_reads_back(fen: int) -> None:
    assert parser_of(fields.money("x_fen", "x"))(str(fen)) == fen
