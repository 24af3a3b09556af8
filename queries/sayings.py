"""Who says what of a node: every property with every row that states it, the one that counts first."""

from __future__ import annotations

from typing import Any

from queries.engine import Engine
from queries.node_rows import find_present
from queries.records import NodeRow, by_standing, counting
from queries.runs import origins
from queries.statements import ALL_NODES
from schema.errors import InputError
from schema.tables import Table

COLUMNS = (
    "property",
    "value",
    "source",
    "dataset",
    "run",
    "line",
    "as_of",
    "audience",
    "bank",
    "chosen",
)


def sayings(engine: Engine, label: str, node_id: str, known_run: int) -> Table:
    """Return what the rows known at a run state of a node; no rows for a node that is not there.

    Property by property in the order of its declaration, ``chosen`` first: the row whose value the node shows. Rows of a
    narrower class than the node's count for nothing and come last.
    """
    if label not in ALL_NODES:
        raise InputError(f"schema/nodes.py declares no key label {label}.")
    known = origins(engine)
    there = find_present(engine, label, [node_id], known.__getitem__, known_run).get(node_id)
    rows = [row for _, row in there.open_rows.values() if row.run <= known_run] if there else []
    if not rows:
        return Table.of_rows(COLUMNS, [])
    first = counting(rows)
    others = [row for row in rows if row not in first]
    stated: list[tuple[Any, ...]] = []
    for name in ALL_NODES[label].field_names:
        ranked = by_standing(label, name, first)
        stated += [_saying(name, row, chosen=row is ranked[0]) for row in ranked]
        stated += [_saying(name, row, chosen=False) for row in others if name in row.fields]
    return Table.of_rows(COLUMNS, stated)


def _saying(name: str, row: NodeRow, *, chosen: bool) -> tuple[Any, ...]:
    where = (row.source, row.dataset, row.run, row.line, row.as_of)
    return (name, row.fields[name], *where, row.audience, row.bank, chosen)
