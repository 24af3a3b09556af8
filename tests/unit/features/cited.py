"""A projection of some facts alone, to compute an answer again from what it cited."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from algorithms.evidence import Fact
from algorithms.projection import Edges, Projection
from algorithms.projection.memo import Memo
from schema.provenance import parse_fact_id

_ARRAYS = ("start", "end", "key", "run", "line", "since", "until", "audience", "bank")


def only(projection: Projection, facts: Iterable[Fact]) -> Projection:
    """Every node, and of the facts only those that are cited."""
    wanted = {(fact.relationship, *parse_fact_id(fact.id)) for fact in facts}
    edges = {name: _kept(e, wanted) for name, e in projection.edges.items()}
    return dataclasses.replace(projection, edges=edges, kept=Memo())


def _kept(e: Edges, wanted: set[tuple[str, int, int]]) -> Edges:
    pairs = zip(e.key.tolist(), e.run.tolist(), strict=True)
    kept = np.flatnonzero([(e.relationship, *pair) in wanted for pair in pairs])
    arrays = {name: getattr(e, name)[kept] for name in _ARRAYS}
    properties = e.properties[kept] if e.properties.width else e.properties
    return Edges(e.relationship, **arrays, properties=properties)
