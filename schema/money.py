"""Money is an integer number of fen 分; text becomes money only together with a declared unit.

One hundred fen are one yuan. Fractions of a fen are rounded half to even, once, when text is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import TypeAlias

from schema.errors import InputError
from schema.identifiers.text import half_width

Fen: TypeAlias = int
"""An amount in fen; unknown amounts are None, never 0."""

MAX_FEN = 2**63 - 1
"""The largest amount a graph store can hold (a signed 64-bit integer)."""


class MoneyUnit(StrEnum):
    """The unit a source declares for an amount column."""

    FEN = "fen"
    YUAN = "yuan"
    WAN_YUAN = "wan_yuan"
    YI_YUAN = "yi_yuan"


_FEN_PER_UNIT = {
    MoneyUnit.FEN: 1,
    MoneyUnit.YUAN: 100,
    MoneyUnit.WAN_YUAN: 1_000_000,
    MoneyUnit.YI_YUAN: 10_000_000_000,
}
_WRITTEN_UNITS = {
    "分": MoneyUnit.FEN,
    "元": MoneyUnit.YUAN,
    "万": MoneyUnit.WAN_YUAN,
    "万元": MoneyUnit.WAN_YUAN,
    "亿": MoneyUnit.YI_YUAN,
    "亿元": MoneyUnit.YI_YUAN,
}
_AMOUNT = re.compile(r"([+-]?)[¥￥]?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?([元万亿分]*)")
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MAX_CHARACTERS = 40


def parse_money(text: str, unit: MoneyUnit | str) -> Fen:
    """Return the amount in `text` in fen.

    Parameters
    ----------
    text : str
        Decimal digits, optionally grouped in thousands, with a sign, with ¥, or followed by the declared unit.
    unit : MoneyUnit or str
        The unit the source declares for this column; a unit written in the text must agree with it.

    Returns
    -------
    int
        Fen, rounded half to even.

    Raises
    ------
    InputError
        Empty text, no plain number (NaN, infinity, ``1E5``, ``12,34``), a contradicting unit, or beyond 64 bits.

    Examples
    --------
    >>> parse_money("1.5", MoneyUnit.WAN_YUAN)
    1500000
    """
    declared = _declared(unit)
    written = "".join(half_width(text).split())
    match = _AMOUNT.fullmatch(written) if len(written) <= _MAX_CHARACTERS else None
    if match is None:
        raise InputError(_refusal(written))
    sign, whole, fraction, suffix = match.groups()
    _require_agreement(suffix, declared)
    number = Decimal(sign + whole.replace(",", "") + (fraction or ""))
    fen = int(_EXACT.to_integral_exact(_EXACT.multiply(number, Decimal(_FEN_PER_UNIT[declared]))))
    if abs(fen) > MAX_FEN:
        raise InputError(
            f"The amount {written} {declared} is larger than 92,233 trillion yuan: check the unit."
        )
    return fen


def format_yuan(fen: Fen) -> str:
    """Return `fen` as yuan with two decimals and thousands separators.

    Examples
    --------
    >>> format_yuan(-123456789)
    '-1,234,567.89'
    """
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def allocate_largest_remainder(total_fen: Fen, weights: Sequence[int]) -> list[Fen]:
    """Share `total_fen` in proportion to `weights`, to the last fen 最大余数法.

    Every share is rounded down; the fen left over go one each to the largest remainders, equal remainders in the
    order of `weights`. A negative total is shared as its absolute value, with the sign put back.

    Parameters
    ----------
    total_fen : int
        Amount to share.
    weights : sequence of int
        Not negative, and not all zero.

    Returns
    -------
    list of int
        As long as `weights`; the sum is exactly `total_fen`, and a zero weight gets zero.

    Raises
    ------
    InputError
        A negative weight, or no positive one.

    Notes
    -----
    O(n log n), in integers throughout.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise InputError("An amount is shared by weights that are not negative and not all zero.")
    sign, amount = (-1 if total_fen < 0 else 1), abs(total_fen)
    shares = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -remainders[i])
    for i in by_remainder[: amount - sum(shares)]:
        shares[i] += 1
    return [sign * share for share in shares]


def _declared(unit: MoneyUnit | str) -> MoneyUnit:
    try:
        return MoneyUnit(unit)
    except ValueError:
        raise InputError(f"{unit!r} is no unit of money; declare one of {', '.join(MoneyUnit)}.") from None


def _require_agreement(suffix: str, declared: MoneyUnit) -> None:
    if suffix and _WRITTEN_UNITS.get(suffix) is not declared:
        raise InputError(
            f"The amount is written in {suffix} but the column is declared as {declared}: correct one of the two."
        )


def _refusal(written: str) -> str:
    if not written:
        return "The amount is empty: leave the field out when it is unknown, and write 0 only for zero."
    return (
        f"{written[:_MAX_CHARACTERS]!r} is no plain amount: write digits such as 1234567.89 or 1,234,567.89."
    )
