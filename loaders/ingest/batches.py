"""A stream of bytes cut into batches of whole rows; only the batch that is being filled is in memory.

Cuts depend on the bytes alone, never on how they came in pieces: the same body sent again is cut at the same places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from schema.errors import InputError

BATCH_ROWS = 2_000
LONGEST_ROW = 1 << 20


class Format(StrEnum):
    """What a stream is written in; the value is the ending of its raw copies."""

    CSV = "csv"
    NDJSON = "ndjson"


@dataclass(frozen=True)
class Batch:
    """A part of a stream that is a whole file by itself.

    Parameters
    ----------
    content : bytes
        Its rows, under the stream's header line if the format has one.
    shift : int
        What is added to a line of ``content`` to get the line of the stream.
    """

    content: bytes
    shift: int


class Cutter:
    """Cuts one stream.

    Parameters
    ----------
    form : Format
    rows : int
        Most rows of a batch.

    Notes
    -----
    A CSV row ends at a line break outside quotes (RFC 4180), so quotes are counted: O(bytes).
    """

    def __init__(self, form: Format, rows: int = BATCH_ROWS) -> None:
        self._form, self._most = form, rows
        self._mark = re.compile(rb'["\n]' if form is Format.CSV else rb"\n")
        self._left = bytearray()
        self._seen = 0
        self._quoted = False
        self._header = b""
        self._rows: list[bytes] = []
        self._line, self._first = 1, 1

    def feed(self, piece: bytes) -> Iterator[Batch]:
        """Take a piece of the stream, and yield the batches that it completes. InputError for an endless row."""
        self._left += piece
        begin = 0
        for found in self._mark.finditer(self._left, self._seen):
            if found[0] == b'"':
                self._quoted = not self._quoted
            elif not self._quoted:
                yield from self._take(bytes(self._left[begin : found.end()]))
                begin = found.end()
        del self._left[:begin]
        self._seen = len(self._left)
        if self._seen > LONGEST_ROW:
            raise InputError(
                f"The row in line {self._line} is longer than {LONGEST_ROW} bytes: close its quotes, or split the file."
            )

    def finish(self) -> Iterator[Batch]:
        """Yield what is left; a stream with a header and no rows is one batch too."""
        if self._left:
            yield from self._take(bytes(self._left))
            self._left.clear()
        if self._rows or (self._header and self._first == self._line):
            yield self._batch()

    def _take(self, row: bytes) -> Iterator[Batch]:
        line, self._line = self._line, self._line + row.count(b"\n")
        if self._form is Format.CSV and not self._header:
            if row.strip():
                self._header = row if row.endswith(b"\n") else row + b"\n"
            self._first = self._line
            return
        if not self._rows:
            if not row.strip():
                return
            self._first = line
        self._rows.append(row)
        if len(self._rows) >= self._most:
            yield self._batch()

    def _batch(self) -> Batch:
        content = self._header + b"".join(self._rows)
        batch = Batch(content, self._first - 1 - self._header.count(b"\n"))
        self._rows, self._first = [], 0
        return batch
