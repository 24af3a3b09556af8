"""With whom is this party closely linked 密切联系, and where do shares run in circles 交叉持股."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.evidence import Fact
from algorithms.ownership.cross_holdings import CrossHolding, CrossHoldings, cross_holdings
from algorithms.ownership.linked_parties import CloseLink, linked_parties
from algorithms.ownership.projected import agencies, facts_between, ownership_case
from algorithms.projection import View
from graph_service.asking import Asking
from graph_service.use_cases.ownership import Chain, chain, finite
from graph_service.use_cases.parties import NodeAnswer, describe

CLOSE_LINK_CITATION = (
    "Guideline (EU) 2015/510 of the European Central Bank, art. 138(2): 20 % or more, directly, indirectly, or by a "
    "third party in both; state bodies link nobody 公司法（2023修订）第二百六十五条第四项"
)
CROSS_HOLDING_CITATION = "公司法（2023修订）第一百一十六条、第一百四十一条"


@dataclass(frozen=True)
class CloseLinkAnswer:
    """One close link: why, with whom, and the chains behind the share."""

    kind: str
    other: NodeAnswer
    common: NodeAnswer | None
    answer: str
    share: float
    most: float
    at_boundary: bool
    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class CloseLinksAnswer:
    """All close links of one party."""

    party: NodeAnswer
    links: tuple[CloseLinkAnswer, ...]
    converged: bool
    citation: str
    border: str | None


@dataclass(frozen=True)
class CrossHoldingMember:
    """A company in a circle: what comes back to it, what outsiders hold, what is declared of it."""

    party: NodeAnswer
    treasury: float | None
    outside: float
    declared: float


@dataclass(frozen=True)
class CrossHoldingAnswer:
    """A circle of holdings, or a company of which more than 100 % is declared."""

    kind: str
    members: tuple[CrossHoldingMember, ...]
    facts: tuple[Fact, ...]
    citation: str


def find_close_links(asking: Asking, party_id: str) -> CloseLinksAnswer:
    """Say with whom a party is closely linked, and why.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    party, view = asking.party(party_id), asking.view
    found = linked_parties(ownership_case(view).equity, party, exempt=agencies(view))
    links = tuple(_link(asking, each) for each in found.links)
    asking.about(*(p.id for each in links for p in (each.other, each.common) if p is not None))
    return CloseLinksAnswer(
        describe(asking, party), links, found.converged, CLOSE_LINK_CITATION, asking.border
    )


def find_cross_holdings(asking: Asking) -> tuple[CrossHolding, ...]:
    """Return every circle and every company declared above 100 %, by what the caller may see."""
    found: CrossHoldings = asking.view.once("cross holdings", _cross_holdings)
    return tuple(found.found)


def explain_cross_holding(asking: Asking, found: CrossHolding) -> CrossHoldingAnswer:
    """Return one of them with its members and the facts that make it."""
    numbers = zip(found.members, found.treasury, found.outside, found.declared, strict=True)
    members = tuple(
        CrossHoldingMember(describe(asking, int(m)), finite(treasury), float(outside), float(declared))
        for m, treasury, outside, declared in numbers
    )
    asking.about(*(m.party.id for m in members))
    edges = zip(found.holders.tolist(), found.held.tolist(), strict=True)
    facts = tuple(fact for holder, held in edges for fact in facts_between(asking.view, holder, held))
    return CrossHoldingAnswer(str(found.kind), members, facts, CROSS_HOLDING_CITATION)


def _cross_holdings(view: View) -> CrossHoldings:
    return cross_holdings(ownership_case(view).equity)


def _link(asking: Asking, link: CloseLink) -> CloseLinkAnswer:
    return CloseLinkAnswer(
        str(link.kind),
        describe(asking, link.other),
        describe(asking, link.common) if link.common >= 0 else None,
        str(link.answer),
        link.share,
        link.most,
        link.at_boundary,
        tuple(chain(asking, path) for path in link.paths),
    )
