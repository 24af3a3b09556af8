"""What of a loan's interest may be subsidised, and why 贷款贴息 (S1-29), by the tax bureau's revenue of a whole year (S3-20)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from algorithms.evidence import Fact
from algorithms.lending.receivables import months_within
from algorithms.lending.result import RuleFinding
from algorithms.lending.subsidy import (
    BOOK,
    Borrowed,
    Bracket,
    Bracketed,
    SubsidyBase,
    amount_of,
    bracket_of,
    lent_days,
)
from algorithms.rules import Governing
from algorithms.walks.links import as_nodes, cite, outgoing
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe, require_enterprise
from graph_service.use_cases.provenance import Statement
from graph_service.use_cases.statements import TAX, Period, statements_of
from schema.errors import InputError, NotFound
from schema.money import MAX_FEN, Fen
from schema.periods import add_months, next_day

REVENUE = "FinancialStatement.sales_fen: 税务部门报送的完整年度利润表（PROFIT）"


@dataclass(frozen=True)
class Revenue:
    """Revenue of a whole year as the tax bureau states it: value, dataset, source and row, with its period."""

    statement: Statement
    period: Period
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class SubsidyQuote:
    """The most that is subsidised of a loan.

    ``bracket`` is None where revenue is unknown; ``cap_ratio`` and ``amount_fen`` also where nothing is covered. ``boundary``
    names the policy for revenue of exactly the lower line, ``base`` of what the ratio is one. ``facts`` say what was lent.
    """

    enterprise: NodeAnswer
    loan: NodeAnswer
    bracket: Bracket | None
    cap_ratio: float | None
    base: SubsidyBase
    boundary: str
    revenue: Revenue | None
    days: int | None
    amount_fen: Fen | None
    findings: tuple[RuleFinding, ...]
    supply: tuple[str, ...]
    facts: tuple[Fact, ...]
    rulebook: str


def subsidy_quote(
    asking: Asking, enterprise_id: str, loan_id: str, interest_paid_fen: Fen | None
) -> SubsidyQuote:
    """Quote the subsidy of a loan, from its first day to the day that is asked about or its last.

    Raises
    ------
    InputError
        The interest is negative, or the id is that of another party.
    NotFound
        No such enterprise, or no such loan of it, for this caller.
    """
    require_enterprise(enterprise_id, "A subsidy is for an enterprise: its id")
    if interest_paid_fen is not None and not 0 <= interest_paid_fen <= MAX_FEN:
        raise InputError("Interest paid is an amount in fen, at least 0.")
    enterprise = asking.party(enterprise_id)
    loan, facts = _loan(asking, enterprise, loan_id)
    governing = asking.governing(BOOK)
    revenue = _revenue(asking, enterprise, governing)
    found = bracket_of(governing, None if revenue is None else revenue.statement.value)
    told = loan.properties
    days = lent_days(told.get("disbursed_on"), told.get("due_on"), asking.as_of)
    borrowed = Borrowed(told.get("principal_fen"), days, interest_paid_fen)
    evidence = () if revenue is None else revenue.facts
    return SubsidyQuote(
        describe(asking, enterprise),
        loan,
        found.bracket,
        found.cap_ratio,
        SubsidyBase(str(governing.constant("base"))),
        str(governing.constant("boundary_policy")),
        revenue,
        days,
        None if found.cap_ratio is None else amount_of(governing, found.cap_ratio, borrowed),
        tuple(replace(each, evidence=evidence) for each in found.findings),
        _lacking(governing, found, borrowed),
        facts,
        governing.version,
    )


def _loan(asking: Asking, enterprise: int, loan_id: str) -> tuple[NodeAnswer, tuple[Fact, ...]]:
    if asking.view.sees(loan_id, "Loan"):
        loan = asking.projection.position(loan_id, "Loan")
        lent = outgoing(asking.view, "LENT_TO", as_nodes([loan]))
        own = lent.where(lent.node == enterprise)
        if len(own):
            return describe(asking, loan), cite(asking.projection, own.places())
    raise NotFound("There is no such loan of this enterprise, for this caller.")


def _revenue(asking: Asking, enterprise: int, governing: Governing) -> Revenue | None:
    """The newest whole year that has ended by the day and is not too old; nobody else's word counts."""
    most = int(governing.constant("revenue_max_age_months"))
    found = [
        Revenue(each.said["sales_fen"], each.period, each.facts)
        for each in statements_of(asking, enterprise, TAX)
        if "sales_fen" in each.said and _is_usable(each.period, asking.as_of, most)
    ]
    return max(found, key=lambda each: each.period.last or dt.date.min, default=None)


def _is_usable(period: Period, day: dt.date, most_months: int) -> bool:
    if period.first is None or period.last is None or period.last > day:
        return False
    return add_months(period.first, 12) == next_day(period.last) and (
        months_within(period.last, day) <= most_months
    )


def _lacking(governing: Governing, found: Bracketed, loan: Borrowed) -> tuple[str, ...]:
    """What to supply for an amount; nothing where nothing is covered."""
    if found.bracket is Bracket.NOT_COVERED:
        return ()
    by_time = governing.constant("base") == SubsidyBase.PRINCIPAL_TIME
    wanted: dict[str, Any] = {
        REVENUE: found.bracket,
        "interestPaid: 实际支付的利息": loan.interest_paid_fen,
        "Loan.principal_fen": loan.principal_fen if by_time else 0,
        "Loan.disbursed_on": loan.days if by_time else 0,
    }
    return tuple(name for name, value in wanted.items() if value is None)
