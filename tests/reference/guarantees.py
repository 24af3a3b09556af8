"""Guarantee calls, creditor by creditor, in the order in which guarantors happen to fall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def call(g: Dense, loss: Dense, fallen: set[int], j: int, joint: bool) -> float:
    total = 0.0
    for i in fallen:
        if g[j, i] == 0:
            continue
        beside = [k for k in range(len(g)) if not joint or k not in fallen or k == j]
        total += g[j, i] * min(1.0, loss[i] / sum(g[k, i] for k in beside))
    return total


def fallen(g: Dense, equity: Dense, loss: Dense, seeds: set[int], joint: bool) -> set[int]:
    """One guarantor at a time, looking again from the start after each."""
    down = set(seeds)
    while True:
        weak = [j for j in range(len(g)) if j not in down and equity[j] < call(g, loss, down, j, joint)]
        if not weak:
            return down
        down.add(weak[-1])
