"""What a coupled stress test is given: who supplies, owes, lends and guarantees, and what is assumed of a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.risk.arrays import (
    FloatArray,
    Matrix,
    Rows,
    Vector,
    as_rows,
    as_vector,
    column_sums,
    row_sums,
)
from algorithms.risk.guarantees import VARIANTS
from schema.errors import InputError


@dataclass(frozen=True, eq=False)
class StressCase:
    """An economy with its balance sheets; index i is the same party in every array, amounts in one unit, ≥ 0.

    Attributes
    ----------
    supplies : array or sparse of shape (n, n)
        ``supplies[i, j]`` = what i supplies to j in the period that is looked at.
    sectors, essential
        As for :func:`algorithms.risk.esri.esri`.
    receivables : array or sparse of shape (n, n)
        ``receivables[i, j]`` = what the buyer i owes the supplier j 应收账款.
    loans : array or sparse of shape (n, n)
        ``loans[i, j]`` = what i owes the lender j.
    guarantees : array or sparse of shape (n, n)
        ``guarantees[i, j]`` = up to how much i stands in for what j has borrowed; nobody stands in for himself.
    external_assets : array of shape (n,)
        What i has besides claims on the others. NaN (unknown) is for :func:`algorithms.risk.stress_bounds.stress_bounds`.
    external_liabilities : array of shape (n,)
        What i has borrowed outside; guarantees cover it like loans.
    """

    supplies: Matrix
    sectors: Vector
    essential: Matrix
    receivables: Matrix
    loans: Matrix
    guarantees: Matrix
    external_assets: Vector
    external_liabilities: Vector


@dataclass(frozen=True)
class StressAssumptions:
    """How a loss of output turns into money. All are parts, in [0, 1].

    Attributes
    ----------
    dilution : float
        Part of a supplier's receivables that its buyers withhold for each unit of its output that it cannot deliver
        应收账款稀释: what is not delivered or mended is set off (Civil Code, art. 525–527, 568). The buyer spends the
        money on making it good, so its duties do not shrink. Output that is merely no longer ordered dilutes nothing.
    margin : float
        Earnings that a firm loses for each unit of lost sales.
    asset_loss : float
        Part of its external assets that a firm loses for each unit of its *initial* shock; 1: who fails has nothing left but his
        claims on others.
    variant : {"joint_and_several", "pro_rata"}
        Joint and several guarantors 连带责任 bear what the others cannot pay, each up to his own guarantee; pro rata 按份 nobody does.
    alpha, beta : float
        Part of external assets, and of payments received, that is left when a defaulter is wound up (Rogers–Veraart).
    substitution : bool
        Whether others of a sector make up for a failed supplier.
    """

    dilution: float = 1.0
    margin: float = 0.2
    asset_loss: float = 1.0
    variant: str = "joint_and_several"
    alpha: float = 1.0
    beta: float = 1.0
    substitution: bool = True

    def __post_init__(self) -> None:
        for name in ("dilution", "margin", "asset_loss", "alpha", "beta"):
            part = getattr(self, name)
            if not 0.0 <= part <= 1.0:
                raise InputError(f"{name} is {part}; it is a part, from 0 to 1")
        if self.variant not in VARIANTS:
            raise InputError(f"variant {self.variant!r} is not offered; choose one of {', '.join(VARIANTS)}")


@dataclass(frozen=True, eq=False)
class GroupLimits:
    """Groups of connected clients 关联客户 and what a lender may lend to one of them.

    Attributes
    ----------
    members : bool array or sparse of shape (m, n)
        ``members[g, i]``: party i belongs to group g. Groups may overlap.
    capital : array of shape (n,)
        Tier-1 capital of each lender; NaN where it is unknown or the party is no bank.
    ratio : float
        Limit for one group, as part of the capital.
    """

    members: Matrix
    capital: Vector
    ratio: float


@dataclass(frozen=True, eq=False)
class Sheets:
    """A checked case: matrices by rows."""

    receivables: Rows
    loans: Rows
    guarantees: Rows
    assets: FloatArray
    outside: FloatArray

    @property
    def borrowed(self) -> FloatArray:
        """What guarantors stand in for: loans and what was borrowed outside."""
        return row_sums(self.loans) + self.outside

    @property
    def owed(self) -> FloatArray:
        """All debts before any call."""
        return row_sums(self.receivables) + self.borrowed

    @property
    def claims(self) -> FloatArray:
        """All claims on the others, at face value."""
        return column_sums(self.receivables) + column_sums(self.loans)


def read_sheets(case: StressCase) -> Sheets:
    """Check the balance sheets of a case; unknown assets stay NaN.

    Raises
    ------
    InputError
        When a shape differs, or an amount is negative or infinite.
    """
    matrices = {name: as_rows(getattr(case, name), name) for name in ("receivables", "loans", "guarantees")}
    size = as_rows(case.supplies, "supplies").shape[0]
    for name, rows in matrices.items():
        if rows.shape[0] != size:
            raise InputError(f"{name} has shape {rows.shape}, supplies {(size, size)}: index both alike")
    matrices["guarantees"] = _without_diagonal(matrices["guarantees"])
    outside = as_vector(case.external_liabilities, size, "external_liabilities")
    return Sheets(**matrices, assets=_assets(case.external_assets, size), outside=outside)


def _assets(values: Vector, size: int) -> FloatArray:
    try:
        unknown = np.isnan(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        unknown = np.zeros(0, dtype=np.bool_)  # as_vector says what is wrong
    if not unknown.any():
        return as_vector(values, size, "external_assets")
    known = as_vector(np.where(unknown, 0.0, values), size, "external_assets")
    known[np.broadcast_to(unknown, known.shape)] = np.nan
    return known


def _without_diagonal(rows: Rows) -> Rows:
    cells = sparse.coo_array(rows)
    kept = cells.row != cells.col
    return sparse.csr_array((cells.data[kept], (cells.row[kept], cells.col[kept])), shape=rows.shape)
