"""Balance sheets at the door: square matrices of amounts kept by rows, and vectors of one number per node."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from schema.errors import InputError

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]
Matrix: TypeAlias = Any  # ndarray, or any scipy sparse matrix or array: scipy ships no types
Vector: TypeAlias = Any  # anything NumPy reads as one number per node
Rows: TypeAlias = Any  # scipy.sparse.csr_array of float64

# Sums of amounts are compared with a line this thick, relative to the amount: rounding is no default.
RELATIVE_TOLERANCE = 1e-12


def as_rows(matrix: Matrix, what: str) -> Rows:
    """Bring a matrix of amounts into row form, without stored zeros; the caller's matrix is left as it is.

    Parameters
    ----------
    matrix : array or sparse of shape (n, n)
    what : str
        How errors call it.

    Raises
    ------
    InputError
        When it is not a square matrix of finite numbers of at least 0.
    """
    try:
        rows = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    except (TypeError, ValueError) as wrong:
        raise InputError(
            f"{what} must be a square matrix of numbers (NumPy array or SciPy sparse)"
        ) from wrong
    if rows.ndim != 2 or rows.shape[0] != rows.shape[1]:
        raise InputError(f"{what} must be square, node by node; this matrix is {rows.shape}")
    bad = np.flatnonzero(~(np.isfinite(rows.data) & (rows.data >= 0)))
    if len(bad):
        row = int(np.searchsorted(rows.indptr, bad[0], side="right")) - 1
        place = f"{what}[{row}, {int(rows.indices[bad[0]])}]"
        raise InputError(f"{place} is {rows.data[bad[0]]}; it must be finite and at least 0")
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def as_vector(
    values: Vector, size: int, what: str, least: float = 0.0, most: float = float("inf")
) -> FloatArray:
    """Read one number per node (a single number stands for all), as a fresh array.

    Raises
    ------
    InputError
        When it has another length, or a number is not finite or outside ``[least, most]``.
    """
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise InputError(f"{what} must be numbers, one per node") from wrong
    if numbers.ndim == 0:
        numbers = np.full(size, float(numbers))
    if numbers.shape != (size,):
        raise InputError(f"{what} must have one number for each of {size} nodes, not shape {numbers.shape}")
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= least) & (numbers <= most)))
    if len(bad):
        raise InputError(f"{what}[{bad[0]}] is {numbers[bad[0]]}; it must be finite and in [{least}, {most}]")
    return numbers


def as_indices(nodes: Vector, size: int, what: str) -> IntArray:
    """Read node indices as a sorted set.

    Raises
    ------
    InputError
        When one is no whole number from 0 to ``size − 1`` (a mask is no list of indices).
    """
    found = np.asarray(nodes)
    if found.size == 0:
        return np.empty(0, dtype=np.int64)
    if not np.issubdtype(found.dtype, np.integer) or found.min() < 0 or found.max() >= size:
        raise InputError(f"{what} must be indices from 0 to {size - 1}; turn a mask into them by flatnonzero")
    return np.unique(found).astype(np.int64)


def row_sums(rows: Rows) -> FloatArray:
    """Sum of every row."""
    return np.asarray(rows.sum(axis=1), dtype=np.float64).ravel()


def column_sums(rows: Rows) -> FloatArray:
    """Sum of every column."""
    return np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()


def summed(nodes: IntArray, amounts: FloatArray, size: int) -> FloatArray:
    """Sum of the amounts of each node."""
    return np.bincount(nodes, weights=amounts, minlength=size).astype(np.float64, copy=False)


def scaled(rows: Rows, factor: FloatArray) -> Rows:
    """Multiply every row by its factor."""
    data = rows.data * np.repeat(factor, np.diff(rows.indptr))
    return sparse.csr_array((data, rows.indices, rows.indptr), shape=rows.shape)


def inverse(values: FloatArray) -> FloatArray:
    """``1 / x``, and 0 for 0: who owes or has nothing passes nothing on."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
