"""Financial statements 财务报表 that are consistent with themselves."""

from __future__ import annotations

from datetime import date

from loaders.city.site import Site

_DAYS = {"inventory": 60, "payable": 30, "prepaid": 10}  # over the cost of sales
_SALES_DAYS = {"receivable": 45, "advance": 5}


def write_statement(site: Site, party: str, sales: int, payables: int, audited: bool = False) -> None:
    """Write last year's statement of a party whose sales were `sales` fen.

    80 days of working capital at a margin of 20 % and growth of 10 %: about 0.2 x sales are needed, of which 7 % of
    sales are covered by own and other funds, so a member without loans has a gap.
    """
    year = site.spec.as_of.year - 1
    cost = sales // 10 * 8
    by_cost = {f"avg_{name}_fen": cost * days // 360 for name, days in _DAYS.items()}
    by_sales = {f"avg_{name}_fen": sales * days // 360 for name, days in _SALES_DAYS.items()}
    site.put(
        "financial_statements",
        party=party,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        sales_fen=sales,
        cost_fen=cost,
        profit_fen=sales // 10,
        expected_sales_fen=sales // 10 * 11,
        own_funds_fen=sales // 100 * 5,
        other_funding_fen=sales // 100 * 2,
        payables_fen=payables,
        audited="true" if audited else "false",
        **by_cost,
        **by_sales,
    )
