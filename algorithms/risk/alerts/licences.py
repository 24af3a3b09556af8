"""Lapsed work-safety licences 安全生产许可到期 (S3-19): an event while the enterprise is at work, the day after the last day.

Licences of one holder and one scope (``content``) follow each other: as long as one of them holds, none has lapsed. A licence
that begins later than the day that is asked about renews nothing yet, and neither does one that was revoked, withdrawn or
cancelled: that is no lapse, and stands in its ``status``. A licence without a last day is UNKNOWN and raises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from algorithms.projection import View
from algorithms.rules import Finding, Governing, evaluate_rule
from algorithms.walks.links import Nodes, Place, as_nodes, ending_at, record_frame, records_about
from schema.datasets import DATASETS

LABEL: Final = "Permit"
CATEGORY: Final = DATASETS["SAFETY_LICENCE"].constants["category"]
RULE: Final = "safety_licence_lapsed"
_SAID: Final = ("category", "content", "status", "decided_on", "effective_on", "expires_on")


@dataclass(frozen=True)
class Scope:
    """The licences of one holder for one scope.

    Attributes
    ----------
    content : str or None
        What is licensed; None where no licence says so.
    licences : tuple of int
        Positions, the one that holds longest first.
    places : tuple of Place
        The facts that state them, in that order.
    event : Finding or None
        The rule that warns; None while none is in force.
    """

    content: str | None
    licences: tuple[int, ...]
    places: tuple[Place, ...]
    event: Finding | None


def licences(view: View, places: Nodes | None = None) -> pl.DataFrame:
    """Return the licences that count on the view's day, by holder and scope.

    Parameters
    ----------
    view : View
    places : int64 array, optional
        SUBJECT_OF facts to read, each leading to a permit; all that the caller may see by default.

    Returns
    -------
    DataFrame
        ``party``, ``content``, ``record`` (the licence that holds longest), ``records``, ``places`` (all, that one first),
        ``licence_expires_on`` (its last day; null where one states none). O(permits log permits).
    """
    places = ending_at(view, "SUBJECT_OF", LABEL) if places is None else places
    begun = pl.max_horizontal("decided_on", "effective_on").fill_null(view.as_of) <= view.as_of
    valid = (pl.col("status") == "VALID").fill_null(True)
    return (
        record_frame(view, LABEL, places, _SAID)
        .filter(pl.col("category") == CATEGORY, begun, valid)
        .sort("party", "content", "expires_on", "record", descending=[False, False, True, False])
        .group_by("party", "content", maintain_order=True)
        .agg(
            record=pl.col("record").first(),
            records=pl.col("record"),
            places=pl.col("place"),
            licence_expires_on=pl.when(pl.col("expires_on").is_not_null().all()).then(
                pl.col("expires_on").max()
            ),
        )
    )


def scopes(view: View, party: int, governing: Governing) -> tuple[Scope, ...]:
    """Return the licences of a party scope by scope, with what the rulebook ``alerts`` says. O(permits of the party)."""
    found = licences(view, records_about(view, as_nodes([party]), LABEL).place)
    return tuple(_scope(view, row, governing) for row in found.iter_rows(named=True))


def _scope(view: View, row: dict[str, Any], governing: Governing) -> Scope:
    case = {"licence_expires_on": row["licence_expires_on"], "asked_on": view.as_of}
    places = tuple(("SUBJECT_OF", place) for place in row["places"])
    return Scope(row["content"], tuple(row["records"]), places, evaluate_rule(governing, RULE, case))
