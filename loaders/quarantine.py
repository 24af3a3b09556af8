"""Refused rows 隔离: evidence that is kept in the graph, masked, until the row is fixed or waived.

A row that only lacks an endpoint is valid. What it would have stated is kept beside it (``pending``), with ids already
pseudonymised, so that it can be written when the endpoint arrives, without the raw row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from loaders.facts import EdgeFact, Item, NodeFact
from loaders.faults import Fault
from loaders.identity.masking import masked_row
from schema.access import Audience
from schema.edges import EDGE_COMMON, EDGES
from schema.fields import Field, FieldType
from schema.nodes import NODES, PROVENANCE_NODES
from schema.ports import GraphStore
from schema.provenance import RunHeader

LABEL = "Quarantine"
POLICY_VERSION = "1"
"""Version of the checks in this room: raise it when a rule changes what is refused."""

ENDPOINT_MISSING = "endpoint_missing"


@dataclass(frozen=True)
class Refused:
    """A refused row with its evidence.

    ``pending`` is what the row states when all it lacks is an endpoint.
    """

    line: int
    row: Sequence[str]
    row_hash: str
    faults: Sequence[Fault]
    pending: Item | None = None


@dataclass(frozen=True, eq=False)
class Waiting:
    """A row of an earlier delivery that waits for an endpoint.

    ``header`` is that of its own file: written later, it is still that file's row.
    """

    properties: Mapping[str, Any]
    header: RunHeader
    item: Item

    @property
    def row_hash(self) -> str:
        """The keyed hash of its raw row."""
        return str(self.properties["row_hash"])

    @property
    def keys(self) -> set[int]:
        """The series of its relationships."""
        return {edge.row["key"] for edge in self.item.edges}


def quarantine_id(header: RunHeader, row_hash: str) -> str:
    """Return the node id of a refused row: the same row refused again is the same node."""
    parts = json.dumps([header.source, header.dataset, row_hash])
    return "Q:" + hashlib.sha256(parts.encode()).hexdigest()[:32]


def quarantine_row(refused: Refused, columns: Sequence[str], header: RunHeader) -> dict[str, Any]:
    """Return a refused row as a row of a NodeBatch."""
    errors = json.dumps([asdict(fault) for fault in refused.faults], ensure_ascii=False)
    return {
        "id": quarantine_id(header, refused.row_hash),
        "audience": Audience.RESTRICTED.value,
        "bank": None,
        "line": refused.line,
        "source": header.source,
        "dataset": header.dataset,
        "file": header.file,
        "row_hash": refused.row_hash,
        "raw_row": masked_row(columns, refused.row),
        "errors": errors,
        "policy_version": POLICY_VERSION,
        "status": "OPEN",
        "pending": _encode(refused.pending, header) if refused.pending else None,
    }


def fixed(waiting: Waiting) -> dict[str, Any]:
    """Return the row of a NodeBatch that says that a waiting row was written."""
    return {**waiting.properties, "status": "FIXED"}


def waiting_rows(store: GraphStore) -> list[Waiting]:
    """Return all rows of earlier deliveries that wait for an endpoint. O(quarantined rows)."""
    table = store.nodes(LABEL, store.known_run())
    kept = ("id", "audience", "bank", "line", *PROVENANCE_NODES[LABEL].field_names)
    rows = [
        {name: row.get(name) for name in kept}
        for row in table.rows()
        if row["status"] == "OPEN" and row["pending"]
    ]
    return [_decode(row) for row in sorted(rows, key=lambda row: (row["source"], row["dataset"], row["id"]))]


def _encode(item: Item, header: RunHeader) -> str:
    content = {
        "sha256": header.sha256,
        "as_of": header.as_of.isoformat(),
        "record": item.record,
        "node": item.node,
        "edges": item.edges,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _decode(row: dict[str, Any]) -> Waiting:
    content = json.loads(row["pending"])
    header = RunHeader(
        row["source"],
        row["dataset"],
        row["file"],
        content["sha256"],
        dt.date.fromisoformat(content["as_of"]),
        "",
    )
    node = content["node"] and _node(*content["node"])
    edges = [_edge(*edge) for edge in content["edges"]]
    return Waiting(row, header, Item(-1, content["record"], node, edges))


def _node(label: str, kinds: list[str], row: dict[str, Any]) -> NodeFact:
    return NodeFact(label, tuple(kinds), _typed(row, NODES[label].fields))


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
