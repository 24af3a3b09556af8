"""The rows of a file, whatever it was written in: a header, texts, and the line at which each row stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from operator import itemgetter

from loaders.faults import Fault
from schema.errors import FileRefused


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
    ragged : frozenset of int
        Rows of another length than the header.
    faults : mapping of int to sequence of Fault
        Rows that break the rules of their format (a JSON Schema, say): refused for these reasons and no others.
    """

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    ragged: frozenset[int] = field(default=frozenset())
    faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, places: Sequence[int]) -> Rows:
        """Return some of the rows, with their lines."""
        return replace(
            self,
            rows=[self.rows[i] for i in places],
            lines=[self.lines[i] for i in places],
            ragged=frozenset(i for i, place in enumerate(places) if place in self.ragged),
            faults={i: self.faults[place] for i, place in enumerate(places) if place in self.faults},
        )

    def column(self, name: str) -> list[str]:
        """Return one column, trimmed; a row of the wrong length gives ``""`` throughout."""
        take, ragged = itemgetter(self.header.index(name)), self.ragged
        if not ragged:
            return [take(row).strip() for row in self.rows]
        return ["" if i in ragged else take(row).strip() for i, row in enumerate(self.rows)]


def rows_of(name: str, header: Sequence[str], numbered: Iterable[tuple[int, list[str]]]) -> Rows:
    """Put a header and numbered rows together.

    Raises
    ------
    FileRefused
        For a header that repeats a column or leaves one unnamed.
    """
    named = checked_header(header, name)
    lines, rows = [], []
    for line, row in numbered:
        lines.append(line)
        rows.append(row)
    ragged = frozenset(i for i, row in zip(count(), rows, strict=False) if len(row) != len(named))
    return Rows(name, named, rows, lines, ragged)


def checked_header(cells: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the trimmed column names; FileRefused when one is missing or comes twice."""
    header = tuple(column.strip() for column in cells)
    if "" in header:
        raise FileRefused(f"{name}: column {header.index('') + 1} of the header has no name.")
    if repeated := [column for column, times in Counter(header).items() if times > 1]:
        raise FileRefused(f"{name}: the header repeats {', '.join(repeated)}; each column comes once.")
    return header
