"""Unpaid months of electricity, water and gas 水电气欠费 (S3-25): three in a row raise an early warning, and gaps are flagged.

A month stands as its worst bill does:

- ``PAID``: every bill was paid by the day that is asked about, or there is nothing to pay. What was paid later counts as
  open: so it was known then.
- ``NOT_DUE``: a bill is open whose last day for paying has not passed.
- ``UNKNOWN``: a bill is open, and no last day is stated.
- ``UNPAID``: a bill is open whose last day has passed.

A *gap* is a month without a bill between the first one reported and the last one that must have been reported by now, a
rhythm of the dataset after its end. What happened in a gap is not known. It counts as no unpaid month, and it ends no run
either, so each series has two lengths: ``unpaid_months`` of the longest run that is certain (a gap parts two runs), and
``unpaid_months_at_most`` of the longest one that is possible (gaps and unknown months taken as unpaid). The rule fires by the
first and passes by the second; between them it is UNKNOWN.

Before its first bill a series does not exist: nobody knows of a contract then. A bill whose month cannot be read may lie in
any gap: while such a one is open, nothing bounds the run from above. Who is billed every two months has a gap in every other
one, because nothing that is delivered says so.

Everything is counted in whole columns, for one party or for a city: O(bills log bills).
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.monthly import begun, month_column
from algorithms.projection import View
from algorithms.walks.links import ending_at, record_frame
from schema.datasets import Dataset, dataset_of
from schema.nodes import NODES

LABEL: Final = "UtilityRecord"
UTILITIES: Final[dict[str, Dataset]] = {
    choice: dataset_of("utilities", utility=choice) for choice in NODES[LABEL].field("utility").choices
}
"""POWER, WATER, GAS, and the dataset that reports each."""
ENOUGH: Final = "unpaid_months_alert"
"""The constant of the rulebook that says how many months in a row warn."""
KEY: Final = ("party", "utility")
_SAID: Final = ("utility", "month", "amount_fen", "due_on", "paid_on")


class MonthState(StrEnum):
    """How a month stands, the best first: of several bills the worst one counts."""

    PAID = "PAID"
    NOT_DUE = "NOT_DUE"
    UNKNOWN = "UNKNOWN"
    UNPAID = "UNPAID"


STATE: Final = pl.Enum([str(state) for state in MonthState])
_ENDS_A_RUN: Final = (str(MonthState.PAID), str(MonthState.NOT_DUE))


def bills(view: View, places: NDArray[np.int64] | None = None) -> pl.DataFrame:
    """Return utility bills as they stand on the view's day; those of months that had not begun are left out.

    Parameters
    ----------
    view : View
    places : int64 array, optional
        SUBJECT_OF facts to read, each leading to a bill; all that the caller may see by default.

    Returns
    -------
    DataFrame
        ``party``, ``record`` (node positions), ``place``, ``utility``, ``month`` (number; null where it cannot be read),
        ``state``, ``overdue_on`` (first day on which it was overdue; null unless UNPAID).
    """
    places = ending_at(view, "SUBJECT_OF", LABEL) if places is None else places
    asked = pl.lit(view.as_of)
    settled = (pl.col("paid_on") <= asked).fill_null(False) | (pl.col("amount_fen") <= 0).fill_null(False)
    state = (
        pl.when(settled)
        .then(pl.lit("PAID"))
        .when(pl.col("due_on").is_null())
        .then(pl.lit("UNKNOWN"))
        .when(pl.col("due_on") < asked)
        .then(pl.lit("UNPAID"))
        .otherwise(pl.lit("NOT_DUE"))
    )
    return (
        record_frame(view, LABEL, places, _SAID)
        .select(
            "party",
            "record",
            "place",
            "utility",
            month_column(pl.col("month")),
            state=state.cast(STATE),
            overdue_on=pl.when(state == "UNPAID").then(pl.col("due_on").dt.offset_by("1d")),
        )
        .filter(begun(view))
    )


def months(found: pl.DataFrame) -> pl.DataFrame:
    """Return reported months: ``party``, ``utility``, ``month``, ``state``, ``records``, ``places``; in order."""
    dated = found.filter(pl.col("month").is_not_null()).sort(*KEY, "month", "record")
    return dated.group_by(*KEY, "month", maintain_order=True).agg(
        pl.col("state").max(), records=pl.col("record"), places=pl.col("place")
    )


def unpaid_runs(found: pl.DataFrame, enough: int) -> pl.DataFrame:
    """Return unpaid months in a row, in order.

    Parameters
    ----------
    found : DataFrame
        Of ``bills``.
    enough : int
        How many are a warning.

    Returns
    -------
    DataFrame
        ``party``, ``utility``, ``first``, ``last`` (month numbers), ``unpaid_months``, ``since`` (first day on which the
        first ``enough`` months were overdue; of a shorter run, on which all were), ``record`` (the first unpaid bill),
        ``places`` (of all of them).
    """
    unpaid = found.filter((pl.col("state") == "UNPAID") & pl.col("month").is_not_null())
    each = (
        unpaid.sort(*KEY, "month", "record")
        .group_by(*KEY, "month", maintain_order=True)
        .agg(pl.col("overdue_on").min(), record=pl.col("record").first(), places=pl.col("place"))
    )
    # In a row, the month grows as fast as its place in the list.
    beginning = pl.col("month") - pl.int_range(pl.len()).over(KEY)
    return (
        each.group_by(*KEY, beginning=beginning, maintain_order=True)
        .agg(
            first=pl.col("month").first(),
            last=pl.col("month").last(),
            unpaid_months=pl.len().cast(pl.Int64),
            since=pl.col("overdue_on").head(enough).max(),
            record=pl.col("record").first(),
            places=pl.col("places").explode(),
        )
        .drop("beginning")
    )


def bounds(reported: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return from where to where each series reaches: ``party``, ``utility``, ``first``, ``until``.

    ``until`` is the last month reported or, if later, the last one that must have been reported by the day.
    """
    due = {utility: dataset.last_due_month(day) for utility, dataset in UTILITIES.items()}
    return (
        reported.group_by(KEY, maintain_order=True)
        .agg(first=pl.col("month").min(), until=pl.col("month").max())
        .with_columns(
            until=pl.max_horizontal(
                "until", pl.col("utility").replace_strict(due, return_dtype=pl.Int32, default=None)
            )
        )
    )


def gaps(reported: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return months in a row without a bill: ``party``, ``utility``, ``first``, ``last``; in order."""
    ends = bounds(reported, day).select(*KEY, month=pl.col("until") + 1)
    marks = pl.concat((reported.select(*KEY, "month"), ends)).sort(*KEY, "month")
    before = pl.col("month").shift().over(KEY)
    return (
        marks.with_columns(first=before + 1, last=pl.col("month") - 1)
        .filter(pl.col("first") <= pl.col("last"))
        .select(*KEY, "first", "last")
    )


def possible_runs(found: pl.DataFrame, reported: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return ``unpaid_months_at_most`` of each ``party`` and ``utility``; null where nothing bounds it.

    Between two months that certainly end a run (paid, or not due), every month may be an unpaid one.
    """
    reach = bounds(reported, day)
    marks = pl.concat(
        (
            reported.filter(pl.col("state").is_in(_ENDS_A_RUN)).select(*KEY, "month"),
            reach.select(*KEY, month=pl.col("first") - 1),
            reach.select(*KEY, month=pl.col("until") + 1),
        )
    ).sort(*KEY, "month")
    longest = (pl.col("month").diff() - 1).max().cast(pl.Int64)
    open_ = found.filter(pl.col("month").is_null() & (pl.col("state") != "PAID")).select(KEY).unique()
    bounded = marks.group_by(KEY, maintain_order=True).agg(unpaid_months_at_most=longest)
    return bounded.join(open_, on=KEY, how="anti")
