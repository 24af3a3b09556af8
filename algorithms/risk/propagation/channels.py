"""The channels 风险传导通道 of a view: which ties carry risk, in which direction, and how heavy each tie is.

The part of the source's risk that arrives over a tie of weight 1 (the attenuation) is dated data in the rulebook
``risk_channels``; what the weight *is* follows here. Facts between the same two parties add up, to 1 at most. A tie of a
party to itself carries nothing. An unknown share or amount carries nothing either: it is not made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from algorithms.projection import View
from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.risk.propagation.facts import GUARANTEES, Facts, Members, Stated
from algorithms.risk.propagation.network import Channel
from algorithms.rules import Governing
from algorithms.thresholds import above
from algorithms.walks.guarantees import GuaranteeNetwork, guarantee_network
from algorithms.walks.links import Place, as_nodes, outgoing
from schema.errors import RulebookInvalid


@dataclass(frozen=True, eq=False)
class Ties:
    """Risk of ``source`` reaches ``target`` with this weight, row by row."""

    target: IntArray
    source: IntArray
    weight: FloatArray


Build = Callable[[Facts, float], Ties]
DOWN, UP = 1, -1
"""Along the facts that carry a channel (start → end), or against them."""


@dataclass(frozen=True)
class Carrier:
    """How one channel comes from facts.

    Attributes
    ----------
    build : callable
        (facts, control ratio) → Ties.
    rests_on : tuple of (relationship, direction)
        Facts behind a tie: those of the relationship from source to target (DOWN) or from target to source (UP).
    """

    build: Build
    rests_on: tuple[tuple[str, int], ...]


def _owned(facts: Facts, _: float) -> Ties:
    return _joined(_along(facts.stated("OWNS"), _shares), _along(facts.stated("PARTNER_OF"), _partnership))


def _owning(facts: Facts, control: float) -> Ties:
    return _turned(_owned(facts, control))


def _controlled(facts: Facts, ratio: float) -> Ties:
    """More than the ratio of the votes or of the board, or the general partner: each pair once."""
    votes = _above(_along(facts.stated("OWNS"), _votes), ratio)
    board = _above(_along(facts.stated("APPOINTS"), _seats), ratio)
    return _joined(votes, board, _along(facts.stated("PARTNER_OF"), _general_partner))


def _guaranteed(facts: Facts, _: float) -> Ties:
    return _turned(_along(facts.stated(GUARANTEES), _separately))


def _joint(facts: Facts, _: float) -> Ties:
    return _both(_along(facts.stated(GUARANTEES), _jointly))


def _supplied(facts: Facts, _: float) -> Ties:
    """The buyer's dependence: the part of its purchases, as far as amounts are stated, that this supplier delivers."""
    stated = facts.stated("SUPPLIES")
    amount = _number(stated, pl.col("amount_fen"))
    return Ties(stated.end, stated.start, _parts(amount, stated.end))


def _bought(facts: Facts, _: float) -> Ties:
    """The supplier's dependence: the stated part of its sales, else this buyer's part of the stated amounts."""
    stated = facts.stated("SUPPLIES")
    amount = _number(stated, pl.col("amount_fen"))
    share = stated.frame["share_ratio"].cast(pl.Float64).to_numpy()
    parts = _parts(amount, stated.start)
    return Ties(stated.start, stated.end, np.where(np.isnan(share), parts, share))


def _executives(facts: Facts, _: float) -> Ties:
    return _joined(_along(facts.stated("LEGAL_REP_OF"), _ones), _along(facts.stated("HOLDS_POST"), _officer))


def _run(facts: Facts, control: float) -> Ties:
    return _turned(_executives(facts, control))


def _mutual(relationship: str) -> Build:
    return lambda facts, _: _both(_along(facts.stated(relationship), _ones))


_HOLDS = (("OWNS", DOWN), ("PARTNER_OF", DOWN))
_RUNS = (("LEGAL_REP_OF", DOWN), ("HOLDS_POST", DOWN))
_PAIRS = ((GUARANTEES, DOWN), (GUARANTEES, UP))


def _against(facts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, -way) for name, way in facts)


def _either(relationship: str) -> tuple[tuple[str, int], ...]:
    return ((relationship, DOWN), (relationship, UP))


CARRIERS: dict[str, Carrier] = {
    "owner_to_company": Carrier(_owned, _HOLDS),
    "company_to_owner": Carrier(_owning, _against(_HOLDS)),
    "control": Carrier(_controlled, (*_HOLDS, ("APPOINTS", DOWN))),
    "guarantee": Carrier(_guaranteed, ((GUARANTEES, UP),)),
    "joint_guarantee": Carrier(_joint, _PAIRS),
    "supplier_to_buyer": Carrier(_supplied, (("SUPPLIES", DOWN),)),
    "buyer_to_supplier": Carrier(_bought, (("SUPPLIES", UP),)),
    "executive_to_company": Carrier(_executives, _RUNS),
    "company_to_executive": Carrier(_run, _against(_RUNS)),
    "family": Carrier(_mutual("FAMILY_OF"), _either("FAMILY_OF")),
    "concert": Carrier(_mutual("ACTS_WITH"), _either("ACTS_WITH")),
    "household": Carrier(_mutual("MEMBER_OF"), _either("MEMBER_OF")),
}


def attenuations(governing: Governing) -> dict[str, float]:
    """Return channel → attenuation of every channel in force, in the order of ``CARRIERS``.

    Raises
    ------
    RulebookInvalid
        One lies outside [0, 1].
    """
    found = {name: float(governing.constants[name]) for name in CARRIERS if name in governing.constants}
    if wrong := [name for name, value in found.items() if not 0.0 <= value <= 1.0]:
        raise RulebookInvalid(f"risk_channels: {wrong[0]} must lie in [0, 1].")
    return found


def channels_of(
    facts: Facts, control_ratio: float, attenuation: Mapping[str, float], targets: tuple[int, IntArray | None]
) -> list[Channel]:
    """Build every channel.

    Parameters
    ----------
    facts : Facts
    control_ratio : float
    attenuation : mapping
        Channel → attenuation, names of ``CARRIERS``.
    targets : (n, rows)
        Number of parties; rows to keep (sorted), None for all.

    Returns
    -------
    list of Channel
        Row k is ``rows[k]``.

    Notes
    -----
    O(E) and one sort of the facts of ownership.
    """
    found = []
    for name, part in attenuation.items():
        ties = CARRIERS[name].build(facts, control_ratio)
        found.append(Channel(name, part, _weights(ties, targets)))
    return found


def _weights(ties: Ties, targets: tuple[int, IntArray | None]) -> Rows:
    size, rows = targets
    keep = (ties.source != ties.target) & (ties.weight > 0)
    target = ties.target
    if rows is not None:
        local = np.minimum(np.searchsorted(rows, target), max(len(rows) - 1, 0))
        keep &= np.isin(target, rows)
        target = local
    shape = (size if rows is None else len(rows), size)
    found = sparse.csr_array((ties.weight[keep], (target[keep], ties.source[keep])), shape=shape)
    found.sum_duplicates()
    found.data = np.minimum(found.data, 1.0)
    return found


def behind(members: Members, channel: str, source: int, target: int) -> list[Place]:
    """Return the facts that a tie rests on, in the order of their relationships. O(facts of the two ends)."""
    view, found = members.view, []
    ends = int(members.positions[source]), int(members.positions[target])
    for relationship, way in CARRIERS[channel].rests_on:
        start, end = ends if way == DOWN else ends[::-1]
        if relationship == GUARANTEES:
            found += _agreements(view, start, end)
        else:
            links = outgoing(view, relationship, as_nodes([start]))
            found += links.where(links.node == end).places()
    return found


def _agreements(view: View, guarantor: int, guaranteed: int) -> list[Place]:
    network: GuaranteeNetwork = view.once(("guarantee_network",), guarantee_network)
    return [
        place
        for at in network.between(guarantor, guaranteed)
        for place in (("GUARANTOR", int(network.by[at])), ("BENEFICIARY", int(network.of[at])))
    ]


# Weights ------------------------------------------------------------------------------------------------------------

Weigh = Callable[[Stated], FloatArray]


def _along(stated: Stated, weigh: Weigh) -> Ties:
    return Ties(stated.end, stated.start, weigh(stated))


def _turned(ties: Ties) -> Ties:
    return Ties(ties.source, ties.target, ties.weight)


def _joined(*several: Ties) -> Ties:
    columns = zip(*((t.target, t.source, t.weight) for t in several), strict=True)
    return Ties(*(np.concatenate(column) for column in columns))


def _both(ties: Ties) -> Ties:
    return _joined(ties, _turned(ties))


def _above(ties: Ties, ratio: float) -> Ties:
    """Return the pairs whose facts together exceed a ratio, with weight 1."""
    order = np.lexsort((ties.source, ties.target))
    target, source = ties.target[order], ties.source[order]
    if not len(order):
        return Ties(target, source, np.empty(0))
    new = (np.diff(target, prepend=-1) != 0) | (np.diff(source, prepend=-1) != 0)
    first = np.flatnonzero(new)
    sums = np.add.reduceat(ties.weight[order], first)
    kept = first[above(sums, ratio)]
    return Ties(target[kept], source[kept], np.ones(len(kept)))


def _parts(amount: FloatArray, whose: IntArray) -> FloatArray:
    """Each amount as a part of all amounts of the same party."""
    positive = np.maximum(amount, 0.0)
    totals = np.bincount(whose, weights=positive)[whose] if len(whose) else positive
    parts: FloatArray = np.divide(positive, totals, out=np.zeros_like(positive), where=totals > 0)
    return parts


def _number(stated: Stated, value: pl.Expr) -> FloatArray:
    found: FloatArray = (
        stated.frame.select(value.cast(pl.Float64).fill_null(0.0).alias("_")).to_series().to_numpy()
    )
    return found


def _shares(stated: Stated) -> FloatArray:
    return _number(stated, pl.coalesce("share_ratio", "share_min_ratio"))


def _votes(stated: Stated) -> FloatArray:
    return _number(stated, pl.coalesce("voting_ratio", "share_ratio", "share_min_ratio"))


def _partnership(stated: Stated) -> FloatArray:
    """The general partner answers for all of it 无限连带责任 (Partnership Law art. 2), a limited one for his part."""
    return _number(stated, pl.when(pl.col("role") == "GP").then(1.0).otherwise(pl.col("income_ratio")))


def _general_partner(stated: Stated) -> FloatArray:
    return _number(stated, (pl.col("role") == "GP"))


def _seats(stated: Stated) -> FloatArray:
    return _number(
        stated, pl.when(pl.col("board_size") > 0).then(pl.col("seats") / pl.col("board_size")).otherwise(0.0)
    )


def _officer(stated: Stated) -> FloatArray:
    """Who handles loans in a bank does not run it."""
    return _number(stated, (pl.col("post") != "CREDIT_STAFF").fill_null(True))


def _ones(stated: Stated) -> FloatArray:
    return np.ones(len(stated.start))


def _jointly(stated: Stated) -> FloatArray:
    return _number(stated, pl.col("form").fill_null("") == "HOUSEHOLD_GROUP")


def _separately(stated: Stated) -> FloatArray:
    return 1.0 - _jointly(stated)
