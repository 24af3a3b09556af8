"""Making a term: known, unknown with what to supply, or not applicable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from algorithms.evidence import Fact
from algorithms.lending.result import Term, TermStatus
from schema.money import Fen

KEYS = ("claims", "core", "group", "need", "product", "programme")

BOOK = "the bank's own loans (its private book), with balances"
CAPITAL = "bank_capital: net_capital_fen and tier1_fen of the bank"


def known(key: str, value: Fen, inputs: Mapping[str, Any], facts: tuple[Fact, ...], citation: str) -> Term:
    """Return a term with its value, never below 0."""
    return Term(key, TermStatus.KNOWN, max(0, value), inputs, facts, citation)


def unknown(
    key: str, supply: tuple[str, ...], citation: str, inputs: Mapping[str, Any] | None = None
) -> Term:
    """Return a term that lacks data."""
    return Term(key, TermStatus.UNKNOWN, None, inputs or {}, (), citation, supply)


def not_applicable(key: str, why: str, citation: str) -> Term:
    """Return a term that does not bind this programme."""
    return Term(key, TermStatus.NOT_APPLICABLE, None, {"because": why}, (), citation)
