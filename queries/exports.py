"""Facts and nodes handed out as columns, as they were known at a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queries.engine import Engine
from queries.node_rows import read_records
from queries.records import NodeRow, cache, rows_of_records
from queries.runs import origins
from queries.statements import (
    ALL_NODES,
    TOUCHED,
    changed_nodes,
    export_facts,
    export_gone_facts,
    export_new_facts,
    export_nodes,
)
from schema.edges import EDGES
from schema.errors import InputError
from schema.tables import Table

EVERY = frozenset(EDGES)
"""No relationship is known to be untouched."""

_SLICE = 5000


def facts(engine: Engine, relationship: str, known_run: int) -> Table:
    """Return the facts of a relationship known at a run."""
    if relationship not in EDGES:
        raise InputError(f"schema/edges.py declares no relationship {relationship}.")
    return engine.export(export_facts(relationship, known_run))


def changed_facts(
    engine: Engine, relationship: str, since: int, known_run: int, touched: frozenset[str] = EVERY
) -> Table:
    """Return the facts that came (``known``) or went between two runs, if its relationship is touched at all."""
    if relationship not in EDGES:
        raise InputError(f"schema/edges.py declares no relationship {relationship}.")
    if relationship not in touched:
        names = [name for name, _ in export_facts(relationship, known_run).columns]
        return Table((*names, "known"), tuple([] for _ in (*names, "known")))
    new = engine.export(export_new_facts(relationship, since, known_run))
    gone = engine.export(export_gone_facts(relationship, since, known_run))
    data = (
        *([*a, *b] for a, b in zip(new.data, gone.data, strict=True)),
        [True] * len(new) + [False] * len(gone),
    )
    return Table((*new.columns, "known"), data)


def touched(engine: Engine, since: int, known_run: int) -> frozenset[str]:
    """Return the relationships of which any fact came or went between two runs.

    Where an index finds them, that is not asked beforehand; else one scan of all facts saves one for each relationship.
    """
    if engine.finds_keys:
        return EVERY
    return frozenset(engine.read(TOUCHED, {"since": since, "known_run": known_run})["name"])


def changed_ids(engine: Engine, label: str, since: int, known_run: int) -> list[str]:
    """Return the ids of the nodes that are new between two runs, or of which a run in between says something."""
    if label not in ALL_NODES:
        raise InputError(f"schema/nodes.py declares no key label {label}.")
    params = {"since": since, "known_run": known_run}
    found = [engine.read(statement, params)["id"] for statement in changed_nodes(label)]
    return sorted({node_id for ids in found for node_id in ids})


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
