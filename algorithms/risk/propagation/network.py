"""The network along which risk travels: all channels in one sparse matrix, every entry still one tie of one channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.walks.adjacency import Index, entries, spans


@dataclass(frozen=True, eq=False)
class Channel:
    """One way in which risk travels.

    Attributes
    ----------
    name : str
    attenuation : float
        Part of the source's risk that arrives over a tie of weight 1, in [0, 1].
    weights : CSR array of shape (rows, n)
        W: how much of j's risk reaches i, ≥ 0; each pair stored once.
    """

    name: str
    attenuation: float
    weights: Rows


@dataclass(frozen=True, eq=False)
class Network:
    """``M = Σ_c α_c W_c`` with rows scaled to sum to at most α, by rows (target), not merged.

    Attributes
    ----------
    names : tuple of str
        Channel per code.
    alpha : float
        The bound on what reaches one node over all channels together, below 1.
    size : int
        Number of columns n.
    indptr, source, weight, channel : arrays
        Row i holds the entries ``indptr[i]:indptr[i+1]``: from whom, how much (attenuated and scaled), by which
        channel. 13 bytes an entry.
    factor : float array of shape (rows,)
        What each row was multiplied with, in (0, 1].
    sums : float array of shape (rows,)
        Row sums of M, at most α.
    """

    names: tuple[str, ...]
    alpha: float
    size: int
    indptr: NDArray[np.int32]
    source: NDArray[np.int32]
    weight: FloatArray
    channel: NDArray[np.uint8]
    factor: FloatArray
    sums: FloatArray

    @cached_property
    def rows(self) -> Rows:
        """M for products; a pair with ties of several channels is stored several times."""
        shape = (len(self.factor), self.size)
        return sparse.csr_array((self.weight, self.source, self.indptr), shape=shape)

    @cached_property
    def columns(self) -> Columns:
        """The same entries by source: whom a node reaches. 8 bytes an entry, built when first asked for."""
        count = len(self.source)
        # Counting sort in C: a matrix whose rows are the sources and whose columns count the entries.
        shape = (self.size, count)
        marks = (np.ones(count, dtype=np.int8), (self.source, np.arange(count, dtype=np.int32)))
        ordered = sparse.csr_array(marks, shape=shape)
        targets = np.repeat(np.arange(len(self.factor), dtype=np.int32), np.diff(self.indptr))
        return Columns(ordered.indptr, targets[ordered.indices], ordered.indices)

    @property
    def scaled_rows(self) -> int:
        """How many rows had to be scaled down."""
        return int(np.count_nonzero(self.factor < 1.0))

    @property
    def strongest_factor(self) -> float:
        """The smallest factor; 1 when nothing was scaled."""
        return float(np.min(self.factor, initial=1.0))

    def rows_of(self, nodes: IntArray) -> Rows:
        """Return some rows of M. O(their entries)."""
        where, lengths = entries(self.indptr, nodes)
        indptr = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        arrays = (self.weight[where], self.source[where], indptr)
        return sparse.csr_array(arrays, shape=(len(nodes), self.size))

    def entries_of(self, node: int) -> slice:
        """Return where a row stands."""
        return slice(int(self.indptr[node]), int(self.indptr[node + 1]))


@dataclass(frozen=True, eq=False)
class Columns:
    """Entries by source: ``target`` and ``entry`` (place in the network's arrays) of source j at ``indptr[j]:indptr[j+1]``."""

    indptr: Index
    target: NDArray[np.int32]
    entry: NDArray[np.int32]

    def of(self, sources: IntArray) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """Return targets, entries and how many of each source."""
        where, lengths = entries(self.indptr, sources)
        return self.target[where], self.entry[where], lengths


def combine(channels: Sequence[Channel], alpha: float, shape: tuple[int, int]) -> Network:
    """Put channels into one network.

    Parameters
    ----------
    channels : sequence of Channel
        At most 255, all of ``shape``.
    alpha : float
        In (0, 1).
    shape : (rows, n)
        Rows may be a selection of nodes; columns are all of them.

    Notes
    -----
    O(rows + entries), no sort: the entries of a row follow each other channel after channel.
    """
    rows, size = shape
    lengths = [np.diff(c.weights.indptr) for c in channels]
    counts = np.sum(lengths, axis=0, dtype=np.int32) if channels else np.zeros(rows, dtype=np.int32)
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    total = int(indptr[-1])
    source, channel = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.uint8)
    weight, free = np.empty(total), indptr[:-1].astype(np.int64)
    for code, (each, length) in enumerate(zip(channels, lengths, strict=True)):
        where = spans(free, length)
        source[where], channel[where] = each.weights.indices, code
        weight[where] = each.attenuation * each.weights.data
        free += length
    sums = sparse.csr_array((weight, source, indptr), shape=shape) @ np.ones(size)
    factor = np.divide(alpha, sums, out=np.ones_like(sums), where=sums > alpha)
    weight *= np.repeat(factor, counts)
    names = tuple(c.name for c in channels)
    return Network(names, alpha, size, indptr, source, weight, channel, factor, sums * factor)
