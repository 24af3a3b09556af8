"""The four answers side by side 四项数值并列: final share, control, close link and power of every holder of one company.

None of the four says what the others say. A holder of 40 % may control (the rest is scattered) or be powerless (beside 60 %
in one hand), a controller may hold 7 % in the end, and 25 % over all walks may be 24 % over simple paths. So a supervisor
gets them together, with the lines on which two of them part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.ownership.case import LocalCase, OwnershipCase, localise
from algorithms.ownership.close_links import CLOSE_LINK
from algorithms.ownership.control import evidence
from algorithms.ownership.findings import Answer
from algorithms.ownership.integrated import integrated_ownership_of
from algorithms.ownership.intervals import final_interval
from algorithms.ownership.joint_control import ControlQuestion
from algorithms.ownership.matrix import Columns, FloatArray, IntArray, checked, indices_of
from algorithms.ownership.paths import THRESHOLDS, Path, simple_path_sums
from algorithms.ownership.rights import Rights
from algorithms.ownership.small_game import SmallGame
from algorithms.result import Result
from algorithms.thresholds import at_boundary, at_least
from schema.errors import InputError


@dataclass(frozen=True)
class HolderNumbers:
    """What one holder, or several who act as one, have of the company. All indices are the caller's.

    Attributes
    ----------
    parties : tuple of int
        The seed set: one holder, or a concert group or family.
    direct : float
        Declared share held without anybody in between.
    walks, least, most : float
        Final share over all walks (Y; NaN where undefined), and its bounds where shares are missing or banded.
    corrected : float
        Ŷ: walks that come back to the holders themselves are not counted again. For one holder ``Y_ij / (1 + Y_ii)``.
    simple, simple_most : float
        Sum over simple paths as far as it was summed, and what it can be at most.
    straddles, at_boundary : tuple of float
        Lines (20, 25, 50 %) reached over all walks but not over simple paths; and lines on which the share sits.
    votes : float
        Votes of the company that the holders and all that they control have together.
    controls : Answer
        Control by fixpoint from ``parties``; UNKNOWN when votes that nobody is known to hold could bring it.
    channel : str
        What carried it (``votes``, ``board``, ``stated``, ``partner``), else empty.
    control_edges : tuple of (holder, held)
        The edges that carry it, from the seeds down.
    close_link : Answer
        Whether the simple paths reach 20 % (each direction of the pair is a question of its own).
    power, power_error : float
        Chance to stand behind the company's decision (NaN: not computed), and the standard error of a drawn one.
    paths : tuple of Path
        Heaviest simple paths, the grounds of share and close link.
    """

    parties: tuple[int, ...]
    direct: float
    walks: float
    least: float
    most: float
    corrected: float
    simple: float
    simple_most: float
    straddles: tuple[float, ...]
    at_boundary: tuple[float, ...]
    votes: float
    controls: Answer
    channel: str
    control_edges: tuple[tuple[int, int], ...]
    close_link: Answer
    power: float
    power_error: float
    paths: tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class OwnershipNumbers(Result[FloatArray]):
    """The answer for one company.

    Attributes
    ----------
    value : float array of shape (k,)
        Final share over all walks of each of ``holders``.
    residual : float
        How far Y is from its equation; ``inf`` where a circle has no outside owner.
    converged : bool
        Whether Y and the simple sums are both complete.
    holders : tuple of HolderNumbers
        Greatest share first.
    no_power_because : str
        ``too_large`` when the voting game is beyond the bound, else empty.
    """

    holders: tuple[HolderNumbers, ...]
    no_power_because: str


@dataclass(frozen=True)
class NumbersOptions:
    """How to ask.

    Attributes
    ----------
    holder : int, optional
        Only this holder, and the groups to which he belongs, however little he holds.
    floor : float
        Holders are listed from this final share or this part of the votes on.
    paths : int
        Chains shown for each.
    """

    holder: int | None = None
    floor: float = 0.05
    paths: int = 3


def ownership_numbers(
    case: OwnershipCase, target: int, options: NumbersOptions | None = None
) -> OwnershipNumbers:
    """Four answers for every holder of ``target``, or for one pair.

    Parameters
    ----------
    case : OwnershipCase
        What is declared; only what is upstream of the target is read.
    target : int
        The company.
    options : NumbersOptions, optional

    Returns
    -------
    OwnershipNumbers

    Raises
    ------
    InputError
        When arrays differ in size, a share is no ratio, an index is none, or the floor is no ratio.

    Notes
    -----
    Complexity: one solve upstream, the simple paths (at most 50,000 expansions), one fixpoint per holder of a majority or
    of the floor, one voting game within the bound of :mod:`algorithms.ownership.small_game`.

    Examples
    --------
    >>> A = np.zeros((3, 3)); A[0, 2], A[2, 2] = 0.24, 0.06
    >>> found = ownership_numbers(OwnershipCase(A, person=np.array([True, True, False])), 2).holders[0]
    >>> round(found.walks, 4), found.simple, found.straddles, str(found.close_link)
    (0.2553, 0.24, (0.25,), 'yes')
    """
    asked = options or NumbersOptions()
    if not 0 <= asked.floor <= 1:
        raise InputError(f"the floor {asked.floor} is a ratio from 0 to 1")
    inquiry = _Inquiry(localise(case, target), asked)
    if asked.holder is not None:
        indices_of(asked.holder, len(case.person), "holder")
    return inquiry.answer()


class _Inquiry:
    def __init__(self, case: LocalCase, options: NumbersOptions) -> None:
        self.case, self.options, self.question = case, options, ControlQuestion(case)
        self.equity = checked(case.equity)
        self.whole = integrated_ownership_of(self.equity, case.target)
        self.walks = self.whole.value.toarray().ravel()
        self.simple = simple_path_sums(self.equity, case.target)
        rights = Rights(case.equity, case.most, case.undeclared)
        ends = np.flatnonzero(case.person | case.state)
        self.bounds = final_interval(rights, case.target, ends, min(THRESHOLDS))
        self.direct = _column(case.equity, case.target)
        self.votes = _column(self.question.votes.least, case.target)
        self.columns = [sparse.csc_array(c.rights) for c in self.question.known]
        self.game = SmallGame(self.question.votes.least, case.target)

    def answer(self) -> OwnershipNumbers:
        found = sorted((self._numbers(seeds) for seeds in self._seed_sets()), key=_order)
        return OwnershipNumbers(
            value=np.array([h.walks for h in found]),
            residual=self.whole.residual,
            iterations=self.simple.iterations,
            converged=self.whole.converged and self.simple.converged,
            holders=tuple(found),
            no_power_because="" if self.game.within_bound else "too_large",
        )

    def _seed_sets(self) -> list[IntArray]:
        """Everyone from the floor on, and whoever controls something upstream; groups of two and more."""
        case, floor = self.case, self.options.floor
        groups = [g for g in case.groups if len(g) > 1]
        if self.options.holder is not None:
            alone = np.flatnonzero(case.nodes == self.options.holder)
            return [np.array([i]) for i in alone if i != case.target] + [
                g for g in groups if np.isin(alone, g).any()
            ]
        # NaN is an unbounded share: it is listed, because it cannot be said to be small.
        large = ~(self.walks < floor - 1e-9) | at_least(self.votes, floor)
        large |= np.isin(np.arange(len(large)), self.question.starters) & (self.walks + self.votes > 0)
        large[case.target] = False
        singles = [np.array([i]) for i in np.flatnonzero(large)]
        reaching = [g for g in groups if at_least(float(self.walks[g].sum() + self.votes[g].sum()), floor)]
        return [s for s in singles if self._listed(s)] + reaching

    def _listed(self, seeds: IntArray) -> bool:
        floor = self.options.floor
        if not self.walks[seeds[0]] < floor - 1e-9 or at_least(self.votes[seeds[0]], floor):
            return True
        return at_least(float(self.question.of(seeds).held[0][self.case.target]), floor)

    def _numbers(self, seeds: IntArray) -> HolderNumbers:
        case, reached = self.case, self.question.of(seeds)
        behind = reached.rounds >= 0
        behind[case.target] = False
        controls = reached.rounds[case.target] > 0
        walks, simple = float(self.walks[seeds].sum()), float(self.simple.value[seeds].sum())
        simple_most = min(float(self.simple.upper[seeds].sum()), 1.0)
        power, error = self.game.of(seeds)
        return HolderNumbers(
            parties=tuple(case.nodes[seeds].tolist()),
            direct=float(self.direct[seeds].sum()),
            walks=walks,
            least=min(float(self.bounds.least[seeds].sum()), 1.0),
            most=min(float(self.bounds.most[seeds].sum()), 1.0),
            corrected=self._corrected(seeds, walks),
            simple=simple,
            simple_most=simple_most,
            straddles=tuple(t for t in THRESHOLDS if at_least(walks, t) and not at_least(simple, t)),
            at_boundary=tuple(t for t in THRESHOLDS if at_boundary(walks, t) or at_boundary(simple, t)),
            votes=float(self.votes[behind].sum()),
            controls=self._controls(seeds, bool(controls)),
            channel=self.question.known[int(reached.channel[case.target])].name if controls else "",
            control_edges=self._outward(evidence(self.columns, reached.rounds, case.target)),
            close_link=_linked(simple, simple_most),
            power=power,
            power_error=error,
            paths=self._paths(seeds),
        )

    def _corrected(self, seeds: IntArray, walks: float) -> float:
        """The share when nobody upstream holds any of the seeds: walks are cut where they come back to them."""
        if not np.diff(self.equity.indptr)[seeds].any():
            return walks
        kept = np.ones(self.equity.shape[0])
        kept[seeds] = 0.0
        cut = checked(sparse.csc_array(self.equity @ sparse.diags_array(kept)))
        return float(integrated_ownership_of(cut, self.case.target).value.toarray().ravel()[seeds].sum())

    def _controls(self, seeds: IntArray, proven: bool) -> Answer:
        if proven:
            return Answer.YES
        return Answer.UNKNOWN if self.question.could_control(seeds) else Answer.NO

    def _paths(self, seeds: IntArray) -> tuple[Path, ...]:
        most = self.options.paths
        found = [path for i in seeds.tolist() for path in self.simple.paths(i, most)]
        heaviest = sorted(found, key=lambda path: -path.weight)[:most]
        return tuple(Path(self._outward(path.edges), path.weight) for path in heaviest)

    def _outward(self, edges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        nodes = self.case.nodes
        return tuple((int(nodes[a]), int(nodes[b])) for a, b in edges)


def _column(matrix: Columns, company: int) -> FloatArray:
    return np.asarray(sparse.csc_array(matrix)[:, [company]].toarray(), dtype=np.float64).ravel()


def _linked(simple: float, most: float) -> Answer:
    if at_least(simple, CLOSE_LINK):
        return Answer.YES
    return Answer.UNKNOWN if at_least(most, CLOSE_LINK) else Answer.NO


def _order(h: HolderNumbers) -> tuple[float, float, tuple[int, ...]]:
    return -np.nan_to_num(h.walks, nan=np.inf), -h.votes, h.parties
