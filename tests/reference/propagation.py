"""Slow, obvious twins of risk propagation: a dense solve, and walks enumerated one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def combined(weights: Mapping[str, Dense], attenuation: Mapping[str, float], alpha: float) -> Dense:
    """``Σ α_c W_c``, each row scaled down to sum to at most alpha."""
    M = sum(attenuation[name] * W for name, W in weights.items())
    for number, total in enumerate(M.sum(axis=1)):
        if total > alpha:
            M[number] *= alpha / total
    return M


def propagated(M: Dense, s: Dense) -> Dense:
    """The fixed point of ``r = s + (1 − s) ∘ (M r)``, by Gaussian elimination."""
    return np.linalg.solve(np.eye(len(s)) - (1.0 - s)[:, None] * M, s)


def contributions(M: Dense, s: Dense, node: int, length: int) -> dict[tuple[int, ...], float]:
    """Every walk of at most so many hops from a node back to a seed, summed by its loop erasure (the seed last)."""
    A = (1.0 - s)[:, None] * M
    found: dict[tuple[int, ...], float] = defaultdict(float)
    walks = {(node,): 1.0}
    for _ in range(length + 1):
        onward: dict[tuple[int, ...], float] = defaultdict(float)
        for path, weight in walks.items():
            found[path] += weight * s[path[-1]]
            for source in np.flatnonzero(A[path[-1]]).tolist():
                erased = path[: path.index(source) + 1] if source in path else (*path, source)
                onward[erased] += weight * A[path[-1], source]
        walks = onward
    return {path: amount for path, amount in found.items() if amount > 0}
