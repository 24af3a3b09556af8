"""May this member borrow, how much, and why: the types of a chain-credit decision, rule by rule and term by term."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from algorithms.lending.result import ClaimKind, ClaimOutcome, Decision, TermStatus
from algorithms.rules import Outcome
from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Node, Party
from graph_service.api.scalars import Cell, Long
from schema.rulebook import Effect

CREDIT_DECISION: Any = strawberry.enum(Decision, name="CreditDecision", description="The answer 准入结论.")
TERM_STATUS: Any = strawberry.enum(TermStatus, description="Whether a term could be computed 额度项状态.")
CLAIM_KIND: Any = strawberry.enum(ClaimKind, description="What a claim on the core is 债权种类.")
CLAIM_OUTCOME: Any = strawberry.enum(ClaimOutcome, description="Whether a claim counts 债权是否计入.")
RULE_OUTCOME: Any = strawberry.enum(Outcome, name="RuleOutcome", description="What a rule says 规则结果.")
EFFECT: Any = strawberry.enum(
    Effect, name="RuleEffect", description="What it means when a rule fires 规则效果."
)


@strawberry.type(description="A number or word that went into a rule or a term, by name 输入值.")
class Input:
    """One entry of ``inputs``."""

    name: str = strawberry.field(description="Its name in the rulebook 名称.")
    value: Cell | None = strawberry.field(description="Its value; amounts in fen, null: unknown 值.")


def inputs_of(description: str) -> Any:
    """Declare the field that lists a mapping ``inputs``."""

    def resolve(root: Any) -> list[Input]:
        return [Input(name=name, value=Cell(value)) for name, value in root.inputs.items()]

    return strawberry.field(resolver=resolve, graphql_type=list[Input], description=description)


@strawberry.type(description="One version of one rule 规则.")
class Rule:
    """Mirrors ``schema.rulebook.Rule``."""

    id: str = strawberry.field(description="Stable name 规则编号.")
    version: str = strawberry.field(description="Version of its wording 版本.")
    condition: str = strawberry.field(description="Its condition, over the inputs 条件.")
    effect: EFFECT = strawberry.field(description="What firing means 效果.")
    citation: str = strawberry.field(description="Law article, paper or design row 依据.")
    zh: str = strawberry.field(description="What firing means, in Chinese 中文说明.")
    en: str = strawberry.field(description="What firing means, in English 英文说明.")
    effective_from: dt.date | None = strawberry.field(description="First day; null: since ever 生效日.")
    effective_to: dt.date | None = strawberry.field(
        description="First day on which it no longer governs; null: still 失效日（不含）."
    )
    value: str = strawberry.field(description="For a classification, what firing gives 取值.")
    supply: str = strawberry.field(description="What to supply when it cannot be told 需补充的资料.")


@strawberry.type(description="One rule applied to one case 规则认定.")
class RuleFinding:
    """Mirrors ``RuleFinding``."""

    rule: Rule = strawberry.field(description="The rule, with its citation 规则.")
    outcome: RULE_OUTCOME = strawberry.field(description="FIRED, PASSED or UNKNOWN 结果.")
    inputs: list[Input] = inputs_of("What it looked at 输入值.")
    evidence: list[Fact] = strawberry.field(
        description="Facts behind the inputs; empty for a declassified refusal 依据."
    )


@strawberry.type(description="One term of the limit; the limit is the smallest 额度项.")
class LimitTerm:
    """Mirrors ``Term``."""

    key: str = strawberry.field(description="claims, core, group, need, product or programme 项目.")
    status: TERM_STATUS = strawberry.field(description="Whether it could be computed 状态.")
    value: Money | None = strawberry.field(description="Its value; null unless KNOWN 金额.")
    inputs: list[Input] = inputs_of("The numbers that went in 输入值.")
    facts: list[Fact] = strawberry.field(description="What they rest on 依据.")
    citation: str = strawberry.field(description="Law, rule or design paragraph 依据条文.")
    supply: list[str] = strawberry.field(description="What to supply when it is UNKNOWN 需补充的资料.")


@strawberry.type(description="One receivable or open order of a member 债权认定.")
class ClaimFinding:
    """Mirrors ``ClaimFinding``."""

    id: str = strawberry.field(description="Graph id of the claim 债权标识.")
    debtor: str = strawberry.field(description="Graph id of who owes or ordered it 债务人.")
    kind: CLAIM_KIND = strawberry.field(description="Receivable or order 种类.")
    outcome: CLAIM_OUTCOME = strawberry.field(description="Whether it counts 是否计入.")
    amount: Money | None = strawberry.field(description="Outstanding, or ordered 金额.")
    advance_ratio: float | None = strawberry.field(description="Part that is advanced 垫付比例.")
    finance: Money = strawberry.field(description="What it adds before the concentration cap 可融资额.")
    reasons: list[RuleFinding] = strawberry.field(description="Rules that fired or cannot be told 原因.")
    facts: list[Fact] = strawberry.field(description="Who owes it to whom 依据.")


@strawberry.type(description="A check that the lender makes when it approves 审批时须做的核查.")
class RequiredCheck:
    """Mirrors ``RequiredCheck``."""

    key: str = strawberry.field(description="Stable name 编号.")
    zh: str = strawberry.field(description="In Chinese 中文名称.")
    en: str = strawberry.field(description="In English 英文名称.")


@strawberry.type(description="[financing] May this member borrow, how much, and why 成员准入与额度.")
class MemberDecision:
    """Mirrors ``MemberDecision``."""

    member: str = strawberry.field(description="Graph id of the member 成员.")
    decision: CREDIT_DECISION = strawberry.field(description="The answer 结论.")
    tier: int | None = strawberry.field(description="1: direct supplier; null: no member 层级.")
    findings: list[RuleFinding] = strawberry.field(description="Every rule in force 逐条规则.")
    terms: list[LimitTerm] = strawberry.field(description="Every term of the limit 额度各项.")
    claims: Connection[ClaimFinding] = listing(
        "claims", Connection[ClaimFinding], "Every receivable and order, with reasons 逐笔债权."
    )
    standalone_limit: Money | None = strawberry.field(
        description="Smallest term; 0 when refused, null when unknown 单独额度."
    )
    binding_term: str | None = strawberry.field(description="Key of the smallest term 起约束作用的项.")
    allocated_limit: Money | None = strawberry.field(
        description="After the programme's allocation; null when one member alone was asked about 分配额度."
    )
    supply: list[str] = strawberry.field(description="What to supply for an answer 需补充的资料.")
    path: list[Fact] = strawberry.field(description="From the member to the core 与核心企业的关系链.")
    regime: str | None = strawberry.field(
        description="The order that governs the publication of penalties 公示依据."
    )
    required_at_approval: list[RequiredCheck] = strawberry.field(description="The three checks 三查.")
    refusals: list[RuleFinding] = strawberry.field(description="Those findings that refuse 拒绝原因.")
    flags: list[RuleFinding] = strawberry.field(description="Those findings that only flag 提示.")


@strawberry.type(description="What the programme as a whole may still draw 项目总额度.")
class PoolLimit:
    """Mirrors ``PoolLimit``."""

    core: LimitTerm = strawberry.field(description="Confirmed payables of the core 核心企业应付.")
    group: LimitTerm = strawberry.field(description="Headroom of the core's group 集团授信余量.")
    programme: LimitTerm = strawberry.field(description="The programme's own cap 项目额度.")
    core_draw: Money | None = strawberry.field(description="What the core itself has drawn 核心企业已用.")
    available: Money | None = strawberry.field(description="What members may share; null: unknown 可分配额.")
    allocated: Money = strawberry.field(description="What they were allocated 已分配额.")


@strawberry.type(description="[financing] The answer for every member of a programme 整链授信.")
class ProgrammeDecision:
    """Mirrors ``ProgrammeDecision`` but for ``withheld``: who has not consented is not named."""

    programme: str = strawberry.field(description="Graph id of the programme 项目.")
    core: str = strawberry.field(description="Graph id of the core enterprise 核心企业.")
    bank: str = strawberry.field(description="Graph id of the bank 银行.")
    day: dt.date = strawberry.field(description="Day of facts and rules 截至日期.")
    known_run: Long = strawberry.field(description="Graph version 图版本.")
    members: Connection[MemberDecision] = listing(
        "members", Connection[MemberDecision], "Members who consent, by id 成员."
    )
    pool: PoolLimit = strawberry.field(description="What they share 项目总额度.")
    rulebooks: list[str] = strawberry.field(description="Rulebooks with version 规则库版本.")


@strawberry.type(description="A party in a programme 项目参与方.")
class Participant:
    """Mirrors ``use_cases.lending.Participant``."""

    party: Party = strawberry.field(description="Who 主体.")
    tier: int | None = strawberry.field(description="1 supplies the core directly 层级.")


@strawberry.type(description="[financing] A 1+N programme 整链授信项目.")
class ChainProgramAnswer:
    """Mirrors ``use_cases.lending.ChainProgramAnswer``."""

    programme: Node = strawberry.field(description="The programme 项目.")
    core: Party = strawberry.field(description="Its core enterprise 核心企业.")
    bank: Party = strawberry.field(description="The bank that runs it 承办银行.")
    participants: Connection[Participant] = listing(
        "participants", Connection[Participant], "Who is in it, as far as the caller may see 参与方."
    )
    decision: ProgrammeDecision | None = strawberry.field(
        description="The decision on every consenting member; for its own bank only 整链授信结论."
    )


@strawberry.type(
    description="[financing] The decision for one member, with the parties it speaks of 准入与额度."
)
class EligibilityAnswer:
    """Mirrors ``use_cases.lending.EligibilityAnswer``."""

    programme: Node = strawberry.field(description="The programme 项目.")
    core: Party = strawberry.field(description="Its core enterprise 核心企业.")
    bank: Party = strawberry.field(description="The bank that runs it 承办银行.")
    member: Party = strawberry.field(description="The member asked about 成员.")
    decision: MemberDecision = strawberry.field(description="The answer, with every reason 结论.")
    rulebooks: list[str] = strawberry.field(description="Rulebooks with version 规则库版本.")
    known_run: Long = strawberry.field(description="Graph version 图版本.")
