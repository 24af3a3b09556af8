"""DebtRank as the papers write it: node by node, loan by loan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def debtrank_2012(exposures: Dense, equity: Dense, shock: Dense) -> Dense:
    """States U, D, I; everybody in D passes its distress on and becomes I."""
    size = len(equity)
    h = [float(x) for x in shock]
    state = ["D" if x > 0 else "U" for x in h]
    while "D" in state:
        firing = [i for i in range(size) if state[i] == "D"]
        after = list(h)
        for j in range(size):
            for i in firing:
                after[j] += impact(exposures[j, i], equity[j]) * h[i]
            after[j] = min(1.0, after[j])
        for i in range(size):
            if state[i] == "D":
                state[i] = "I"
            elif state[i] == "U" and after[i] > 0:
                state[i] = "D"
        h = after
    return np.array(h)


def impact(lent: float, equity: float) -> float:
    if lent == 0:
        return 0.0
    return 1.0 if equity == 0 else min(1.0, lent / equity)


def debtrank_2015(exposures: Dense, equity: Dense, shock: Dense, rounds: int = 200_000) -> Dense:
    """Pass on the increments ``h(t) − h(t−1)`` until there are none."""
    size = len(equity)
    before, h = np.zeros(size), np.array(shock, dtype=float)
    for _ in range(rounds):
        loss = exposures @ (h - before)
        rise = np.array([loss[i] / equity[i] if equity[i] else float(loss[i] > 0) for i in range(size)])
        before, h = h, np.minimum(1.0, h + rise)
        if np.array_equal(before, h):
            return h
    return h
