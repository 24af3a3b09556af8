"""Files for ``neo4j-admin database import full``: one a label or kind of relationship, its columns typed in its header.

Texts stand in quotes and an unknown value is an empty cell, so that an empty text stays one. Ids are unique within their
key label, so every label is an ID space of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
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
_AT_ONCE = 20_000


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


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
    multiline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise ConfigurationError(
                    f"{self.folder} is not empty: name a new folder for the import files."
                )
        except OSError as error:
            raise _unwritten(self.folder, error) from None

    def write_nodes(self, label: str, fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> None:
        """Write the nodes of a label; their further labels stand under ``labels``, their ids under ``id``."""
        plain = [f for f in fields if f.name != "id"]
        header = [f"id:ID({label})", ":LABEL", *map(_typed, plain)]
        texts = ((_quoted(row["id"]), _quoted(";".join((label, *row["labels"]))), row) for row in rows)
        count = self._write(f"{label}.csv", header, plain, texts)
        if count:
            self.nodes[label] = count
            self.arguments.append(f"--nodes={label}.csv")

    def write_facts(
        self, ends: tuple[str, str, str], fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write the facts of a relationship between two key labels; their ends stand under ``start`` and ``end``."""
        relationship, start, end = ends
        name = f"{start}-{relationship}-{end}.csv"
        header = [f":START_ID({start})", f":END_ID({end})", *map(_typed, fields)]
        texts = ((_quoted(row["start"]), _quoted(row["end"]), row) for row in rows)
        count = self._write(name, header, fields, texts)
        if count:
            self.relationships[relationship] = self.relationships.get(relationship, 0) + count
            self.arguments.append(f"--relationships={relationship}={name}")

    def write_text(self, name: str, content: str) -> None:
        """Write a small file beside them."""
        try:
            (self.folder / name).write_text(content, "utf-8")
        except OSError as error:
            raise _unwritten(self.folder, error) from None

    def _write(
        self,
        name: str,
        header: Sequence[str],
        fields: Sequence[Field],
        rows: Iterable[tuple[str, str, Mapping[str, Any]]],
    ) -> int:
        columns = [(f.name, _WRITERS[f.kind]) for f in fields]
        count, broken, lines = 0, False, list[str]()
        try:
            with (self.folder / name).open("w", encoding="utf-8", newline="\n") as file:
                file.write(",".join(header) + "\n")
                for one, other, row in rows:
                    cells = ["" if (v := row.get(n)) is None else write(v) for n, write in columns]
                    lines.append(",".join((one, other, *cells)) + "\n")
                    count += 1
                    if len(lines) >= _AT_ONCE:
                        broken |= _flush(file.write, lines)
                broken |= _flush(file.write, lines)
        except OSError as error:
            raise _unwritten(self.folder, error) from None
        if not count:
            (self.folder / name).unlink()
        if broken:
            self.multiline.append(name)
        return count


def _flush(write: Callable[[str], int], lines: list[str]) -> bool:
    """Write lines; say whether a value of theirs holds a line break, which the import tool wants to know."""
    content = "".join(lines)
    broken = content.count("\n") + content.count("\r") != len(lines)
    write(content)
    lines.clear()
    return broken


def _typed(of: Field) -> str:
    return f"{of.name}:{_TYPES[of.kind]}"


def _unwritten(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{folder} cannot be written ({error.strerror}).")
