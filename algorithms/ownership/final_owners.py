"""Who owns each company in the end 最终持有人: every person in every company of a whole register, in one pass.

A register is a forest with a few knots: the UK register of persons with significant control has 8 million nodes and 5
million holdings, of which 498 companies stand in circles. So nearly every column of Y is the column of A itself, and only
what is held by companies is swept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from algorithms.ownership.cross_holdings import cross_holdings
from algorithms.ownership.cycles import levels
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    column_sums,
)
from algorithms.ownership.sweep import Swept, swept_columns
from algorithms.result import Result
from algorithms.thresholds import above, at_least
from algorithms.walks.adjacency import entries, spans
from schema.errors import InputError

PRUNE_BELOW = 1e-12  # a share of a billionth still comes out to three digits


@dataclass(frozen=True, eq=False)
class FinalOwners(Result[Columns]):
    """Final shares of persons.

    Attributes
    ----------
    value : sparse CSC of shape (n, n)
        ``value[p, j]`` = share of company j that person p holds over all walks; rows of others are empty. NaN behind a
        circle without outside owner.
    residual : float
        What any entry can be short of its true value, pruned walks and the error of the circles' solution together.
    iterations : int
        Levels of the sweep.
    converged : bool
        True when everything is defined and the residual is at most 1e-6.
    core : int64 array
        Companies that hold, or are held by, other companies: only they were swept.
    """

    core: IntArray


def final_owners_all(
    A: Matrix, persons: BoolArray | None = None, threshold: float = 0.0, prune: float = PRUNE_BELOW
) -> FinalOwners:
    """Final shares of all persons in all companies.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, in [0, 1].
    persons : bool array (n,), optional
        Natural persons, or whoever else is an end (the state): nothing is traced above them. By default whoever has no
        holders. A company without holders that is no person owns nothing in the end.
    threshold : float in [0, 1]
        Shares from here on, inclusive, are returned.
    prune : float
        Shares below are dropped on the way; 0 keeps all.

    Returns
    -------
    FinalOwners

    Raises
    ------
    InputError
        When A is not square, a share is no ratio, the mask does not fit, or the threshold is no ratio.

    Notes
    -----
    Leaves are peeled, strongly connected sets condensed and solved exactly, and the rest swept in topological order:
    ``Y_P = A_P + Y_P A_C`` with P the persons and C the companies. What pruning costs an entry is at most what was dropped
    for its owner times the expected visits to a company, ``1 + max Y_ii`` (a walk from below hits it with chance ≤ 1).
    Complexity: O(n + nnz + size of the answer), and one solve per circle.

    Examples
    --------
    >>> A = np.zeros((4, 4)); A[0, 2], A[1, 2], A[2, 3], A[1, 3] = 0.6, 0.4, 0.5, 0.5
    >>> final_owners_all(A).value.toarray()[:2, 3].round(3).tolist()
    [0.3, 0.7]
    """
    if not 0 <= threshold <= 1 or prune < 0:
        raise InputError("threshold is a share from 0 to 1, and prune at least 0")
    columns = checked(as_columns(A))
    register = _Register(columns, _ends(columns, persons))
    core, direct, through = register.core()
    order = levels(through)
    swept = swept_columns(direct, through, order, prune)
    value = register.assembled(core, swept)
    residual = _residual(swept, through)
    return FinalOwners(
        value=_from(value, threshold),
        residual=residual,
        iterations=len(order),
        converged=bool(residual <= 1e-6),
        core=core,
    )


def _ends(columns: Columns, persons: BoolArray | None) -> BoolArray:
    if persons is None:
        ends: BoolArray = np.diff(columns.indptr) == 0
        return ends
    if persons.shape != (columns.shape[0],):
        raise InputError(
            f"persons has shape {persons.shape}; it needs one flag for each of {columns.shape[0]}"
        )
    return persons.astype(np.bool_)


class _Register:
    """Holdings split into what persons hold and what companies hold."""

    def __init__(self, columns: Columns, person: BoolArray) -> None:
        self.columns, self.person = columns, person
        self.lengths = np.diff(columns.indptr)
        self.traced = (self.lengths > 0) & ~person
        self.by_person = person[columns.indices]

    def core(self) -> tuple[IntArray, Columns, Columns]:
        """Companies on either side of a holding between companies, with their direct and their mutual shares."""
        size = self.columns.shape[0]
        corporate = np.flatnonzero(self.traced[self.columns.indices])
        holder = self.columns.indices[corporate]
        held = np.searchsorted(self.columns.indptr, corporate, side="right") - 1
        inner = self.traced[held]
        holder, held, share = holder[inner], held[inner], self.columns.data[corporate[inner]]
        marks = np.zeros(size, dtype=np.bool_)
        marks[holder] = marks[held] = True
        nodes = np.flatnonzero(marks)
        place = np.cumsum(marks, dtype=np.int32) - 1
        m = len(nodes)
        through = sparse.csc_array((share, (place[holder], place[held])), shape=(m, m))
        return nodes, self._direct(nodes), through

    def _direct(self, nodes: IntArray) -> Columns:
        positions, lengths = entries(self.columns.indptr, nodes)
        own = self.by_person[positions]
        kept = np.bincount(np.repeat(np.arange(len(nodes)), lengths)[own], minlength=len(nodes))
        at = positions[own]
        ends = np.concatenate(([0], np.cumsum(kept)))
        shape = (self.columns.shape[0], len(nodes))
        return sparse.csc_array((self.columns.data[at], self.columns.indices[at], ends), shape=shape)

    def assembled(self, core: IntArray, swept: Swept) -> Columns:
        """Columns of the core from the sweep, all others as they are declared, without what is no person's."""
        lengths = np.where(self.traced, self.lengths, 0)
        lengths[core] = swept.length
        ends = np.zeros(len(lengths) + 1, dtype=self.columns.indptr.dtype)
        np.cumsum(lengths, out=ends[1:])
        declared = np.ones(self.columns.nnz, dtype=np.bool_)
        for replaced in (core, np.flatnonzero(self.person & (self.lengths > 0))):
            declared[entries(self.columns.indptr, replaced)[0]] = False
        slots, source = spans(ends[core], swept.length), spans(swept.start, swept.length)
        rows = _filled(self.columns.indices[declared], slots, swept.rows[source])
        data = _filled(self.columns.data[declared], slots, swept.data[source])
        whole = sparse.csc_array((data, rows, ends), shape=self.columns.shape)
        return whole if self.person[rows].all() else _kept(whole, self.person[rows])


def _filled(rest: Any, slots: IntArray, values: Any) -> Any:
    """An array with ``values`` in the slots and the rest, in order, everywhere else."""
    filled = np.empty(len(rest) + len(slots), dtype=rest.dtype)
    others = np.ones(len(filled), dtype=np.bool_)
    others[slots] = False
    filled[slots], filled[others] = values, rest
    return filled


def _from(value: Columns, threshold: float) -> Columns:
    """Entries from the threshold on; what is undefined cannot be said to be below."""
    return _kept(value, at_least(value.data, threshold) | np.isnan(value.data)) if threshold > 0 else value


def _kept(value: Columns, keep: BoolArray) -> Columns:
    before = np.concatenate(([0], np.cumsum(keep)))
    ends = before[value.indptr]
    return sparse.csc_array((value.data[keep], value.indices[keep], ends), shape=value.shape)


def _residual(swept: Swept, through: Columns) -> float:
    if np.isnan(swept.data).any():
        return float("inf")
    if not swept.dropped:
        return swept.gap
    if np.any(above(column_sums(through), 1.0)):
        return float("inf")
    return swept.gap + swept.dropped * _most_visits(through)


def _most_visits(through: Columns) -> float:
    """``1 + max Y_ii``: how often a walk comes by the same company at most."""
    treasury: list[FloatArray] = [c.treasury for c in cross_holdings(through).found]
    return 1.0 / (1.0 - max((float(t.max()) for t in treasury), default=0.0))
