"""Catalogue queries about the past: what they return of nodes is replaced by what the nodes said then.

A node carries the properties of today; a query that is asked as of an earlier run must not hand them out. Which columns are
properties of which node is read from the statement: ``n.name AS name`` beside ``n.id AS id``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from queries.catalogue import Query
from schema.nodes import key_label_of
from schema.tables import Table

NodesThen = Callable[[str, Sequence[str]], Table]
"""From a key label and ids to nodes as they were known."""

_STATED = re.compile(r"\b(\w+)\.(\w+) AS (\w+)")
_LABEL = re.compile(r"\((\w+):(\w+)")
_KINDS = re.compile(r"IN labels\((\w+)\)[^\]]*\] AS (\w+)")
_FOUND_BY = re.compile(r"\((\w+):\w+ \{(\w+): \$(\w+)\}\)")
_ORDER = re.compile(r"ORDER BY ([\w ,]+?)(?: LIMIT.*)?\s*$")


@dataclass(frozen=True)
class Stated:
    """What the columns of one node are.

    Parameters
    ----------
    id_column, label : str
        The column of its id, and its key label where the id itself does not tell.
    properties : mapping of str to str
        By column, the property.
    found_by : mapping of str to str
        By column, the parameter that the node was looked up with.
    """

    id_column: str
    label: str
    properties: Mapping[str, str]
    found_by: Mapping[str, str]


def tells(query: Query) -> bool:
    """Whether a query hands out what nodes say; what it finds in quarantine has no past: a row is open or it is not."""
    return query.header.access != "admin" and bool(stated(query.statement))


def as_then(statement: str, params: Mapping[str, Any], table: Table, nodes_then: NodesThen) -> Table:
    """Return an answer with the properties that its nodes had then, in its own order; what was not found then is left out.

    What would have been found then and is not today is not in it: a code that a node has lost since.
    """
    told = [one for one in stated(statement) if one.id_column in table.columns]
    rows = [*table.rows()]
    for one in told:
        then = _then(one, rows, nodes_then)
        for row in rows:
            said = then.get(row[one.id_column], {})
            row.update(
                {column: _value(said.get(name), row[column]) for column, name in one.properties.items()}
            )
        rows = [
            row for row in rows if all(row[column] == params[name] for column, name in one.found_by.items())
        ]
    columns = {column for one in told for column in one.properties}
    _sort(rows, [key for key in _order(statement) if key.partition(" ")[0] in table.columns], columns)
    return Table.of_rows(table.columns, [tuple(row[name] for name in table.columns) for row in rows])


@cache
def stated(statement: str) -> tuple[Stated, ...]:
    """Read from a statement which of its columns are properties of nodes; a relationship's need no past of their own."""
    ids = {variable: column for variable, name, column in _STATED.findall(statement) if name == "id"}
    labels = dict(reversed(_LABEL.findall(statement)))
    properties: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for variable, name, column in _STATED.findall(statement):
        if variable in ids and name != "id":
            properties[variable][column] = name
    for variable, column in _KINDS.findall(statement):
        properties[variable][column] = "kinds"
    looked_up = {(variable, name): param for variable, name, param in _FOUND_BY.findall(statement)}
    told = []
    for variable, columns in properties.items():
        asked = {column: looked_up.get((variable, name)) for column, name in columns.items()}
        found_by = {column: param for column, param in asked.items() if param is not None}
        told.append(Stated(ids[variable], labels.get(variable, ""), columns, found_by))
    return tuple(told)


def _value(then: Any, now: Any) -> Any:
    """Return a value as it was; a list of kinds that is the same in another order stays as it is."""
    return now if isinstance(now, list) and isinstance(then, list) and sorted(now) == sorted(then) else then


def _then(one: Stated, rows: Sequence[Mapping[str, Any]], nodes_then: NodesThen) -> dict[str, dict[str, Any]]:
    by_label: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if node_id := row[one.id_column]:
            by_label[key_label_of(node_id) or one.label].add(node_id)
    tables = (nodes_then(label, sorted(ids)) for label, ids in by_label.items())
    return {row["id"]: row for table in tables for row in table.rows()}


def _order(statement: str) -> list[str]:
    found = _ORDER.search(statement)
    return [key.strip() for key in found[1].split(",")] if found else []


def _sort(rows: list[dict[str, Any]], order: Sequence[str], changed: set[str]) -> None:
    """Sort as Cypher does (unknown values last, first when descending), if the order rests on what was changed."""
    if not any(key.partition(" ")[0] in changed for key in order):
        return
    for key in reversed(order):
        column, _, direction = key.partition(" ")
        rows.sort(key=partial(_rank, column), reverse=direction == "DESC")


def _rank(column: str, row: Mapping[str, Any]) -> tuple[bool, Any]:
    value = row[column]
    return (True, 0) if value is None else (False, value)
