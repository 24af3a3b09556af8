"""The power index of one company where its voting game is small enough to be asked while somebody waits."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import levels
from algorithms.ownership.matrix import Columns, IntArray, checked, induced, upstream
from algorithms.ownership.power import SWEEPS_IN_CIRCLES, PowerResult, power_index

SAMPLES = 4_000  # standard error at most 0.8 %
VOTES_AT_MOST = (
    6_000  # holdings upstream, times the sweeps where a circle makes the companies vote again and again
)


class SmallGame:
    """Votes upstream of a company, and the power of single holders and of groups in it.

    Parameters
    ----------
    votes : CSC array of shape (m, m)
        ``votes[i, j]`` = part of j's votes held by i.
    target : int
        The company.
    """

    def __init__(self, votes: Columns, target: int) -> None:
        self.votes, self.target = checked(sparse.csc_array(votes)), target

    @cached_property
    def within_bound(self) -> bool:
        """Whether the game is computed at all."""
        part = induced(self.votes, upstream([self.votes], np.array([self.target])))
        circular = any(level.circles for level in levels(part))
        return bool(part.nnz * (SWEEPS_IN_CIRCLES if circular else 1) <= VOTES_AT_MOST)

    def of(self, seeds: IntArray) -> tuple[float, float]:
        """Power of holders who act as one, and its standard error; NaN when the game is too large."""
        if not self.within_bound:
            return float("nan"), 0.0
        found = self._alone if len(seeds) == 1 else self._played(self._joined(seeds))
        return float(found.value[[int(seeds[0])], [0]].item()), found.residual

    @cached_property
    def _alone(self) -> PowerResult:
        return self._played(self.votes)

    def _played(self, votes: Columns) -> PowerResult:
        return power_index(votes, self.target, samples=SAMPLES)

    def _joined(self, seeds: IntArray) -> Columns:
        """The game in which the first of the seeds holds what all of them hold, and nobody decides for them."""
        edges = sparse.coo_array(self.votes)
        kept = ~np.isin(edges.col, seeds)
        row = np.where(np.isin(edges.row, seeds), seeds[0], edges.row)
        return sparse.csc_array((edges.data[kept], (row[kept], edges.col[kept])), shape=self.votes.shape)
