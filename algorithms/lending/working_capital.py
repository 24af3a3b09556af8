"""The working-capital gap of an enterprise 营运资金缺口, exactly.

``need = sales × (1 − margin) × (1 + growth) / turns`` with
``turns = 360 / (inventory + receivable − payable + prepaid − advance days)``: inventory, payable and prepaid days over
the cost of sales, receivable and advance days over sales. The bank's part is
``need − own funds − existing loans − other funding``.

References
----------
流动资金贷款管理办法 (国家金融监督管理总局令2024年第2号), annex 流动资金需求参考测算方法; the same formula stood in the annex of
流动资金贷款管理暂行办法 (银监会令2010年第1号).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from algorithms.portions import floor_fen
from schema.errors import InsufficientData
from schema.money import Fen

INPUTS = (
    "sales_fen",
    "cost_fen",
    "profit_fen",
    "expected_sales_fen",
    "avg_inventory_fen",
    "avg_receivable_fen",
    "avg_payable_fen",
    "avg_prepaid_fen",
    "avg_advance_fen",
)
DEDUCTIONS = ("own_funds_fen", "other_funding_fen")


@dataclass(frozen=True)
class WorkingCapital:
    """The result, with its steps.

    Attributes
    ----------
    cycle_days : Fraction
        Inventory + receivable − payable + prepaid − advance days.
    turns : Fraction or None
        360 / cycle_days; None when the cycle is not positive, so that no capital is bound.
    need_fen : int
        Working capital needed, rounded down, ≥ 0.
    """

    cycle_days: Fraction
    turns: Fraction | None
    need_fen: Fen

    def gap_fen(self, *deductions: Fen) -> Fen:
        """Return what is left after own funds, existing loans and other funding, ≥ 0."""
        return max(0, self.need_fen - sum(deductions))


def missing_inputs(statement: Mapping[str, Fen | None]) -> tuple[str, ...]:
    """Return which fields of a statement the formula needs and does not have, in order."""
    return tuple(name for name in (*INPUTS, *DEDUCTIONS) if statement.get(name) is None)


def working_capital(statement: Mapping[str, Fen]) -> WorkingCapital:
    """Compute the working capital that an enterprise needs.

    Parameters
    ----------
    statement : mapping
        Every name of ``INPUTS``, in fen.

    Raises
    ------
    InsufficientData
        Sales or cost of sales are not positive: there is nothing to measure days by.

    Notes
    -----
    Rational numbers throughout, rounded down once: floating point would move the last fen.
    """
    sales, cost = statement["sales_fen"], statement["cost_fen"]
    if sales <= 0 or cost <= 0:
        raise InsufficientData("Sales and cost of sales must be positive to measure the days of a cycle.")
    over_cost = statement["avg_inventory_fen"] - statement["avg_payable_fen"] + statement["avg_prepaid_fen"]
    over_sales = statement["avg_receivable_fen"] - statement["avg_advance_fen"]
    cycle = Fraction(360 * over_cost, cost) + Fraction(360 * over_sales, sales)
    if cycle <= 0:
        return WorkingCapital(cycle, None, 0)
    margin = Fraction(statement["profit_fen"], sales)
    growth = Fraction(statement["expected_sales_fen"], sales) - 1
    turns = 360 / cycle
    need = sales * (1 - margin) * (1 + growth) / turns
    return WorkingCapital(cycle, turns, max(0, floor_fen(need)))
