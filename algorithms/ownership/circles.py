"""Finding the circles of a whole register: peel what cannot be in one, then ask for strongly connected sets."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.ownership.matrix import BoolArray, Columns, IntArray, induced

PEELED_AT_MOST = 4  # rounds: each is a pass over what is left, and the first takes nearly everything


def peeled(columns: Columns) -> IntArray:
    """Return companies that may stand in a circle: they have holders, and hold something themselves, sorted."""
    nodes = np.flatnonzero((np.diff(columns.indptr) > 0) & _holding(columns))
    part = induced(columns, nodes)
    for _ in range(PEELED_AT_MOST):
        kept = np.flatnonzero((np.diff(part.indptr) > 0) & _holding(part))
        if len(kept) == len(nodes):
            break
        nodes, part = nodes[kept], induced(part, kept)
    return nodes


def circles(columns: Columns) -> list[IntArray]:
    """Return every strongly connected set of two and more, and every company that holds itself; members sorted.

    Complexity: O(n + nnz).
    """
    nodes = peeled(columns)
    part = induced(columns, nodes)
    count, component = connected_components(part, directed=True, connection="strong")
    edges = sparse.coo_array(part)
    circular = np.bincount(component, minlength=count) > 1
    circular[component[edges.row[edges.row == edges.col]]] = True
    members = np.flatnonzero(circular[component])
    order = members[np.argsort(component[members], kind="stable")]
    cuts = np.flatnonzero(np.diff(component[order])) + 1
    return np.split(nodes[order], cuts) if len(order) else []


def _holding(columns: Columns) -> BoolArray:
    holding = np.zeros(columns.shape[0], dtype=np.bool_)
    holding[columns.indices] = True
    return holding
