"""ESRI as the paper writes it: the production share h of each firm, one firm and one input sector at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def downstream(
    weights: Dense, sectors: list[int], essential: Dense, left: Dense, substitution: bool
) -> Dense:
    size, h = len(left), left.copy()
    for _ in range(100_000):
        sigma = [_sigma(weights, sectors, h, j) if substitution else 1.0 for j in range(size)]
        after = np.array([_firm(weights, sectors, essential, (h, sigma, left), i) for i in range(size)])
        if np.max(np.abs(after - h), initial=0.0) < 1e-15:
            return after
        h = after
    return h


def _sigma(weights: Dense, sectors: list[int], h: Dense, j: int) -> float:
    left = sum(weights[k].sum() * h[k] for k in range(len(h)) if sectors[k] == sectors[j])
    return min(1.0, weights[j].sum() / left) if left > 0 else 1.0


def _firm(
    weights: Dense, sectors: list[int], essential: Dense, state: tuple[Dense, list[float], Dense], i: int
) -> float:
    h, sigma, left = state
    bounds, share = [left[i]], 1.0
    for kind in set(sectors):
        suppliers = [j for j in range(len(h)) if sectors[j] == kind and weights[j, i] > 0]
        if essential[kind, sectors[i]] == 2 and suppliers:
            total = sum(weights[j, i] for j in suppliers)
            bounds.append(1 - sum(sigma[j] * (1 - h[j]) * weights[j, i] / total for j in suppliers))
        if essential[kind, sectors[i]] == 1:
            share -= sum(sigma[j] * (1 - h[j]) * weights[j, i] / weights[:, i].sum() for j in suppliers)
    return max(0.0, min(*bounds, share))


def upstream(weights: Dense, left: Dense) -> Dense:
    h, sales = left.copy(), weights.sum(axis=1)
    for _ in range(100_000):
        orders = [weights[i] @ h / sales[i] if sales[i] else 1.0 for i in range(len(h))]
        after = np.minimum(orders, left)
        if np.max(np.abs(after - h), initial=0.0) < 1e-15:
            return after
        h = after
    return h


def lost(
    weights: Dense, sectors: list[int], essential: Dense, shock: Dense, substitution: bool
) -> tuple[float, Dense]:
    """Share of output that is lost, and what each firm still makes."""
    h = np.minimum(
        downstream(weights, sectors, essential, 1 - shock, substitution), upstream(weights, 1 - shock)
    )
    sales = weights.sum(axis=1)
    return (float(sales @ (1 - h) / sales.sum()) if sales.sum() else 0.0), h
