"""The coupled stress test where nobody says what some parties own: the least and the most that everyone can lose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from algorithms.risk.arrays import BoolArray, FloatArray, Vector, row_sums
from algorithms.risk.stress import ROUNDS_AT_MOST, Scenario, StressResult, outcome, scenario
from algorithms.risk.stress_books import Books, Hit, settle_payments
from algorithms.risk.stress_case import GroupLimits, Sheets, StressAssumptions, StressCase, read_sheets


@dataclass(frozen=True, eq=False)
class StressBounds:
    """Both ends of what is possible.

    Attributes
    ----------
    least, most : StressResult
        When every party with unknown assets has plenty, and when it has just enough to be solvent today. ``diluted``,
        ``unpaid`` and ``calls`` of everybody, and ``own`` of those with known assets, lie between the two.
    known : bool array of shape (n,)
        Whose assets are known; the ``own`` loss and equity of the others mean nothing.
    """

    least: StressResult
    most: StressResult
    known: BoolArray

    @property
    def converged(self) -> bool:
        """Whether both ends are exact."""
        return self.least.converged and self.most.converged


def stress_bounds(
    case: StressCase,
    shock: Vector,
    assumptions: StressAssumptions | None = None,
    groups: GroupLimits | None = None,
    max_iter: int = ROUNDS_AT_MOST,
) -> StressBounds:
    """Answer a stress test although some external assets are unknown (NaN).

    Whose assets nobody states is taken to be solvent without the shock: else it would be in bankruptcy proceedings. Under
    the shock it then has at least what makes it just solvent, and at most more than it could ever need.

    Parameters
    ----------
    case : StressCase
        ``external_assets`` may hold NaN.
    shock, assumptions, groups, max_iter
        As for :func:`algorithms.risk.stress.stress_test`.

    Returns
    -------
    StressBounds

    Notes
    -----
    The state without the shock is the same for all assets in question (everyone unknown pays in full), and payments
    under the shock rise with assets, so the two ends bound what lies between. Three settlements.
    """
    sheets, told = read_sheets(case), scenario(case, shock, assumptions, max_iter)
    known = ~np.isnan(sheets.assets)
    plenty = np.where(known, sheets.assets, _plenty(sheets, told))
    enough = np.where(known, sheets.assets, _just_enough(sheets, plenty, told))
    least, most = (outcome(replace(sheets, assets=assets), told, groups) for assets in (plenty, enough))
    return StressBounds(least, most, known)


def _plenty(sheets: Sheets, told: Scenario) -> FloatArray:
    """More than all duties that can come, after what the shock takes."""
    earnings = told.assumptions.margin * told.sales
    left = 1.0 - told.assumptions.asset_loss * told.shock
    need = 2.0 * (sheets.owed + row_sums(sheets.guarantees) + earnings)
    # Who loses everything has nothing left however much it had.
    return np.divide(need, left, out=need.copy(), where=left > 0)


def _just_enough(sheets: Sheets, plenty: FloatArray, told: Scenario) -> FloatArray:
    rich, unharmed = replace(sheets, assets=plenty), np.zeros(len(plenty))
    found = settle_payments(Books(rich, Hit(unharmed, unharmed), told.assumptions), told.max_iter)
    received = sheets.claims - found.unpaid
    return np.maximum(0.0, sheets.owed + found.calls - received)
