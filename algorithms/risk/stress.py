"""Coupled stress test 耦合压力测试: from lost output to unpaid claims, called guarantees and broken group limits.

1. *Output*: a failing firm's lost output reaches its buyers and suppliers (ESRI, :mod:`algorithms.risk.esri`).
2. *Dilution*: who lost the part λ of its output loses ``margin · λ · sales`` of earnings, and who cannot deliver the
   part δ of it, having failed or missing inputs, has ``dilution · δ`` of its receivables set off by its buyers.
3. *Clearing with guarantee calls*: everyone pays what he can, pro rata to all creditors (Eisenberg–Noe, or
   Rogers–Veraart with winding-up costs); what a debtor leaves unpaid of its borrowing is called from its guarantors, whose duties grow by the
   call, until nothing changes.
4. *Group limits*: a lender's exposure to a group grows by the calls on its members for debtors outside it, and its limit
   shrinks with its capital.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from algorithms.result import Result
from algorithms.risk.arrays import BoolArray, FloatArray, Vector, as_rows, as_vector, row_sums
from algorithms.risk.esri import esri
from algorithms.risk.stress_books import Books, Hit, Settlement, settle_payments
from algorithms.risk.stress_case import GroupLimits, Sheets, StressAssumptions, StressCase, read_sheets
from algorithms.risk.stress_groups import GroupExposures, group_exposures
from schema.errors import InputError

ROUNDS_AT_MOST = 10_000


@dataclass(frozen=True, eq=False)
class StressResult(Result[FloatArray]):
    """Who loses what because of a shock. Amounts are what the shock adds to the state without it.

    Attributes
    ----------
    value : float array of shape (n,)
        Loss of each party, money ≥ 0 up to rounding: ``own + diluted + unpaid + calls``.
    residual : float
        ``max |r − Φ(r)|`` over the parts of duties that are paid, or the residual of the output stage if that is greater.
    iterations : int
        Rounds of the payments under the shock.
    converged : bool
        False when a stage was stopped by its bound; losses are then lower bounds.
    output : float array of shape (n,)
        Part of its output that each party loses, in [0, 1].
    own : float array of shape (n,)
        Assets and earnings lost, and winding-up costs.
    diluted : float array of shape (n,)
        Receivables that buyers set off.
    unpaid : float array of shape (n,)
        Claims that debtors and their guarantors do not pay.
    calls : float array of shape (n,)
        Guarantees called.
    passed_on : float array of shape (n,)
        Part of its loss that a party does not bear, because it does not pay its duties.
    outside_loss : float
        What lenders outside lose.
    source : float
        Where losses come from: own losses, and what buyers spend on what was not delivered. Money is conserved:
        ``Σ value − Σ passed_on + outside_loss = source``.
    final_equity : float array of shape (n,)
        Assets and claims less debts after everything, uncapped; negative exactly for who defaults.
    before, after : Settlement
        The payments without and with the shock.
    groups : GroupExposures, optional
        When group limits were given.
    """

    output: FloatArray
    own: FloatArray
    diluted: FloatArray
    unpaid: FloatArray
    calls: FloatArray
    passed_on: FloatArray
    outside_loss: float
    source: float
    final_equity: FloatArray
    before: Settlement
    after: Settlement
    groups: GroupExposures | None

    @property
    def defaulted(self) -> BoolArray:
        """Who cannot pay under the shock, those who could not without it included."""
        return self.after.defaulted

    @property
    def from_others(self) -> FloatArray:
        """What the others make each party lose: receivables set off, claims unpaid, guarantees called."""
        return self.diluted + self.unpaid + self.calls


def stress_test(
    case: StressCase,
    shock: Vector,
    assumptions: StressAssumptions | None = None,
    groups: GroupLimits | None = None,
    max_iter: int = ROUNDS_AT_MOST,
) -> StressResult:
    """Follow a shock from output through payments and guarantees to lenders and their group limits.

    Parameters
    ----------
    case : StressCase
        Supplies, claims, loans, guarantees and assets of n parties.
    shock : array of shape (n,)
        Initial relative loss of output in [0, 1]; 1 is failure.
    assumptions : StressAssumptions, optional
    groups : GroupLimits, optional
    max_iter : int
        Rounds of each stage at most.

    Returns
    -------
    StressResult

    Raises
    ------
    InputError
        When a shape differs, an amount is negative, unknown or infinite, or a part is outside [0, 1].

    Notes
    -----
    Payments are the greatest fixed point of
    ``r_i = min(1, (e_i + Σ_k r_k N_ki + Σ_k g_k N'_ki / B_k) / (p̄_i + Σ_k θ_k G_ik))`` with debts N after dilution, borrowing
    B, guarantees G, the called part ``θ_k = min(1, (1 − r_k) B_k / Σ_i r_i G_ik)`` (pro rata: without r in the sum) and
    collected ``g_k = θ_k Σ_i r_i G_ik``. The map is monotone in r and in the shock, so losses only rise with the shock and
    are zero without one. A guarantor's recourse is taken to be worth nothing: the estate is already shared out.
    Complexity: that of one ESRI scenario, then O(n + nnz) per round.

    References
    ----------
    No published method couples all four. Stages: Diem et al. (2022), Scientific Reports 12; Eisenberg and Noe (2001),
    Management Science 47(2); Rogers and Veraart (2013), Management Science 59(4); Civil Code 民法典, art. 681–702 (guarantees);
    Measures on large exposures 商业银行大额风险暴露管理办法 (2018).

    Examples
    --------
    Firm 0 owes the bank 2 a loan of 10, for which firm 1, which has 4, stands in up to 8. Firm 0 fails.

    >>> zero, loans, stands = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
    >>> loans[0, 2], stands[1, 0] = 10, 8
    >>> case = StressCase(zero, [0, 0, 0], [[1]], zero, loans, stands, [12, 4, 100], [0, 0, 0])
    >>> found = stress_test(case, [1, 0, 0])
    >>> found.value.tolist(), found.passed_on.tolist(), found.source
    ([12.0, 8.0, 6.0], [10.0, 4.0, 0.0], 12.0)
    """
    sheets = read_sheets(case)
    if np.isnan(sheets.assets).any():
        raise InputError("external_assets holds NaN; stress_bounds answers where some are unknown")
    return outcome(sheets, scenario(case, shock, assumptions, max_iter), groups)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A shock after its output stage.

    Attributes
    ----------
    shock, output, undelivered, sales : float arrays of shape (n,)
        Initial and final lost parts of output, the part that cannot be delivered, and what they are parts of.
    residual : float
    converged : bool
        Of the output stage.
    assumptions : StressAssumptions
    max_iter : int
    """

    shock: FloatArray
    output: FloatArray
    undelivered: FloatArray
    sales: FloatArray
    residual: float
    converged: bool
    assumptions: StressAssumptions
    max_iter: int


def scenario(
    case: StressCase, shock: Vector, assumptions: StressAssumptions | None, max_iter: int
) -> Scenario:
    """Follow the shock through supplies."""
    assumed = assumptions or StressAssumptions()
    sales = row_sums(as_rows(case.supplies, "supplies"))
    fall = as_vector(shock, len(sales), "shock", 0.0, 1.0)
    made = esri(case.supplies, case.sectors, case.essential, fall, assumed.substitution, max_iter)
    output, undelivered = (1.0 - np.asarray(h) for h in (made.production, made.delivery))
    return Scenario(fall, output, undelivered, sales, made.residual, made.converged, assumed, max_iter)


def outcome(sheets: Sheets, told: Scenario, groups: GroupLimits | None) -> StressResult:
    """Follow the lost output through payments, guarantees and limits."""
    unharmed = np.zeros(len(told.shock))
    before = settle_payments(Books(sheets, Hit(unharmed, unharmed), told.assumptions), told.max_iter)
    after = settle_payments(Books(sheets, _hit(sheets, told), told.assumptions), told.max_iter)
    result = _result(sheets, told, before, after)
    if groups is None:
        return result
    return replace(result, groups=group_exposures(sheets, after, (result.value, groups)))


def _hit(sheets: Sheets, told: Scenario) -> Hit:
    assumed = told.assumptions
    written_off = assumed.asset_loss * told.shock * sheets.assets
    earnings = np.minimum(assumed.margin * told.output * told.sales, sheets.assets - written_off)
    return Hit(told.undelivered, written_off + earnings)


def _result(sheets: Sheets, told: Scenario, before: Settlement, after: Settlement) -> StressResult:
    loss = after.loss - before.loss
    return StressResult(
        value=loss,
        residual=max(after.change, before.change, told.residual),
        iterations=after.rounds,
        converged=after.settled and before.settled and told.converged,
        output=told.output,
        own=after.own - before.own,
        diluted=after.diluted,
        unpaid=after.unpaid - before.unpaid,
        calls=after.calls - before.calls,
        passed_on=after.passed_on - before.passed_on,
        outside_loss=after.outside_loss - before.outside_loss,
        source=float((after.own - before.own).sum()) + after.made_good,
        final_equity=sheets.assets + sheets.claims - sheets.owed - after.loss,
        before=before,
        after=after,
        groups=None,
    )
