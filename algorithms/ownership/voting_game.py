"""One weighted vote 加权投票: how often each voter is the one whose votes turn a minority into a majority.

Shapley and Shubik (1954), "A method for evaluating the distribution of power in a committee system": voters come in
random order, all orders alike; the pivot is the one with whom the sum first exceeds the quota.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.ownership.matrix import BoolArray, FloatArray, IntArray
from algorithms.thresholds import above

DECIMALS_AT_MOST = 6  # shares are percentages with a few decimals
CELLS_AT_MOST = 50_000_000  # voters² × votes of the exact sum
ENUMERATE_UP_TO = 16  # voters whose weights are no decimals
_ON_A_DECIMAL = 1e-12


@dataclass(frozen=True, eq=False)
class Power:
    """Shapley–Shubik index of each voter.

    Attributes
    ----------
    index : float array of shape (k,)
        In [0, 1]; sums to 1 where all together exceed the quota, else 0.
    error : float
        Largest standard error; 0 when exact.
    """

    index: FloatArray
    error: float


def shapley_shubik(weights: FloatArray, quota: float, samples: int, seed: int) -> Power:
    """Share of voting orders in which each voter is pivotal.

    Parameters
    ----------
    weights : float array of shape (k,)
        Votes, ≥ 0.
    quota : float
        More than this carries; exactly this does not.
    samples : int
        Orders drawn when the vote is too large to be exact.
    seed : int
        Of these draws.

    Notes
    -----
    Decimal weights become integers; then ``φ_i = ∫₀¹ P(quota − w_i < votes of the others ≤ quota) du`` where each other
    voter comes before i with probability u (Owen 1972, "Multilinear extensions of games"). The integrand is a
    polynomial of degree k − 1, so k / 2 Gauss–Legendre points are exact, and all terms are positive: O(k² · votes).
    Other weights are enumerated, O(k · 2^k).
    """
    if not above(float(weights.sum()), quota):
        return Power(np.zeros(len(weights)), 0.0)
    whole = _integers(weights, quota)
    if whole is not None and len(weights) ** 2 * (whole[1] + 1) <= CELLS_AT_MOST:
        return Power(_by_votes(*whole), 0.0)
    if len(weights) <= ENUMERATE_UP_TO:
        return Power(_by_coalitions(weights, quota), 0.0)
    return _by_sampling(weights, quota, samples, seed)


def _integers(weights: FloatArray, quota: float) -> tuple[IntArray, int] | None:
    for digits in range(2, DECIMALS_AT_MOST + 1):
        scaled = weights * 10.0**digits
        votes = np.rint(scaled)
        if np.all(np.abs(scaled - votes) <= _ON_A_DECIMAL * 10.0**digits):
            common = max(1, int(np.gcd.reduce(votes.astype(np.int64))))
            line = int(np.floor((quota * 10.0**digits) / common + 1e-9))
            return votes.astype(np.int64) // common, line
    return None


def _by_votes(votes: IntArray, line: int) -> FloatArray:
    """Distribution of the votes before and after each voter, for each point of the integral."""
    count = len(votes)
    nodes, measure = np.polynomial.legendre.leggauss(count // 2 + 1)
    index = np.zeros(count)
    for u, part in zip((nodes + 1) / 2, measure / 2, strict=True):
        index += part * _pivotal(np.minimum(votes, line + 1), line, u)
    return index


def _pivotal(votes: IntArray, line: int, u: float) -> FloatArray:
    """P(line − w_i < votes of the others ≤ line) when each comes with probability u."""
    before = _running(votes, line, u)
    after = np.cumsum(_running(votes[::-1], line, u)[::-1], axis=1)
    room = line - np.arange(line + 1)
    pivotal = np.empty(len(votes))
    for i, own in enumerate(votes):
        short = room - own
        missing = np.where(short >= 0, after[i][np.maximum(short, 0)], 0.0)
        pivotal[i] = before[i] @ (after[i][room] - missing)
    return pivotal


def _running(votes: IntArray, line: int, u: float) -> FloatArray:
    """Row i: chance of each sum up to the line from the voters before i."""
    chance = np.zeros((len(votes), line + 1))
    chance[0, 0] = 1.0
    for i, own in enumerate(votes[:-1]):
        chance[i + 1] = (1 - u) * chance[i]
        chance[i + 1, own:] += u * chance[i, : line + 1 - own]
    return chance


def _by_coalitions(weights: FloatArray, quota: float) -> FloatArray:
    """Every coalition once: a winning one that loses without i makes i its pivot."""
    count = len(weights)
    member = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1 == 1
    total = member @ weights
    size = member.sum(axis=1)
    # (s − 1)! (k − s)! / k! orders have just this coalition come first with i at its end.
    chance = np.array([0.0, *(1 / (s * _choose(count, s)) for s in range(1, count + 1))])[size]
    wins: BoolArray = above(total, quota)
    return np.array(
        [chance[wins & member[:, i] & ~above(total - weights[i], quota)].sum() for i in range(count)]
    )


def _choose(n: int, k: int) -> float:
    return float(np.prod((n - np.arange(k)) / np.arange(1, k + 1)))


def _by_sampling(weights: FloatArray, quota: float, samples: int, seed: int) -> Power:
    random = np.random.default_rng(seed)
    pivots = np.zeros(len(weights), dtype=np.int64)
    block = max(1, 1_000_000 // len(weights))
    for start in range(0, samples, block):
        order = np.argsort(random.random((min(block, samples - start), len(weights))), axis=1)
        place = np.argmax(above(np.cumsum(weights[order], axis=1), quota), axis=1)
        np.add.at(pivots, order[np.arange(len(order)), place], 1)
    index = pivots / samples
    return Power(index, float(np.sqrt(np.max(index * (1 - index)) / samples)))
