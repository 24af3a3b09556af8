"""One evaluator for a single case and for a whole table of cases, with identical results.

True: the rule fires. False: it does not. Null: UNKNOWN, because a value that would decide it is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl

from algorithms.column_types import COLUMN_DTYPES
from algorithms.rules.expressions import compile_condition
from schema.errors import RulebookInvalid
from schema.rulebook import Rule, Rulebook


class Outcome(StrEnum):
    """What a rule says of a case."""

    FIRED = "FIRED"
    PASSED = "PASSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Finding:
    """One rule applied to one case: its outcome, and the inputs that it looked at."""

    rule: Rule
    outcome: Outcome
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Governing:
    """The rules and constants of a rulebook that are in force on a day."""

    rulebook: Rulebook
    day: dt.date

    @property
    def version(self) -> str:
        """Name the rulebook and its version, as answers cite it."""
        return f"{self.rulebook.id}@{self.rulebook.version}"

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Rules in force, in the rulebook's order."""
        return tuple(r for r in self.rulebook.rules if r.in_force(self.day))

    @cached_property
    def constants(self) -> dict[str, float | int | str | bool]:
        """Constants in force."""
        return {c.name: c.value for c in self.rulebook.constants if c.in_force(self.day)}

    def constant(self, name: str) -> float | int | str | bool:
        """Return one constant; RulebookInvalid when none of that name is in force."""
        try:
            return self.constants[name]
        except KeyError:
            raise RulebookInvalid(f"{self.rulebook.id} holds no '{name}' in force on {self.day}.") from None

    def citation(self, name: str) -> str:
        """Return the citation of a constant in force."""
        return next(c.citation for c in self.rulebook.constants if c.name == name and c.in_force(self.day))

    @cached_property
    def expressions(self) -> dict[str, pl.Expr]:
        """Rule id → expression."""
        names = {*self.rulebook.columns, *(c.name for c in self.rulebook.constants)}
        return {r.id: compile_condition(r.condition, names, r.id) for r in self.rules}


def govern(rulebook: Rulebook, day: dt.date) -> Governing:
    """Return what of a rulebook is in force on a day."""
    return Governing(rulebook, day)


def evaluate_table(governing: Governing, frame: pl.DataFrame) -> pl.DataFrame:
    """Apply every rule in force to every row.

    Parameters
    ----------
    governing : Governing
        From ``govern``.
    frame : DataFrame
        One row per case; declared columns that are absent count as unknown, undeclared ones are ignored.

    Returns
    -------
    DataFrame
        One nullable Boolean column per rule id, rows in order.

    Notes
    -----
    O(rules x rows), column by column.
    """
    if not governing.rules:
        return pl.DataFrame()
    cases = _cases(governing, frame)
    return cases.select(
        expression.cast(pl.Boolean).alias(rule_id) for rule_id, expression in governing.expressions.items()
    )


def evaluate_case(governing: Governing, case: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Apply every rule in force to one case, with what each looked at."""
    columns = {name: [case.get(name)] for name in governing.rulebook.columns}
    schema = {name: COLUMN_DTYPES[kind] for name, kind in governing.rulebook.columns.items()}
    frame = pl.DataFrame(columns, schema=schema)
    fired = evaluate_table(governing, frame).row(0) if governing.rules else ()
    known = {**governing.constants, **{name: case.get(name) for name in governing.rulebook.columns}}
    return tuple(
        Finding(rule, outcome_of(value), _inputs(governing.expressions[rule.id], known))
        for rule, value in zip(governing.rules, fired, strict=True)
    )


def evaluate_rule(governing: Governing, rule_id: str, case: Mapping[str, Any]) -> Finding | None:
    """Apply one rule to one case; None while it is not in force."""
    return next((each for each in evaluate_case(governing, case) if each.rule.id == rule_id), None)


def outcome_of(value: bool | None) -> Outcome:
    """Name a nullable truth value."""
    if value is None:
        return Outcome.UNKNOWN
    return Outcome.FIRED if value else Outcome.PASSED


def _inputs(expression: pl.Expr, known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known.get(name) for name in dict.fromkeys(expression.meta.root_names())}


def _cases(governing: Governing, frame: pl.DataFrame) -> pl.DataFrame:
    """Declared columns in their declared types, missing ones null, constants as columns of one value."""
    given = set(frame.columns)
    declared = [
        (pl.col(name) if name in given else pl.lit(None)).cast(COLUMN_DTYPES[kind]).alias(name)
        for name, kind in governing.rulebook.columns.items()
    ]
    literals = [pl.lit(value).alias(name) for name, value in governing.constants.items()]
    return frame.with_columns(*declared, *literals)
