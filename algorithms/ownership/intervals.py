"""Final shares when shares are missing, banded or contradictory: the least and the greatest that they can be.

Whatever nobody is known to hold could belong to anyone, also to him. Seen backwards from the company, a share is
the chance of a random walk to end with him, so the greatest one is a Markov decision: at every company the open
part goes where it ends with him most surely (Howard 1960, policy iteration).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.matrix import Columns, FloatArray, IntArray, column_sums
from algorithms.ownership.rights import Rights
from algorithms.thresholds import TOLERANCE, at_least

POLICIES_AT_MOST = 60


@dataclass(frozen=True, eq=False)
class Interval:
    """Final shares in one company.

    Attributes
    ----------
    value : float array of shape (m,)
        As declared, bands at their lower end; NaN where a circle has no outside owner.
    least, most : float arrays of shape (m,)
        Bounds, in [0, 1]. ``most`` is the exact maximum where it matters: for whoever could reach the line.
    unnamed : float
        The greatest share of somebody whom nobody has named.
    converged : bool
        False when the declared shares have no solution.
    """

    value: FloatArray
    least: FloatArray
    most: FloatArray
    unnamed: float
    converged: bool


@dataclass(frozen=True, eq=False)
class _Room:
    """Edges of all columns with their bounds after what a column's sum implies."""

    rows: IntArray
    cols: IntArray
    floor: FloatArray
    width: FloatArray
    undeclared: FloatArray
    slack: FloatArray

    def columns(self, extra: FloatArray) -> Columns:
        size = len(self.slack)
        return sparse.csc_array((self.floor + extra, (self.rows, self.cols)), shape=(size, size))


def final_interval(rights: Rights, target: int, holders: IntArray, line: float) -> Interval:
    """Bound the final share of every holder in ``target``.

    Parameters
    ----------
    rights : Rights
        What is known.
    target : int
        The company.
    holders : int64 array
        Who holds in the end (persons): only for them the exact maximum is sought.
    line : float
        The threshold that will be asked for; a cheap bound below it is left as it is.

    Notes
    -----
    With exact edges ``most = least + U``, U being all undeclared parts seen through the walks: one solve for
    everyone. With bands, a few sparse solves for each holder whose cheap bound reaches the line.
    """
    declared = integrated_ownership_of(rights.least, target)
    room = _room(rights)
    known = integrated_ownership_of(room.columns(np.zeros_like(room.floor)), target)
    least = known.value.toarray().ravel()
    through = least.copy()
    through[target] += 1.0
    open_part = float(through @ room.slack)
    loose = np.minimum(least + (1.0 if np.isnan(open_part) else open_part), 1.0)
    most, unnamed = np.nan_to_num(loose, nan=1.0), min(1.0, 1.0 if np.isnan(open_part) else open_part)
    least = np.clip(np.nan_to_num(least), 0.0, 1.0)
    if np.any(room.width > TOLERANCE) and known.converged:
        for holder in holders[at_least(most[holders], line)]:
            most[holder] = max(least[holder], _greatest(room, target, int(holder), float(most[holder])))
        unnamed = _greatest(room, target, None, unnamed)
    return Interval(declared.value.toarray().ravel(), least, most, unnamed, declared.converged)


def _room(rights: Rights) -> _Room:
    """Narrow the bounds of every edge by what the other holders of the same company have at least and at most."""
    top = sparse.coo_array(rights.most)
    low = sparse.coo_array(rights.least)
    size = top.shape[0]
    keys = np.union1d(top.col.astype(np.int64) * size + top.row, low.col.astype(np.int64) * size + low.row)
    cols, rows = np.divmod(keys, size)
    floor, ceiling = (_on_edges(m, keys) for m in (rights.least, rights.most))
    excess = np.maximum(column_sums(rights.least) - 1.0, 0.0)
    excess[excess <= TOLERANCE] = 0.0
    # Above 100 % some statement is too high by the excess, and it may be any of them.
    floor = np.maximum(floor - excess[cols], 0.0)
    sums = np.bincount(cols, weights=floor, minlength=size)
    ceiling = np.maximum(np.minimum(ceiling, 1.0 - sums[cols] + floor), floor)
    tops = np.bincount(cols, weights=ceiling, minlength=size)
    full = (rights.undeclared <= 0) & (tops >= 1.0 - TOLERANCE)
    raised = np.maximum(floor, 1.0 - tops[cols] + ceiling)
    floor = np.where(full[cols], np.minimum(raised, ceiling), floor)
    left = np.clip(1.0 - np.bincount(cols, weights=floor, minlength=size), 0.0, 1.0)
    width = np.where(ceiling - floor > TOLERANCE, ceiling - floor, 0.0)
    undeclared = np.minimum(rights.undeclared, left)
    slack = np.minimum(left, undeclared + np.bincount(cols, weights=width, minlength=size))
    return _Room(rows, cols, floor, width, undeclared, slack)


def _on_edges(matrix: Columns, keys: IntArray) -> FloatArray:
    size = matrix.shape[0]
    edges = sparse.coo_array(matrix)
    found = np.zeros(len(keys))
    np.add.at(found, np.searchsorted(keys, edges.col.astype(np.int64) * size + edges.row), edges.data)
    return found


def _greatest(room: _Room, target: int, holder: int | None, fallback: float) -> float:
    """Greatest final share of one holder (None: of somebody not named); ``fallback`` when it is not found."""
    size = len(room.slack)
    own = np.zeros(size)
    if holder is not None:
        own[holder] = 1.0
    value = own
    for _ in range(POLICIES_AT_MOST):
        shares = room.columns(_policy(room, value))
        system = sparse.eye_array(size, format="csc") - sparse.csc_array(shares.T)
        if float(column_sums(shares).max(initial=0.0)) > 1.0 + TOLERANCE:
            return fallback
        with np.errstate(all="ignore"):
            better = spsolve(system, own + room.undeclared)
        if not np.all(np.isfinite(better)) or better.max() > 1.0 + 1e-6:
            return fallback
        if np.max(np.abs(better - value)) <= 1e-12:
            return min(float(better[target]), fallback)
        value = better
    return fallback


def _policy(room: _Room, value: FloatArray) -> FloatArray:
    """Hand the open part of every company to its best holders: undeclared first (worth 1), then bands by value."""
    order = np.lexsort((-value[room.rows], room.cols))
    cols, width = room.cols[order], room.width[order]
    before = np.cumsum(width) - width
    first = np.searchsorted(cols, cols, side="left")
    given = np.clip((room.slack - room.undeclared)[cols] - (before - before[first]), 0.0, width)
    extra = np.empty_like(given)
    extra[order] = given
    return extra
