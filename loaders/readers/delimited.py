"""Delimited text (RFC 4180): a header line, then rows; quoted values may hold delimiters and line breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from loaders.readers.rows import Rows, checked_header, rows_of
from schema.errors import FileRefused

_DELIMITERS = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}
_LONGEST_VALUE = 1 << 20


def read_delimited(text: str, name: str, delimiter: str = ",") -> Rows:
    """Split a file's text into rows.

    Raises
    ------
    FileRefused
        For a header that is missing, repeats a column or leaves one unnamed, a wrong delimiter, or broken quoting
        (after which no later line can be trusted).
    """
    numbered = _numbered(text, name, delimiter)
    header = _header(next(numbered, (1, [])), name, delimiter)
    return rows_of(name, header, numbered)


def _numbered(text: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line at which it begins."""
    csv.field_size_limit(_LONGEST_VALUE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            if row:
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            f"{name}, line {begin}: {error}. Close every quote, and write a quote inside a value twice."
        ) from None


def _header(numbered: tuple[int, list[str]], name: str, delimiter: str) -> tuple[str, ...]:
    _, cells = numbered
    if not cells:
        raise FileRefused(f"{name} has no header line.")
    if len(cells) == 1:
        for other, word in _DELIMITERS.items():
            if other != delimiter and other in cells[0]:
                raise FileRefused(
                    f"{name} is delimited by a {word}; a {_DELIMITERS.get(delimiter, delimiter)} is expected."
                )
    return checked_header(cells, name)
