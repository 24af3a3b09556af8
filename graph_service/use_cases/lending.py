"""May this member borrow under that core enterprise, how much, and why 整链授信: for one member, and for a programme."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from algorithms.lending import (
    Inquiry,
    MemberDecision,
    Policy,
    ProgrammeDecision,
    decide_member,
    decide_programme,
)
from graph_service.asking import CONSENT_REQUIRED, Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.access import Purpose, Role
from schema.errors import AccessDenied, ConsentRequired, NotFound

PROGRAMME = "ChainProgram"
FOR_A_BANK = frozenset({Role.LENDER, Role.INTEGRATION, Role.OPERATOR})


@dataclass(frozen=True)
class Participant:
    """A party in a programme; ``tier`` 1 supplies the core directly."""

    party: NodeAnswer
    tier: int | None


@dataclass(frozen=True)
class ChainProgramAnswer:
    """A 1+N programme: who is in it as far as the caller may see, and for its own bank the decision on every member."""

    programme: NodeAnswer
    core: NodeAnswer
    bank: NodeAnswer
    participants: tuple[Participant, ...]
    decision: ProgrammeDecision | None


@dataclass(frozen=True)
class EligibilityAnswer:
    """The decision for one member, with the parties it speaks of."""

    programme: NodeAnswer
    core: NodeAnswer
    bank: NodeAnswer
    member: NodeAnswer
    decision: MemberDecision
    rulebooks: tuple[str, ...]
    known_run: int


def chain_program(asking: Asking, programme_id: str) -> ChainProgramAnswer:
    """Describe a programme; for the bank that runs it, decide every consenting member and allocate.

    Raises
    ------
    NotFound
        No such programme, for this caller.
    """
    programme, core, bank = _agreement(asking, programme_id)
    who = asking.principal
    decision = _decide_all(asking, programme_id, bank) if who.org == bank and who.role in FOR_A_BANK else None
    asking.about(core, *(() if decision is None else (m.member for m in decision.members)))
    return ChainProgramAnswer(
        describe(asking, programme),
        describe(asking, asking.projection.position(core)),
        describe(asking, asking.projection.position(bank)),
        _participants(asking, programme),
        decision,
    )


def chain_credit_eligibility(asking: Asking, programme_id: str, member_id: str) -> EligibilityAnswer:
    """Decide for one member under a programme, at the bank that runs it.

    Raises
    ------
    NotFound
        No such programme, for this caller.
    AccessDenied
        The caller does not act for the bank that runs it.
    ConsentRequired
        The member has not consented to the bank for lending, or there is no such member: the two look alike.
    """
    asking.about(member_id)
    programme, core, bank = _agreement(asking, programme_id)
    if asking.principal.org != bank:
        raise AccessDenied("Only the bank that runs the programme, or who acts for it, may ask this.")
    as_bank = _as_bank(asking, bank)
    open_ = member_id in as_bank.consented and as_bank.view.sees(member_id)
    if not (open_ and _in_region(asking, member_id)):
        raise ConsentRequired(CONSENT_REQUIRED)
    inquiry = _inquiry(as_bank, programme_id, bank)
    return EligibilityAnswer(
        describe(asking, programme),
        describe(asking, asking.projection.position(core)),
        describe(asking, asking.projection.position(bank)),
        describe(asking, asking.projection.position(member_id)),
        decide_member(inquiry, member_id),
        inquiry.policy.on(asking.as_of).versions,
        asking.known_run,
    )


def _decide_all(asking: Asking, programme_id: str, bank: str) -> ProgrammeDecision:
    decision = decide_programme(_inquiry(_as_bank(asking, bank), programme_id, bank))
    # Who has not consented is not named: not to say so is what consent means.
    members = tuple(m for m in decision.members if _in_region(asking, m.member))
    return replace(decision, members=members, withheld=())


def _in_region(asking: Asking, member: str) -> bool:
    """Numbers are those of the bank's whole book; a caller with a region asks about its members alone."""
    return asking.access.region == "" or asking.view.sees(member)


def _inquiry(as_bank: Asking, programme_id: str, bank: str) -> Inquiry:
    policy = Policy.shipped()
    for version in policy.on(as_bank.as_of).versions:
        book, _, number = version.partition("@")
        as_bank.rulebooks[book] = number
    return Inquiry(as_bank.view, as_bank.system, programme_id, bank, policy, as_bank.consented)


def _as_bank(asking: Asking, bank: str) -> Asking:
    """A decision is the bank's: whoever asks on its behalf gets the number its own lender would get.

    For the purpose that he declares, which is what the subjects consented to; an operator processes for lending.
    """
    who = asking.principal
    purpose = Purpose.LENDING if who.role is Role.OPERATOR else who.purpose
    return asking.as_lender(bank, purpose)


def _agreement(asking: Asking, programme_id: str) -> tuple[int, str, str]:
    """Return the programme's position, its core and its bank."""
    if not asking.view.sees(programme_id, PROGRAMME):
        raise NotFound("There is no such programme, for this caller.")
    p = asking.projection
    programme = p.position(programme_id, PROGRAMME)
    cores = p.edges["CORE_OF"].start[asking.view.facts_to("CORE_OF", programme)]
    banks = p.edges["RUN_BY"].end[asking.view.facts_from("RUN_BY", programme)]
    if not len(cores) or not len(banks):
        raise NotFound("The programme has no core enterprise or no bank on this day.")
    return programme, p.ids[cores[0]], p.ids[banks[0]]


def _participants(asking: Asking, programme: int) -> tuple[Participant, ...]:
    edges = asking.projection.edges["PARTICIPATES_IN"]
    places = asking.view.facts_to("PARTICIPATES_IN", programme)
    tiers = edges.properties["tier"].gather(places).to_list()
    found = [
        Participant(describe(asking, int(n)), t)
        for n, t in zip(np.asarray(edges.start)[places], tiers, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.tier or 0, each.party.id)))
