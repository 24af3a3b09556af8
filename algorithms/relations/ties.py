"""Ties of one party 关联纽带: who controls, holds, runs or benefits from it, who is kin, and what it controls itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from algorithms.ownership.actual_controller import actual_controller
from algorithms.ownership.beneficial_owners import beneficial_owners
from algorithms.ownership.findings import Answer, Standard
from algorithms.ownership.holders import holding_places
from algorithms.relations.control_web import Web, places_between
from algorithms.thresholds import at_least
from algorithms.walks.links import Links, Place, as_nodes, fact_rows, incoming, outgoing

_MOST_PLACES = 40  # facts cited for one tie; its chain comes first
_BACKWARDS = {"PARENT": "CHILD", "CHILD": "PARENT"}


class TieKind(StrEnum):
    """What one party is to another."""

    CONTROLS = "CONTROLS"  # 控股、实际控制
    HOLDS = "HOLDS"  # 持有或控制股权
    BENEFITS = "BENEFITS"  # 最终受益
    APPOINTS = "APPOINTS"  # 派驻董事
    OFFICER = "OFFICER"  # 董事、监事、高管、授信人员、法定代表人
    ACTS_WITH = "ACTS_WITH"  # 一致行动
    KIN = "KIN"  # 亲属
    CONTROLLED = "CONTROLLED"  # 被控制
    INFLUENCED = "INFLUENCED"  # 被施加重大影响


@dataclass(frozen=True)
class Tie:
    """One party's tie to another.

    Attributes
    ----------
    party : int
    kind : TieKind
    proven : bool or None
        None where missing or banded shares leave it open.
    path : tuple of int
        From the other party (included) to this one.
    places : tuple of Place
        Facts along the path first, then what else carries the tie.
    share : float or None
        The ratio that was compared; votes for control and influence. None where none is known.
    detail : str
        The post, the kinship, or how control was found.
    """

    party: int
    kind: TieKind
    proven: bool | None
    path: tuple[int, ...]
    places: tuple[Place, ...]
    share: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Ratios:
    """The lines of the rulebook."""

    holder: float
    influence: float


def ties_above(web: Web, company: int, ratios: Ratios) -> list[Tie]:
    """Return who controls, holds at least so much of, benefits from, or appoints directors of a company."""
    found = [*_beneficiaries(web, company), *_holders(web, company, ratios.holder)]
    placed = _placed(web, found, web.chains_up(company))
    return [*ties_of_control(web, company), *placed, *_appointers(web, company)]


def ties_of_control(web: Web, company: int) -> list[Tie]:
    """Return who controls a company, at any level, alone or in concert."""
    return list(_placed(web, _controllers(web, company), web.chains_up(company)))


def ties_of_officers(web: Web, company: int) -> list[Tie]:
    """Return directors, supervisors, senior managers, credit staff and legal representatives."""
    view = web.view
    posts = incoming(view, "HOLDS_POST", as_nodes([company]))
    named = [str(fact["post"]) for fact in fact_rows(view.projection, posts)]
    heads = incoming(view, "LEGAL_REP_OF", as_nodes([company]))
    told = [
        *zip(_triples(posts), named, strict=True),
        *((t, "LEGAL_REPRESENTATIVE") for t in _triples(heads)),
    ]
    return [
        Tie(person, TieKind.OFFICER, True, (company, person), (place,), detail=post)
        for (person, place), post in told
    ]


def ties_in_concert(web: Web, party: int) -> list[Tie]:
    """Return who acts in concert 一致行动 with a party, stated in either direction."""
    return [
        Tie(other, TieKind.ACTS_WITH, True, (party, other), (place,))
        for step in (outgoing, incoming)
        for other, place in _triples(step(web.view, "ACTS_WITH", as_nodes([party])))
    ]


def ties_of_kin(web: Web, person: int) -> list[Tie]:
    """Return the family of a person; what is stated the other way round is turned (a child's parent)."""
    view, found = web.view, []
    for step in (outgoing, incoming):
        links = step(view, "FAMILY_OF", as_nodes([person]))
        for (other, place), fact in zip(_triples(links), fact_rows(view.projection, links), strict=True):
            kin = str(fact["kin"])
            detail = kin if step is outgoing else _BACKWARDS.get(kin, kin)
            found.append(Tie(other, TieKind.KIN, True, (person, other), (place,), detail=detail))
    return found


def ties_below(web: Web, groups: list[tuple[int, ...]], influence: float) -> Iterator[tuple[int, Tie]]:
    """Yield what each group controls or significantly influences, with the group's place in the list.

    Parameters
    ----------
    groups : list of tuples of int
        Parties; more than one act together, and then only what none of them controls alone is theirs. The first member
        stands at the head of the path unless another one leads there.
    """
    singles = sorted({p for group in groups for p in group})
    alone = dict(zip(singles, web.controlled([(p,) for p in singles]), strict=True))
    together, possible = web.controlled(groups), web.controlled(groups, possibly=True)
    for number, (group, least, most) in enumerate(zip(groups, together, possible, strict=True)):
        reach = _Reach(group, least, most | least)
        own = frozenset[int]().union(*(alone[p] for p in group)) if len(group) > 1 else frozenset[int]()
        yield from ((number, tie) for tie in _below(web, reach, own))
        if len(group) == 1:
            yield from ((number, tie) for tie in _influenced(web, reach, influence))


@dataclass(frozen=True)
class _Reach:
    """Parties that act as one, what they control for sure, and what at most (both without the parties)."""

    group: tuple[int, ...]
    least: frozenset[int]
    most: frozenset[int]


def age_of(web: Web, person: int) -> tuple[int | None, int | None]:
    """Return the least and the greatest age of a person on the day; None where the caller may not know it."""
    first, last = web.view.projection.spans["Person"]
    if not first <= person < last or not web.view.opened(person):
        return None, None
    born = web.view.projection.property(person, "birth_year")
    age = None if born is None else web.view.as_of.year - int(str(born))
    return (None, None) if age is None else (age - 1, age)


def _controllers(web: Web, company: int) -> list[Tie]:
    """Whoever controls at any level, and whom a rule for the actual controller names."""
    holdings, found = web.holdings, {}
    for party in sorted(holdings.controllers(as_nodes([company]))[company]):
        found[party] = _bare(party, TieKind.CONTROLS, True, None, "votes_or_seats")
    inquiry = actual_controller(holdings.case, company)
    for place, candidate in enumerate(inquiry.candidates):
        if not candidate.controls and (place or inquiry.decision is Answer.NO):
            continue
        proven = True if candidate.controls or inquiry.decision is Answer.YES else None
        for party in candidate.parties:
            detail = "concert" if candidate.concert else str(candidate.rules[0])
            known = found.get(party)
            if known is None or known.share is None:
                found[party] = _bare(party, TieKind.CONTROLS, proven, candidate.votes, detail)
    return list(found.values())


def _beneficiaries(web: Web, company: int) -> list[Tie]:
    """Natural persons by capital, income or voting rights; control and management have ties of their own."""
    found = []
    for owner in beneficial_owners(web.holdings.case, company).owners:
        findings = [f for f in owner.findings if f.standard in (Standard.EQUITY, Standard.RIGHTS)]
        answers = {f.answer for f in findings} - {Answer.NO}
        if answers:
            best = max(findings, key=lambda f: (f.answer is Answer.YES, f.most))
            proven = True if Answer.YES in answers else None
            found.append(_bare(owner.person, TieKind.BENEFITS, proven, best.value, best.ground))
    return found


def _holders(web: Web, company: int, line: float) -> list[Tie]:
    """Everyone with at least the line of the capital over all walks, or controlling who holds as much directly."""
    asked, found = as_nodes([company]), []
    least, most = web.holdings.owners(asked)[company], web.holdings.possible_owners(asked)[company]
    stakes = _controlled_stakes(web, company)
    for party in sorted({*least, *most, *stakes} - {company}):
        share = float(np.fmax(least.get(party, 0.0), stakes.get(party, 0.0)))
        greatest = most.get(party, 0.0)
        if at_least(share, line):
            found.append(_bare(party, TieKind.HOLDS, True, share, ""))
        elif at_least(greatest, line) or not np.isfinite(greatest):
            found.append(_bare(party, TieKind.HOLDS, None, share, ""))
    return found


def _controlled_stakes(web: Web, company: int) -> dict[int, float]:
    """What each party holds of a company directly and through those that it controls 持有或控制."""
    equity = web.holdings.case.equity
    span = slice(equity.indptr[company], equity.indptr[company + 1])
    direct = dict(zip(equity.indices[span].tolist(), equity.data[span].tolist(), strict=True))
    stakes = dict(direct)
    for holder, controllers in web.holdings.controllers(as_nodes(sorted(direct))).items():
        for party in controllers - {holder}:
            stakes[party] = stakes.get(party, 0.0) + direct[holder]
    return stakes


def _appointers(web: Web, company: int) -> Iterator[Tie]:
    links = incoming(web.view, "APPOINTS", as_nodes([company]))
    for (party, place), fact in zip(_triples(links), fact_rows(web.view.projection, links), strict=True):
        if fact["seats"] != 0:
            yield Tie(party, TieKind.APPOINTS, True, (company, party), (place,))


def _placed(web: Web, ties: Iterable[Tie], chains: dict[int, tuple[int, ...]]) -> Iterator[Tie]:
    """Give each tie its chain and its facts; control cites every chain that carries it."""
    for tie in ties:
        path = chains.get(tie.party)
        if path is None or len(path) < 2:
            continue  # a member of a concert group that holds nothing itself, or the company's own shares
        places = _along(web, path, upwards=True)
        if tie.kind is TieKind.CONTROLS:
            places += holding_places(web.view, tie.party, path[0])
        kept = tuple(dict.fromkeys(places))[:_MOST_PLACES]
        yield Tie(tie.party, tie.kind, tie.proven, path, kept, tie.share, tie.detail)


def _below(web: Web, reach: _Reach, own: frozenset[int]) -> Iterator[Tie]:
    """What the group controls, without what is ``own`` to a single member."""
    wanted = sorted(reach.most - own)
    chains = [web.chains_down(p, reach.most) for p in reach.group] if wanted else []
    for company in wanted:
        leading = sorted((c[company] for c in chains if company in c), key=len)
        places = [place for path in leading for place in _along(web, path, upwards=False)]
        cited = tuple(dict.fromkeys(places))[:_MOST_PLACES]
        detail = "together" if len(reach.group) > 1 else ""
        proven = True if company in reach.least else None
        yield Tie(company, TieKind.CONTROLLED, proven, leading[0], cited, None, detail)


def _influenced(web: Web, reach: _Reach, ratio: float) -> Iterator[Tie]:
    """Influence is what does not control; where it is not sure to control, it is not sure either."""
    party = reach.group[0]
    sure = web.influenced([party, *reach.least], ratio)
    unsure = web.influenced([party, *reach.most], ratio, possibly=True)
    wanted = sorted({*sure, *unsure} - reach.most)
    chains = web.chains_down(party, {*reach.most, *wanted}) if wanted else {}
    for company in wanted:
        proven = True if company in sure else None
        path = chains[company]
        places = tuple(_along(web, path, upwards=False))[:_MOST_PLACES]
        yield Tie(company, TieKind.INFLUENCED, proven, path, places, sure.get(company))


def _along(web: Web, path: tuple[int, ...], *, upwards: bool) -> list[Place]:
    hops = pairwise(path) if not upwards else ((b, a) for a, b in pairwise(path))
    return [place for holder, held in hops for place in places_between(web.view, holder, held)]


def _bare(party: int, kind: TieKind, proven: bool | None, share: float | None, detail: str) -> Tie:
    known = None if share is None or not np.isfinite(share) else float(share)
    return Tie(party, kind, proven, (), (), known, detail)


def _triples(links: Links) -> list[tuple[int, Place]]:
    return [(node, place) for _, node, place in links.triples()]
