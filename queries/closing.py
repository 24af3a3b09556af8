"""Facts that a snapshot does not state any more: found by whose they are, closed by the run that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from queries.engine import Executor, Export
from queries.runs import dataset_runs, published_run
from queries.statements import LOWEST_KEY, close_facts, in_region, key_label_of
from schema.edges import EDGES
from schema.errors import InputError
from schema.ports import Scope


def open_facts(executor: Executor, scope: Scope, relationship: str) -> Export:
    """Describe the open facts of one kind that published runs of a scope wrote.

    What a staged run has closed is open still: its writer may be dead, and the next load undoes it.
    """
    if relationship not in EDGES:
        raise InputError(f"schema/edges.py declares no relationship {relationship}.")
    runs = dataset_runs(executor, scope.source, scope.dataset)
    inside = f" AND {in_region('a', 'b')}" if scope.region else ""
    return Export(
        f"MATCH (a)-[e:{relationship}]->(b)",
        f"(e.closed_run IS NULL OR e.closed_run > $published) AND e.run IN $runs{inside}",
        "a, e",
        "e.key",
        LOWEST_KEY,
        (("key", "e.key"), ("start", "a.id"), ("start_label", key_label_of("a", EDGES[relationship].starts))),
        {"runs": runs, "region": scope.region, "published": published_run(executor)},
    )


def close(executor: Executor, relationship: str, rows: Sequence[Mapping[str, Any]], run: int) -> int:
    """Close the open facts of earlier runs that stand at these starts under these keys, and count them."""
    closed = 0
    for label in sorted({row["start_label"] for row in rows}):
        if label not in EDGES[relationship].starts:
            raise InputError(f"schema/edges.py declares no {label} -{relationship}->.")
        pairs = [{"at": row["start"], "key": row["key"]} for row in rows if row["start_label"] == label]
        statement = f"{close_facts(relationship, label)} RETURN count(e) AS n"
        closed += int(executor.write(statement, {"rows": pairs, "run": run})["n"][0])
    return closed
