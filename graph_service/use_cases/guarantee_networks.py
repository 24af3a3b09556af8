"""What shapes do guarantees make around a party, and who stands on a circle 担保网络、担保圈."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from algorithms.evidence import Fact
from algorithms.projection.regions import inside
from algorithms.relations.exposures import UNKNOWN, Sum
from algorithms.relations.guarantee_structures import (
    GuaranteeStructures,
    Shape,
    guarantee_structures,
    member_exposure,
    parties_of,
    shapes_among,
    within,
)
from algorithms.walks.links import Nodes
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError
from schema.money import Fen

DEEPEST, MOST_MEMBERS, MOST_AGREEMENTS, MOST_CIRCLES = 10, 200, 2_000, 100


@dataclass(frozen=True)
class SumAnswer:
    """A sum: ``total_fen`` is null while an amount is unknown; what is known is in ``known_fen``, and how many are not beside it."""

    total_fen: Fen | None
    known_fen: Fen
    unknown: int
    count: int


@dataclass(frozen=True)
class GuaranteeMember:
    """A party of the network with what it stands to lose; null sums: the caller may see no bank's loans."""

    party: NodeAnswer
    distance: int
    on_circle: bool
    own: SumAnswer | None
    guaranteed: SumAnswer
    contingent: SumAnswer | None
    reached: int


@dataclass(frozen=True)
class Guaranteed:
    """One agreement between one guarantor and one guaranteed party."""

    agreement: str
    guarantor: str
    guaranteed: str
    amount_fen: Fen | None
    form: str | None
    called_on: dt.date | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class GuaranteeShape:
    """A shape with the graph ids of its members (see ``ShapeKind``)."""

    kind: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class GuaranteeNetworkAnswer:
    """The guarantees around a party; ``truncated``: there is more than the depth or the bounds let in."""

    start: NodeAnswer
    members: tuple[GuaranteeMember, ...]
    guarantees: tuple[Guaranteed, ...]
    shapes: tuple[GuaranteeShape, ...]
    truncated: bool


@dataclass(frozen=True)
class CircleOfGuarantees:
    """Everybody who guarantees everybody else, directly or through others (membership is exact).

    ``circles`` are the elementary circles in it, shortest first, up to ten guarantees and a hundred circles; every circle of at
    most ``complete_length`` guarantees is listed. The sums are of distinct agreements and loans.
    """

    kind: str
    member_count: int
    members: tuple[GuaranteeMember, ...]
    guarantees: tuple[Guaranteed, ...]
    circles: tuple[tuple[str, ...], ...]
    circles_truncated: bool
    complete_length: int
    guaranteed: SumAnswer
    own: SumAnswer | None
    truncated: bool


def explore_guarantees(asking: Asking, party_id: str, depth: int = 2) -> GuaranteeNetworkAnswer:
    """Show the guarantees around a party in both directions, with shapes and exposures.

    Parameters
    ----------
    depth : int
        1 to 10 guarantees away. At most 200 parties and 2,000 agreements are shown.

    Raises
    ------
    InputError
        A depth outside its range.
    NotFound
        No such party, for this caller.
    """
    if not 1 <= depth <= DEEPEST:
        raise InputError(f"The depth is 1 to {DEEPEST}.")
    position = asking.party(party_id)
    s = guarantee_structures(asking.view)
    index = s.index(position)
    if index is None:
        return GuaranteeNetworkAnswer(describe(asking, position), (), (), (), False)
    nodes, distance, cut = within(s, index, depth, MOST_MEMBERS)
    shown = s.among(nodes)
    answer = GuaranteeNetworkAnswer(
        describe(asking, position),
        tuple(_member(asking, s, int(n), int(d)) for n, d in zip(nodes, distance, strict=True)),
        tuple(_guaranteed(asking, s, int(g)) for g in shown[:MOST_AGREEMENTS]),
        tuple(_shape(asking, shape) for shape in shapes_among(s, np.sort(nodes))),
        cut or len(shown) > MOST_AGREEMENTS,
    )
    asking.about(*(m.party.id for m in answer.members))
    return answer


class CircleList(Sequence[CircleOfGuarantees]):
    """Circle components, largest first; each is described when it is read, and then noted as asked about."""

    def __init__(self, asking: Asking, region: str | None) -> None:
        self._asking, self._structures = asking, guarantee_structures(asking.view)
        self._order = self._ordered(region or "")

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> CircleOfGuarantees: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[CircleOfGuarantees]: ...
    def __getitem__(self, place: int | slice) -> CircleOfGuarantees | Sequence[CircleOfGuarantees]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return _circle(self._asking, self._structures, self._order[place])

    def _ordered(self, region: str) -> list[int]:
        """A circle belongs to a region with any member in it; persons have no region of their own."""
        s, ids = self._structures, self._asking.projection.ids
        found = range(int(s.circle.max(initial=-1)) + 1)
        kept = [number for number in found if self._inside(parties_of(s, number), region)]
        return sorted(kept, key=lambda n: (-len(parties_of(s, n)), ids[int(s.parties[parties_of(s, n)[0]])]))

    def _inside(self, members: Nodes, region: str) -> bool:
        return not region or bool(
            inside(self._asking.projection, region)[self._structures.parties[members]].any()
        )


def guarantee_circles_of(asking: Asking, region: str | None = None) -> CircleList:
    """List everybody who stands on a circle of guarantees, circle by circle.

    Parameters
    ----------
    region : str, optional
        Division-code prefix: only circles with a member there.

    Raises
    ------
    InputError
        The region is no prefix of a division code.
    """
    if region is not None and not (region.isdigit() and len(region) <= 12):
        raise InputError("`region` is a division code of up to 12 digits, or the first digits of one.")
    return CircleList(asking, region)


def _circle(asking: Asking, s: GuaranteeStructures, number: int) -> CircleOfGuarantees:
    members = parties_of(s, number)
    found, inside = s.circles(members, MOST_CIRCLES), s.among(members)
    ids = [asking.projection.ids[p] for p in s.parties[members].tolist()]
    own, inner = s.owned_by(members), inside[s.start[inside] != s.end[inside]]
    shown = members[:MOST_MEMBERS]
    answer = CircleOfGuarantees(
        "MUTUAL" if len(members) == 2 else "CIRCLE",
        len(members),
        tuple(_member(asking, s, int(m), 0) for m in shown),
        tuple(_guaranteed(asking, s, int(g)) for g in inner[:MOST_AGREEMENTS]),
        tuple(tuple(ids[m] for m in circle) for circle in found.value),
        found.truncated,
        found.complete_length,
        _sum(s.sum(inner), len(np.unique(s.agreement[inner]))),
        None if own is None else _sum(own, len(s.loans.of(s.parties[members]))),
        len(shown) < len(members) or len(inner) > MOST_AGREEMENTS,
    )
    asking.about(*(m.party.id for m in answer.members))
    return answer


def _member(asking: Asking, s: GuaranteeStructures, index: int, distance: int) -> GuaranteeMember:
    found = member_exposure(s, index)
    return GuaranteeMember(
        describe(asking, int(s.parties[index])),
        distance,
        bool(s.circle[index] >= 0),
        None if found.own is None else _sum(found.own, found.loans),
        _sum(found.guaranteed, found.guarantees),
        None if found.contingent is None else _sum(found.contingent, found.contingent_loans),
        found.reached,
    )


def _guaranteed(asking: Asking, s: GuaranteeStructures, place: int) -> Guaranteed:
    p, agreement = asking.projection, int(s.agreement[place])
    row = p.frames["Guarantee"].row(agreement - p.spans["Guarantee"][0], named=True)
    amount = int(s.amount[place])
    by, of = int(s.network.by[place]), int(s.network.of[place])
    return Guaranteed(
        p.ids[agreement],
        p.ids[int(s.parties[s.start[place]])],
        p.ids[int(s.parties[s.end[place]])],
        None if amount == UNKNOWN else amount,
        row["form"],
        row["called_on"],
        (p.fact("GUARANTOR", by), p.fact("BENEFICIARY", of)),
    )


def _shape(asking: Asking, shape: Shape) -> GuaranteeShape:
    return GuaranteeShape(str(shape.kind), tuple(asking.projection.ids[m] for m in shape.members))


def _sum(found: Sum, count: int) -> SumAnswer:
    return SumAnswer(found.total_fen, found.known_fen, found.unknown, count)
