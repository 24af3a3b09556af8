"""Which clients of a bank fail together, and how much room its limits leave them 关联客户与大额风险暴露.

A bank, and who acts for it, see their own exposures. A supervisor never sees a bank's book; what a group owes together
and its headroom are handed to him as one number per group and bank (a declassified output: see SECURITY.md), for
SUPERVISION alone: 银行业监督管理法（2006年修正）第二十三条（非现场监管）、第三十三条（要求报送资料）, cited from knowledge.
Who belongs to a group always comes from what the caller himself may see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from algorithms.evidence import Fact
from algorithms.ownership.holders import Holdings
from algorithms.projection import View
from algorithms.relations.connected_clients import (
    ClientGroups,
    Inquest,
    Joined,
    Totals,
    connected_clients,
    totals,
)
from algorithms.relations.dependence import NOT_TESTED, Dependence, Ground
from algorithms.relations.exposures import Book, Capital, Limits, Sum, bank_book, capital_of, limits_of
from algorithms.rules import Governing
from algorithms.sets import among
from algorithms.walks.links import Nodes, Place, as_nodes, cite
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.access import Purpose, Role
from schema.errors import AccessDenied, NotFound, PurposeRequired
from schema.money import Fen

RULEBOOK = "connected_clients"
MOST_MEMBERS = 200
CITATION = "商业银行大额风险暴露管理办法（2018年第1号令）第七条、第八条、附件1；Basel LEX10（据条文内容引用，未附原文）"
NOT_COUNTED = "bonds, guarantees issued by the bank, undrawn commitments and derivatives 债券、保函、未使用承诺和衍生品: no records"
BOOK_CLOSED = (
    "economic dependence 经济依存: what each client owes is the bank's own, so materiality cannot be asked"
)
CAPITAL = "bank_capital: net_capital_fen and tier1_fen of the bank"
AMOUNTS = "Loan.balance_fen of the loans without an amount"


@dataclass(frozen=True)
class DependenceAnswer:
    """One ground of dependence: it holds (yes), or cannot be told (unknown) until ``supply`` is there."""

    dependent: str
    on: str
    ground: str
    decision: str
    ratio: float | None
    facts: tuple[Fact, ...]
    supply: str


@dataclass(frozen=True)
class GroupMember:
    """A member, why it is one, and its own limits; amounts only for the bank itself."""

    party: NodeAnswer
    ground: str
    under: str | None
    dependences: tuple[DependenceAnswer, ...]
    facts: tuple[Fact, ...]
    exposure_fen: Fen | None
    loan_headroom_fen: Fen | None
    exposure_headroom_fen: Fen | None
    breach: str


@dataclass(frozen=True)
class ExposureLimits:
    """What the bank's capital allows; null where capital or rule is unknown."""

    measured_on: dt.date | None
    net_capital_fen: Fen | None
    tier1_fen: Fen | None
    single_loans_fen: Fen | None
    single_exposure_fen: Fen | None
    group_exposure_fen: Fen | None
    large_from_fen: Fen | None
    materiality_fen: Fen | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ConnectedGroup:
    """Clients that fail together at one bank.

    ``known_exposure_fen`` is what is known of the exposure; ``exposure_fen`` is null while a loan states no amount, and so is
    the headroom, which is 0 where the limit is broken. ``declassified``: the caller is told the sums and nothing else.
    """

    bank: NodeAnswer
    heads: tuple[NodeAnswer, ...]
    by_control: bool
    members: tuple[GroupMember, ...]
    member_count: int
    members_listed_all: bool
    exposure_fen: Fen | None
    known_exposure_fen: Fen | None
    loans_without_amount: int
    limits: ExposureLimits
    headroom_fen: Fen | None
    large: str
    breach: str
    undecided: tuple[DependenceAnswer, ...]
    not_tested: tuple[str, ...]
    not_counted: tuple[str, ...]
    loans_without_borrower: int
    declassified: bool
    supply: tuple[str, ...]
    citation: str


def connected_groups(asking: Asking, bank_id: str, party_id: str | None = None) -> GroupList:
    """Return the groups of connected clients of a bank, largest exposure first; or those of one party.

    Parameters
    ----------
    bank_id : str
    party_id : str, optional
        Then every group it stands in, also if it owes nothing; else groups of two and more that owe something (to a
        supervisor: of which two and more owe something), and for the bank itself also single clients with a large exposure.

    Raises
    ------
    NotFound
        No such bank, or no such party, for this caller.
    AccessDenied
        The caller acts for another bank.
    PurposeRequired
        A supervisor asks for something else than SUPERVISION.
    """
    inside = _entitled(asking, bank_id)
    bank = inside.party(bank_id)
    if "Bank" not in describe(inside, bank).kinds:
        raise NotFound("There is no such bank, for this caller.")
    party = None if party_id is None else inside.party(party_id)
    return GroupList(_Desk(inside, bank), party)


def _entitled(asking: Asking, bank_id: str) -> Asking:
    """The asking whose view the groups come from: the caller's, or the lender's whom an operator processes for."""
    who = asking.principal
    if who.role is Role.SUPERVISOR:
        if who.purpose is not Purpose.SUPERVISION:
            raise PurposeRequired("A supervisor is told exposures for SUPERVISION alone: send X-Purpose.")
        return asking
    if who.role is Role.OPERATOR:
        return asking.as_lender(bank_id, Purpose.LENDING)
    if who.org != bank_id:
        raise AccessDenied("Only the bank itself, or who acts for it, may ask this.")
    return asking


@dataclass(frozen=True, eq=False)
class _Desk:
    """What every group of one answer is described with. ``asking``: whose view it comes from."""

    asking: Asking
    bank: int

    @property
    def view(self) -> View:
        return self.asking.view

    @property
    def declassified(self) -> bool:
        return self.asking.principal.role is Role.SUPERVISOR

    @cached_property
    def governing(self) -> Governing:
        return self.asking.governing(RULEBOOK)

    @cached_property
    def capital(self) -> Capital:
        return capital_of(self.view, self.bank, self.asking.as_of)

    @cached_property
    def limits(self) -> Limits:
        return limits_of(self.capital, self.governing)

    @cached_property
    def own_book(self) -> Book:
        return bank_book(self.view, self.bank)

    @cached_property
    def charged(self) -> Book:
        """The loans that are added up: for a supervisor the system's, as sums per group and nothing else."""
        return bank_book(self.asking.system, self.bank) if self.declassified else self.own_book

    @cached_property
    def borrowers(self) -> Nodes:
        return self.charged.clients()

    def tells(self, groups: ClientGroups, group: int) -> bool:
        """Whether sums are told: what one client owes is never declassified, whoever else stands in its group."""
        return not self.declassified or int(among(groups.members(group), self.borrowers).sum()) > 1

    def find(self, party: int | None) -> ClientGroups:
        ratio = float(self.governing.constant("control_ratio"))
        holdings = self.view.once(("holdings", ratio), lambda v: Holdings(v, ratio))
        inquest = Inquest(holdings, self.own_book, self.limits, self.governing)
        if party is not None:
            return connected_clients(inquest, as_nodes([party]))
        clients = self.borrowers[self.view.visible[self.borrowers]]
        key = ("connected clients", self.bank, tuple(sorted(self.governing.constants.items())))
        return self.view.once(key, lambda v: connected_clients(inquest, clients))

    def cite(self, places: Sequence[Place]) -> tuple[Fact, ...]:
        return cite(self.asking.projection, places)


class GroupList(Sequence[ConnectedGroup]):
    """Groups in order; each is described when it is read, and then noted as asked about."""

    def __init__(self, desk: _Desk, party: int | None) -> None:
        self._desk, self._party = desk, party
        self._groups = desk.find(party)
        self._totals = totals(self._groups, desk.charged)
        self._order = self._ordered()

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> ConnectedGroup: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ConnectedGroup]: ...
    def __getitem__(self, place: int | slice) -> ConnectedGroup | Sequence[ConnectedGroup]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return _described(self._desk, self._groups, self._totals, self._order[place])

    def _ordered(self) -> list[int]:
        groups, sums = self._groups, self._totals
        if self._party is not None:
            chosen = groups.of(self._party)
        else:
            owing = [g for g in range(len(groups)) if sums.known[g] or sums.unknown[g]]
            joined = {party for added in groups.joined.values() for party in added}
            chosen = [g for g in owing if self._shown(g, joined)]
        ids = self._desk.asking.projection.ids
        told = {g: sums.known[g] if self._desk.tells(groups, g) else 0 for g in chosen}
        ordered = sorted(chosen, key=lambda g: (-told[g], ids[groups.heads(g)[0]]))
        # Those who depend on each other are one group from either side: it is listed once.
        alike = {
            tuple(groups.members(g).tolist()) if g in groups.joined else (g,): g for g in reversed(ordered)
        }
        return [g for g in ordered if g in set(alike.values())]

    def _shown(self, group: int, joined: set[int]) -> bool:
        """Two and more; and a single client only to the bank itself, if large and in no larger group."""
        if group < len(self._groups.control.heads) or group in self._groups.joined:
            return self._desk.tells(self._groups, group)
        large = self._desk.limits.large_fen
        alone = not joined.intersection(self._groups.heads(group)) and not self._desk.declassified
        return alone and large is not None and self._totals.known[group] >= large


def _described(desk: _Desk, groups: ClientGroups, sums: Totals, group: int) -> ConnectedGroup:
    members = groups.members(group)
    told = desk.charged.open and desk.tells(groups, group)
    owes = Sum(sums.known[group], sums.unknown[group]) if told else None
    total = owes.total_fen if owes else None
    limits = desk.limits
    listed = _clients_first(desk, members.tolist())
    inside = set(members.tolist())
    answer = ConnectedGroup(
        bank=describe(desk.asking, desk.bank),
        heads=tuple(describe(desk.asking, h) for h in groups.heads(group)),
        by_control=group < len(groups.control.heads),
        members=tuple(_member(desk, groups, group, m) for m in listed),
        member_count=len(members),
        members_listed_all=len(listed) == len(members),
        exposure_fen=total,
        known_exposure_fen=owes.known_fen if owes else None,
        loans_without_amount=owes.unknown if owes else 0,
        limits=_limits(desk),
        headroom_fen=_headroom(limits.group_exposure_fen, total),
        large=_reached(owes, limits.large_fen),
        breach=_broken(owes, limits.group_exposure_fen),
        undecided=tuple(_dependence(desk, d) for d in groups.open if inside & {d.on, d.dependent}),
        not_tested=_not_tested(desk, groups),
        not_counted=(NOT_COUNTED,),
        loans_without_borrower=desk.own_book.without_borrower(),
        declassified=desk.declassified,
        supply=_supply(limits, owes),
        citation=CITATION,
    )
    desk.asking.about(*(m.party.id for m in answer.members))
    return answer


def _clients_first(desk: _Desk, members: list[int]) -> list[int]:
    """In order of what they owe where the caller may know it, then by id; no more than ``MOST_MEMBERS``."""
    book, ids = desk.own_book, desk.asking.projection.ids
    owing = set(members) & set(book.clients().tolist())
    owed = {m: book.sum(book.of(as_nodes([m]))).known_fen for m in owing}
    return sorted(members, key=lambda m: (-owed.get(m, -1), ids[m]))[:MOST_MEMBERS]


def _member(desk: _Desk, groups: ClientGroups, group: int, member: int) -> GroupMember:
    why = groups.joined.get(group, {}).get(member)
    owes = desk.own_book.sum(desk.own_book.of(as_nodes([member]))) if desk.own_book.open else None
    total = owes.total_fen if owes else None
    limits = desk.limits
    breach = {_broken(owes, limits.single_loans_fen), _broken(owes, limits.single_exposure_fen)}
    by_control = why is None and group < len(groups.control.heads)
    places = groups.control.places(desk.view, group, member) if by_control else []
    return GroupMember(
        party=describe(desk.asking, member),
        ground=_ground(groups, group, member, why),
        under=None if why is None or why.under is None else desk.asking.projection.ids[why.under],
        dependences=() if why is None else tuple(_dependence(desk, d) for d in why.by),
        facts=desk.cite(places),
        exposure_fen=total,
        loan_headroom_fen=_headroom(limits.single_loans_fen, total),
        exposure_headroom_fen=_headroom(limits.single_exposure_fen, total),
        breach=next(word for word in ("yes", "unknown", "no") if word in breach),
    )


def _ground(groups: ClientGroups, group: int, member: int, why: Joined | None) -> str:
    if why is not None:
        return "DEPENDENT" if why.under is None else "CONTROLLED_BY_DEPENDENT"
    return "HEAD" if member in groups.heads(group) else "CONTROLLED"


def _dependence(desk: _Desk, found: Dependence) -> DependenceAnswer:
    ids = desk.asking.projection.ids
    # What a client owes stays with the bank: its view is the only one in which dependence is tested.
    return DependenceAnswer(
        ids[found.dependent],
        ids[found.on],
        str(found.ground),
        "yes" if found.holds else "unknown",
        found.ratio,
        desk.cite(found.places),
        "" if found.holds else found.supply,
    )


def _limits(desk: _Desk) -> ExposureLimits:
    capital, limits = desk.capital, desk.limits
    return ExposureLimits(
        capital.measured_on,
        capital.net_fen,
        capital.tier1_fen,
        limits.single_loans_fen,
        limits.single_exposure_fen,
        limits.group_exposure_fen,
        limits.large_fen,
        limits.materiality_fen,
        desk.cite(capital.places),
    )


def _not_tested(desk: _Desk, groups: ClientGroups) -> tuple[str, ...]:
    if not groups.untestable:
        return NOT_TESTED
    if not desk.own_book.open:
        return (BOOK_CLOSED, *NOT_TESTED)
    return (f"economic dependence 经济依存 ({', '.join(Ground)}): needs {CAPITAL}", *NOT_TESTED)


def _supply(limits: Limits, owes: Sum | None) -> tuple[str, ...]:
    lacking = limits.group_exposure_fen is None or limits.single_loans_fen is None
    return (*((CAPITAL,) if lacking else ()), *((AMOUNTS,) if owes is not None and owes.unknown else ()))


def _headroom(limit: Fen | None, owed: Fen | None) -> Fen | None:
    return None if limit is None or owed is None else max(0, limit - owed)


def _reached(owes: Sum | None, line: Fen | None) -> str:
    """Whether an exposure is at least the line: certain as soon as the known part is."""
    if owes is None or line is None:
        return "unknown"
    return "yes" if owes.known_fen >= line else "unknown" if owes.unknown else "no"


def _broken(owes: Sum | None, limit: Fen | None) -> str:
    if owes is None or limit is None:
        return "unknown"
    return "yes" if owes.known_fen > limit else "unknown" if owes.unknown else "no"
