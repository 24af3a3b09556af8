"""Sets of 64-bit keys that may grow to many millions: sorted arrays, 8 bytes a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class Keys:
    """A set of keys that only grows.

    Notes
    -----
    Arrays are merged when they reach equal length, so there are O(log n) of them: adding n keys takes O(n log n)
    altogether, asking for m of them O(m log² n).
    """

    def __init__(self, keys: Iterable[int] = ()) -> None:
        self._levels: list[NDArray[np.int64]] = []
        self.add(keys)

    def add(self, keys: Iterable[int]) -> None:
        """Add keys, known or not."""
        level = np.unique(np.fromiter(keys, np.int64))
        while self._levels and len(self._levels[-1]) <= len(level):
            level = np.union1d(self._levels.pop(), level)
        if len(level):
            self._levels.append(level)

    def among(self, keys: Sequence[int]) -> set[int]:
        """Return those of the keys that are in the set."""
        asked = np.fromiter(keys, np.int64, len(keys))
        found = np.zeros(len(asked), np.bool_)
        for level in self._levels:
            place = np.minimum(np.searchsorted(level, asked), len(level) - 1)
            found |= level[place] == asked
        return {*asked[found].tolist()}

    def __bool__(self) -> bool:
        return bool(self._levels)
