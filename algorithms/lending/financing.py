"""Is the same claim financed twice 重复融资? Invoices are the same when number, code, amount, parties and date are.

A receivable, the invoices that it is billed by, their copies in other sources, and the receivables billed by those are
one *bundle*. Run on the system's view it says yes or no across funders (a declassified output); run on the caller's view
it says which facts may be cited.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithms.lending.claims import Claim, owed_to
from algorithms.projection import View
from algorithms.walks.links import Nodes, Place, as_nodes, incoming, node_rows, of_label, outgoing


@dataclass(frozen=True)
class Funding:
    """One financing of a claim: by a loan, or by an assignment (``loan`` is None). ``place``: where it is said."""

    claim: int
    funder: int
    loan: int | None
    place: Place


@dataclass(frozen=True, eq=False)
class Bundles:
    """How the claims of some members are financed.

    Attributes
    ----------
    by_claim : mapping
        Receivable, invoice or order → all fundings of its bundle.
    by_row : mapping
        Index of the member → its bundles' fundings.
    """

    by_claim: Mapping[int, tuple[Funding, ...]]
    by_row: Mapping[int, tuple[tuple[Funding, ...], ...]]

    def elsewhere(self, claim: int, bank: int) -> tuple[Funding, ...]:
        """Fundings of a claim's bundle by anybody but the bank."""
        return tuple(f for f in self.by_claim.get(claim, ()) if f.funder != bank)

    def here(self, claim: int, bank: int) -> tuple[Funding, ...]:
        """Loans of the bank itself on a claim's bundle; an assignment alone is only its collateral."""
        return tuple(f for f in self.by_claim.get(claim, ()) if f.funder == bank and f.loan is not None)

    def twice(self, row: int) -> tuple[Funding, ...]:
        """Fundings of the first bundle of a member that is financed twice; empty when none is."""
        return next((found for found in self.by_row.get(row, ()) if _times(found) > 1), ())


def fingerprint(invoice: Mapping[str, Any], seller: str, buyer: str) -> str:
    """Return the hash that is equal for two records of one invoice.

    Parameters
    ----------
    invoice : mapping
        ``number, code, amount_fen, issued_on``; case and spaces of number and code do not count.
    seller, buyer : str
        Node ids.
    """
    words = ("".join(str(invoice[name] or "").split()).upper() for name in ("number", "code"))
    parts = (*words, invoice["amount_fen"], invoice["issued_on"], seller, buyer)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def bundles(view: View, members: Nodes, day: dt.date) -> Bundles:
    """Collect the bundles of some members' receivables, invoices and orders, with every live funding of each.

    Parameters
    ----------
    view : View
        The system's or the caller's.
    members : int64 array
        Creditors.
    day : date
        Loans disbursed later, or repaid, do not count.
    """
    invoices, receivables = owed_to(view, members, "Invoice"), owed_to(view, members, "Receivable")
    orders = owed_to(view, members, "Order")
    keys: dict[int, Any] = {c.node: c.node for c in (*receivables, *orders)}
    keys.update((c.node, _key(view, c)) for c in invoices)
    nodes = as_nodes(sorted(c.node for c in receivables))
    for row, invoice, _ in outgoing(view, "BILLED_BY", nodes).triples():
        keys[int(nodes[row])] = keys.get(invoice, invoice)
    fundings = _fundings(view, as_nodes(sorted(keys)), day)
    bundled: dict[Any, list[Funding]] = {}
    for node in sorted(keys):
        bundled.setdefault(keys[node], []).extend(fundings.get(node, ()))
    by_claim = {node: tuple(bundled[key]) for node, key in keys.items()}
    return Bundles(by_claim, _rows((*receivables, *invoices, *orders), keys, bundled))


def _key(view: View, invoice: Claim) -> str:
    ids = view.projection.ids
    buyer = "" if invoice.debtor < 0 else ids[invoice.debtor]
    return fingerprint(invoice.values, ids[invoice.creditor], buyer)


def _rows(
    claims: Iterable[Claim], keys: Mapping[int, Any], bundled: Mapping[Any, list[Funding]]
) -> dict[int, tuple[tuple[Funding, ...], ...]]:
    found: dict[int, dict[Any, tuple[Funding, ...]]] = {}
    for claim in sorted(claims, key=lambda c: c.node):
        key = keys[claim.node]
        if bundled[key]:
            found.setdefault(claim.row, {})[key] = tuple(bundled[key])
    return {row: tuple(each.values()) for row, each in found.items()}


def _fundings(view: View, claims: Nodes, day: dt.date) -> dict[int, list[Funding]]:
    found: dict[int, list[Funding]] = {}
    finances = of_label(view.projection, incoming(view, "FINANCES", claims), "Loan")
    lenders = _lenders(view, finances.node, day)
    for row, loan, place in finances.triples():
        for lender in lenders.get(loan, ()):
            found.setdefault(int(claims[row]), []).append(Funding(int(claims[row]), lender, loan, place))
    for row, assignee, place in outgoing(view, "ASSIGNED_TO", claims).triples():
        found.setdefault(int(claims[row]), []).append(Funding(int(claims[row]), assignee, None, place))
    return found


def _lenders(view: View, loans: Nodes, day: dt.date) -> dict[int, list[int]]:
    """Lenders of the loans that are live on the day."""
    nodes = np.unique(loans)
    rows = node_rows(view.projection, "Loan", nodes, "balance_fen", "disbursed_on")
    live = [
        (r["balance_fen"] is None or r["balance_fen"] > 0)
        and (r["disbursed_on"] is None or r["disbursed_on"] <= day)
        for r in rows
    ]
    found: dict[int, list[int]] = {}
    for row, bank, _ in outgoing(view, "LENT_BY", nodes).triples():
        if live[row]:
            found.setdefault(int(nodes[row]), []).append(bank)
    return found


def _times(fundings: Iterable[Funding]) -> int:
    """How many separate financings: each loan is one, an assignment is one unless its assignee also lent."""
    listed = list(fundings)
    lent = {(f.funder, f.loan) for f in listed if f.loan is not None}
    lenders = {funder for funder, _ in lent}
    return len({loan for _, loan in lent}) + len({f.funder for f in listed if f.loan is None} - lenders)
