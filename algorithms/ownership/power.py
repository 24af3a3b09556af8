"""Network power index 表决权力指数 (NPI): how often a holder's votes decide, through everything that he decides.

In every company the shareholders vote in random order, and the one with whom the votes first exceed the quota decides
the company: it then acts for whoever stands behind him. Shareholders behind whom the same owner stands vote together.
So 30 % held directly and 30 % through a company of one's own are a majority, while a 40 % holder beside them is
powerless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from algorithms.ownership.cycles import levels
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    indices_of,
    induced,
    upstream,
)
from algorithms.ownership.voting_game import Power, shapley_shubik
from algorithms.result import Result
from algorithms.thresholds import above
from schema.errors import InputError

STATES_AT_MOST = 4096  # joint outcomes of the companies upstream that are followed exactly
NUMBERS_AT_ONCE = 1 << 20  # draws × holders upstream held in one array
SWEEPS_IN_CIRCLES = 32  # votes in succession, so that a circle forgets how it began


@dataclass(frozen=True)
class PowerOptions:
    """How the index is computed.

    Attributes
    ----------
    threshold : float
        Quota: more than this part of all votes decides. Votes that nobody is known to hold are never cast.
    samples : int
        Draws for what is too large to be exact.
    seed : int
        Of these draws: the same seed gives the same numbers.
    """

    threshold: float = 0.5
    samples: int = 20_000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class PowerResult(Result[Columns]):
    """Power of every ultimate holder over the companies asked for.

    Attributes
    ----------
    value : sparse CSC array of shape (n, n) or (n, len(targets))
        NPI: chance that i stands behind the decision of the company, in [0, 1].
    residual : float
        Largest standard error of a drawn number; 0 when all are exact.
    iterations : int
        Joint outcomes that were followed, and draws.
    converged : bool
        True when all numbers are exact; a drawn number is an estimate.
    targets : int64 array
        The company of each column of ``value``.
    sampled : int64 array
        Companies whose numbers were drawn: behind a circle, or too many outcomes.
    undecided : float array of shape (len(targets),)
        Chance that nobody decides (the known votes do not exceed the quota, or a circle decides for itself); 1 for who
        has no holders. Each column of ``value`` and this sum to 1.
    """

    targets: IntArray
    sampled: IntArray
    undecided: FloatArray


def power_index(
    A: Matrix, targets: Any = None, threshold: float = 0.5, samples: int = 20_000, seed: int = 0
) -> PowerResult:
    """Network power index of all holders.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = part of j's votes held by i, in [0, 1].
    targets : int or sequence of int, optional
        Companies asked for; by default all.
    threshold, samples, seed
        See :class:`PowerOptions`.

    Returns
    -------
    PowerResult

    Raises
    ------
    InputError
        When A is not square, a share is no ratio, a target no index, or an option out of range.

    Notes
    -----
    Exact where no circle lies upstream and the companies there have at most 4096 joint outcomes (a company with one
    majority holder has one): each outcome is followed with its probability, and each vote is solved exactly
    (:func:`algorithms.ownership.voting_game.shapley_shubik`). Else every vote is drawn ``samples`` times; in a circle
    the companies vote 32 times in succession, each starting for itself, as in label propagation.
    Complexity: outcomes (or draws × sweeps) times the holders upstream, per target.

    References
    ----------
    Mizuno, Doi and Kurizaki (2020), "The power of corporate control in the global ownership network", PLoS ONE 15(8).

    Examples
    --------
    >>> A = np.zeros((4, 4)); A[:3, 3] = 0.5, 0.3, 0.2
    >>> power_index(A).value.toarray()[:3, 3].round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    options = PowerOptions(threshold, samples, seed)
    if not 0 <= threshold < 1 or samples < 1:
        raise InputError("threshold is a part of all votes, at least 0 and below 1; samples at least 1")
    columns = checked(as_columns(A))
    size = columns.shape[0]
    wanted = np.arange(size) if targets is None else indices_of(targets, size, "targets")
    return _result(columns, wanted, [_decided(columns, int(j), options) for j in wanted])


@dataclass(frozen=True, eq=False)
class _Column:
    chance: dict[int, float]
    error: float
    effort: int


def _result(columns: Columns, wanted: IntArray, found: list[_Column]) -> PowerResult:
    cells = [(i, k, p) for k, column in enumerate(found) for i, p in column.chance.items() if p > 0]
    own = np.array([column.chance.get(int(j), 0.0) for j, column in zip(wanted, found, strict=True)])
    others = [(i, k, p) for i, k, p in cells if i != wanted[k]]
    row, place, data = (np.array(part) for part in zip(*others, strict=True)) if others else ([], [], [])
    drawn = [column.error > 0 for column in found]
    return PowerResult(
        value=sparse.csc_array((data, (row, place)), shape=(columns.shape[0], len(wanted)), dtype=np.float64),
        residual=max((column.error for column in found), default=0.0),
        iterations=sum(column.effort for column in found),
        converged=not any(drawn),
        targets=wanted,
        sampled=wanted[np.array(drawn, dtype=np.bool_)],
        undecided=own,
    )


def _decided(columns: Columns, target: int, options: PowerOptions) -> _Column:
    """Who stands behind one company, with what chance; the company itself where nobody decides."""
    nodes = upstream([columns], np.array([target]))
    ladder = _Ladder(induced(columns, nodes), options)
    place = int(np.searchsorted(nodes, target))
    exact = None if ladder.circular else ladder.followed(place)
    found = exact if exact is not None else ladder.drawn(place)
    return _Column({int(nodes[i]): p for i, p in found.chance.items()}, found.error, found.effort)


class _Ladder:
    """The companies upstream of one, in the order in which their votes follow from one another."""

    def __init__(self, part: Columns, options: PowerOptions) -> None:
        order = levels(part)
        self.options = options
        self.circular = any(level.circles for level in order)
        self.holders, self.weights = _by_company(part)
        nodes = np.concatenate([np.concatenate((level.singles, *level.circles)) for level in order])
        self.companies = [int(j) for j in nodes if len(self.holders[j])]
        self.size = part.shape[0]

    def followed(self, target: int) -> _Column | None:
        """All joint outcomes with their probabilities; None when there are too many, or a vote is too large."""
        outcomes = _Outcomes(self)
        for company in self.companies:
            outcomes.vote(company)
            if len(outcomes.states) > STATES_AT_MOST or outcomes.too_large:
                return None
        return _Column(outcomes.chance(target), 0.0, outcomes.effort)

    def drawn(self, target: int) -> _Column:
        """Draw every vote, a block of draws at a time."""
        samples, count = self.options.samples, np.zeros(self.size)
        random = np.random.default_rng(self.options.seed)
        block = max(1, NUMBERS_AT_ONCE // self.size)
        for start in range(0, samples, block):
            owners, rootless = self._sweeps(random, min(block, samples - start))
            behind = owners[:, target]
            nobody = np.take_along_axis(rootless, behind[:, None], axis=1)[:, 0]
            count += np.bincount(np.where(nobody, target, behind), minlength=self.size)
        part = count / samples
        # What came out 0 or 1 is still an estimate, so the error is never 0.
        error = max(float(np.sqrt(np.max(part * (1 - part)) / samples)), 1.0 / samples)
        return _Column({int(i): float(part[i]) for i in np.flatnonzero(part)}, error, samples)

    def _sweeps(self, random: np.random.Generator, draws: int) -> tuple[IntArray, BoolArray]:
        """Who stands behind each node in each draw: everybody for himself, then vote after vote.

        A company whose own votes, held by its circle, decide it is rootless: which of the circle bears the name is chance.
        """
        owners = np.tile(np.arange(self.size), (draws, 1))
        rootless = np.zeros((draws, self.size), dtype=np.bool_)
        for company in self.companies * (SWEEPS_IN_CIRCLES if self.circular else 1):
            owners[:, company], carried = self._cast(random, owners, company)
            rootless[:, company] = carried & (owners[:, company] == company)
        return owners, rootless

    def _cast(
        self, random: np.random.Generator, owners: IntArray, company: int
    ) -> tuple[IntArray, BoolArray]:
        behind = owners[:, self.holders[company]]
        order = np.argsort(_turns(random, behind), axis=1, kind="stable")
        carried: BoolArray = above(np.cumsum(self.weights[company][order], axis=1), self.options.threshold)
        pivot = np.take_along_axis(order, np.argmax(carried, axis=1)[:, None], axis=1)
        chosen = np.take_along_axis(behind, pivot, axis=1)[:, 0]
        return np.where(carried[:, -1], chosen, company), carried[:, -1]


class _Outcomes:
    """Joint outcomes of all votes so far. Votes with one outcome are kept apart, so that only open ones multiply."""

    def __init__(self, ladder: _Ladder) -> None:
        self.ladder = ladder
        self.settled = list(range(ladder.size))
        self.column: dict[int, int] = {}  # of each open company, its place in the states
        self.states: dict[tuple[int, ...], float] = {(): 1.0}
        self.games: dict[tuple[float, ...], Power] = {}
        self.too_large = False
        self.effort = 0

    def vote(self, company: int) -> None:
        votes = [self._vote(company, state) for state in self.states]
        self.effort += len(votes)
        owners = {owner for vote in votes for owner, _ in vote}
        if len(owners) == 1:
            self.settled[company] = owners.pop()
            return
        self.column[company] = len(self.column)
        self.states = {
            (*state, owner): p * q
            for (state, p), vote in zip(self.states.items(), votes, strict=True)
            for owner, q in vote
        }

    def chance(self, company: int) -> dict[int, float]:
        found: dict[int, float] = {}
        for state, p in self.states.items():
            owner = self._owner(company, state)
            found[owner] = found.get(owner, 0.0) + p
        return found

    def _owner(self, node: int, state: tuple[int, ...]) -> int:
        place = self.column.get(node)
        return self.settled[node] if place is None else state[place]

    def _vote(self, company: int, state: tuple[int, ...]) -> list[tuple[int, float]]:
        """Chance of each owner to stand behind the pivot; the company itself where nobody decides."""
        union: dict[int, float] = {}
        holders, weights = self.ladder.holders[company], self.ladder.weights[company]
        for holder, weight in zip(holders.tolist(), weights.tolist(), strict=True):
            owner = self._owner(holder, state)
            union[owner] = union.get(owner, 0.0) + weight
        index = self._game(tuple(union.values())).index
        return [(o, p) for o, p in zip(union, index.tolist(), strict=True) if p > 0] or [(company, 1.0)]

    def _game(self, weights: tuple[float, ...]) -> Power:
        if weights not in self.games:
            options = self.ladder.options
            game = shapley_shubik(np.array(weights), options.threshold, options.samples, options.seed)
            self.games[weights] = game
            self.too_large = self.too_large or game.error > 0
        return self.games[weights]


def _turns(random: np.random.Generator, behind: IntArray) -> FloatArray:
    """A random place for each shareholder, the same for all who stand for the same owner."""
    grouped = np.argsort(behind, axis=1, kind="stable")
    labels = np.take_along_axis(behind, grouped, axis=1)
    starts = np.concatenate((np.ones((len(labels), 1), np.bool_), labels[:, 1:] != labels[:, :-1]), axis=1)
    group = np.cumsum(starts, axis=1) - 1
    place = np.take_along_axis(random.random(behind.shape), group, axis=1)
    turns = np.empty_like(place)
    np.put_along_axis(turns, grouped, place, axis=1)
    return turns


def _by_company(part: Columns) -> tuple[list[IntArray], list[FloatArray]]:
    cuts = part.indptr[1:-1]
    return np.split(part.indices.astype(np.int64), cuts), np.split(part.data, cuts)
