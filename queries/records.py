"""What several rows say of one node: their written form, and the cache that a declared precedence makes of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.statements import ALL_NODES
from schema.access import Audience
from schema.fields import FieldType
from schema.precedence import PRECEDENCE
from schema.provenance import RunHeader
from schema.tables import Table

_OPENNESS = {audience.value: order for order, audience in enumerate(Audience)}
_READ: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.DATE: dt.date.fromisoformat,
    FieldType.DATETIME: dt.datetime.fromisoformat,
}


@dataclass(frozen=True)
class NodeRow:
    """One row about one node.

    Parameters
    ----------
    node_id : str
        The node.
    source, dataset : str
        Who says so.
    run, line : int
        Where it stands.
    kinds : tuple of str
        Kind labels, sorted.
    audience, bank : str, and str or None
        Its class, and whose it is.
    fields : mapping
        Declared properties that have a value.
    """

    node_id: str
    source: str
    dataset: str
    run: int
    line: int
    kinds: tuple[str, ...]
    audience: str
    bank: str | None
    fields: Mapping[str, Any]

    @property
    def origin(self) -> tuple[str, str]:
        """Source and dataset: a newer row of the same origin takes this one's place."""
        return self.source, self.dataset

    def says_the_same(self, other: NodeRow) -> bool:
        """Whether both rows have the same content, wherever they stand."""
        return (self.kinds, self.audience, self.bank, self.fields) == (
            other.kinds,
            other.audience,
            other.bank,
            other.fields,
        )


def row_of(label: str, kinds: Sequence[str], row: Mapping[str, Any], header: RunHeader, run: int) -> NodeRow:
    """Read a batch's row."""
    names = ALL_NODES[label].field_names
    return NodeRow(
        row["id"],
        header.source,
        header.dataset,
        run,
        row["line"],
        tuple(sorted(kinds)),
        row["audience"],
        row.get("bank"),
        {name: row[name] for name in names if row.get(name) is not None},
    )


def record(label: str, row: NodeRow, closed_run: int | None) -> dict[str, Any]:
    """Write a row as the properties of a Record."""
    return {
        "id": f"{row.node_id}#{row.source}/{row.dataset}@{row.run}.{row.line}",
        "node_id": row.node_id,
        "node_label": label,
        "source": row.source,
        "dataset": row.dataset,
        "run": row.run,
        "closed_run": closed_run,
        "line": row.line,
        "audience": row.audience,
        "bank": row.bank,
        "kinds": json.dumps(row.kinds),
        "fields": json.dumps(row.fields, ensure_ascii=False, sort_keys=True, default=_iso),
    }


RECORD_COLUMNS = (
    "id",
    "node_id",
    "source",
    "dataset",
    "run",
    "line",
    "audience",
    "bank",
    "kinds",
    "fields",
)


def rows_of_records(label: str, table: Table) -> list[tuple[str, NodeRow]]:
    """Read Records back as (record id, row)."""
    return [
        (
            r["id"],
            NodeRow(
                r["node_id"],
                r["source"],
                r["dataset"],
                r["run"],
                r["line"],
                tuple(json.loads(r["kinds"])),
                r["audience"],
                r["bank"],
                _fields(label, json.loads(r["fields"])),
            ),
        )
        for r in table.rows()
    ]


def cache(label: str, rows: Iterable[NodeRow]) -> NodeRow:
    """Make one row of all that is known of a node.

    Only rows of the most open class count: what a narrower source adds stays in its Record, so that the node shows
    nobody more than he may see. A field is that of the first dataset in ``PRECEDENCE`` that has it, else of the latest
    row that has it.
    """
    known = sorted(rows, key=lambda row: (row.run, row.line), reverse=True)
    widest = min(known, key=lambda row: _OPENNESS[row.audience])
    known = [r for r in known if (r.audience, r.bank) == (widest.audience, widest.bank)]
    fields = {
        name: value
        for name in ALL_NODES[label].field_names
        if (value := _preferred(name, known, PRECEDENCE.get((label, name), ()))) is not None
    }
    kinds = tuple(sorted({kind for row in known for kind in row.kinds}))
    first = known[0]
    return NodeRow(
        first.node_id,
        first.source,
        first.dataset,
        first.run,
        first.line,
        kinds,
        widest.audience,
        widest.bank,
        fields,
    )


def _preferred(name: str, known: Sequence[NodeRow], order: Sequence[str]) -> Any:
    """Return the value that counts among rows that come latest first."""
    saying = [row for row in known if name in row.fields]
    ranks = {dataset: rank for rank, dataset in enumerate(order)}
    best = min(saying, key=lambda row: ranks.get(row.dataset, len(ranks)), default=None)
    return None if best is None else best.fields[name]


def _fields(label: str, written: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {field.name: field.kind for field in ALL_NODES[label].fields}
    return {name: _READ.get(kinds[name], _as_is)(value) for name, value in written.items() if name in kinds}


def _as_is(value: Any) -> Any:
    return value


def _iso(value: dt.date) -> str:
    return value.isoformat()
