"""Two statements of one period against each other 报表一致性 (S3-26): where they differ by more than the tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from algorithms.lending.judging import judge
from algorithms.lending.result import RuleFinding
from algorithms.portions import floor_fen
from algorithms.rules import Governing
from schema.money import MAX_FEN, Fen

BOOK: Final = "statement_consistency"
_TOLERANCES: Final = ("tolerance_percent", "tolerance_fen")


@dataclass(frozen=True)
class Stated:
    """One item of one period: as the enterprise reports it, and as the tax bureau states it."""

    reported_fen: Fen
    taxed_fen: Fen


def compare(governing: Governing, items: Sequence[Stated]) -> list[RuleFinding]:
    """Judge items by the tolerances of the rulebook.

    Parameters
    ----------
    governing : Governing
        The rulebook ``statement_consistency`` on the day.
    items : sequence of Stated

    Returns
    -------
    list of RuleFinding
        One an item: FIRED where the difference is above both tolerances. Inputs name both amounts and both tolerances.
    """
    tolerances = {name: governing.constant(name) for name in _TOLERANCES}
    rows = [
        {"difference_fen": min(abs(each.reported_fen - each.taxed_fen), MAX_FEN), "tolerated_fen": tolerated}
        for each in items
        for tolerated in [_tolerated(governing, each.taxed_fen)]
    ]
    return [
        replace(
            finding,
            inputs={
                "reported_fen": each.reported_fen,
                "taxed_fen": each.taxed_fen,
                **finding.inputs,
                **tolerances,
            },
        )
        for each, (finding,) in zip(items, judge(governing, rows), strict=True)
    ]


def _tolerated(governing: Governing, taxed_fen: Fen) -> Fen:
    percent, least = (int(governing.constant(name)) for name in _TOLERANCES)
    return max(least, floor_fen(Fraction(abs(taxed_fen) * percent, 100)))
