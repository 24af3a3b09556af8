"""The trade between a member and the core: which way, confirmed by the core or not, and how much of the member's sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from algorithms.lending.claims import Claim
from algorithms.lending.pool import Pool
from algorithms.relations.dependence import trade_ratio
from algorithms.walks.links import Links, Nodes, Place, fact_rows, incoming, node_rows, outgoing

_WORDS = frozenset({"CORE", "BUYER", "核心企业", "买方", "购方"})


@dataclass(eq=False)
class Trade:
    """One member's trade with the core. Each list holds the facts that say so; empty means no.

    Attributes
    ----------
    sells, buys : list of Place
        The member supplies the core; the core supplies the member.
    confirmed : list of Place
        Supply, order or receivable that the core has confirmed.
    contract : list of Place
        An order that is not cancelled, or a confirmed supply relation.
    bought_confirmed : list of Place
        Confirmed supply by the core, for programmes that include downstream.
    core_sales_ratio : float or None
        Part of the member's sales that goes to the core.
    """

    sells: list[Place] = field(default_factory=list)
    buys: list[Place] = field(default_factory=list)
    confirmed: list[Place] = field(default_factory=list)
    contract: list[Place] = field(default_factory=list)
    bought_confirmed: list[Place] = field(default_factory=list)
    core_sales_ratio: float | None = None


def trades(pool: Pool, members: Nodes, claims: tuple[Sequence[Claim], Sequence[Claim]]) -> list[Trade]:
    """Return each member's trade with the core, in the order of ``members``.

    Parameters
    ----------
    pool : Pool
    members : int64 array
    claims : (receivables, orders)
        Of these members, by row.
    """
    found = [Trade() for _ in members]
    _supplies(pool, members, found)
    receivables, orders = claims
    for claim in receivables:
        if claim.debtor == pool.core:
            _add_claim(pool, found[claim.row], claim)
    for claim in orders:
        if claim.debtor == pool.core and claim.values["status"] != "CANCELLED":
            _add_claim(pool, found[claim.row], claim)
            found[claim.row].contract += claim.places
    return found


def _add_claim(pool: Pool, trade: Trade, claim: Claim) -> None:
    trade.sells += claim.places
    if claim.values["confirmed_on"] is not None and claim.values["confirmed_on"] <= pool.day:
        trade.confirmed += claim.places


def _supplies(pool: Pool, members: Nodes, found: list[Trade]) -> None:
    names = _names_of_core(pool)
    sold = outgoing(pool.view, "SUPPLIES", members)
    facts = fact_rows(pool.projection, sold)
    for (row, buyer, place), fact in zip(sold.triples(), facts, strict=True):
        if buyer == pool.core:
            trade = found[row]
            trade.sells.append(place)
            if _confirmed(pool, fact, names):
                trade.confirmed.append(place)
                trade.contract.append(place)
    for row, ratio in _ratios(pool.core, sold, facts).items():
        found[row].core_sales_ratio = ratio
    bought = incoming(pool.view, "SUPPLIES", members)
    for (row, seller, place), fact in zip(bought.triples(), fact_rows(pool.projection, bought), strict=True):
        if seller == pool.core:
            found[row].buys.append(place)
            if _confirmed(pool, fact, names):
                found[row].bought_confirmed.append(place)


def _confirmed(pool: Pool, fact: dict[str, Any], names: frozenset[str]) -> bool:
    """A date that has come, and nobody but the core named as who confirmed it."""
    on, by = fact["confirmed_on"], fact["confirmed_by"]
    return on is not None and on <= pool.day and (by is None or by in names)


def _names_of_core(pool: Pool) -> frozenset[str]:
    node_id = pool.projection.ids[pool.core]
    row = node_rows(pool.projection, "LegalEntity", [pool.core], "uscc", "name")[0]
    own = {node_id, node_id.removeprefix("E:"), row["uscc"], row["name"]}
    return frozenset({*_WORDS, *own} - {None})


def _ratios(core: int, sold: Links, facts: Sequence[dict[str, Any]]) -> dict[int, float]:
    """Part of each member's sales that went to the core in its last period with the core."""
    sales: dict[int, list[tuple[bool, dict[str, Any]]]] = {}
    for row, buyer, fact in zip(sold.row.tolist(), sold.node.tolist(), facts, strict=True):
        sales.setdefault(row, []).append((buyer == core, fact))
    ratios = {row: trade_ratio(entries) for row, entries in sales.items()}
    return {row: ratio for row, ratio in ratios.items() if ratio is not None}
