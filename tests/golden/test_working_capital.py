"""Working capital against a filled-in bank form: need 7188.82, new limit 3001.22 (10,000 yuan).

Source: a bank's completed form of the annex of 流动资金贷款管理办法, m.777doc.com/doc-4791024; inputs and printed results are
the form's own. Amounts there are 万元, so one unit is 1,000,000 fen.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from algorithms.lending.working_capital import missing_inputs, working_capital
from schema.errors import InsufficientData

WAN = 1_000_000
FORM = {
    "sales_fen": Decimal("20315.74"),
    "cost_fen": Decimal("19178.09"),
    "profit_fen": Decimal("903.12"),
    "expected_sales_fen": Decimal("36500"),
    "avg_inventory_fen": Decimal("1029.655"),
    "avg_receivable_fen": Decimal("1222.43"),
    "avg_payable_fen": Decimal("1.0"),
    "avg_prepaid_fen": Decimal("1845.39"),
    "avg_advance_fen": Decimal("79.55"),
}
DEDUCTIONS = Decimal("4187.6")


def _fen() -> dict[str, int]:
    return {name: int(value * WAN) for name, value in FORM.items()}


def test_golden_working_capital_need_and_new_limit() -> None:
    result = working_capital(_fen())
    assert result.turns is not None
    assert float(result.turns) == pytest.approx(4.85161940312193, rel=1e-13)
    # 7188.820628026862 万元, to the fen and rounded down.
    assert result.need_fen == 7_188_820_628
    assert round(Decimal(result.need_fen) / WAN, 2) == Decimal("7188.82")
    gap = result.gap_fen(int(DEDUCTIONS * WAN))
    assert gap == 3_001_220_628
    assert round(Decimal(gap) / WAN, 2) == Decimal("3001.22")


def test_a_cycle_that_is_not_positive_binds_no_capital() -> None:
    form = {**_fen(), "avg_advance_fen": 10**12}
    result = working_capital(form)
    assert (result.turns, result.need_fen, result.gap_fen(0)) == (None, 0, 0)


@pytest.mark.parametrize("name", ["sales_fen", "cost_fen"])
def test_without_sales_or_cost_there_are_no_days_to_measure(name: str) -> None:
    with pytest.raises(InsufficientData, match="must be positive"):
        working_capital({**_fen(), name: 0})


def test_what_a_statement_lacks_is_named() -> None:
    lacking: dict[str, int | None] = {**_fen(), "own_funds_fen": 0, "avg_prepaid_fen": None}
    assert missing_inputs(lacking) == ("avg_prepaid_fen", "other_funding_fen")
