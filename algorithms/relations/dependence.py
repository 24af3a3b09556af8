"""Economic dependence 经济依存: whose trouble would bring a client down. One-way: the other does not depend on him.

Tested for clients whose exposure matters to the bank. Every ground that holds, and every ground that cannot be told for
want of data, is a :class:`Dependence`; grounds for which the graph has no data at all are named in ``NOT_TESTED``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from algorithms.portions import exact
from algorithms.projection import View
from algorithms.relations.exposures import Book
from algorithms.rules import Governing
from algorithms.thresholds import at_least
from algorithms.walks.links import (
    Links,
    Nodes,
    Place,
    as_nodes,
    fact_rows,
    incoming,
    node_rows,
    outgoing,
    records_about,
)


class Ground(StrEnum):
    """Why a client depends on another."""

    SALES = "SALES"
    SPENDING = "SPENDING"
    GUARANTEE = "GUARANTEE"
    REPAYMENT = "REPAYMENT"


NOT_TESTED = (
    "common irreplaceable funding 共同的、难以替代的主要资金来源: the graph does not say who funds whom beside this bank",
    "customers or suppliers that cannot be replaced 难以替代的购买方或者供应方: whether they can is not recorded",
    "same repayment source 相同的还款来源, beyond claims that loans finance: other sources of repayment are not recorded",
)


@dataclass(frozen=True)
class Dependence:
    """One client tested against another on one ground.

    Attributes
    ----------
    dependent, on : int
        Positions: if ``on`` fails, so does ``dependent``.
    ground : Ground
    holds : bool or None
        None: cannot be told. What does not hold is left out.
    ratio : float or None
        What was compared with the line; None where unknown or unbounded.
    places : tuple of Place
        The facts that say so.
    supply : str
        What to supply when it cannot be told.
    """

    dependent: int
    on: int
    ground: Ground
    holds: bool | None
    ratio: float | None
    places: tuple[Place, ...]
    supply: str = ""


def dependences(
    view: View, book: Book, clients: Iterable[int], governing: Governing
) -> tuple[Dependence, ...]:
    """Test clients on every ground.

    Parameters
    ----------
    view : View
    book : Book
        The bank's loans in the same view.
    clients : iterable of int
        Those whose exposure matters: at most 20 can owe more than 5 % of the same capital.
    governing : Governing
        The rulebook ``connected_clients`` on the day.

    Returns
    -------
    tuple of Dependence
        By client, then ground, then the other party.

    References
    ----------
    商业银行大额风险暴露管理办法（2018年第1号令）附件1 经济依存; Basel LEX10.11-10.14, both from knowledge.
    """
    parties = as_nodes(sorted(set(clients)))
    line = float(governing.constant("dependence_ratio"))
    found = [
        *_traded(view, parties, (Ground.SALES, line)),
        *_traded(view, parties, (Ground.SPENDING, line)),
        *_guaranteed(view, parties, governing.constant("guarantee_ratio")),
        *_repaid(view, book, parties, float(governing.constant("repayment_ratio"))),
    ]
    order = list(Ground)
    return tuple(sorted(found, key=lambda d: (d.dependent, order.index(d.ground), d.on)))


# Trade --------------------------------------------------------------------------------------------------------------

Sales = Sequence[tuple[bool, dict[str, Any]]]


def trade_ratio(trades: Sales, *, stated: bool = True) -> float | None:
    """Return the part of a party's trade on record that is with one other, in the last period with that other.

    Parameters
    ----------
    trades : sequence of (with the other, fact)
        All its sales, or all its purchases.
    stated : bool
        Whether ``share_ratio`` is about this party: stated shares are then added up, and amounts only count without.

    Returns
    -------
    float or None
        None when a share is not stated and an amount is not known.
    """
    period = max((fact["period"] or "" for with_it, fact in trades if with_it), default=None)
    current = [(w, fact) for w, fact in trades if period is None or (fact["period"] or "") == period]
    shares = [fact["share_ratio"] for with_it, fact in current if with_it] if stated else []
    if shares and None not in shares:
        return min(1.0, float(sum(shares)))
    amounts = [fact["amount_fen"] for _, fact in current]
    if None in amounts or sum(amounts) <= 0:
        return None
    return float(sum(fact["amount_fen"] for with_it, fact in current if with_it) / sum(amounts))


def _traded(view: View, parties: Nodes, wanted: tuple[Ground, float]) -> Iterable[Dependence]:
    """Half of what a party sells goes to one buyer; half of what it buys comes from one supplier."""
    ground, line = wanted
    sells = ground is Ground.SALES
    links = (outgoing if sells else incoming)(view, "SUPPLIES", parties)
    facts = fact_rows(view.projection, links)
    supply = "SUPPLIES.amount_fen of all its trade in the period" + (", or share_ratio" if sells else "")
    for row, entries in _per_row(links, facts).items():
        for other in sorted({node for node, _, _ in entries} - {int(parties[row])}):
            ratio = trade_ratio([(node == other, fact) for node, _, fact in entries], stated=sells)
            if ratio is None or at_least(ratio, line):
                places = tuple(place for node, place, _ in entries if node == other)
                holds = None if ratio is None else True
                yield Dependence(int(parties[row]), other, ground, holds, ratio, places, supply)


def _per_row(
    links: Links, facts: Sequence[dict[str, Any]]
) -> dict[int, list[tuple[int, Place, dict[str, Any]]]]:
    found: dict[int, list[tuple[int, Place, dict[str, Any]]]] = {}
    for (row, node, place), fact in zip(links.triples(), facts, strict=True):
        found.setdefault(row, []).append((node, place, fact))
    return found


# Guarantees ---------------------------------------------------------------------------------------------------------


def _guaranteed(view: View, parties: Nodes, line: float | int | str) -> Iterable[Dependence]:
    """A guarantee large enough to sink the guarantor: he depends on whom he guarantees."""
    funds = _own_funds(view, parties)
    for (row, other), (places, amounts) in _guarantees(view, parties).items():
        own, own_places = funds.get(row, (None, ()))
        known = sum(a for a in amounts if a is not None)
        sure = own is not None and known > 0 and known >= exact(line) * own
        if sure or own is None or None in amounts:
            yield Dependence(
                int(parties[row]),
                other,
                Ground.GUARANTEE,
                sure or None,
                known / own if own is not None and own > 0 and None not in amounts else None,
                (*places, *own_places),
                "Guarantee.amount_fen" if own is not None else "FinancialStatement.own_funds_fen",
            )


def _guarantees(
    view: View, parties: Nodes
) -> dict[tuple[int, int], tuple[tuple[Place, ...], tuple[int | None, ...]]]:
    """Per guarantor (row) and guaranteed party: the facts, and the amount of each agreement once."""
    by = outgoing(view, "GUARANTOR", parties)
    agreements = np.unique(by.node)
    amounts = node_rows(view.projection, "Guarantee", agreements, "amount_fen")
    of = outgoing(view, "BENEFICIARY", agreements)
    ends: dict[int, list[tuple[int, Place]]] = {}
    for at, other, place in of.triples():
        ends.setdefault(int(agreements[at]), []).append((other, place))
    found: dict[tuple[int, int], dict[int, list[Place]]] = {}
    for row, agreement, place in by.triples():
        for other, end in ends.get(agreement, ()):
            if other != int(parties[row]):
                found.setdefault((row, other), {}).setdefault(agreement, []).extend((place, end))
    fen = dict(zip(agreements.tolist(), (a["amount_fen"] for a in amounts), strict=True))
    return {
        pair: (tuple(p for places in each.values() for p in places), tuple(fen[a] for a in each))
        for pair, each in sorted(found.items())
    }


def _own_funds(view: View, parties: Nodes) -> dict[int, tuple[int | None, tuple[Place, ...]]]:
    """Own funds of the last statement that had ended on the day, per row."""
    links = records_about(view, parties, "FinancialStatement")
    rows = node_rows(view.projection, "FinancialStatement", links.node, "period_to", "own_funds_fen")
    found: dict[int, tuple[Any, int | None, Place]] = {}
    for (row, _, place), values in zip(links.triples(), rows, strict=True):
        ended = values["period_to"]
        if (
            ended is not None
            and ended <= view.as_of
            and (row not in found or (ended, place) > (found[row][0], found[row][2]))
        ):
            found[row] = (ended, values["own_funds_fen"], place)
    return {row: (own, (place,)) for row, (_, own, place) in found.items()}


# Repayment ----------------------------------------------------------------------------------------------------------


def _repaid(view: View, book: Book, parties: Nodes, line: float) -> Iterable[Dependence]:
    """Half of what a client owes stands on claims against one debtor, who repays it by paying them."""
    for party in parties.tolist():
        loans = book.of(as_nodes([party]))
        whole = book.sum(loans).total_fen if book.open else None
        for debtor, (places, repaid) in _debtors(view, book, loans).items():
            if debtor == party:
                continue
            part = book.sum(as_nodes(repaid)).total_fen
            ratio = None if part is None or not whole else part / whole
            if ratio is None or at_least(ratio, line):
                holds = None if ratio is None else True
                yield Dependence(
                    party, debtor, Ground.REPAYMENT, holds, ratio, places, "Loan.balance_fen of its loans"
                )


def _debtors(view: View, book: Book, loans: Nodes) -> dict[int, tuple[tuple[Place, ...], list[int]]]:
    """Debtor → facts, and the loans that finance claims on him alone."""
    financed = outgoing(view, "FINANCES", book.loan[loans])
    claims = np.unique(financed.node)
    owed: dict[int, list[tuple[int, Place]]] = {}
    for at, debtor, place in outgoing(view, "OWED_BY", claims).triples():
        owed.setdefault(int(claims[at]), []).append((debtor, place))
    by_loan: dict[int, dict[int, list[Place]]] = {}
    for row, claim, place in financed.triples():
        for debtor, end in owed.get(claim, ()):
            by_loan.setdefault(int(loans[row]), {}).setdefault(debtor, []).extend((place, end))
    found: dict[int, tuple[tuple[Place, ...], list[int]]] = {}
    for loan, debtors in by_loan.items():
        if len(debtors) == 1:
            ((debtor, places),) = debtors.items()
            before = found.get(debtor, ((), []))
            found[debtor] = ((*before[0], *places), [*before[1], loan])
    return found
