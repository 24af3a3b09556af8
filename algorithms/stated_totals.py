"""Totals as they were printed 公布的总数 against what was counted (trap T24): a rounded total is never compared as an exact one.

近 3,000 lies below 3,000, 超、余、多 4,000 above 4,000, 约 on either side; nobody says how far. No rate is made of two totals: they
may count different wholes (trap T10), which only their ``population`` tells.
"""

from __future__ import annotations

from enum import StrEnum


class Qualifier(StrEnum):
    """How a total was rounded, by the word beside it."""

    EXACT = "EXACT"
    APPROX = "APPROX"  # 约
    MORE_THAN = "MORE_THAN"  # 超、余、多
    NEARLY = "NEARLY"  # 近


class Agreement(StrEnum):
    """What a count says of a stated total."""

    AGREES = "AGREES"  # exact, and equal
    CONSISTENT = "CONSISTENT"  # rounded, and on the side that the word says; nobody says how far
    CONTRADICTS = "CONTRADICTS"
    UNDECIDED = "UNDECIDED"  # 约 rules nothing out


def agreement(stated: int, qualifier: Qualifier, counted: int) -> Agreement:
    """Compare a count with a stated total of the same unit.

    Examples
    --------
    >>> [str(agreement(4_000, Qualifier.MORE_THAN, n)) for n in (3_999, 4_000, 4_001)]
    ['CONTRADICTS', 'CONTRADICTS', 'CONSISTENT']
    >>> str(agreement(65_000, Qualifier.APPROX, 65_000))
    'UNDECIDED'
    """
    match qualifier:
        case Qualifier.EXACT:
            return Agreement.AGREES if counted == stated else Agreement.CONTRADICTS
        case Qualifier.MORE_THAN:
            return Agreement.CONSISTENT if counted > stated else Agreement.CONTRADICTS
        case Qualifier.NEARLY:
            return Agreement.CONSISTENT if counted < stated else Agreement.CONTRADICTS
    return Agreement.UNDECIDED
