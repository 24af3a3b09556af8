"""What ingest is compared with: the same rows through the store's port, and in bare statements of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.measure import seconds
from benchmarks.rows import companies, header, holdings, persons
from loaders.writing import BATCH_ROWS
from schema.ports import EdgeBatch, GraphStore, NodeBatch
from schema.provenance import Ledger

BATCH = 10_000
_SHARED = "name: r.name, audience: r.audience, line: r.line, run: $run"
_MERGED = "n.name = r.name, n.audience = r.audience, n.line = r.line, n.run = $run"
_ENDS = "UNWIND $rows AS r MATCH (a:Person {id: r.start}) MATCH (b:LegalEntity {id: r.`end`})"
_HOLDING = (
    f"{_ENDS} CREATE (a)-[:OWNS {{key: r.key, run: $run, line: r.line, audience: r.audience, "
    "valid_from: r.valid_from, share_ratio: r.share_ratio}]->(b)"
)
MAKERS = (companies, persons, holdings)
MERGE = (
    f"UNWIND $rows AS r MERGE (n:LegalEntity:Enterprise {{id: r.id}}) SET {_MERGED}, n.status = r.status, n.scale = r.scale",
    f"UNWIND $rows AS r MERGE (n:Person {{id: r.id}}) SET {_MERGED}",
    _HOLDING,
)
"""Companies, persons and holdings as a loader that may meet them again would write them."""
CREATE = (
    f"UNWIND $rows AS r CREATE (:LegalEntity:Enterprise {{id: r.id, {_SHARED}, status: r.status, scale: r.scale}})",
    f"UNWIND $rows AS r CREATE (:Person {{id: r.id, {_SHARED}}})",
    _HOLDING,
)
"""The same, blindly: what is there already is an error. The fastest that the engine can do."""
Execute = Callable[[str, dict[str, Any]], object]


def through_port(store: GraphStore, prefix: str, count: int) -> float:
    """Write companies, persons and holdings, `count` of each, as one published load; return the seconds."""
    rows = [make(prefix, count) for make in MAKERS]

    def work() -> None:
        stages = store.reserve([header(prefix, name) for name in ("companies", "persons", "holdings")])
        for first in range(0, count, BATCH_ROWS):
            some = slice(first, first + BATCH_ROWS)
            store.upsert(NodeBatch(stages[0], "LegalEntity", ("Enterprise",), rows[0][some]))
            store.upsert(NodeBatch(stages[1], "Person", (), rows[1][some]))
        for first in range(0, count, BATCH_ROWS):
            some = slice(first, first + BATCH_ROWS)
            store.upsert(EdgeBatch(stages[2], "OWNS", "Person", "LegalEntity", rows[2][some]))
        store.publish({stage.run: Ledger(count, count) for stage in stages}, "benchmark")

    return seconds(work)


def bare(execute: Execute, statements: Sequence[str], prefix: str, count: int) -> float:
    """Write the same rows with the same properties in bare batched statements; return the seconds."""
    rows = [make(prefix, count) for make in MAKERS]

    def work() -> None:
        for statement, made in zip(statements, rows, strict=True):
            for first in range(0, count, BATCH):
                execute(statement, {"rows": made[first : first + BATCH], "run": 1})

    return seconds(work)
