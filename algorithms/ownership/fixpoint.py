"""The least fixpoint behind control 控制: votes, board seats and stated control, from a set of seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.ownership.matrix import Columns, FloatArray, IntArray
from algorithms.thresholds import above
from algorithms.walks.adjacency import entries


@dataclass(frozen=True, eq=False)
class Channel:
    """One way to control: who holds more than ``threshold`` of it, with all that he controls, controls the company.

    Attributes
    ----------
    name : str
        ``votes``, ``board``, ``stated``, …
    rights : CSR array of shape (n, n)
        ``rights[i, j]`` = part of j's votes, seats, … held by i.
    threshold : float
        Strict: exactly this much is not enough.
    lent : float array of shape (n,), optional
        Rights in each company counted for the seeds from the start: what nobody is known to hold.
    """

    name: str
    rights: Columns
    threshold: float = 0.5
    lent: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Closure:
    """What a seed set controls.

    Attributes
    ----------
    rounds : int64 array of shape (n,)
        0 for a seed, the round in which a company joined, −1 for everything else.
    channel : int64 array of shape (n,)
        Position of the first channel that carried a company over its threshold, −1 where none did.
    held : tuple of float arrays of shape (n,)
        Per channel, what seeds and controlled companies hold of each company together.
    last : int
        Rounds that were done.
    """

    rounds: IntArray
    channel: IntArray
    held: tuple[FloatArray, ...]
    last: int


def closure(channels: tuple[Channel, ...], seeds: IntArray) -> Closure:
    """Smallest set that contains every company of which it, with the seeds, holds more than a threshold.

    Complexity: O(n) for the marks, then each entry of a controlled holder once: a holder is read when he joins.
    """
    size = channels[0].rights.shape[0]
    rounds, fired = (np.full(size, -1, dtype=np.int64) for _ in range(2))
    held = tuple(np.zeros(size) if c.lent is None else c.lent.copy() for c in channels)
    rounds[seeds] = 0
    # What was lent may cross a line before anyone is read; from then on only companies just touched can.
    touched = [np.flatnonzero(above(h, c.threshold)) for c, h in zip(channels, held, strict=True)]
    frontier, turn = seeds, 0
    while len(frontier) or turn == 0:
        turn += 1
        read = [_collect(c, h, frontier) for c, h in zip(channels, held, strict=True)]
        touched = [np.concatenate(pair) for pair in zip(touched, read, strict=True)]
        frontier = _join(channels, held, touched, (rounds, fired, turn))
        touched = [companies[:0] for companies in touched]
    return Closure(rounds, fired, held, turn)


def _collect(channel: Channel, held: FloatArray, frontier: IntArray) -> IntArray:
    rights = channel.rights
    positions, _ = entries(rights.indptr, frontier)
    companies = rights.indices[positions]
    np.add.at(held, companies, rights.data[positions])
    return np.asarray(companies, dtype=np.int64)


def _join(
    channels: tuple[Channel, ...],
    held: tuple[FloatArray, ...],
    touched: list[IntArray],
    marks: tuple[IntArray, IntArray, int],
) -> IntArray:
    rounds, fired, turn = marks
    joined = []
    for number, (channel, share, companies) in enumerate(zip(channels, held, touched, strict=True)):
        over = companies[above(share[companies], channel.threshold) & (rounds[companies] < 0)]
        rounds[over], fired[over] = turn, number
        joined.append(np.unique(over))
    return np.concatenate(joined)
