"""The facts of one relationship as arrays, and their sparse rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

ClassBits: TypeAlias = NDArray[np.uint16]
"""Data classes, one bit of ``Audience`` each: room for 16."""
SINCE_EVER, STILL = np.iinfo(np.int32).min, np.iinfo(np.int32).max
_EPOCH = dt.date(1970, 1, 1).toordinal()


def day_number(day: dt.date) -> int:
    """Return a civil day as ``since`` and ``until`` count it."""
    return day.toordinal() - _EPOCH


@dataclass(frozen=True, eq=False)
class Edges:
    """All known facts of one relationship, as arrays of equal length E.

    ``start``/``end``: int32 node positions; ``since``/``until``: int32 days (half-open); ``audience``: one bit of
    ``Audience``; ``bank``: int32 node position or -1; ``properties``: the declared properties, nulls kept.
    """

    relationship: str
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    key: NDArray[np.int64]
    run: NDArray[np.int64]
    line: NDArray[np.int32]
    since: NDArray[np.int32]
    until: NDArray[np.int32]
    audience: ClassBits
    bank: NDArray[np.int32]
    properties: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Compressed sparse rows: neighbours of node i are ``indices[indptr[i]:indptr[i+1]]``.

    ``positions`` are the places of the same facts in the relationship's arrays. 8 bytes a fact and 4 or 8 a node.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    positions: NDArray[np.int32]

    def neighbours(self, node: int) -> NDArray[np.int32]:
        """Return the nodes at the other end."""
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def facts(self, node: int) -> NDArray[np.int64]:
        """Return the positions of the facts that lead there."""
        return self.positions[self.indptr[node] : self.indptr[node + 1]].astype(np.int64)


def sparse_rows(
    rows: NDArray[np.int32], columns: NDArray[np.int32], places: NDArray[np.int64], size: int
) -> Adjacency:
    """Group facts by their row, in order of place within each. One counting sort, O(V + E).

    The facts are the rows of a matrix with one entry each; turning it into columns is the sort, and unlike a sum of
    duplicates it keeps parallel facts apart.
    """
    asked = rows if len(places) == len(rows) else rows[places]
    each = sparse.csr_array(
        (np.ones(len(asked), dtype=np.int8), asked, np.arange(len(asked) + 1, dtype=np.int32)),
        shape=(len(asked), size),
    ).tocsc()
    ordered = places.astype(np.int32)[each.indices]
    return Adjacency(each.indptr.astype(np.int64), columns[ordered], ordered)
