"""Facts as the channels read them: those of a whole view, or those around a few parties after a change.

Parties are numbered among those that the caller sees, so that what he may not see moves no number, no block of a sweep
and no rounding of an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.ownership.projected import parties
from algorithms.projection import Edges, View
from algorithms.risk.arrays import IntArray
from algorithms.walks.guarantees import guarantee_network
from algorithms.walks.links import Place, incoming, outgoing

GUARANTEES = "GUARANTEES"
"""Pairs guarantor → guaranteed, joined through the Guarantee node, as if they were one relationship."""


@dataclass(frozen=True, eq=False)
class Stated:
    """Facts of one relationship: ends as numbers of visible parties, and what they state, row by row."""

    start: IntArray
    end: IntArray
    frame: pl.DataFrame


class Facts(Protocol):
    """Where a channel takes its facts from."""

    def stated(self, relationship: str) -> Stated:
        """Return the facts of one relationship (or ``GUARANTEES``) between parties."""
        ...


@dataclass(frozen=True, eq=False)
class Members:
    """The parties that a caller sees, numbered 0 … n − 1 in the order of their positions."""

    view: View

    @cached_property
    def positions(self) -> IntArray:
        """Position of each member."""
        return np.flatnonzero(self.view.visible[: parties(self.view)])

    @cached_property
    def _numbers(self) -> NDArray[np.int32]:
        numbers: NDArray[np.int32] = np.cumsum(self.view.visible[: parties(self.view)], dtype=np.int32)
        return numbers - 1

    def __len__(self) -> int:
        return len(self.positions)

    def numbers(self, positions: Any) -> IntArray:
        """Turn positions of visible parties into numbers."""
        found: IntArray = self._numbers[positions].astype(np.int64)
        return found

    def stated(self, edges: Edges, places: IntArray) -> Stated:
        """Return facts between visible parties with what they state."""
        frame = edges.properties
        # A relationship that states nothing has a frame without columns, which has no rows to take.
        rows = frame[places] if frame.width else frame
        return Stated(self.numbers(edges.start[places]), self.numbers(edges.end[places]), rows)

    def number(self, position: int) -> int:
        """Turn one position into a number."""
        return int(self._numbers[position])

    def id(self, number: int) -> str:
        """Return a member's node id."""
        return self.view.projection.ids[int(self.positions[number])]


@dataclass(frozen=True, eq=False)
class ViewFacts:
    """All facts of a view."""

    members: Members

    def stated(self, relationship: str) -> Stated:
        """Return every visible fact of one relationship. O(E)."""
        view = self.members.view
        if relationship == GUARANTEES:
            return self._guarantees()
        edges, places = view.projection.edges[relationship], view.positions(relationship)
        return self.members.stated(edges, places)

    def _guarantees(self) -> Stated:
        network = guarantee_network(self.members.view)
        nodes = self.members.view.projection.edges["GUARANTOR"].end[network.by]
        giver, taker = (self.members.numbers(side) for side in (network.guarantor, network.guaranteed))
        return Stated(giver, taker, _forms(self.members.view, nodes))


@dataclass(frozen=True, eq=False)
class Added:
    """A fact that is not there: ends as numbers, and what it would state."""

    relationship: str
    start: int
    end: int
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NearFacts:
    """Facts that touch a few parties, some taken away and some added."""

    members: Members
    near: IntArray
    removed: frozenset[Place]
    added: Sequence[Added] = ()

    def stated(self, relationship: str) -> Stated:
        """Return the facts with one of the parties at an end, after the change. O(facts of the parties)."""
        found = self._pairs() if relationship == GUARANTEES else self._between(relationship)
        extra = [each for each in self.added if each.relationship == relationship]
        if not extra:
            return found
        columns = {name: [each.properties.get(name) for each in extra] for name in found.frame.columns}
        rows = pl.DataFrame(columns, schema=found.frame.schema)
        return Stated(
            np.concatenate((found.start, [each.start for each in extra])).astype(np.int64),
            np.concatenate((found.end, [each.end for each in extra])).astype(np.int64),
            pl.concat((found.frame, rows)),
        )

    def _between(self, relationship: str) -> Stated:
        view = self.members.view
        positions = self.members.positions[self.near]
        found = [follow(view, relationship, positions).place for follow in (outgoing, incoming)]
        places = np.array(
            [p for p in np.unique(np.concatenate(found)).tolist() if (relationship, p) not in self.removed],
            dtype=np.int64,
        )
        edges = view.projection.edges[relationship]
        return self.members.stated(edges, places)

    def _pairs(self) -> Stated:
        """Pairs of the guarantees that one of the parties has a part in."""
        view = self.members.view
        positions = self.members.positions[self.near]
        given, taken = outgoing(view, "GUARANTOR", positions), incoming(view, "BENEFICIARY", positions)
        nodes = np.unique(np.concatenate((given.node, taken.node)))
        by, of = incoming(view, "GUARANTOR", nodes), outgoing(view, "BENEFICIARY", nodes)
        kept = [self._left("GUARANTOR", by.place), self._left("BENEFICIARY", of.place)]
        pairs = [
            (giver, taker, int(nodes[row]))
            for row, giver in zip(by.row[kept[0]].tolist(), by.node[kept[0]].tolist(), strict=True)
            for other, taker in zip(of.row[kept[1]].tolist(), of.node[kept[1]].tolist(), strict=True)
            if row == other
        ]
        ends = np.array([pair[:2] for pair in pairs], dtype=np.int64).reshape(-1, 2)
        numbers = self.members.numbers(ends)
        guarantees = np.array([pair[2] for pair in pairs], dtype=np.int64)
        return Stated(numbers[:, 0], numbers[:, 1], _forms(view, guarantees))

    def _left(self, relationship: str, places: IntArray) -> NDArray[np.bool_]:
        return np.array([(relationship, p) not in self.removed for p in places.tolist()], dtype=np.bool_)


def touched(members: Members, removed: Iterable[Place], added: Iterable[Added]) -> IntArray:
    """Return the parties whose incoming ties may change: every weight depends on the facts of its own two ends only."""
    view, found = members.view, {n for each in added for n in (each.start, each.end)}
    first, last = view.projection.spans["Guarantee"]
    for relationship, place in removed:
        edges = view.projection.edges[relationship]
        for end in (int(edges.start[place]), int(edges.end[place])):
            if end < parties(view):
                found.add(members.number(end))
            elif first <= end < last:
                node = np.array([end])
                around = (incoming(view, "GUARANTOR", node).node, outgoing(view, "BENEFICIARY", node).node)
                found.update(members.numbers(np.concatenate(around)).tolist())
    return np.array(sorted(found), dtype=np.int64)


def _forms(view: View, guarantees: Any) -> pl.DataFrame:
    local = np.asarray(guarantees, dtype=np.int64) - view.projection.spans["Guarantee"][0]
    return view.projection.frames["Guarantee"].select("form")[local]
