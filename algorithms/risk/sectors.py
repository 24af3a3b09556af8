"""Sectors of the parties 行业大类 (GB/T 4754 divisions), and which inputs are essential to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.ownership.projected import parties
from algorithms.projection import View
from algorithms.risk.arrays import IntArray
from algorithms.rules import Governing

UNKNOWN = ""


@dataclass(frozen=True, eq=False)
class Sectors:
    """The sector of every party.

    Attributes
    ----------
    index : int64 array of shape (n,)
        Sector of each party.
    divisions : tuple of str
        Two digits each, sorted; ``""`` for parties without a division.
    """

    index: IntArray
    divisions: tuple[str, ...]

    def unknown(self, among: NDArray[np.bool_]) -> int:
        """Count the parties of a mask whose division is unknown."""
        nowhere = self.divisions.index(UNKNOWN) if UNKNOWN in self.divisions else -1
        return int(np.count_nonzero((self.index == nowhere) & among))

    def essential(self, governing: Governing) -> IntArray:
        """Return ``essential[a, b]``: 2 where goods go to who makes goods, else 1 (rulebook ``stress_test``)."""
        number = np.array([int(d) if d else 10**6 for d in self.divisions], dtype=np.int64)
        goods = number <= int(governing.constant("goods_until_division"))
        makers = number <= int(governing.constant("production_until_division"))
        return np.where(goods[:, None] & makers[None, :], 2, 1).astype(np.int64)


def sectors(view: View, nodes: IntArray, household_division: str) -> Sectors:
    """Return the division of some parties: the first two digits of the industry code; households farm. O(n).

    Parameters
    ----------
    view : View
    nodes : int64 array
        Positions of the parties.
    household_division : str
        What a farm household belongs to.

    References
    ----------
    GB/T 4754-2017 国民经济行业分类: a section letter, then a division of two digits.
    """
    p, names = view.projection, np.full(parties(view), UNKNOWN, dtype="U2")
    codes = p.frames["LegalEntity"].select(
        pl.col("industry_code").str.strip_chars().str.extract(r"^[A-Za-z]?(\d{2})", 1).fill_null(UNKNOWN)
    )
    names[slice(*p.spans["LegalEntity"])] = codes.to_series().to_numpy().astype("U2")
    names[slice(*p.spans["Household"])] = household_division
    divisions, index = np.unique(names[nodes], return_inverse=True)
    return Sectors(index.astype(np.int64), tuple(str(d) for d in divisions))
