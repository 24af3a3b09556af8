"""Related parties as the articles read: sets of parties, sentence by sentence, over dense matrices.

Who actually controls and who ultimately benefits is given, for these have twins of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.reference.control import controlled
from tests.reference.ownership import integrated_ownership

Found = set[tuple[int, str]]


@dataclass(frozen=True)
class Town:
    """Persons are the indices in ``persons``; ``controllers`` maps each company to who a rule names; ``kin`` holds (person, relative, kinship) and both directions."""

    shares: NDArray[np.float64]
    persons: frozenset[int]
    posts: frozenset[tuple[int, int]]
    credit: frozenset[tuple[int, int]]
    seats: frozenset[tuple[int, int]]
    kin: frozenset[tuple[int, int, str]]
    concert: frozenset[tuple[int, int]]
    adults: frozenset[int]
    controllers: Mapping[int, frozenset[int]]
    beneficiaries: frozenset[int]


def related(town: Town, subject: int) -> Found:
    """(Party, item) for whoever is surely related."""
    own = {p: controlled(town.shares, [p]) for p in range(len(town.shares))}
    entities = set(range(len(town.shares))) - town.persons

    def split(parties: Iterable[int], person: str, entity: str) -> Found:
        return {(p, person if p in town.persons else entity) for p in parties if p != subject}

    def runs(company: int, posts: Iterable[tuple[int, int]]) -> set[int]:
        return {p for p, c in posts if c == company}

    def acts_with(party: int) -> set[int]:
        return {b for a, b in town.concert if a == party} | {a for a, b in town.concert if b == party}

    found: Found = set()
    # Art. 6 (1), 7 (1)
    controllers = set(town.controllers[subject]) | {p for p in own if subject in own[p]} - {subject}
    found |= split(controllers | town.beneficiaries, "6.1", "7.1")
    found |= split({q for p in controllers for q in acts_with(p)}, "6.1", "7.1")
    # Art. 6 (2), 7 (2)
    final = integrated_ownership(town.shares)[:, subject]
    direct = town.shares[:, subject]
    at_hand = {p: sum(direct[d] for d in own[p] | {p}) for p in own}
    holders = {p for p in own if max(final[p], at_hand[p]) >= 0.05 - 1e-9}
    holders |= {p for p, c in town.seats if c == subject}
    holders.discard(subject)
    found |= split(holders, "6.2", "7.2")
    behind = {
        q
        for h in holders & entities
        for q in acts_with(h) | town.controllers[h] | {p for p in own if h in own[p]}
    }
    found |= {(q, "7.2") for q in behind & entities if q != subject}
    # Art. 6 (3), 6 (5)
    found |= {(p, "6.3") for p in runs(subject, town.posts | town.credit)}
    above = {p for p, item in found if item in ("7.1", "7.2")}
    found |= {(p, "6.5") for company in above for p in runs(company, town.posts)}
    # Art. 6 (4)
    leading = {p for p, item in found if item in ("6.1", "6.2", "6.3")}
    families = {
        p: {r for q, r, kind in town.kin if q == p and (kind != "CHILD" or r in town.adults)} for p in leading
    }
    found |= {(r, "6.4") for relatives in families.values() for r in relatives}
    return found | held(town, subject, found, families)


def held(town: Town, subject: int, found: Found, families: dict[int, set[int]]) -> Found:
    """Art. 7 (3), (4), (5)."""
    below: Found = set()
    for party, item in found | {(subject, "SELF")}:
        reach = controlled(town.shares, [party])
        influenced = {
            c
            for c in range(len(town.shares))
            if sum(town.shares[z, c] for z in reach | {party}) >= 0.2 - 1e-9
            or any((z, c) in town.seats for z in reach | {party})
        } - {party}
        new = {"SELF": "7.4", "7.1": "7.3", "7.2": "7.3"}.get(item, "7.5")
        if item in ("SELF", "6.1", "7.1"):
            below |= {(c, new) for c in reach | influenced}
        elif item in ("6.2", "6.3", "6.4", "7.2"):
            below |= {(c, new) for c in reach}
    for head, relatives in families.items():
        below |= {(c, "7.5") for c in controlled(town.shares, [head, *relatives])} if relatives else set()
    return {(c, item) for c, item in below if c != subject}
