"""A part of an amount, exactly: ratios are read as the decimals they were written as, results go down to the fen."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from schema.money import Fen


@lru_cache(maxsize=4096)
def exact(ratio: float | int | str) -> Fraction:
    """Return a ratio as the decimal it was written as: 0.7 is 7/10, not its binary neighbour.

    Examples
    --------
    >>> exact(0.7) * 10 == 7
    True
    """
    return Fraction(str(ratio))


def floor_fen(amount: Fraction) -> Fen:
    """Round an amount of fen down: what is lent is never more than what was computed."""
    return amount.numerator // amount.denominator


def portion(fen: Fen, *ratios: float | int | str) -> Fen:
    """Return ``fen`` times the ratios, rounded down once.

    Parameters
    ----------
    fen : int
        Not negative.
    *ratios : float, int or str
        Each in [0, 1] for a part; larger for a factor.

    Examples
    --------
    >>> portion(1001, 0.7, 0.5)
    350
    """
    amount = Fraction(fen)
    for ratio in ratios:
        amount *= exact(ratio)
    return floor_fen(amount)
