"""Beneficial owners 受益所有人 of one company.

Order 2024 no. 3 of the People's Bank and the market regulator 受益所有人信息管理办法, art. 6, and 2025 no. 12, art. 8:

1. finally holds ≥ 25 % of shares or partnership interest: products along each chain, summed; a controlled company
   in between is *not* lifted to 100 %;
2. does not meet 1, but finally enjoys ≥ 25 % of income or voting rights;
3. does not meet 1, but actually controls, alone or jointly;
4. where 1–3 are proven empty: whoever is in charge of the day-to-day management.

Where shares are missing, banded or contradictory every answer is an interval, and UNKNOWN is not "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from algorithms.ownership.case import LocalCase, OwnershipCase, localise
from algorithms.ownership.cycles import levels
from algorithms.ownership.findings import (
    Answer,
    BeneficialOwner,
    BeneficialOwners,
    EnhancedCheck,
    Finding,
    Standard,
)
from algorithms.ownership.intervals import Interval, final_interval
from algorithms.ownership.joint_control import Controller, ControlQuestion, controllers
from algorithms.ownership.matrix import checked, column_sums, indices_of
from algorithms.ownership.paths import THRESHOLDS, Path, PathSums, simple_path_sums
from algorithms.ownership.rights import Rights, departing
from algorithms.thresholds import above, at_boundary, at_least

LINE = 0.25  # inclusive 25% 以上, art. 6; 以上 includes the number (Civil Code, art. 1259)


@dataclass(frozen=True)
class BeneficialOwnerOptions:
    """How to ask.

    Attributes
    ----------
    managers : tuple of int
        Persons in charge of day-to-day management 负责日常经营管理的人员, in the order to be reported.
    control_settled : bool
        True when it is *stated* that nobody controls by agreement or otherwise beyond ``case.control``. Without
        that statement standard 3 is never proven empty, so standard 4 stays UNKNOWN.
    paths : int
        Chains shown for each finding.
    """

    managers: tuple[int, ...] = ()
    control_settled: bool = False
    paths: int = 3


def beneficial_owners(
    case: OwnershipCase, target: int, options: BeneficialOwnerOptions | None = None
) -> BeneficialOwners:
    """Beneficial owners of ``target`` with every standard that was met, and what cannot be told.

    Parameters
    ----------
    case : OwnershipCase
        What is declared, for any number of companies; only what is upstream of the target is read.
    target : int
        The company.
    options : BeneficialOwnerOptions, optional
        Managers, and whether control by agreement is settled.

    Returns
    -------
    BeneficialOwners

    Raises
    ------
    InputError
        When arrays differ in size, a share is no ratio, or an index is none.

    Examples
    --------
    >>> A = np.zeros((3, 3)); A[0, 2], A[1, 2] = 0.75, 0.25
    >>> found = beneficial_owners(OwnershipCase(A, person=np.array([True, True, False])), 2)
    >>> found.value.tolist(), str(found.decision), [o.standards[0].value for o in found.owners]
    ([0, 1], 'yes', [1, 1])
    """
    asked = options or BeneficialOwnerOptions()
    inquiry = _Inquiry(localise(case, target), asked)
    indices_of(asked.managers, len(case.person), "managers")
    return inquiry.answer()


class _Inquiry:
    """One company's case while it is being answered; indices are local until the answer."""

    def __init__(self, case: LocalCase, options: BeneficialOwnerOptions) -> None:
        self.case, self.options = case, options
        self.persons = np.flatnonzero(case.person)
        self.capital = Rights(case.equity, case.most, case.undeclared)
        self.equity = final_interval(self.capital, case.target, self.persons, LINE)
        self.simple = simple_path_sums(case.equity, case.target)
        self.findings: dict[int, list[Finding]] = {int(case.nodes[p]): [] for p in self.persons}
        self.unknown: list[str] = []

    def answer(self) -> BeneficialOwners:
        self._add(Standard.EQUITY, "equity", self.equity, self.simple)
        self._add_declared(Standard.EQUITY, "equity")
        self._add_rights()
        self._add_control()
        self._add_managers()
        owners = sorted((self._owner(p) for p in self.findings), key=_order)
        value = np.array(sorted(o.person for o in owners if o.decision is Answer.YES), dtype=np.int64)
        decision = Answer.UNKNOWN if self.unknown else (Answer.YES if len(value) else Answer.NO)
        return BeneficialOwners(
            value=value,
            residual=self.simple.residual if self.equity.converged else float("inf"),
            iterations=self.simple.iterations,
            converged=self.equity.converged,
            decision=decision,
            owners=tuple(owners),
            unnamed_most=self.equity.unnamed,
            unknown_because=tuple(self.unknown),
            enhanced_check=tuple(self._reasons()),
        )

    def _add(self, standard: Standard, ground: str, found: Interval, sums: PathSums) -> None:
        """Compare every person's interval with the line."""
        for p in self._open_persons(standard):
            least, most = float(found.least[p]), float(found.most[p])
            self._note(
                p,
                Finding(
                    standard,
                    ground,
                    _compare(least, most),
                    float(found.value[p]),
                    least,
                    most,
                    at_boundary(least, LINE) or at_boundary(most, LINE),
                    self._outward(sums.paths(p, self.options.paths)),
                ),
            )
        if at_least(found.unnamed, LINE):
            self.unknown.append(f"unnamed_holder_of_{ground}")

    def _add_declared(self, standard: Standard, ground: str) -> None:
        """Compare what is declared of the company as a whole; it adds to nothing, so it counts nothing twice."""
        if ground not in self.case.declared:
            return
        target = self.case.target
        least, most = (matrix[:, [target]].toarray().ravel() for matrix in self.case.declared[ground])
        for p in [p for p in self._open_persons(standard) if most[p] > 0]:
            low, high = float(least[p]), float(most[p])
            path = Path((self._edge((p, target)),), low)
            edge = at_boundary(low, LINE) or at_boundary(high, LINE)
            answer = _compare(low, high)
            self._note(p, Finding(standard, f"declared_{ground}", answer, low, low, high, edge, (path,)))

    def _add_rights(self) -> None:
        for ground, stated in (("income", self.case.income), ("voting", self.case.voting)):
            self._add_declared(Standard.RIGHTS, ground)
            if stated is None:
                continue  # rights follow the capital: nobody meets 2 who does not meet 1
            rights = departing(self.capital, stated)
            found = final_interval(rights, self.case.target, self.persons, LINE)
            self._add(Standard.RIGHTS, ground, found, simple_path_sums(rights.least, self.case.target))

    def _add_control(self) -> None:
        open_persons = set(self._open_persons(Standard.CONTROL))
        question = ControlQuestion(self.case)
        for c in controllers(question):
            if c.person in open_persons:
                self._note(c.person, self._control_finding(c))
        if question.anyone:
            self.unknown.append("unnamed_holder_of_votes")

    def _control_finding(self, c: Controller) -> Finding:
        answer = Answer.YES if c.proven else Answer.UNKNOWN
        path = Path(tuple(self._edge(e) for e in c.edges), c.votes)
        most = c.votes if c.proven else 1.0
        return Finding(
            Standard.CONTROL, c.ground, answer, c.votes, c.votes, most, False, (path,) if c.edges else ()
        )

    def _add_managers(self) -> None:
        """Standard 4: only when the first three are proven empty."""
        answers = {a for notes in self.findings.values() for a in (n.answer for n in notes)}
        if Answer.YES not in answers and not self.options.control_settled:
            self.unknown.append("control_by_agreement_not_settled")
        if any(_decide(notes) is Answer.UNKNOWN for notes in self.findings.values()):
            self.unknown.append("incomplete_chain")
        if Answer.YES in answers:
            return
        answer = Answer.UNKNOWN if self.unknown else Answer.YES
        for manager in self.options.managers:
            finding = Finding(Standard.MANAGER, "manager", answer, float("nan"), 0.0, 1.0)
            self.findings.setdefault(manager, []).append(finding)

    def _open_persons(self, standard: Standard) -> Iterable[int]:
        """Persons whom a standard is for: 2 and 3 are for those who do not meet 1 (虽未满足第一项标准)."""
        for p in self.persons.tolist():
            notes = self.findings[int(self.case.nodes[p])]
            if standard is Standard.EQUITY or not _has(notes, lambda n: n.standard is Standard.EQUITY):
                yield p

    def _note(self, p: int, finding: Finding) -> None:
        self.findings[int(self.case.nodes[p])].append(finding)

    def _owner(self, person: int) -> BeneficialOwner:
        notes = tuple(self.findings[person])
        p = int(np.searchsorted(self.case.nodes, person))
        upstream = p < len(self.case.nodes) and self.case.nodes[p] == person
        walks, simple = (float(self.equity.value[p]), float(self.simple.value[p])) if upstream else (0.0, 0.0)
        lines = tuple(t for t in THRESHOLDS if at_least(walks, t) and not at_least(simple, t))
        return BeneficialOwner(person, _decide(notes), notes, walks, simple, lines)

    def _reasons(self) -> Iterable[EnhancedCheck]:
        case = self.case
        if any(level.circles for level in levels(checked(case.most))):
            yield EnhancedCheck.CIRCULAR
        if np.any(self.simple.straddles(LINE)[self.persons]):
            yield EnhancedCheck.STRADDLES
        if np.any(case.nominee):
            yield EnhancedCheck.NOMINEE
        if np.any(above(column_sums(case.equity), 1.0)):
            yield EnhancedCheck.OVERDECLARED
        if not self.equity.converged:
            yield EnhancedCheck.CONTRADICTORY

    def _outward(self, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(Path(tuple(self._edge(e) for e in path.edges), path.weight) for path in paths)

    def _edge(self, edge: tuple[int, int]) -> tuple[int, int]:
        return int(self.case.nodes[edge[0]]), int(self.case.nodes[edge[1]])


def _compare(least: float, most: float) -> Answer:
    if at_least(least, LINE):
        return Answer.YES
    return Answer.UNKNOWN if at_least(most, LINE) else Answer.NO


def _has(notes: Iterable[Finding], which: Callable[[Finding], bool]) -> bool:
    return any(n.answer is Answer.YES and which(n) for n in notes)


def _decide(notes: Iterable[Finding]) -> Answer:
    answers = {n.answer for n in notes}
    return next((a for a in (Answer.YES, Answer.UNKNOWN) if a in answers), Answer.NO)


def _order(owner: BeneficialOwner) -> tuple[int, float, int]:
    rank = (Answer.YES, Answer.UNKNOWN, Answer.NO).index(owner.decision)
    return rank, -max((n.most for n in owner.findings), default=0.0), owner.person
