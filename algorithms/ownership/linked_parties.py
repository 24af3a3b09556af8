"""Close links of one party 密切联系: what :func:`algorithms.ownership.close_links.close_links` says of it, without the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from algorithms.ownership.close_links import CLOSE_LINK, PRUNE_IN_TURN
from algorithms.ownership.findings import Answer
from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    IntArray,
    Matrix,
    as_columns,
    checked,
    indices_of,
    induced,
    upstream,
)
from algorithms.ownership.paths import Path, PathSums, simple_path_sums
from algorithms.result import Result
from algorithms.thresholds import at_boundary, at_least
from schema.errors import InputError

PATHS_SHOWN = 3
COMPANIES_AT_MOST = 2_000  # beyond, the list is cut and says so


class LinkKind(StrEnum):
    """Why two parties are linked."""

    HELD_BY = "held_by"  # the other holds the line of this one
    HOLDS = "holds"  # this one holds the line of the other
    COMMON_HOLDER = "common_holder"  # a third party holds the line of both


@dataclass(frozen=True)
class CloseLink:
    """One link.

    Attributes
    ----------
    kind : LinkKind
    other : int
        The party at the other end.
    common : int
        The third party, −1 where there is none.
    answer : Answer
        YES or UNKNOWN (the simple paths could not be summed far enough).
    share, most : float
        Share over simple paths as far as summed, and what it can be at most; of a common holder that in ``other``.
    at_boundary : bool
        The share sits on the line itself.
    paths : tuple of Path
        The heaviest chains behind the share.
    """

    kind: LinkKind
    other: int
    common: int
    answer: Answer
    share: float
    most: float
    at_boundary: bool
    paths: tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class LinkedParties(Result[IntArray]):
    """All links of one party.

    Attributes
    ----------
    value : int64 array
        Parties with a proven link, sorted.
    residual : float
        Largest part left out of a sum that stayed undecided; 0 when all were decided.
    iterations : int
        Paths that were expanded.
    converged : bool
        Whether every link was decided and none was cut off.
    links : tuple of CloseLink
        Holders first, then what is held, then common holders; the greatest share first.
    """

    links: tuple[CloseLink, ...]


def linked_parties(
    A: Matrix, node: int, threshold: float = CLOSE_LINK, exempt: BoolArray | None = None
) -> LinkedParties:
    """Close links of one party in both directions, and through common holders.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i.
    node : int
        The party.
    threshold : float in (0, 1]
        Inclusive.
    exempt : bool array (n,), optional
        Holders who link nobody with anybody as a third party: state bodies 仅同受国家控股不视为关联 (Company Law 2023,
        art. 265(4)).

    Returns
    -------
    LinkedParties

    Raises
    ------
    InputError
        When A is not square, a share is no ratio, the node no index, or the threshold not in (0, 1].

    Notes
    -----
    The share over all walks bounds that over simple paths, so it finds the candidates; what lies behind a circle is then
    summed path by path. Complexity: what is upstream and downstream of the party and of its holders; at most 2,000 held
    companies are looked at, largest share first.

    Examples
    --------
    >>> A = np.zeros((4, 4)); A[0, 1] = 0.5; A[1, 2] = 0.4; A[0, 3] = 0.3
    >>> [(str(link.kind), link.other) for link in linked_parties(A, 1).links]
    [('held_by', 0), ('holds', 2), ('common_holder', 3), ('common_holder', 2)]
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold {threshold} must be a share above 0 and at most 1")
    columns = checked(as_columns(A))
    own = indices_of(node, columns.shape[0], "node")
    search = _Search(*_surroundings(columns, own, threshold), threshold)
    links = search.around(
        int(own[0]), np.zeros(len(columns.indptr) - 1, np.bool_) if exempt is None else exempt
    )
    proven = np.unique(np.array([c.other for c in links if c.answer is Answer.YES], dtype=np.int64))
    decided = all(c.answer is Answer.YES for c in links) and not search.cut
    return LinkedParties(proven, search.left_out, search.expanded, decided, tuple(links))


def _surroundings(columns: Columns, own: IntArray, threshold: float) -> tuple[Columns, IntArray]:
    """Everyone who can matter, renumbered: upstream of the party and of all that it and its holders hold enough of."""
    above_it = _reaching(columns, own, threshold)
    below = _reaching(sparse.csc_array(columns.T), np.union1d(own, above_it), threshold)
    nodes = upstream([columns], np.union1d(own, below))
    return induced(columns, nodes), nodes


def _reaching(columns: Columns, targets: IntArray, threshold: float) -> IntArray:
    """Who reaches the line in any of the targets over all walks; an undefined share may."""
    walks = integrated_ownership_of(columns, targets).value
    found = walks.indices[at_least(walks.data, threshold) | np.isnan(walks.data)]
    return np.unique(found).astype(np.int64)


class _Search:
    """Sums among the surroundings; local indices inside, the caller's in every link."""

    def __init__(self, part: Columns, nodes: IntArray, threshold: float) -> None:
        self.part, self.nodes, self.threshold = part, nodes, threshold
        self.rows = sparse.csc_array(part.T)
        self.expanded, self.left_out, self.cut = 0, 0.0, False

    def around(self, node: int, exempt: BoolArray) -> list[CloseLink]:
        """All links of the party."""
        own = int(np.searchsorted(self.nodes, node))
        sums = self._sums(own, None)
        near = at_least(sums.upper, self.threshold)
        near[own] = False
        holders = np.flatnonzero(near)
        found = _sorted([self._link(sums, (LinkKind.HELD_BY, int(i), -1, int(i))) for i in holders])
        found += self._held(own, LinkKind.HOLDS, -1)
        third = holders[at_least(sums.value[holders], self.threshold) & ~exempt[self.nodes[holders]]]
        common = [self._held(int(h), LinkKind.COMMON_HOLDER, int(h)) for h in third]
        return found + [link for links in common for link in links if link.other != node]

    def _held(self, holder: int, kind: LinkKind, common: int) -> list[CloseLink]:
        """Of whom a holder holds the line."""
        walks = integrated_ownership_of(self.rows, holder).value
        enough = at_least(walks.data, self.threshold) | np.isnan(walks.data)
        large, share = walks.indices[enough], walks.data[enough]
        large = large[np.lexsort((large, -np.nan_to_num(share, nan=np.inf)))]
        large = large[large != holder]
        self.cut |= len(large) > COMPANIES_AT_MOST
        found = []
        for company in large[:COMPANIES_AT_MOST].tolist():
            sums = self._sums(company, holder)
            if at_least(float(sums.upper[holder]), self.threshold):
                found.append(self._link(sums, (kind, company, common, holder)))
        return _sorted(found)

    def _sums(self, company: int, holder: int | None) -> PathSums:
        """Sums to one company, rough ones first; only behind a circle does a rough one leave anything open."""
        for prune in PRUNE_IN_TURN:
            sums = simple_path_sums(self.part, company, prune)
            self.expanded += sums.iterations
            unsure = at_least(sums.upper, self.threshold) & ~at_least(sums.value, self.threshold)
            if not (unsure.any() if holder is None else unsure[holder]):
                break
        return sums

    def _link(self, sums: PathSums, about: tuple[LinkKind, int, int, int]) -> CloseLink:
        kind, other, common, holder = about
        share, most = float(sums.value[holder]), float(sums.upper[holder])
        sure = at_least(share, self.threshold)
        self.left_out = self.left_out if sure else max(self.left_out, sums.residual)
        return CloseLink(
            kind,
            int(self.nodes[other]),
            int(self.nodes[common]) if common >= 0 else -1,
            Answer.YES if sure else Answer.UNKNOWN,
            share,
            most,
            at_boundary(share, self.threshold),
            tuple(self._outward(path) for path in sums.paths(holder, PATHS_SHOWN)),
        )

    def _outward(self, path: Path) -> Path:
        edges = tuple((int(self.nodes[a]), int(self.nodes[b])) for a, b in path.edges)
        return Path(edges, path.weight)


def _sorted(links: list[CloseLink]) -> list[CloseLink]:
    return sorted(links, key=lambda c: (-c.share, c.other))
