"""Rulebooks as declarations: dated rules and dated constants, each with its citation. The engine is elsewhere.

Limits, thresholds, publication periods and product conditions are data (``schema/rulebooks/*.toml``), so that the same
facts give another answer under another regime, and the answer names the one that governed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What it means when a rule's condition is true."""

    REFUSE = "REFUSE"
    FLAG = "FLAG"  # shown, changes nothing by itself
    CLASSIFY = "CLASSIFY"  # gives a value, not a verdict


@dataclass(frozen=True)
class Rule:
    """One version of one rule.

    Parameters
    ----------
    id, version : str
        Stable name, and the version of its wording.
    condition : str
        An SQL expression over the rulebook's declared columns and constants; true means the rule fires, null unknown.
    effect : Effect
        What firing means.
    citation : str
        Law article, paper or seed row.
    zh, en : str
        What a reader is told when it fires.
    effective_from, effective_to : date or None
        Half-open.
    value : str
        For CLASSIFY, what firing gives.
    supply : str
        What to supply when the outcome is unknown.
    """

    id: str
    version: str
    condition: str
    effect: Effect
    citation: str
    zh: str
    en: str
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    value: str = ""
    supply: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Whether the rule governs that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day < self.effective_to
        )


@dataclass(frozen=True)
class Constant:
    """One version of one named number of a rulebook, e.g. ``advance_rate`` 0.8."""

    name: str
    value: float | int | str | bool
    unit: str
    citation: str
    zh: str
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the number governs that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day < self.effective_to
        )


@dataclass(frozen=True)
class Rulebook:
    """A set of dated rules and constants over declared columns.

    ``columns`` maps each column that conditions may use to its type (string, integer, money, ratio, number, boolean,
    date).
    """

    id: str
    version: str
    title: str
    columns: dict[str, str]
    rules: tuple[Rule, ...]
    constants: tuple[Constant, ...]
