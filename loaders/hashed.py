"""Which of many million texts came before: a set of 64-bit hashes in sorted arrays, 16 bytes each.

A hash that was seen says *perhaps*, so whoever asks compares the texts themselves; one that was not seen says *no* for sure.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.int64]


def hashes_of(values: Iterable[Hashable]) -> Hashes:
    """Return Python's own hash of each value: good for this process only."""
    return np.fromiter(map(hash, values), np.int64)


class Hashed:
    """From hashes to the number that each was first added with.

    Notes
    -----
    Arrays are merged when they reach equal length, so there are O(log n) of them: adding n hashes takes O(n log n)
    altogether, finding m of them O(m log² n).
    """

    def __init__(self) -> None:
        self._levels: list[tuple[Hashes, Hashes]] = []

    def add(self, hashes: Hashes, numbers: Hashes) -> None:
        """Add hashes with their numbers; of equal ones the number of the first counts."""
        order = np.argsort(hashes, kind="stable")
        level = hashes[order], numbers[order]
        while self._levels and len(self._levels[-1][0]) <= len(level[0]):
            level = _merged(self._levels.pop(), level)
        self._levels.append(level)

    def find(self, hashes: Hashes) -> Hashes:
        """Return the number of each hash, -1 for one that was never added."""
        found = np.full(len(hashes), -1, np.int64)
        for known, numbers in reversed(self._levels):  # the oldest level last: its word counts
            if len(known):
                place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
                hit = known[place] == hashes
                found[hit] = numbers[place[hit]]
        return found


def _merged(older: tuple[Hashes, Hashes], newer: tuple[Hashes, Hashes]) -> tuple[Hashes, Hashes]:
    hashes = np.concatenate((older[0], newer[0]))
    order = np.argsort(hashes, kind="stable")  # so that of equal ones the older stays first
    return hashes[order], np.concatenate((older[1], newer[1]))[order]
