"""A projection as plain tables and back: what a cache on disk holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from algorithms.projection.arrays import Edges
from algorithms.projection.build import placed
from algorithms.projection.graph import Projection
from algorithms.projection.ids import Ids
from schema.edges import EDGES
from schema.nodes import NODES

_ARRAYS = ("start", "end", "key", "run", "line", "since", "until", "audience", "bank")
_OWN = "_"
"""Begins the names of columns that are not declared properties."""


def tables_of(p: Projection) -> dict[str, pl.DataFrame]:
    """Return one table a key label and one a relationship, under their names."""
    return {label: _nodes(p, label) for label in NODES} | {name: _facts(p.edges[name]) for name in EDGES}


def _nodes(p: Projection, label: str) -> pl.DataFrame:
    span = slice(*p.spans[label])
    assert isinstance(p.ids, Ids)
    own = {"_id": p.ids.column[span], "_audience": p.audience[span], "_bank": p.bank[span]}
    return pl.DataFrame(own).hstack(p.frames[label])


def _facts(e: Edges) -> pl.DataFrame:
    return pl.DataFrame({_OWN + name: getattr(e, name) for name in _ARRAYS}).hstack(
        e.properties.get_columns()
    )


def projection_of(known_run: int, tables: Mapping[str, pl.DataFrame]) -> Projection:
    """Return the projection that tables hold. Arrays are those of the tables, so mapped files stay mapped."""
    spans, index = placed({label: tables[label]["_id"] for label in NODES})
    return Projection(
        known_run,
        Ids(pl.concat([tables[label]["_id"] for label in NODES], rechunk=True)),
        spans,
        np.concatenate([tables[label]["_audience"].to_numpy() for label in NODES]),
        np.concatenate([tables[label]["_bank"].to_numpy() for label in NODES]),
        {label: _declared(tables[label]) for label in NODES},
        {name: _edges(name, tables[name]) for name in EDGES},
        index,
    )


def _declared(table: pl.DataFrame) -> pl.DataFrame:
    return table.select(c for c in table.columns if not c.startswith(_OWN))


def _edges(name: str, table: pl.DataFrame) -> Edges:
    arrays = {a: table[_OWN + a].to_numpy() for a in _ARRAYS}
    return Edges(name, **arrays, properties=_declared(table))
