"""The demonstration's three answers, for people: a programme's members, who is behind an enterprise, one household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from rich.table import Table

from algorithms.evidence import Fact
from algorithms.lending import MemberDecision
from algorithms.lending.result import Term
from algorithms.rules import Outcome
from graph_service.asking import Question
from graph_service.cli.citing import cited
from graph_service.cli.desk import Desk
from graph_service.service import Service
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.lending import EligibilityAnswer, chain_credit_eligibility, chain_program
from graph_service.use_cases.ownership import BeneficialOwnersAnswer, OwnerAnswer, find_beneficial_owners
from loaders.city import CityManifest
from schema.access import Purpose, Role
from schema.money import format_yuan

_MOST_MEMBERS: Final = 12


class DemoAnswers:
    """Asks about the city's demo cases, authorised and audited like any caller, and prints what comes back."""

    def __init__(self, desk: Desk, service: Service, manifest: CityManifest) -> None:
        self._desk, self._service = desk, service
        self._ids = {name: case.graph_id or "" for name, case in manifest.cases.items()}
        self._day: dt.date = manifest.spec.as_of
        self._lender = Principal(Role.LENDER, org=self._ids["bank"], purpose=Purpose.LENDING, token_id="demo")

    def show(self) -> None:
        """Print all three."""
        self._programme()
        self._owners()
        self._household()

    def _programme(self) -> None:
        asked = self._ids["programme"]
        answer = self._service.answer(
            Question(self._lender, self._day),
            "chainProgram",
            {"id": asked},
            lambda a: chain_program(a, asked),
        )
        decision = answer.decision
        if decision is None:
            return
        title = f"\n1+N programme 整链授信项目 {answer.programme.name}: core {answer.core.name}, as of {self._day}"
        table = Table(
            "member 成员",
            "decision 结论",
            "limit 单独额度",
            "allocated 分配额度",
            "binding term 约束项",
            title=title,
        )
        table.title_justify = "left"
        for member in decision.members[:_MOST_MEMBERS]:
            table.add_row(*_member(member))
        self._desk.out.print(table)
        pool = decision.pool
        self._desk.say(
            f"{len(decision.members)} consenting members, {len(decision.members[_MOST_MEMBERS:])} not shown; "
            f"allocated {_yuan(pool.allocated_fen)} of {_yuan(pool.available_fen)} 元, "
            f"after the core's own draw of {_yuan(pool.core_draw_fen)} 元"
        )

    def _owners(self) -> None:
        asked = self._ids["enterprise_with_owners"]
        answer = self._service.answer(
            Question(operator(), self._day),
            "beneficialOwners",
            {"id": asked},
            lambda a: find_beneficial_owners(a, asked),
        )
        for line in _owner_lines(answer):
            self._desk.say(line)

    def _household(self) -> None:
        programme, member = self._ids["programme"], self._ids["household_eligible"]
        answer = self._service.answer(
            Question(self._lender, self._day),
            "chainCreditEligibility",
            {"programme": programme, "member": member},
            lambda a: chain_credit_eligibility(a, programme, member),
        )
        for line in _household_lines(answer):
            self._desk.say(line)
        if answer.decision.path:
            self._source(answer.decision.path[0])

    def _source(self, fact: Fact) -> None:
        """Follow one fact id to the row of the file that stated it."""
        row = self._service.answer(
            Question(self._lender, self._day), "fact", {"id": fact.id}, lambda a: find_source(a, fact.id)
        )
        self._desk.say(f"  e.g. {fact.id} is line {row.line} of {row.file}, sha256 {row.sha256[:16]}…")


def _member(member: MemberDecision) -> tuple[str, ...]:
    return (
        member.member,
        member.decision,
        _yuan(member.standalone_limit_fen),
        _yuan(member.allocated_limit_fen),
        member.binding_term or ", ".join(f.rule.id for f in member.refusals) or "unknown",
    )


def _owner_lines(answer: BeneficialOwnersAnswer) -> Iterator[str]:
    yield f"\nWho is behind {answer.enterprise.name} 受益所有人 ({answer.decision}; {answer.citation})"
    for owner in answer.owners:
        share = "undefined" if owner.walks is None else f"{owner.walks:.2%}"
        yield f"  {owner.decision:8}{owner.party.name}: {share} over all chains ({owner.simple:.2%} without cycles)"
        yield from _reasons(owner)


def _reasons(owner: OwnerAnswer) -> Iterator[str]:
    for finding in owner.findings:
        if finding.answer != owner.decision:
            continue
        yield f"            standard {finding.standard}, {finding.ground}: {finding.answer}"
        for chain in finding.chains:
            yield f"              {chain.weight:.2%} {' → '.join(chain.nodes)}; facts {_cited(chain.facts)}"


# A rule says what would stand in the way, so that it passed reads as: not so.
_SAID = {Outcome.FIRED: "[是 yes]", Outcome.PASSED: "[否 no]", Outcome.UNKNOWN: "[不明 unknown]"}


def _household_lines(answer: EligibilityAnswer) -> Iterator[str]:
    decision = answer.decision
    yield f"\nMay {answer.member.id} borrow under {answer.core.name} 农户准入: {decision.decision}"
    if decision.standalone_limit_fen is not None:
        limit = decision.standalone_limit_fen
        yield f"  limit 额度 {limit} fen = {_yuan(limit)} 元, bound by the term {decision.binding_term}"
    for term in decision.terms:
        yield f"  term {term.key:10}{_value(term):>16}  {term.citation}; facts {_cited(term.facts)}"
    for found in decision.findings:
        said = _SAID[found.outcome]
        yield f"  rule {found.rule.id}@{found.rule.version}: {said} {found.rule.zh} ({found.rule.citation})"
    for check in decision.required_at_approval:
        yield f"  at approval 审批时: {check.zh} {check.en}"
    yield f"  path to the core: facts {_cited(decision.path)}; rulebooks {', '.join(answer.rulebooks)}"


def _value(term: Term) -> str:
    return f"{_yuan(term.value_fen)} 元" if term.value_fen is not None else term.status.value


def _cited(facts: tuple[Fact, ...]) -> str:
    return cited([fact.id for fact in facts])


def _yuan(fen: int | None) -> str:
    return "unknown" if fen is None else format_yuan(fen)
