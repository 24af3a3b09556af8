"""Where does this number come from: from a fact id to the row of the file that said so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from graph_service.asking import Asking
from schema.edges import EDGES
from schema.errors import NotFound
from schema.provenance import parse_fact_id


@dataclass(frozen=True)
class SourceRow:
    """The row behind a fact: file (by name and content hash) and line, with the run that loaded it."""

    fact_id: str
    relationship: str
    start: str
    end: str
    run: int
    source: str
    dataset: str
    file: str
    sha256: str
    line: int
    as_of: dt.date
    recorded_at: dt.datetime
    published_at: dt.datetime
    valid_from: dt.date | None
    valid_to: dt.date | None


def find_source(asking: Asking, fact_id: str) -> SourceRow:
    """Return the source row of a fact that the caller may see on the day.

    Raises
    ------
    InputError
        The id has another form.
    NotFound
        No such fact, for this caller on that day.
    """
    key, run = parse_fact_id(fact_id)
    for relationship in EDGES:
        edges, places = asking.projection.edges[relationship], asking.view.positions(relationship)
        hits = places[(edges.key[places] == key) & (edges.run[places] == run)]
        if len(hits):
            return _source(asking, relationship, int(hits[0]))
    raise NotFound("There is no such fact, for this caller on that day.")


def _source(asking: Asking, relationship: str, place: int) -> SourceRow:
    fact = asking.projection.fact(relationship, place)
    edges = asking.projection.edges[relationship]
    asking.about(fact.start, fact.end)
    run = next(asking.rooms.store.query("run_by_number", {"number": fact.run}).rows())
    return SourceRow(
        fact.id,
        relationship,
        fact.start,
        fact.end,
        fact.run,
        run["source"],
        run["dataset"],
        run["file"],
        run["sha256"],
        fact.line,
        run["as_of"],
        run["recorded_at"],
        run["published_at"],
        _day(edges.since[place]),
        _day(edges.until[place]),
    )


def _day(day: np.int32) -> dt.date | None:
    bounds = np.iinfo(np.int32)
    return None if day in (bounds.min, bounds.max) else dt.date(1970, 1, 1) + dt.timedelta(days=int(day))
