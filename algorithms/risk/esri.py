"""Economic systemic risk index 经济系统性风险指数: output that the economy loses when a firm stops.

A firm that stops takes inputs from its buyers (downstream) and orders from its suppliers (upstream), and so on.
Each firm is left with the worse of the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.result import Result
from algorithms.risk.arrays import (
    FloatArray,
    IntArray,
    Matrix,
    Rows,
    Vector,
    as_rows,
    as_vector,
    column_sums,
    inverse,
    row_sums,
    scaled,
    summed,
)
from algorithms.risk.supply import Inputs, Orders, Sellers, Settled, settle
from schema.errors import InputError

NUMBERS_AT_ONCE = 1 << 20  # firms × simultaneous scenarios held in one array
SWEEPS_AT_MOST = 10_000


@dataclass(frozen=True, eq=False)
class EsriResult(Result[FloatArray]):
    """Lost output.

    Attributes
    ----------
    value : float array of shape (n,) or ()
        ESRI of each firm, failing alone; with a shock, the one share of output that is lost. In [0, 1].
    residual : float
        Last change of any firm's output share.
    iterations : int
        Rounds of the slowest scenario, both directions together.
    converged : bool
        False when ``max_iter`` came before what was still to come, by the last two changes, was below 1e-12;
        ``value`` is then a lower bound.
    downstream, upstream : float array of the shape of value
        The same share by one channel alone.
    production : float array of shape (n,), optional
        With a shock: ``min(h_d, h_u)``, the part of its output that each firm still makes.
    delivery : float array of shape (n,), optional
        With a shock: h_d, the part that it could still deliver if it were ordered.
    """

    downstream: FloatArray
    upstream: FloatArray
    production: FloatArray | None
    delivery: FloatArray | None


def esri(
    weights: Matrix,
    sectors: Vector,
    essential: Matrix,
    shock: Vector | None = None,
    substitution: bool = True,
    max_iter: int = SWEEPS_AT_MOST,
) -> EsriResult:
    """Share of all output that is lost when each firm in turn stops, or under one shock.

    Downstream: ``h_i = min(min over essential input sectors k of 1 − Σ_{j in k} σ_j (1 − h_j) W_ji / Σ_{l in k} W_li,
    1 − Σ_{j non-essential} σ_j (1 − h_j) W_ji / Σ_l W_li, 1 − shock_i)`` with
    ``σ_j = min(1, s_j / Σ_{l in the sector of j} s_l h_l)``. Upstream: ``h_i = min(Σ_l W_il / s_i · h_l, 1 − shock_i)``.
    ``ESRI = Σ s_i (1 − min(h_d, h_u)) / Σ s_i`` with sales ``s_i = Σ_l W_il``.

    Parameters
    ----------
    weights : array or sparse of shape (n, n)
        ``weights[i, j]`` = what i supplies to j, money ≥ 0.
    sectors : int array of shape (n,)
        ``sectors[i]`` = index of firm i's sector, from 0.
    essential : array of shape (k, k)
        ``essential[a, b]`` as an input of sector a to a firm of sector b: 2 essential, 1 non-essential, 0 negligible
        (its loss does no harm; it still counts among all inputs).
    shock : array of shape (n,), optional
        Initial relative loss of output in [0, 1] (1 = stops); without it every firm stops in turn.
    substitution : bool
        Whether other firms of a sector make up for a failed supplier in proportion to what they still sell;
        False sets σ = 1.
    max_iter : int
        Rounds per direction at most.

    Returns
    -------
    EsriResult

    Raises
    ------
    InputError
        When a shape differs, a sector has no row in ``essential``, or a number is out of range.

    Notes
    -----
    Both maps are monotone and start from the shock, so they fall to their greatest solution. A firm without buyers
    loses nothing upstream; an economy without sales loses nothing. Complexity: O(n + nnz) per round and scenario
    (after 64, 128 … rounds one exact solve for a scenario still open), and one scenario per firm without a shock;
    2²⁰ numbers are held at a time. With substitution an economy can sit just where the rest of a sector stops being
    enough; the approach is then slower than any geometric decay, and the result says that it did not converge.

    References
    ----------
    Diem, Borsos, Reisch, Kertész and Thurner (2022), "Quantifying firm-level economic systemic risk from nation-wide
    supply networks", Scientific Reports 12.

    Examples
    --------
    >>> supply = np.array([[0.0, 1.0, 1.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    >>> esri(supply, [0, 1, 2], np.full((3, 3), 2)).value.round(4).tolist()
    [1.0, 0.75, 1.0]
    """
    supply = as_rows(weights, "weights")
    classes = _classes(sectors, essential, supply.shape[0])
    economy = _Economy(*_economy(supply, *classes, substitution), row_sums(supply), max_iter)
    if shock is None:
        return _each_in_turn(economy)
    return _shocked(economy, as_vector(shock, supply.shape[0], "shock", 0.0, 1.0))


def _classes(sectors: Vector, essential: Matrix, size: int) -> tuple[IntArray, IntArray]:
    try:
        kind = np.asarray(essential.toarray() if sparse.issparse(essential) else essential)
    except ValueError:  # rows of different length
        kind = np.empty(0)
    if kind.ndim != 2 or kind.shape[0] != kind.shape[1] or not np.isin(kind, (0, 1, 2)).all():
        raise InputError(
            "essential must be square, sector by sector, of 2 essential, 1 non-essential, 0 negligible"
        )
    sector = np.asarray(sectors)
    if sector.size == 0:
        sector = sector.astype(np.int64)
    if sector.shape != (size,) or not np.issubdtype(sector.dtype, np.integer):
        raise InputError(f"sectors must be one whole number for each of {size} firms")
    if size and (sector.min() < 0 or sector.max() >= len(kind)):
        raise InputError(f"sectors must be indices of essential, from 0 to {len(kind) - 1}")
    return sector.astype(np.int64), kind.astype(np.int64)


def _economy(supply: Rows, sector: IntArray, kind: IntArray, substitution: bool) -> tuple[Inputs, Orders]:
    flows, sales = sparse.coo_array(supply), row_sums(supply)
    supplier, buyer, amount = flows.row.astype(np.int64), flows.col.astype(np.int64), flows.data
    need = kind[sector[supplier], sector[buyer]]
    some, must = need == 1, need == 2
    part = (amount * inverse(column_sums(supply))[buyer])[some]
    linear = sparse.csr_array((part, (buyer[some], supplier[some])), shape=supply.shape)
    pairs, pair = np.unique(buyer[must] * len(kind) + sector[supplier[must]], return_inverse=True)
    whole = summed(pair, amount[must], len(pairs))
    part = amount[must] / whole[pair]
    needed = sparse.csr_array((part, (pair, supplier[must])), shape=(len(pairs), len(sector)))
    sellers = Sellers(sales, sector, len(kind), substitution)
    return Inputs(linear, needed, pairs // max(len(kind), 1), sellers), Orders(scaled(supply, inverse(sales)))


@dataclass(frozen=True, eq=False)
class _Economy:
    inputs: Inputs
    orders: Orders
    sales: FloatArray
    max_iter: int

    def settled(self, shock: FloatArray) -> tuple[Settled, Settled]:
        """Downstream and upstream losses under each column of shocks."""
        return settle(self.inputs, shock, self.max_iter), settle(self.orders, shock, self.max_iter)

    def share(self, loss: FloatArray) -> FloatArray:
        """Part of all output that is lost, for each column of losses."""
        total = self.sales.sum()
        return np.asarray(self.sales @ loss / total if total > 0 else np.zeros(loss.shape[1]))


def _shocked(economy: _Economy, shock: FloatArray) -> EsriResult:
    down, up = economy.settled(shock[:, None])
    worse = np.maximum(down.loss, up.loss)
    return EsriResult(
        value=economy.share(worse).reshape(()),
        residual=max(down.change, up.change),
        iterations=down.rounds + up.rounds,
        converged=down.converged and up.converged,
        downstream=economy.share(down.loss).reshape(()),
        upstream=economy.share(up.loss).reshape(()),
        production=1.0 - worse[:, 0],
        delivery=1.0 - down.loss[:, 0],
    )


def _each_in_turn(economy: _Economy) -> EsriResult:
    size = len(economy.sales)
    shares = np.zeros((3, size))
    width = max(1, NUMBERS_AT_ONCE // max(size, 1))
    change, rounds, converged = 0.0, 0, True
    for start in range(0, size, width):
        firms = np.arange(start, min(start + width, size))
        shock = np.zeros((size, len(firms)))
        shock[firms, firms - start] = 1.0
        down, up = economy.settled(shock)
        for row, loss in enumerate((np.maximum(down.loss, up.loss), down.loss, up.loss)):
            shares[row, firms] = economy.share(loss)
        change, rounds = max(change, down.change, up.change), max(rounds, down.rounds + up.rounds)
        converged = converged and down.converged and up.converged
    return EsriResult(shares[0], change, rounds, converged, shares[1], shares[2], None, None)
