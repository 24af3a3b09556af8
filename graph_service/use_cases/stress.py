"""What if these fail 耦合压力测试: lost output, receivables set off, unpaid claims, called guarantees, broken group limits.

Everything comes from the caller's own view. What it does not hold is stated in ``missing``: a supervisor sees no bank's
loans, so what banks lose on them is not in his answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from algorithms.evidence import Fact
from algorithms.risk.stress import StressResult
from algorithms.risk.stress_groups import GroupExposures
from algorithms.risk.stress_view import STAGES, Reasons, StressOfView, stress_of_view
from algorithms.rules import Governing, govern, load
from algorithms.walks.links import cite
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.access import Audience
from schema.errors import InputError
from schema.money import Fen

BOOK, LIMITS = "stress_test", "connected_clients"
MOST_FAILING, MOST_PARTIES, MOST_FACTS, MOST_MEMBERS = 100, 1_000, 20, 50
NO, POSSIBLE, CERTAIN = "NO", "POSSIBLE", "CERTAIN"


@dataclass(frozen=True)
class StressLoss:
    """What a party loses at one stage, and why.

    ``OUTPUT``: sales lost; ``DILUTION``: receivables that buyers set off; ``UNPAID``: claims that debtors and guarantors do not pay;
    ``CALLS``: guarantees called. ``facts`` are the first 20 of ``fact_count``.
    """

    stage: str
    least_fen: Fen
    most_fen: Fen
    facts: tuple[Fact, ...]
    fact_count: int


@dataclass(frozen=True)
class StressedParty:
    """A party that loses: part of its output, money at each stage (without lost sales in the sum), and whether it defaults."""

    party: NodeAnswer
    output_lost: float
    defaults: str
    least_fen: Fen
    most_fen: Fen
    losses: tuple[StressLoss, ...]


@dataclass(frozen=True)
class StressedGroup:
    """A group of connected clients whose exposure at a bank is above its limit under stress; ``most`` is the worst case."""

    bank: NodeAnswer
    heads: tuple[NodeAnswer, ...]
    members: tuple[NodeAnswer, ...]
    member_count: int
    exposure_before_fen: Fen
    exposure_most_fen: Fen
    limit_before_fen: Fen
    limit_least_fen: Fen
    breached_before: bool
    breach: str


@dataclass(frozen=True)
class StressGap:
    """What the answer could not use: ``count`` amounts or parties, and what to supply; null where the number may not be told."""

    what: str
    count: int | None
    effect: str


@dataclass(frozen=True)
class StressAssumption:
    """A number of the scenario, from the rulebook, with its citation."""

    name: str
    value: str
    unit: str
    zh: str
    citation: str


@dataclass(frozen=True)
class StressTestAnswer:
    """Who loses what when these fail. Parties and banks: greatest possible loss first."""

    failing: tuple[NodeAnswer, ...]
    output_lost: float
    parties: tuple[StressedParty, ...]
    party_count: int
    banks: tuple[StressedParty, ...]
    groups: tuple[StressedGroup, ...]
    groups_tested: int
    outside_least_fen: Fen
    outside_most_fen: Fen
    missing: tuple[StressGap, ...]
    assumptions: tuple[StressAssumption, ...]
    converged: bool
    residual: float
    iterations: int
    citation: str


CITATION = (
    "Diem et al. (2022) ESRI; Eisenberg and Noe (2001), Rogers and Veraart (2013) clearing; 民法典第六百八十八条、"
    "第六百九十九条（保证）；商业银行大额风险暴露管理办法（2018年第1号令）第八条"
)


def run_stress_test(asking: Asking, failing_ids: Sequence[str]) -> StressTestAnswer:
    """Stop the output of up to 100 parties and follow what happens.

    Raises
    ------
    InputError
        Nobody, or more than 100, were named.
    NotFound
        No such party, for this caller.
    """
    wanted = tuple(dict.fromkeys(failing_ids))
    if not 1 <= len(wanted) <= MOST_FAILING:
        raise InputError(f"Name 1 to {MOST_FAILING} parties that fail.")
    failing = np.array([asking.party(each) for each in wanted], dtype=np.int64)
    book, limits = (govern(load(name), asking.as_of) for name in (BOOK, LIMITS))
    asking.rulebooks.update({each.rulebook.id: each.rulebook.version for each in (book, limits)})
    found = stress_of_view(asking.view, failing, book, limits)
    answer = _answer(asking, found, (book, limits))
    asking.about(*(each.party.id for each in (*answer.parties, *answer.banks)))
    asking.about(*(m.id for group in answer.groups for m in (*group.heads, *group.members)))
    return answer


def _answer(asking: Asking, found: StressOfView, books: tuple[Governing, Governing]) -> StressTestAnswer:
    bounds, sales = found.bounds, found.economy.sales
    affected, reasons = found.affected(), found.reasons()
    nodes = found.economy.nodes
    banks = [int(i) for i in affected if "Bank" in _kinds(asking, int(nodes[i]))]
    tested = bounds.most.groups
    return StressTestAnswer(
        tuple(describe(asking, int(nodes[i])) for i in found.failing),
        float(sales @ bounds.most.output / sales.sum()) if sales.sum() > 0 else 0.0,
        tuple(_party(asking, found, reasons, int(i)) for i in affected[:MOST_PARTIES]),
        len(affected),
        tuple(_party(asking, found, reasons, i) for i in banks[:MOST_PARTIES]),
        _groups(asking, found),
        0 if tested is None else int(np.count_nonzero(~np.isnan(tested.limit_before))),
        _fen(bounds.least.outside_loss),
        _fen(bounds.most.outside_loss),
        tuple(_missing(asking, found)),
        tuple(_assumptions(*books)),
        bounds.converged,
        max(bounds.least.residual, bounds.most.residual),
        max(bounds.least.iterations, bounds.most.iterations),
        CITATION,
    )


def _party(asking: Asking, found: StressOfView, reasons: Reasons, at: int) -> StressedParty:
    least, most = found.bounds.least, found.bounds.most
    lost = found.economy.sales * most.output
    stages = {
        "OUTPUT": (lost, lost),
        "DILUTION": (least.diluted, most.diluted),
        "UNPAID": (least.unpaid, most.unpaid),
        "CALLS": (least.calls, most.calls),
    }
    losses = [
        _loss(asking, reasons.of(stage, at), stage, tuple(float(end[at]) for end in stages[stage]))
        for stage in STAGES
        if stages[stage][1][at] >= 0.5
    ]
    return StressedParty(
        describe(asking, int(found.economy.nodes[at])),
        float(most.output[at]),
        _defaults(least, most, at),
        _fen(least.from_others[at]),
        _fen(most.from_others[at]),
        tuple(losses),
    )


def _loss(asking: Asking, places: list[tuple[str, int]], stage: str, ends: tuple[float, ...]) -> StressLoss:
    distinct = list(dict.fromkeys(places))
    facts = cite(asking.projection, distinct[:MOST_FACTS])
    return StressLoss(stage, _fen(ends[0]), _fen(ends[1]), facts, len(distinct))


def _defaults(least: StressResult, most: StressResult, at: int) -> str:
    if least.defaulted[at]:
        return CERTAIN
    return POSSIBLE if most.defaulted[at] else NO


def _groups(asking: Asking, found: StressOfView) -> tuple[StressedGroup, ...]:
    most, least = found.bounds.most.groups, found.bounds.least.groups
    if most is None or least is None:
        return ()
    certain = set(_pairs(least, least.breached))
    return tuple(_group(asking, found, most, int(at), certain) for at in np.flatnonzero(most.breached))


def _pairs(
    groups: GroupExposures, which: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[tuple[int, int]]:
    return list(zip(groups.group[which].tolist(), groups.lender[which].tolist(), strict=True))


def _group(
    asking: Asking, found: StressOfView, most: GroupExposures, at: int, certain: set[tuple[int, int]]
) -> StressedGroup:
    group, lender = int(most.group[at]), int(most.lender[at])
    of = found.economy.groups
    members = of.members(group)
    return StressedGroup(
        describe(asking, int(found.economy.nodes[lender])),
        tuple(describe(asking, head) for head in of.heads[group]),
        tuple(describe(asking, int(m)) for m in members[:MOST_MEMBERS]),
        len(members),
        _fen(most.exposure_before[at]),
        _fen(most.exposure_after[at]),
        int(most.limit_before[at]),
        int(most.limit_after[at]),
        bool(most.breached_before[at]),
        CERTAIN if (group, lender) in certain else POSSIBLE,
    )


def _missing(asking: Asking, found: StressOfView) -> list[StressGap]:
    economy, flows = found.economy, found.economy.flows
    of_banks = Audience.BANK_PRIVATE in asking.access.classes
    own = "those of other banks" if asking.access.banks else "loans"
    tested = found.bounds.most.groups
    gaps = [
        (f"LOANS: {own} are not open to the caller", None if not of_banks else 0, "bank losses on them and their group exposures are not in the answer"),
        ("EXTERNAL_ASSETS of parties", int(economy.among(*flows).sum()), "taken as solvent today: just solvent gives most, plenty gives least"),
        ("SUPPLIES.amount_fen", flows["supplies"].missing, "these supplies carry no loss"),
        ("Receivable.outstanding_fen or Invoice.amount_fen", flows["claims"].missing, "these claims are neither diluted nor lost"),
        ("Loan.balance_fen", flows["loans"].missing, "these loans are not lost"),
        ("Guarantee.amount_fen", flows["guarantees"].missing, "these guarantees are not called"),
        ("LegalEntity.industry_code", economy.sectors.unknown(economy.among("supplies")), "their inputs and products are taken as non-essential"),
        ("BankCapital.tier1_fen", 0 if tested is None else len(np.unique(tested.lender[np.isnan(tested.limit_before)])), "these banks' group limits are not tested"),
    ]  # fmt: skip
    return [StressGap(*gap) for gap in gaps if gap[1] != 0]


def _assumptions(*books: Governing) -> list[StressAssumption]:
    wanted = {c.name for c in books[0].rulebook.constants} | {"group_exposure_ratio", "control_ratio"}
    return [
        StressAssumption(c.name, str(c.value), c.unit, c.zh, c.citation)
        for book in books
        for c in book.rulebook.constants
        if c.name in wanted and c.in_force(book.day)
    ]


def _kinds(asking: Asking, position: int) -> list[str]:
    p = asking.projection
    first, last = p.spans["LegalEntity"]
    if not first <= position < last:
        return []
    kinds: list[str] = p.frames["LegalEntity"]["kinds"][position - first].to_list()
    return kinds


def _fen(amount: float) -> Fen:
    return max(0, round(float(amount)))
