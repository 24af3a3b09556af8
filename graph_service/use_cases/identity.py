"""Who is one 同一主体: proposals over the whole graph, and the decisions about them, each a version that can be undone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph_service.asking import Asking
from graph_service.use_cases.known_parties import known_parties
from graph_service.use_cases.screening_decisions import signature
from loaders.identity.features import Feature
from loaders.identity.pairing import Crowded
from loaders.identity.same_as import (
    BY_IDENTIFIER,
    DATASET,
    SOURCE,
    Judged,
    Judgement,
    Pair,
    Proposal,
    audience_of,
    explanation,
    fact_row,
    pair_of,
    propose,
    with_reason,
)
from schema.access import Audience
from schema.errors import InputError, NotFound
from schema.nodes import key_label_of
from schema.periods import today_in_shanghai
from schema.ports import EdgeBatch, Stage
from schema.provenance import RunHeader

LONGEST_REASON = 500
MOST_CROWDED = 20


@dataclass(frozen=True)
class SameAsProposal:
    """A pair as it stands.

    Parameters
    ----------
    left, right : str
        Graph ids, in order.
    left_name, right_name : str or None
    judgement : str
        PROPOSED, ACCEPTED or REJECTED.
    score : float
        In [0, 1].
    algorithm : str
        Version of the matcher that proposed it.
    features : tuple of Feature
        Why.
    reason, decided_by, decided_at
        Of whoever decided last; None while nobody has.
    fact_id : str
        This version of the pair.
    """

    left: str
    right: str
    left_name: str | None
    right_name: str | None
    judgement: str
    score: float
    algorithm: str
    features: tuple[Feature, ...]
    reason: str | None
    decided_by: str | None
    decided_at: dt.datetime | None
    fact_id: str


@dataclass(frozen=True)
class Proposed:
    """What a search for pairs has found.

    Parameters
    ----------
    compared : int
        Parties that were searched.
    proposed, by_identifier, known : int
        New pairs for a person to judge, new ones that an identifier decided, and pairs that were there before.
    not_compared : int
        Pairs that were left out at most, because too many parties share what they have in common.
    crowded : tuple of Crowded
        Where: the largest such blocks, at most 20.
    """

    compared: int
    proposed: int
    by_identifier: int
    known: int
    not_compared: int
    crowded: tuple[Crowded, ...]


def propose_same_as(asking: Asking) -> Proposed:
    """Search the graph for pairs that may be one, and keep every new one as a proposal.

    Pairs that were proposed or decided before are left alone. What an equal identifier decides is accepted by that rule.
    O(parties + proposals).
    """
    parties = known_parties(asking.view)
    known = {*_stated(asking)}
    found = propose(parties, known)
    write_pairs(asking, [(each.pair, _by_rule(each)) for each in found.proposals])
    decided = sum(each.decided for each in found.proposals)
    left_out = sum(each.pairs for each in found.crowded)
    proposed = len(found.proposals) - decided
    return Proposed(len(parties), proposed, decided, len(known), left_out, found.crowded[:MOST_CROWDED])


def same_as_proposals(asking: Asking, judgement: str | None = None) -> tuple[SameAsProposal, ...]:
    """Return pairs that the caller may see, open ones first, then by score.

    Parameters
    ----------
    judgement : str, optional
        Only such.
    """
    pairs = [_described(asking, place) for place in _places(asking)]
    kept = [each for each in pairs if judgement in (None, each.judgement)]
    asking.about(*(i for each in kept for i in (each.left, each.right)))
    order = [each.value for each in Judgement]
    return tuple(sorted(kept, key=lambda e: (order.index(e.judgement), -e.score, e.left, e.right)))


def decide_same_as(
    asking: Asking, pair: tuple[str, str], judgement: Judgement, reason: str
) -> SameAsProposal:
    """Accept or reject a pair, or undo that: PROPOSED opens it again. The versions before stay in the graph's past.

    Raises
    ------
    NotFound
        The caller sees no such proposal.
    InputError
        There is no reason, or it is too long.
    """
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise InputError(f"Say why, in 1 to {LONGEST_REASON} characters.")
    ordered = pair_of(*pair)
    asking.about(*ordered)
    place = _stated(asking).get(ordered)
    found = None if place is None else _described(asking, place)
    if place is None or found is None:
        raise NotFound("There is no such proposal, for this caller.")
    if found.judgement == judgement.value:
        return found
    kept = str(asking.projection.edges["SAME_AS"].properties["explanation"][place])
    now = dt.datetime.now(dt.UTC)
    judged = Judged(judgement, found.score, with_reason(kept, said), signature(asking), now)
    run = write_pairs(asking, [(ordered, judged)])
    return SameAsProposal(
        **{
            **vars(found),
            "judgement": judgement.value,
            "reason": said,
            "decided_by": judged.by,
            "decided_at": now,
            "fact_id": f"{found.fact_id.partition('@')[0]}@{run}",
        }
    )


def write_pairs(asking: Asking, judged: Sequence[tuple[Pair, Judged]]) -> int:
    """Write judged pairs as facts, in one run; return its number (0 when there is nothing to write)."""
    rows: dict[str, list[dict[str, object]]] = {}
    for pair, each in judged:
        label = key_label_of(pair[0]) or ""
        people = label == "Person"
        audience = audience_of(each.judgement, _audiences(asking, pair), people=people)
        rows.setdefault(label, []).append(fact_row(pair, each, audience))
    if not rows:
        return 0
    header = RunHeader(SOURCE, DATASET, "", "", today_in_shanghai(), f"{SOURCE}:{DATASET}")
    stage = Stage(0, header)
    batches = [EdgeBatch(stage, "SAME_AS", label, label, some) for label, some in sorted(rows.items())]
    return asking.rooms.store.commit(header, batches)


def accepted_pairs(asking: Asking) -> set[Pair]:
    """Return every accepted pair that the caller may see."""
    judged = asking.projection.edges["SAME_AS"].properties["judgement"]
    return {pair for pair, place in _stated(asking).items() if judged[place] == Judgement.ACCEPTED}


def _by_rule(proposal: Proposal) -> Judged:
    kept, score = explanation(proposal.match), proposal.match.score
    if proposal.decided:
        return Judged(Judgement.ACCEPTED, score, kept, BY_IDENTIFIER, dt.datetime.now(dt.UTC))
    return Judged(Judgement.PROPOSED, score, kept)


def _stated(asking: Asking) -> Mapping[Pair, int]:
    """Return the place of every pair that was proposed or decided, as the caller may see it."""
    facts = ((place, asking.projection.fact("SAME_AS", place)) for place in _places(asking))
    return {pair_of(fact.start, fact.end): place for place, fact in facts}


def _places(asking: Asking) -> list[int]:
    places: list[int] = asking.view.positions("SAME_AS").tolist()
    return places


def _described(asking: Asking, place: int) -> SameAsProposal:
    p = asking.projection
    fact = p.fact("SAME_AS", place)
    row = p.edges["SAME_AS"].properties.row(place, named=True)
    kept = json.loads(row["explanation"] or "{}")
    features = tuple(Feature(**each) for each in kept.get("features", ()))
    left, right = pair_of(fact.start, fact.end)
    return SameAsProposal(
        left,
        right,
        _name(asking, left),
        _name(asking, right),
        row["judgement"] or Judgement.PROPOSED.value,
        row["score"] or 0.0,
        kept.get("algorithm", ""),
        features,
        kept.get("reason"),
        row["decided_by"],
        row["decided_at"],
        fact.id,
    )


def _name(asking: Asking, node_id: str) -> str | None:
    name = asking.projection.property(asking.projection.position(node_id), "name")
    return None if name is None else str(name)


def _audiences(asking: Asking, pair: Pair) -> list[Audience]:
    p = asking.projection
    bits = {audience.bit: audience for audience in Audience}
    known = p.index[key_label_of(pair[0]) or ""]
    return [bits[int(p.audience[known[each]])] for each in pair if each in known]
