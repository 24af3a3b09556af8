"""Do buyer and seller share a controller, an owner or family? The fake-trade guard 关联关系 of S1-49.

A party's *backers* are itself, who finally holds at least the line of it, who controls it, and the people of a farm
household. Two parties are tied when they share a backer, or a backer of one is family of, or acts in concert with, a
backer of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan

import numpy as np

from algorithms.ownership.holders import Holdings, Shares, holding_places
from algorithms.projection import View
from algorithms.relations.persons import household_members, relatives
from algorithms.thresholds import at_least
from algorithms.walks.links import Nodes, Place


@dataclass(frozen=True, eq=False)
class Backers:
    """Backers per party.

    Attributes
    ----------
    certain, possible : mapping
        Party → backers; ``possible`` also holds those who would be backers if missing shares were theirs.
    people : mapping
        Household → person → where it is said.
    kin : mapping
        Backer → relative or concert party → where it is said.
    """

    certain: Mapping[int, frozenset[int]]
    possible: Mapping[int, frozenset[int]]
    people: Mapping[int, Mapping[int, Place]]
    kin: Mapping[int, Mapping[int, Place]] = field(repr=False)

    def tied(self, one: int, other: int) -> bool | None:
        """Whether two parties are tied; None when missing shares could tie them."""
        if self.common(self.certain[one], self.certain[other]):
            return True
        return None if self.common(self.possible[one], self.possible[other]) else False

    def common(self, one: Iterable[int], other: frozenset[int]) -> list[tuple[int, int]]:
        """Return the pairs (backer, backer) that are the same party or each other's relatives, sorted."""
        reach = {near: self.kin.get(near, {}).keys() | {near} for near in one}
        return sorted((near, far) for near, around in reach.items() for far in around & other)


def backers(holdings: Holdings, parties: Nodes, line: float) -> Backers:
    """Find the backers of parties, from all that a view declares.

    Parameters
    ----------
    holdings : Holdings
    parties : int64 array
        Members and their buyers.
    line : float
        Final share from which a holder is a backer, inclusive.

    Notes
    -----
    One solve upstream of the parties, one fixpoint per holder of a majority there.
    """
    view = holdings.view
    distinct = np.unique(parties)
    first, last = view.projection.spans["LegalEntity"]
    entities = distinct[(distinct >= first) & (distinct < last)]
    people = household_members(view, distinct)
    control = holdings.controllers(entities)
    held = _large(holdings.owners(entities), line, undefined=False)
    could = _large(holdings.possible_owners(entities), line, undefined=True)
    sure = _joined(distinct, (held, control, people))
    perhaps = _joined(distinct, (could, control, people))
    everyone = {b for found in perhaps.values() for b in found}
    certain = {p: found - holdings.agencies for p, found in sure.items()}
    possible = {p: (found | sure[p]) - holdings.agencies for p, found in perhaps.items()}
    return Backers(certain, possible, people, relatives(view, everyone))


def tie_places(view: View, found: Backers, one: int, other: int) -> list[Place]:
    """Return the visible facts that tie two parties: holdings, household and family facts."""
    places: list[Place] = []
    for near, far in found.common(found.certain[one], found.certain[other]):
        for party, backer in ((one, near), (other, far)):
            places += holding_places(view, backer, party)
            places += [found.people[party][backer]] if backer in found.people.get(party, {}) else []
        places += [found.kin[near][far]] if far in found.kin.get(near, {}) else []
    return places


def _large(owners: Mapping[int, Shares], line: float, *, undefined: bool) -> dict[int, set[int]]:
    """Holders from the line on; an undefined share (a circle without an outside owner) could be anything."""
    return {
        company: {h for h, share in shares.items() if at_least(share, line) or (undefined and isnan(share))}
        for company, shares in owners.items()
    }


def _joined(parties: Nodes, sources: Iterable[Mapping[int, Iterable[int]]]) -> dict[int, frozenset[int]]:
    listed = list(sources)
    return {
        party: frozenset({party}).union(*(source.get(party, ()) for source in listed))
        for party in parties.tolist()
    }
