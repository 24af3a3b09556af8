"""Proposals that two nodes are one 同一主体: found in blocks, explained, decided by a person or an identifier, reversible.

A proposal is a ``SAME_AS`` fact of one series a pair. Every decision is a newer version of it: what was decided before stays
in the past of the graph, and undoing is one more version.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from loaders.identity.features import Decision, Match, Verdict
from loaders.identity.matching import Company, Party, identified, match
from loaders.identity.pairing import Crowded, Pairing
from schema.access import Audience
from schema.provenance import series_key

SOURCE: Final = "identity"
DATASET: Final = "same_as"
BY_IDENTIFIER: Final = "rule:identifier"
"""Who decided where an identifier did."""

Pair = tuple[str, str]
"""Two node ids in their order."""


class Judgement(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class Proposal:
    """Two nodes that may be one.

    Parameters
    ----------
    left, right : Party
        In order of their ids.
    match : Match
        Why.
    """

    left: Party
    right: Party
    match: Match

    @property
    def pair(self) -> Pair:
        """Both ids."""
        return self.left.id, self.right.id

    @property
    def decided(self) -> bool:
        """Whether an identifier decides it."""
        return any(feature.verdict is Verdict.DECIDES for feature in self.match.features)


def pair_of(one: str, other: str) -> Pair:
    """Return two ids in their order: a pair is one series whichever is named first."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Found:
    """What a search for pairs has found, and what it did not compare.

    Parameters
    ----------
    proposals : tuple of Proposal
    crowded : tuple of Crowded
        Blocks that were too large to be compared whole, the largest first.
    """

    proposals: tuple[Proposal, ...]
    crowded: tuple[Crowded, ...]


def propose(parties: Sequence[Party], known: Collection[Pair] = frozenset()) -> Found:
    """Find pairs that may be one: each party without an identifier against those of its blocks.

    Parameters
    ----------
    parties : sequence of Party
        All of them, with and without identifiers.
    known : collection of Pair
        Pairs that were proposed or decided before: they are left alone.

    Notes
    -----
    O(parties + proposals): see :mod:`loaders.identity.pairing`. Memory O(parties + proposals). People whose name alone agrees
    are not proposed: the name of a million people says nothing.
    """
    pairing = Pairing(parties, [_has_identifier(party) for party in parties])
    bearers = pairing.bearers
    found = (
        Proposal(*ordered, match(*ordered, bearers))
        for at, party in enumerate(parties)
        if not _has_identifier(party)
        for other in pairing.near(at)
        if (ordered := _ordered(party, parties[other])) and pair_of(party.id, parties[other].id) not in known
    )
    return Found(tuple(each for each in found if is_worth_asking(each)), pairing.crowded)


def _ordered(one: Party, other: Party) -> tuple[Party, Party]:
    return (one, other) if one.id < other.id else (other, one)


def _has_identifier(party: Party) -> bool:
    """Whether the node is named by its identifier: two of them are never one."""
    return party.id == f"E:{party.uscc}" if isinstance(party, Company) else bool(identified(party.id))


def is_worth_asking(proposal: Proposal) -> bool:
    """Whether a person should judge a pair: people whose name alone agrees are nobody's business."""
    if proposal.match.decision is Decision.NO or proposal.left.id == proposal.right.id:
        return False
    alone = ("corroboration", "none")
    return all((f.name, f.outcome) != alone for f in proposal.match.features)


def explanation(match: Match, reason: str = "") -> str:
    """Return a match as the JSON that its fact keeps, with what whoever decided gave as his reason."""
    said = {
        "algorithm": match.algorithm,
        "decision": match.decision.value,
        "features": [
            {"name": f.name, "outcome": f.outcome, "left": f.left, "right": f.right} for f in match.features
        ],
    }
    return json.dumps(said | ({"reason": reason} if reason else {}), ensure_ascii=False)


def with_reason(kept: str, reason: str) -> str:
    """Return a kept explanation with another reason."""
    said = json.loads(kept)
    said.pop("reason", None)
    return json.dumps(said | ({"reason": reason} if reason else {}), ensure_ascii=False)


@dataclass(frozen=True)
class Judged:
    """How a pair was judged.

    Parameters
    ----------
    judgement : Judgement
    score : float
    explanation : str
        JSON, see `explanation`.
    by, at
        Who decided, and when; None while nobody has.
    """

    judgement: Judgement
    score: float
    explanation: str
    by: str | None = None
    at: dt.datetime | None = None


def fact_row(pair: Pair, judged: Judged, audience: Audience) -> dict[str, Any]:
    """Return a judged pair as a row of an EdgeBatch."""
    return {
        "start": pair[0],
        "end": pair[1],
        "key": series_key(SOURCE, DATASET, "|".join(pair), "SAME_AS"),
        "line": 0,
        "audience": audience.value,
        "bank": None,
        "valid_from": None,
        "valid_to": None,
        "judgement": judged.judgement.value,
        "score": judged.score,
        "explanation": judged.explanation,
        "decided_by": judged.by,
        "decided_at": judged.at,
    }


def audience_of(judgement: Judgement, ends: Iterable[Audience], *, people: bool) -> Audience:
    """Return who may know of a pair: an accepted one whoever may see both ends, people's and open ones members only."""
    least = Audience.PUBLIC if judgement is Judgement.ACCEPTED and not people else Audience.MEMBER
    order = list(Audience)
    return max((least, *ends), key=order.index)
