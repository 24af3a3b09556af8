"""Files for ``neo4j-admin database import full``: one a label or kind of relationship, its columns typed in its header.

Texts stand in quotes and an unknown value is an empty cell, so that an empty text stays one. Ids are unique within their
key label, so every label is an ID space of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schema.errors import ConfigurationError
from schema.fields import Field, FieldType, date, integer, text

_TYPES = {
    FieldType.STRING: "string",
    FieldType.INTEGER: "long",
    FieldType.MONEY: "long",
    FieldType.RATIO: "double",
    FieldType.NUMBER: "double",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
}
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)')
_LONGEST_LINE = 1 << 16
_COPIED_AT_ONCE = 1 << 24


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"')


def _flag(value: bool) -> str:
    return "true" if value else "false"


_WRITERS: dict[FieldType, Callable[[Any], str]] = {
    FieldType.STRING: _quoted,
    FieldType.INTEGER: str,
    FieldType.MONEY: str,
    FieldType.RATIO: repr,
    FieldType.NUMBER: repr,
    FieldType.BOOLEAN: _flag,
    FieldType.DATE: dt.date.isoformat,
    FieldType.DATETIME: dt.datetime.isoformat,
}
_READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.STRING: _unquoted,
    FieldType.INTEGER: int,
    FieldType.MONEY: int,
    FieldType.RATIO: float,
    FieldType.NUMBER: float,
    FieldType.BOOLEAN: "true".__eq__,
    FieldType.DATE: dt.date.fromisoformat,
    FieldType.DATETIME: dt.datetime.fromisoformat,
}

NODE_FIELDS = (text("audience", ""), text("bank", ""), integer("run", ""), integer("line", ""))
FACT_FIELDS = (
    integer("key", ""),
    integer("run", ""),
    integer("closed_run", ""),
    integer("line", ""),
    date("valid_from", ""),
    date("valid_to", ""),
    text("audience", ""),
    text("bank", ""),
)


class ImportFile:
    """One file: rows are appended, and may be read again or taken out by the place that they were given.

    Parameters
    ----------
    path : Path
    header : sequence of str
        What the import tool is told of each column.
    fields : sequence of Field
        The columns, in this order.
    """

    def __init__(self, path: Path, header: Sequence[str], fields: Sequence[Field]) -> None:
        self.path = path
        self.multiline = False
        self._fields = fields
        self._removed: set[int] = set()
        self._count = 0
        with _writing(path):
            self._file = path.open("w+b")
            self._end = self._file.write((",".join(header) + "\n").encode())

    def append(self, rows: Sequence[Mapping[str, Any]], given: Collection[str]) -> list[int]:
        """Append rows and return their places; `given` names the fields that any of them has a value for."""
        columns = [self._column(rows, f) if f.name in given else [""] * len(rows) for f in self._fields]
        lines = [",".join(cells) for cells in zip(*columns, strict=True)]
        self.multiline = self.multiline or any("\n" in line or "\r" in line for line in lines)
        encoded = [f"{line}\n".encode() for line in lines]
        places = []
        for line in encoded:
            places.append(self._end)
            self._end += len(line)
        with _writing(self.path):
            self._file.seek(0, os.SEEK_END)
            self._file.write(b"".join(encoded))
        self._count += len(rows)
        return places

    def take(self, place: int) -> dict[str, Any]:
        """Take a row out and return it, with the values that are known."""
        self._removed.add(place)
        self._count -= 1
        cells = _CELL.finditer(self._line(place).decode())
        return {f.name: _READERS[f.kind](c[1]) for f, c in zip(self._fields, cells, strict=False) if c[1]}

    def finish(self) -> int:
        """Write what remains to disk and return how many rows there are; a file without rows goes."""
        with _writing(self.path):
            if self._removed:
                self._compact()
            self._file.close()
            if not self._count:
                self.path.unlink()
        return self._count

    def _column(self, rows: Sequence[Mapping[str, Any]], of: Field) -> list[str]:
        name, write = of.name, _WRITERS[of.kind]
        return ["" if (value := row.get(name)) is None else write(value) for row in rows]

    def _line(self, place: int) -> bytes:
        """Return the line at a place; a line break within quotes does not end it."""
        self._file.flush()
        size = _LONGEST_LINE
        while True:
            found = os.pread(self._file.fileno(), size, place)
            end = -1
            while (end := found.find(b"\n", end + 1)) >= 0:
                if found.count(b'"', 0, end) % 2 == 0:
                    return found[:end]
            size *= 2

    def _compact(self) -> None:
        """Close the gaps that removed rows leave."""
        draft = self.path.with_suffix(".draft")
        with draft.open("wb") as target:
            begin = 0
            for place in sorted(self._removed):
                self._copy(begin, place, target.write)
                begin = place + len(self._line(place)) + 1
            self._copy(begin, self._end, target.write)
        draft.replace(self.path)

    def _copy(self, begin: int, end: int, write: Callable[[bytes], int]) -> None:
        self._file.flush()
        while begin < end:
            begin += write(os.pread(self._file.fileno(), min(_COPIED_AT_ONCE, end - begin), begin))


@dataclass
class ImportFiles:
    """The files of one import.

    Parameters
    ----------
    folder : Path
        Empty, or not there yet.

    Raises
    ------
    ConfigurationError
        The folder holds something, or cannot be written.
    """

    folder: Path
    nodes: dict[str, int] = field(default_factory=dict)
    relationships: dict[str, int] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    multiline: bool = False
    _node_files: dict[str, ImportFile] = field(default_factory=dict)
    _fact_files: dict[tuple[str, str, str], ImportFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise ConfigurationError(
                    f"{self.folder} is not empty: name a new folder for the import files."
                )

    def nodes_of(self, label: str, fields: Sequence[Field]) -> ImportFile:
        """Return the file of a label; a row's further labels stand under ``labels``, its id under ``id``."""
        if label not in self._node_files:
            plain = [f for f in fields if f.name != "id"]
            header = [f"id:ID({label})", ":LABEL", *map(_typed, plain)]
            columns = (text("id", ""), text("labels", ""), *plain)
            self._node_files[label] = ImportFile(self.folder / f"{label}.csv", header, columns)
        return self._node_files[label]

    def facts_of(self, ends: tuple[str, str, str], fields: Sequence[Field]) -> ImportFile:
        """Return the file of a relationship between two key labels; its ends stand under ``start`` and ``end``."""
        if ends not in self._fact_files:
            relationship, start, end = ends
            header = [f":START_ID({start})", f":END_ID({end})", *map(_typed, fields)]
            columns = (text("start", ""), text("end", ""), *fields)
            path = self.folder / f"{start}-{relationship}-{end}.csv"
            self._fact_files[ends] = ImportFile(path, header, columns)
        return self._fact_files[ends]

    def write_text(self, name: str, content: str) -> None:
        """Write a small file beside them."""
        with _writing(self.folder):
            (self.folder / name).write_text(content, "utf-8")

    def finish(self) -> None:
        """Complete every file, and note what the import tool is to be told of them."""
        for label, file in sorted(self._node_files.items()):
            if count := self._finished(file):
                self.nodes[label] = count
                self.arguments.append(f"--nodes={file.path.name}")
        for (relationship, _, _), file in sorted(self._fact_files.items()):
            if count := self._finished(file):
                self.relationships[relationship] = self.relationships.get(relationship, 0) + count
                self.arguments.append(f"--relationships={relationship}={file.path.name}")

    def discard(self) -> None:
        """Remove what was written of a load that is not published."""
        for file in (*self._node_files.values(), *self._fact_files.values()):
            file.finish()
            file.path.unlink(missing_ok=True)
        self._node_files.clear()
        self._fact_files.clear()

    def _finished(self, file: ImportFile) -> int:
        self.multiline = self.multiline or file.multiline
        return file.finish()


def _typed(of: Field) -> str:
    return f"{of.name}:{_TYPES[of.kind]}"


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"{place} cannot be written ({error.strerror}).") from None
