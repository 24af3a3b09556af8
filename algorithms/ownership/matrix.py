"""Share matrices at the door: ``A[i, j]`` is the share of j held by i, kept by columns (who holds j?)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.sets import distinct
from algorithms.walks.adjacency import entries
from schema.errors import InputError

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]
Matrix: TypeAlias = Any  # ndarray, or any scipy sparse matrix or array: scipy ships no types
Columns: TypeAlias = Any  # scipy.sparse.csc_array of float64


def as_columns(A: Matrix) -> Columns:
    """Bring a share matrix into column form, without a copy when it is a float64 CSC array already.

    Raises
    ------
    InputError
        When ``A`` is not square.
    """
    columns = sparse.csc_array(A, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[0] != columns.shape[1]:
        raise InputError(f"a share matrix is square (holders × companies), this one is {columns.shape}")
    return columns


def checked(columns: Columns) -> Columns:
    """Refuse shares that are no shares, and drop stored zeros (they would close circles that do not exist).

    Raises
    ------
    InputError
        When a share is negative, infinite or not a number.
    """
    bad = np.flatnonzero(~(np.isfinite(columns.data) & (columns.data >= 0)))
    if len(bad):
        position = int(bad[0])
        company = int(np.searchsorted(columns.indptr, position, side="right")) - 1
        holder = int(columns.indices[position])
        raise InputError(
            f"the share of company {company} held by {holder} is {columns.data[position]}; "
            "a share is a ratio of at least 0, and an unknown one is left out"
        )
    if np.all(columns.data):
        return columns
    columns = columns.copy()
    columns.eliminate_zeros()
    return columns


def upstream(matrices: Sequence[Columns], targets: IntArray) -> IntArray:
    """Everyone from whom a walk leads to a target through any of the matrices, targets included, sorted.

    Notes
    -----
    O(n) for one mark per node, then what is upstream.
    """
    seen = np.zeros(matrices[0].shape[0], dtype=np.bool_)
    frontier = distinct(targets)
    seen[frontier] = True
    while len(frontier):
        holders = [m.indices[entries(m.indptr, frontier)[0]] for m in matrices]
        found = distinct(np.concatenate(holders))
        frontier = found[~seen[found]]
        seen[frontier] = True
    return np.flatnonzero(seen)


def induced(columns: Columns, nodes: IntArray) -> Columns:
    """Cut the sub-matrix of sorted ``nodes``, renumbered 0…m−1. Stored zeros stay."""
    positions, lengths = entries(columns.indptr, nodes)
    holders = columns.indices[positions]
    local = np.minimum(np.searchsorted(nodes, holders), max(len(nodes) - 1, 0))
    inside = nodes[local] == holders
    owned = np.repeat(np.arange(len(nodes)), lengths)[inside]
    shape = (len(nodes), len(nodes))
    return sparse.csc_array((columns.data[positions][inside], (local[inside], owned)), shape=shape)


def column_sums(columns: Columns) -> FloatArray:
    """Declared share of every company, ≥ 0; above 1 the statements contradict each other."""
    return np.asarray(columns.sum(axis=0), dtype=np.float64).ravel()


def indices_of(nodes: Any, size: int, what: str) -> IntArray:
    """Read node indices as a sorted set.

    Raises
    ------
    InputError
        When one is outside ``0 … size − 1``.
    """
    given = np.asarray(nodes, dtype=np.int64).ravel()
    if len(given) and (given.min() < 0 or given.max() >= size):
        raise InputError(f"{what} {given.min()} … {given.max()} must be indices from 0 to {size - 1}")
    return distinct(given)
