"""Term ``claims``: what the member's receivables are advanced at, and what its open orders are financed at."""

from __future__ import annotations

from algorithms.lending.orders import Financed, judge_orders
from algorithms.lending.receivables import Circumstances, advance, judge_receivables
from algorithms.lending.result import ClaimFinding, ClaimKind, ClaimOutcome, Term
from algorithms.lending.study import Study
from algorithms.lending.terms.build import known, unknown

CITATION = "algorithms design §4: Σ advance_ratio × min(eligible, concentration_cap × all eligible) + order finance; S1-50"


def judged_claims(study: Study) -> list[tuple[ClaimFinding, ...]]:
    """Return, per member, every receivable and order with its reasons."""
    pool, bank = study.pool, study.pool.bank
    creditors = pool.rows.tolist()
    about = [
        Circumstances(
            debtor_affiliate=None if c.debtor < 0 else study.backers_of_all.tied(creditors[c.row], c.debtor),
            financed_here=bool(study.bundles.here(c.node, bank)),
            financed_elsewhere=bool(study.bundles_of_all.elsewhere(c.node, bank)),
        )
        for c in study.receivables
    ]
    financed = [
        Financed(
            here=bool(study.bundles.here(c.node, bank)),
            elsewhere=bool(study.bundles_of_all.elsewhere(c.node, bank)),
        )
        for c in study.orders
    ]
    found: list[list[ClaimFinding]] = [[] for _ in creditors]
    for claim, finding in zip(
        (*study.receivables, *study.orders),
        (*judge_receivables(pool, study.receivables, about), *judge_orders(pool, study.orders, financed)),
        strict=True,
    ):
        found[claim.row].append(finding)
    return [tuple(each) for each in found]


def claims_term(study: Study, findings: tuple[ClaimFinding, ...]) -> Term:
    """Add up one member's claims.

    A claim that cannot be judged counts as nothing until what is missing is supplied; only when no claim counts and one
    cannot be judged is the term unknown.
    """
    worth = advance(study.pool, [f for f in findings if f.kind is ClaimKind.RECEIVABLE])
    orders = sum(f.finance_fen for f in findings if f.kind is ClaimKind.ORDER)
    eligible = [f for f in findings if f.outcome is ClaimOutcome.ELIGIBLE]
    doubtful = [f for f in findings if f.outcome is ClaimOutcome.UNKNOWN]
    inputs = {
        "eligible_receivables_fen": worth.eligible_fen,
        "receivables_after_concentration_cap_fen": worth.counted_fen,
        "receivables_advance_fen": worth.advance_fen,
        "order_finance_fen": orders,
        "trailing_dilution_ratio": 0.0,
        "trailing_dilution_from": "no credit notes are on file, so nothing is deducted",
        "claims_counted": len(eligible),
        "claims_unknown": len(doubtful),
        "claims_excluded": len(findings) - len(eligible) - len(doubtful),
    }
    if doubtful and not eligible:
        supply = tuple(
            dict.fromkeys(r.rule.supply for f in doubtful for r in f.reasons if r.open and r.rule.supply)
        )
        return unknown("claims", supply, CITATION, inputs)
    facts = tuple(dict.fromkeys(fact for f in eligible for fact in f.facts))
    return known("claims", worth.advance_fen + orders, inputs, facts, CITATION)
