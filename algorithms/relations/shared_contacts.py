"""What parties share 共用联系方式: address, phone, accountant, IP address, legal representative, officers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from algorithms.projection import View
from algorithms.walks.links import Place

Ints = NDArray[np.int64]


class Shared(IntEnum):
    """What may be shared; the number is the bit in a set of kinds."""

    ADDRESS = 0
    PHONE = 1
    ACCOUNTANT = 2
    IP = 3
    REPRESENTATIVE = 4  # the same legal representative 法定代表人
    POST = 5  # the same director, supervisor, manager or representative 任职


_RELATIONSHIPS = ("REACHED_AT", "LEGAL_REP_OF", "HOLDS_POST")
_OFFICES = (
    (Shared.REPRESENTATIVE, "LEGAL_REP_OF"),
    (Shared.POST, "LEGAL_REP_OF"),
    (Shared.POST, "HOLDS_POST"),
)


@dataclass(frozen=True, eq=False)
class Tenancies:
    """Who is at which hub: one row per fact, sorted by kind, hub and party; all arrays of equal length.

    Attributes
    ----------
    kind, hub, party : int64 arrays
        ``hub`` is the position of a contact, or of a person in office.
    relationship, place : int64 arrays
        Which fact says so; ``relationship`` is an index into a fixed list.
    """

    kind: Ints
    hub: Ints
    party: Ints
    relationship: Ints
    place: Ints

    def where(self, keep: NDArray[np.bool_]) -> Tenancies:
        """Return the rows that a mask keeps."""
        return Tenancies(
            self.kind[keep], self.hub[keep], self.party[keep], self.relationship[keep], self.place[keep]
        )

    def starts(self) -> NDArray[np.bool_]:
        """Mark the first row of each hub."""
        changed = (np.diff(self.kind, prepend=-1) != 0) | (np.diff(self.hub, prepend=-1) != 0)
        return np.asarray(changed, dtype=np.bool_)

    def distinct(self) -> NDArray[np.bool_]:
        """Mark the first row of each party at each hub: two facts may say the same."""
        return np.asarray(self.starts() | (np.diff(self.party, prepend=-1) != 0), dtype=np.bool_)

    def places(self, rows: Ints) -> Iterator[Place]:
        """Yield where the facts of some rows stand."""
        for row in rows.tolist():
            yield _RELATIONSHIPS[int(self.relationship[row])], int(self.place[row])


def tenancies(view: View) -> Tenancies:
    """Collect every contact and office of every party that the view shows. O(E log E)."""
    parts = [_reached(view), *(_in_office(view, kind, name) for kind, name in _OFFICES)]
    joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    kind, hub, party = joined[:3]
    size = len(view.projection)  # one number instead of three: 6 kinds × (5 million)² is far below 2⁶³
    order = np.argsort((kind * size + hub) * size + party, kind="stable")
    return Tenancies(*(column[order] for column in joined))


def _reached(view: View) -> tuple[Ints, ...]:
    p, edges, places = view.projection, view.projection.edges["REACHED_AT"], view.positions("REACHED_AT")
    hub = edges.end[places].astype(np.int64)
    named = p.frames["Contact"]["contact_kind"].gather(hub - p.spans["Contact"][0]).to_list()
    # A contact of no known kind is no shared contact of any.
    kind = np.array([Shared[k].value if k in Shared.__members__ else -1 for k in named], dtype=np.int64)
    columns = (kind, hub, edges.start[places].astype(np.int64), np.zeros(len(kind), dtype=np.int64), places)
    return tuple(column[kind >= 0] for column in columns)


def _in_office(view: View, kind: Shared, relationship: str) -> tuple[Ints, ...]:
    edges, places = view.projection.edges[relationship], view.positions(relationship)
    ones = np.ones(len(places), dtype=np.int64)
    hub, party = edges.start[places].astype(np.int64), edges.end[places].astype(np.int64)
    return ones * kind.value, hub, party, ones * _RELATIONSHIPS.index(relationship), places
