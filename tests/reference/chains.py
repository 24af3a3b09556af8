"""Guarantee chains by networkx: descendants and their shortest hops."""

from __future__ import annotations

import networkx as nx


def guarantee_chain(edges: list[tuple[int, int]], nodes: int, start: int) -> dict[int, int]:
    """Reached party → hops, the start left out."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    hops = nx.single_source_shortest_path_length(graph, start)
    return {node: hops[node] for node in nx.descendants(graph, start)}
