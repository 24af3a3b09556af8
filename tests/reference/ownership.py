"""Slow and obvious twins of the ownership methods: dense, and as the definitions say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, permutations, product

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.float64]


def integrated_ownership(A: Dense) -> Dense:
    """Y = (I − A)⁻¹ A with one dense solve."""
    return np.linalg.solve(np.eye(len(A)) - A, A)


def sum_of_walks(A: Dense, longest: int) -> Dense:
    """A + A² + …, walk length by walk length."""
    power, total = A.copy(), A.copy()
    for _ in range(longest - 1):
        power = power @ A
        total += power
    return total


def spectral_radius(A: Dense) -> float:
    return float(np.max(np.abs(np.linalg.eigvals(A)), initial=0.0))


def simple_path_sums(A: Dense, target: int) -> Dense:
    """Every simple path, one at a time; a holder's path to himself is no simple path."""
    graph = nx.from_numpy_array(A, create_using=nx.DiGraph)
    total = np.zeros(len(A))
    for holder in range(len(A)):
        if holder == target:
            continue
        for path in nx.all_simple_paths(graph, holder, target):
            total[holder] += np.prod([A[i, j] for i, j in pairwise(path)])
    return total


def greatest_share(least: Dense, most: Dense, undeclared: Dense, whose: tuple[int, int]) -> float:
    """The greatest final share of a holder, by trying every corner of what the open parts allow.

    In each company the open parts (bands, and what is undeclared handed to the holder himself) are filled in some
    order until 100 % is reached; all orders in all companies are all corners, and the maximum is at a corner.
    """
    holder, target = whose
    fillings = [
        list(_fillings(least[:, j], most[:, j], float(undeclared[j]), holder)) for j in range(len(least))
    ]
    return max(
        float(integrated_ownership(np.column_stack(columns))[holder, target])
        for columns in product(*fillings)
    )


def _fillings(least: Dense, most: Dense, undeclared: float, holder: int) -> Iterator[Dense]:
    parts = [(int(i), float(most[i] - least[i])) for i in np.flatnonzero(most > least)]
    parts += [(holder, undeclared)] if undeclared > 0 else []
    for order in permutations(parts):
        column = least.copy()
        for i, width in order:
            column[i] += min(width, max(0.0, 1.0 - column.sum()))
        yield column
