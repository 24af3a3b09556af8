"""Batches cut into pieces that share no node, so that several transactions write them at once without waiting for each other.

A relationship locks both of its ends. So nodes are dealt out to groups, every relationship belongs to a pair of groups, and the
pairs of one round are disjoint: between two labels each group of the one meets each of the other in turn, within one label
the groups meet as in a tournament.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any, TypeVar

from schema.ports import EdgeBatch, NodeBatch, Outcome, Reject

Batch = NodeBatch | EdgeBatch
Piece = Sequence[int]
"""Rows of a batch, by index."""
Row = Mapping[str, Any]
T = TypeVar("T")

LEAST = 2_000
"""Rows below which a batch is not cut: a transaction of its own costs more than it saves."""


def rounds(batch: Batch, lanes: int, most: int) -> list[list[Piece]]:
    """Cut a batch into rounds of pieces; those of one round may be written at once, the rounds one after the other.

    Parameters
    ----------
    lanes : int
        How many pieces are written at once.
    most : int
        Most rows of a piece.

    Notes
    -----
    Rows of one node, or of one series, keep their order: they come in one piece, or in pieces of different rounds. O(rows).
    """
    if lanes == 1 or len(batch.rows) < LEAST or _repeats(batch):
        return [[piece] for piece in _cut(range(len(batch.rows)), most)]
    place = _placing(batch, lanes)
    dealt: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, row in enumerate(batch.rows):
        number, piece = place(row)
        dealt[number][piece].append(index)
    return [layer for _, pieces in sorted(dealt.items()) for layer in _layers(pieces.values(), most)]


def at_once(pool: ThreadPoolExecutor, work: Callable[[Piece], T], pieces: Sequence[Piece]) -> list[T]:
    """Do the work of several pieces at once, and return what it gives in their order.

    When one fails, or is interrupted, those that run already are waited for: nothing may write after the caller knows.
    """
    if len(pieces) == 1:
        return [work(pieces[0])]
    futures: list[Future[T]] = [pool.submit(work, piece) for piece in pieces]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        for future in futures:
            future.cancel()
        wait(futures)
    return [future.result() for future in futures]


def joined(outcomes: Iterable[tuple[Piece, Outcome]]) -> Outcome:
    """Join the outcomes of the pieces of a batch."""
    told = [*outcomes]
    return Outcome(
        frozenset(piece[i] for piece, one in told for i in one.written),
        sum(one.unchanged for _, one in told),
        tuple(
            sorted((replace(r, index=piece[r.index]) for piece, one in told for r in one.rejects), key=_index)
        ),
        frozenset(piece[i] for piece, one in told for i in one.older),
        sum(one.confirmed for _, one in told),
    )


def taken(batch: Batch, piece: Piece) -> Batch:
    """Return a batch of some rows of another."""
    return replace(batch, rows=[batch.rows[i] for i in piece])


def _index(reject: Reject) -> int:
    return reject.index


def _repeats(batch: Batch) -> bool:
    """Whether a series comes twice, maybe between other nodes; keys that are none are refused later, row by row."""
    if isinstance(batch, NodeBatch):
        return False
    keys = [row.get("key") for row in batch.rows]
    return {*map(type, keys)} != {int} or len({*keys}) < len(keys)


def _placing(batch: Batch, lanes: int) -> Callable[[Row], tuple[int, int]]:
    """Return what says of a row its round and its piece."""
    if isinstance(batch, NodeBatch):
        return lambda row: (0, _group(row.get("id"), lanes))
    if batch.start_label == batch.end_label:
        return lambda row: _within_one_label(*_ends(row, 2 * lanes))
    return lambda row: _between_two_labels(*_ends(row, lanes))


def _ends(row: Row, groups: int) -> tuple[int, int, int]:
    return _group(row.get("start"), groups), _group(row.get("end"), groups), groups


def _between_two_labels(start: int, end: int, groups: int) -> tuple[int, int]:
    return (end - start) % groups, start


def _within_one_label(start: int, end: int, groups: int) -> tuple[int, int]:
    """Pairs of an even number of groups, by the circle method; each group meets itself in a round of its own."""
    low, high = sorted((start, end))
    if low == high:
        return groups - 1, low
    meet = 2 * low if high == groups - 1 else low + high
    return meet % (groups - 1), low


def _group(value: Any, groups: int) -> int:
    return hash(value) % groups if isinstance(value, str) else 0


def _layers(pieces: Iterable[list[int]], most: int) -> list[list[Piece]]:
    """Cut pieces that are too long; what is left of one goes into a layer of its own."""
    layers: list[list[Piece]] = []
    for piece in pieces:
        for depth, part in enumerate(_cut(piece, most)):
            if depth == len(layers):
                layers.append([])
            layers[depth].append(part)
    return layers


def _cut(piece: Sequence[int], most: int) -> list[Piece]:
    return [piece[first : first + most] for first in range(0, len(piece), most)]
