"""Delimited text (RFC 4180): a header line, then rows; quoted values may hold delimiters and line breaks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter

from schema.errors import FileRefused

_DELIMITERS = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}
_LONGEST_VALUE = 1 << 20


@dataclass(frozen=True)
class Rows:
    """The rows of one file, as text.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    header : tuple of str
        Column names, trimmed, without repeats.
    rows : list of list of str
        Rows in file order. A row may have more or fewer values than the header.
    lines : list of int
        The line at which each row begins; the header is line 1.
    """

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    ragged: frozenset[int] = field(default=frozenset())

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """Return one column, trimmed; a row of the wrong length gives ``""`` throughout."""
        take, ragged = itemgetter(self.header.index(name)), self.ragged
        if not ragged:
            return [take(row).strip() for row in self.rows]
        return ["" if i in ragged else take(row).strip() for i, row in enumerate(self.rows)]


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
    del rows[:1], lines[:1]
    ragged = frozenset(i for i, row in zip(count(), rows, strict=False) if len(row) != len(header))
    return Rows(name, header, rows, lines, ragged)


def _header(rows: list[list[str]], name: str, delimiter: str) -> tuple[str, ...]:
    if not rows:
        raise FileRefused(f"{name} has no header line.")
    header = tuple(column.strip() for column in rows[0])
    if len(header) == 1:
        for other, word in _DELIMITERS.items():
            if other != delimiter and other in header[0]:
                raise FileRefused(
                    f"{name} is delimited by a {word}; a {_DELIMITERS.get(delimiter, delimiter)} is expected."
                )
    if "" in header:
        raise FileRefused(f"{name}: column {header.index('') + 1} of the header has no name.")
    if repeated := [column for column, times in Counter(header).items() if times > 1]:
        raise FileRefused(f"{name}: the header repeats {', '.join(repeated)}; each column comes once.")
    return header
