"""New scores after a few rows or seeds have changed, without computing the city again.

The kept scores satisfy the changed system everywhere but at the changed nodes. What is missing there is pushed forward
along the ties until no node lacks more than a line (Andersen, Chung and Lang 2006, "Local graph partitioning using
PageRank vectors", FOCS; here with signs, a frontier at a time): with every entry's lack at most ε, no score is further
than ``ε / (1 − α)`` from the new fixed point. A change that reaches a good part of all ties is finished by whole sweeps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.risk.propagation.network import Network
from algorithms.risk.propagation.result import Propagation
from algorithms.risk.propagation.solve import System

WHOLE_FROM = 0.10  # part of all ties in one frontier from which whole sweeps are cheaper
SWEEPS_AT_MOST = 5_000  # enough for α up to 0.99; the shipped 0.85 takes some thirty


@dataclass(frozen=True, eq=False)
class Replacement:
    """What is different.

    Attributes
    ----------
    nodes : int64 array of shape (k,)
        Nodes with another row or another seed, sorted, each once.
    rows : CSR array of shape (k, n)
        Their rows of M, scaled.
    severity : float array of shape (k,)
        Their s.
    """

    nodes: IntArray
    rows: Rows
    severity: FloatArray


@dataclass(frozen=True, eq=False)
class Update:
    """New scores of the nodes that a change reaches.

    Attributes
    ----------
    nodes : int64 array
        Sorted.
    old, new : float arrays
        Scores before and after.
    error_bound : float
        No score, listed or not, is further from the new fixed point than this.
    rounds : int
        Frontiers that were pushed, and whole sweeps.
    """

    nodes: IntArray
    old: FloatArray
    new: FloatArray
    error_bound: float
    rounds: int


def seed_change(network: Network, nodes: IntArray, severity: FloatArray) -> Replacement:
    """Return the replacement in which only the severities of some nodes (sorted, each once) are others."""
    return Replacement(nodes, network.rows_of(nodes), severity)


def update(
    network: Network, severity: FloatArray, kept: Propagation, change: Replacement, tol: float = 1e-10
) -> Update:
    """Return the scores that a change alters.

    Parameters
    ----------
    network, severity, kept
        The system before, and its scores.
    change : Replacement
    tol : float
        Bound of the error that this change may add, > 0.

    Notes
    -----
    O(n) for a few marks, then the ties of the nodes whose score moves by about ``tol`` or more.
    """
    state = _Push(network, severity, kept.value, change)
    line = tol * (1.0 - network.alpha)
    rounds = state.run(line)
    if state.wide:
        return _whole(state, kept, tol, rounds)
    bound = (line + kept.residual) / (1.0 - network.alpha)
    nodes = np.flatnonzero(state.moved)
    new = np.clip(kept.value[nodes] + state.moved[nodes], state.severity[nodes], 1.0)
    return Update(nodes, kept.value[nodes], new, bound, rounds)


class _Push:
    """Scores on their way: ``moved`` is what was added so far, ``lack`` what each node still lacks."""

    def __init__(
        self, network: Network, severity: FloatArray, value: FloatArray, change: Replacement
    ) -> None:
        self.network, self.change, self.value = network, change, value
        self.severity = severity.copy()
        self.severity[change.nodes] = change.severity
        self.changed = np.zeros(network.size, dtype=np.bool_)
        self.changed[change.nodes] = True
        self.moved, self.lack, self.scratch = (np.zeros(network.size) for _ in range(3))
        arrived = change.rows @ value
        self.lack[change.nodes] = change.severity + (1.0 - change.severity) * arrived - value[change.nodes]
        self.wide = False

    def run(self, line: float) -> int:
        """Push until nobody lacks more than the line, or the frontier gets wide; return the rounds."""
        frontier, rounds = self.change.nodes[np.abs(self.lack[self.change.nodes]) > line], 0
        while len(frontier):
            rounds += 1
            ties = int(np.sum(np.diff(self.network.columns.indptr)[frontier]))
            if ties > WHOLE_FROM * len(self.network.source) and ties > self.network.size:
                self.wide = True
                break
            hit = self._push(frontier)
            frontier = np.unique(hit[np.abs(self.lack[hit]) > line])
        return rounds

    def _push(self, frontier: IntArray) -> IntArray:
        amount = self.lack[frontier]
        self.moved[frontier] += amount
        self.lack[frontier] = 0.0
        target, entry, lengths = self.network.columns.of(frontier)
        carried = np.repeat(amount, lengths) * self.network.weight[entry]
        carried *= np.where(self.changed[target], 0.0, 1.0 - self.severity[target])
        np.add.at(self.lack, target, carried)
        self.scratch[frontier] = amount
        self.lack[self.change.nodes] += (1.0 - self.change.severity) * (self.change.rows @ self.scratch)
        self.scratch[frontier] = 0.0
        return np.concatenate((target.astype(np.int64), self.change.nodes))


def _whole(state: _Push, kept: Propagation, tol: float, rounds: int) -> Update:
    """Finish by whole sweeps."""
    network, change = state.network, state.change
    system = System(network, state.severity, network.alpha, (change.nodes, change.rows))
    value = np.clip(kept.value + state.moved, state.severity, 1.0)
    found = system.settled(value, system.lack(value), tol, SWEEPS_AT_MOST)
    line = tol * (1.0 - network.alpha)  # who moves less keeps the old score, which is then off by as much
    nodes = np.flatnonzero(np.abs(found.value - kept.value) > line)
    new = found.value[nodes]
    return Update(nodes, kept.value[nodes], new, found.error_bound + line, rounds + found.sweeps)
