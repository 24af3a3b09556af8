"""NDJSON: one object a line, each key a column. A line that is no such object is a row that is refused, not a broken file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from loaders.faults import Fault, ValueRefused
from loaders.readers.json_values import whole_characters
from loaders.readers.rows import Rows, rows_of
from loaders.spool import spooled

_OBJECT: Final = (
    "Write one JSON object a line, its values texts, numbers, true, false or null, and each key once."
)


class _Line(NamedTuple):
    """A line: its number, and the values of its object, or the text that is none with what is wrong."""

    number: int
    values: dict[str, str]
    text: str = ""
    code: str = ""
    detail: str = ""

    def cells(self, header: Sequence[str]) -> list[str]:
        """Return it as a row."""
        return [self.text] if self.code else [self.values.get(key, "") for key in header]


def read_ndjson(text: str, name: str) -> Rows:
    """Read objects; the columns are all keys in the order in which they first come, and a missing key is an unknown value.

    A line that is no JSON, no object, repeats a key, or holds a list, an object or half a character becomes a row with that
    fault (``json.form``, ``json.object``, ``json.repeated_key``, ``json.nested``, ``json.half_character``).
    An object without any value is no row, as an empty line is none.

    Raises
    ------
    FileRefused
        When no line has a key.
    """
    lines = spooled(_line(line, n) for n, line in enumerate(text.split("\n"), 1) if line.strip())
    header = list(dict.fromkeys(key for line in lines for key in line.values))
    rows = rows_of(name, header or ["*"], ((line.number, line.cells(header)) for line in _filled(lines)))
    faults = {
        place: [Fault("*", line.code, "", f"{line.detail}: {_OBJECT}")]
        for place, line in enumerate(_filled(lines))
        if line.code
    }
    return replace(rows, faults=faults) if faults else rows


def _filled(lines: Sequence[_Line]) -> Iterator[_Line]:
    return (line for line in lines if line.code or any(line.values.values()))


def _line(text: str, number: int) -> _Line:
    try:
        return _Line(number, _object(text))
    except ValueRefused as error:
        return _Line(number, {}, whole_characters(text), error.rule, error.detail)


def _object(line: str) -> dict[str, str]:
    try:
        # Numbers stay as they are written: an amount must not pass through a float.
        found = json.loads(line, object_pairs_hook=_Pairs, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise ValueRefused(f"This is no JSON ({error})", "json.form") from None
    if not isinstance(found, _Pairs):
        raise ValueRefused("This is no object", "json.object")
    if len(named := dict(found)) < len(found):
        raise ValueRefused("The object repeats a key", "json.repeated_key")
    return {_whole(key): _text(value, key) for key, value in named.items()}


class _Pairs(list[tuple[str, Any]]):
    """An object as it stands, so that a repeated key is seen."""


def _text(value: Any, key: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _whole(value)
    raise ValueRefused(f"{key!r} holds a list or an object", "json.nested")


def _whole(text: str) -> str:
    if whole_characters(text) != text:
        raise ValueRefused("A text holds half of a surrogate pair", "json.half_character")
    return text
