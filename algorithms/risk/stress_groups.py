"""Exposures of lenders to groups of connected clients under stress, against limits that shrink with capital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.risk.arrays import (
    RELATIVE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    Rows,
    Vector,
    inverse,
    scaled,
    summed,
)
from algorithms.risk.stress_books import Settlement
from algorithms.risk.stress_case import GroupLimits, Sheets
from schema.errors import InputError


@dataclass(frozen=True, eq=False)
class GroupExposures:
    """One entry per group and lender with an exposure; all arrays of equal length, money ≥ 0.

    Attributes
    ----------
    group, lender : int64 arrays
    exposure_before, exposure_after : float arrays
        Loans to members; after the shock also the calls on members for debtors outside the group.
    limit_before, limit_after : float arrays
        ``ratio · capital``, after the lender's loss; NaN where the capital is unknown.
    """

    group: IntArray
    lender: IntArray
    exposure_before: FloatArray
    exposure_after: FloatArray
    limit_before: FloatArray
    limit_after: FloatArray

    @property
    def breached_before(self) -> BoolArray:
        """Over the limit already without the shock."""
        return _over(self.exposure_before, self.limit_before)

    @property
    def breached(self) -> BoolArray:
        """Over the limit under the shock 突破集团限额; never where the capital is unknown."""
        return _over(self.exposure_after, self.limit_after)


def group_exposures(
    sheets: Sheets, after: Settlement, given: tuple[FloatArray, GroupLimits]
) -> GroupExposures:
    """Compare every lender's exposure to every group with its limit. O(nnz of loans and called guarantees per group)."""
    loss, limits = given
    size = len(loss)
    members = _members(limits, size)
    capital = _capital(limits.capital, size)
    lent = sparse.coo_array(members @ sheets.loans)
    called = sparse.coo_array(_called_from(members, sheets, after))
    place = np.concatenate((_places(lent), _places(called)))
    kept, entry = np.unique(place, return_inverse=True)
    group, lender = np.divmod(kept, max(size, 1))
    before = summed(entry[: lent.nnz], lent.data, len(kept))
    return GroupExposures(
        group,
        lender,
        before,
        before + summed(entry[lent.nnz :], called.data, len(kept)),
        limits.ratio * np.maximum(capital, 0.0)[lender],
        limits.ratio * np.maximum(capital - loss, 0.0)[lender],
    )


def _places(cells: Rows) -> IntArray:
    found: IntArray = cells.row.astype(np.int64) * cells.shape[1] + cells.col
    return found


def _called_from(members: Rows, sheets: Sheets, after: Settlement) -> Rows:
    """Calls on a group's members for debtors outside it, by lender."""
    called = sparse.coo_array(sheets.guarantees * after.called_part)
    called.eliminate_zeros()
    columns = sparse.csc_array(members)
    guarantor, debtor = columns[:, called.row], columns[:, called.col]
    across = sparse.csr_array(guarantor - guarantor.multiply(debtor)) * called.data
    lent = scaled(sheets.loans, inverse(sheets.borrowed))
    return sparse.csr_array(across) @ lent[called.col]


def _members(limits: GroupLimits, size: int) -> Rows:
    if not 0.0 <= limits.ratio <= 1.0:
        raise InputError(f"ratio is {limits.ratio}; a limit is a part of capital, from 0 to 1")
    try:
        members = sparse.csr_array(limits.members, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise InputError(
            "members must be a mask of groups × parties (NumPy array or SciPy sparse)"
        ) from wrong
    if members.ndim != 2 or members.shape[1] != size or not np.isin(members.data, (0.0, 1.0)).all():
        raise InputError(f"members must be a mask of groups × {size} parties, not of shape {members.shape}")
    return members


def _capital(values: Vector, size: int) -> FloatArray:
    try:
        capital = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise InputError("capital must be numbers, one per party (NaN: unknown)") from wrong
    if capital.shape != (size,) or np.isinf(capital).any():
        raise InputError(f"capital must be one finite number, or NaN, for each of {size} parties")
    return capital


def _over(exposure: FloatArray, limit: FloatArray) -> BoolArray:
    over: BoolArray = exposure > limit * (1.0 + RELATIVE_TOLERANCE)
    return over
