"""Connected components and breadth-first search. Goal: at most 1.2 times the best of SciPy and networkit.

Method: 1M nodes and 5M edges at random, int32 arrays in memory. Components from the plain ends
(``algorithms.walks.components``); the search is ``algorithms.walks.breadth_first.hops`` from one node, both ways along the edges; against SciPy's,
networkit's and igraph's on a graph that each has built before. networkx does a tenth of the size. Medians of 5,
interleaved. Peers that are not installed (``benchmarks/requirements.txt``) are named and left out. Measured
(ours over theirs): components 0.45 of SciPy 1.17.1, 0.67 of networkit 11.3, 0.37 of igraph 1.0.0, and 36 times as fast as
networkx 3.6.1; search 0.37, 0.17 and 0.15.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from algorithms.walks.breadth_first import hops
from algorithms.walks.combined import Combined, Steps
from algorithms.walks.components import components
from benchmarks.measure import interleaved, seconds

NODES, EDGES, SMALLER = 1_000_000, 5_000_000, 10
Ends = tuple[NDArray[np.int32], NDArray[np.int32]]
Work = Callable[[], object]


def main() -> None:
    """Print ratios, per peer."""
    random = np.random.default_rng(0)
    start, end = (random.integers(0, NODES, EDGES, dtype=np.int32) for _ in range(2))
    rows = _rows(start, end, NODES)
    graph = combined_of(start, end, NODES)
    twice = sparse.csr_array(rows + rows.T)
    work: dict[str, dict[str, Work]] = {
        "components": {
            "ours": lambda: components(start, end, NODES),
            "SciPy": lambda: connected_components(rows, directed=False),
        },
        "search": {
            "ours": lambda: hops(graph, np.array([0])),
            "SciPy": lambda: breadth_first_order(twice, 0, return_predecessors=False),
        },
    }
    for peer in (_networkit, _igraph):
        for name, job in peer(start, end).items():
            kind, _, whose = name.partition(" ")
            work[kind][whose] = job
    for kind, jobs in work.items():
        taken = interleaved({name: _timed(job) for name, job in jobs.items()})
        own, *peers = taken.items()
        said = ", ".join(f"{name} {time:.3f} s ({own[1] / time:.2f} x)" for name, time in peers)
        print(f"components: {kind} {own[0]} {own[1]:.3f} s; {said or 'no peer'} (goal 1.2)")
    _against_networkx(start, end)


def combined_of(start: NDArray[np.int32], end: NDArray[np.int32], nodes: int) -> Combined:
    """Make the rows that a view's walks step by, from plain ends."""
    return Combined(
        ("EDGE",),
        np.zeros(1, dtype=np.int64),
        (np.arange(len(start)),),
        _steps(start, end, nodes),
        _steps(end, start, nodes),
    )


def _steps(near: NDArray[np.int32], far: NDArray[np.int32], nodes: int) -> Steps:
    order = np.argsort(near, kind="stable")
    indptr = np.concatenate(([0], np.cumsum(np.bincount(near, minlength=nodes))))
    return Steps(indptr, far[order], order)


def _rows(start: NDArray[np.int32], end: NDArray[np.int32], nodes: int) -> Any:
    return sparse.coo_array((np.ones(len(start), np.float32), (start, end)), shape=(nodes, nodes)).tocsr()


def _timed(job: Work) -> Callable[[int], float]:
    return lambda _: seconds(job)


def _networkit(start: NDArray[np.int32], end: NDArray[np.int32]) -> dict[str, Work]:
    if find_spec("networkit") is None:
        print("components: networkit is not installed, see benchmarks/requirements.txt")
        return {}
    nk = import_module("networkit")
    graph = nk.GraphFromCoo((start.astype(np.uint64), end.astype(np.uint64)), n=NODES, directed=False)
    name = f"networkit {version('networkit')}"
    return {
        f"components {name}": lambda: nk.components.ConnectedComponents(graph).run(),
        f"search {name}": lambda: nk.distance.BFS(graph, 0, storePaths=False).run(),
    }


def _igraph(start: NDArray[np.int32], end: NDArray[np.int32]) -> dict[str, Work]:
    if find_spec("igraph") is None:
        print("components: igraph is not installed, see benchmarks/requirements.txt")
        return {}
    graph = import_module("igraph").Graph(NODES, np.column_stack((start, end)))
    name = f"igraph {version('igraph')}"
    return {
        f"components {name}": graph.connected_components,
        f"search {name}": lambda: graph.distances([0]),
    }


def _against_networkx(start: NDArray[np.int32], end: NDArray[np.int32]) -> None:
    nodes, edges = NODES // SMALLER, EDGES // SMALLER
    some = start[:edges] % nodes, end[:edges] % nodes
    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(zip(*(side.tolist() for side in some), strict=True))
    taken = interleaved(
        {
            "ours": lambda _: seconds(lambda: components(*some, nodes)),
            "networkx": lambda _: seconds(lambda: list(nx.connected_components(graph))),
        }
    )
    print(
        f"components: {taken['networkx'] / taken['ours']:.0f} x networkx {version('networkx')} on {nodes:,} nodes and "
        f"{edges:,} edges ({taken['ours']:.3f} against {taken['networkx']:.3f} s)"
    )
