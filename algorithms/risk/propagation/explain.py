"""Why is this party's risk what it is: contributions of (seed, path) pairs that add up to the score.

The score is a sum over walks: ``r_i = Σ_j N_ij s_j`` with ``N = (I − A)⁻¹ = Σ_k A^k`` and ``A = (I − S) M``. Every walk
from i back to a seed j has one *loop erasure*, the simple path that is left when each circle is cut out as it closes.
The contribution of (seed j, path P) is the sum of **all** walks whose loop erasure is P, times s_j:

    s_j · Π_{hops of P} A_uv · det N[P, P]

(Fomin 2001, "Loop-erased walks and total positivity", Trans. AMS 353; Lawler 1999). The determinant counts the circles
on the way; without any it is 1. Contributions of different pairs share no walk, so together they are at most the score,
and the stated remainder is exactly what is left.

Walks are followed among the few hundred parties through which most of the score passes (``p_v r_v``, p the walks from i to
v); a walk that leaves them belongs to the remainder. Inside, the search is best first with the bound ``weight · r_v`` on
everything behind a prefix, so the listed pairs are the largest there are inside.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from algorithms.risk.arrays import FloatArray, IntArray
from algorithms.risk.propagation.network import Network
from algorithms.walks.adjacency import spans

INSIDE = 256  # parties that walks are followed among: a dense inverse of that size takes milliseconds
WALKED = 1e-4  # walks from i that weigh less than this part of its score are not followed when choosing them
DEPTH = 40
STEPS_AT_MOST = 4_000


@dataclass(frozen=True)
class Hop:
    """Risk of ``source`` reaches ``target`` by one or several channels.

    Attributes
    ----------
    source, target : int
    weight : float
        What of the source's risk arrives: the sum over channels, after scaling, times ``1 − s`` of the target.
    channels : tuple of (name, weight)
        The channels with their parts of the weight.
    """

    source: int
    target: int
    weight: float
    channels: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Contribution:
    """What one seed adds to the score along one path, circles on the way included.

    Attributes
    ----------
    seed : int
    amount : float
        In (0, score].
    circles : float
        ``det N[P, P]`` ≥ 1: how much the circles on the way add.
    hops : tuple of Hop
        From the seed to the party that is explained; empty for its own seed.
    """

    seed: int
    amount: float
    circles: float
    hops: tuple[Hop, ...]

    @property
    def path(self) -> tuple[int, ...]:
        """The parties on the path, the seed first."""
        return (self.seed, *(hop.target for hop in self.hops))


@dataclass(frozen=True)
class Explanation:
    """A score taken apart: ``Σ amounts + remainder = score``.

    ``complete`` is False when the search stopped before it was sure to hold the largest contributions.
    """

    score: float
    contributions: tuple[Contribution, ...]
    remainder: float
    complete: bool


@dataclass(frozen=True, eq=False)
class _Inside:
    """The part of the system that walks are followed in. Index 0 is the party that is explained."""

    nodes: IntArray
    A: FloatArray
    N: FloatArray
    severity: FloatArray
    score: FloatArray


def explain(
    network: Network, severity: FloatArray, score: FloatArray, node: int, top: int = 10
) -> Explanation:
    """Take one score apart.

    Parameters
    ----------
    network : Network
    severity, score : float arrays of shape (n,)
        s and r.
    node : int
    top : int
        Contributions at most, ≥ 0.

    Notes
    -----
    O(ties of the parties that walks reach) to choose them, one dense inverse of at most 256 rows, and at most 4,000
    steps of the search.
    """
    value = float(score[node])
    if value == 0.0 or top == 0:
        return Explanation(value, (), value, complete=value == 0.0)
    inside = _inside(network, severity, score, node)
    found: list[tuple[float, float, tuple[int, ...]]] = []
    complete = True
    for turn, (bound, amount, weight, path) in enumerate(_search(inside)):
        if len(found) == top and bound <= found[0][0]:
            break
        if turn == STEPS_AT_MOST:
            complete = False
            break
        if amount > 0.0:
            (heapq.heappush if len(found) < top else heapq.heappushpop)(found, (amount, weight, path))
    ranked = sorted(found, key=lambda each: (-each[0], each[2]))
    listed = tuple(_contribution(network, severity, inside, each) for each in ranked)
    return Explanation(value, listed, value - sum(c.amount for c in listed), complete)


def _inside(network: Network, severity: FloatArray, score: FloatArray, node: int) -> _Inside:
    nodes, walks = _walked_to(network, severity, score, node)
    through = walks * score[nodes]
    order = np.lexsort((nodes, -through))[:INSIDE]
    order = np.concatenate((np.flatnonzero(nodes == node), order[nodes[order] != node]))[:INSIDE]
    chosen = nodes[order]
    A = _block(network, chosen) * (1.0 - severity[chosen])[:, None]
    N: FloatArray = np.linalg.inv(np.eye(len(chosen)) - A).astype(np.float64)
    return _Inside(chosen, A, N, severity[chosen], score[chosen])


def _walked_to(
    network: Network, severity: FloatArray, score: FloatArray, node: int
) -> tuple[IntArray, FloatArray]:
    """Return who stands behind a party, and how much the walks to each weigh, as far as they matter."""
    line = WALKED * float(score[node])
    total = {node: 1.0}
    frontier: IntArray = np.array([node], dtype=np.int64)
    weight: FloatArray = np.ones(1)
    for _ in range(DEPTH):
        starts = network.indptr[frontier].astype(np.int64)
        lengths = network.indptr[frontier + 1].astype(np.int64) - starts
        where = spans(starts, lengths)
        carried = np.repeat(weight * (1.0 - severity[frontier]), lengths) * network.weight[where]
        sources, back = np.unique(network.source[where], return_inverse=True)
        sums = np.bincount(back, weights=carried, minlength=len(sources))
        # Among few parties nothing is too small to follow.
        kept = sums * score[sources] > (line if len(total) + len(sources) > INSIDE else 0.0)
        frontier, weight = sources[kept].astype(np.int64), sums[kept].astype(np.float64)
        if not len(frontier):
            break
        for source, amount in zip(frontier.tolist(), weight.tolist(), strict=True):
            total[source] = total.get(source, 0.0) + amount
    return np.fromiter(total, dtype=np.int64), np.fromiter(total.values(), dtype=np.float64)


def _block(network: Network, nodes: IntArray) -> FloatArray:
    """Dense M among a few nodes, in their order."""
    block = np.zeros((len(nodes), len(nodes)))
    local = {int(node): place for place, node in enumerate(nodes)}
    for row, node in enumerate(nodes.tolist()):
        span = network.entries_of(node)
        for source, weight in zip(network.source[span].tolist(), network.weight[span].tolist(), strict=True):
            if source in local:
                block[row, local[source]] += weight
    return block


def _search(inside: _Inside) -> Iterator[tuple[float, float, float, tuple[int, ...]]]:
    """Yield (bound on this and everything later, amount, weight, path) of prefixes, best bound first."""
    heap: list[tuple[float, tuple[int, ...], float]] = [(-float(inside.score[0]), (0,), 1.0)]
    while heap:
        bound, path, before = heapq.heappop(heap)
        last = path[-1]
        weight = before * _circles_at(inside.N, path)
        yield -bound, weight * float(inside.severity[last]), weight, path
        for source in np.flatnonzero(inside.A[last]).tolist():
            if source not in path:
                onward = weight * float(inside.A[last, source])
                heapq.heappush(heap, (-onward * float(inside.score[source]), (*path, source), onward))


def _circles_at(N: FloatArray, path: tuple[int, ...]) -> float:
    """All circles at the last node of a path that avoid the nodes before it: a Schur complement of N."""
    *before, last = path
    if not before:
        return float(N[last, last])
    inner = N[np.ix_(before, before)]
    return float(N[last, last] - N[last, before] @ np.linalg.solve(inner, N[before, last]))


def _contribution(
    network: Network, severity: FloatArray, inside: _Inside, found: tuple[float, float, tuple[int, ...]]
) -> Contribution:
    amount, weight, path = found
    nodes = inside.nodes[list(path)].tolist()
    hops = tuple(_hop(network, severity, source, target) for target, source in pairwise(nodes))[::-1]
    plain = float(np.prod([hop.weight for hop in hops]))
    return Contribution(nodes[-1], amount, weight / plain, hops)


def _hop(network: Network, severity: FloatArray, source: int, target: int) -> Hop:
    span = network.entries_of(target)
    here = np.flatnonzero(network.source[span] == source) + span.start
    parts = network.weight[here] * (1.0 - severity[target])
    named = tuple((network.names[c], float(w)) for c, w in zip(network.channel[here], parts, strict=True))
    return Hop(source, target, float(parts.sum()), named)
