"""The fixed point ``r = s + (1 − s) ∘ (M r)``, to a proven bound.

``A = (I − S) M`` has row sums of at most q ≤ α < 1, so the map contracts by q in the maximum norm: r exists, is unique,
and k plain sweeps leave at most ``q^k`` of the first error. What a value still lacks, ``s + A r − r``, bounds its error by
``max |lack| / (1 − q)``, and that bound alone ends the work, never a small change.

The lack is computed in double precision; the correction for it, ``d = lack + A d``, in single precision, which needs to be
right to a few digits only (Wilkinson's iterative refinement). Sweeps go block by block, each using what the blocks before
it found (Gauss–Seidel by blocks, which contracts by q as well), and guesses are extrapolated along the last change
(Anderson 1965, with one term). A guess that does not shrink the change by q is thrown away, so the number of sweeps is at
worst twice that of plain ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.risk.propagation.network import Network

BLOCKS = 8
ROUGH = 5e-7  # part of the lack to which single precision is trusted
LAST_PLACES = 4.0  # a change of so few units of the last place is rounding
Numbers = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Solved:
    """A solution with its proof.

    Attributes
    ----------
    value : float array of shape (n,)
    residual : float
        ``max |s + (1 − s) ∘ (M r) − r|``.
    error_bound : float
        ``residual / (1 − q)``: no entry is further from the fixed point.
    sweeps : int
        Products with the whole matrix.
    """

    value: FloatArray
    residual: float
    error_bound: float
    sweeps: int


def solve(network: Network, severity: FloatArray, tol: float, max_iter: int) -> Solved:
    """Solve for all nodes.

    Parameters
    ----------
    network : Network
    severity : float array of shape (n,)
        s, in [0, 1].
    tol : float
        Wanted bound of the error of every entry, > 0.
    max_iter : int
        Products with the matrix, ≥ 1; the last correction may take one more.

    Notes
    -----
    O(entries) a sweep.
    """
    q = float(np.max(network.sums * (1.0 - severity), initial=0.0))
    # A value of 0 lacks just the seeds.
    return System(network, severity, q).settled(np.zeros(network.size), severity, tol, max_iter)


class System:
    """``r = s + A r`` with a few rows of M replaced or not.

    Parameters
    ----------
    network : Network
    severity : float array of shape (n,)
    q : float
        At least the greatest row sum of A, below 1.
    instead : (nodes, rows), optional
        Rows of M that stand in place of the network's: sorted nodes, and their rows.
    """

    def __init__(
        self,
        network: Network,
        severity: FloatArray,
        q: float,
        instead: tuple[IntArray, Rows] | None = None,
    ) -> None:
        self.network, self.severity, self.q = network, severity, q
        nobody: tuple[IntArray, Rows] = (np.empty(0, dtype=np.int64), None)
        self.nodes, self.rows = nobody if instead is None else instead

    def lack(self, value: FloatArray) -> FloatArray:
        """Return ``s + A r − r``."""
        left: FloatArray = self.network.rows @ value
        if len(self.nodes):
            left[self.nodes] = self.rows @ value
        left *= 1.0 - self.severity
        left += self.severity
        left -= value
        return left

    def settled(self, value: FloatArray, lack: FloatArray, tol: float, max_iter: int) -> Solved:
        """Correct a value, whose lack is known, until the bound of its error is at most ``tol``."""
        before, used = np.inf, 0
        worst = float(np.max(np.abs(lack), initial=0.0))
        # Where double precision ends, a round gains nothing any more.
        while worst > tol * (1.0 - self.q) and worst < before / 2.0 and used < max_iter:
            goal = max(tol * (1.0 - self.q) / max(self.q, ROUGH) / (2.0 * worst), ROUGH)
            step, sweeps = relax(Sweeps(self, lack / worst), self.q, (goal, max(1, max_iter - used - 1)))
            # The fixed point lies between the seeds and 1, so cutting moves no entry away from it.
            value = np.clip(value + step * worst, self.severity, 1.0)
            lack, before, used = self.lack(value), worst, used + sweeps + 1
            worst = float(np.max(np.abs(lack), initial=0.0))
        return Solved(value, worst, worst / (1.0 - self.q), used)


class Sweeps:
    """One Gauss–Seidel sweep by blocks of rows for ``d = given + A d``, in one precision."""

    def __init__(self, system: System, given: FloatArray, precision: type = np.float32) -> None:
        self.blocks = _blocks(system.network, precision)
        self.given: Numbers = given.astype(precision)
        self.rest: Numbers = (1.0 - system.severity).astype(precision)
        self.nodes = system.nodes
        self.rows: Rows = None if system.rows is None else system.rows.astype(precision)

    def __call__(self, before: Numbers) -> Numbers:
        """Return the sweep after ``before``."""
        after = before.copy()
        for span, block in self.blocks:
            found = block @ after
            low, high = np.searchsorted(self.nodes, (span.start, span.stop))
            if high > low:
                found[self.nodes[low:high] - span.start] = self.rows[low:high] @ after
            found *= self.rest[span]
            found += self.given[span]
            after[span] = found
        return after


def _blocks(network: Network, precision: type) -> list[tuple[slice, Rows]]:
    """Rows in a few blocks of about equal numbers of entries; the arrays are shared, not copied."""
    data: Numbers = network.weight.astype(precision, copy=False)
    shares = np.linspace(0, len(data), BLOCKS + 1)[1:-1]
    cuts = np.unique([0, *np.searchsorted(network.indptr, shares).tolist(), len(network.factor)])
    found = []
    for first, last in pairwise(cuts.tolist()):
        low, high = int(network.indptr[first]), int(network.indptr[last])
        arrays = (data[low:high], network.source[low:high], network.indptr[first : last + 1] - low)
        found.append((slice(first, last), sparse.csr_array(arrays, shape=(last - first, network.size))))
    return found


def relax(sweep: Sweeps, q: float, until: tuple[float, int]) -> tuple[Numbers, int]:
    """Sweep until a change is at most ``until[0]`` or ``until[1]`` sweeps were done; extrapolate in between."""
    goal, limit = until
    plain = guess = sweep.given
    before, last = np.inf, None
    for number in range(1, limit + 1):
        after = sweep(guess)
        step = after - guess
        change = float(max(np.max(step), -np.min(step)))
        # Below a few units of the last place a change says nothing any more: the next round starts from what is lacking.
        if change <= max(goal, LAST_PLACES * np.finfo(after.dtype).eps * float(np.max(np.abs(after)))):
            return after, number
        if guess is not plain and change > q * before:
            guess, last = plain, None
            continue
        guess = after if last is None else _extrapolated(after, step, last)
        plain, before, last = after, change, (after, step)
    return plain, limit


def _extrapolated(after: Numbers, step: Numbers, last: tuple[Numbers, Numbers]) -> Numbers:
    """Go where the change would vanish if it went on along the line of the last two."""
    turned = step - last[1]
    length = float(turned @ turned)
    if length == 0.0:
        return after
    moved = after - last[0]
    moved *= after.dtype.type(float(turned @ step) / length)
    found: Numbers = np.subtract(after, moved, out=moved)
    return found
