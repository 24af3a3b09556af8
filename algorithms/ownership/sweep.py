"""The sweep from holders to holdings that builds shares column by column, a level at a time: ``Y = D + Y T``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import Level, solve_circle
from algorithms.ownership.matrix import Columns, FloatArray, IntArray, induced
from algorithms.walks.adjacency import entries, spans

CELLS_AT_ONCE = 4_000_000  # of the dense block that closes a circle


@dataclass(frozen=True, eq=False)
class Swept:
    """Finished columns of Y, laid anyhow in one buffer.

    Attributes
    ----------
    start, length : int64 arrays (m,)
        Where the column of each company stands.
    rows : int64 array
        Owner of each entry; sorted within a column.
    data : float array
        Its share.
    gap : float
        ``max |Y (I − T) − D|`` over the columns of circles; the rest is substitution, exact to rounding.
    dropped : float
        Most that was pruned away from one owner, all columns together.
    """

    start: IntArray
    length: IntArray
    rows: IntArray
    data: FloatArray
    gap: float
    dropped: float


def swept_columns(direct: Columns, through: Columns, order: list[Level], prune: float = 0.0) -> Swept:
    """All columns of ``Y = D + Y T``, holders first.

    Parameters
    ----------
    direct : CSC array of shape (r, m)
        D: what each owner holds of each company himself, ≥ 0, no stored zeros.
    through : CSC array of shape (m, m)
        T: what each company holds of each company. With D = T = A the answer is integrated ownership.
    order : list of Level
        :func:`algorithms.ownership.cycles.levels` of T.
    prune : float
        Smaller entries are dropped, and with them what follows from them.
    """
    sweep = _Sweep(direct, through, prune)
    for level in order:
        if len(level.singles):
            sweep.carry(level.singles)
        for circle in level.circles:
            sweep.close(circle)
    return sweep.swept()


class _Sweep:
    def __init__(self, direct: Columns, through: Columns, prune: float) -> None:
        self.direct, self.through, self.prune = direct, through, prune
        size, room = through.shape[0], max(direct.nnz, 16)
        self.start, self.length = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        # One buffer that doubles, so that appending is linear.
        self.rows, self.data = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.float64)
        self.used, self.gap = 0, 0.0
        self.lost: list[tuple[IntArray, FloatArray]] = []

    def swept(self) -> Swept:
        """What was built."""
        rows = np.concatenate([r for r, _ in self.lost]) if self.lost else np.empty(0, dtype=np.int64)
        lost = np.concatenate([d for _, d in self.lost]) if self.lost else np.empty(0)
        most = float(np.bincount(rows, weights=lost).max()) if len(rows) else 0.0
        rows, data = self.rows[: self.used], self.data[: self.used]
        return Swept(self.start, self.length, rows, data, self.gap, most)

    def carry(self, nodes: IntArray) -> None:
        """Finish companies in no circle."""
        rows, data, lengths = self._carried(nodes)
        self._append(nodes, lengths, rows, data)

    def close(self, circle: IntArray) -> None:
        """Solve the columns of one circle: ``Y_S (I − T_SS) = D_S + Y_before T_before,S``, owners in blocks."""
        rows, data, lengths = self._carried(circle)
        owners, local = np.unique(rows, return_inverse=True)
        cells, shape = (np.repeat(np.arange(len(circle)), lengths), local), (len(circle), len(owners))
        right = sparse.csc_array((data, cells), shape=shape)
        block = sparse.csc_array(induced(self.through, circle).T)
        found = [self._solved(block, right, part) for part in _blocks(len(circle), len(owners))]
        solved = sparse.csr_array(sparse.hstack([sparse.csr_array((len(circle), 0)), *found]))
        self._append(circle, np.diff(solved.indptr), owners[solved.indices], solved.data)

    def _solved(self, block: Columns, right: Columns, part: slice) -> Columns:
        wanted = right[:, part].toarray()
        solved = solve_circle(block, wanted)
        gap = np.abs(solved - block @ solved - wanted)
        self.gap = max(self.gap, float(np.nan_to_num(gap, nan=np.inf).max(initial=0.0)))
        return sparse.csr_array(solved)

    def _carried(self, nodes: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
        """``D[:, nodes] + Y T[:, nodes]`` with the columns of Y known so far, as rows, values and lengths."""
        own, owned = self._entries(self.direct, nodes)
        held, holding = self._entries(self.through, nodes)
        companies = self.through.indices[held]
        times = self.length[companies]
        where = spans(self.start[companies], times)
        behind, weight = self.rows[where], np.repeat(self.through.data[held], times) * self.data[where]
        column = np.concatenate((owned, np.repeat(holding, times)))
        row = np.concatenate((self.direct.indices[own], behind))
        return _summed(
            row, column, np.concatenate((self.direct.data[own], weight)), (self.direct.shape[0], len(nodes))
        )

    def _entries(self, matrix: Columns, nodes: IntArray) -> tuple[IntArray, IntArray]:
        positions, lengths = entries(matrix.indptr, nodes)
        return positions, np.repeat(np.arange(len(nodes)), lengths)

    def _append(self, nodes: IntArray, lengths: IntArray, rows: IntArray, data: FloatArray) -> None:
        if self.prune > 0 and np.any(small := data < self.prune):
            column = np.repeat(np.arange(len(nodes)), lengths)[~small]
            self.lost.append((rows[small], data[small]))
            rows, data, lengths = rows[~small], data[~small], np.bincount(column, minlength=len(nodes))
        end = self.used + len(rows)
        if end > len(self.rows):
            room = max(end, 2 * len(self.rows))
            self.rows, self.data = np.resize(self.rows, room), np.resize(self.data, room)
        self.rows[self.used : end], self.data[self.used : end] = rows, data
        self.start[nodes] = self.used + np.cumsum(lengths) - lengths
        self.length[nodes] = lengths
        self.used = end


def _summed(
    row: IntArray, column: IntArray, value: FloatArray, shape: tuple[int, int]
) -> tuple[IntArray, FloatArray, IntArray]:
    """Add up what has the same row and column."""
    found = sparse.coo_array((value, (row, column)), shape=shape).tocsc()
    found.sum_duplicates()
    return found.indices.astype(np.int64), found.data, np.diff(found.indptr).astype(np.int64)


def _blocks(size: int, owners: int) -> list[slice]:
    step = max(1, CELLS_AT_ONCE // max(size, 1))
    return [slice(first, min(first + step, owners)) for first in range(0, owners, step)]
