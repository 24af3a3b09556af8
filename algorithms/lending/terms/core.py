"""Term ``core``: what the core has confirmed to owe the pool, times the cap on its share, less what is drawn on it."""

from __future__ import annotations

from algorithms.lending.loan_book import BookedLoan
from algorithms.lending.result import Term
from algorithms.lending.study import Study
from algorithms.lending.terms.build import BOOK, known, unknown
from algorithms.portions import portion
from algorithms.walks.links import as_nodes, incoming, of_label

CITATION = "algorithms design §4: confirmed payables of the core to the pool × core_share_cap − drawn against them; S1-49"


def core_term(study: Study) -> Term:
    """Return the pool's term. The core's own draw is *not* taken off here: it counts in the allocation (T11).

    Payables are confirmed on or before the day and undisputed; drawn are loans of the bank to others than the core,
    under the programme or on one of these payables, each once. A household that the caller may not see adds no payables,
    but the bank's own loans to it under the programme count as drawn: the term is never too large.
    """
    pool = study.pool
    members = frozenset(pool.members.tolist())
    owed = [
        c
        for c in study.debts_of_core
        if c.creditor in members
        and not c.values["disputed"]
        and c.values["confirmed_on"] is not None
        and c.values["confirmed_on"] <= pool.day
    ]
    confirmed = sum(max(0, c.values["outstanding_fen"] or 0) for c in owed)
    ratio = study.number("core_share_cap_ratio")
    drawn = study.book.total(_drawn(study, {c.node for c in owed}))
    inputs = {
        "confirmed_payables_fen": confirmed,
        "core_share_cap_ratio": ratio,
        "drawn_fen": drawn.total_fen,
        "receivables": len(owed),
    }
    if drawn.total_fen is None:
        return unknown("core", (BOOK,), CITATION, inputs)
    facts = pool.cite([*(p for c in owed for p in c.places), *drawn.places])
    return known("core", portion(confirmed, ratio) - drawn.total_fen, inputs, facts, CITATION)


def _drawn(study: Study, payables: set[int]) -> list[BookedLoan]:
    pool, book = study.pool, study.book
    on_payables = of_label(
        pool.projection, incoming(pool.view, "FINANCES", as_nodes(sorted(payables))), "Loan"
    )
    return [
        loan
        for loan in book.under_programme(also=on_payables.node.tolist())
        if pool.core not in loan.borrowers
    ]
