"""Guarantee circles by networkx: strongly connected components, and every elementary circle up to a length."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np


def circles(A: Any, max_length: int | None = None) -> list[tuple[int, ...]]:
    """Every circle from its lowest member, shortest first; a guarantee for oneself is none."""
    graph = _graph(A)
    found = [_from_lowest(tuple(c)) for c in nx.simple_cycles(graph, length_bound=max_length)]
    return sorted(found, key=lambda c: (len(c), c))


def components(A: Any) -> list[list[int]]:
    """Sets of two and more who reach each other, by lowest member."""
    return sorted(sorted(c) for c in nx.strongly_connected_components(_graph(A)) if len(c) > 1)


def contingent(edges: list[tuple[int, int]], loans: dict[int, set[str]], start: int) -> set[str]:
    """Loans of everybody reached from a guarantor, its own left out."""
    graph = nx.DiGraph(edges)
    graph.add_node(start)
    behind: set[str] = set().union(*(loans.get(party, set()) for party in nx.descendants(graph, start)))
    return behind - loans.get(start, set())


def _graph(A: Any) -> nx.DiGraph:
    graph = nx.from_numpy_array(np.asarray(A), create_using=nx.DiGraph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def _from_lowest(circle: tuple[int, ...]) -> tuple[int, ...]:
    place = circle.index(min(circle))
    return circle[place:] + circle[:place]
