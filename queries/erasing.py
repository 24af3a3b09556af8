"""Erase a subject 注销主体: what it stated and what was stated of it goes, physically, so that no past shows it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from queries.engine import Executor
from queries.statements import ALL_NODES
from schema.errors import NotFound
from schema.nodes import ABOUT_PARTIES, NODES, PARTY, PLACED
from schema.ports import Erasure

Node = tuple[str, str]
"""Key label and id."""

OFFICIAL = frozenset({"IMPOSED_BY", "LENT_BY", "GRANTED_BY", "GIVEN_TO", "RUN_BY"})
"""Relationships to whoever acted, lent or reads: a record is not about him."""
_OWN = frozenset({*ABOUT_PARTIES, "Contact"})
_COUNTY = 6


def erase(executor: Executor, erasure: Erasure, run: int) -> dict[str, int]:
    """Erase, and leave a tombstone under a run that is there; return what was removed.

    A record that is about somebody else too loses only its tie to the subject. A subject that only refused rows or raw
    files name is erased as well: a row of his that waits must not bring him in.
    """
    subject = (erasure.label, erasure.node_id)
    found = _places(executor, subject)
    doomed = _doomed(executor, subject) if found else []
    removed = Counter(_facts(executor, doomed))
    counts = dict(sorted(removed.items()))
    for node in doomed:
        _remove(executor, node)
    refused = _forget_refused(executor, erasure, doomed or [subject])
    if not (found or refused or erasure.in_raw_files):
        raise NotFound(f"There is no {erasure.label} of that id.")
    if found or not _is_buried(executor, erasure):
        county = found[0][:_COUNTY] if found and found[0] else None
        _bury(executor, erasure, run, {"county": county, "facts": json.dumps(counts), "nodes": len(doomed)})
    return {**counts, "nodes": len(doomed), "refused": refused}


def _places(executor: Executor, subject: Node) -> Sequence[str | None]:
    """Return the division code of a subject, if any; nothing when the graph does not know it."""
    label, node_id = subject
    place = PLACED.get(label)
    return executor.read(
        f"MATCH (n:{label} {{id: $id}}) RETURN {f'n.{place}' if place else 'null'} AS code", {"id": node_id}
    )["code"]


def _is_buried(executor: Executor, erasure: Erasure) -> bool:
    found = executor.read(
        "MATCH (t:Tombstone {subject_hash: $hash}) RETURN t.id AS id", {"hash": erasure.subject_hash}
    )
    return len(found) > 0


def _doomed(executor: Executor, subject: Node) -> list[Node]:
    """Return the subject and every record that is about nobody but it."""
    doomed, frontier = [subject], [subject]
    while frontier:
        candidates = {m for node in frontier for _, m in _neighbours(executor, node) if m[0] in _OWN}
        frontier = sorted(m for m in candidates - {*doomed} if _is_about_nobody_else(executor, m, doomed))
        doomed += frontier
    return doomed


def _is_about_nobody_else(executor: Executor, node: Node, doomed: list[Node]) -> bool:
    return not any(
        other[0] in PARTY and other not in doomed and relationship not in OFFICIAL
        for relationship, other in _neighbours(executor, node)
    )


def _neighbours(executor: Executor, node: Node) -> list[tuple[str, Node]]:
    label, node_id = node
    table = executor.read(
        f"MATCH (n:{label} {{id: $id}})-[e]-(m) RETURN type(e) AS kind, labels(m) AS labels, m.id AS id",
        {"id": node_id},
    )
    return [(r["kind"], (_key_label(r["labels"]), r["id"])) for r in table.rows() if r["kind"] != "DESCRIBES"]


def _key_label(labels: Iterable[str]) -> str:
    return next((label for label in labels if label in NODES), "")


def _facts(executor: Executor, nodes: list[Node]) -> Iterable[str]:
    """Yield the kind of every fact that touches one of the nodes, each fact once."""
    seen: set[tuple[str, int, int]] = set()
    for label, node_id in nodes:
        table = executor.read(
            f"MATCH (n:{label} {{id: $id}})-[e]-() WHERE type(e) <> 'DESCRIBES' "
            "RETURN type(e) AS kind, e.key AS key, e.run AS run",
            {"id": node_id},
        )
        seen |= {*zip(table["kind"], table["key"], table["run"], strict=True)}
    return (kind for kind, _, _ in seen)


def _remove(executor: Executor, node: Node) -> None:
    label, node_id = node
    found = f"MATCH (n:{label} {{id: $id}})"
    executor.write(f"{found}<-[:DESCRIBES]-(r:Record) DETACH DELETE r", {"id": node_id})
    executor.write(f"{found} DETACH DELETE n", {"id": node_id})


def _forget_refused(executor: Executor, erasure: Erasure, doomed: list[Node]) -> int:
    """Remove the quarantined rows that name the subject, and those that are known to be about it."""
    ids = {*erasure.refused}
    for _, node_id in doomed:
        quoted = json.dumps(node_id, ensure_ascii=False)
        table = executor.read(
            "MATCH (q:Quarantine) WHERE q.pending CONTAINS $quoted OR q.errors CONTAINS $quoted "
            "OR q.raw_row CONTAINS $quoted RETURN q.id AS id",
            {"quoted": quoted},
        )
        ids |= {*table["id"]}
    present = executor.read(
        "UNWIND $ids AS id MATCH (q:Quarantine {id: id}) RETURN q.id AS id", {"ids": sorted(ids)}
    )["id"]
    for found in present:
        _remove(executor, ("Quarantine", found))
    return len(present)


def _bury(executor: Executor, erasure: Erasure, run: int, found: Mapping[str, Any]) -> None:
    row = {
        "id": f"T:{run}",
        "run": run,
        "line": 0,
        "audience": ALL_NODES["Tombstone"].audience.value,
        "subject_hash": erasure.subject_hash,
        "node_label": erasure.label,
        "reason": erasure.reason,
        "erased_by": erasure.erased_by,
        "erased_at": dt.datetime.now(dt.UTC),
        **found,
    }
    pairs = ", ".join(f"{name}: $row.{name}" for name in row)
    executor.write(f"CREATE (t:Tombstone {{name: null, {pairs}}})", {"row": row})
