"""Who controls a company, alone or jointly: votes, board, stated control, general partners, concert groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.case import LocalCase
from algorithms.ownership.control import evidence
from algorithms.ownership.fixpoint import Channel, Closure, closure
from algorithms.ownership.matrix import Columns, IntArray
from algorithms.ownership.rights import Rights, departing
from algorithms.thresholds import above

VOTES = 0  # position of the votes among the channels
STATED = "stated"


@dataclass(frozen=True, eq=False)
class Controller:
    """One person's control of the target.

    Attributes
    ----------
    person : int
        Local index.
    ground : str
        The channel that carried the target, or ``concert`` when only a group controls.
    proven : bool
        False when it would take votes that nobody is known to hold.
    votes : float
        Votes of the target at the disposal of the person or group.
    edges : tuple of (holder, held)
        What carries it, local indices.
    """

    person: int
    ground: str
    proven: bool
    votes: float
    edges: tuple[tuple[int, int], ...]


class ControlQuestion:
    """The control fixpoint of one local case, asked for many seed sets."""

    def __init__(self, case: LocalCase) -> None:
        self.case = case
        votes = self.votes = voting_rights(case)
        self.known = (Channel("votes", sparse.csr_array(votes.least)), *_others(case, case.stated))
        possible = Channel("votes", sparse.csr_array(votes.most), lent=votes.undeclared)
        self.possible = (possible, *_others(case, case.stated if case.possible is None else case.possible))
        self.anyone = bool(closure(self.possible, np.empty(0, dtype=np.int64)).rounds[case.target] > 0)
        self.starters = _majority_holders(self.known)
        self._columns = [sparse.csc_array(c.rights) for c in self.known]

    def of(self, seeds: IntArray) -> Closure:
        """What ``seeds`` control by what is known."""
        return closure(self.known, seeds)

    def controls(self, seeds: IntArray) -> bool:
        """Whether ``seeds`` are known to control the target; a single one needs a majority to start from."""
        if len(seeds) == 1 and int(seeds[0]) not in self.starters:
            return False
        return bool(self.of(seeds).rounds[self.case.target] > 0)

    def could_control(self, seeds: IntArray) -> bool:
        """Whether ``seeds`` would control the target if all that is unknown were theirs."""
        return self.anyone or bool(closure(self.possible, seeds).rounds[self.case.target] > 0)

    def greatest_votes(self, seeds: IntArray) -> float:
        """Votes of the target at the disposal of ``seeds`` if all that is unknown were theirs."""
        return float(closure(self.possible, seeds).held[VOTES][self.case.target])

    def controller(self, seeds: IntArray, person: int, ground: str | None = None) -> Controller | None:
        """The control of ``seeds`` as a statement about ``person``, None when it is excluded."""
        proven = self.controls(seeds)
        if not proven and not self.could_control(seeds):
            return None
        found, target = self.of(seeds), self.case.target
        votes = float(found.held[VOTES][target])
        name, edges = "votes", evidence(self._columns, found.rounds, target)
        if proven:
            name = self.known[int(found.channel[target])].name
        elif not self.anyone and (carried := self._by_statement(seeds)):
            name, edges = STATED, carried
        return Controller(person, ground or name, proven, votes, edges)

    def _by_statement(self, seeds: IntArray) -> tuple[tuple[int, int], ...]:
        """What would carry control if it is a statement that may be control, and no vote that is unknown."""
        found, target = closure(self.possible, seeds), self.case.target
        if self.possible[int(found.channel[target])].name != STATED:
            return ()
        return evidence([sparse.csc_array(c.rights) for c in self.possible], found.rounds, target)


def _others(case: LocalCase, stated: Columns | None) -> tuple[Channel, ...]:
    extra = {"board": case.board, STATED: stated, "partner": case.general_partner}
    return tuple(Channel(n, sparse.csr_array(m)) for n, m in extra.items() if m is not None)


def voting_rights(case: LocalCase) -> Rights:
    """Votes: by capital unless stated, none by capital in a partnership that has a general partner."""
    votes = departing(Rights(case.equity, case.most, case.undeclared), case.voting)
    if case.general_partner is None:
        return votes
    by_capital = np.asarray(case.general_partner.sum(axis=0)).ravel() == 0
    keep = sparse.diags_array(by_capital.astype(np.float64), format="csc")
    return Rights(votes.least @ keep, votes.most @ keep, votes.undeclared * by_capital)


def controllers(question: ControlQuestion) -> list[Controller]:
    """Every person who controls the target, or could: alone first, then through groups.

    Notes
    -----
    A group counts only where none of its members controls alone. Its natural persons control jointly; behind a
    member that is a company, whoever controls that member does.
    """
    case = question.case
    persons = np.flatnonzero(case.person)
    alone = [question.controller(np.array([p]), int(p)) for p in persons]
    jointly = [c for group in case.groups for c in _of_group(question, group, persons)]
    return [c for c in (*alone, *jointly) if c is not None]


def _of_group(question: ControlQuestion, group: IntArray, persons: IntArray) -> list[Controller | None]:
    if len(group) < 2 or any(question.controls(np.array([m])) for m in group):
        return []
    companies = group[~question.case.person[group]]
    behind = [
        p for p in persons if len(companies) and np.any(question.of(np.array([p])).rounds[companies] > 0)
    ]
    acting = np.union1d(group[question.case.person[group]], np.array(behind, dtype=np.int64))
    return [question.controller(group, int(p), "concert") for p in acting]


def _majority_holders(channels: tuple[Channel, ...]) -> IntArray:
    found: list[Columns] = []
    for channel in channels:
        edges = sparse.coo_array(channel.rights)
        found.append(edges.row[above(edges.data, channel.threshold)])
    return np.unique(np.concatenate(found)).astype(np.int64)
