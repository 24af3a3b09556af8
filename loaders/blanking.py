"""Blank rows of raw files: of a text the lines go, their ends stay, so that every other row is found at its line."""

from __future__ import annotations

import io
from collections.abc import Iterable

from loaders.delivery import DeliveredFile
from loaders.readers.encoding import decode
from loaders.readers.parquet import PARQUET
from loaders.readers.rows import Rows
from loaders.readers.workbook import WORKBOOKS
from loaders.vault import Vault

Span = tuple[int, int]
"""Line of a row's first character, and that of the row after it; 0: it is the last one."""


def spans(rows: Rows, indices: Iterable[int]) -> set[Span]:
    """Return the lines of some rows of a file, which must be all of it."""
    lines = [*rows.lines, 0]
    return {(lines[i], lines[i + 1]) for i in indices}


def is_text(content: bytes, file: DeliveredFile) -> bool:
    """Whether a row of a raw file can be blanked at all: a workbook's, a Parquet file's or a document's cannot."""
    return file.source.reader is None and not content.startswith((PARQUET, *WORKBOOKS))


def blank(vault: Vault, sha256: str, found: Iterable[Span]) -> None:
    """Blank lines of a kept text; it keeps the name of what was delivered."""
    lines = [*io.StringIO(decode(vault.read(sha256), sha256), newline="")]
    for begin, following in found:
        for n in range(begin - 1, following - 1 if following else len(lines)):
            lines[n] = lines[n][len(lines[n].rstrip("\r\n")) :]
    vault.replace(sha256, "".join(lines).encode())
