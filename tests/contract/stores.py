"""Words that store tests share: a delivery in a few lines, and a graph written down for comparison."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schema.edges import EDGES
from schema.nodes import NODES
from schema.ports import EdgeBatch, GraphStore, NodeBatch, Outcome, Stage
from schema.provenance import Ledger, RunHeader, series_key


def header(dataset: str = "enterprises", source: str = "registry", delivery: str = "d1") -> RunHeader:
    """Describe a file that does not exist."""
    sha256 = hashlib.sha256(f"{source}{dataset}{delivery}".encode()).hexdigest()
    return RunHeader(source, dataset, f"{dataset}.csv", sha256, dt.date(2026, 11, 1), delivery)


def node(node_id: str, line: int = 2, audience: str = "PUBLIC", **fields: Any) -> dict[str, Any]:
    """Write a node's row."""
    return {"id": node_id, "line": line, "audience": audience, "bank": None, **fields}


def fact(start: str, end: str, record: str, line: int = 2, **fields: Any) -> dict[str, Any]:
    """Write a fact's row; its series is the record's."""
    return {
        "start": start,
        "end": end,
        "key": series_key("registry", "facts", record, "F"),
        "line": line,
        "audience": "PUBLIC",
        "bank": None,
        "valid_from": None,
        "valid_to": None,
        **fields,
    }


def entities(stage: Stage, rows: Sequence[Mapping[str, Any]], *kinds: str) -> NodeBatch:
    """Make a batch of legal entities."""
    return NodeBatch(stage, "LegalEntity", kinds or ("Enterprise",), rows)


def owns(stage: Stage, rows: Sequence[Mapping[str, Any]]) -> EdgeBatch:
    """Make a batch of shareholdings between legal entities."""
    return EdgeBatch(stage, "OWNS", "LegalEntity", "LegalEntity", rows)


def load(
    store: GraphStore, batches: Iterable[tuple[RunHeader, Any]], approved_by: str = "tests"
) -> tuple[list[Outcome], int]:
    """Load and publish batches given as (header, function of the stage); return outcomes and the last run."""
    given = list(batches)
    stages = store.reserve([h for h, _ in given])
    outcomes = [store.upsert(make(stage)) for stage, (_, make) in zip(stages, given, strict=True)]
    ledgers = {
        stage.run: Ledger(
            len(o.written) + o.unchanged + len(o.rejects), len(o.written), o.unchanged, len(o.rejects)
        )
        for stage, o in zip(stages, outcomes, strict=True)
    }
    store.publish(ledgers, approved_by)
    return outcomes, stages[-1].run


def dump(store: GraphStore, known_run: int | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Write down every node and fact known at a run (default: now), without numbers of runs and times of loading.

    Two stores that were given the same files in the same order must give equal dumps.
    """
    run = store.known_run() if known_run is None else known_run
    written: dict[str, list[tuple[Any, ...]]] = {}
    for label in (*NODES, "Quarantine"):
        written[label] = _rows(store.nodes(label, run))
    for relationship in EDGES:
        written[relationship] = _rows(store.facts(relationship, run))
    return {name: rows for name, rows in written.items() if rows}


def _rows(table: Any) -> list[tuple[Any, ...]]:
    names = sorted({*table.columns} - {"run"})
    columns = [
        [tuple(v) if isinstance(v, list) else v for v in table[name]] if name == "kinds" else table[name]
        for name in names
    ]
    return sorted(zip(*columns, strict=True), key=repr)
