"""Screening 筛查: is this name, or who bears this identifier, on a list that the caller may see? And what was decided of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph_service.asking import Asking
from graph_service.use_cases.listed_parties import listed_parties
from graph_service.use_cases.screening_decisions import decisions_of, keep_decision, signature
from loaders import Keys
from loaders.identity.features import ALGORITHM, Feature
from loaders.identity.matching import Company, Party, Person
from loaders.identity.screening import (
    Decided,
    Entry,
    Hit,
    Outcome,
    hits,
    overall,
    query_hash,
    with_decisions,
)
from schema.errors import InputError, NotFound
from schema.identifiers.lei import validate_lei
from schema.identifiers.names import normalise_name
from schema.identifiers.uscc import validate_uscc

LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 500
SHORTEST_NAME: Final = 2


@dataclass(frozen=True)
class ScreeningInput:
    """Who is asked about.

    Parameters
    ----------
    name : str
        As it stands in whatever document, in characters or in Latin letters.
    uscc, lei, region_code : str or None
        What is known of an organisation.
    identity_number : str or None
        Of a person; hashed before anything else, never kept.
    birth_year : int or None
        Of a person.
    kind : str or None
        ``LegalEntity`` or ``Person``; None: whichever is listed.
    """

    name: str
    uscc: str | None = None
    lei: str | None = None
    region_code: str | None = None
    identity_number: str | None = None
    birth_year: int | None = None
    kind: str | None = None


@dataclass(frozen=True)
class ListVersion:
    """Which state of a list was searched: its last published run."""

    source: str
    dataset: str
    as_of: dt.date
    run: int
    published_at: dt.datetime


@dataclass(frozen=True)
class ScreeningDecision:
    """What a person decided about a hit.

    ``holds`` is false when an entry was added or changed since, or the matcher is another one.
    """

    outcome: str
    decided_by: str
    decided_at: dt.datetime
    reason: str
    holds: bool


@dataclass(frozen=True)
class ScreeningHit:
    """Somebody listed who may be meant."""

    party: str
    name: str
    score: float
    decision: str
    features: tuple[Feature, ...]
    entries: tuple[Entry, ...]
    decided: ScreeningDecision | None


@dataclass(frozen=True)
class ScreeningAnswer:
    """The whole answer: what it comes to, who it rests on, and what it was made with."""

    name: str
    decision: str
    score: float
    hits: tuple[ScreeningHit, ...]
    lists: tuple[ListVersion, ...]
    algorithm: str
    as_of: dt.date
    known_run: int
    query_hash: str


def screen(asking: Asking, wish: ScreeningInput, keys: Keys) -> ScreeningAnswer:
    """Search the lists that the caller may see on the day.

    Raises
    ------
    InputError, IdentifierInvalid
        The name is too short, or an identifier is none.
    """
    asked = _asked(wish, keys)
    return _answer(asking, wish.name, asked, _found(asking, asked), {})


def screen_many(asking: Asking, wishes: Sequence[ScreeningInput], keys: Keys) -> tuple[ScreeningAnswer, ...]:
    """Screen a whole file; the lists are read once."""
    return tuple(screen(asking, wish, keys) for wish in wishes)


@dataclass(frozen=True)
class ScreeningVerdict:
    """What a person decides about one hit of a screening."""

    party: str
    outcome: Outcome
    reason: str


def decide_screening(
    asking: Asking, wish: ScreeningInput, verdict: ScreeningVerdict, keys: Keys
) -> ScreeningAnswer:
    """Record what was decided about a hit, for the caller's organisation; UNDECIDED takes it back.

    The decision is a version of its own, dated and signed, and is kept together with the fingerprint of the entries that it
    was made on.

    Raises
    ------
    NotFound
        The screening has no such hit, for this caller.
    InputError
        There is no reason, or it is too long.
    """
    if not 1 <= len(verdict.reason.strip()) <= LONGEST_REASON:
        raise InputError(f"Say why, in 1 to {LONGEST_REASON} characters.")
    asked = _asked(wish, keys)
    found = _found(asking, asked)
    hit = next((hit for hit in found if hit.party.id == verdict.party), None)
    if hit is None:
        raise NotFound("This screening has no such hit.")
    decided = Decided(
        verdict.outcome, hit.evidence, signature(asking), dt.datetime.now(dt.UTC), verdict.reason.strip()
    )
    keep_decision(asking, query_hash(asked), hit, decided)
    return _answer(asking, wish.name, asked, found, {hit.party.id: decided})


def _found(asking: Asking, asked: Sequence[Party]) -> Sequence[Hit]:
    return hits(asked, asking.view.once(("screening",), listed_parties))


def _answer(
    asking: Asking, name: str, asked: Sequence[Party], found: Sequence[Hit], fresh: Mapping[str, Decided]
) -> ScreeningAnswer:
    """Put an answer together; ``fresh`` decisions are newer than the version that is asked about."""
    digest = query_hash(asked)
    ordered = with_decisions(found, {**decisions_of(asking, digest, found), **fresh})
    asking.about(*(hit.party.id for hit in ordered))
    decision, score = overall(ordered)
    return ScreeningAnswer(
        name,
        decision.value,
        score,
        tuple(_said(hit) for hit in ordered),
        _versions(asking),
        ALGORITHM,
        asking.as_of,
        asking.known_run,
        digest,
    )


def _asked(wish: ScreeningInput, keys: Keys) -> list[Party]:
    """Read the question as a company, as a person, or as both."""
    if not SHORTEST_NAME <= len(normalise_name(wish.name)) <= LONGEST_NAME:
        raise InputError(f"A name to screen has {SHORTEST_NAME} to {LONGEST_NAME} characters.")
    uscc = validate_uscc(wish.uscc).code if wish.uscc else ""
    lei = validate_lei(wish.lei) if wish.lei else ""
    person = keys.person_id(wish.identity_number) if wish.identity_number else ""
    company = Company("", wish.name, uscc, lei, wish.region_code or "")
    asked: dict[str, Party] = {
        "LegalEntity": company,
        "Person": Person(person, wish.name, birth_year=wish.birth_year),
    }
    if wish.kind is not None:
        return [asked[wish.kind]]
    is_company, is_person = bool(uscc or lei), bool(person or wish.birth_year)
    return [
        party
        for party, other in ((asked["LegalEntity"], is_person), (asked["Person"], is_company))
        if not other or is_company == is_person
    ]


def _versions(asking: Asking) -> tuple[ListVersion, ...]:
    """Return the newest run of every dataset that has an entry."""
    lists = asking.view.once(("screening",), listed_parties)
    newest: dict[tuple[str, str], ListVersion] = {}
    for number in sorted({entry.run for entries in lists.entries.values() for entry in entries}):
        run = next(asking.rooms.store.query("run_by_number", {"number": number}).rows())
        newest[run["source"], run["dataset"]] = ListVersion(
            run["source"], run["dataset"], run["as_of"], number, run["published_at"]
        )
    return tuple(newest[key] for key in sorted(newest))


def _said(hit: Hit) -> ScreeningHit:
    return ScreeningHit(
        hit.party.id,
        hit.party.name,
        hit.match.score,
        hit.decision.value,
        hit.match.features,
        hit.entries,
        None if hit.decided is None else _told(hit.decided, holds=not hit.reopened),
    )


def _told(decided: Decided, *, holds: bool) -> ScreeningDecision:
    return ScreeningDecision(decided.outcome.value, decided.by, decided.at, decided.reason, holds)
