"""How a ratio is measured: contenders in turn, several rounds, medians; the machine may be shared and noisy."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, garbage collected before it."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(contenders: Mapping[str, Callable[[int], float]], rounds: int = 5) -> dict[str, float]:
    """Return each contender's median seconds.

    Parameters
    ----------
    contenders : mapping
        Name → a function that does the work of one round (its number is given) and returns the seconds it took.
    rounds : int
        At least 3. The order of the contenders is reversed every other round.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders)[:: 1 if number % 2 == 0 else -1]
        for name in order:
            taken[name].append(contenders[name](number))
    return {name: median(times) for name, times in taken.items()}


def rate(count: int, taken: float) -> str:
    """Return a rate for people."""
    return f"{count / taken:,.0f}/s"
