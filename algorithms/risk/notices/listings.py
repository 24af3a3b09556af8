"""Live listings 名单: everything that is on a list, judged by a rulebook column by column, from the list's side.

Whoever is listed is rare, and whom he touches is found by walking from him: so a city is judged once per view, not once
per question.
"""

from __future__ import annotations

import polars as pl

from algorithms.projection import View
from algorithms.rules import Governing, evaluate_table
from algorithms.walks.links import ending_at, record_frame

LISTED = ("party", "record", "place", "list_kind", "listed_on", "removed_on")


def listings(view: View) -> pl.DataFrame:
    """Return everything that the caller sees on a list, live or not.

    Returns
    -------
    DataFrame
        ``party``, ``record`` (node positions), ``place`` (of the SUBJECT_OF fact), ``list_kind``, ``listed_on``,
        ``removed_on``; in the order of the facts. O(SUBJECT_OF facts).
    """
    label = "ListMembership"
    return record_frame(view, label, ending_at(view, "SUBJECT_OF", label), LISTED[3:])


def judged(view: View, governing: Governing, cases: pl.DataFrame) -> pl.DataFrame:
    """Apply a rulebook to listings, each with what the rulebook wants to know beside it.

    Parameters
    ----------
    view : View
        Its day is ``asked_on``.
    governing : Governing
        Rules in force.
    cases : DataFrame
        Columns of ``listings`` and further declared ones.

    Returns
    -------
    DataFrame
        The cases for which a rule fired, in order, with ``rule``: the id of the first one. What a rule cannot tell
        (a listing without its day) raises nothing.
    """
    if cases.is_empty() or not governing.rules:
        return cases.head(0).with_columns(rule=pl.lit(None, pl.String))
    fired = evaluate_table(governing, cases.with_columns(asked_on=pl.lit(view.as_of)))
    first = pl.coalesce(pl.when(pl.col(r.id)).then(pl.lit(r.id)) for r in governing.rules)
    return cases.with_columns(fired.select(rule=first).to_series()).filter(pl.col("rule").is_not_null())
