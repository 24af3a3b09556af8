"""May this member borrow under that core enterprise, how much, and why? For one member and for a whole programme.

One member is the table with one row: both questions take the same way. ``standalone limit = min(claims, core, group,
need, product, programme)``; then Σ allocated + the core's own draw ≤ min(core, programme, group) (trap T11).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from algorithms.evidence import Fact
from algorithms.lending.allocation import allocate
from algorithms.lending.checks.columns import Column
from algorithms.lending.checks.guarantees import form_of_product, guarantees_called
from algorithms.lending.checks.programme import membership, payables
from algorithms.lending.checks.relations import relations
from algorithms.lending.checks.sanctions import penalties, sanctions
from algorithms.lending.checks.trading import double_financing, trading
from algorithms.lending.groups import shared
from algorithms.lending.judging import judge
from algorithms.lending.paths import path_of
from algorithms.lending.pool import Inquiry, pool_of
from algorithms.lending.result import (
    Decision,
    MemberDecision,
    PoolLimit,
    ProgrammeDecision,
    RuleFinding,
    Term,
    TermStatus,
)
from algorithms.lending.study import Study
from algorithms.lending.terms.caps import core_draw, product_term, programme_term
from algorithms.lending.terms.claims import claims_term, judged_claims
from algorithms.lending.terms.core import core_term
from algorithms.lending.terms.group import core_group_term, group_term, own_group_headroom
from algorithms.lending.terms.need import need_term, needs_of
from schema.errors import ConsentRequired
from schema.money import Fen

Check: TypeAlias = Callable[[Study], tuple[Column, ...]]
CHECKS: tuple[Check, ...] = (
    membership,
    payables,
    trading,
    double_financing,
    relations,
    sanctions,
    penalties,
    guarantees_called,
    form_of_product,
)


def decide_member(inquiry: Inquiry, member: str) -> MemberDecision:
    """Decide for one party.

    Parameters
    ----------
    inquiry : Inquiry
        Views, programme, bank, rulebooks and consents.
    member : str
        Node id of an enterprise or a farm household, member of the programme or not.

    Returns
    -------
    MemberDecision
        ``allocated_limit_fen`` is None: an allocation needs the whole programme (``decide_programme``).

    Raises
    ------
    ConsentRequired
        The member is not among those who consented, or does not exist: the two look alike.
    NotFound
        The programme or the bank does not exist for this caller; with ``consented=None`` also the member.
    InsufficientData, ContradictoryStatements
        The programme has no core, or more than one.
    """
    if inquiry.consented is not None and member not in inquiry.consented:
        raise ConsentRequired("The subject has not consented to this bank.")
    study = Study(pool_of(inquiry, member))
    return _decided(study, _pool_limit(study))[0]


def decide_programme(inquiry: Inquiry) -> ProgrammeDecision:
    """Decide for every member who has consented, and share the programme's room among those who are eligible.

    Parameters
    ----------
    inquiry : Inquiry

    Returns
    -------
    ProgrammeDecision
        Members in order of their ids; the same facts, day and rulebooks give the same answer.

    Raises
    ------
    NotFound, InsufficientData, ContradictoryStatements
        As ``decide_member``.

    Notes
    -----
    O(facts about the pool, and what is upstream of it) beside one pass over each relationship.
    """
    study = Study(pool_of(inquiry))
    pool = study.pool
    limit = _pool_limit(study)
    decided = _decided(study, limit)
    shares = _allocated(study, decided, limit.available_fen)
    members = tuple(replace(m, allocated_limit_fen=shares.get(m.member, 0)) for m in decided)
    ids = pool.projection.ids
    return ProgrammeDecision(
        programme=inquiry.programme,
        core=ids[pool.core],
        bank=inquiry.bank,
        day=pool.day,
        known_run=pool.projection.known_run,
        members=members,
        withheld=tuple(
            ids[m] for m in sorted({*pool.members.tolist()} - {*pool.rows.tolist()}, key=ids.__getitem__)
        ),
        pool=replace(limit, allocated_fen=sum(shares.values())),
        rulebooks=pool.regime.versions,
    )


def _decided(study: Study, of_pool: PoolLimit) -> list[MemberDecision]:
    pool = study.pool
    columns = {column.name: column for check in CHECKS for column in check(study)}
    rows = [{name: c.values[i] for name, c in columns.items()} for i in range(len(pool.rows))]

    def evidence(index: int, names: Sequence[str]) -> tuple[Fact, ...]:
        used = (columns[name].places.get(index, ()) for name in names if name in columns)
        return pool.cite([place for places in used for place in places])

    judged = judge(study.governing, rows, evidence)
    claims, needs, product = judged_claims(study), needs_of(study), product_term(study)
    decided = []
    for index, member in enumerate(pool.rows.tolist()):
        terms = (
            claims_term(study, claims[index]),
            of_pool.core,
            group_term(study, of_pool.group, member),
            need_term(study, needs, member),
            product,
            of_pool.programme,
        )
        made = _answer(judged[index], terms)
        decided.append(
            MemberDecision(
                member=pool.projection.ids[member],
                tier=rows[index]["tier"],
                findings=judged[index],
                terms=terms,
                claims=claims[index],
                allocated_limit_fen=None,
                path=path_of(study, index),
                regime=pool.regime.publication_regime,
                **made,
            )
        )
    return decided


def _answer(findings: tuple[RuleFinding, ...], terms: tuple[Term, ...]) -> dict[str, Any]:
    """A rule or an empty term refuses; then what is unknown decides; then the smallest term is the limit."""
    lacking = [f.rule.supply for f in findings if f.open and f.rule.supply]
    lacking += [s for t in terms if t.status is TermStatus.UNKNOWN for s in t.supply]
    made: dict[str, Any] = {"supply": tuple(dict.fromkeys(lacking)), "binding_term": None}
    values = {t.key: t.value_fen for t in terms if t.value_fen is not None}
    empty = next((key for key, value in values.items() if value == 0), None)
    if any(f.refuses for f in findings) or empty:
        return {**made, "decision": Decision.REFUSED, "standalone_limit_fen": 0, "binding_term": empty}
    if any(f.open for f in findings) or any(t.status is TermStatus.UNKNOWN for t in terms):
        return {**made, "decision": Decision.UNKNOWN, "standalone_limit_fen": None}
    binding = min(values, key=values.__getitem__)
    return {
        **made,
        "decision": Decision.ELIGIBLE,
        "standalone_limit_fen": values[binding],
        "binding_term": binding,
    }


def _pool_limit(study: Study) -> PoolLimit:
    core, group, programme = core_term(study), core_group_term(study), programme_term(study)
    draw = core_draw(study)
    values = [t.value_fen for t in (core, group, programme) if t.value_fen is not None]
    available = max(0, min(values) - draw) if len(values) == 3 and draw is not None else None
    return PoolLimit(core, group, programme, draw, available, 0)


def _allocated(study: Study, decided: Sequence[MemberDecision], available: Fen | None) -> dict[str, Fen]:
    """Members that are refused or unknown get nothing; connected members share the headroom of their group."""
    eligible = {
        m.member: m.standalone_limit_fen
        for m in decided
        if m.decision is Decision.ELIGIBLE and m.standalone_limit_fen is not None
    }
    if available is None or not eligible:
        return {}
    pool = study.pool
    ids = pool.projection.ids
    groups = {m: study.groups[m] for m in pool.rows.tolist() if ids[m] in eligible}
    together = [
        ([ids[m] for m in parties], own_group_headroom(study, parties[0]) or 0) for parties in shared(groups)
    ]
    return allocate(available, eligible, together)
