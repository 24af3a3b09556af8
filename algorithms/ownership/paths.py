"""Sums over simple paths 逐层乘积之和, shown beside the sum over all walks, and the paths that explain a share.

A simple path visits nobody twice, so it leaves out what comes back through a circle; in one circle of hundreds of
companies there are more simple paths than anyone can count. The heaviest are taken first, what is left out is
bounded, and the bound is stated.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    column_sums,
    induced,
    upstream,
)
from algorithms.result import Result
from algorithms.thresholds import above, at_least

PRUNE_BELOW = 1e-9
EXPANSIONS_AT_MOST = 50_000
THRESHOLDS = (0.20, 0.25, 0.50)  # close link, beneficial owner, control


@dataclass(frozen=True)
class Path:
    """One chain of holdings that explains a number.

    Attributes
    ----------
    edges : tuple of (holder, held)
        From the holder down to the company; indices into the matrix that was passed.
    weight : float
        Product of the shares along it.
    """

    edges: tuple[tuple[int, int], ...]
    weight: float


@dataclass(frozen=True, eq=False)
class PathSums(Result[FloatArray]):
    """Sums over simple paths to one company.

    Attributes
    ----------
    value : float array of shape (n,)
        What was summed for each holder: never more than the sum over all simple paths.
    residual : float
        Upper bound of what was left out, for any one holder (``inf`` where shares above 100 % allow no bound).
    iterations : int
        Expanded paths.
    converged : bool
        False when the work was capped; the bound holds all the same.
    target : int
        The company.
    walks : float array of shape (n,)
        Y, the sum over all walks.
    upper : float array of shape (n,)
        ``min(value + residual, walks)``: never less than the sum over all simple paths.
    """

    target: int
    walks: FloatArray
    upper: FloatArray
    tree: _Tree

    def straddles(self, threshold: float) -> BoolArray:
        """Holders who reach ``threshold`` by all walks but, as far as was summed, not by simple paths."""
        return at_least(self.walks, threshold) & ~at_least(self.value, threshold)

    def paths(self, holder: int, most: int) -> tuple[Path, ...]:
        """Give the heaviest simple paths of ``holder``, at most ``most`` of them."""
        ends = heapq.nlargest(most, self.tree.ends.get(holder, ()), key=lambda end: self.tree.weight[end])
        return tuple(Path(self.tree.edges(end), self.tree.weight[end]) for end in ends)


class _Tree:
    """Simple paths that end in the target, each one step longer than its parent."""

    def __init__(self, target: int) -> None:
        self.node, self.parent, self.weight = [target], [-1], [1.0]
        self.ends: dict[int, list[int]] = {}

    def add(self, holder: int, parent: int, weight: float) -> int:
        end = len(self.node)
        self.node.append(holder)
        self.parent.append(parent)
        self.weight.append(weight)
        self.ends.setdefault(holder, []).append(end)
        return end

    def visited(self, end: int) -> list[int]:
        """Nodes from the end of a path down to the target."""
        nodes = []
        while end >= 0:
            nodes.append(self.node[end])
            end = self.parent[end]
        return nodes

    def edges(self, end: int) -> tuple[tuple[int, int], ...]:
        nodes = self.visited(end)
        return tuple(pairwise(nodes))


def simple_path_sums(
    A: Matrix, target: int, prune: float = PRUNE_BELOW, most: int = EXPANSIONS_AT_MOST
) -> PathSums:
    """Sum the products along simple paths from every holder to one company.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i.
    target : int
        The company.
    prune : float
        Paths lighter than this are not followed further.
    most : int
        Paths that are expanded at most, heaviest first.

    Returns
    -------
    PathSums

    Raises
    ------
    InputError
        When A is not square, a share is no ratio, or the target no index.

    Notes
    -----
    The bound: prolonging a path of weight w that starts at v adds, for one holder, at most w times the declared
    shares of v. Seen from v backwards, its simple prolongations to a holder are distinct ways of meeting him for
    the first time, and their probabilities sum to at most that (column sums ≤ 1).
    Complexity: at most ``most`` expansions, each its holders and the length of the path.

    Examples
    --------
    >>> sums = simple_path_sums(np.array([[0.0, 0.24], [0.0, 0.06]]), 1)
    >>> float(sums.value[0]), round(float(sums.walks[0]), 4), bool(sums.straddles(0.25)[0])
    (0.24, 0.2553, True)
    """
    whole = as_columns(A)
    Y = integrated_ownership_of(whole, target)
    nodes = upstream([whole], Y.targets)
    part = induced(whole, nodes)
    search = _Search(part, nodes, int(target), whole.shape[0])
    left_out, expanded, capped = search.run(prune, most)
    bounded = not np.any(above(column_sums(part), 1.0))
    residual = left_out if bounded else (float("inf") if left_out else 0.0)
    walks = Y.value.toarray().ravel()
    # fmin: where a contradictory circle leaves Y undefined, the other bound still holds.
    return PathSums(
        value=search.total,
        residual=residual,
        iterations=expanded,
        converged=not capped,
        target=int(target),
        walks=walks,
        upper=np.fmin(search.total + residual, walks),
        tree=search.tree,
    )


class _Search:
    def __init__(self, part: Columns, nodes: IntArray, target: int, size: int) -> None:
        names = nodes.tolist()
        cuts, holders, shares = (
            part.indptr.tolist(),
            [names[i] for i in part.indices.tolist()],
            part.data.tolist(),
        )
        self.holders = {
            names[j]: list(zip(holders[cuts[j] : cuts[j + 1]], shares[cuts[j] : cuts[j + 1]], strict=True))
            for j in range(len(names))
        }
        self.declared = dict(zip(names, column_sums(part).tolist(), strict=True))
        self.tree = _Tree(target)
        self.total = np.zeros(size)

    def run(self, prune: float, most: int) -> tuple[float, int, bool]:
        """Expand the heaviest path until none is worth it; say what was left out, how many, whether capped."""
        tree, left_out, expanded = self.tree, 0.0, 0
        heap = [(-1.0, 0)]
        while heap and expanded < most:
            weight, end = heapq.heappop(heap)
            expanded += 1
            for longer in self._prolong(end, -weight):
                reach = tree.weight[longer] * self.declared[tree.node[longer]]
                if reach >= prune:
                    heapq.heappush(heap, (-tree.weight[longer], longer))
                else:
                    left_out += reach
        left_out += sum(-weight * self.declared[tree.node[end]] for weight, end in heap)
        return left_out, expanded, bool(heap)

    def _prolong(self, end: int, weight: float) -> list[int]:
        visited = set(self.tree.visited(end))
        added = []
        for holder, share in self.holders[self.tree.node[end]]:
            if holder not in visited and share:
                added.append(self.tree.add(holder, end, weight * share))
                self.total[holder] += weight * share
        return added
