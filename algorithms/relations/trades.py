"""Who sold to whom inside a time window 观察期内的贸易: supply relations, orders, invoices and receivables, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.projection import View
from algorithms.relations.shared_contacts import Ints
from algorithms.walks.links import Place
from schema.periods import as_days

_DATES = {"Order": "signed_on", "Invoice": "issued_on", "Receivable": "incurred_on"}
_ROW = ("seller", "buyer", "amount", "record", "place", "owed_by")


@dataclass(frozen=True, eq=False)
class Trades:
    """Pairs of seller and buyer, sorted; a pair that trades with itself is left out.

    The same trade may be told by a supply relation, its order, invoice and receivable. They are never added to each other:
    the kind of record that tells the largest sum of a pair stands for it.

    Attributes
    ----------
    seller, buyer : int64 arrays of shape (m,)
    amounts : Series of shape (m,)
        Fen, exact (128 bits); null where no record states one.
    missing : int64 array of shape (m,)
        Records of the kind that stands for the pair which state no amount: with any, the amount is a lower bound.
    rows : DataFrame
        One row per record, sorted by pair: ``record`` (its kind), ``amount``, places of its facts.
    row_starts : int64 array of shape (m + 1,)
        Rows of pair k are ``row_starts[k]:row_starts[k + 1]``.
    undated : int
        Claims left out because nothing dates them.
    """

    seller: Ints
    buyer: Ints
    amounts: pl.Series
    missing: Ints
    rows: pl.DataFrame
    row_starts: Ints
    undated: int

    def places(self, pair: int) -> list[Place]:
        """Return the facts behind a pair, whatever the kind of record."""
        rows = self.rows[int(self.row_starts[pair]) : int(self.row_starts[pair + 1])]
        found: list[Place] = []
        for record, place, owed_by in rows.select("record", "place", "owed_by").iter_rows():
            found += (
                [("SUPPLIES", place)] if record == "SUPPLIES" else [("OWED_TO", place), ("OWED_BY", owed_by)]
            )
        return found


def trades(view: View, window_days: int) -> Trades:
    """Collect the trades of the last so many days up to the view's day, once per view. O(E log E).

    Parameters
    ----------
    view : View
    window_days : int
        The window is ``(as_of − window_days, as_of]``.

    Notes
    -----
    A claim counts by its date (signed, issued, incurred); one without a date is counted as left out. A supply relation
    counts when its day of confirmation or its period (``2026``, ``2026-03``, ``2026Q1``) meets the window; with neither
    it holds on the day asked about, and counts.
    """
    return view.once(("trades", window_days), lambda v: _collected(v, window_days))


def _collected(view: View, window_days: int) -> Trades:
    last = as_days(view.as_of)
    window = pl.col("from") <= last, pl.col("to") > last - window_days + 1
    claims = _claims(view)
    dated = claims.filter(pl.col("from").is_not_null())
    rows = pl.concat([_supplies(view), dated]).filter(*window, pl.col("seller") != pl.col("buyer"))
    rows = rows.select(_ROW).sort("seller", "buyer", "record", "place")
    pairs = _pairs(rows)
    return Trades(
        pairs["seller"].to_numpy(),
        pairs["buyer"].to_numpy(),
        pairs["sum"],
        pairs["missing"].cast(pl.Int64).to_numpy(),
        rows,
        np.concatenate(([0], pairs["records"].cast(pl.Int64).cum_sum().to_numpy())).astype(np.int64),
        len(claims) - len(dated),
    )


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per seller and buyer: the kind of record with the largest sum, of equal ones that with the fewest gaps."""
    amount = pl.col("amount").cast(pl.Int128)
    by_record = rows.group_by("seller", "buyer", "record").agg(
        sum=pl.when(amount.count() > 0).then(amount.sum()),
        missing=amount.null_count(),
        records=pl.len(),
    )
    best = by_record.sort("sum", "missing", "record", descending=[True, False, False], nulls_last=True)
    chosen = best.group_by("seller", "buyer", maintain_order=True).agg(
        pl.col("sum", "missing").first(), pl.col("records").sum()
    )
    return chosen.sort("seller", "buyer")


def _supplies(view: View) -> pl.DataFrame:
    """Supply relations with the days that they tell, half-open."""
    edges, places = view.projection.edges["SUPPLIES"], view.positions("SUPPLIES")
    period, said = pl.col("period"), view.properties("SUPPLIES")
    year = period.str.extract(r"^(\d{4})").cast(pl.Int32, strict=False)
    month = period.str.extract(r"^\d{4}-(0[1-9]|1[0-2])$").cast(pl.Int32)
    quarter = period.str.extract(r"^\d{4}-?Q([1-4])$").cast(pl.Int32)
    first = pl.coalesce(month, quarter * 3 - 2, 1)
    months = pl.when(month.is_not_null()).then(1).when(quarter.is_not_null()).then(3).otherwise(12)
    # Months since year 0, so that a period's end is plain arithmetic.
    start = year * 12 + first - 1
    begun, ended = (_first_day(m) for m in (start, start + months))
    confirmed = pl.col("confirmed_on").cast(pl.Date).to_physical()
    today = as_days(view.as_of)
    return said.select(
        pl.Series("seller", edges.start[places].astype(np.int64)),
        pl.Series("buyer", edges.end[places].astype(np.int64)),
        amount=pl.col("amount_fen"),
        record=pl.lit("SUPPLIES"),
        place=pl.Series(places),
        owed_by=pl.lit(None, dtype=pl.Int64),
        **{
            "from": pl.min_horizontal(begun, confirmed).fill_null(today),
            "to": pl.max_horizontal(ended, confirmed + 1).fill_null(today + 1),
        },
    )


def _first_day(months: pl.Expr) -> pl.Expr:
    return pl.date(months // 12, months % 12 + 1, 1).to_physical()


def _claims(view: View) -> pl.DataFrame:
    """Orders, invoices and receivables with seller, buyer and day."""
    p, to, by = view.projection, view.projection.edges["OWED_TO"], view.projection.edges["OWED_BY"]
    sold, owed = view.positions("OWED_TO"), view.positions("OWED_BY")
    sellers = pl.DataFrame(
        {"claim": to.start[sold].astype(np.int64), "seller": to.end[sold].astype(np.int64), "place": sold}
    )
    buyers = pl.DataFrame(
        {"claim": by.start[owed].astype(np.int64), "buyer": by.end[owed].astype(np.int64), "owed_by": owed}
    )
    nodes = pl.concat(
        [
            p.frames[label].select(
                claim=pl.int_range(pl.len(), dtype=pl.Int64) + p.spans[label][0],
                amount=pl.col("amount_fen"),
                record=pl.lit(label),
                live=pl.col("status").ne_missing("CANCELLED") if label == "Order" else pl.lit(True),
                **{"from": pl.col(date).cast(pl.Date).to_physical()},
            )
            for label, date in _DATES.items()
        ]
    ).filter("live")
    joined = sellers.join(buyers, "claim").join(nodes, "claim").with_columns(to=pl.col("from") + 1)
    return joined.select("seller", "buyer", "amount", "record", "place", "owed_by", "from", "to")
