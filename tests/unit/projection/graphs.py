"""A graph as it grows: versions of nodes and facts by run, handed out as a store would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from algorithms.projection import Projection, advance, ordered, project, tables_of
from schema.edges import EDGES
from schema.nodes import NODES
from schema.tables import Table

_META = (
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
LABELS = {"E": "LegalEntity", "P": "Person", "H": "Household", "G": "Guarantee"}


def label_of(node_id: str) -> str:
    """The key label of these tests' ids."""
    return LABELS[node_id[0]]


@dataclass
class Growing:
    """Nodes and facts with the runs that wrote and closed them; nothing is forgotten."""

    run: int = 0
    nodes: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)

    def say(self, node_id: str, audience: str = "PUBLIC", **values: Any) -> None:
        """State a node's row in the present run."""
        row = {"id": node_id, "kinds": values.pop("kinds", []), "audience": audience, "line": 2, **values}
        self.nodes.setdefault(node_id, []).append((self.run, row))

    def state(self, relationship: str, key: int, start: str = "", end: str = "", **values: Any) -> None:
        """State a series anew in the present run; without ends, only close it."""
        for fact in self.facts:
            if fact["relationship"] == relationship and fact["key"] == key and fact["closed"] is None:
                fact["closed"] = self.run
        if start:
            meta = {
                "start_label": label_of(start),
                "end_label": label_of(end),
                "line": 2,
                "audience": "PUBLIC",
            }
            self.facts.append(
                {"relationship": relationship, "key": key, "run": self.run, "closed": None, "start": start}
                | {"end": end, **meta, **values}
            )

    def fresh(self, run: int) -> Projection:
        """Build the projection of a run from everything."""
        nodes = {label: ordered(self._nodes(label, -1, run), "id") for label in LABELS.values()}
        facts = {name: ordered(self._facts(name, run), "key") for name in EDGES}
        return project(run, nodes, facts)

    def grown(self, earlier: Projection, run: int) -> Projection:
        """Build it from an earlier one and what changed."""
        since = earlier.known_run
        nodes = {label: self._nodes(label, since, run) for label in LABELS.values()}
        return advance(earlier, run, nodes, {name: self._changed(name, since, run) for name in EDGES})

    def _nodes(self, label: str, since: int, run: int) -> Table:
        columns = ("id", "kinds", "audience", "bank", "run", "line", *NODES[label].field_names)
        rows = [
            [row for at, row in versions if at <= run][-1] | {"run": versions[0][0]}
            for node_id, versions in self.nodes.items()
            if label_of(node_id) == label and any(since < at <= run for at, _ in versions)
        ]
        return Table.of_rows(columns, [tuple(row.get(c) for c in columns) for row in rows])

    def _facts(self, name: str, run: int) -> Table:
        known = [f for f in self.facts if f["relationship"] == name and _known(f, run)]
        columns = (*_META, *EDGES[name].field_names)
        return Table.of_rows(columns, [tuple(f.get(c) for c in columns) for f in known])

    def _changed(self, name: str, since: int, run: int) -> Table:
        columns = (*_META, *EDGES[name].field_names, "known")
        rows = [
            {**f, "known": _known(f, run)}
            for f in self.facts
            if f["relationship"] == name and _known(f, since) != _known(f, run)
        ]
        return Table.of_rows(columns, [tuple(f.get(c) for c in columns) for f in rows])


def _known(fact: dict[str, Any], run: int) -> bool:
    return fact["run"] <= run and (fact["closed"] is None or fact["closed"] > run)


def assert_equal(one: Projection, other: Projection) -> None:
    """Two projections hold the same, value by value and place by place."""
    assert one.known_run == other.known_run
    assert one.spans == other.spans
    assert list(one.ids) == list(other.ids)
    for name, table in tables_of(one).items():
        same: pl.DataFrame = tables_of(other)[name]
        assert table.equals(same), name
    for label, index in one.index.items():
        assert dict(index) == dict(other.index[label])
    assert np.array_equal(one.audience, other.audience)
