"""What a condition may be made of: a closed list of functions, and the columns and constants that are declared.

The expression language is the SQL of polars (``polars.sql_expr``), whose three-valued logic gives UNKNOWN for free. It
knows many functions; a rule may use the few below, so that a rulebook stays readable and nothing in it can reach out.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl
from polars.exceptions import PolarsError

from schema.errors import RulebookInvalid

FUNCTIONS = frozenset({"ABS", "COALESCE", "GREATEST", "LEAST", "LENGTH", "NULLIF", "ROUND"})
_NOT_FUNCTIONS = frozenset(
    {"AND", "OR", "NOT", "IN", "WHEN", "THEN", "ELSE", "CASE", "BETWEEN", "IS", "LIKE"}
)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")


def compile_condition(condition: str, names: Collection[str], where: str) -> pl.Expr:
    """Turn a condition into an expression.

    Parameters
    ----------
    condition : str
        SQL over declared names.
    names : collection of str
        Declared columns and constants.
    where : str
        Rulebook and rule, for the message.

    Raises
    ------
    RulebookInvalid
        It does not parse, calls a function outside ``FUNCTIONS``, or names something undeclared.
    """
    called = {name.upper() for name in _CALL.findall(_TEXT.sub("''", condition))} - _NOT_FUNCTIONS
    if foreign := called - FUNCTIONS:
        allowed = ", ".join(sorted(FUNCTIONS))
        raise RulebookInvalid(f"{where} calls {', '.join(sorted(foreign))}. A rule may call {allowed}.")
    try:
        expression = pl.sql_expr(condition)
    except PolarsError as error:
        raise RulebookInvalid(f"{where} does not parse: {error}.") from None
    if unknown := set(expression.meta.root_names()) - set(names):
        raise RulebookInvalid(
            f"{where} uses undeclared {', '.join(sorted(unknown))}. Declare it under [columns]."
        )
    return expression
