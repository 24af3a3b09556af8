"""Trade with the core, in which direction, confirmed or not; and invoices that were financed twice."""

from __future__ import annotations

from algorithms.lending.checks.columns import Column, found
from algorithms.lending.study import Study


def trading(study: Study) -> tuple[Column, ...]:
    """Direction, confirmation, contract and dependence. Downstream trade confirms only where it is included (T22)."""
    downstream = bool(study.pool.agreement["downstream"])
    trades = study.trades
    confirmed = [t.confirmed or (t.bought_confirmed if downstream else []) for t in trades]
    shares = [t.core_sales_ratio for t in trades]
    # A share that was computed from amounts may sit a rounding away from the line that it means.
    ratios = [None if s is None else round(s, 9) for s in shares]
    return (
        Column("downstream_allowed", [downstream] * len(trades)),
        found("supplies_core", [t.sells for t in trades]),
        found("buys_from_core", [t.buys for t in trades]),
        found("confirmed_trade", confirmed),
        found("core_contract", [t.contract for t in trades]),
        Column("core_sales_ratio", ratios, {i: t.sells for i, t in enumerate(trades)}),
    )


def double_financing(study: Study) -> tuple[Column, ...]:
    """The same invoice financed twice, across funders: declassified, so only what the caller sees is cited."""
    rows = range(len(study.pool.rows))
    values = [bool(study.bundles_of_all.twice(row)) for row in rows]
    places = {row: [f.place for f in study.bundles.twice(row)] for row in rows}
    return (Column("invoice_financed_twice", values, places),)
