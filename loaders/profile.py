"""What a file of a source looks like: which columns it has, and how they become the columns of a canonical kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from loaders.readers.rows import Rows
from loaders.readers.tabular import ENDINGS, Reader, read_rows
from loaders.values import Cell
from schema.errors import FileRefused
from schema.records import Kind

Remark: TypeAlias = Callable[[Rows, dt.date], list[str]]


@dataclass(frozen=True)
class Reading:
    """How one canonical column is read from a source's own columns.

    Parameters
    ----------
    columns : tuple of str
        The source's columns; none for a constant.
    write : callable
        From their texts to the canonical text; raises InputError. When it is left out the single text is taken as it is.
    """

    columns: tuple[str, ...]
    write: Callable[..., str] = str


@dataclass(frozen=True)
class Profile:
    """The contract of one file.

    Parameters
    ----------
    dataset : str
        Name of the dataset in fact keys and runs.
    kind : Kind
        What its rows become.
    readings : mapping of str to Reading
        By canonical column. Empty: the file has the canonical columns themselves.
    ignored : frozenset of str
        Columns that are known and not collected.
    constants : mapping of str to str
        Canonical columns that the dataset itself says, so that no file has them.
    key : tuple of str
        Canonical columns that identify a record together, in a file without ``record_id``.
    register : str
        Goes before the record in the ids of the nodes that rows describe, where a source numbers several registers.
    """

    dataset: str
    kind: Kind
    readings: Mapping[str, Reading] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    constants: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    register: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the file is refused."""
        if not self.readings:
            said = {*self.constants, *(("record_id",) if self.key else ())}
            return tuple(column for column in self.kind.required if column not in said)
        return tuple(dict.fromkeys(c for reading in self.readings.values() for c in reading.columns))

    @property
    def known(self) -> frozenset[str]:
        """Every column that the file may have."""
        own = self.required if self.readings else self.kind.headers
        return frozenset(own) - self.constants.keys() | self.ignored

    def has(self, column: str, rows: Rows) -> bool:
        """Whether the file says anything about a canonical column."""
        return column in self.constants or column in (self.readings or rows.header)

    def cells(self, column: str, rows: Rows) -> list[Cell]:
        """Return what the file says in a canonical column, row by row."""
        if column in self.constants:
            return [self.constants[column]] * len(rows)
        reading = self.readings.get(column)
        if reading is None:
            return [*rows.column(column)]
        if len(reading.columns) == 1:
            return [*rows.column(reading.columns[0])]
        if not reading.columns:
            return [("",)] * len(rows)
        return [*zip(*(rows.column(c) for c in reading.columns), strict=True)]

    def named(self, column: str) -> str:
        """Return what the file calls a canonical column."""
        reading = self.readings.get(column)
        return "+".join(reading.columns) if reading and reading.columns else column


@dataclass(frozen=True)
class SourceFile:
    """A file of a delivery: with its profile, or with the reason why its rows are skipped.

    ``reader`` turns its bytes into rows where they are no plain table (XML, JSON documents); one file may then stand in a
    delivery several times, each time for another kind of its rows. ``declared`` is how many rows the file itself says it
    has; ``as_of`` the day that it says it speaks of. ``open_parties``: a row may name a party without saying what it is.
    ``document``: it is one of values or records (JSON, XML), several rows of which may come from one of them.
    """

    path: Path
    dataset: str
    profile: Profile | None
    skipped: str = ""
    delimiter: str = ","
    reader: Reader | None = None
    remark: Remark | None = None
    declared: int | None = None
    as_of: dt.date | None = None
    open_parties: bool = False
    document: bool = False

    def rows(self, content: bytes) -> Rows:
        """Return the rows of its content. Raises FileRefused."""
        if self.reader is not None:
            return self.reader(content, self.path.name)
        return read_rows(content, self.path.name, self.delimiter)

    @property
    def kind(self) -> str:
        """What its rows become; for skipped ones, what they are."""
        return self.profile.kind.name if self.profile else self.dataset


def table_files(directory: Path, ending: str = "") -> dict[str, Path]:
    """Return the tables of a directory (CSV, workbooks, NDJSON, Parquet) by stem, which may bear an ending that says nothing.

    Raises
    ------
    FileRefused
        When two files have one stem: which of them counts is not ours to guess.
    """
    found: dict[str, Path] = {}
    for file in sorted(directory.iterdir()):
        if file.suffix.lower() in ENDINGS:
            stem = file.stem.removesuffix(ending)
            if stem in found:
                raise FileRefused(
                    f"{directory.name} holds {found[stem].name} and {file.name}: keep one of the two."
                )
            found[stem] = file
    return found


def check_header(rows: Rows, profile: Profile, agreement: bool) -> list[str]:
    """Compare a header with its profile; return warnings.

    Parameters
    ----------
    agreement : bool
        Whether the source has a sharing agreement, under which an unknown column holds the file.

    Raises
    ------
    FileRefused
        When a required column is missing, or an unknown one breaks the agreement.
    """
    if missing := [column for column in profile.required if column not in rows.header]:
        raise FileRefused(
            f"{rows.name} lacks the required column{'s' * (len(missing) > 1)} {', '.join(missing)} "
            f"(it has {', '.join(rows.header)[:200]}). A {profile.kind.name} file has {', '.join(sorted(profile.known))}."
        )
    unknown = [column for column in rows.header if column not in profile.known]
    if unknown and agreement:
        raise FileRefused(
            f"{rows.name} has columns that the agreement with its source does not name: {', '.join(unknown)}. "
            "Amend the agreement or take them out."
        )
    return [f"unknown column {column!r}: not collected" for column in unknown]
