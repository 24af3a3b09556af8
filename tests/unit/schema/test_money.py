"""Reading, printing and sharing money."""

from __future__ import annotations

import pytest

from schema.errors import InputError
from schema.money import MAX_FEN, MoneyUnit, allocate_largest_remainder, format_yuan, parse_money


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("0", MoneyUnit.YUAN, 0),
        ("12.34", "yuan", 1234),
        ("1.5", "wan_yuan", 1_500_000),
        ("15.5", "yi_yuan", 155_000_000_000),
        ("7", "fen", 7),
        ("-3", "yuan", -300),
        ("+3", "yuan", 300),
        ("1,234,567.89", "yuan", 123_456_789),
        (" １，２３４．５ ", "yuan", 123_450),
        ("¥1 200", "yuan", 120_000),
        ("￥12", "yuan", 1_200),
        ("50万元", "wan_yuan", 50_000_000),
        ("50万", "wan_yuan", 50_000_000),
        ("3亿元", "yi_yuan", 30_000_000_000),
        ("9元", "yuan", 900),
        # half to even, at the fen
        ("0.005", "yuan", 0),
        ("0.015", "yuan", 2),
        ("0.025", "yuan", 2),
        ("0.0250000001", "yuan", 3),
        ("-0.015", "yuan", -2),
        ("0.0000015", "wan_yuan", 2),
        # beyond what a float holds
        ("90071992547409.93", "yuan", 9_007_199_254_740_993),
        (str(MAX_FEN), "fen", MAX_FEN),
    ],
)
def test_parse(text: str, unit: str, fen: int) -> None:
    assert parse_money(text, unit) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "NaN",
        "inf",
        "-Infinity",
        "1E5",
        "1e5",
        "12,34",
        "1,2345",
        "1.234,56",
        "(5)",
        "--5",
        "1.2.3",
        "五万",
        "5%",
        ".5",
        "5.",
        "٣",
        "9" * 60,
    ],
)
def test_refuses_what_is_no_plain_amount(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_money(text, MoneyUnit.YUAN)
    assert "amount" in refusal.value.detail


@pytest.mark.parametrize(
    ("text", "unit"), [("50万元", "yuan"), ("50元", "wan_yuan"), ("5亿", "wan_yuan"), ("5元元", "yuan")]
)
def test_refuses_a_written_unit_that_contradicts_the_declared_one(text: str, unit: str) -> None:
    with pytest.raises(InputError, match="declared"):
        parse_money(text, unit)


def test_refuses_an_undeclared_unit_and_what_no_store_can_hold() -> None:
    with pytest.raises(InputError, match="no unit of money"):
        parse_money("5", "dollars")
    with pytest.raises(InputError, match="larger"):
        parse_money(str(MAX_FEN + 1), MoneyUnit.FEN)
    with pytest.raises(InputError, match="larger"):
        parse_money("9" * 40, MoneyUnit.YI_YUAN)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456_789, "1,234,567.89"), (100, "1.00")]
)
def test_format(fen: int, text: str) -> None:
    assert format_yuan(fen) == text
    assert parse_money(text, MoneyUnit.YUAN) == fen


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # equal remainders: by position
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [1, 2, 4], [1, 3, 6]),  # 1.43, 2.86, 5.71: the two largest remainders are .86 and .71
        (5, [0, 3, 0], [0, 5, 0]),
        (0, [3, 4], [0, 0]),
        (1, [1, 10**30], [0, 1]),
    ],
)
def test_allocate(total: int, weights: list[int], shares: list[int]) -> None:
    assert allocate_largest_remainder(total, weights) == shares


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_allocate_refuses_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(InputError):
        allocate_largest_remainder(100, weights)
