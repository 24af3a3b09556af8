"""Policies that an enterprise is eligible for by what departments certify 优惠政策与专项产品准入.

A policy is a rulebook over one row: its ``REFUSE`` rules say who is not eligible. What the row holds is read here:

- preferential support (S3-17): the external rating in force on the day, the latest; of one day the lowest grade counts. A grade
  that is not on the ladder of the rulebook is unknown, and so is an enterprise without a rating.
- high-tech loan 高企贷 (S3-22): the high-tech certificate that holds longest of those awarded by the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from algorithms.lending.judging import judge
from algorithms.lending.result import Decision, RuleFinding
from algorithms.projection import View
from algorithms.rules import Governing
from algorithms.walks.links import Place, as_nodes, cite, node_rows, records_about
from schema.grades import LADDERS, Ladder
from schema.periods import add_months


@dataclass(frozen=True)
class Support:
    """One policy for one enterprise.

    Attributes
    ----------
    decision : Decision
    findings : tuple of RuleFinding
        Every rule in force, with the facts that it rests on.
    records : tuple of int
        Positions of the ratings or certificates that were decided by.
    ladder : Ladder or None
        On which grades were compared.
    """

    decision: Decision
    findings: tuple[RuleFinding, ...]
    records: tuple[int, ...]
    ladder: Ladder | None = None


@dataclass(frozen=True)
class _Read:
    """The row of a policy, and the records that it was read from."""

    row: Mapping[str, Any]
    records: Sequence[tuple[int, Place]]
    ladder: Ladder | None = None


def support(view: View, enterprise: int, governing: Governing) -> Support:
    """Decide one policy for one enterprise on the view's day.

    Parameters
    ----------
    view : View
    enterprise : int
        Position.
    governing : Governing
        A rulebook of ``POLICIES``.

    Notes
    -----
    O(records of the enterprise).
    """
    read = POLICIES[governing.rulebook.id](view, enterprise, governing)
    facts = cite(view.projection, (place for _, place in read.records))
    (findings,) = judge(governing, [read.row], lambda *_: facts)
    return Support(_decision(findings), findings, tuple(record for record, _ in read.records), read.ladder)


def _decision(findings: Sequence[RuleFinding]) -> Decision:
    if any(each.refuses for each in findings):
        return Decision.REFUSED
    return Decision.UNKNOWN if any(each.open for each in findings) else Decision.ELIGIBLE


def _by_rating(view: View, enterprise: int, governing: Governing) -> _Read:
    ladder = LADDERS[str(governing.constant("ladder"))]
    names = ("scheme", "grade", "rated_on", "expires_on")
    found = [r for r in _records(view, enterprise, "Rating", names) if r[0]["scheme"] == ladder.scheme]
    rated = [r for r in found if _begun(r[0]["rated_on"], view.as_of)]
    live = [r for r in rated if _holds(r[0]["expires_on"], view.as_of)]
    counted = _latest(live or rated, "rated_on")
    rungs = [ladder.rung(values["grade"]) for values, *_ in counted] if live else []
    row = {
        "rung": None if not rungs or None in rungs else max(r for r in rungs if r is not None),
        "least_rung": ladder.rung(str(governing.constant("least_grade"))),
        "rating_expired": not live if rated else None,
    }
    return _Read(row, [(node, place) for _, node, place in counted], ladder)


def _by_certificate(view: View, enterprise: int, governing: Governing) -> _Read:
    names = ("honour_kind", "awarded_on", "expires_on")
    found = [
        ({**values, "until": _until(values, int(governing.constant("certificate_months")))}, node, place)
        for values, node, place in _records(view, enterprise, "Honour", names)
        if values["honour_kind"] == "HIGH_TECH" and _begun(values["awarded_on"], view.as_of)
    ]
    counted = _latest(found, "until")
    until = counted[0][0]["until"] if counted else None
    return _Read(
        {"certified_until": until, "asked_on": view.as_of}, [(node, place) for _, node, place in counted]
    )


POLICIES: Final[Mapping[str, Callable[[View, int, Governing], _Read]]] = {
    "preferential_support": _by_rating,
    "high_tech_loan": _by_certificate,
}
"""Rulebook id → how its row is read."""

_Record = tuple[dict[str, Any], int, Place]


def _records(view: View, enterprise: int, label: str, names: Sequence[str]) -> list[_Record]:
    links = records_about(view, as_nodes([enterprise]), label)
    rows = node_rows(view.projection, label, links.node, *names)
    return list(zip(rows, links.node.tolist(), links.places(), strict=True))


def _latest(found: Sequence[_Record], name: str) -> list[_Record]:
    """Those with the latest date; a record without one comes before all others."""
    newest = max((values[name] or dt.date.min for values, *_ in found), default=None)
    return [each for each in found if (each[0][name] or dt.date.min) == newest]


def _begun(day: dt.date | None, asked: dt.date) -> bool:
    return day is None or day <= asked


def _holds(last: dt.date | None, asked: dt.date) -> bool:
    """Whether something whose last day is stated still holds; without one it does."""
    return last is None or asked <= last


def _until(certificate: Mapping[str, Any], months: int) -> dt.date | None:
    """The last day of a certificate: as stated, else that of a term of so many months (民法典第二百零二条)."""
    if certificate["expires_on"] is not None or certificate["awarded_on"] is None:
        stated: dt.date | None = certificate["expires_on"]
        return stated
    return add_months(certificate["awarded_on"], months)
