"""The interest subsidy of a loan 贷款贴息 (S1-29): the bracket of the year's revenue, and the most that is subsidised, exactly.

``amount = min(cap x principal x days / 365, interest paid)``, or ``cap x interest paid`` where the rulebook says that the ratio is
one of the interest. Rounded down to the fen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from algorithms.lending.judging import classified, judge
from algorithms.lending.result import RuleFinding
from algorithms.portions import exact, floor_fen
from algorithms.rules import Governing, Outcome
from schema.money import Fen

BOOK: Final = "interest_subsidy"


class Bracket(StrEnum):
    """Which bracket of yearly revenue an enterprise is in."""

    LOWER = "LOWER"
    UPPER = "UPPER"
    NOT_COVERED = "NOT_COVERED"


class SubsidyBase(StrEnum):
    """Of what the ratio is one."""

    PRINCIPAL_TIME = "PRINCIPAL_TIME"
    INTEREST_PAID = "INTEREST_PAID"


_CAPS: Final = {Bracket.LOWER: "lower_cap_ratio", Bracket.UPPER: "upper_cap_ratio"}


@dataclass(frozen=True)
class Borrowed:
    """What of a loan counts: principal and interest paid (None: unknown), and the days for which it was lent."""

    principal_fen: Fen | None
    days: int | None
    interest_paid_fen: Fen | None


@dataclass(frozen=True)
class Bracketed:
    """The bracket (None: revenue unknown), its cap (None also where nothing is covered), and every rule."""

    bracket: Bracket | None
    cap_ratio: float | None
    findings: tuple[RuleFinding, ...]


def lent_days(disbursed_on: dt.date | None, due_on: dt.date | None, day: dt.date) -> int | None:
    """Return for how many days a loan was lent, to the day asked about or its last; None without its first."""
    if disbursed_on is None:
        return None
    return max(0, (min(day, due_on or day) - disbursed_on).days)


def bracket_of(governing: Governing, revenue_fen: Fen | None) -> Bracketed:
    """Return the bracket of a year's revenue, with the rules that say so."""
    (findings,) = judge(governing, [{"revenue_fen": revenue_fen}])
    fired = {
        f.rule.id: None if f.outcome is Outcome.UNKNOWN else f.outcome is Outcome.FIRED for f in findings
    }
    value = classified(governing, fired, "")
    bracket = None if value is None else Bracket(value)
    cap = _CAPS.get(bracket) if bracket else None
    return Bracketed(bracket, None if cap is None else float(governing.constant(cap)), findings)


def amount_of(governing: Governing, cap_ratio: float, loan: Borrowed) -> Fen | None:
    """Return the most that is subsidised of a loan; None where something is unknown.

    Examples
    --------
    >>> from algorithms.rules import govern, load
    >>> rules = govern(load("interest_subsidy"), dt.date(2026, 11, 22))
    >>> amount_of(rules, 0.03, Borrowed(365_00, 100, 1_000)), amount_of(rules, 0.03, Borrowed(365_00, 100, 2))
    (300, 2)
    """
    paid = loan.interest_paid_fen
    if paid is None:
        return None
    if SubsidyBase(str(governing.constant("base"))) is SubsidyBase.INTEREST_PAID:
        return floor_fen(exact(cap_ratio) * paid)
    if loan.principal_fen is None or loan.days is None:
        return None
    year = int(governing.constant("days_of_year"))
    return min(paid, floor_fen(exact(cap_ratio) * loan.principal_fen * Fraction(loan.days, year)))
