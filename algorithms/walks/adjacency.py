"""Reading many rows of a compressed sparse structure at once, at a cost of what is read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.integer[Any]]


def spans(starts: Index, lengths: Index) -> NDArray[np.int64]:
    """Concatenate ``range(start, start + length)`` of every pair, without a Python loop.

    Examples
    --------
    >>> spans(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    lengths = lengths.astype(np.int64, copy=False)
    before = np.cumsum(lengths) - lengths
    shift: NDArray[np.int64] = np.repeat(starts - before, lengths)
    return np.arange(len(shift), dtype=np.int64) + shift


def entries(indptr: Index, nodes: Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of all stored entries of ``nodes``, and how many each node has.

    Parameters
    ----------
    indptr : integer array of shape (n + 1,)
        Row pointer of a CSR (or column pointer of a CSC) structure.
    nodes : integer array of shape (m,)
        Rows to read, in any order, repeats allowed.

    Returns
    -------
    positions : int64 array
        Where the entries of the nodes stand, node after node.
    lengths : int64 array of shape (m,)
        Entries per node.
    """
    starts = indptr[nodes].astype(np.int64)
    lengths = indptr[nodes + 1].astype(np.int64) - starts
    return spans(starts, lengths), lengths
