"""Which receivables count, and how much of each is advanced 应收账款融资."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from algorithms.lending.claims import Claim
from algorithms.lending.judging import judge, notable
from algorithms.lending.pool import Pool
from algorithms.lending.result import ClaimFinding, ClaimKind, ClaimOutcome, RuleFinding
from algorithms.portions import exact, floor_fen, portion
from algorithms.rules import Governing, Outcome
from algorithms.walks.links import node_rows
from schema.money import Fen
from schema.periods import add_months


@dataclass(frozen=True)
class Circumstances:
    """What is known of a receivable beside its own properties: yes, no, or None for unknown."""

    debtor_affiliate: bool | None
    financed_here: bool
    financed_elsewhere: bool


@dataclass(frozen=True)
class Advance:
    """What a member's receivables are worth.

    Attributes
    ----------
    eligible_fen : int
        Outstanding amount of all eligible receivables.
    counted_fen : int
        What is left of it after the concentration cap of each debtor.
    advance_fen : int
        Σ advance ratio × what counts, rounded down per debtor.
    """

    eligible_fen: Fen
    counted_fen: Fen
    advance_fen: Fen


def months_within(start: dt.date, day: dt.date) -> int:
    """Return the smallest number of months k, at least 0, with ``day ≤ start + k months``.

    The corresponding day is the last of a term (Civil Code 民法典 art. 202), so a term of exactly six months gives 6.
    """
    months = max(0, (day.year - start.year) * 12 + day.month - start.month)
    return months if day <= add_months(start, months) else months + 1


def judge_receivables(
    pool: Pool, claims: Sequence[Claim], about: Sequence[Circumstances]
) -> list[ClaimFinding]:
    """Judge receivables.

    Parameters
    ----------
    pool : Pool
        Core, day and rules.
    claims : sequence of Claim
        Receivables of any members.
    about : sequence of Circumstances
        One for each.

    Returns
    -------
    list of ClaimFinding
        In the order given.
    """
    governing = pool.regime["receivable_eligibility"]
    overdue = _overdue_ratios(claims, governing, pool.day)
    scales = _scales(pool, claims)
    rows = []
    for claim, circumstances in zip(claims, about, strict=True):
        v = claim.values
        rows.append(
            {
                **{name: v[name] for name in ("outstanding_fen", "confirmed_on")},
                # A dispute or a contra account is something that is recorded: no record, no dispute.
                **{name: bool(v[name]) for name in ("disputed", "contra")},
                "asked_on": pool.day,
                "owed_by_core": None if claim.debtor < 0 else claim.debtor == pool.core,
                "days_overdue": _days_overdue(v["due_on"], pool.day),
                "term_months": _term(v["incurred_on"], v["due_on"]),
                "debtor_overdue_ratio": overdue.get((claim.row, claim.debtor)),
                "debtor_scale": scales.get(claim.debtor),
                "debtor_affiliate": circumstances.debtor_affiliate,
                "financed_here": circumstances.financed_here,
                "financed_elsewhere": circumstances.financed_elsewhere,
            }
        )
    judged = judge(governing, rows)
    return [_finding(pool, claim, found) for claim, found in zip(claims, judged, strict=True)]


def advance(pool: Pool, findings: Sequence[ClaimFinding]) -> Advance:
    """Add up what one member's receivables are worth: ``Σ advance_ratio × min(eligible, cap × all eligible)``.

    The cap is per debtor: where a debtor's eligible receivables exceed it, each of them counts in proportion.
    """
    governing = pool.regime["receivable_eligibility"]
    by_debtor: dict[str, list[tuple[Fen, Fraction]]] = {}
    for f in findings:
        if f.outcome is ClaimOutcome.ELIGIBLE and f.amount_fen is not None and f.advance_ratio is not None:
            by_debtor.setdefault(f.debtor, []).append((f.amount_fen, exact(f.advance_ratio)))
    total = sum(amount for entries in by_debtor.values() for amount, _ in entries)
    counted, advanced = 0, 0
    for debtor, entries in by_debtor.items():
        whole = sum(amount for amount, _ in entries)
        role = "core" if debtor == pool.projection.ids[pool.core] else "buyer"
        part = min(whole, portion(total, governing.constant(f"{role}_concentration_cap_ratio")))
        counted += part
        value = sum((amount * ratio for amount, ratio in entries), Fraction(0))
        advanced += floor_fen(value * Fraction(part, whole)) if whole else 0
    return Advance(total, counted, advanced)


def _finding(pool: Pool, claim: Claim, found: tuple[RuleFinding, ...]) -> ClaimFinding:
    outcome = outcome_of_claim(found)
    amount = claim.values["outstanding_fen"]
    ratio = next(
        (f.rule.value for f in found if f.rule.id.startswith("advance_") and f.outcome is Outcome.FIRED), None
    )
    eligible = outcome is ClaimOutcome.ELIGIBLE and ratio is not None
    return ClaimFinding(
        id=pool.projection.ids[claim.node],
        debtor="" if claim.debtor < 0 else pool.projection.ids[claim.debtor],
        kind=ClaimKind.RECEIVABLE,
        outcome=outcome,
        amount_fen=amount,
        advance_ratio=float(ratio) if eligible and ratio is not None else None,
        finance_fen=portion(amount, ratio) if eligible and ratio is not None else 0,
        reasons=notable(found),
        facts=pool.cite(list(claim.places)),
    )


def outcome_of_claim(found: Sequence[RuleFinding]) -> ClaimOutcome:
    """Excluded as soon as one rule refuses; unknown while one could."""
    if any(f.refuses for f in found):
        return ClaimOutcome.EXCLUDED
    return ClaimOutcome.UNKNOWN if any(f.open for f in found) else ClaimOutcome.ELIGIBLE


def _days_overdue(due_on: dt.date | None, day: dt.date) -> int | None:
    return None if due_on is None else max(0, (day - due_on).days)


def _term(incurred_on: dt.date | None, due_on: dt.date | None) -> int | None:
    return None if incurred_on is None or due_on is None else months_within(incurred_on, due_on)


def _overdue_ratios(
    claims: Sequence[Claim], governing: Governing, day: dt.date
) -> dict[tuple[int, int], float]:
    """Part of what a debtor owes a member that is overdue above the limit, of all whose due date is known."""
    limit = int(governing.constant("overdue_limit_days"))
    late: dict[tuple[int, int], Fen] = {}
    whole: dict[tuple[int, int], Fen] = {}
    for claim in claims:
        key, amount = (claim.row, claim.debtor), claim.values["outstanding_fen"] or 0
        days = _days_overdue(claim.values["due_on"], day)
        if days is not None:
            whole[key] = whole.get(key, 0) + amount
            late[key] = late.get(key, 0) + (amount if days > limit else 0)
    return {key: late[key] / whole[key] for key in whole if whole[key] > 0}


def _scales(pool: Pool, claims: Sequence[Claim]) -> dict[int, Any]:
    debtors = sorted({c.debtor for c in claims if pool.is_entity(c.debtor)})
    rows = node_rows(pool.projection, "LegalEntity", debtors, "scale")
    return {debtor: row["scale"] for debtor, row in zip(debtors, rows, strict=True)}
