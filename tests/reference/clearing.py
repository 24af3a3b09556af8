"""Clearing payments by repeating the definition from payment in full, and as a linear programme."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Dense = NDArray[np.float64]


def parts(liabilities: Dense, outside: Dense) -> tuple[Dense, Dense]:
    """What everyone owes, and Π: the part of it that goes to each other node."""
    owed = liabilities.sum(axis=1) + outside
    return owed, np.array(
        [row / total if total else row for row, total in zip(liabilities, owed, strict=True)]
    )


def repeated(
    liabilities: Dense, assets: Dense, outside: Dense, alpha: float = 1.0, beta: float = 1.0
) -> Dense:
    owed, part = parts(liabilities, outside)
    p = owed.copy()
    for _ in range(200_000):
        income = part.T @ p
        solvent = assets + income >= owed * (1 - 1e-12)
        after = np.where(solvent, owed, np.minimum(owed, alpha * assets + beta * income))
        if np.array_equal(after, p):
            break
        p = after
    return p


def programme(liabilities: Dense, assets: Dense, outside: Dense) -> Dense:
    """Maximise the sum of payments subject to ``p ≤ p̄`` and ``p ≤ e + Πᵀ p`` (Eisenberg and Noe 2001, lemma 4)."""
    owed, part = parts(liabilities, outside)
    size = len(owed)
    if not size:
        return np.zeros(0)
    found = linprog(
        -np.ones(size), np.eye(size) - part.T, assets, bounds=list(zip(np.zeros(size), owed, strict=True))
    )
    assert found.status == 0, found.message
    return np.asarray(found.x)
