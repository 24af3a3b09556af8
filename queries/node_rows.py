"""Nodes as stable identities: the first row makes the node, every further version becomes a Record beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from queries import statements
from queries.checks import check
from queries.confirming import confirm, confirmed_later
from queries.engine import Executor
from queries.records import (
    RECORD_COLUMNS,
    NodeRow,
    Origin,
    OriginOf,
    cache,
    dated,
    record,
    row_of,
    rows_of_records,
)
from queries.statements import ALL_NODES, WRITABLE
from queries.writing import Writing
from schema.errors import Conflict, InputError
from schema.nodes import NODE_COMMON
from schema.ports import NodeBatch, Outcome
from schema.provenance import series_key
from schema.tables import Table

_COMMON = {f.name: f for f in NODE_COMMON}
_REQUIRED = (_COMMON["id"], _COMMON["audience"], _COMMON["line"])


@dataclass
class _Present:
    """A node that exists: its kinds, its first row, and its open rows by origin with their Records' ids."""

    first: NodeRow
    versioned: bool
    kinds: tuple[str, ...]
    open_rows: dict[tuple[str, str], tuple[str, NodeRow]] = field(default_factory=dict)

    def has_newer(self, row: NodeRow) -> bool:
        """Whether the same origin said something else about a later day, or about that day in a later file of this load."""
        _, mine = self.open_rows.get(row.origin, ("", None))
        return self.differs_from(row) and mine is not None and (mine.as_of, mine.run) > (row.as_of, row.run)

    def differs_from(self, row: NodeRow) -> bool:
        """Whether the same origin says something else."""
        _, mine = self.open_rows.get(row.origin, ("", None))
        return mine is not None and not mine.says_the_same(row)

    def is_renewed_by(self, row: NodeRow) -> bool:
        """Whether a row is of a later day than that of the same origin."""
        _, mine = self.open_rows.get(row.origin, ("", None))
        return mine is not None and mine.as_of < row.as_of


@dataclass
class _Changes:
    """What a batch does to nodes that exist."""

    records: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[dict[str, Any]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    own: list[tuple[_Present, NodeRow]] = field(default_factory=list)


def write_nodes(executor: Executor, batch: NodeBatch, writing: Writing, origin_of: OriginOf) -> Outcome:
    """Write a batch of at most one statement's size; of an id that comes twice the last row counts."""
    node = _declared(batch)
    checked = check(batch.rows, _REQUIRED, (_COMMON["bank"], *node.fields))
    latest = {row["id"]: index for index, row in checked.rows.items()}
    present = find_present(executor, batch.label, list(latest), origin_of, writing.ceiling)
    _refuse_staged(present, writing)
    new = [index for node_id, index in latest.items() if node_id not in present]
    if new:
        executor.write(
            statements.create_nodes(batch.label, batch.kinds, checked.present),
            {"rows": [checked.rows[i] for i in new], "run": writing.run},
        )
    changes, written, same = _Changes(), set(new), set[str]()
    rows = {
        node_id: row_of(batch.label, batch.kinds, checked.rows[latest[node_id]], writing.header, writing.run)
        for node_id in present
    }
    late = _late(executor, batch.label, writing, rows, present)
    for node_id, row in rows.items():
        if node_id in late:
            continue
        if _change(batch.label, present[node_id], row, changes):
            written.add(latest[node_id])
        else:
            same.add(node_id)
    _apply(executor, batch.label, changes, writing.run)
    renewed = [_series(writing, batch.label, n) for n in same if present[n].is_renewed_by(rows[n])]
    confirmed = confirm(executor, writing, batch.label, renewed)
    unchanged = len(same) + len(checked.rows) - len(latest)
    older = frozenset(latest[node_id] for node_id in late)
    return Outcome(frozenset(written), unchanged, tuple(checked.rejects), older, confirmed)


def _late(
    executor: Executor,
    label: str,
    writing: Writing,
    rows: Mapping[str, NodeRow],
    present: Mapping[str, _Present],
) -> set[str]:
    """Return the nodes of whom a file of a later day has said something else, or repeated it."""
    late = {node_id for node_id, row in rows.items() if present[node_id].has_newer(row)}
    if not writing.newer:
        return late
    differing = {_series(writing, label, n): n for n, row in rows.items() if present[n].differs_from(row)}
    return late | {differing[key] for key in confirmed_later(executor, writing, label, [*differing])}


def _series(writing: Writing, label: str, node_id: str) -> int:
    """Return the key of all that a dataset says of a node."""
    return series_key(writing.header.source, writing.header.dataset, node_id, label)


def _declared(batch: NodeBatch) -> Any:
    node = WRITABLE.get(batch.label)
    if node is None or {*batch.kinds} - {*node.kinds}:
        raise InputError(
            f"schema/nodes.py declares no {':'.join((batch.label, *batch.kinds))} that can be written."
        )
    return node


def _refuse_staged(present: Mapping[str, _Present], writing: Writing) -> None:
    staged = next((p for p in present.values() if p.first.run > writing.ceiling), None)
    if staged is not None:
        raise Conflict(
            f"A load that is not published yet is writing {staged.first.node_id}; try again when it has ended."
        )


def find_present(
    executor: Executor, label: str, ids: Collection[str], origin_of: OriginOf, known_run: int
) -> dict[str, _Present]:
    """Return what stands in the graph, as known at a run, of those nodes that exist."""
    table = executor.read(statements.find_nodes(label), {"ids": list(ids)})
    names = ALL_NODES[label].field_names
    present: dict[str, _Present] = {}
    for r in table.rows():
        kinds = tuple(sorted({*r["kinds"]} - {label}))
        fields = {name: r[name] for name in names if r[name] is not None}
        source, dataset, as_of = origin_of(r["run"])
        on = dated(label, as_of)
        first = NodeRow(
            r["id"], source, dataset, r["run"], r["line"], kinds, r["audience"], r["bank"], fields, on
        )
        present[r["id"]] = _Present(first, bool(r["versioned"]), kinds)
    _add_records(executor, label, present, known_run, origin_of)
    return present


def _add_records(
    executor: Executor, label: str, present: dict[str, _Present], known_run: int, origin_of: OriginOf
) -> None:
    for there in present.values():
        if not there.versioned:
            there.open_rows[there.first.origin] = ("", there.first)
    versioned = [node_id for node_id, there in present.items() if there.versioned]
    if not versioned:
        return
    table = read_records(executor, label, versioned, known_run)
    origins = {run: origin_of(run) for run in {*table["run"]}}
    for record_id, row in rows_of_records(label, table, origins):
        present[row.node_id].open_rows[row.origin] = (record_id, row)


def read_records(executor: Executor, label: str, ids: Collection[str], known_run: int) -> Table:
    """Return the Records of nodes that are known at a run."""
    columns = ", ".join(f"r.{name} AS {name}" for name in RECORD_COLUMNS)
    return executor.read(
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})<-[:DESCRIBES]-(r:Record) WHERE r.run <= $known_run "
        f"AND (r.closed_run IS NULL OR r.closed_run > $known_run) RETURN {columns}",
        {"ids": list(ids), "known_run": known_run},
    )


def _change(label: str, there: _Present, row: NodeRow, changes: _Changes) -> bool:
    """Note what a row changes at a node that exists; False when it says nothing new."""
    record_id, mine = there.open_rows.get(row.origin, ("", None))
    if mine is not None and mine.says_the_same(row):
        return False
    replaces = mine is not None and mine.run == row.run
    if replaces and not there.versioned:
        changes.own.append((there, row))
    elif replaces:
        changes.replaced.append({**record(label, row, None), "id": record_id})
    else:
        if not there.versioned:
            same = there.first.origin == row.origin
            changes.records.append(record(label, there.first, row.run if same else None))
        elif mine is not None:
            changes.closed.append(record_id)
        changes.records.append(record(label, row, None))
    return True


def _apply(executor: Executor, label: str, changes: _Changes, run: int) -> None:
    """Write the changes: what is added comes first, so that a refusal leaves the old rows standing."""
    if changes.records:
        pairs = ", ".join(f"{name}: r.{name}" for name in changes.records[0])
        executor.write(
            f"UNWIND $rows AS r MATCH (n:{label} {{id: r.node_id}}) "
            f"CREATE (c:Record {{{pairs}}})-[:DESCRIBES]->(n) SET n.versioned = true",
            {"rows": changes.records},
        )
    if changes.closed:
        executor.write(
            "UNWIND $ids AS id MATCH (r:Record {id: id}) SET r.closed_run = $run",
            {"ids": changes.closed, "run": run},
        )
    if changes.replaced:
        executor.write(
            "UNWIND $rows AS r MATCH (c:Record {id: r.id}) SET c.line = r.line, c.audience = r.audience, "
            "c.bank = r.bank, c.kinds = r.kinds, c.fields = r.fields",
            {"rows": changes.replaced},
        )
    overwrite(executor, label, [(there.kinds, row) for there, row in changes.own], with_line=True)


def overwrite(
    executor: Executor, label: str, rows: list[tuple[tuple[str, ...], NodeRow]], *, with_line: bool = False
) -> None:
    """Set every declared property and the kind labels of nodes, given the kinds that they have now."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]] = {}
    for kinds, row in rows:
        added, removed = {*row.kinds} - {*kinds}, {*kinds} - {*row.kinds}
        values = {"id": row.node_id, "audience": row.audience, "bank": row.bank, **row.fields}
        if with_line:
            values["line"] = row.line
        groups.setdefault((tuple(sorted(added)), tuple(sorted(removed))), []).append(values)
    for (plus, minus), group in groups.items():
        executor.write(statements.set_node(label, plus, minus, with_line=with_line), {"rows": group})


def refresh_caches(executor: Executor, first_run: int, last_run: int, origins: Mapping[int, Origin]) -> None:
    """Bring nodes up to what their open Records say, for all that the runs touched."""
    touched = executor.read(
        "MATCH (r:Record) WHERE r.run >= $first AND r.run <= $last "
        "RETURN DISTINCT r.node_label AS label, r.node_id AS id ORDER BY label, id",
        {"first": first_run, "last": last_run},
    )
    by_label: dict[str, list[str]] = {}
    for label, node_id in zip(touched["label"], touched["id"], strict=True):
        by_label.setdefault(label, []).append(node_id)
    for label, ids in by_label.items():
        for start in range(0, len(ids), 5000):
            _refresh(executor, label, ids[start : start + 5000], last_run, origins)


def _refresh(
    executor: Executor, label: str, ids: list[str], known_run: int, origins: Mapping[int, Origin]
) -> None:
    known: dict[str, list[NodeRow]] = {}
    for _, row in rows_of_records(label, read_records(executor, label, ids, known_run), origins):
        known.setdefault(row.node_id, []).append(row)
    table = executor.read(
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id AS id, labels(n) AS kinds",
        {"ids": list(known)},
    )
    kinds = {i: tuple({*k} - {label}) for i, k in zip(table["id"], table["kinds"], strict=True)}
    overwrite(executor, label, [(kinds[i], cache(label, rows)) for i, rows in known.items()])
