"""What a refused row would have stated, kept as text until the endpoint that it lacks arrives."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from loaders.facts import EdgeFact, Item, NodeFact
from loaders.lots import EARLIER
from schema.edges import EDGE_COMMON, EDGES
from schema.fields import Field, FieldType
from schema.nodes import NODES
from schema.provenance import RunHeader


def encode(item: Item, header: RunHeader) -> str:
    """Write an item, and what it needs to be written as its own file's row later."""
    content = {
        "sha256": header.sha256,
        "as_of": header.as_of.isoformat(),
        "record": item.record,
        "node": item.node,
        "edges": item.edges,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))


def decode(row: Mapping[str, Any]) -> tuple[RunHeader, Item]:
    """Read the pending item of a quarantined row back, with the header of its own file."""
    content = json.loads(row["pending"])
    as_of = dt.date.fromisoformat(content["as_of"])
    header = RunHeader(row["source"], row["dataset"], row["file"], content["sha256"], as_of, "")
    node = content["node"] and _node(*content["node"])
    edges = [_edge(*edge) for edge in content["edges"]]
    return header, Item(EARLIER, -1, content["record"], node, edges)


def _plain(value: Any) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _node(label: str, kinds: list[str], row: dict[str, Any], found_by: str = "") -> NodeFact:
    return NodeFact(label, tuple(kinds), _typed(row, NODES[label].fields), found_by)


def _edge(*parts: Any) -> EdgeFact:
    relationship, start_label, end_label, row, via, soft = parts
    typed = _typed(row, (*EDGE_COMMON, *EDGES[relationship].fields))
    return EdgeFact(relationship, start_label, end_label, typed, (via[0], via[1]), soft)


def _typed(row: dict[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Give dates and instants, which JSON keeps as text, their type back."""
    readers = {FieldType.DATE: dt.date.fromisoformat, FieldType.DATETIME: dt.datetime.fromisoformat}
    for field in fields:
        read = readers.get(field.kind)
        if read and row.get(field.name):
            row[field.name] = read(row[field.name])
    return row
