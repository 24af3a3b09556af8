"""Who is related to this enterprise or bank 关联方, and are these two related: by which grounds, path and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from algorithms.evidence import Fact
from algorithms.ownership.findings import Answer
from algorithms.relations.related_parties import RULEBOOK, Ground, RelatedParties, related_parties
from algorithms.walks.links import cite
from graph_service.asking import Asking
from graph_service.use_cases.ownership import BEYOND_REGION
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError, NotFound
from schema.rulebook import Rule


@dataclass(frozen=True)
class GroundAnswer:
    """One reason why a party is related: its rule, and the way to it from the subject.

    ``because`` says why it is UNKNOWN; ``through`` is the related party on whom it rests; ``share`` what was compared.
    """

    rule: Rule
    answer: str
    because: str
    tie: str
    detail: str
    through: str
    share: float | None
    path: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class RelatedParty:
    """One related party with every ground, the strongest first."""

    party: NodeAnswer
    answer: str
    grounds: tuple[GroundAnswer, ...]


@dataclass(frozen=True)
class RelatedPartiesAnswer:
    """Everyone related to a subject as far as the caller may see; those that are sure first.

    ``unknown_because`` says why somebody may be missing, so that nobody reads an absence as a no.
    """

    subject: NodeAnswer
    parties: tuple[RelatedParty, ...]
    unknown_because: tuple[str, ...]
    rulebook: str


@dataclass(frozen=True)
class RelationAnswer:
    """Whether two parties are related, asked of both: the other as a related party of the first, and conversely.

    A direction whose subject is no legal entity is null, for natural persons have no related parties under the measures.
    """

    party: NodeAnswer
    other: NodeAnswer
    answer: str
    other_of_party: RelatedParty | None
    party_of_other: RelatedParty | None
    unknown_because: tuple[str, ...]
    rulebook: str


def find_related_parties(asking: Asking, subject_id: str) -> RelatedPartiesAnswer:
    """List everyone related to an enterprise or bank.

    Raises
    ------
    NotFound
        No such enterprise, for this caller.
    InputError
        A day before the measures of 2022.
    """
    subject = asking.party(subject_id)
    if not _is_entity(asking, subject):
        raise NotFound("There is no such enterprise, for this caller.")
    book = asking.governing(RULEBOOK)
    found = related_parties(asking.view, subject, book)
    order = sorted(found.grounds, key=lambda p: (found.answer(p) is not Answer.YES, asking.projection.ids[p]))
    parties = tuple(_party(asking, found, p) for p in order)
    asking.about(*(each.party.id for each in parties))
    return RelatedPartiesAnswer(
        describe(asking, subject), parties, _unknown_because(asking, [found]), book.version
    )


def find_relation(asking: Asking, party_id: str, other_id: str) -> RelationAnswer:
    """Say whether two parties are related, on which grounds and by which path.

    Raises
    ------
    NotFound
        One of them does not exist, for this caller.
    InputError
        The two are the same, neither is a legal entity, or the day is before the measures of 2022.
    """
    party, other = asking.party(party_id), asking.party(other_id)
    if party == other or not (_is_entity(asking, party) or _is_entity(asking, other)):
        raise InputError("Ask about two parties, at least one of them an enterprise or bank.")
    book = asking.governing(RULEBOOK)
    asked = [
        (related_parties(asking.view, subject, book), wanted)
        for subject, wanted in ((party, other), (other, party))
        if _is_entity(asking, subject)
    ]
    found = {of.subject: _party(asking, of, wanted) for of, wanted in asked if wanted in of.grounds}
    # Beyond the border there may be a tie: that none is found is no "no".
    answers = {of.answer(wanted) for of, wanted in asked} | ({Answer.UNKNOWN} if asking.border else set())
    for each in found.values():
        asking.about(*(node for ground in each.grounds for node in ground.path))
    return RelationAnswer(
        describe(asking, party),
        describe(asking, other),
        str(next(a for a in (Answer.YES, Answer.UNKNOWN, Answer.NO) if a in answers)),
        found.get(party),
        found.get(other),
        _unknown_because(asking, [of for of, _ in asked]),
        book.version,
    )


def _unknown_because(asking: Asking, found: Sequence[RelatedParties]) -> tuple[str, ...]:
    reasons = dict.fromkeys(reason for each in found for reason in each.unknown_because)
    return (*reasons, BEYOND_REGION) if asking.border else (*reasons,)


def _is_entity(asking: Asking, position: int) -> bool:
    return asking.projection.label(position) == "LegalEntity"


def _party(asking: Asking, found: RelatedParties, party: int) -> RelatedParty:
    grounds = tuple(_ground(asking, ground) for ground in found.grounds[party])
    return RelatedParty(describe(asking, party), str(found.answer(party)), grounds)


def _ground(asking: Asking, ground: Ground) -> GroundAnswer:
    ids = asking.projection.ids
    return GroundAnswer(
        ground.rule,
        str(ground.answer),
        ground.because,
        str(ground.tie.kind),
        ground.tie.detail,
        ids[ground.through],
        ground.tie.share,
        tuple(ids[node] for node in ground.path),
        cite(asking.projection, ground.places),
    )
