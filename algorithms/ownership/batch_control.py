"""Control for all holders at once 全体控制关系: the least fixpoint of every single seed, a round of all of them at a time.

The state is the set of pairs (seed, company) found so far and, where several holders together may carry a company, the votes
collected for each such pair. A round reads the holdings of the companies that joined in the round before, for all seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.fixpoint import Channel
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    indices_of,
)
from algorithms.result import Result
from algorithms.sets import distinct
from algorithms.thresholds import above
from algorithms.walks.adjacency import entries


@dataclass(frozen=True, eq=False)
class ControlPairs(Result[Columns]):
    """Who controls whom.

    Attributes
    ----------
    value : sparse CSC bool array of shape (n, n)
        ``value[i, j]``: i alone, with what it controls, controls j. Column j lists the controllers of j.
    residual : float
        Always 0: a finite least fixpoint is exact.
    iterations : int
        Rounds until nothing joined.
    converged : bool
        Always True.
    """


def control_all(
    A_vote: Matrix, threshold: float = 0.5, holders: Sequence[int] | IntArray | None = None
) -> ControlPairs:
    """Everything that every single holder controls.

    Parameters
    ----------
    A_vote : array or sparse of shape (n, n)
        ``A_vote[i, j]`` = part of j's votes held by i.
    threshold : float
        Strict majority: exactly this much does not control.
    holders : sequence of int, optional
        Only these as seeds; by default everybody.

    Returns
    -------
    ControlPairs
        Equal to :func:`algorithms.ownership.control.control` of each holder alone.

    Raises
    ------
    InputError
        When the matrix is not square, a share is no ratio, or a holder no index.

    Notes
    -----
    Alone, one has to start with a direct majority, so only holders of one are followed. Where no company declares more
    than 100 %, two seeds control the same company only if one controls the other; so asked for persons alone, the answer
    has at most one pair per company.
    Complexity: O(n + nnz), then the holdings of the second party of every pair of the answer, times a logarithm.

    Examples
    --------
    >>> votes = np.zeros((4, 4)); votes[0, 1] = 0.6; votes[0, 2] = votes[1, 2] = 0.3; votes[2, 3] = 0.5
    >>> np.argwhere(control_all(votes).value.toarray()).tolist()
    [[0, 1], [0, 2]]
    """
    rows = sparse.csr_array(checked(as_columns(A_vote)))
    size = rows.shape[0]
    seeds = None if holders is None else indices_of(holders, size, "holders")
    found = closures((Channel("votes", rows, threshold),), seeds)
    pairs = (np.ones(len(found.holder), dtype=np.bool_), (found.holder, found.company))
    return ControlPairs(sparse.csc_array(pairs, shape=(size, size)), 0.0, found.rounds, True)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Who controls whom, sorted by holder and company; int64 arrays of equal length, and the rounds it took."""

    holder: IntArray
    company: IntArray
    rounds: int


def closures(channels: tuple[Channel, ...], seeds: IntArray | None = None) -> Pairs:
    """Closures of all single seeds through any number of channels, at once."""
    batch = _Batch(channels)
    frontier = _majority_holders(channels, seeds)
    holder, turn = frontier, 0
    while len(frontier):
        turn += 1
        holder, frontier = batch.turn(holder, frontier)
    held, company = np.divmod(batch.joined.keys(), max(batch.size, 1))
    return Pairs(held, company, turn)


class _Batch:
    def __init__(self, channels: tuple[Channel, ...]) -> None:
        self.channels, self.size = channels, channels[0].rights.shape[0]
        self.joined = _Sums()
        self.collected = [_Sums() for _ in channels]
        owned = np.zeros(self.size, dtype=np.bool_)
        for channel in channels:
            owned[channel.rights.indices] = True
        self.joint = [_jointly(channel, owned) for channel in channels]

    def turn(self, seed: IntArray, company: IntArray) -> tuple[IntArray, IntArray]:
        """Read what the companies hold for their seeds; return the pairs that join."""
        over = [self._over(number, seed, company) for number in range(len(self.channels))]
        keys = distinct(np.concatenate(over))
        keys = keys[self.joined.of(keys) == 0]
        self.joined.add(keys, np.ones(len(keys)))
        holder, found = np.divmod(keys, self.size)
        return holder, found

    def _over(self, number: int, seed: IntArray, company: IntArray) -> IntArray:
        """Keys of the pairs that one channel carries over its threshold."""
        channel, joint = self.channels[number], self.joint[number]
        positions, lengths = entries(channel.rights.indptr, company)
        held, weight = channel.rights.indices[positions], channel.rights.data[positions]
        holder = np.repeat(seed, lengths)
        alone = above(weight, channel.threshold)
        with_others = joint[held] & ~alone
        apart = holder != held
        keys = holder * self.size + held
        some = with_others & apart
        return np.concatenate((keys[alone & apart], self._together(number, keys[some], weight[some])))

    def _together(self, number: int, keys: IntArray, weight: FloatArray) -> IntArray:
        """Add votes to what was collected before, and return the pairs that are now over the threshold."""
        if not len(keys):
            return keys
        touched, votes = _summed(keys, weight)
        collected = self.collected[number]
        collected.add(touched, votes)
        return touched[above(collected.of(touched), self.channels[number].threshold)]


class _Sums:
    """Numbers by key, in sorted runs of falling length: adding costs a logarithm on average, whatever came before."""

    def __init__(self) -> None:
        self.runs: list[tuple[IntArray, FloatArray]] = []

    def add(self, keys: IntArray, values: FloatArray) -> None:
        """Add to the number of each key; ``keys`` are sorted and distinct."""
        self.runs.append((keys, values))
        while len(self.runs) > 1 and len(self.runs[-2][0]) < 2 * len(self.runs[-1][0]):
            self.runs.append(_merged(self.runs.pop(), self.runs.pop()))

    def of(self, keys: IntArray) -> FloatArray:
        """The number of each key, 0 where there is none."""
        total = np.zeros(len(keys))
        for known, values in self.runs:
            if len(known):
                place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
                total += np.where(known[place] == keys, values[place], 0.0)
        return total

    def keys(self) -> IntArray:
        """All keys, sorted."""
        return distinct(np.concatenate([np.empty(0, dtype=np.int64), *(known for known, _ in self.runs)]))


def _merged(
    one: tuple[IntArray, FloatArray], two: tuple[IntArray, FloatArray]
) -> tuple[IntArray, FloatArray]:
    return _summed(np.concatenate((one[0], two[0])), np.concatenate((one[1], two[1])))


def _summed(keys: IntArray, values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Add up the values of each key, sorted by key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.flatnonzero(np.diff(ordered, prepend=-1) > 0)
    return ordered[first], np.add.reduceat(values[order], first) if len(first) else values


def _majority_holders(channels: tuple[Channel, ...], wanted: IntArray | None) -> IntArray:
    """Alone, one has to start with a direct majority."""
    marks = np.zeros(channels[0].rights.shape[0], dtype=np.bool_)
    for channel in channels:
        carrying = np.flatnonzero(above(channel.rights.data, channel.threshold))
        marks[np.searchsorted(channel.rights.indptr, carrying, side="right") - 1] = True
    return np.flatnonzero(marks) if wanted is None else wanted[marks[wanted]]


def _jointly(channel: Channel, owned: BoolArray) -> BoolArray:
    """Companies that several could carry together: enough is declared, and a holder among them can be controlled."""
    rights = channel.rights
    size = rights.shape[0]
    declared = np.bincount(rights.indices, weights=rights.data, minlength=size).astype(np.float64)
    many = np.bincount(rights.indices, minlength=size) > 1
    holder_owned = np.repeat(owned, np.diff(rights.indptr))
    some = np.zeros(size, dtype=np.bool_)
    some[rights.indices[holder_owned]] = True
    joint: BoolArray = above(declared, channel.threshold) & many & some
    return joint
