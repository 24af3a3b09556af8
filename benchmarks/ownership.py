"""Final shares of all persons in all companies of a register. Goal: 8M nodes / 5M holdings in ≤ 2 s and ≤ 1 GB.

Method: a made-up register of the size of the UK's persons with significant control (7.97M nodes, 5.10M holdings, 498
companies in circles: :mod:`benchmarks.registers`), as a CSC matrix in memory; ``final_owners_all`` is timed from the matrix
to the sparse answer, median of 5. Peak memory is that of a process that makes the register and solves it.
Exactness: the columns of all circles and of what stands above them against one dense solve. Measured: 1.16 s on
two shared cores, 525 MB, largest difference 1.0e-12 (5,344,815 final shares, 881,206 companies swept in 8 levels).
"""

from __future__ import annotations

from statistics import median

import numpy as np

from algorithms.ownership.circles import circles
from algorithms.ownership.final_owners import FinalOwners, final_owners_all
from algorithms.ownership.matrix import induced, upstream
from benchmarks.measure import seconds
from benchmarks.memory import apart
from benchmarks.registers import UK_CORE, UK_EDGES, UK_NODES, Register, register


def main() -> None:
    """Print time, memory and the largest difference from the dense solve."""
    made = register(UK_NODES, UK_EDGES, UK_CORE)
    found: list[FinalOwners] = []

    def work() -> None:
        found[:] = [final_owners_all(made.shares)]

    taken = median(seconds(work) for _ in range(5))
    difference = _difference(made, found[0])
    answer = found[0]
    del found[:]
    _, peak = apart(_alone)
    print(
        f"ownership: {taken:.2f} s for {answer.value.nnz:,} final shares of {made.shares.shape[0]:,} nodes and "
        f"{made.shares.nnz:,} holdings, {len(answer.core):,} companies swept in {answer.iterations} levels; peak memory "
        f"{peak:.0f} MB with the making of the register; largest difference from a dense solve {difference:.1e} "
        f"(goal 2 s, 1 GB, 1e-9)"
    )


def _alone() -> None:
    final_owners_all(register(UK_NODES, UK_EDGES, UK_CORE).shares)


def _difference(made: Register, found: FinalOwners) -> float:
    """Largest difference over all companies in circles, from a dense solve of everything upstream of them."""
    members = np.concatenate(circles(made.shares))
    nodes = upstream([made.shares], members)
    A = induced(made.shares, nodes).toarray()
    place = np.searchsorted(nodes, members)
    person = made.person[nodes]
    exact = np.linalg.solve(np.eye(len(nodes)) - A, A[:, place])[person]
    return float(np.abs(found.value[nodes[person]][:, members].toarray() - exact).max())
