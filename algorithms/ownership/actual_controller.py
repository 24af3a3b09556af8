"""Actual controller 实际控制人: the four numbers side by side, and which rule fired.

Measures on the Takeover of Listed Companies 上市公司收购管理办法, art. 84: (1) a controlling shareholder with 50 % or
more; (2) more than 30 % of the votes at his disposal; (3) decides the election of over half of the board
(半数以上; exactly half is left out here); the Company Law 2023, art. 265(3), adds control by investment, agreement
or other arrangement. Votes at somebody's disposal are his own and those of every company that he controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from algorithms.ownership.case import LocalCase, OwnershipCase, localise
from algorithms.ownership.control import evidence
from algorithms.ownership.findings import Answer
from algorithms.ownership.fixpoint import Closure
from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.joint_control import ControlQuestion
from algorithms.ownership.matrix import Columns, FloatArray, IntArray
from algorithms.result import Result
from algorithms.thresholds import above, at_least


class ControlRule(StrEnum):
    """Rules, strongest first."""

    HALF_OF_SHARES = "holds_at_least_50_percent"
    FIXPOINT = "controls_by_majority_or_statement"
    BOARD = "appoints_over_half_of_the_board"
    VOTES_OVER_30 = "more_than_30_percent_of_votes"


@dataclass(frozen=True)
class ActualController:
    """One candidate, or several who act as one.

    Attributes
    ----------
    parties : tuple of int
        The candidate, or the members of a concert group.
    concert : bool
        True for a group.
    rules : tuple of ControlRule
        What fired, strongest first.
    channel : str
        How the fixpoint reached the company (``votes``, ``board``, ``stated``, ``partner``), else empty.
    equity : float
        Final capital share over all walks (summed over a group); NaN where it is undefined.
    shares, votes, seats : float
        Capital, votes and board seats of the company at their disposal, ≥ 0.
    controls : bool
        Whether the fixpoint reaches the company.
    edges : tuple of (holder, held)
        What carries it there, from the seeds down.
    """

    parties: tuple[int, ...]
    concert: bool
    rules: tuple[ControlRule, ...]
    channel: str
    equity: float
    shares: float
    votes: float
    seats: float
    controls: bool
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class ActualControllers(Result[IntArray]):
    """The answer for one company.

    Attributes
    ----------
    value : int64 array
        Parties of the leading candidate; empty when no rule fired for anybody (无实际控制人).
    decision : Answer
        UNKNOWN when votes that nobody is known to hold could change who it is.
    candidates : tuple of ActualController
        Everyone for whom a rule fired, leading first.
    undeclared_votes : float
        Votes of the company itself that nobody is known to hold.
    """

    decision: Answer
    candidates: tuple[ActualController, ...]
    undeclared_votes: float


def actual_controller(case: OwnershipCase, target: int) -> ActualControllers:
    """Who actually controls ``target``, with every rule that fired.

    Parameters
    ----------
    case : OwnershipCase
        As for :func:`algorithms.ownership.beneficial_owners.beneficial_owners`.
    target : int
        The company.

    Returns
    -------
    ActualControllers
        Candidates are persons, the state, and bodies without recorded holders.

    Raises
    ------
    InputError
        When arrays differ in size, a share is no ratio, or the target no index.

    Examples
    --------
    >>> A = np.zeros((3, 3)); A[0, 2], A[1, 2] = 0.35, 0.65
    >>> found = actual_controller(OwnershipCase(A, person=np.array([True, True, False])), 2)
    >>> found.value.tolist(), [rule.name for rule in found.candidates[0].rules]
    ([1], ['HALF_OF_SHARES', 'FIXPOINT', 'VOTES_OVER_30'])
    """
    inquiry = _Inquiry(localise(case, target))
    fired = inquiry.fired()
    undeclared = float(inquiry.question.votes.undeclared[inquiry.case.target])
    return ActualControllers(
        value=np.array(fired[0].parties if fired else (), dtype=np.int64),
        residual=inquiry.residual,
        iterations=len(inquiry.seed_sets()),
        converged=bool(np.isfinite(inquiry.residual)),
        decision=_decision(fired, inquiry),
        candidates=tuple(fired),
        undeclared_votes=undeclared,
    )


class _Inquiry:
    def __init__(self, case: LocalCase) -> None:
        self.case, self.question = case, ControlQuestion(case)
        walks = integrated_ownership_of(case.equity, case.target)
        self.residual = walks.residual
        self.walks: FloatArray = walks.value.toarray().ravel()
        self.shares = _column(case.equity, case.target)
        self.votes = _column(self.question.votes.least, case.target)
        none = sparse.csc_array(case.equity.shape)
        self.columns = [sparse.csc_array(c.rights) for c in self.question.known]
        self.seats = _column(none if case.board is None else case.board, case.target)

    def seed_sets(self) -> list[IntArray]:
        """Every candidate alone, then the groups of which no member controls alone."""
        case = self.case
        held = np.diff(case.most.indptr)
        if case.stated is not None:
            held = held + np.diff(case.stated.indptr)
        ends = case.person | case.state | (held == 0)
        ends[case.target] = False
        alone = [np.array([p]) for p in np.flatnonzero(ends)]
        groups = [g for g in case.groups if len(g) > 1]
        return alone + [g for g in groups if not any(self.question.controls(np.array([m])) for m in g)]

    def fired(self) -> list[ActualController]:
        found = [self._candidate(seeds) for seeds in self.seed_sets()]
        return sorted((c for c in found if c.rules), key=_strength)

    def _candidate(self, seeds: IntArray) -> ActualController:
        reached = self.question.of(seeds)
        # A company does not add to its own controller's holding: treasury shares carry no vote.
        behind = reached.rounds >= 0
        behind[self.case.target] = False
        shares, seats = float(self.shares[behind].sum()), float(self.seats[behind].sum())
        votes = float(self.votes[behind].sum())
        controls = bool(reached.rounds[self.case.target] > 0)
        return ActualController(
            parties=tuple(int(i) for i in self.case.nodes[seeds]),
            concert=len(seeds) > 1,
            rules=_rules(shares, votes, seats, controls),
            channel=self._channel(reached) if controls else "",
            equity=float(self.walks[seeds].sum()),
            shares=shares,
            votes=votes,
            seats=seats,
            controls=controls,
            edges=tuple(
                (int(self.case.nodes[a]), int(self.case.nodes[b]))
                for a, b in evidence(self.columns, reached.rounds, self.case.target)
            ),
        )

    def _channel(self, reached: Closure) -> str:
        return self.question.known[int(reached.channel[self.case.target])].name


def _rules(shares: float, votes: float, seats: float, controls: bool) -> tuple[ControlRule, ...]:
    tests = {
        # Capital without votes (a limited partner's, or shares stated as voteless) makes no controlling shareholder.
        ControlRule.HALF_OF_SHARES: at_least(shares, 0.5) and at_least(votes, 0.5),
        ControlRule.FIXPOINT: controls,
        ControlRule.BOARD: above(seats, 0.5),
        ControlRule.VOTES_OVER_30: above(votes, 0.3),
    }
    return tuple(rule for rule, fired in tests.items() if fired)


def _strength(candidate: ActualController) -> tuple[bool, int, float, tuple[int, ...]]:
    # The fixpoint is exclusive where the others are presumptions; a single party leads a group.
    rank = list(ControlRule).index(candidate.rules[0])
    return not candidate.controls, rank, -candidate.votes, candidate.parties


def _decision(fired: list[ActualController], inquiry: _Inquiry) -> Answer:
    """Whether votes that nobody is known to hold could change the answer."""
    if fired and fired[0].controls:
        return Answer.YES
    question = inquiry.question
    leading = set(fired[0].parties) if fired else set()
    others = [s for s in inquiry.seed_sets() if set(inquiry.case.nodes[s].tolist()) != leading]
    if question.anyone or any(question.could_control(s) for s in others):
        return Answer.UNKNOWN
    nobody = np.empty(0, dtype=np.int64)
    rival = max(question.greatest_votes(s) for s in (*others, nobody))
    if fired:
        return Answer.YES if above(fired[0].votes, rival) else Answer.UNKNOWN
    return Answer.UNKNOWN if above(rival, 0.3) else Answer.NO


def _column(matrix: Columns, company: int) -> FloatArray:
    return np.asarray(sparse.csc_array(matrix)[:, [company]].toarray(), dtype=np.float64).ravel()
