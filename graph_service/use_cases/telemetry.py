"""What the sensors of a pond say 鱼塘物联网, and how far its owner's collateral can be relied on (S1-42)."""

from __future__ import annotations

import datetime as dt

from algorithms.telemetry import Reading, TelemetrySummary, summarise
from graph_service.asking import Asking
from schema.errors import InputError, NotFound
from schema.periods import SHANGHAI

LONGEST_SILENCE = 24 * 366


def pond_telemetry(asking: Asking, asset_id: str, silent_hours: int) -> TelemetrySummary:
    """Return what the readings of an asset come to at the end of the day that is asked about, or now.

    Raises
    ------
    InputError
        The longest silence is no number of hours between 1 and a year.
    NotFound
        No such asset, for this caller.
    """
    if not 1 <= silent_hours <= LONGEST_SILENCE:
        raise InputError(f"silentHours is 1 to {LONGEST_SILENCE}.")
    p, view = asking.projection, asking.view
    if not view.sees(asset_id, "HouseholdAsset"):
        raise NotFound("There is no such asset, for this caller.")
    asset = p.position(asset_id, "HouseholdAsset")
    households = p.edges["HAS_ASSET"].start[view.facts_to("HAS_ASSET", asset)]
    asking.about(*(p.ids[h] for h in households))
    readings = p.edges["MEASURES"].start[view.facts_to("MEASURES", asset)]
    frame = p.frames["Telemetry"][(readings - p.spans["Telemetry"][0]).tolist()]
    rows = frame.select("metric", "reading", "read_at", "suspect").iter_rows()
    taken = [Reading(m, v, at.astimezone(dt.UTC), bool(s)) for m, v, at, s in rows if at and v is not None]
    return summarise(taken, _instant(asking), silent_hours)


def _instant(asking: Asking) -> dt.datetime:
    """The end of the day that is asked about, but not what lies ahead."""
    end = dt.datetime.combine(asking.as_of + dt.timedelta(days=1), dt.time(), SHANGHAI)
    return min(end.astimezone(dt.UTC), asking.question.known_at or dt.datetime.now(dt.UTC))
