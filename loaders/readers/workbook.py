"""Workbooks (Excel, OpenDocument): the first sheet that holds anything. A cell becomes the text that it would be in CSV."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused

WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_EXACT: Final = 1 << 53
"""Beyond this a spreadsheet has rounded a whole number: its last digits are gone."""
MOST_UNPACKED: Final = 2 << 30
"""A packed file says nothing of its size: a few kilobytes may unpack to more than there is memory."""


def read_workbook(content: bytes, name: str) -> Rows:
    """Read the one sheet of a workbook that holds rows.

    Raises
    ------
    FileRefused
        When it is no workbook, is empty, unpacks to more than ``MOST_UNPACKED`` bytes, or several sheets hold rows: which
        of them counts is not ours to guess.
    """
    _refuse_bomb(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(s, book.get_sheet_by_name(s).to_python(skip_empty_area=False)) for s in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(f"{name} is no workbook that can be read: {error}.") from None
    filled = [(sheet, rows) for sheet, rows in sheets if any(any(c != "" for c in row) for row in rows)]
    if not filled:
        raise FileRefused(f"{name} has no header line.")
    if len(filled) > 1:
        raise FileRefused(
            f"{name} has rows on the sheets {', '.join(sheet for sheet, _ in filled)}: deliver one sheet a file."
        )
    return _rows(filled[0][1], name)


def _rows(cells: list[list[Any]], name: str) -> Rows:
    numbered = [(n, [_text(c) for c in row]) for n, row in enumerate(cells, 1)]
    (_, header), *rows = [(n, row) for n, row in numbered if any(row)]
    while header and not header[-1].strip():  # formatted but empty columns at the right
        header.pop()
    width = len(header)
    return rows_of(name, header, ((n, row if any(row[width:]) else row[:width]) for n, row in rows))


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _number(cell: float) -> str:
    """Whole numbers as such; one too long to be exact in scientific notation, which no column takes for a number."""
    if cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return f"{cell:.15E}" if cell.is_integer() else repr(cell)


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:  # an old format, which is not packed, or none at all
        return
    if unpacked > MOST_UNPACKED:
        raise FileRefused(f"{name} unpacks to {unpacked >> 20} MB: split it, or deliver it as CSV.")
