"""Close links 密切联系: a fifth or more of a company, held directly or through others.

Guideline (EU) 2015/510 of the European Central Bank, art. 138(2): a link exists where one holds 20 % or more of the
other's capital, directly or indirectly, or where a third party holds 20 % or more of both. Indirect holdings are sums
over simple paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import levels
from algorithms.ownership.integrated import integrated_ownership
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    upstream,
)
from algorithms.ownership.paths import PRUNE_BELOW, PathSums, simple_path_sums
from algorithms.result import Result
from algorithms.thresholds import at_boundary, at_least
from schema.errors import InputError

CLOSE_LINK = 0.2  # inclusive, art. 138(2)
PRUNE_IN_TURN = (1e-3, 1e-6, PRUNE_BELOW)  # most pairs are decided by the roughest sum


@dataclass(frozen=True, eq=False)
class CloseLinks(Result[Columns]):
    """Who is closely linked with whom.

    Attributes
    ----------
    value : sparse CSC bool array of shape (n, n)
        ``value[i, j]``: i holds at least the threshold of j, or (with ``common_holder``) somebody holds it of both.
        Nobody is linked with himself.
    residual : float
        Largest part that was left out of a sum that could not be decided; 0 when all were.
    iterations : int
        Paths that were expanded.
    converged : bool
        False when a pair is undecided; undecided pairs are not in ``value``.
    shares : sparse CSC float array of shape (n, n)
        The share, over simple paths, behind each link by holding. A pair decided before its sum was complete has the
        lower bound that decided it.
    at_boundary : int64 array of shape (m, 2)
        Pairs whose share is on the line itself.
    undecided : int64 array of shape (m, 2)
        Pairs whose share may lie on either side of the line.
    """

    shares: Columns
    at_boundary: IntArray
    undecided: IntArray

    def common_holders(self, i: int, j: int) -> IntArray:
        """Third parties who hold at least the threshold of both: the reason of a link by common holder."""
        first, second = (self.shares[:, [k]].nonzero()[0] for k in (i, j))
        return np.intersect1d(first, second).astype(np.int64)


def close_links(A: Matrix, threshold: float = CLOSE_LINK, common_holder: bool = False) -> CloseLinks:
    """All close links.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, in [0, 1].
    threshold : float in (0, 1]
        Inclusive.
    common_holder : bool
        Whether two companies of which a third party holds the threshold each are linked, both ways. A holder of k
        companies gives k (k − 1) such links.

    Returns
    -------
    CloseLinks

    Raises
    ------
    InputError
        When A is not square, a share is negative or not finite, or the threshold is not in (0, 1].

    Notes
    -----
    The sum over all walks bounds the sum over simple paths, and equals it for a company with no circle upstream. So
    one sweep finds the candidates, and only those behind a circle are searched path by path.
    Complexity: that of :func:`algorithms.ownership.integrated.integrated_ownership`, and at most three bounded searches
    per company that has a candidate behind a circle.

    Examples
    --------
    >>> A = np.zeros((4, 4)); A[0, 1] = 0.5; A[1, 2] = 0.4; A[0, 3] = 0.3
    >>> np.argwhere(close_links(A).value.toarray()).tolist()
    [[0, 1], [0, 2], [0, 3], [1, 2]]
    >>> found = close_links(A, common_holder=True)
    >>> bool(found.value[2, 3]), found.common_holders(2, 3).tolist()
    (True, [0])
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold {threshold} must be a share above 0 and at most 1")
    columns = checked(as_columns(A))
    candidates = _candidates(columns, threshold)
    behind = _behind_circles(columns)[candidates.held]
    search = _Search(columns, threshold)
    search.run(candidates.where(behind))
    return _result(candidates.where(~behind).joined(search.links), search, common_holder)


@dataclass(frozen=True, eq=False)
class _Links:
    holder: IntArray
    held: IntArray
    share: FloatArray

    def where(self, which: BoolArray) -> _Links:
        return _Links(self.holder[which], self.held[which], self.share[which])

    def joined(self, more: list[tuple[int, int, float]]) -> _Links:
        holder, held, share = zip(*more, strict=True) if more else ((), (), ())
        return _Links(
            np.concatenate((self.holder, np.array(holder, dtype=np.int64))),
            np.concatenate((self.held, np.array(held, dtype=np.int64))),
            np.concatenate((self.share, np.array(share, dtype=np.float64))),
        )


def _candidates(columns: Columns, threshold: float) -> _Links:
    """Pairs that reach the line by all walks, or whose walks do not sum, company by company."""
    Y = sparse.coo_array(integrated_ownership(columns).value)
    kept = (at_least(Y.data, threshold) | np.isnan(Y.data)) & (Y.row != Y.col)
    order = np.argsort(Y.col[kept], kind="stable")
    row, col = Y.row[kept][order].astype(np.int64), Y.col[kept][order].astype(np.int64)
    return _Links(row, col, Y.data[kept][order])


def _behind_circles(columns: Columns) -> BoolArray:
    """Companies with a circle somewhere upstream, or in one."""
    circular = [circle for level in levels(columns) for circle in level.circles]
    marks = np.zeros(columns.shape[0], dtype=np.bool_)
    if circular:
        marks[upstream([sparse.csc_array(columns.T)], np.concatenate(circular))] = True
    return marks


class _Search:
    """Decides candidates by sums over simple paths, rough sums first."""

    def __init__(self, columns: Columns, threshold: float) -> None:
        self.columns, self.threshold = columns, threshold
        self.links: list[tuple[int, int, float]] = []
        self.open: list[tuple[int, int]] = []
        self.expanded, self.left_out = 0, 0.0

    def run(self, candidates: _Links) -> None:
        cuts = np.flatnonzero(np.diff(candidates.held)) + 1
        for holders, held in zip(
            np.split(candidates.holder, cuts), np.split(candidates.held, cuts), strict=True
        ):
            if len(held):
                self._decide(int(held[0]), holders)

    def _decide(self, company: int, holders: IntArray) -> None:
        for prune in PRUNE_IN_TURN:
            sums = simple_path_sums(self.columns, company, prune)
            self.expanded += sums.iterations
            unknown = holders[self._unknown(sums, holders)]
            if not len(unknown):
                break
        linked = holders[at_least(sums.value[holders], self.threshold)]
        self.links += [(int(i), company, float(sums.value[i])) for i in linked]
        self.open += [(int(i), company) for i in unknown]
        self.left_out = max(self.left_out, sums.residual if len(unknown) else 0.0)

    def _unknown(self, sums: PathSums, holders: IntArray) -> BoolArray:
        if sums.residual == 0.0:
            return np.zeros(len(holders), dtype=np.bool_)
        reached = at_least(sums.value[holders], self.threshold)
        return ~reached & at_least(sums.upper[holders], self.threshold)


def _result(links: _Links, search: _Search, common_holder: bool) -> CloseLinks:
    shares = sparse.csc_array((links.share, (links.holder, links.held)), shape=search.columns.shape)
    on_line = links.where(at_boundary(links.share, search.threshold))
    return CloseLinks(
        value=_linked(shares, common_holder),
        residual=search.left_out,
        iterations=search.expanded,
        converged=not search.open,
        shares=shares,
        at_boundary=np.column_stack((on_line.holder, on_line.held)),
        undecided=np.array(search.open, dtype=np.int64).reshape(-1, 2),
    )


def _linked(shares: Columns, common_holder: bool) -> Columns:
    held = sparse.csc_array((np.ones(shares.nnz), shares.indices, shares.indptr), shape=shares.shape)
    if common_holder:
        together = sparse.coo_array(held.T @ held)
        apart = together.row != together.col
        pairs = (np.ones(np.count_nonzero(apart)), (together.row[apart], together.col[apart]))
        held = held + sparse.csc_array(pairs, shape=shares.shape)
    return sparse.csc_array(held, dtype=np.bool_)
