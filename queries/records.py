"""What several rows say of one node: their written form, and the cache that a declared precedence makes of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from queries.statements import ALL_NODES
from schema.access import Audience
from schema.fields import FieldType
from schema.precedence import standing
from schema.provenance import RunHeader
from schema.tables import Table


class Origin(NamedTuple):
    """Where a run comes from, and the day its file speaks of."""

    source: str
    dataset: str
    as_of: dt.date


OriginOf = Callable[[int], Origin]
"""Gives the origin of a run's number."""

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
    as_of : datetime.date
        The day its file speaks of: of two rows the one of the later day counts, whichever came first.
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
    as_of: dt.date = dt.date.min

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
        dated(label, header.as_of),
    )


def dated(label: str, as_of: dt.date) -> dt.date:
    """Return the day by which rows of a label are ordered: what a desk decides follows its own order."""
    return dt.date.min if label in ("Quarantine", "Batch") else as_of


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


def rows_of_records(
    label: str, table: Table, origins: Mapping[int, Origin] | None = None
) -> list[tuple[str, NodeRow]]:
    """Read Records back as (record id, row); without the origins of runs all rows are of one day."""
    days = {run: dated(label, origin.as_of) for run, origin in (origins or {}).items()}
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
                days.get(r["run"], dt.date.min),
            ),
        )
        for r in table.rows()
    ]


def cache(label: str, rows: Iterable[NodeRow]) -> NodeRow:
    """Make one row of all that is known of a node.

    Only rows of the most open class count: what a narrower source adds stays in its Record, so that the node shows
    nobody more than he may see. A field is that of the row with the best ``standing`` among those that have it, else of
    the latest: by the day that its file speaks of, then by run.
    """
    known = counting(rows)
    widest = known[0]
    fields = {
        name: value
        for name in ALL_NODES[label].field_names
        if (value := _preferred(label, name, known)) is not None
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


def counting(rows: Iterable[NodeRow]) -> list[NodeRow]:
    """Return the rows of the most open class, latest first: the only ones that make the node's properties."""
    known = sorted(rows, key=lambda row: (row.as_of, row.run, row.line), reverse=True)
    widest = min(known, key=lambda row: _OPENNESS[row.audience])
    return [r for r in known if (r.audience, r.bank) == (widest.audience, widest.bank)]


def by_standing(label: str, name: str, known: Sequence[NodeRow]) -> list[NodeRow]:
    """Return the rows that state a property, the one that counts first, of rows that come latest first."""
    saying = [row for row in known if name in row.fields]
    return sorted(saying, key=lambda row: standing(label, name, row.dataset, row.source))


def _preferred(label: str, name: str, known: Sequence[NodeRow]) -> Any:
    best = next(iter(by_standing(label, name, known)), None)
    return None if best is None else best.fields[name]


def _fields(label: str, written: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {field.name: field.kind for field in ALL_NODES[label].fields}
    return {name: _READ.get(kinds[name], _as_is)(value) for name, value in written.items() if name in kinds}


def _as_is(value: Any) -> Any:
    return value


def _iso(value: dt.date) -> str:
    return value.isoformat()
