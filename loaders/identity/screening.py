"""Screening 筛查: is this somebody who is on a list? With every reason, the version of the lists, and what was decided before.

A person may confirm or clear a hit. The decision holds for the entries of the lists as they were: an entry that is new or
was changed opens the hit again, and a cleared hit is still shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from loaders.identity.blocking import Candidate, Index, ranked
from loaders.identity.features import Decision, Match, Verdict
from loaders.identity.matching import Company, Party
from loaders.identity.spelling import is_latin, simplified
from schema.identifiers.text import half_width

SHOWN_FROM: Final = 0.3
"""Score below which somebody is not even worth a line, unless an identifier vetoes an equal name."""
MOST_HITS: Final = 50


class Outcome(StrEnum):
    """What a person decided about a hit."""

    CONFIRMED = "CONFIRMED"
    CLEARED = "CLEARED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Entry:
    """One entry of a list, as the caller may see it.

    Parameters
    ----------
    id : str
        Node id of the list membership.
    fact_id : str
        The fact that says who is listed: another version is another fact.
    list_kind, authority, document_no : str or None
    listed_on, removed_on : date or None
    run : int
        Run that wrote the fact.
    """

    id: str
    fact_id: str
    list_kind: str | None
    authority: str | None
    document_no: str | None
    listed_on: dt.date | None
    removed_on: dt.date | None
    run: int


@dataclass(frozen=True)
class Decided:
    """What a person decided about a hit, and on which entries."""

    outcome: Outcome
    evidence: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True)
class Hit:
    """Somebody listed who may be the one who is asked about.

    Parameters
    ----------
    party : Party
    match : Match
    entries : tuple of Entry
        What he is listed for, the latest first.
    decided : Decided or None
        The last decision about this question and this party.
    """

    party: Party
    match: Match
    entries: tuple[Entry, ...]
    decided: Decided | None = None

    @property
    def evidence(self) -> str:
        """Fingerprint of what a decision rests on: the party's name and identifier, and every entry as it stands."""
        uscc = self.party.uscc if isinstance(self.party, Company) else ""
        content = [
            self.party.id,
            simplified(self.party.name),
            uscc,
            *([e.id, e.fact_id] for e in self.entries),
        ]
        changing = [[str(e.listed_on), str(e.removed_on), e.list_kind] for e in self.entries]
        return _digest([content, changing, self.match.algorithm])

    @property
    def reopened(self) -> bool:
        """Whether it was decided once, on other entries or by another version of the matcher."""
        return self.decided is not None and self.decided.evidence != self.evidence

    @property
    def decision(self) -> Decision:
        """What it comes to: a person's decision while it holds, else the score's."""
        if self.decided is None or self.reopened:
            return self.match.decision
        by_person = {Outcome.CONFIRMED: Decision.MATCH, Outcome.CLEARED: Decision.NO}
        return by_person.get(self.decided.outcome, self.match.decision)


@dataclass(frozen=True)
class Lists:
    """Everybody listed, ready to be searched."""

    index: Index
    entries: dict[str, tuple[Entry, ...]]

    @classmethod
    def of(cls, parties: Sequence[Party], listed: Iterable[tuple[str, Entry]]) -> Lists:
        """Put parties and (party id, entry) together."""
        entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for party_id, entry in listed:
            entries[party_id].append(entry)
        order = {i: tuple(sorted(found, key=_latest_first)) for i, found in entries.items()}
        return cls(Index(parties), order)


def query_hash(asked: Sequence[Party]) -> str:
    """Return the hash of a question: equal for equal names however they are written, and for equal identifiers."""
    said: list[object] = []
    for party in asked:
        name = (
            " ".join(half_width(party.name).upper().split())
            if is_latin(party.name)
            else simplified(party.name)
        )
        rest: list[object] = (
            [party.uscc, party.lei, party.region_code]
            if isinstance(party, Company)
            else [party.id, party.birth_year]
        )
        said.append([type(party).__name__, name, *rest])
    return _digest(said)


def hits(asked: Sequence[Party], lists: Lists) -> tuple[Hit, ...]:
    """Return who on the lists may be meant, best first.

    Parameters
    ----------
    asked : sequence of Party
        The same question as a company, as a person, or as both.
    """
    found = [c for party in asked for c in lists.index.candidates(party) if _worth_showing(c)]
    best: dict[str, Candidate] = {}
    for candidate in ranked(found):
        best.setdefault(candidate.party.id, candidate)
    return tuple(Hit(c.party, c.match, lists.entries[c.party.id]) for c in best.values())[:MOST_HITS]


def with_decisions(found: Iterable[Hit], decided: dict[str, Decided]) -> tuple[Hit, ...]:
    """Add what was decided (by party id), and rank anew: cleared hits sink, and stay."""
    strength = tuple(Decision).index
    hits = [replace(hit, decided=decided.get(hit.party.id)) for hit in found]
    return tuple(
        sorted(
            hits,
            key=lambda h: (
                -strength(h.decision),
                -h.match.score,
                -h.match.evidence,
                *_latest_first(h.entries[0]),
                h.party.id,
            ),
        )
    )


def overall(found: Sequence[Hit]) -> tuple[Decision, float]:
    """Return what a whole screening comes to: the strongest hit."""
    return (found[0].decision, found[0].match.score) if found else (Decision.NO, 0.0)


def _worth_showing(candidate: Candidate) -> bool:
    match: Match = candidate.match
    if match.score >= SHOWN_FROM:
        return True
    # An equal name with another identifier is shown, so that whoever asks sees why it is none.
    names = {"brand", "industry", "region", "name"}
    return any(f.verdict is Verdict.VETOES for f in match.features) and all(
        f.verdict is not Verdict.DIFFERS for f in match.features if f.name in names
    )


def _latest_first(entry: Entry) -> tuple[int, str]:
    return (-(entry.listed_on or dt.date.min).toordinal(), entry.id)


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
