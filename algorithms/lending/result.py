"""What a chain-credit decision says: the answer, every rule, every term of the limit, and what they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from algorithms.evidence import Fact
from algorithms.rules import Finding, Outcome
from schema.money import Fen
from schema.rulebook import Effect, Rule


class Decision(StrEnum):
    """The answer 准入结论."""

    ELIGIBLE = "ELIGIBLE"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


class TermStatus(StrEnum):
    """Whether a term of the limit could be computed."""

    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class ClaimKind(StrEnum):
    """What a claim on the core is."""

    RECEIVABLE = "RECEIVABLE"
    ORDER = "ORDER"


class ClaimOutcome(StrEnum):
    """Whether a claim counts."""

    ELIGIBLE = "ELIGIBLE"
    EXCLUDED = "EXCLUDED"
    UNKNOWN = "UNKNOWN"  # counts as nothing until what is missing is supplied


@dataclass(frozen=True)
class RuleFinding:
    """One rule applied to one case.

    Attributes
    ----------
    rule : Rule
        With id, version, citation and the text in both languages.
    outcome : Outcome
        FIRED, PASSED or UNKNOWN.
    inputs : mapping
        The columns and constants that the condition names, with their values.
    evidence : tuple of Fact
        Facts behind the inputs, as far as the caller may see them; empty for a declassified refusal.
    """

    rule: Rule
    outcome: Outcome
    inputs: Mapping[str, Any]
    evidence: tuple[Fact, ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether it fired and its effect is to refuse."""
        return self.rule.effect is Effect.REFUSE and self.outcome is Outcome.FIRED

    @property
    def open(self) -> bool:
        """Whether it could refuse, if one knew."""
        return self.rule.effect is Effect.REFUSE and self.outcome is Outcome.UNKNOWN


def with_facts(said: Finding, facts: tuple[Fact, ...]) -> RuleFinding:
    """Return what a rule says of a case with the facts that it rests on."""
    return RuleFinding(said.rule, said.outcome, said.inputs, facts)


@dataclass(frozen=True)
class Term:
    """One term of the limit; the limit is the smallest.

    Attributes
    ----------
    key : str
        ``claims``, ``core``, ``group``, ``need``, ``product`` or ``programme``.
    status : TermStatus
    value_fen : int or None
        At least 0; None unless the status is KNOWN.
    inputs : mapping
        The numbers that went in, by name.
    facts : tuple of Fact
        What they rest on.
    citation : str
        Law, rule or design paragraph.
    supply : tuple of str
        What to supply when it is UNKNOWN.
    """

    key: str
    status: TermStatus
    value_fen: Fen | None
    inputs: Mapping[str, Any]
    facts: tuple[Fact, ...]
    citation: str
    supply: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimFinding:
    """One receivable or open order of a member.

    Attributes
    ----------
    id : str
        Node id. ``debtor``: node id of who owes it (receivable) or ordered (order).
    kind : ClaimKind
    outcome : ClaimOutcome
    amount_fen : int or None
        Outstanding amount of a receivable, amount of an order.
    advance_ratio : float or None
        Part that is advanced (receivable) or financed after the deposit (order); None where nothing is.
    finance_fen : int
        What it adds to the claims *before* the concentration cap; 0 unless eligible.
    reasons : tuple of RuleFinding
        Rules that fired or could not be told.
    facts : tuple of Fact
        Who owes it to whom.
    """

    id: str
    debtor: str
    kind: ClaimKind
    outcome: ClaimOutcome
    amount_fen: Fen | None
    advance_ratio: float | None
    finance_fen: Fen
    reasons: tuple[RuleFinding, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class RequiredCheck:
    """One of the three checks 三查, which a lender makes when it approves; no graph can make it for him (T23)."""

    key: str
    zh: str
    en: str


THREE_CHECKS = (
    RequiredCheck("PBOC", "中国人民银行征信报告", "Credit report of the People's Bank"),
    RequiredCheck("SOCIAL", "社会信用报告", "Social credit report"),
    RequiredCheck("GOV", "地方政务大数据报告", "Local government big-data report"),
)
"""S0-07 三查一融."""


@dataclass(frozen=True)
class MemberDecision:
    """The answer for one member.

    Attributes
    ----------
    member : str
        Node id.
    decision : Decision
    tier : int or None
        1 = direct supplier.
    findings : tuple of RuleFinding
        Every rule in force, in the rulebook's order, whatever its outcome.
    terms : tuple of Term
        ``claims, core, group, need, product, programme``, in this order, refused members included.
    claims : tuple of ClaimFinding
        Every receivable and order of the member with its reasons.
    standalone_limit_fen : int or None
        Smallest known term; 0 when refused, None when unknown.
    binding_term : str or None
        Key of the first smallest term when eligible; of the first empty one when a term refuses; else None.
    allocated_limit_fen : int or None
        After the programme's allocation; None when only this member was decided.
    supply : tuple of str
        What to supply so that UNKNOWN becomes an answer.
    path : tuple of Fact
        From the member to the core: the supply chain, else a claim on the core, else the programme.
    required_at_approval : tuple of RequiredCheck
        The three checks 三查.
    regime : str or None
        The order that governed the publication of penalties.
    """

    member: str
    decision: Decision
    tier: int | None
    findings: tuple[RuleFinding, ...]
    terms: tuple[Term, ...]
    claims: tuple[ClaimFinding, ...]
    standalone_limit_fen: Fen | None
    binding_term: str | None
    allocated_limit_fen: Fen | None
    supply: tuple[str, ...]
    path: tuple[Fact, ...]
    regime: str | None
    required_at_approval: tuple[RequiredCheck, ...] = THREE_CHECKS

    @property
    def refusals(self) -> tuple[RuleFinding, ...]:
        """Rules that refuse."""
        return tuple(f for f in self.findings if f.refuses)

    @property
    def flags(self) -> tuple[RuleFinding, ...]:
        """Rules that only flag."""
        return tuple(f for f in self.findings if f.rule.effect is Effect.FLAG and f.outcome is Outcome.FIRED)

    def term(self, key: str) -> Term:
        """Return one term; KeyError when there is none of that name."""
        return {t.key: t for t in self.terms}[key]


@dataclass(frozen=True)
class PoolLimit:
    """What the programme as a whole may still draw (trap T11: the core is a borrower as well).

    Attributes
    ----------
    core, group, programme : Term
        Of the pool; ``group`` is the headroom of the core's connected group.
    core_draw_fen : int or None
        What the core itself has drawn.
    available_fen : int or None
        ``max(0, min(core, group, programme) − core draw)``; None when one of them is unknown.
    allocated_fen : int
        Σ of the members' allocations, never above ``available_fen``.
    """

    core: Term
    group: Term
    programme: Term
    core_draw_fen: Fen | None
    available_fen: Fen | None
    allocated_fen: Fen


@dataclass(frozen=True)
class ProgrammeDecision:
    """The answer for every member of a programme.

    Attributes
    ----------
    programme, core, bank : str
        Node ids.
    day : date
        Civil date the facts and rules were taken on.
    known_run : int
        Graph version.
    members : tuple of MemberDecision
        Sorted by id. Members without consent are not among them.
    withheld : tuple of str
        Visible members without live consent to the bank: they take no part, and nothing is said of them. A household
        without consent is not visible, so it does not appear here either.
    pool : PoolLimit
    rulebooks : tuple of str
        ``<rulebook>@<version>``.
    """

    programme: str
    core: str
    bank: str
    day: dt.date
    known_run: int
    members: tuple[MemberDecision, ...]
    withheld: tuple[str, ...]
    pool: PoolLimit
    rulebooks: tuple[str, ...]

    def member(self, node_id: str) -> MemberDecision:
        """Return one member's decision; KeyError for a party that is none, or without consent."""
        return {m.member: m for m in self.members}[node_id]
