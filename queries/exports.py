"""Facts and nodes handed out as columns, as they were known at a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queries.engine import Engine
from queries.node_rows import read_records
from queries.records import NodeRow, cache, rows_of_records
from queries.runs import origins
from queries.statements import ALL_NODES, export_facts, export_nodes
from schema.edges import EDGES
from schema.errors import InputError
from schema.tables import Table

_SLICE = 5000


def facts(engine: Engine, relationship: str, known_run: int) -> Table:
    """Return the facts of a relationship known at a run."""
    if relationship not in EDGES:
        raise InputError(f"schema/edges.py declares no relationship {relationship}.")
    return engine.export(export_facts(relationship, known_run))


def nodes(
    engine: Engine, label: str, known_run: int, ids: Sequence[str] | None, published: int
) -> tuple[Table, bool]:
    """Return nodes known at a run, and whether what Records say was laid over their properties.

    ``published`` is the number of the last published run *before* the call: the properties that a node carries are
    those of that run.
    """
    if label not in ALL_NODES:
        raise InputError(f"schema/nodes.py declares no key label {label}.")
    chosen = None if ids is None else list(ids)
    table = engine.export(export_nodes(label, known_run, chosen))
    columns = dict(zip(table.columns, map(list, table.data), strict=True))
    columns["kinds"] = _kinds(label, columns["kinds"])
    versioned = columns.pop("versioned")
    past = known_run < published
    if past:
        _overlay(engine, label, known_run, columns, [i for i, flag in enumerate(versioned) if flag])
    return Table(tuple(columns), tuple(columns.values())), past


def _kinds(label: str, column: Sequence[Sequence[str]]) -> list[list[str]]:
    """Take the key label away from each list of labels; equal lists are worked out once."""
    seen: dict[tuple[str, ...], list[str]] = {}
    result = []
    for labels in column:
        key = tuple(labels)
        if key not in seen:
            seen[key] = sorted({*labels} - {label})
        result.append(seen[key])
    return result


def _overlay(
    engine: Engine, label: str, known_run: int, columns: dict[str, list[Any]], rows: list[int]
) -> None:
    """Replace the properties of versioned nodes by what their Records said at that run."""
    known = origins(engine) if rows else {}
    for start in range(0, len(rows), _SLICE):
        place = {columns["id"][i]: i for i in rows[start : start + _SLICE]}
        said: dict[str, list[NodeRow]] = {}
        for _, row in rows_of_records(label, read_records(engine, label, list(place), known_run), known):
            said.setdefault(row.node_id, []).append(row)
        for node_id, versions in said.items():
            _put(columns, place[node_id], cache(label, versions))


def _put(columns: dict[str, list[Any]], index: int, row: NodeRow) -> None:
    columns["kinds"][index] = list(row.kinds)
    columns["audience"][index] = row.audience
    columns["bank"][index] = row.bank
    for name in columns.keys() - {"id", "kinds", "audience", "bank", "run", "line"}:
        columns[name][index] = row.fields.get(name)
