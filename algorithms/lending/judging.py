"""Rules over rows: a rulebook applied to a table of cases, and what fired where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import polars as pl

from algorithms.evidence import Fact
from algorithms.lending.result import RuleFinding
from algorithms.rules import Governing, Outcome, evaluate_table
from algorithms.rules.engine import outcome_of
from schema.rulebook import Effect

Row: TypeAlias = Mapping[str, Any]
Evidence: TypeAlias = Callable[[int, Sequence[str]], tuple[Fact, ...]]
"""(index of the row, names of columns) → the facts behind those columns."""


def truths(governing: Governing, rows: Sequence[Row]) -> list[dict[str, bool | None]]:
    """Return, per row, rule id → fired, passed (False) or unknown (None)."""
    if not rows:
        return []
    return list(evaluate_table(governing, _frame(governing, rows)).iter_rows(named=True))


def judge(
    governing: Governing, rows: Sequence[Row], evidence: Evidence | None = None
) -> list[tuple[RuleFinding, ...]]:
    """Apply every rule in force to every row.

    Parameters
    ----------
    governing : Governing
        Rules and constants of the day.
    rows : sequence of mappings
        One case each; a column that is missing is unknown.
    evidence : callable, optional
        Finds the facts behind columns; without it nothing is cited.

    Returns
    -------
    list of tuples of RuleFinding
        Per row, in the rulebook's order, CLASSIFY rules included.

    Notes
    -----
    O(rules × rows); one row is judged like a thousand.
    """
    looked_at = {r.id: tuple(governing.expressions[r.id].meta.root_names()) for r in governing.rules}
    looked_at = {rule: tuple(dict.fromkeys(names)) for rule, names in looked_at.items()}
    judged = []
    for index, (row, fired) in enumerate(zip(rows, truths(governing, rows), strict=True)):
        known = {**governing.constants, **row}
        judged.append(
            tuple(
                RuleFinding(
                    rule,
                    outcome_of(fired[rule.id]),
                    {name: known.get(name) for name in looked_at[rule.id]},
                    evidence(index, looked_at[rule.id]) if evidence else (),
                )
                for rule in governing.rules
            )
        )
    return judged


def classified(governing: Governing, fired: Mapping[str, bool | None], prefix: str) -> str | None:
    """Return the value of the first CLASSIFY rule that fired, among those whose id begins with ``prefix``."""
    for rule in governing.rules:
        if rule.effect is Effect.CLASSIFY and rule.id.startswith(prefix) and fired[rule.id]:
            return rule.value
    return None


def notable(findings: Sequence[RuleFinding]) -> tuple[RuleFinding, ...]:
    """Keep what fired or could not be told, without mere classifications."""
    return tuple(
        f for f in findings if f.rule.effect is not Effect.CLASSIFY and f.outcome is not Outcome.PASSED
    )


def _frame(governing: Governing, rows: Sequence[Row]) -> pl.DataFrame:
    # Column by column and not row by row: a column whose first thousand values are null keeps its type.
    names = [name for name in governing.rulebook.columns if any(name in row for row in rows)]
    if not names:
        return pl.DataFrame({"": [None] * len(rows)})
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in names})
