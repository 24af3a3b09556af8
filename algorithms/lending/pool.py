"""The question, and the parties it is about: the programme with its core, its bank, its product and its members."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from algorithms.evidence import Fact
from algorithms.lending.policy import Policy, Regime
from algorithms.projection import Projection, View
from algorithms.walks.links import (
    Nodes,
    Place,
    as_nodes,
    cite,
    fact_rows,
    incoming,
    node_rows,
    outgoing,
)
from schema.errors import ContradictoryStatements, InputError, InsufficientData, NotFound

PROGRAMME = "ChainProgram"


@dataclass(frozen=True)
class Inquiry:
    """Who asks for which programme.

    Attributes
    ----------
    view : View
        What the caller may see on the day; every number and every cited fact comes from here.
    system : View
        The same projection and day with everything: for the declassified checks, which hand out a yes or no.
    programme, bank : str
        Node ids of the programme and of the bank that would lend.
    policy : Policy
        The rulebooks.
    consented : frozenset of str or None
        Members with live consent to this bank; None when consent has been settled by the caller for everybody.
    """

    view: View
    system: View
    programme: str
    bank: str
    policy: Policy
    consented: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.view.projection is not self.system.projection or self.view.as_of != self.system.as_of:
            raise InputError("The caller's view and the system's view must be of one graph on one day.")


@dataclass(frozen=True, eq=False)
class Pool:
    """An inquiry's parties as positions.

    Attributes
    ----------
    inquiry : Inquiry
    rows : int64 array
        The members that are decided, in order of their ids.
    members : int64 array
        Everybody who takes part in the programme, in order of their ids.
    core, bank, programme : int
        Positions.
    """

    inquiry: Inquiry
    rows: Nodes
    members: Nodes
    core: int
    bank: int
    programme: int

    @property
    def view(self) -> View:
        """The caller's view."""
        return self.inquiry.view

    @property
    def projection(self) -> Projection:
        """The graph."""
        return self.inquiry.view.projection

    @property
    def day(self) -> dt.date:
        """The civil date asked for."""
        return self.inquiry.view.as_of

    @cached_property
    def regime(self) -> Regime:
        """What governs on the day."""
        return self.inquiry.policy.on(self.day)

    @cached_property
    def agreement(self) -> dict[str, Any]:
        """The programme's own properties."""
        names = ("cap_fen", "core_draw_fen", "downstream")
        return node_rows(self.projection, PROGRAMME, [self.programme], *names)[0]

    @cached_property
    def bank_runs_it(self) -> bool:
        """Whether the programme is the bank's own."""
        return bool(np.any(outgoing(self.view, "RUN_BY", as_nodes([self.programme])).node == self.bank))

    @cached_property
    def participation(self) -> dict[int, tuple[int | None, Place]]:
        """Member → (tier, where the fact stands); the nearest tier where several are stated."""
        nearest_last = reversed(_participants(self.view, self.programme))
        return {node: (tier, place) for node, tier, place in nearest_last}

    @cached_property
    def programme_places(self) -> list[Place]:
        """Facts that make the programme what it is: its core and its bank."""
        at = as_nodes([self.programme])
        return [*incoming(self.view, "CORE_OF", at).places(), *outgoing(self.view, "RUN_BY", at).places()]

    def is_household(self, node: int) -> bool:
        """Whether a party is a farm household."""
        first, last = self.projection.spans["Household"]
        return first <= node < last

    def is_entity(self, node: int) -> bool:
        """Whether a party is a legal entity."""
        first, last = self.projection.spans["LegalEntity"]
        return first <= node < last

    def cite(self, places: list[Place]) -> tuple[Fact, ...]:
        """Return the citations of facts, each once."""
        return cite(self.projection, places)


def pool_of(inquiry: Inquiry, member: str | None = None) -> Pool:
    """Find an inquiry's parties.

    Parameters
    ----------
    inquiry : Inquiry
    member : str, optional
        Decide this party alone, member or not; otherwise every member who has consented.

    Raises
    ------
    NotFound
        The programme, bank or member does not exist, or the caller may not see it.
    InsufficientData
        The programme has no core.
    ContradictoryStatements
        It has more than one.
    """
    view = inquiry.view
    programme = _seen(view, inquiry.programme, PROGRAMME)
    members = _sorted(view, (node for node, _, _ in _participants(view, programme)))
    rows = _asked(inquiry, members) if member is None else as_nodes([_seen(view, member)])
    return Pool(inquiry, rows, members, _core(view, programme), _seen(view, inquiry.bank), programme)


def _asked(inquiry: Inquiry, members: Nodes) -> Nodes:
    if inquiry.consented is None:
        return members
    ids = inquiry.view.projection.ids
    return as_nodes(m for m in members.tolist() if ids[m] in inquiry.consented)


def _participants(view: View, programme: int) -> list[tuple[int, int | None, Place]]:
    """Members with tier and fact, nearest tier first."""
    links = incoming(view, "PARTICIPATES_IN", as_nodes([programme]))
    tiers = [row["tier"] for row in fact_rows(view.projection, links)]
    found = [(node, tier, place) for (_, node, place), tier in zip(links.triples(), tiers, strict=True)]
    return sorted(found, key=lambda entry: (entry[1] is None, entry[1] or 0, entry[2]))


def _core(view: View, programme: int) -> int:
    found = np.unique(incoming(view, "CORE_OF", as_nodes([programme])).node)
    if len(found) == 0:
        raise InsufficientData("The programme has no core enterprise: load its row of 'programmes' first.")
    if len(found) > 1:
        raise ContradictoryStatements("The programme has more than one core enterprise on this day.")
    return int(found[0])


def _seen(view: View, node_id: str, label: str | None = None) -> int:
    if not view.sees(node_id, label):
        raise NotFound("There is no such node.")
    return view.projection.position(node_id, label)


def _sorted(view: View, nodes: Any) -> Nodes:
    ids = view.projection.ids
    return as_nodes(sorted(set(nodes), key=lambda node: ids[node]))
