"""Slow twins: clusters by comparing every two parties, rings and cycles by networkx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations

import networkx as nx

Tenancy = tuple[str, str, str]
"""Kind, hub, party."""


def clusters(
    told: Iterable[Tenancy], weights: Mapping[str, float], least: float, most: int
) -> dict[frozenset[str], float]:
    """Members → score."""
    hubs: dict[tuple[str, str], set[str]] = {}
    for kind, hub, party in told:
        hubs.setdefault((kind, hub), set()).add(party)
    used = {hub: parties for hub, parties in hubs.items() if len(parties) <= most}
    graph = nx.Graph()
    for a, b in combinations(sorted({p for parties in used.values() for p in parties}), 2):
        kinds = {kind for (kind, _), parties in used.items() if {a, b} <= parties}
        if kinds and sum(weights[k] for k in kinds) / sum(weights.values()) >= least - 1e-9:
            graph.add_edge(a, b, kinds=kinds)
    return {
        frozenset(part): sum(
            weights[k] for k in set().union(*(d for *_, d in graph.subgraph(part).edges(data="kinds")))
        )
        / sum(weights.values())
        for part in nx.connected_components(graph)
    }


def rings(sales: Mapping[tuple[str, str], int]) -> dict[frozenset[str], Fraction | None]:
    """Members → exact netting ratio."""
    graph = nx.DiGraph(list(sales))
    found = {}
    for part in nx.strongly_connected_components(graph):
        inside = {ends: a for ends, a in sales.items() if set(ends) <= part}
        if len(part) > 1:
            net = [
                sum(a for (s, _), a in inside.items() if s == p)
                - sum(a for (_, b), a in inside.items() if b == p)
                for p in part
            ]
            gross = 2 * sum(inside.values())
            found[frozenset(part)] = 1 - Fraction(sum(map(abs, net)), gross) if gross else None
    return found


def cycles(sales: Iterable[tuple[str, str]], length: int) -> set[tuple[str, ...]]:
    """All simple cycles of up to so many parties, each from its smallest one."""
    found = nx.simple_cycles(nx.DiGraph(list(sales)), length_bound=length)
    return {tuple(c[c.index(min(c)) :] + c[: c.index(min(c))]) for c in found}
