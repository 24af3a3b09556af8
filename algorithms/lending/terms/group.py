"""Term ``group``: headroom of the core's connected group, and of the member and its own group, at the bank."""

from __future__ import annotations

from collections.abc import Iterable

from algorithms.lending.groups import Group
from algorithms.lending.loan_book import BookedLoan, Drawn
from algorithms.lending.result import Term, TermStatus
from algorithms.lending.study import Study
from algorithms.lending.terms.build import BOOK, CAPITAL, known, unknown
from schema.money import Fen

CITATION = "商业银行大额风险暴露管理办法（2018年第1号令）第七条、第八条; Basel LEX10"


def core_group_term(study: Study) -> Term:
    """Return the headroom of the core's connected clients: 20 % of tier 1 less their exposures.

    The core's own draw under this programme is left out of the exposures, because the allocation takes it off (T11).
    """
    pool, group = study.pool, study.core_group
    drawn = study.book.total(_without_draw(study, study.book.lent_to(group)))
    limit = study.limits.group_exposure_fen
    inputs = {
        "tier1_fen": study.capital.tier1_fen,
        "group_limit_fen": limit,
        "core_group_size": len(group),
        "core_group_exposure_fen": drawn.total_fen,
    }
    supply = _missing(limit, drawn)
    if limit is None or drawn.total_fen is None:
        return unknown("group", supply, CITATION, inputs)
    facts = pool.cite([*study.capital.places, *drawn.places])
    return known("group", limit - drawn.total_fen, inputs, facts, CITATION)


def group_term(study: Study, of_core: Term, member: int) -> Term:
    """Return one member's term: the smaller of the core group's headroom and its own.

    Its own: loans up to 10 % of net capital, exposure up to 15 % of tier 1, and up to 20 % of tier 1 for its group by
    control and for every other group of connected clients that it stands in by economic dependence.
    """
    pool, limits = study.pool, study.limits
    own = study.book.total(study.book.lent_to([member]))
    group: Group = study.groups[member]
    whole = study.book.total(study.book.lent_to(group))
    further = [study.book.total(study.book.lent_to(g)) for g in study.further_groups(member) if g != group]
    inputs = {
        **of_core.inputs,
        "core_group_headroom_fen": of_core.value_fen,
        "single_loan_limit_fen": limits.single_loans_fen,
        "single_exposure_limit_fen": limits.single_exposure_fen,
        "own_exposure_fen": own.total_fen,
        "own_group_size": len(group),
        "own_group_exposure_fen": whole.total_fen,
        "further_groups": len(further),
    }
    headrooms = [
        _headroom(limits.single_loans_fen, own),
        _headroom(limits.single_exposure_fen, own),
        *(_headroom(limits.group_exposure_fen, each) for each in (whole, *further)),
    ]
    rooms = [h for h in headrooms if h is not None]
    if of_core.status is not TermStatus.KNOWN or of_core.value_fen is None or len(rooms) < len(headrooms):
        lacking = _missing(limits.single_loans_fen, own)
        return unknown(
            "group", tuple(dict.fromkeys((*of_core.supply, *lacking))) or (BOOK,), CITATION, inputs
        )
    facts = (*of_core.facts, *pool.cite([p for d in (own, whole, *further) for p in d.places]))
    return known("group", min(of_core.value_fen, *rooms), inputs, tuple(dict.fromkeys(facts)), CITATION)


def own_group_headroom(study: Study, member: int) -> Fen | None:
    """Return what the member's control group may still draw together; None where it is unknown."""
    whole = study.book.total(study.book.lent_to(study.groups[member]))
    return _headroom(study.limits.group_exposure_fen, whole)


def _without_draw(study: Study, loans: Iterable[BookedLoan]) -> list[BookedLoan]:
    core = study.pool.core
    return [loan for loan in loans if not (loan.under_programme and core in loan.borrowers)]


def _headroom(limit: Fen | None, drawn: Drawn) -> Fen | None:
    return None if limit is None or drawn.total_fen is None else max(0, limit - drawn.total_fen)


def _missing(limit: Fen | None, drawn: Drawn) -> tuple[str, ...]:
    return (*((CAPITAL,) if limit is None else ()), *((BOOK,) if drawn.total_fen is None else ()))
