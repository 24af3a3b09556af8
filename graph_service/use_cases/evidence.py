"""Where does this number come from: from a fact id to the row of the file that said so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithms.walks.links import Place
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
            return source_rows(asking, [(relationship, int(hits[0]))])[0]
    raise NotFound("There is no such fact, for this caller on that day.")


def source_rows(asking: Asking, places: Iterable[Place]) -> tuple[SourceRow, ...]:
    """Return the source rows of facts that the caller was already found to see, in order. A question to the store a run."""
    given = list(places)
    runs = {int(asking.projection.edges[name].run[place]) for name, place in given}
    headers = {run: next(asking.rooms.store.query("run_by_number", {"number": run}).rows()) for run in runs}
    return tuple(_source(asking, *place, headers) for place in given)


def _source(
    asking: Asking, relationship: str, place: int, headers: Mapping[int, Mapping[str, Any]]
) -> SourceRow:
    fact = asking.projection.fact(relationship, place)
    edges = asking.projection.edges[relationship]
    asking.about(fact.start, fact.end)
    run = headers[fact.run]
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
