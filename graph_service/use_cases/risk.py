"""How risky is this party, and why 风险画像; and what would be different if 假设分析."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from algorithms.evidence import Fact
from algorithms.risk.propagation import (
    Added,
    AddedSeed,
    Changes,
    Contribution,
    Explanation,
    Picture,
    explain,
    risk_picture,
    what_if,
)
from algorithms.risk.propagation.channels import behind
from algorithms.risk.propagation.facts import GUARANTEES
from algorithms.risk.propagation.seeds import Seed
from algorithms.risk.propagation.what_if import place_of
from algorithms.walks.links import Place, cite
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError, NotFound
from schema.provenance import parse_fact_id
from schema.rulebook import Rule

MOST_CONTRIBUTIONS, MOST_CHANGES, MOST_LISTED = 50, 100, 1_000


@dataclass(frozen=True)
class RiskSeed:
    """One record that counts against a party: the rule, what it looked at, how it has faded, and the fact."""

    rule: Rule
    severity: float
    base: float
    began_on: dt.date | None
    age_days: int | None
    half_life_days: float | None
    inputs: Mapping[str, Any]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ChannelPart:
    """What one channel adds to the weight of a hop, and the facts that it rests on."""

    channel: str
    zh: str
    weight: float
    attenuation: float
    citation: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class RiskHop:
    """One hop of a path: how much of the source's risk reaches the target."""

    source: str
    target: str
    weight: float
    channels: tuple[ChannelPart, ...]


@dataclass(frozen=True)
class RiskContribution:
    """What one seed adds to the score along one path, circles on the way included."""

    seed: NodeAnswer
    amount: float
    circles: float
    path: tuple[str, ...]
    hops: tuple[RiskHop, ...]
    seeds: tuple[RiskSeed, ...]


@dataclass(frozen=True)
class RiskProfileAnswer:
    """A party's risk: ``Σ contributions + remainder = score``.

    ``scaling`` is what the ties that reach the party were multiplied with; ``scaled_rows`` and ``strongest_scaling`` say
    the same of everybody. ``error_bound`` bounds the error of the score.
    """

    party: NodeAnswer
    score: float
    own_severity: float
    seeds: tuple[RiskSeed, ...]
    contributions: tuple[RiskContribution, ...]
    remainder: float
    complete: bool
    alpha: float
    scaling: float
    scaled_rows: int
    strongest_scaling: float
    residual: float
    error_bound: float
    converged: bool
    rulebooks: tuple[str, ...]


class RiskChangeKind(StrEnum):
    """What a change does."""

    REMOVE_FACT = "REMOVE_FACT"
    ADD_SEED = "ADD_SEED"
    ADD_HOLDING = "ADD_HOLDING"
    ADD_GUARANTEE = "ADD_GUARANTEE"
    ADD_SUPPLY = "ADD_SUPPLY"


@dataclass(frozen=True)
class RiskChange:
    """One change.

    Parameters
    ----------
    kind : RiskChangeKind
    fact : str, optional
        Fact id, for REMOVE_FACT.
    party, other : str, optional
        Node ids: whom the seed is about; holder and company; guarantor and guaranteed; supplier and buyer.
    seed : str, optional
        A rule of ``risk_seeds``, for ADD_SEED.
    share : float, optional
        Share held, or part of the supplier's sales, in [0, 1].
    amount_fen : int, optional
        Amount supplied, which the buyer's dependence follows from.
    """

    kind: RiskChangeKind
    fact: str | None = None
    party: str | None = None
    other: str | None = None
    seed: str | None = None
    share: float | None = None
    amount_fen: int | None = None


@dataclass(frozen=True)
class ChangedScore:
    """A party whose score would change."""

    party: NodeAnswer
    old: float
    new: float


@dataclass(frozen=True)
class WhatIfAnswer:
    """Whose scores would change: the largest changes first; ``reached`` counts them all, ``truncated`` says there are more."""

    changed: tuple[ChangedScore, ...]
    reached: int
    truncated: bool
    error_bound: float
    rulebooks: tuple[str, ...]


def risk_profile(asking: Asking, party_id: str, top: int = 10) -> RiskProfileAnswer:
    """Say how much risk a party bears itself or receives, from whom, and along which ties.

    Parameters
    ----------
    top : int
        Contributions at most, 1 to 50.

    Raises
    ------
    InputError
        ``top`` outside its range.
    NotFound
        No such party, for this caller.
    """
    if not 1 <= top <= MOST_CONTRIBUTIONS:
        raise InputError(f"`top` is 1 to {MOST_CONTRIBUTIONS}.")
    position = asking.party(party_id)
    picture, rulebooks = _picture(asking)
    number, scores = picture.members.number(position), picture.scores
    found = explain(picture.network, picture.severity, scores.value, number, top)
    _note(asking, picture, found)
    return RiskProfileAnswer(
        describe(asking, position),
        found.score,
        float(picture.severity[number]),
        _seeds(asking, picture, number),
        tuple(_contribution(asking, picture, each) for each in found.contributions),
        found.remainder,
        found.complete,
        picture.network.alpha,
        float(picture.network.factor[number]),
        scores.scaled_rows,
        scores.strongest_factor,
        scores.residual,
        scores.error_bound,
        scores.converged,
        rulebooks,
    )


def ask_what_if(asking: Asking, changes: Sequence[RiskChange]) -> WhatIfAnswer:
    """Say whose risk would change if facts were not there, or records and ties were; nothing is written.

    Raises
    ------
    InputError
        No or too many changes, or one that lacks what its kind needs.
    NotFound
        A fact or party that the caller does not see on the day.
    """
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise InputError(f"Give 1 to {MOST_CHANGES} changes.")
    picture, rulebooks = _picture(asking)
    found = what_if(asking.view, _changes(asking, picture, changes))
    # The largest first; ties in the order of the parties.
    order = np.argsort(-np.abs(found.new - found.old), kind="stable")[:MOST_LISTED]
    listed = tuple(
        ChangedScore(_party(asking, picture, int(found.nodes[i])), float(found.old[i]), float(found.new[i]))
        for i in order
    )
    asking.about(*(each.party.id for each in listed))
    truncated = len(found.nodes) > MOST_LISTED
    return WhatIfAnswer(listed, len(found.nodes), truncated, found.error_bound, rulebooks)


def _picture(asking: Asking) -> tuple[Picture, tuple[str, ...]]:
    picture = risk_picture(asking.view)
    asking.rulebooks.update(picture.books.versions)
    return picture, tuple(f"{book}@{version}" for book, version in sorted(picture.books.versions.items()))


def _party(asking: Asking, picture: Picture, number: int) -> NodeAnswer:
    return describe(asking, int(picture.members.positions[number]))


def _note(asking: Asking, picture: Picture, found: Explanation) -> None:
    asking.about(*{picture.members.id(n) for each in found.contributions for n in each.path})


def _seeds(asking: Asking, picture: Picture, number: int) -> tuple[RiskSeed, ...]:
    return tuple(_seed(asking, each) for each in picture.seeds.of(number))


def _seed(asking: Asking, seed: Seed) -> RiskSeed:
    facts = () if seed.place is None else cite(asking.projection, (seed.place,))
    return RiskSeed(
        seed.rule,
        seed.severity,
        seed.base,
        seed.began_on,
        seed.age_days,
        seed.half_life_days,
        seed.inputs,
        facts,
    )


def _contribution(asking: Asking, picture: Picture, found: Contribution) -> RiskContribution:
    ids = picture.members.id
    hops = tuple(
        RiskHop(
            ids(hop.source),
            ids(hop.target),
            hop.weight,
            tuple(
                _part(asking, picture, (name, weight), (hop.source, hop.target))
                for name, weight in hop.channels
            ),
        )
        for hop in found.hops
    )
    return RiskContribution(
        _party(asking, picture, found.seed),
        found.amount,
        found.circles,
        tuple(ids(n) for n in found.path),
        hops,
        _seeds(asking, picture, found.seed),
    )


def _part(asking: Asking, picture: Picture, part: tuple[str, float], ends: tuple[int, int]) -> ChannelPart:
    name, weight = part
    channels = picture.books.channels
    said = next(c for c in channels.rulebook.constants if c.name == name and c.in_force(channels.day))
    facts = cite(asking.projection, behind(picture.members, name, *ends))
    return ChannelPart(name, said.zh, weight, float(said.value), said.citation, facts)


# Changes ------------------------------------------------------------------------------------------------------------

_ADDED = {
    RiskChangeKind.ADD_HOLDING: "OWNS",
    RiskChangeKind.ADD_GUARANTEE: GUARANTEES,
    RiskChangeKind.ADD_SUPPLY: "SUPPLIES",
}


def _changes(asking: Asking, picture: Picture, changes: Iterable[RiskChange]) -> Changes:
    removed: list[Place] = []
    added: list[Added] = []
    seeds: list[AddedSeed] = []
    for each in changes:
        if each.kind is RiskChangeKind.REMOVE_FACT:
            removed.append(_removed(asking, _needed(each.fact, each, "fact")))
        elif each.kind is RiskChangeKind.ADD_SEED:
            party = _number(asking, picture, _needed(each.party, each, "party"))
            seeds.append(AddedSeed(party, _needed(each.seed, each, "seed")))
        else:
            added.append(_added(asking, picture, each))
    return Changes(tuple(removed), tuple(added), tuple(seeds))


def _added(asking: Asking, picture: Picture, change: RiskChange) -> Added:
    start, end = (
        _number(asking, picture, _needed(value, change, name))
        for name, value in (("party", change.party), ("other", change.other))
    )
    if change.kind is RiskChangeKind.ADD_HOLDING:
        share = _needed(change.share, change, "share")
        if asking.projection.label(int(picture.members.positions[end])) != "LegalEntity":
            raise InputError("ADD_HOLDING: `other` is the company that is held, an enterprise.")
        return Added("OWNS", start, end, {"share_ratio": share})
    stated = {"share_ratio": change.share, "amount_fen": change.amount_fen}
    return Added(_ADDED[change.kind], start, end, stated if change.kind is RiskChangeKind.ADD_SUPPLY else {})


def _removed(asking: Asking, fact: str) -> Place:
    place = place_of(asking.view, *parse_fact_id(fact))
    if place is None:
        raise NotFound("There is no such fact, for this caller on that day.")
    return place


def _number(asking: Asking, picture: Picture, node_id: str) -> int:
    return picture.members.number(asking.party(node_id))


def _needed(value: Any, change: RiskChange, name: str) -> Any:
    if value is None:
        raise InputError(f"A change of kind {change.kind} needs `{name}`.")
    return value
