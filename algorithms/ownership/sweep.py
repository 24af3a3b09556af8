"""The sweep from holders to holdings that builds all of Y, column by column, a level at a time."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import Level, solve_circle
from algorithms.ownership.matrix import Columns, FloatArray, IntArray, induced
from algorithms.walks.adjacency import entries, spans


class _Store:
    """Finished columns of Y in one growing buffer (doubling, so appending is linear)."""

    def __init__(self, size: int, room: int) -> None:
        self.start = np.zeros(size, dtype=np.int64)
        self.length = np.zeros(size, dtype=np.int64)
        self.rows = np.empty(max(room, 16), dtype=np.int64)
        self.data = np.empty(max(room, 16), dtype=np.float64)
        self.used = 0

    def append(self, nodes: IntArray, lengths: IntArray, rows: IntArray, data: FloatArray) -> None:
        """Add the columns of ``nodes``, laid one after the other."""
        end = self.used + len(rows)
        if end > len(self.rows):
            room = max(end, 2 * len(self.rows))
            self.rows, self.data = np.resize(self.rows, room), np.resize(self.data, room)
        self.rows[self.used : end], self.data[self.used : end] = rows, data
        self.start[nodes] = self.used + np.cumsum(lengths) - lengths
        self.length[nodes] = lengths
        self.used = end

    def read(self, nodes: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
        """Rows, values and lengths of the columns of ``nodes``; an unfinished column is empty."""
        lengths = self.length[nodes]
        where = spans(self.start[nodes], lengths)
        return self.rows[where], self.data[where], lengths


def swept_columns(A: Columns, order: list[Level]) -> Columns:
    """All columns of ``Y = A + Y A``, holders first.

    Parameters
    ----------
    A : CSC array of shape (n, n)
        Shares, ≥ 0, no stored zeros.
    order : list of Level
        :func:`algorithms.ownership.cycles.levels` of A.
    """
    size = A.shape[0]
    store = _Store(size, A.nnz)
    for level in order:
        if len(level.singles):
            rows, data, lengths = _carried(A, store, level.singles)
            store.append(level.singles, lengths, rows, data)
        for circle in level.circles:
            _close(A, store, circle)
    rows, data, lengths = store.read(np.arange(size))
    return sparse.csc_array((data, rows, np.concatenate(([0], np.cumsum(lengths)))), shape=A.shape)


def _carried(A: Columns, store: _Store, nodes: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
    """``A[:, nodes] + Y A[:, nodes]`` with the columns of Y known so far, as rows, values and lengths."""
    positions, lengths = entries(A.indptr, nodes)
    holder, share = A.indices[positions].astype(np.int64), A.data[positions]
    owned = np.repeat(np.arange(len(nodes)), lengths)
    behind, weight, times = store.read(holder)
    key = np.concatenate((owned, np.repeat(owned, times))) * A.shape[0] + np.concatenate((holder, behind))
    value = np.concatenate((share, np.repeat(share, times) * weight))
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    data = np.add.reduceat(value[order], first) if len(first) else value
    column, row = np.divmod(key[first], A.shape[0])
    return row, data, np.bincount(column, minlength=len(nodes))


def _close(A: Columns, store: _Store, circle: IntArray) -> None:
    """Solve the columns of one circle: ``Y_S (I − A_SS) = A_S + Y_before A_before,S``."""
    rows, data, lengths = _carried(A, store, circle)
    holders, local = np.unique(rows, return_inverse=True)
    right = np.zeros((len(circle), len(holders)))
    right[np.repeat(np.arange(len(circle)), lengths), local] = data
    solved = solve_circle(sparse.csc_array(induced(A, circle).T), right)
    keep = solved != 0
    column, row = np.nonzero(keep)
    store.append(circle, np.bincount(column, minlength=len(circle)), holders[row], solved[keep])
