"""Who runs a party: its controllers, its legal representative, the head of a farm household; each with the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from algorithms.ownership.holders import Holdings, holding_places
from algorithms.projection import View
from algorithms.relations.control_web import web
from algorithms.relations.persons import household_members, legal_representatives
from algorithms.thresholds import above
from algorithms.walks.links import Nodes, Place


class Ground(StrEnum):
    """Why a listing is shown at a party, strongest first."""

    ITSELF = "ITSELF"
    CONTROLLER = "CONTROLLER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    FELLOW = "FELLOW"


Backing: TypeAlias = Mapping[int, Mapping[int, tuple[Ground, ...]]]
"""Party → who runs it → by which grounds."""


@dataclass(frozen=True, eq=False)
class Backers:
    """Who runs parties, by one line of control.

    Parameters
    ----------
    view : View
    control_ratio : float
        More than this part of votes, board seats or final shares controls.
    """

    view: View
    control_ratio: float

    @property
    def holdings(self) -> Holdings:
        """Ownership as the view declares it, built once per view."""
        return web(self.view, self.control_ratio).holdings

    def of(self, parties: Nodes) -> Backing:
        """Return who runs each party.

        Notes
        -----
        One solve and one fixpoint per holder of a majority upstream of the parties.
        """
        distinct = np.unique(parties)
        first, last = self.view.projection.spans["LegalEntity"]
        entities = distinct[(distinct >= first) & (distinct < last)]
        found: dict[int, dict[int, tuple[Ground, ...]]] = {int(p): {} for p in distinct}
        for ground, running in (
            (Ground.CONTROLLER, self.controllers(entities)),
            (Ground.CONTROLLER, household_members(self.view, distinct, heads_only=True)),
            (Ground.LEGAL_REPRESENTATIVE, legal_representatives(self.view, entities)),
        ):
            for party, people in running.items():
                for person in people:
                    found[party][person] = (*found[party].get(person, ()), ground)
        return found

    def controllers(self, entities: Nodes) -> dict[int, set[int]]:
        """Return who controls by the fixpoint, or finally holds more than the line."""
        controlling, holdings = self.holdings.controllers(entities), self.holdings
        for company, shares in holdings.owners(entities).items():
            major = {holder for holder, share in shares.items() if above(share, self.control_ratio)}
            controlling[company] |= major - holdings.agencies
        return controlling

    def places(self, backer: int, party: int, ground: Ground) -> list[Place]:
        """Return the facts by which somebody runs a party, on one ground."""
        nodes = np.array([party])
        if ground is Ground.LEGAL_REPRESENTATIVE:
            return [legal_representatives(self.view, nodes)[party][backer]]
        heads = household_members(self.view, nodes, heads_only=True).get(party, {})
        return [heads[backer]] if backer in heads else holding_places(self.view, backer, party)
