"""Which work-safety licences a party holds, and which have lapsed 安全生产许可 (S3-19): for who lends and who supervises."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.lending.result import RuleFinding, with_facts
from algorithms.risk.alerts.early_warning import BOOK
from algorithms.risk.alerts.licences import Scope, scopes
from algorithms.walks.links import cite
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe


@dataclass(frozen=True)
class LicenceScope:
    """The licences of a party for one scope, the one that holds longest first; ``event`` warns when none holds any more."""

    content: str | None
    licences: tuple[NodeAnswer, ...]
    event: RuleFinding | None


@dataclass(frozen=True)
class SafetyLicences:
    """The work-safety licences of a party on the day, scope by scope; none is an answer too."""

    party: NodeAnswer
    scopes: tuple[LicenceScope, ...]
    rulebook: str


def safety_licences(asking: Asking, party_id: str) -> SafetyLicences:
    """Return the work-safety licences of a party on the day, and the event of each scope.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    party = asking.party(party_id)
    governing = asking.governing(BOOK)
    found = tuple(_scope(asking, each) for each in scopes(asking.view, party, governing))
    return SafetyLicences(describe(asking, party), found, governing.version)


def _scope(asking: Asking, found: Scope) -> LicenceScope:
    facts = cite(asking.projection, found.places)
    event = None if found.event is None else with_facts(found.event, facts)
    return LicenceScope(found.content, tuple(describe(asking, each) for each in found.licences), event)
