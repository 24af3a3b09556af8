"""Amounts between parties, as one view states them: what is supplied, owed, lent and guaranteed.

An unknown amount is no zero: its fact is left out of the matrix and counted in ``missing``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy import sparse

from algorithms.ownership.projected import parties
from algorithms.projection import View
from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.walks.adjacency import entries
from algorithms.walks.guarantees import guarantee_network
from algorithms.walks.links import Place


@dataclass(frozen=True, eq=False)
class Flow:
    """Amounts from one party to another; arrays of equal length m.

    Attributes
    ----------
    start, end : int64 arrays
        Positions of the parties.
    amount : float array
        Fen, ≥ 0.
    places : tuple of (relationship, int64 array)
        The facts behind each amount.
    missing : int
        Facts (or claims, loans, guarantees) between seen parties whose amount is unknown.
    """

    start: IntArray
    end: IntArray
    amount: FloatArray
    places: tuple[tuple[str, IntArray], ...]
    missing: int

    def matrix(self, size: int) -> Rows:
        """Return the amounts as an (n, n) CSR array; repeated pairs add up."""
        cells = (self.amount, (self.start, self.end))
        return sparse.csr_array(sparse.coo_array(cells, shape=(size, size), dtype=np.float64))

    def among(self, nodes: IntArray) -> Flow:
        """Return the same flow with places in a sorted list of nodes, which must hold both ends of everything."""
        return replace(self, start=np.searchsorted(nodes, self.start), end=np.searchsorted(nodes, self.end))

    def cited(self, entries_: IntArray) -> list[Place]:
        """Return where the facts behind some amounts stand."""
        return [(name, int(at[e])) for e in entries_.tolist() for name, at in self.places]


@dataclass(frozen=True, eq=False)
class Touching:
    """The entries of a flow by party: what starts (or ends) at it."""

    indptr: IntArray
    order: IntArray

    @classmethod
    def of(cls, ends: IntArray, size: int) -> Touching:
        """Sort the entries by one of their ends. O(m log m)."""
        counts = np.bincount(ends, minlength=size)
        return cls(np.concatenate(([0], np.cumsum(counts))), np.argsort(ends, kind="stable"))

    def at(self, party: int) -> IntArray:
        """Return the entries of one party."""
        return self.order[entries(self.indptr, np.array([party]))[0]]


def supplies(view: View) -> Flow:
    """Supplier → buyer: SUPPLIES by amount. O(E)."""
    return view.once("flow: supplies", _supplies)


def claims(view: View) -> Flow:
    """Debtor → creditor: receivables by balance, and invoices that no receivable is made of. O(E log E).

    A claim with several debtors or creditors is shared equally (民法典第五百一十七条). Who discounted or took over a claim
    is not followed: the creditor is who it is owed to.
    """
    return view.once("flow: claims", _claims)


def loans(view: View) -> Flow:
    """Borrower → lender: loans by balance, else principal, disbursed by the day. A joint loan is shared equally. O(E log E)."""
    return view.once("flow: loans", _loans)


def guarantees(view: View) -> Flow:
    """Guarantor → debtor: each guarantor stands in for the whole amount. O(E log E)."""
    return view.once("flow: guarantees", _guarantees)


def exposures(view: View) -> Rows:
    """Return ``exposures[i, j]`` = what i has lent to j: loans and claims together, fen, parties only."""
    size = parties(view)
    return sparse.csr_array((claims(view).matrix(size) + loans(view).matrix(size)).T)


def _supplies(view: View) -> Flow:
    edges, places = view.projection.edges["SUPPLIES"], view.positions("SUPPLIES")
    amount = edges.properties["amount_fen"].gather(places)
    known = amount.is_not_null().to_numpy()
    kept = places[known]
    return Flow(
        edges.start[kept].astype(np.int64),
        edges.end[kept].astype(np.int64),
        amount.drop_nulls().to_numpy().astype(np.float64),
        (("SUPPLIES", kept),),
        amount.null_count(),
    )


def _claims(view: View) -> Flow:
    p = view.projection
    billed = p.edges["BILLED_BY"].end[view.positions("BILLED_BY")]
    receivables = _amounts(view, "Receivable", pl.coalesce("outstanding_fen", "amount_fen"))
    invoices = _amounts(view, "Invoice", pl.col("amount_fen"))
    free = invoices.filter(~pl.col("node").is_in(pl.Series(billed.astype(np.int64)).implode()))
    return _between(view, ("OWED_BY", "OWED_TO"), pl.concat((receivables, free)))


def _loans(view: View) -> Flow:
    begun = pl.col("disbursed_on").is_null() | (pl.col("disbursed_on") <= view.as_of)
    amounts = _amounts(view, "Loan", pl.coalesce("balance_fen", "principal_fen"), begun)
    return _between(view, ("LENT_TO", "LENT_BY"), amounts)


def _guarantees(view: View) -> Flow:
    p, network = view.projection, guarantee_network(view)
    node = p.edges["GUARANTOR"].end[network.by] - p.spans["Guarantee"][0]
    amount = p.frames["Guarantee"]["amount_fen"].gather(node)
    known = amount.is_not_null().to_numpy()
    return Flow(
        network.guarantor[known].astype(np.int64),
        network.guaranteed[known].astype(np.int64),
        amount.drop_nulls().to_numpy().astype(np.float64),
        (("GUARANTOR", network.by[known]), ("BENEFICIARY", network.of[known])),
        amount.null_count(),
    )


def _amounts(view: View, label: str, amount: pl.Expr, where: pl.Expr | None = None) -> pl.DataFrame:
    """Node and amount of every visible record of a label; a missing amount is null."""
    p, (first, last) = view.projection, view.projection.spans[label]
    seen = pl.Series(view.visible[first:last])
    kept = seen if where is None else seen & p.frames[label].select(where).to_series()
    found = p.frames[label].select(
        pl.int_range(first, last, dtype=pl.Int64).alias("node"), amount.cast(pl.Float64).alias("amount")
    )
    return found.filter(kept)


def _between(view: View, relationships: tuple[str, str], amounts: pl.DataFrame) -> Flow:
    """Join the two ends of each record; its amount is shared equally among the pairs."""
    by, to = relationships
    pairs = _ends(view, by, "start").join(_ends(view, to, "end"), on="node")
    found = amounts.join(pairs, on="node").with_columns(
        (pl.col("amount") / pl.len().over("node")).alias("amount")
    )
    missing = found.filter(pl.col("amount").is_null())["node"].n_unique()
    known = found.filter(pl.col("amount").is_not_null()).sort("node", "start", "end")
    places = tuple((r, known[f"at {end}"].to_numpy()) for r, end in ((by, "start"), (to, "end")))
    start, end = (known[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    return Flow(start, end, known["amount"].to_numpy(), places, missing)


def _ends(view: View, relationship: str, name: str) -> pl.DataFrame:
    """The facts record → party, with the party under ``name``; one pair stated twice counts once."""
    edges, places = view.projection.edges[relationship], view.positions(relationship)
    frame = pl.DataFrame(
        {
            "node": edges.start[places].astype(np.int64),
            name: edges.end[places].astype(np.int64),
            f"at {name}": places,
        }
    )
    return frame.unique(["node", name], keep="first", maintain_order=True)
