"""Nothing quadratic: seconds per million edges over 10 thousand, 100 thousand, 1 million and 10 million edges.

Method: for each size a register of holdings (:mod:`benchmarks.registers`, 500 companies in circles, fewer where it is small),
a guarantee network of the same shape, and risk channels at random (10 edges a node, a hundredth of the nodes seeded). The
time of each method is the median of 3 (of 1 at 10 million), in seconds of the processor: curves must not show what else
the machine does. What grows linearly keeps its number from column to column; what is quadratic
would multiply it by ten. Measured, seconds per million edges from 10 thousand
to 10 million: ownership 3.1, 2.8, 0.48, 0.31; control of persons 0.22, 0.23, 0.20, 0.33; of everybody 0.25, 0.19, 0.19,
0.38; cross-holdings 1.0, 1.2, 0.17, 0.05; components 0.10, 0.08, 0.11, 0.25; guarantee circles 0.34, 0.21, 0.22, 0.37;
propagation 0.27, 0.07, 0.06, 0.10. What falls at first is the fixed cost of circles, what rises at last is memory beyond
the caches.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from scipy import sparse

from algorithms.ownership.batch_control import control_all
from algorithms.ownership.cross_holdings import cross_holdings
from algorithms.ownership.final_owners import final_owners_all
from algorithms.relations.guarantee_circles import guarantee_circles
from algorithms.risk.propagation.propagate import propagate
from algorithms.walks.components import components
from benchmarks.registers import Register, register

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
Work = Callable[[], object]


def main() -> None:
    """Print one line per method."""
    rows: dict[str, list[float]] = {}
    for size in SIZES:
        for name, work in {**_on_register(size), **_on_channels(size)}.items():
            taken = median(_processor(work) for _ in range(1 if size == SIZES[-1] else 3))
            rows.setdefault(name, []).append(taken)
    for name, times in rows.items():
        each = ", ".join(
            f"{size:,}: {taken:.3f} s ({1e6 * taken / size:.2f})"
            for size, taken in zip(SIZES, times, strict=True)
        )
        print(f"growth: {name} — edges: seconds (seconds per million) {each}")


def _processor(work: Work) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _on_register(size: int) -> dict[str, Work]:
    made = register(int(1.56 * size), size, min(500, size // 100))
    edges = made.shares.tocoo()
    start, end = edges.row.astype(np.int32), edges.col.astype(np.int32)
    return {
        "ownership": lambda: final_owners_all(made.shares),
        "control of persons": lambda: control_all(made.shares, holders=np.flatnonzero(made.person)),
        "control of everybody": lambda: control_all(made.shares),
        "cross-holdings": lambda: cross_holdings(made.shares),
        "components": lambda: components(start, end, made.shares.shape[0]),
        "guarantee circles": lambda: guarantee_circles(_guarantees(made)),
    }


def _guarantees(made: Register) -> sparse.csr_array:
    return sparse.csr_array(made.shares)


def _on_channels(size: int) -> dict[str, Work]:
    random = np.random.default_rng(0)
    nodes = max(size // 10, 1)
    channels = {
        name: sparse.coo_array(
            (
                random.random(size // 2),
                (random.integers(0, nodes, size // 2), random.integers(0, nodes, size // 2)),
            ),
            shape=(nodes, nodes),
        ).tocsr()
        for name in ("one", "two")
    }
    severity = np.where(random.random(nodes) < 0.01, random.random(nodes), 0.0)
    return {
        "propagation": lambda: propagate(channels, severity, {"one": 0.4, "two": 0.3}, alpha=0.7, tol=1e-6)
    }
