"""Which nodes and facts a caller may see: masks over one projection on one day.

Everything in here goes by the ids that facts were stated under. That two nodes are one person joins what a caller sees and
never widens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from algorithms.projection.access import Access
from algorithms.projection.arrays import ClassBits, Edges
from algorithms.projection.graph import Projection
from schema.access import PERSONAL_CLASSES, Audience, audience_mask
from schema.edges import EDGES
from schema.nodes import ABOUT_PARTIES, PARTY

Mask: TypeAlias = NDArray[np.bool_]

_ABOUT = tuple(
    name
    for name, edge in EDGES.items()
    for near, far in ((edge.starts, edge.ends), (edge.ends, edge.starts))
    if {*near} & {*PARTY} and {*far} & {*ABOUT_PARTIES}
)
"""Relationships that can make a record one about a party."""
_OF_THINGS = tuple(name for name, edge in EDGES.items() if {*edge.starts, *edge.ends} - {*PARTY})


@dataclass(frozen=True, eq=False)
class Opened:
    """What consent opens: facts and nodes of these classes (bits), where ``about`` marks them as the subjects'."""

    classes: int
    about: Mask


def of_labels(p: Projection, labels: Iterable[str]) -> Mask:
    """Return which nodes carry one of the key labels."""
    member = np.zeros(len(p), dtype=np.bool_)
    for label in labels:
        member[slice(*p.spans[label])] = True
    return member


def holds(e: Edges, day: int) -> Mask:
    """Return which facts hold on the day."""
    held: Mask = (e.since <= day) & (day < e.until)
    return held


def allowed(
    p: Projection, access: Access, audience: ClassBits, bank: NDArray[np.int32], by_consent: Iterable[Opened]
) -> Mask:
    """Return which facts or nodes the caller may see: by class, as a bank's own, or opened by their subjects."""
    seen: Mask = (audience & audience_mask(access.classes)) != 0
    if access.banks:
        entities = p.index.get("LegalEntity", {})
        banks = [entities[b] for b in access.banks if b in entities]
        seen |= (audience == Audience.BANK_PRIVATE.bit) & np.isin(bank, banks) & (bank >= 0)
    for each in by_consent:
        seen |= ((audience & each.classes) != 0) & each.about
    return seen


def opened(p: Projection, access: Access, day: int) -> tuple[Opened, ...]:
    """Return what is open by consent: to whom a household belongs, and (``PERSONAL_CLASSES``) to the person himself alone."""
    if not len(who := p.find(access.subjects)):
        return ()
    common = audience_mask(access.consented - PERSONAL_CLASSES)
    personal = audience_mask(access.consented & PERSONAL_CLASSES)
    himself = np.zeros(len(p), dtype=np.bool_)
    himself[who] = True
    everybody = himself.copy()
    everybody[list(_members(p, access, day, Opened(common, himself)))] = True
    return tuple(
        _with_things(p, access, day, each) for each in (Opened(common, everybody), Opened(personal, himself))
    )


def _members(p: Projection, access: Access, day: int, by: Opened) -> Iterator[int]:
    """A household that opens itself opens who belongs to it 户主代表农户."""
    households, belongs = of_labels(p, ("Household",)), p.edges["MEMBER_OF"]
    near = (by.about & households)[belongs.end]
    open_ = holds(belongs, day) & allowed(
        p, access, belongs.audience, belongs.bank, [Opened(by.classes, near)]
    )
    yield from belongs.start[near & open_].tolist()


def _with_things(p: Projection, access: Access, day: int, by: Opened) -> Opened:
    """Add the things (claims, assets, programmes: no parties) directly about the subjects.

    Only facts of the day and of classes that the caller may see make a thing theirs: a hidden one gives nothing away.
    """
    about, thing = by.about.copy(), ~of_labels(p, PARTY)
    for name in _OF_THINGS:
        e = p.edges[name]
        near, far = by.about[e.start] & thing[e.end], by.about[e.end] & thing[e.start]
        open_ = holds(e, day) & allowed(p, access, e.audience, e.bank, [Opened(by.classes, near | far)])
        about[e.end[near & open_]] = True
        about[e.start[far & open_]] = True
    return Opened(by.classes, about)


def nodes(p: Projection, access: Access, by_consent: Iterable[Opened]) -> Mask:
    """Return which nodes the caller may see at all; a record about a party is hidden with it (``ABOUT_PARTIES``)."""
    seen = allowed(p, access, p.audience, p.bank, by_consent)
    hidden = of_labels(p, PARTY) & ~seen
    seen &= ~records_about(p, hidden) | (p.audience == Audience.BANK_PRIVATE.bit)
    return seen


def records_about(p: Projection, parties: Mask) -> Mask:
    """Return which records are about one of the parties, whatever the day."""
    found = np.zeros(len(p), dtype=np.bool_)
    if parties.any():
        record = of_labels(p, ABOUT_PARTIES)
        for name in _ABOUT:
            e = p.edges[name]
            found[e.end[parties[e.start] & record[e.end]]] = True
            found[e.start[parties[e.end] & record[e.start]]] = True
    return found
