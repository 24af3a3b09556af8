"""The files of a city: one CSV per canonical kind, written row by row with the planted dirt in between."""

from __future__ import annotations

import csv
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from schema.kinds import KINDS

if TYPE_CHECKING:
    from datetime import date

Cell: TypeAlias = "str | int | date | None"
_DIRT_EVERY = 5


@dataclass(frozen=True)
class DirtyRow:
    """A planted row: the error code it must raise, and its cells as they stand in the file."""

    code: str
    cells: tuple[Cell, ...]


@dataclass
class FileCount:
    """What was written to one file.

    Parameters
    ----------
    rows : int
        Data rows, planted ones included.
    dirty : dict
        Error code → line numbers of the planted rows (the header is line 1).
    """

    rows: int = 0
    dirty: dict[str, list[int]] = field(default_factory=dict)


class Delivery(ExitStack):
    """All files of a city, open for writing; leaving the context plants what dirt is left and closes them."""

    def __init__(self, out: Path, dirt: dict[str, list[DirtyRow]]) -> None:
        super().__init__()
        self.counts = {kind: FileCount() for kind in KINDS}
        self._clean = dict.fromkeys(KINDS, 0)
        self._headers = {name: kind.headers for name, kind in KINDS.items()}
        self._dirt = {kind: deque(rows) for kind, rows in dirt.items()}
        self._writers = {name: csv.writer(self._open(out, name), lineterminator="\n") for name in KINDS}
        for name, writer in self._writers.items():
            writer.writerow(self._headers[name])
        self.callback(self._plant_the_rest)

    def put(self, kind: str, **cells: Cell) -> str:
        """Write one row and return its record id, which is numbered per kind unless given."""
        self._clean[kind] += 1
        record = cells.setdefault("record_id", f"{kind}-{self._clean[kind]:07d}")
        row = [cells.pop(header, None) for header in self._headers[kind]]
        if cells:
            raise KeyError(f"{kind} has no column {sorted(cells)}")
        self._write(kind, row)
        if self._clean[kind] % _DIRT_EVERY == 0:
            self._plant(kind)
        return str(record)

    def _open(self, out: Path, kind: str) -> TextIO:
        return self.enter_context((out / f"{kind}.csv").open("w", encoding="utf-8", newline=""))

    def _write(self, kind: str, row: list[Cell]) -> None:
        self._writers[kind].writerow(row)
        self.counts[kind].rows += 1

    def _plant(self, kind: str) -> None:
        waiting = self._dirt.get(kind)
        if waiting:
            planted = waiting.popleft()
            self._write(kind, list(planted.cells))
            count = self.counts[kind]
            count.dirty.setdefault(planted.code, []).append(count.rows + 1)

    def _plant_the_rest(self) -> None:
        for kind, waiting in self._dirt.items():
            while waiting:
                self._plant(kind)


def yes_no(value: bool) -> str:
    """Return a flag as canonical files write it."""
    return "true" if value else "false"


def ratio(basis_points: int) -> str:
    """Return a share in 1/10,000 as an exact decimal."""
    return f"{basis_points // 10_000}.{basis_points % 10_000:04d}"
