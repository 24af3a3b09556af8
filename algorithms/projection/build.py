"""From a store's columns to a projection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl

from algorithms.projection.arrays import SINCE_EVER, STILL, Edges
from algorithms.projection.columns import (
    Column,
    audience_bits,
    banks,
    day_numbers,
    ends,
    numbers,
    properties,
    series,
)
from algorithms.projection.graph import Projection
from algorithms.projection.ids import Ids, LabelIndex
from schema.edges import EDGES
from schema.nodes import NODES
from schema.tables import Table

_NODE_META = ("id", "kinds", "audience", "bank", "run", "line")
_EDGE_META = (
    "start",
    "end",
    "start_label",
    "end_label",
    "key",
    "run",
    "line",
    "valid_from",
    "valid_to",
    "audience",
    "bank",
)
KINDS = pl.List(pl.String)


def project(known_run: int, nodes: Mapping[str, Table], facts: Mapping[str, Table]) -> Projection:
    """Build a projection from a store's columns, nodes and facts in the order given.

    Parameters
    ----------
    known_run : int
        Graph version.
    nodes : mapping
        Key label → Table as ``GraphStore.nodes`` returns it.
    facts : mapping
        Relationship → Table as ``GraphStore.facts`` returns it. ``start`` and ``end`` may be arrays of whole numbers:
        rows of the nodes' own tables.

    Raises
    ------
    InputError
        A fact ends at a node that was not given.

    Notes
    -----
    O(V + E): one hash join for each side of a relationship, none when its ends come as numbers.
    """
    tables = {label: nodes.get(label, _empty((*_NODE_META, *NODES[label].field_names))) for label in NODES}
    columns = {label: series(table["id"], pl.String) for label, table in tables.items()}
    spans, index = placed(columns)
    entities = index["LegalEntity"]
    return Projection(
        known_run,
        Ids(pl.concat(columns.values(), rechunk=True)),
        spans,
        np.concatenate([audience_bits(table["audience"]) for table in tables.values()]),
        np.concatenate([banks(table["bank"], entities) for table in tables.values()]),
        {label: node_frame(label, table) for label, table in tables.items()},
        {name: edges_of(name, facts.get(name, no_facts(name)), index) for name in EDGES},
        index,
    )


def placed(columns: Mapping[str, pl.Series]) -> tuple[dict[str, tuple[int, int]], dict[str, LabelIndex]]:
    """Return where each label's ids stand, one label after the other, and how to find them."""
    spans, index, first = {}, {}, 0
    for label, column in columns.items():
        spans[label] = (first, first + column.len())
        index[label] = LabelIndex(column, first)
        first += column.len()
    return spans, index


def node_frame(label: str, table: Table) -> pl.DataFrame:
    """Return the kinds and declared properties of a label's nodes."""
    return _node_frame(label, table) if len(table) else _empty_frame(label)


@cache
def _empty_frame(label: str) -> pl.DataFrame:
    return _node_frame(label, _empty((*_NODE_META, *NODES[label].field_names)))


def _node_frame(label: str, table: Table) -> pl.DataFrame:
    return pl.DataFrame(
        {"kinds": series(table["kinds"], KINDS, "kinds")} | properties(table, NODES[label].fields)
    )


def edges_of(name: str, table: Table, index: Mapping[str, LabelIndex]) -> Edges:
    """Return the facts of a relationship as arrays."""
    return _edges(name, table, index) if len(table) else _empty_edges(name)


@cache
def _empty_edges(name: str) -> Edges:
    nobody = LabelIndex(pl.Series([], dtype=pl.String), 0)
    return _edges(name, no_facts(name), dict.fromkeys(NODES, nobody))


def _edges(name: str, table: Table, index: Mapping[str, LabelIndex]) -> Edges:
    edge = EDGES[name]
    return Edges(
        name,
        ends(table, "start", edge.starts, index, name),
        ends(table, "end", edge.ends, index, name),
        numbers(table["key"], np.int64),
        numbers(table["run"], np.int64),
        numbers(table["line"], np.int32),
        day_numbers(table["valid_from"], SINCE_EVER),
        day_numbers(table["valid_to"], STILL),
        audience_bits(table["audience"]),
        banks(table["bank"], index["LegalEntity"]),
        pl.DataFrame(properties(table, edge.fields)),
    )


def no_facts(name: str) -> Table:
    """Return the table of a relationship that has no facts."""
    return _empty((*_EDGE_META, *EDGES[name].field_names))


def _empty(columns: tuple[str, ...]) -> Table:
    return Table(columns, tuple([] for _ in columns))


def ordered(table: Table, column: str) -> Table:
    """Return a table in order of one of its columns (text or whole numbers), each value once: the order of ``advance``.

    O(n) when it is in order already, else O(n log n).
    """
    given = table[column]
    order = pl.Series(given, strict=True) if len(table) else pl.Series([], dtype=pl.Int64)
    if order.is_sorted():
        return table
    place = order.arg_sort().to_list()
    return Table(table.columns, tuple(taken(values, place) for values in table.data), table.truncated)


def taken(values: Column, place: list[int]) -> Column:
    """Return some values of a column, in the order asked."""
    if isinstance(values, (np.ndarray, pl.Series)):
        return values[place]
    return list(map(values.__getitem__, place))
