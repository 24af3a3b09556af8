"""The coupled stress test over a view: what the graph states, what it does not, and which facts each loss rests on.

Arrays hold the parties that the caller sees and no others: a hidden one must not even change how sums are rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.holders import Holdings
from algorithms.ownership.projected import parties
from algorithms.projection import View
from algorithms.relations.control_groups import ControlGroups, control_groups
from algorithms.relations.exposures import capital_of
from algorithms.risk.arrays import BoolArray, FloatArray, IntArray, row_sums, summed
from algorithms.risk.flows import Flow, Touching, claims, guarantees, loans, supplies
from algorithms.risk.sectors import Sectors, sectors
from algorithms.risk.stress_bounds import StressBounds, stress_bounds
from algorithms.risk.stress_case import GroupLimits, StressAssumptions, StressCase
from algorithms.rules import Governing
from algorithms.walks.links import Place
from schema.errors import InputError

STAGES = ("OUTPUT", "DILUTION", "UNPAID", "CALLS")


@dataclass(frozen=True, eq=False)
class Economy:
    """Everything that a stress test reads, as one view states it.

    Attributes
    ----------
    nodes : int64 array (n,)
        Positions of the parties, sorted; index i of every array is the party ``nodes[i]``.
    case : StressCase
        Amounts in fen. External assets are NaN for everybody: nothing that is delivered says what a party owns beside its
        claims.
    flows : mapping of str to Flow
        ``supplies``, ``claims``, ``loans``, ``guarantees``.
    sectors : Sectors
    sales : float array (n,)
        What each supplies to the others, fen.
    groups : ControlGroups
        Groups by control among borrowers and guarantors, in positions.
    capital : float array (n,)
        Tier-1 capital of each lender on the day, fen; NaN where it is unknown.
    """

    nodes: IntArray
    case: StressCase
    flows: dict[str, Flow]
    sectors: Sectors
    sales: FloatArray
    groups: ControlGroups
    capital: FloatArray

    def among(self, *flows: str) -> BoolArray:
        """Who stands at an end of any amount of these flows: parties that the caller sees, and no others."""
        ends = [end for name in flows for end in (self.flows[name].start, self.flows[name].end)]
        found: BoolArray = np.bincount(np.concatenate(ends), minlength=len(self.sales)) > 0
        return found


@dataclass(frozen=True, eq=False)
class StressOfView:
    """The answer: both ends of what is possible, and the economy that it was computed from."""

    economy: Economy
    bounds: StressBounds
    failing: IntArray

    def affected(self) -> IntArray:
        """Indices of everyone who loses output or money, greatest possible loss first, then by position."""
        worst = self.bounds.most.from_others
        lost = np.flatnonzero((worst >= 0.5) | (self.bounds.most.output > 0))  # half a fen is rounding
        order = np.lexsort((lost, -self.bounds.most.output[lost], -worst[lost]))
        return lost[order]

    def reasons(self) -> Reasons:
        """Return an index of the facts behind every loss."""
        return Reasons(self)


class Reasons:
    """Which facts a party's loss at each stage rests on."""

    def __init__(self, found: StressOfView) -> None:
        most, flows, size = found.bounds.most, found.economy.flows, len(found.economy.sales)
        self.flows = flows
        self.output = most.output > 0
        self.weak = most.after.paid_part < np.minimum(1.0, most.before.paid_part)
        self.called = most.after.called_part > most.before.called_part
        self.starts = {name: Touching.of(flow.start, size) for name, flow in flows.items()}
        self.ends = {name: Touching.of(flow.end, size) for name, flow in flows.items()}

    def of(self, stage: str, party: int) -> list[Place]:
        """Return where the facts stand, in order."""
        return [place for flow, at in self._entries(stage, party) for place in flow.cited(at)]

    def _entries(self, stage: str, party: int) -> Iterator[tuple[Flow, IntArray]]:
        if stage == "OUTPUT":
            bought, sold = self.ends["supplies"].at(party), self.starts["supplies"].at(party)
            flow = self.flows["supplies"]
            yield flow, bought[self.output[flow.start[bought]]]
            yield flow, sold[self.output[flow.end[sold]]]
        elif stage == "DILUTION":
            yield self.flows["claims"], self.ends["claims"].at(party)
        elif stage == "UNPAID":
            for name in ("claims", "loans"):
                held = self.ends[name].at(party)
                yield self.flows[name], held[self.weak[self.flows[name].start[held]]]
        else:
            given = self.starts["guarantees"].at(party)
            yield self.flows["guarantees"], given[self.called[self.flows["guarantees"].end[given]]]


def economy(view: View, governing: Governing, control_ratio: float) -> Economy:
    """Read the economy of a view, once per view and rulebook version. O(V + E log E)."""
    key = ("stress economy", governing.rulebook.version, governing.day, control_ratio)
    return view.once(key, lambda v: _economy(v, governing, control_ratio))


def stress_of_view(view: View, failing: IntArray, governing: Governing, limits: Governing) -> StressOfView:
    """What happens when these parties stop.

    Parameters
    ----------
    view : View
    failing : int array
        Positions of parties; the answer's ``failing`` are indices.
    governing : Governing
        The rulebook ``stress_test`` on the day.
    limits : Governing
        The rulebook ``connected_clients`` on the day.

    Raises
    ------
    InputError
        Nobody fails, or a position is no party.
    """
    found = economy(view, governing, float(limits.constant("control_ratio")))
    if not len(failing) or not np.isin(failing, found.nodes).all():
        raise InputError("Name at least one party that fails, and only parties that may be seen.")
    stopped = np.searchsorted(found.nodes, np.unique(failing))
    shock = np.zeros(len(found.nodes))
    shock[stopped] = 1.0
    bounds = stress_bounds(found.case, shock, assumptions(governing), _limits(found, limits))
    return StressOfView(found, bounds, stopped)


def assumptions(governing: Governing) -> StressAssumptions:
    """Read the scenario of the rulebook ``stress_test``."""
    return StressAssumptions(
        float(governing.constant("dilution_ratio")),
        float(governing.constant("margin_ratio")),
        float(governing.constant("failed_asset_loss_ratio")),
        str(governing.constant("guarantee_variant")),
        float(governing.constant("estate_assets_ratio")),
        float(governing.constant("estate_claims_ratio")),
        bool(governing.constant("substitution")),
    )


def _economy(view: View, governing: Governing, control_ratio: float) -> Economy:
    nodes = np.flatnonzero(view.visible[: parties(view)])
    size, stated = (
        len(nodes),
        {
            "supplies": supplies(view),
            "claims": claims(view),
            "loans": loans(view),
            "guarantees": guarantees(view),
        },
    )
    flows = {name: flow.among(nodes) for name, flow in stated.items()}
    of = sectors(view, nodes, str(governing.constant("household_division")))
    matrices = {name: flow.matrix(size) for name, flow in flows.items()}
    case = StressCase(
        matrices["supplies"],
        of.index,
        of.essential(governing),
        matrices["claims"],
        matrices["loans"],
        matrices["guarantees"],
        np.full(size, np.nan),
        _borrowed_unseen(flows, size),
    )
    clients = nodes[np.unique(np.concatenate((flows["loans"].start, flows["guarantees"].start)))]
    groups = control_groups(Holdings(view, control_ratio), clients)
    capital = _capital(view, flows["loans"], nodes)
    return Economy(nodes, case, flows, of, row_sums(matrices["supplies"]), groups, capital)


def _borrowed_unseen(flows: dict[str, Flow], size: int) -> FloatArray:
    """A guarantee stands for a debt of at least its amount: what no loan that the caller sees explains is owed outside."""
    guaranteed = flows["guarantees"]
    largest = np.zeros(size)
    np.maximum.at(largest, guaranteed.end, guaranteed.amount)
    lent = summed(flows["loans"].start, flows["loans"].amount, size)
    return np.maximum(0.0, largest - lent)


def _capital(view: View, lent: Flow, nodes: IntArray) -> FloatArray:
    capital = np.full(len(nodes), np.nan)
    for bank in np.unique(lent.end).tolist():
        tier1 = capital_of(view, int(nodes[bank]), view.as_of).tier1_fen
        capital[bank] = np.nan if tier1 is None else tier1
    return capital


def _limits(found: Economy, limits: Governing) -> GroupLimits:
    groups = found.groups
    cells = (np.ones(len(groups.member)), (groups.group, np.searchsorted(found.nodes, groups.member)))
    members = sparse.csr_array(cells, shape=(len(groups.heads), len(found.nodes)))
    return GroupLimits(members, found.capital, float(limits.constant("group_exposure_ratio")))
