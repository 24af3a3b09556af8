"""The rows of a file, whatever it was written in: a header, texts, and the line at which each row stands."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter

from loaders.faults import Fault
from loaders.spool import Spooling, parts_of, spooled
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
    rows : sequence of list of str
        Rows in file order, on disk when they are many. A row may have more or fewer values than the header.
    lines : sequence of int
        The line at which each row begins; the header is line 1.
    ragged : frozenset of int
        Rows of another length than the header.
    faults : mapping of int to sequence of Fault
        Rows that break the rules of their format (a JSON Schema, say): refused for these reasons and no others.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[list[str]]
    lines: Sequence[int]
    ragged: frozenset[int] = field(default=frozenset())
    faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, places: Sequence[int]) -> Rows:
        """Return some of the rows, with their lines."""
        return replace(
            self,
            rows=spooled(self.rows[i] for i in places),
            lines=spooled(self.lines[i] for i in places),
            ragged=frozenset(i for i, place in enumerate(places) if place in self.ragged),
            faults={i: self.faults[place] for i, place in enumerate(places) if place in self.faults},
        )

    def parts(self) -> Iterator[tuple[int, Rows]]:
        """Yield the rows part by part, each in memory, with the place of its first row; short ones are one part."""
        first = 0
        for rows, lines in zip(parts_of(self.rows), parts_of(self.lines), strict=True):
            following = first + len(rows)
            ragged = frozenset(i - first for i in _between(self._ragged_places, first, following))
            faults = {i - first: self.faults[i] for i in _between(self._faulty_places, first, following)}
            yield first, replace(self, rows=rows, lines=lines, ragged=ragged, faults=faults)
            first = following

    @cached_property
    def _ragged_places(self) -> list[int]:
        return sorted(self.ragged)

    @cached_property
    def _faulty_places(self) -> list[int]:
        return sorted(self.faults)

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
    rows: Spooling[list[str]] = Spooling()
    lines: Spooling[int] = Spooling()
    ragged = []
    for place, (line, row) in enumerate(numbered):
        rows.append(row)
        lines.append(line)
        if len(row) != len(named):
            ragged.append(place)
    return Rows(name, named, rows.done(), lines.done(), frozenset(ragged))


def _between(places: Sequence[int], first: int, following: int) -> Sequence[int]:
    """Return those of ascending numbers that lie in [first, following)."""
    return places[bisect_left(places, first) : bisect_left(places, following)]


def checked_header(cells: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the trimmed column names; FileRefused when one is missing or comes twice."""
    header = tuple(column.strip() for column in cells)
    if "" in header:
        raise FileRefused(f"{name}: column {header.index('') + 1} of the header has no name.")
    if repeated := [column for column, times in Counter(header).items() if times > 1]:
        raise FileRefused(f"{name}: the header repeats {', '.join(repeated)}; each column comes once.")
    return header
