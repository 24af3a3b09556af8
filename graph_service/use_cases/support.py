"""Which policies an enterprise is eligible for by its rating and its certificates 优惠政策与专项产品准入 (S3-17, S3-22)."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.lending.result import Decision, RuleFinding
from algorithms.lending.support import POLICIES, support
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe, require_enterprise
from schema.grades import Ladder


@dataclass(frozen=True)
class GradeLadder:
    """The ladder on which grades were compared, the best first, and the least grade that counts."""

    scheme: str
    name: str
    grades: tuple[str, ...]
    least: str
    citation: str


@dataclass(frozen=True)
class PolicyAnswer:
    """One policy: the decision, every rule with its facts, the ratings or certificates, and the ladder of a rating."""

    policy: str
    name: str
    decision: Decision
    findings: tuple[RuleFinding, ...]
    records: tuple[NodeAnswer, ...]
    ladder: GradeLadder | None
    rulebook: str


@dataclass(frozen=True)
class SupportPolicies:
    """Every policy that there is, for one enterprise on the day."""

    enterprise: NodeAnswer
    policies: tuple[PolicyAnswer, ...]


def support_policies(asking: Asking, enterprise_id: str) -> SupportPolicies:
    """Decide every policy for an enterprise on the day, by what the caller may see.

    Raises
    ------
    InputError
        The id is that of another party.
    NotFound
        No such enterprise, for this caller.
    """
    require_enterprise(enterprise_id, "Policies are for enterprises: the id")
    position = asking.party(enterprise_id)
    answers = tuple(_policy(asking, position, name) for name in POLICIES)
    return SupportPolicies(describe(asking, position), answers)


def _policy(asking: Asking, enterprise: int, name: str) -> PolicyAnswer:
    governing = asking.governing(name)
    found = support(asking.view, enterprise, governing)
    ladder = None if found.ladder is None else _ladder(found.ladder, str(governing.constant("least_grade")))
    records = tuple(describe(asking, each) for each in found.records)
    title = governing.rulebook.title
    return PolicyAnswer(name, title, found.decision, found.findings, records, ladder, governing.version)


def _ladder(found: Ladder, least: str) -> GradeLadder:
    return GradeLadder(found.scheme, found.zh, found.grades, least, found.citation)
