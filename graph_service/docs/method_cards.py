"""``docs/methods.md``: one card for each numerical method, from ``docs/methods.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from graph_service.docs.markdown import table
from schema.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_INTRODUCTION = """\
# Methods 方法卡片

Written by `make docs` from `methods.toml`; a test fails when this page is stale, when an exported method has no card, or
when a card names a function or a test that does not exist.

Every method hands back a frozen result: `value`, `residual` (how far `value` is from its own equation), `iterations`, and
`converged`, which is false when a bound stopped the work. Conventions: `A[i, j]` = share of j held by i; `exposures[i, j]` =
what i has lent to j; `liabilities[i, j]` = what i owes j; `weights[i, j]` = what i supplies to j; seeds are indices. Arrays may be
NumPy or SciPy sparse; a matrix is answered in the form in which it was asked.

"""


@dataclass(frozen=True)
class MethodCard:
    """What has to be known of one method before its number is used.

    Parameters
    ----------
    id, zh : str
        Name, and the Chinese term.
    function : str
        Dotted path of the function.
    definition, assumptions, complexity, reference : str
    checked_by : tuple of str
        Files of tests, from the root of the checkout.
    vectors : tuple of str
        Sets of published numbers that the tests reproduce.
    """

    id: str
    zh: str
    function: str
    definition: str
    assumptions: str
    complexity: str
    reference: str
    checked_by: tuple[str, ...]
    vectors: tuple[str, ...] = ()


def read_cards(text: str) -> tuple[MethodCard, ...]:
    """Read ``docs/methods.toml``.

    Raises
    ------
    ConfigurationError
        When it is no TOML, an entry has an unknown or missing key, or an id is used twice.
    """
    try:
        entries = tomllib.loads(text)["method"]
        cards = tuple(MethodCard(**{key: _plain(value) for key, value in entry.items()}) for entry in entries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(f"docs/methods.toml cannot be read: {error}") from error
    twice = {card.id for card in cards if sum(other.id == card.id for other in cards) > 1}
    if twice:
        raise ConfigurationError(f"docs/methods.toml has more than one card for {', '.join(sorted(twice))}.")
    for card in cards:
        if empty := [
            each.name for each in fields(card) if each.name != "vectors" and not getattr(card, each.name)
        ]:
            raise ConfigurationError(f"docs/methods.toml: {card.id} says nothing under {', '.join(empty)}.")
    return cards


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def method_cards(root: Path) -> str:
    """Render the page of a checkout."""
    cards = sorted(
        read_cards((root / "docs" / "methods.toml").read_text(encoding="utf-8")), key=lambda c: c.id
    )
    index = table(
        ("Method", "", "Function"), ((f"[{c.id}](#{c.id})", c.zh, f"`{c.function}`") for c in cards)
    )
    return _INTRODUCTION + index + "\n" + "\n".join(_card(card) for card in cards)


def _card(card: MethodCard) -> str:
    rows = [
        ("Function", f"`{card.function}`"),
        ("Definition", card.definition),
        ("Assumptions", card.assumptions),
        ("Complexity", card.complexity),
        ("Reference", card.reference),
        ("Vectors", ", ".join(f"`{each}`" for each in card.vectors) or "none published"),
        ("Checked by", ", ".join(f"`{each}`" for each in card.checked_by)),
    ]
    return f"## {card.id}\n\n{card.zh}\n\n" + table(("", ""), rows)
