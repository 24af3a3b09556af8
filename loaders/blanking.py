"""Take rows out of a raw file, whatever its format, so that every other row stays where it stood.

A line of a text becomes an empty line (of objects, one without values); a value of a JSON document and an element of an XML document become nothing but their
line breaks; workbooks and Parquet files are written anew without the cells of the row.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

import polars as pl
from lxml import etree

from loaders.readers.encoding import decode
from loaders.readers.json_values import Placed, read_places
from loaders.readers.parquet import PARQUET
from loaders.readers.tabular import read_rows
from loaders.readers.workbook import WORKBOOKS
from schema.errors import FileRefused

_ZIP: Final = WORKBOOKS[0]
_ELSEWHERE: Final = re.compile(r"comment|pivot|externalLink|customXml|embeddings|media", re.IGNORECASE)
"""Parts of a workbook in which a cell's text may stand a second time."""
_VISIBLE: Final = re.compile(r"[^\r\n]+")
_RECORD_DEPTH: Final = 3
"""Of an XML delivery: the root, what holds the records, the records."""

Says = Callable[[Iterable[str]], bool]


@dataclass(frozen=True)
class Told:
    """What is to go.

    Parameters
    ----------
    lines : collection of int
        Where rows begin.
    says : callable
        Whether any of these texts names the subject: asked for each value or record of a document.
    document : bool
        Whether the file is one of values or records and no table.
    delimiter : str
        Of delimited text.
    """

    lines: Collection[int]
    says: Says
    document: bool = False
    delimiter: str = ","


def blanked(content: bytes, name: str, told: Told) -> tuple[bytes, int] | None:
    """Return a file without what is told, and how many rows or records went; None where its format does not allow it."""
    if content.startswith(PARQUET):
        return _parquet(content, told.lines), len(told.lines)
    if content.startswith(WORKBOOKS):
        book = _workbook(content, told.lines) if content.startswith(_ZIP) else None
        return (book, len(told.lines)) if book else None
    try:
        text = decode(content, name)
        if not told.document:
            return _delimited(text, content, name, told)
        left = _xml(content, told.says) if text.lstrip().startswith("<") else _json(text, name, told)
        return left if left[1] else None  # a row names him, and no record of the document says which
    except (FileRefused, expat.ExpatError):
        return None


# text ----------------------------------------------------------------------------------------------------------------
def _delimited(text: str, content: bytes, name: str, told: Told) -> tuple[bytes, int]:
    begins = [*read_rows(content, name, told.delimiter).lines]
    following = dict(zip(begins, [*begins[1:], 0], strict=False))  # the last begins nothing
    lines = [*io.StringIO(text, newline="")]
    nameless = text.lstrip().startswith("{")
    there = following.keys() & {*told.lines}  # what was blanked before is no row any more
    for begin in there:
        if nameless:  # the columns of a file are all keys of its objects: they stay
            empty = dict.fromkeys(_keys(lines[begin - 1]), "")
            lines[begin - 1] = json.dumps(empty, ensure_ascii=False) + _line_breaks(lines[begin - 1])
            continue
        for n in range(begin - 1, following[begin] - 1 if following[begin] else len(lines)):
            lines[n] = _line_breaks(lines[n])
    return "".join(lines).encode(), len(there)


def _keys(line: str) -> Iterable[str]:
    """Return the keys of an object; none of a line that is no object, which is a refused row."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return ()
    return found if isinstance(found, dict) else ()


def _line_breaks(text: str) -> str:
    return _VISIBLE.sub("", text)


# documents -----------------------------------------------------------------------------------------------------------
def _json(text: str, name: str, told: Told) -> tuple[bytes, int]:
    places = _lines_of_json(text) or read_places(text, name)
    alone = len({placed.line for placed in places}) == len(places)
    gone = [(alone and placed.line in told.lines) or told.says(texts_of(placed.value)) for placed in places]
    spans = [(placed.begin, placed.end) for placed, goes in zip(places, gone, strict=True) if goes]
    if text.lstrip().startswith("["):
        spans += _commas(text, places, gone)
    return _cut(text, spans).encode(), sum(gone)


def _lines_of_json(text: str) -> list[Placed]:
    """Return a value a line; nothing where a line is no whole value."""
    found, at = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(Placed(number, at, at + len(line), json.loads(line)))
            except (ValueError, RecursionError):
                return []
        at += len(line) + 1
    return found if not text.lstrip().startswith("[") else []


def _commas(text: str, places: list[Placed], gone: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the comma that goes with each value: the one before it if any value before it stays, else the one after it."""
    stays = False
    for n, goes in enumerate(gone):
        other = n - 1 if stays else n
        if goes and other + 1 < len(places):
            comma = text.index(",", places[other].end)
            yield comma, comma + 1
        stays = stays or not goes


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, at = [], 0
    for begin, end in sorted(spans):
        kept += [text[at:begin], _line_breaks(text[begin:end])]
        at = end
    return "".join((*kept, text[at:]))


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


def _xml(content: bytes, says: Says) -> tuple[bytes, int]:
    gone = [(begin, end) for begin, end, texts in _Elements(content).found if says(texts)]
    kept, at = [], 0
    for begin, end in gone:
        kept += [content[at:begin], re.sub(rb"[^\r\n]+", b"", content[begin:end])]
        at = end
    return b"".join((*kept, content[at:])), len(gone)


class _Elements:
    """The records of an XML document: where each begins and ends, and its texts. The loaders have read it before."""

    def __init__(self, content: bytes) -> None:
        self.found: list[tuple[int, int, list[str]]] = []
        self._content = content
        self._depth = self._begin = 0
        self._texts: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._texts_append
        self._parser.Parse(content, True)

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == _RECORD_DEPTH:
            self._begin, self._texts = self._parser.CurrentByteIndex, []
        self._texts += attributes.values()

    def _end(self, _: str) -> None:
        if self._depth == _RECORD_DEPTH:
            end = self._content.index(b">", self._parser.CurrentByteIndex) + 1
            self.found.append((self._begin, end, self._texts))
        self._depth -= 1

    def _texts_append(self, text: str) -> None:
        self._texts.append(text)


# packed tables -------------------------------------------------------------------------------------------------------
def _parquet(content: bytes, lines: Collection[int]) -> bytes:
    frame = pl.read_parquet(io.BytesIO(content)).with_row_index("")
    goes = pl.col("").is_in([line - 2 for line in lines])
    kept = frame.select(pl.when(goes).then(None).otherwise(pl.all().exclude("")).name.keep())
    out = io.BytesIO()
    kept.write_parquet(out)
    return out.getvalue()


def _workbook(content: bytes, lines: Collection[int]) -> bytes | None:
    """Empty rows of an Excel workbook and forget the shared texts that no cell shows any more; None for another one."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    sheets = [part for part in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part)]
    if not sheets or any(_ELSEWHERE.search(part) for part in parts):
        return None
    shown: set[int] = set()
    for sheet in sheets:
        root = _parsed(parts[sheet])
        shown |= _emptied(root, lines)
        parts[sheet] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    shared = "xl/sharedStrings.xml"
    if shared in parts:
        root = _parsed(parts[shared])
        for n, text in enumerate(root.findall("{*}si")):
            if n not in shown:
                text.clear()
                etree.SubElement(text, f"{{{etree.QName(root).namespace}}}t")
        parts[shared] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for part, written in parts.items():
            book.writestr(part, written)
    return out.getvalue()


def _parsed(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _emptied(sheet: Any, lines: Collection[int]) -> set[int]:
    """Empty rows of a sheet; return the shared texts that the others show."""
    number, shown = 0, set[int]()
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r") or number + 1)
        if number in lines:
            row[:] = []
            row.set("r", str(number))
        else:
            cells = row.iterfind("{*}c[@t='s']/{*}v")
            shown |= {int(cell.text) for cell in cells}
    return shown
