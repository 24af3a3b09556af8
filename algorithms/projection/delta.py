"""A later projection from an earlier one and what changed in between, equal to one that is built anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.projection.arrays import Edges
from algorithms.projection.build import edges_of, node_frame, ordered, placed, taken
from algorithms.projection.columns import audience_bits, banks, series
from algorithms.projection.graph import Projection
from algorithms.projection.ids import Ids, LabelIndex
from algorithms.projection.splice import N, Splice
from schema.access import Audience
from schema.tables import Table

_ARRAYS = ("start", "end", "key", "run", "line", "since", "until", "audience", "bank")


class CannotAdvance(ValueError):
    """A projection cannot be brought up to date; ``str`` says why."""


@dataclass(frozen=True, eq=False)
class _Shift:
    """Where earlier positions stand now; ``first``: the first that moved."""

    first: int
    place: NDArray[np.int32]

    def of(self, positions: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return where positions (-1: none) stand now."""
        if not len(positions) or positions.max() < self.first:
            return positions
        return np.where(positions < 0, np.int32(-1), self.place[positions])


def advance(
    projection: Projection, known_run: int, nodes: Mapping[str, Table], facts: Mapping[str, Table]
) -> Projection:
    """Return the projection of a later run.

    Parameters
    ----------
    projection : Projection
        An earlier one, built from tables in order of ``id`` and ``key`` (``ordered``).
    known_run : int
        The later run.
    nodes : mapping
        Key label → nodes that changed, as ``GraphStore.changed_nodes`` returns them.
    facts : mapping
        Relationship → facts that came or went, as ``GraphStore.changed_facts`` returns them.

    Returns
    -------
    Projection
        What is untouched is shared with the earlier one.

    Raises
    ------
    CannotAdvance
        The earlier projection does not hold what the later one needs; build it anew.

    Notes
    -----
    O(c log E) to find c changes; then O(V) when nodes are new, and one copy of each relationship that changed or whose
    ends moved because a node was put in before them.
    """
    rows = {label: ordered(table, "id") for label, table in nodes.items() if len(table)}
    if "LegalEntity" in rows and _waits_for_a_bank(projection):
        raise CannotAdvance("a private fact belongs to a bank that had not been loaded")
    merges = {label: _Merge.of(projection.index[label], rows[label]) for label in rows}
    columns = _merged_index(projection, merges, rows)
    spans, index = placed(columns)
    shift = _shift(projection, merges)
    grown = Projection(
        known_run,
        Ids(pl.concat(columns.values(), rechunk=True))
        if any(len(m.new) for m in merges.values())
        else projection.ids,
        spans,
        _merged(
            projection,
            merges,
            projection.audience,
            {k: audience_bits(t["audience"]) for k, t in rows.items()},
        ),
        _merged(
            projection,
            merges,
            shift.of(projection.bank),
            {k: banks(t["bank"], index["LegalEntity"]) for k, t in rows.items()},
        ),
        {
            **projection.frames,
            **{k: m.splice.frame(projection.frames[k], node_frame(k, rows[k])) for k, m in merges.items()},
        },
        {name: _moved(e, shift) for name, e in projection.edges.items()},
        index,
    )
    changed = {name: _changed(grown.edges[name], t, index) for name, t in facts.items() if len(t)}
    return replace(grown, edges={**grown.edges, **changed})


def _waits_for_a_bank(p: Projection) -> bool:
    """Whether something is private to a bank that is not among the nodes: its id is not kept, so it could not be found."""
    private = Audience.BANK_PRIVATE.bit
    held = [(p.audience, p.bank), *((e.audience, e.bank) for e in p.edges.values())]
    return any(bool(((audience == private) & (bank < 0)).any()) for audience, bank in held)


@dataclass(frozen=True, eq=False)
class _Merge:
    """How a label's changed rows come into its table; ``new``: before which rows new nodes stand."""

    splice: Splice
    new: NDArray[np.int64]

    @classmethod
    def of(cls, index: Mapping[str, int], rows: Table) -> _Merge:
        assert isinstance(index, LabelIndex)
        wanted = series(rows["id"], pl.String)
        place = index.places(wanted).astype(np.int64) - index.first
        known = place >= 0
        before = place.copy()
        if not known.all():
            new = wanted.filter(pl.Series(~known))
            before[~known] = index.column.search_sorted(new).to_numpy().astype(np.int64)
        return cls(Splice(len(index), place[known], before), before[~known])


def _merged_index(
    p: Projection, merges: Mapping[str, _Merge], rows: Mapping[str, Table]
) -> dict[str, pl.Series]:
    columns = {}
    for label, index in p.index.items():
        assert isinstance(index, LabelIndex)
        columns[label] = index.column
        if label in merges and len(merges[label].new):
            columns[label] = merges[label].splice.series(index.column, series(rows[label]["id"], pl.String))
    return columns


def _merged(
    p: Projection, merges: Mapping[str, _Merge], old: NDArray[N], new: Mapping[str, NDArray[N]]
) -> NDArray[N]:
    if not merges:
        return old
    parts = {label: old[slice(*span)] for label, span in p.spans.items()}
    parts |= {label: merge.splice.array(parts[label], new[label]) for label, merge in merges.items()}
    return np.concatenate([*parts.values()])


def _shift(p: Projection, merges: Mapping[str, _Merge]) -> _Shift:
    """Every new node moves those behind it."""
    new = [p.spans[label][0] + merge.new for label, merge in merges.items()]
    inserted = np.sort(np.concatenate(new)) if new else np.empty(0, dtype=np.int64)
    if not len(inserted):
        return _Shift(len(p), np.empty(0, dtype=np.int32))
    moved = np.zeros(len(p) + 1, dtype=np.int32)
    np.add.at(moved, inserted, 1)
    return _Shift(int(inserted[0]), np.arange(len(p), dtype=np.int32) + np.cumsum(moved, dtype=np.int32)[:-1])


def _moved(e: Edges, shift: _Shift) -> Edges:
    start, end, bank = shift.of(e.start), shift.of(e.end), shift.of(e.bank)
    if start is e.start and end is e.end and bank is e.bank:
        return e
    return replace(e, start=start, end=end, bank=bank)


def _changed(e: Edges, table: Table, index: Mapping[str, LabelIndex]) -> Edges:
    """Take away every series that the table speaks of, and put in those that it says are known."""
    said = np.asarray(table["key"], dtype=np.int64)
    place = np.minimum(np.searchsorted(e.key, said), max(len(e.key) - 1, 0))
    gone = place[e.key[place] == said] if len(e.key) else place[:0]
    known = np.flatnonzero(np.asarray(table["known"], dtype=np.bool_))
    known = known[np.argsort(said[known], kind="stable")]
    new = edges_of(e.relationship, _rows(table, known.tolist()), index)
    splice = Splice(len(e.key), np.unique(gone), np.searchsorted(e.key, new.key))
    arrays = {a: splice.array(getattr(e, a), getattr(new, a)) for a in _ARRAYS}
    return Edges(e.relationship, **arrays, properties=splice.frame(e.properties, new.properties))


def _rows(table: Table, places: list[int]) -> Table:
    return Table(table.columns, tuple(taken(values, places) for values in table.data))
