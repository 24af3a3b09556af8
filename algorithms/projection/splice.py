"""Taking rows out of long columns and putting others in: pieces are copied whole, not row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

N = TypeVar("N", bound=np.generic)
_FEW = 2000
"""Up to so many changes the pieces between them are copied; with more, every row is looked up."""


@dataclass(frozen=True, eq=False)
class Splice:
    """How rows of one table go out of another and into it.

    Parameters
    ----------
    size : int
        Rows of the table.
    gone : int64 array
        Rows that go, ascending.
    before : int64 array
        For each new row, in order, the row of the table before which it stands; ascending.
    """

    size: int
    gone: NDArray[np.int64]
    before: NDArray[np.int64]

    def array(self, old: NDArray[N], new: NDArray[N]) -> NDArray[N]:
        """Return the changed column."""
        if len(self.gone) + len(self.before) > _FEW:
            return np.concatenate((old, new))[self._take()]
        both = (old, new)
        return np.concatenate([both[which][first:last] for which, first, last in self._pieces()])

    def series(self, old: pl.Series, new: pl.Series) -> pl.Series:
        """Return the changed column."""
        return self.frame(old.to_frame("c"), new.to_frame("c"))["c"]

    def frame(self, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
        """Return the changed table."""
        if not old.width:
            return old
        if len(self.gone) + len(self.before) > _FEW:
            return pl.concat([old, new])[self._take()]
        both = (old, new)
        parts = [both[which].slice(first, last - first) for which, first, last in self._pieces()]
        return pl.concat(parts, rechunk=True)

    def _take(self) -> NDArray[np.int64]:
        kept = np.delete(np.arange(self.size), self.gone)
        return np.insert(kept, np.searchsorted(kept, self.before), self.size + np.arange(len(self.before)))

    def _pieces(self) -> list[tuple[int, int, int]]:
        """Return (0: old or 1: new, first row, one past the last), in order."""
        events = [(row, 1, 0) for row in self.gone.tolist()]
        events += [(row, 0, number) for number, row in enumerate(self.before.tolist())]
        found, done = [(0, 0, 0)], 0
        for row, goes, number in sorted(events):
            found.append((0, done, row))
            done = row + goes
            if not goes:
                found.append((1, number, number + 1))
        return [*found, (0, done, self.size)]
