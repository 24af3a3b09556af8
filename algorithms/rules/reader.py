"""Rulebooks from TOML: read once, checked whole, never half accepted."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from algorithms.rules.expressions import compile_condition
from schema.errors import RulebookInvalid
from schema.rulebook import Constant, Effect, Rule, Rulebook

FOLDER = Path(__file__).resolve().parents[2] / "schema" / "rulebooks"
COLUMN_TYPES = frozenset({"string", "integer", "money", "ratio", "number", "boolean", "date"})


@cache
def load(rulebook_id: str) -> Rulebook:
    """Return a rulebook that ships with the service.

    Raises
    ------
    RulebookInvalid
        There is none of that name, or it breaks the form (see ``parse``).
    """
    path = FOLDER / f"{rulebook_id}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
        raise RulebookInvalid(f"There is no rulebook '{rulebook_id}'. There are: {known}.")
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, name: str) -> Rulebook:
    """Read a rulebook from TOML text.

    Parameters
    ----------
    text : str
        ``id``, ``version``, ``title``, ``[columns]``, ``[[constant]]`` and ``[[rule]]`` as in ``schema/rulebook.py``.
    name : str
        What to call it in messages.

    Raises
    ------
    RulebookInvalid
        Not TOML, a field missing or unknown, an undeclared name or foreign function in a condition, two versions of one
        rule or constant in force on the same day, or a rule without a citation.
    """
    try:
        document = tomllib.loads(text)
        book = Rulebook(
            document["id"],
            document["version"],
            document["title"],
            dict(document["columns"]),
            tuple(_rule(each) for each in document.get("rule", ())),
            tuple(Constant(**_dated(each)) for each in document.get("constant", ())),
        )
    except tomllib.TOMLDecodeError as error:
        raise RulebookInvalid(f"{name} is not TOML: {error}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookInvalid(f"{name}: a field is missing, unknown or of the wrong form: {error}.") from None
    _check(book, name)
    return book


def _rule(entry: Mapping[str, Any]) -> Rule:
    fields = _dated(entry)
    return Rule(**{**fields, "effect": Effect(fields["effect"])})


def _dated(entry: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("effective_from", "effective_to"):
        if not isinstance(entry.get(name), dt.date | None):
            raise TypeError(f"{name} of {entry.get('id') or entry.get('name')} is no date")
    return dict(entry)


def _check(book: Rulebook, name: str) -> None:
    if foreign := set(book.columns.values()) - COLUMN_TYPES:
        raise RulebookInvalid(f"{name}: unknown column types {sorted(foreign)}.")
    names = {*book.columns, *(c.name for c in book.constants)}
    for rule in book.rules:
        compile_condition(rule.condition, names, f"{name}, rule {rule.id}")
        if not rule.citation:
            raise RulebookInvalid(f"{name}, rule {rule.id} cites nothing.")
    _check_versions(name, [(r.id, r.effective_from, r.effective_to) for r in book.rules])
    _check_versions(name, [(c.name, c.effective_from, c.effective_to) for c in book.constants])


def _check_versions(name: str, versions: list[tuple[str, dt.date | None, dt.date | None]]) -> None:
    """Two versions of one thing may follow each other, but never hold on the same day."""
    spans = sorted((key, start or dt.date.min, end or dt.date.max) for key, start, end in versions)
    for (key, start, end), (following, later, _) in pairwise(spans):
        if start >= end or (key == following and later < end):
            raise RulebookInvalid(f"{name}: versions of {key} overlap, or one ends before it begins.")
