"""Connected clients 关联客户 of a bank, for its large-exposure limits: by control, and by economic dependence.

Control joins symmetrically, dependence one way, so groups overlap: if C depends on A and on B, who have nothing to do
with each other, the groups are {A, C} and {B, C}, never {A, B, C}. Each group is built from an *anchor*, which is a
control group or a party in none: the anchor, whoever depends on somebody in the group, what such a dependent controls
(a subsidiary falls with its parent), and so on, because a failure goes on along dependences. Not the dependent's own
parent: it survives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from algorithms.ownership.holders import Holdings
from algorithms.relations.control_groups import ControlGroups, control_groups
from algorithms.relations.dependence import Dependence, dependences
from algorithms.relations.exposures import UNKNOWN, Book, Limits, exact_sums
from algorithms.rules import Governing
from algorithms.sets import among, distinct
from algorithms.walks.adjacency import spans
from algorithms.walks.links import Nodes, as_nodes
from schema.money import Fen


@dataclass(frozen=True)
class Joined:
    """Why a party stands in a group beyond its anchor: it depends, or who controls it does (``under``)."""

    by: tuple[Dependence, ...]
    under: int | None = None


@dataclass(frozen=True, eq=False)
class ClientGroups:
    """The groups of connected clients of one bank.

    Groups are numbered: first the control groups, then one for each party that stands in none (``singles``).

    Attributes
    ----------
    control : ControlGroups
    singles : int64 array
        Sorted.
    joined : mapping
        Group → party → why, for those who join by dependence. Whoever stands in the anchor is not repeated.
    tested : int64 array
        Clients whose dependence was tested, sorted; empty when it could not be.
    open : tuple of Dependence
        What could not be told.
    untestable : bool
        True when materiality is unknown (no capital, no rule, or a closed book): dependence was not tested at all.
    """

    control: ControlGroups
    singles: Nodes
    joined: Mapping[int, Mapping[int, Joined]]
    tested: Nodes
    open: tuple[Dependence, ...]
    untestable: bool

    def __len__(self) -> int:
        return len(self.control.heads) + len(self.singles)

    def anchor(self, group: int) -> Nodes:
        """Return the anchor of a group, sorted."""
        first = len(self.control.heads)
        return self.singles[[group - first]] if group >= first else self.control.members(group)

    def heads(self, group: int) -> tuple[int, ...]:
        """Return who heads the anchor."""
        first = len(self.control.heads)
        return (int(self.singles[group - first]),) if group >= first else self.control.heads[group]

    def members(self, group: int) -> Nodes:
        """Return everybody in a group, sorted."""
        return np.union1d(self.anchor(group), as_nodes(self.joined.get(group, ())))

    def anchored(self, party: int) -> list[int]:
        """Return the groups in whose anchor a party stands."""
        found: list[int] = self.control.of(as_nodes([party]))[1].tolist()
        place = int(np.searchsorted(self.singles, party))
        if place < len(self.singles) and self.singles[place] == party:
            found.append(len(self.control.heads) + place)
        return found

    def of(self, party: int) -> list[int]:
        """Return every group that a party stands in."""
        return sorted({*self.anchored(party), *(g for g, added in self.joined.items() if party in added)})

    def charged(self, book: Book) -> tuple[Nodes, Nodes]:
        """Return (group, loan) pairs: which loans count in which group, each once. O(members + loans)."""
        extra = [(g, party) for g, added in self.joined.items() for party in added]
        first = len(self.control.heads)
        group = np.concatenate(
            (self.control.group, first + np.arange(len(self.singles)), as_nodes(g for g, _ in extra))
        )
        member = np.concatenate((self.control.member, self.singles, as_nodes(party for _, party in extra)))
        low, high = (np.searchsorted(book.borrower, member, side) for side in ("left", "right"))
        loans = book.owed[spans(low, high - low)]
        keys = distinct(np.repeat(group, high - low) * max(len(book.loan), 1) + loans)
        return keys // max(len(book.loan), 1), keys % max(len(book.loan), 1)


@dataclass(frozen=True, eq=False)
class Totals:
    """Per group: what is known of its loans in fen, exactly, and how many amounts are not known."""

    known: list[Fen]
    unknown: list[int]


def totals(groups: ClientGroups, book: Book) -> Totals:
    """Add up the loans of every group, each loan once per group."""
    group, loan = groups.charged(book)
    stated = book.amount[loan] != UNKNOWN
    return Totals(
        exact_sums(group[stated], book.amount[loan][stated], len(groups)),
        np.bincount(group[~stated], minlength=len(groups)).tolist(),
    )


@dataclass(frozen=True, eq=False)
class Inquest:
    """What connected clients are found from.

    Attributes
    ----------
    holdings : Holdings
        Ownership in the caller's view.
    book : Book
        The bank's loans in the same view.
    limits : Limits
    governing : Governing
        The rulebook ``connected_clients`` on the day.
    """

    holdings: Holdings
    book: Book
    limits: Limits
    governing: Governing


def connected_clients(inquest: Inquest, parties: Nodes) -> ClientGroups:
    """Find the groups in which any of the parties stands, with all dependents of the bank's book.

    Parameters
    ----------
    inquest : Inquest
    parties : int64 array
        The bank's clients, or a few of them.

    Returns
    -------
    ClientGroups
        Also the groups that these clients depend on.

    Notes
    -----
    Dependence is tested only for clients that owe strictly more than 5 % of the bank's tier 1 capital, so that a
    village of farmers selling to one core does not become one client by itself. They can be 20 times the leverage of
    the bank at most, so what is done per dependent is a small number of steps; the rest is arrays.

    References
    ----------
    商业银行大额风险暴露管理办法（2018年第1号令）附件1; Basel LEX10.9-10.16, both from knowledge. That a dependent
    brings what it controls, and not who controls it, reads EBA/GL/2017/15 (control and dependence together).
    """
    view = inquest.holdings.view
    tested, testable = _material(inquest.book, inquest.limits)
    found = dependences(view, inquest.book, tested.tolist(), inquest.governing)
    held = [d for d in found if d.holds]
    everybody = distinct(np.concatenate((parties, tested, as_nodes(d.on for d in held))))
    control = control_groups(inquest.holdings, everybody)
    groups = ClientGroups(
        control,
        everybody[~among(everybody, distinct(control.member))],
        {},
        tested,
        tuple(d for d in found if d.holds is None),
        not testable,
    )
    return replace(groups, joined=_joined(groups, inquest.holdings, held))


def _material(book: Book, limits: Limits) -> tuple[Nodes, bool]:
    """Clients that owe more than the floor for certain, and whether that could be asked."""
    floor = limits.materiality_fen
    if floor is None or not book.open:
        return book.borrower[:0], False
    clients, place = np.unique(book.borrower, return_inverse=True)
    stated = book.amount[book.owed] != UNKNOWN
    owed = exact_sums(place[stated], book.amount[book.owed][stated], len(clients))
    over = [owes > floor for owes in owed]
    return clients[np.array(over, dtype=np.bool_)], True


def _joined(groups: ClientGroups, holdings: Holdings, held: list[Dependence]) -> dict[int, dict[int, Joined]]:
    if not held:
        return {}
    below = holdings.controlled({d.dependent for d in held})
    on: dict[int, list[Dependence]] = {}
    for each in held:
        on.setdefault(each.on, []).append(each)
    anchors = sorted({g for party in on for g in groups.anchored(party)})
    made = {g: _followed(set(groups.anchor(g).tolist()), on, below) for g in anchors}
    return {g: added for g, added in made.items() if added}


def _followed(
    anchor: set[int], on: Mapping[int, list[Dependence]], below: Mapping[int, Iterable[int]]
) -> dict[int, Joined]:
    """Follow dependences away from an anchor to the end."""
    added: dict[int, Joined] = {}
    todo = sorted(anchor & on.keys())
    while todo:
        for each in on.get(todo.pop(0), ()):
            if each.dependent in anchor:
                continue
            known = added.get(each.dependent)
            if known is not None and known.under is None:
                added[each.dependent] = replace(known, by=(*known.by, each))
                continue
            added[each.dependent] = Joined((each,))
            fresh = [p for p in sorted(below[each.dependent]) if p not in anchor and p not in added]
            added.update((p, Joined((), each.dependent)) for p in fresh)
            todo += [p for p in (each.dependent, *fresh) if p in on]
    return added
