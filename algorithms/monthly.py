"""Records that are reported month by month 按月报送: read into columns by their month."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from algorithms.projection import View
from algorithms.walks.links import Place, as_nodes, records_about
from schema.periods import month_number, month_text


@dataclass(frozen=True)
class RecordsOfMonth:
    """The records of a party for one month (positions), and the facts that state them; month None: it cannot be read."""

    month: str | None
    records: tuple[int, ...]
    places: tuple[Place, ...]


def month_column(text: pl.Expr) -> pl.Expr:
    """Read ``YYYY-MM`` as the number of the month (``periods.month_number``); null for anything else."""
    parts = text.str.extract_groups(r"^(\d{4})-(0[1-9]|1[0-2])$").struct
    return (parts.field("1").cast(pl.Int32) * 12 + parts.field("2").cast(pl.Int32) - 1).alias("month")


def last_days(text: pl.Expr) -> pl.Expr:
    """Read ``YYYY-MM`` as the last day of the month; null for anything else."""
    number = month_column(text)
    return pl.date(number // 12, number % 12 + 1, 1).dt.month_end().alias("month")


def begun(view: View) -> pl.Expr:
    """Keep what is of a month that has begun by the view's day, or of one that cannot be read."""
    return pl.col("month").is_null() | (pl.col("month") <= month_number(view.as_of))


def by_month(view: View, party: int, label: str, **chosen: str) -> tuple[RecordsOfMonth, ...]:
    """Return the records of a label about a party, newest month first; those of no readable month come last.

    Parameters
    ----------
    view : View
    party : int
        Position.
    label : str
        Key label of records with a property ``month``.
    **chosen : str
        Only records with these values, e.g. ``fund="HOUSING_FUND"``.

    Notes
    -----
    O(records of the party).
    """
    p = view.projection
    links = records_about(view, as_nodes([party]), label)
    said = p.frames[label][links.node - p.spans[label][0]]
    frame = said.select(*chosen, month_column(pl.col("month"))).with_columns(
        record=pl.Series(links.node), place=pl.Series(links.place)
    )
    wanted = frame.filter(begun(view), *(pl.col(name) == value for name, value in chosen.items()))
    grouped = wanted.sort("record").group_by("month", maintain_order=True).agg("record", "place")
    return tuple(
        RecordsOfMonth(
            None if month is None else month_text(month),
            tuple(records),
            tuple(("SUBJECT_OF", place) for place in places),
        )
        for month, records, places in grouped.sort("month", descending=True, nulls_last=True).iter_rows()
    )
