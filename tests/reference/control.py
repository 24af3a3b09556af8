"""Control as the sentence reads: scan all companies again and again until nothing joins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def controlled(A: NDArray[np.float64], seeds: Iterable[int], threshold: float = 0.5) -> set[int]:
    seeds, found = set(seeds), set()
    while True:
        joined = {
            y
            for y in range(len(A))
            if y not in seeds | found and sum(A[z, y] for z in seeds | found) > threshold + 1e-9
        }
        if not joined:
            return found
        found |= joined
