"""Power by trying every voting order in every company."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def pivots(weights: list[float], quota: float) -> list[float]:
    """Share of orders in which each voter is the pivot."""
    count = [0] * len(weights)
    for order in permutations(range(len(weights))):
        total = 0.0
        for voter in order:
            total += weights[voter]
            if total > quota + 1e-9:
                count[voter] += 1
                break
    return [c / factorial(len(weights)) for c in count]


def network_power(A: Dense, order: list[int], quota: float) -> Dense:
    """NPI of a graph without circles, whose nodes stand in ``order`` with holders first: every joint outcome."""
    power = np.zeros_like(A)
    _follow(A, order, quota, ({}, 1.0), power)
    return power


def _follow(
    A: Dense, order: list[int], quota: float, reached: tuple[dict[int, int], float], power: Dense
) -> None:
    owners, chance = reached
    if not order:
        for node, owner in owners.items():
            power[owner, node] += chance
        return
    node, rest = order[0], order[1:]
    union: dict[int, float] = defaultdict(float)
    for holder in np.flatnonzero(A[:, node]):
        union[owners[holder]] += A[holder, node]
    share = pivots(list(union.values()), quota)
    outcomes = [(owner, p) for owner, p in zip(union, share, strict=True) if p] or [(node, 1.0)]
    for owner, p in outcomes:
        _follow(A, rest, quota, (owners | {node: owner}, chance * p), power)
