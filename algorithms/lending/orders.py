"""What open orders before delivery or harvest are worth 订单融资: ``min(order × (1 − deposit) × rate, cost to complete)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from algorithms.lending.claims import Claim
from algorithms.lending.judging import judge, notable
from algorithms.lending.pool import Pool
from algorithms.lending.receivables import outcome_of_claim
from algorithms.lending.result import ClaimFinding, ClaimKind, ClaimOutcome
from algorithms.portions import exact, floor_fen
from schema.money import Fen

_COPIED = ("amount_fen", "deposit_ratio", "cost_to_complete_fen", "status", "confirmed_on", "due_on")


def order_finance(amount_fen: Fen, deposit: float, rate: float, cost_to_complete_fen: Fen) -> Fen:
    """Return what is financed of one order, rounded down.

    Examples
    --------
    >>> order_finance(1000, 0.3, 0.6, 500)
    420
    >>> order_finance(1000, 0.3, 0.6, 400)
    400
    """
    part = Fraction(amount_fen) * (1 - exact(deposit)) * exact(rate)
    return min(floor_fen(part), cost_to_complete_fen)


@dataclass(frozen=True)
class Financed:
    """Whether an order is financed already: by this bank, or by anybody else (declassified: a yes or no)."""

    here: bool
    elsewhere: bool


def judge_orders(pool: Pool, claims: Sequence[Claim], financed: Sequence[Financed]) -> list[ClaimFinding]:
    """Judge orders.

    Parameters
    ----------
    pool : Pool
    claims : sequence of Claim
        Orders of any members.
    financed : sequence of Financed
        One for each.
    """
    governing = pool.regime["order_eligibility"]
    rate = float(governing.constant("order_finance_ratio"))
    rows = [
        {
            **{name: claim.values[name] for name in _COPIED},
            "asked_on": pool.day,
            "owed_by_core": None if claim.debtor < 0 else claim.debtor == pool.core,
            "financed_here": already.here,
            "financed_elsewhere": already.elsewhere,
        }
        for claim, already in zip(claims, financed, strict=True)
    ]
    found = []
    for claim, reasons in zip(claims, judge(governing, rows), strict=True):
        v, outcome = claim.values, outcome_of_claim(reasons)
        eligible = outcome is ClaimOutcome.ELIGIBLE
        found.append(
            ClaimFinding(
                id=pool.projection.ids[claim.node],
                debtor="" if claim.debtor < 0 else pool.projection.ids[claim.debtor],
                kind=ClaimKind.ORDER,
                outcome=outcome,
                amount_fen=v["amount_fen"],
                advance_ratio=rate if eligible else None,
                finance_fen=order_finance(
                    v["amount_fen"], v["deposit_ratio"], rate, v["cost_to_complete_fen"]
                )
                if eligible
                else 0,
                reasons=notable(reasons),
                facts=pool.cite(list(claim.places)),
            )
        )
    return found
