"""The rule engine 规则引擎: dated rulebooks over one case with a trace, or over a whole table, with the same answers."""

from algorithms.rules.engine import (
    Finding,
    Governing,
    Outcome,
    evaluate_case,
    evaluate_rule,
    evaluate_table,
    govern,
)
from algorithms.rules.reader import load, parse

__all__ = [
    "Finding",
    "Governing",
    "Outcome",
    "evaluate_case",
    "evaluate_rule",
    "evaluate_table",
    "govern",
    "load",
    "parse",
]
