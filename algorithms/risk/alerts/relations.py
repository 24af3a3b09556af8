"""From the listed to the borrowers 由失信主体反向查找: which listed party stands in which relation to which borrower.

Every relation is found from the side of the listed, in whole columns: a city has few of them, and a bank many loans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from algorithms.ownership.final_owners import final_owners_all
from algorithms.ownership.holders import holding_places
from algorithms.ownership.matrix import Columns, induced
from algorithms.projection import View
from algorithms.relations.control_web import web
from algorithms.relations.persons import household_members, legal_representatives
from algorithms.rules import Governing
from algorithms.thresholds import above
from algorithms.walks.adjacency import Index
from algorithms.walks.breadth_first import UNREACHED, hops
from algorithms.walks.combined import Heading, combined
from algorithms.walks.guarantees import GuaranteeNetwork, guarantee_network
from algorithms.walks.links import Nodes, Place, as_nodes, outgoing


class Relation(StrEnum):
    """What the listed party is to the borrower."""

    BORROWER = "BORROWER"
    GUARANTOR = "GUARANTOR"
    CONTROLLER = "CONTROLLER"
    OWNER = "OWNER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    DEPENDENCE = "DEPENDENCE"
    CORE = "CORE"  # of the programme under which the loan was drawn


@dataclass(frozen=True, eq=False)
class Around:
    """Listed parties and borrowers, whose relations are asked for.

    Attributes
    ----------
    view : View
    governing : Governing
        The rulebook ``alerts``, for its lines.
    listed, borrowers : int64 arrays
        Distinct positions.
    """

    view: View
    governing: Governing
    listed: Nodes
    borrowers: Nodes

    def line(self, name: str) -> float:
        """Return a ratio of the rulebook."""
        return float(self.governing.constant(name))

    def between(self, relationship: str, *, reverse: bool = False) -> pl.DataFrame:
        """Return the facts from a listed party to a borrower (or back): ``borrower``, ``party``, ``place``."""
        edges, places = self.view.projection.edges[relationship], self.view.positions(relationship)
        party, borrower = (edges.end, edges.start) if reverse else (edges.start, edges.end)
        places = places[np.isin(party[places], self.listed)]
        places = places[np.isin(borrower[places], self.borrowers)]
        return pairs(borrower[places], party[places]).with_columns(place=pl.Series(places, dtype=pl.Int64))


def pairs(borrowers: Index, parties: Index) -> pl.DataFrame:
    """Return pairs as a table."""
    return pl.DataFrame({"borrower": borrowers, "party": parties}, {"borrower": pl.Int64, "party": pl.Int64})


def related(around: Around) -> pl.DataFrame:
    """Return every relation between a listed party and a borrower.

    Returns
    -------
    DataFrame
        ``borrower``, ``party``, ``relation``, ``share_ratio`` (of sales, for DEPENDENCE), each pair and relation once.
        CORE, which is a loan's and not a borrower's, is left to the caller.

    Notes
    -----
    O(V + E) once per view; then what touches the listed. Shares are swept once over what is downstream of them.
    """
    found = [
        frame.select("borrower", "party", relation=pl.lit(str(relation)), share_ratio=_share(frame))
        for relation, find in _FINDERS.items()
        for frame in find(around)
    ]
    best = pl.concat(found).sort("share_ratio", descending=True, nulls_last=True, maintain_order=True)
    others = (pl.col("relation") == str(Relation.BORROWER)) | (pl.col("borrower") != pl.col("party"))
    return best.filter(others).unique(("borrower", "party", "relation"), keep="first", maintain_order=True)


def _share(frame: pl.DataFrame) -> pl.Expr:
    return (pl.col("share_ratio") if "share_ratio" in frame.columns else pl.lit(None)).cast(pl.Float64)


def _themselves(around: Around) -> list[pl.DataFrame]:
    both = np.intersect1d(around.listed, around.borrowers)
    return [pairs(both, both)]


def _guarantors(around: Around) -> list[pl.DataFrame]:
    network = guarantees(around.view)
    kept = np.isin(network.guarantor, around.listed) & np.isin(network.guaranteed, around.borrowers)
    return [pairs(network.guaranteed[kept], network.guarantor[kept])]


def _controllers(around: Around) -> list[pl.DataFrame]:
    """By the fixpoint; and the head of a farm household."""
    heads = around.between("MEMBER_OF")
    said = around.view.projection.edges["MEMBER_OF"].properties["head"]
    heads = heads.filter(said.gather(heads["place"]).fill_null(False))
    holdings = web(around.view, around.line("control_ratio")).holdings
    holders = np.setdiff1d(around.listed, as_nodes(holdings.agencies))
    owe = frozenset(around.borrowers.tolist())
    found = [(c, h) for h, held in holdings.controlled(holders.tolist()).items() for c in held & owe]
    return [heads, pairs(as_nodes(c for c, _ in found), as_nodes(h for _, h in found))]


def _owners(around: Around) -> list[pl.DataFrame]:
    """Final shares of the listed over all walks, of which none leaves what is downstream of them."""
    depth = hops(combined(around.view, ("OWNS",)), around.listed, Heading.OUT)
    nodes, line = np.flatnonzero(depth != UNREACHED), around.line("owner_ratio")
    equity = web(around.view, around.line("control_ratio")).holdings.case.equity
    shares = final_shares_of(induced(equity, nodes), np.searchsorted(nodes, around.listed), line)
    over = above(shares.data, line) & np.isin(nodes[shares.col], around.borrowers)
    return [pairs(nodes[shares.col[over]], around.listed[shares.row[over]])]


def final_shares_of(equity: Columns, holders: Index, line: float) -> Columns:
    """Return the final shares of a few holders in everything, from a line on: COO, row = index of the holder.

    Parameters
    ----------
    equity : CSC array of shape (m, m)
    holders : integer array of shape (k,)
        They may hold each other: a twin of each, which nobody holds, is an end; the holder himself is walked through.
    line : float
        Smaller shares are left out.
    """
    size, more = equity.shape[0], len(holders)
    rows = sparse.vstack([equity, sparse.csr_array(equity)[holders]], format="csc")
    indptr = np.concatenate([rows.indptr, np.full(more, rows.indptr[-1])])
    doubled = sparse.csc_array((rows.data, rows.indices, indptr), shape=(size + more,) * 2)
    ends = np.arange(size + more) >= size
    found = sparse.coo_array(final_owners_all(doubled, ends, line).value)
    # Every row that is not empty is a twin's.
    return sparse.coo_array((found.data, (found.row - size, found.col)), shape=(more, size + more))


def _representatives(around: Around) -> list[pl.DataFrame]:
    return [around.between("LEGAL_REP_OF")]


def _buyers(around: Around) -> list[pl.DataFrame]:
    sold = around.between("SUPPLIES", reverse=True)
    shares = around.view.projection.edges["SUPPLIES"].properties["share_ratio"]
    return [sold.with_columns(share_ratio=shares.gather(sold["place"]))]


_FINDERS: Final[dict[Relation, Callable[[Around], list[pl.DataFrame]]]] = {
    Relation.BORROWER: _themselves,
    Relation.GUARANTOR: _guarantors,
    Relation.CONTROLLER: _controllers,
    Relation.OWNER: _owners,
    Relation.LEGAL_REPRESENTATIVE: _representatives,
    Relation.DEPENDENCE: _buyers,
}


def guarantees(view: View) -> GuaranteeNetwork:
    """Return the guarantee network, built once per view."""
    return view.once("guarantee network", guarantee_network)


def relation_places(view: View, relation: Relation, borrower: int, party: int) -> list[Place]:
    """Return the facts by which a party stands in a relation to a borrower; none for the borrower himself."""
    one = as_nodes([borrower])
    match relation:
        case Relation.GUARANTOR:
            network = guarantees(view)
            agreed = network.between(party, borrower)
            return [
                place
                for i in agreed
                for place in (("GUARANTOR", int(network.by[i])), ("BENEFICIARY", int(network.of[i])))
            ]
        case Relation.CONTROLLER | Relation.OWNER:
            heads = household_members(view, one, heads_only=True).get(borrower, {})
            return [heads[party]] if party in heads else holding_places(view, party, borrower)
        case Relation.LEGAL_REPRESENTATIVE:
            return [legal_representatives(view, one)[borrower][party]]
        case Relation.DEPENDENCE:
            sold = outgoing(view, "SUPPLIES", one)
            return sold.where(sold.node == party).places()
    return []
