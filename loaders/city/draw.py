"""Chance that can be asked twice: the same seed, question and index always give the same answer."""

from __future__ import annotations

import math
from random import Random
from zlib import crc32

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Dice:
    """Draws by index, for what several files must agree on without anybody remembering it.

    Parameters
    ----------
    seed : int
        The city's seed.
    question : str
        What is drawn; different questions are independent.
    """

    def __init__(self, seed: int, question: str) -> None:
        self._state = (seed * _GOLDEN + crc32(question.encode())) & _MASK

    def word(self, index: int) -> int:
        """Return 64 random bits for `index` (the finaliser of SplitMix64)."""
        z = (self._state + (index + 1) * _GOLDEN) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, index: int, count: int) -> int:
        """Return an integer in [0, count)."""
        return self.word(index) % count


class Shuffle:
    """A permutation of a range that needs no memory: k → start + (k · stride + shift) mod n."""

    def __init__(self, span: range, seed: int) -> None:
        self._start, self._count = span.start, len(span)
        self._shift = Dice(seed, "shuffle").below(0, self._count)
        self._stride = int(self._count * 0.618) | 1
        while math.gcd(self._stride, self._count) != 1:
            self._stride += 2

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, k: int) -> int:
        """Return the k-th element; past the last one, the first follows again."""
        return self._start + (k * self._stride + self._shift) % self._count


def stream(seed: int, name: str) -> Random:
    """Return a generator of its own for one part of the city, so that parts do not disturb each other."""
    return Random(f"{seed}/{name}")


def split(rng: Random, whole: int, parts: int) -> list[int]:
    """Cut `whole` into positive `parts` that add up to it exactly; `whole` is at least `parts` x 5."""
    cuts = [rng.randint(2, 10) for _ in range(parts)]
    shares = [max(1, whole * cut // sum(cuts)) for cut in cuts]
    shares[0] += whole - sum(shares)
    return shares
