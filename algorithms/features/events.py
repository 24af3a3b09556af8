"""The dated records of one source as arrays: who, how long ago, with whom, and the facts that say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.features.columns import DAYS_SINCE, MONTH, SINCE, fields_of
from algorithms.monthly import last_days
from algorithms.projection import SINCE_EVER, View
from algorithms.walks.adjacency import entries
from algorithms.walks.links import Nodes, Place
from schema.edges import EDGES
from schema.fields import FieldType
from schema.nodes import PARTY
from schema.periods import as_days
from schema.risk_feature import Source

UNDATED = np.iinfo(np.int64).max
"""Age of a record without a date: it counts for ever, and in no window."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Events:
    """Records of some parties, sorted by party; all arrays are of equal length.

    Attributes
    ----------
    view, source
        Where they come from.
    party : int64 array
        Node positions.
    age : int64 array
        Days from the record's day to the day asked about; negative for what is still to come, ``UNDATED`` without a day.
    other : int64 array
        The counterparty: a node position, or a number that stands for a text; -1 when unknown.
    place : int64 array
        Where the fact stands that ties party and record.
    led_by : int64 array
        Where the fact stands that leads to the counterparty; -1 when there is none.
    row : int64 array
        Row of the record in its table.
    """

    view: View
    source: Source
    party: Numbers
    age: Numbers
    other: Numbers
    place: Numbers
    led_by: Numbers
    row: Numbers

    def __len__(self) -> int:
        return len(self.party)

    @cached_property
    def _indptr(self) -> Numbers:
        counts = np.bincount(self.party, minlength=len(self.view.projection))
        return np.concatenate(([0], np.cumsum(counts)))

    def take(self, index: Numbers | NDArray[np.bool_]) -> Events:
        """Return some of the records, in the order given."""
        chosen = (
            each[index] for each in (self.party, self.age, self.other, self.place, self.led_by, self.row)
        )
        return Events(self.view, self.source, *chosen)

    def of(self, parties: Nodes) -> Events:
        """Return the records of some parties, sorted and distinct. O(parties + their records)."""
        return self.take(entries(self._indptr, parties)[0])

    @cached_property
    def table(self) -> pl.DataFrame:
        """What the records say, with ``days_since_<date>`` of each date. O(records)."""
        frame = _records(self.view, self.source)[self.row]
        day = self.view.as_of
        dates = [f.name for f in fields_of(self.source) if f.kind is FieldType.DATE]
        return frame.with_columns(
            (pl.lit(day) - pl.col(name)).dt.total_days().alias(f"{DAYS_SINCE}{name}") for name in dates
        )

    def places(self) -> list[Place]:
        """Return the facts that state the records and their counterparties."""
        found = [(self.source.fact, p) for p in self.place.tolist()]
        return found + [(self.source.counterparty, p) for p in self.led_by.tolist() if p >= 0]


def events_of(view: View, source: Source) -> Events:
    """Return the records of a source that a view shows, of all parties. O(V + E log E), once per view."""
    return view.once(("features: events", source), lambda v: _collect(v, source))


def _collect(view: View, source: Source) -> Events:
    edges = view.projection.edges[source.fact]
    place = view.positions(source.fact)
    ends = (edges.start, edges.end) if source.party == "start" else (edges.end, edges.start)
    party, far = (end[place].astype(np.int64) for end in ends)
    kept = party < view.projection.spans[PARTY[-1]][1]
    if source.record:
        first, last = view.projection.spans[source.record]
        kept &= (far >= first) & (far < last)
        kept &= _once(party, far, len(view.projection), kept)
    place, party, far = place[kept], party[kept], far[kept]
    order = np.argsort(party, kind="stable")
    place, party, far = place[order], party[order], far[order]
    row = far - view.projection.spans[source.record][0] if source.record else place
    other, led_by = _counterparties(view, source, far, row)
    return Events(view, source, party, _ages(view, source, place, row), other, place, led_by, row)


def _once(party: Numbers, record: Numbers, size: int, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Two facts may tie a party to one record: it is counted once, by the first."""
    candidates = np.flatnonzero(kept)
    _, first = np.unique(party[candidates] * size + record[candidates], return_index=True)
    chosen = np.zeros(len(party), dtype=np.bool_)
    chosen[candidates[first]] = True
    return chosen


def _records(view: View, source: Source) -> pl.DataFrame:
    if source.record:
        return view.projection.frames[source.record]
    return view.projection.edges[source.fact].properties


def _ages(view: View, source: Source, place: Numbers, row: Numbers) -> Numbers:
    day = as_days(view.as_of)
    if source.day == SINCE:
        since = view.projection.edges[source.fact].since[place].astype(np.int64)
        return np.where(since == SINCE_EVER, UNDATED, day - since)
    records = _records(view, source)
    said = (
        records.select(last_days(pl.col(MONTH))).to_series() if source.day == MONTH else records[source.day]
    )
    days = said.gather(row)
    epoch = days.fill_null(dt.date(1970, 1, 1)).cast(pl.Int32).to_numpy().astype(np.int64)
    return np.where(days.is_null().to_numpy(), UNDATED, day - epoch)


def _counterparties(view: View, source: Source, far: Numbers, row: Numbers) -> tuple[Numbers, Numbers]:
    """The other party of each record: by the first fact that leads to one, or as a column names it."""
    nobody = np.full(len(far), -1, dtype=np.int64)
    if not source.record:
        return far, nobody
    if not source.counterparty:
        return nobody, nobody
    if source.counterparty not in EDGES:
        named = _records(view, source)[source.counterparty].gather(row).cast(pl.String)
        codes = named.rank("dense").fill_null(0).cast(pl.Int64).to_numpy() - 1
        return codes, nobody
    backwards = source.record not in EDGES[source.counterparty].starts
    graph = view.adjacency(source.counterparty, reverse=backwards)
    first = graph.indptr[far]
    led = first < graph.indptr[far + 1]
    other, led_by = nobody.copy(), nobody.copy()
    other[led] = graph.indices[first[led]]
    led_by[led] = graph.positions[first[led]]
    return other, led_by
