"""One kind of right with what is not known about it, and statements that depart from the capital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.matrix import BoolArray, Columns, FloatArray, IntArray, column_sums
from algorithms.thresholds import TOLERANCE


@dataclass(frozen=True, eq=False)
class Rights:
    """Shares of one right: each edge lies between ``least`` and ``most``, ``undeclared`` may be anyone's.

    Attributes
    ----------
    least, most : CSC arrays of shape (m, m)
    undeclared : float array of shape (m,)
    """

    least: Columns
    most: Columns
    undeclared: FloatArray


def departing(capital: Rights, stated: Columns | None) -> Rights:
    """Rights where some holders have a stated part and the others share the rest by capital.

    Parameters
    ----------
    capital : Rights
        The rule for everyone about whom nothing is stated.
    stated : CSC array of shape (m, m), optional
        Stated parts; a stored zero means "none". Without any, the capital is the answer.

    Notes
    -----
    With stated parts S of a company, whose holders have capital a, everyone else's share is multiplied by
    ``(1 − S) / (1 − a)``. Holders that are not named are treated like the others.
    """
    if stated is None:
        return capital
    size = stated.shape[0]
    held = np.repeat(np.arange(size), np.diff(stated.indptr))
    key = held * size + stated.indices
    touched = np.diff(stated.indptr) > 0
    rest = np.clip(1.0 - column_sums(stated), 0.0, 1.0)
    least, _ = _scaled(capital.least, key, (rest, touched))
    most, factor = _scaled(capital.most, key, (rest, touched))
    # Nobody is left to take what is not stated: then it may be anyone's.
    loose = np.where(np.isnan(factor), rest, capital.undeclared * np.nan_to_num(factor))
    return Rights(least + stated, most + stated, np.clip(loose, 0.0, 1.0))


def _scaled(
    share: Columns, stated: IntArray, rest: tuple[FloatArray, BoolArray]
) -> tuple[Columns, FloatArray]:
    """Shares of holders without a statement, scaled to the rest, and the factor of each company (NaN: nobody)."""
    left, touched = rest
    edges = sparse.coo_array(share)
    own = np.isin(edges.col.astype(np.int64) * share.shape[0] + edges.row, stated)
    taken = np.bincount(edges.col[own], weights=edges.data[own], minlength=share.shape[0])
    room = 1.0 - taken
    factor = np.ones(share.shape[0])
    some = touched & (room > TOLERANCE)
    factor[some] = left[some] / room[some]
    factor[touched & ~some] = np.nan
    data = np.minimum(edges.data * np.nan_to_num(factor[edges.col]), 1.0)[~own]
    return sparse.csc_array((data, (edges.row[~own], edges.col[~own])), shape=share.shape), factor
