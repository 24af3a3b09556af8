"""Totals as they were printed, each with the word that rounds it, and what a count says of it (traps T10, T24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from algorithms.stated_totals import Agreement, Qualifier, agreement
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError

LABEL: Final = "StatedTotal"


@dataclass(frozen=True)
class StatedTotalAnswer:
    """One total; ``comparison`` with a count of the same unit, None where none was given or nothing is stated."""

    total: NodeAnswer
    comparison: Agreement | None


def stated_totals(
    asking: Asking, measure: str | None = None, counted: int | None = None
) -> tuple[StatedTotalAnswer, ...]:
    """Return the totals that were stated by the day, of one measure or all: by measure, the newest first.

    Parameters
    ----------
    asking : Asking
    measure : str, optional
    counted : int, optional
        What the caller counted of that measure, in its unit: how many, or fen.

    Raises
    ------
    InputError
        A count without its measure.
    """
    if counted is not None and measure is None:
        raise InputError("A count is compared with totals of one measure: give `measure` too.")
    first, last = asking.projection.spans[LABEL]
    seen = first + np.flatnonzero(asking.view.visible[first:last])
    found = [describe(asking, position) for position in seen.tolist()]
    wanted = [each for each in found if _is_wanted(each.properties, measure, asking.as_of)]
    wanted.sort(key=lambda each: (each.properties["stated_on"], each.id), reverse=True)
    wanted.sort(key=lambda each: str(each.properties["measure"]))
    return tuple(StatedTotalAnswer(each, _compare(each.properties, counted)) for each in wanted)


def _is_wanted(said: Mapping[str, Any], measure: str | None, day: dt.date) -> bool:
    return measure in (None, said["measure"]) and bool(said["stated_on"] <= day)


def _compare(said: Mapping[str, Any], counted: int | None) -> Agreement | None:
    stated = said.get("number", said.get("amount_fen"))
    if stated is None or counted is None:
        return None
    return agreement(int(stated), Qualifier(said["qualifier"]), counted)
