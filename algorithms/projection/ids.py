"""Node ids as one compact column, and the way back from an id to its position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

_CHUNK = 65_536
_FEW = 100
"""So many ids are looked up one by one: a join reads the whole column."""


class Ids(Sequence[str]):
    """The ids of all nodes by position: a column of text instead of one Python object each.

    Parameters
    ----------
    column : Series of str
    """

    def __init__(self, column: pl.Series) -> None:
        self.column = column

    def __len__(self) -> int:
        return self.column.len()

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return self.column[place].to_list()
        found: str = self.column.item(int(place))
        return found

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _CHUNK):
            yield from self.column.slice(start, _CHUNK).to_list()

    def of(self, positions: Sequence[int] | NDArray[Any]) -> list[str]:
        """Return the ids at many positions."""
        return self.column.gather(np.asarray(positions, dtype=np.int64)).to_list()


class LabelIndex(Mapping[str, int]):
    """From the id of one key label to its position: a search in the sorted column, without an index of its own.

    Parameters
    ----------
    column : Series of str
        The ids of the label, each once.
    first : int
        Position of the first.
    """

    def __init__(self, column: pl.Series, first: int) -> None:
        self.column, self.first = column, first

    def __len__(self) -> int:
        return self.column.len()

    def __iter__(self) -> Iterator[str]:
        return iter(Ids(self.column))

    def __getitem__(self, node_id: str) -> int:
        """Return the position of an id; KeyError when the label has none such. O(log n)."""
        if not isinstance(node_id, str):
            raise KeyError(node_id)
        low, high = 0, len(self)
        item, order = self.column.item, self._order
        wanted = node_id.encode("utf-8", "surrogatepass")  # text is in order of its bytes
        while low < high:
            middle = (low + high) // 2
            if item(middle if order is None else int(order[middle])).encode() < wanted:
                low = middle + 1
            else:
                high = middle
        place = low if order is None or low == len(self) else int(order[low])
        if low == len(self) or item(place) != node_id:
            raise KeyError(node_id)
        return self.first + place

    def places(self, wanted: pl.Series) -> NDArray[np.int32]:
        """Return the positions of many ids, -1 for an id that is not there. One hash join, O(n + m)."""
        if wanted.null_count() == wanted.len():
            return np.full(wanted.len(), -1, dtype=np.int32)
        if wanted.len() <= _FEW:
            return np.array([self.get(i, -1) for i in wanted.to_list()], dtype=np.int32)
        there = pl.DataFrame({"id": self.column}).with_row_index("place", self.first)
        found = pl.DataFrame({"id": wanted}).join(there, on="id", how="left", maintain_order="left")
        return found["place"].cast(pl.Int32).fill_null(-1).to_numpy()

    @cached_property
    def _order(self) -> NDArray[np.uint32] | None:
        """The order of the ids; None when they stand in order."""
        return None if self.column.is_sorted() else self.column.arg_sort().to_numpy()
