"""JSON documents as a sequence of values with the line at which each begins: an array's elements, or values line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from schema.errors import FileRefused

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""Looks like half of a pair of surrogates: text that no file can hold when the other half is missing."""


class Placed(NamedTuple):
    """A value, the line at which it begins, and which part of the text it is."""

    line: int
    begin: int
    end: int
    value: Any


def read_values(text: str, name: str) -> list[tuple[int, Any]]:
    """Return (line, value) of each value of a text, as ``read_places`` does."""
    return [(placed.line, placed.value) for placed in _Walk(text, name).values()]


def read_places(text: str, name: str) -> list[Placed]:
    """Return each element of one array, or each of several values one after the other.

    Raises
    ------
    FileRefused
        For text that is no JSON throughout, NaN and infinities, an object that repeats a key, or half a character.
    """
    return [*_Walk(text, name).values()]


class _Walk:
    """One text from its beginning to its end."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._line = 1
        self._counted = 0
        self._decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)

    def values(self) -> Iterator[Placed]:
        """Yield what the text holds."""
        self._skip()
        if not self._take("["):
            while self._at < len(self._text):
                yield self._value()
                self._skip()
            return
        self._skip()
        if not self._take("]"):
            yield self._value()
            self._skip()
            while self._take(","):
                self._skip()
                yield self._value()
                self._skip()
            if not self._take("]"):
                raise self._refusal("a comma or the end of the array is expected")
        self._skip()
        if self._at < len(self._text):
            raise self._refusal("something follows the array")

    def _value(self) -> Placed:
        line, begin = self._count(), self._at
        try:
            value, self._at = self._decoder.raw_decode(self._text, begin)
            if _HALF.search(self._text, begin, self._at):
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise self._refusal(reason) from None
        return Placed(line, begin, self._at, value)

    def _skip(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _take(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += found
        return found

    def _count(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _refusal(self, reason: str) -> FileRefused:
        return FileRefused(f"{self._name} is no JSON from line {self._count()} on: {reason}.")


def whole_characters(text: str) -> str:
    """Return a text with half characters (lone surrogates, which JSON can escape and no file can hold) replaced."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object repeats a key")
    return found


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")
