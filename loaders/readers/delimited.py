"""Delimited text (RFC 4180): a header line, then rows; quoted values may hold delimiters and line breaks."""

from __future__ import annotations

import csv
import io

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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(_LONGEST_VALUE)
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            f"{name}, line {begin}: {error}. Close every quote, and write a quote inside a value twice."
        ) from None
    header = _header(rows, name, delimiter)
    return rows_of(name, header, zip(lines[1:], rows[1:], strict=True))


def _header(rows: list[list[str]], name: str, delimiter: str) -> tuple[str, ...]:
    if not rows:
        raise FileRefused(f"{name} has no header line.")
    if len(rows[0]) == 1:
        for other, word in _DELIMITERS.items():
            if other != delimiter and other in rows[0][0]:
                raise FileRefused(
                    f"{name} is delimited by a {word}; a {_DELIMITERS.get(delimiter, delimiter)} is expected."
                )
    return checked_header(rows[0], name)
