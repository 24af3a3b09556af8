"""A tally of many parties, gathered around the asked enterprises: sums and extremes over each one's members."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from algorithms.features.tallies import Column, Mask, Numbers, Tally, Values


@dataclass(frozen=True, eq=False)
class Around:
    """One tally as seen from ``n`` enterprises.

    Attributes
    ----------
    tally : Tally
        Of the ``m`` parties that have any record of the source.
    matrix : sparse (n, m)
        1 where a party belongs to an enterprise.
    degree : int64 array (n,)
        How many belong to it, with records or without.
    """

    tally: Tally
    matrix: sparse.csr_array
    degree: Numbers

    @cached_property
    def counts(self) -> Numbers:
        """Number of records, (n, w + 1)."""
        return np.asarray(self.matrix @ self.tally.counts)

    @cached_property
    def measured_counts(self) -> Numbers:
        """Number of records that say the measure."""
        return np.asarray(self.matrix @ self.tally.measured_counts)

    @cached_property
    def sums(self) -> Values:
        """Sum of the measure."""
        return np.asarray(self.matrix @ self.tally.sums)

    @cached_property
    def members(self) -> Numbers:
        """How many members have a record."""
        return np.asarray(self.matrix @ (self.tally.counts > 0).astype(np.int64))

    @cached_property
    def greatest(self) -> Values:
        """Greatest measure."""
        return self.over(self.tally.extreme(greatest=True), greatest=True)

    @cached_property
    def least(self) -> Values:
        """Least measure."""
        return self.over(self.tally.extreme(greatest=False), greatest=False)

    def over(self, values: Values, *, greatest: bool) -> Values:
        """Return the greatest or least of the members' values; 0 where nobody has any record."""
        pick = np.maximum if greatest else np.minimum
        found = np.zeros((self.matrix.shape[0], *values.shape[1:]), dtype=values.dtype)
        some = np.diff(self.matrix.indptr) > 0
        if some.any():
            found[some] = pick.reduceat(values[self.matrix.indices], self.matrix.indptr[:-1][some], axis=0)
        return found

    def best(self, column: Column, *, greatest: bool) -> Column:
        """Return the greatest or least of the members that have a value."""
        values, present = column
        bound = np.iinfo(np.int64) if values.dtype == np.int64 else np.finfo(np.float64)
        worst = bound.min if greatest else bound.max
        chosen = self.over(np.where(present, values, worst), greatest=greatest)
        return chosen, self.any_of(present)

    def any_of(self, present: Mask) -> Mask:
        """Whether any member has it."""
        return np.asarray(self.matrix @ present.astype(np.int64)) > 0
