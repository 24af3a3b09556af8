"""Records of some parties tallied over all windows in one pass.

Each record falls into the bucket of the shortest window that holds it; sums of buckets along the windows are the windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from algorithms.features.events import UNDATED

Numbers: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[Any]
"""Of int64 or float64."""
Mask: TypeAlias = NDArray[np.bool_]
Column: TypeAlias = tuple[Values, Mask]
"""Values, and where there is one."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Records of one condition and measure, over parties (rows) and windows (columns, the last is for ever).

    Attributes
    ----------
    row : int64 array (e,)
        Party of each record, 0 to ``height`` - 1, sorted.
    age, other : int64 arrays (e,)
        As in ``Events``; ages are not negative.
    value : int64 or float64 array (e,)
        The measure, meaningless where not ``measured``.
    measured : bool array (e,)
    windows : int64 array (w,)
        Days, ascending.
    height : int
    """

    row: Numbers
    age: Numbers
    other: Numbers
    value: Values
    measured: Mask
    windows: Numbers
    height: int

    def column(self, window: int | None) -> int:
        """Return the column of a window."""
        return len(self.windows) if window is None else int(np.searchsorted(self.windows, window))

    @cached_property
    def _bucket(self) -> Numbers:
        # A record of age a lies in the window of w days when a < w.
        return np.searchsorted(self.windows, self.age, side="right")

    @property
    def _width(self) -> int:
        return len(self.windows) + 1

    def _spread(self, cell: Numbers, height: int, weights: Values | None = None) -> Values:
        """Sum over cells, then along the windows. Integers stay exact."""
        dtype = np.int64 if weights is None else weights.dtype
        if weights is None or dtype == np.float64:
            flat: Values = np.bincount(cell, weights=weights, minlength=height * self._width).astype(dtype)
        else:
            flat = np.zeros(height * self._width, dtype=np.int64)
            np.add.at(flat, cell, weights)
        along: Values = np.cumsum(flat.reshape(height, self._width), axis=1)
        return along

    @cached_property
    def counts(self) -> Numbers:
        """Number of records, (height, w + 1)."""
        return self._spread(self.row * self._width + self._bucket, self.height).astype(np.int64)

    @cached_property
    def measured_counts(self) -> Numbers:
        """Number of records that say the measure."""
        said = self.measured
        return self._spread(self.row[said] * self._width + self._bucket[said], self.height).astype(np.int64)

    @cached_property
    def sums(self) -> Values:
        """Sum of the measure."""
        said = self.measured
        cell = self.row[said] * self._width + self._bucket[said]
        return self._spread(cell, self.height, self.value[said])

    @cached_property
    def exact(self) -> bool:
        """Whether no sum of these values can leave 64 bits."""
        return bool(np.abs(self.value[self.measured].astype(np.float64)).sum() < 2.0**62)

    def extreme(self, *, greatest: bool) -> Values:
        """Return the greatest or least measure; where there is none, the least or greatest number there is."""
        said = self.measured
        value = self.value[said] if greatest else -self.value[said]
        worst = -np.inf if self.value.dtype == np.float64 else np.iinfo(np.int64).min + 1
        flat = np.full(self.height * self._width, worst, dtype=self.value.dtype)
        np.maximum.at(flat, self.row[said] * self._width + self._bucket[said], value)
        most = np.maximum.accumulate(flat.reshape(self.height, self._width), axis=1)
        return most if greatest else -most

    def recency(self, *, first: bool) -> Column:
        """Return the days since the last record with a date, or since the first."""
        dated = self.age < UNDATED
        row, age = self.row[dated], self.age[dated]
        found = np.full(self.height, -1 if first else UNDATED, dtype=np.int64)
        (np.maximum if first else np.minimum).at(found, row, age)
        return found, np.bincount(row, minlength=self.height) > 0

    @cached_property
    def latest(self) -> tuple[Column, Column]:
        """The measure of the latest dated record and of the one before it; of one day, the later in the file is later."""
        dated = np.flatnonzero(self.age < UNDATED)
        order = dated[np.lexsort((dated, -self.age[dated], self.row[dated]))]
        row = self.row[order]
        last = np.searchsorted(row, np.arange(self.height), side="right") - 1
        first = np.searchsorted(row, np.arange(self.height), side="left")
        return self._at(order, last, last >= first), self._at(order, last - 1, last - 1 >= first)

    def _at(self, order: Numbers, at: Numbers, there: Mask) -> Column:
        value: Values = np.zeros(self.height, dtype=self.value.dtype)
        present = there.copy()
        record = order[at[there]]
        value[there], present[there] = self.value[record], self.measured[record]
        return value, present

    @cached_property
    def _ties(self) -> tuple[Numbers, Numbers, Numbers]:
        """Records with a known counterparty: which, and the tie (party, counterparty) of each; the party of each tie."""
        known = np.flatnonzero(self.other >= 0)
        span = int(self.other.max(initial=0)) + 1
        tie, inverse = np.unique(self.row[known] * span + self.other[known], return_inverse=True)
        return known, inverse.astype(np.int64), tie // span

    @cached_property
    def distinct(self) -> Numbers:
        """Number of distinct counterparties."""
        known, tie, party = self._ties
        seen = self._spread(tie * self._width + self._bucket[known], len(party)) > 0
        found = np.zeros((self.height, self._width), dtype=np.int64)
        np.add.at(found, party, seen.astype(np.int64))
        return found

    @cached_property
    def over_counterparties(self) -> tuple[NDArray[np.float64], NDArray[np.float64], Mask]:
        """Part of the largest counterparty, Herfindahl index, and where the amounts are positive."""
        known, tie, party = self._ties
        said = self.measured[known]
        cell = tie[said] * self._width + self._bucket[known][said]
        sums = self._spread(cell, len(party), self.value[known][said].astype(np.float64))
        total = np.zeros((self.height, self._width))
        np.add.at(total, party, sums)
        squares, most = np.zeros_like(total), np.zeros_like(total)
        np.add.at(squares, party, sums**2)
        np.maximum.at(most, party, sums)
        some = total > 0
        safe = np.where(some, total, 1.0)
        return most / safe, squares / safe**2, some
