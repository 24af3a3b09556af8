"""Newline-delimited JSON: one object a line, its keys the columns. What a JSON value means is what its text would mean."""

from __future__ import annotations

import json
from typing import Any

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused


def read_ndjson(text: str, name: str) -> Rows:
    """Read objects; the columns are all keys in the order in which they first come, and a missing key is an unknown value.

    An object without any value is no row, as an empty line is none.

    Raises
    ------
    FileRefused
        For a line that is no JSON object, that repeats a key, or that holds a list or an object.
    """
    objects = [(n, _object(line, n, name)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    header = list(dict.fromkeys(key for _, found in objects for key in found))
    filled = ((n, found) for n, found in objects if any(found.values()))
    return rows_of(name, header, ((n, [found.get(key, "") for key in header]) for n, found in filled))


def _object(line: str, number: int, name: str) -> dict[str, str]:
    where = f"{name}, line {number}"
    try:
        # Numbers stay as they are written: an amount must not pass through a float.
        found = json.loads(line, object_pairs_hook=_Pairs, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"{where} is no JSON: {error}. Write one object a line.") from None
    if not isinstance(found, _Pairs):
        raise FileRefused(f"{where} is no JSON object. Write one object a line.")
    if len(named := dict(found)) < len(found):
        raise FileRefused(f"{where} repeats a key; each column comes once.")
    return {key: _text(value, f"{where}, {key}") for key, value in named.items()}


class _Pairs(list[tuple[str, Any]]):
    """An object as it stands, so that a repeated key is seen."""


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise FileRefused(f"{where} holds a list or an object; a column holds one value.")
