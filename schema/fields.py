"""What a property may hold: declared once, used by nodes, relationships, loader contracts and the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldType(StrEnum):
    """How a value is written in a canonical file and kept in the graph."""

    STRING = "string"  # text, trimmed; empty means unknown
    INTEGER = "integer"  # 64-bit
    MONEY = "money"  # integer fen
    RATIO = "ratio"  # float in [0, 1]
    NUMBER = "number"  # float, finite
    BOOLEAN = "boolean"  # true/false, 是/否, 1/0
    DATE = "date"  # civil date, Asia/Shanghai
    DATETIME = "datetime"  # instant, UTC


@dataclass(frozen=True)
class Field:
    """One property.

    Parameters
    ----------
    name : str
        snake_case, with its unit as a suffix (``_fen``, ``_ratio``, ``_days``, ``_on``, ``_at``).
    kind : FieldType
        How the value is written and kept.
    zh : str
        The Chinese term that a user reads.
    choices : tuple of str
        A closed list of values, empty when the field is open.
    doc : str
        What the name alone does not say.
    words : mapping of str to str
        The Chinese word of a choice 中文代码值, where there is an official one: a file may write it in the place of the choice.
    """

    name: str
    kind: FieldType
    zh: str
    choices: tuple[str, ...] = ()
    doc: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def spelled(self) -> tuple[str, ...]:
        """The choices, each with its Chinese word."""
        return tuple(f"{code} {self.words[code]}" if code in self.words else code for code in self.choices)


def text(name: str, zh: str, *choices: str, doc: str = "") -> Field:
    """Declare a text field, closed when choices are given; ``"EVASION 偷税"`` is a choice with its Chinese word."""
    told = [choice.partition(" ") for choice in choices]
    words = {code: word for code, _, word in told if word}
    return Field(name, FieldType.STRING, zh, tuple(code for code, _, _ in told), doc, words)


def money(name: str, zh: str, doc: str = "") -> Field:
    """Declare an amount in integer fen."""
    return Field(name, FieldType.MONEY, zh, (), doc)


def ratio(name: str, zh: str, doc: str = "") -> Field:
    """Declare a ratio in [0, 1]."""
    return Field(name, FieldType.RATIO, zh, (), doc)


def date(name: str, zh: str, doc: str = "") -> Field:
    """Declare a civil date."""
    return Field(name, FieldType.DATE, zh, (), doc)


def instant(name: str, zh: str, doc: str = "") -> Field:
    """Declare a UTC instant."""
    return Field(name, FieldType.DATETIME, zh, (), doc)


def integer(name: str, zh: str, doc: str = "") -> Field:
    """Declare a 64-bit integer."""
    return Field(name, FieldType.INTEGER, zh, (), doc)


def number(name: str, zh: str, doc: str = "") -> Field:
    """Declare a finite number."""
    return Field(name, FieldType.NUMBER, zh, (), doc)


def flag(name: str, zh: str, doc: str = "") -> Field:
    """Declare a yes/no field."""
    return Field(name, FieldType.BOOLEAN, zh, (), doc)
