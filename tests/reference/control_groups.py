"""Groups by control the slow way: every holder, family and concert group tried as a seed, one fixpoint after the other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Votes = NDArray[np.float64]


def controlled(channels: list[Votes], seeds: Iterable[int], line: float = 0.5) -> set[int]:
    """What a seed set controls: rights are added up again after every company that joins."""
    inside = set(seeds)
    begun = frozenset(inside)
    while True:
        held = [matrix[sorted(inside)].sum(axis=0) for matrix in channels]
        joined = {int(c) for h in held for c in np.flatnonzero(h > line + 1e-9)} - inside
        if not joined:
            return inside - begun
        inside |= joined


def groups(channels: list[Votes], together: list[set[int]]) -> set[frozenset[int]]:
    """Maximal groups: heads who hold something in what they control, and all of that."""
    joint = set().union(*together) if together else set()
    seeds = [*together, *({i} for i in range(len(channels[0])) if i not in joint)]
    made = []
    for seed in seeds:
        below = controlled(channels, seed)
        heads = {h for h in seed if any(matrix[h, c] > 0 for matrix in channels for c in below)}
        if below:
            made.append((frozenset(heads), frozenset(heads | below)))
    return {
        whole
        for heads, whole in made
        if not any(heads <= other - h and not (h <= whole - heads) for h, other in made)
    }
