"""Undo staged runs, so that the graph is as if they had never been. Every step may be repeated after a crash."""

from __future__ import annotations

from collections.abc import Callable

from queries.confirming import LABEL as CONFIRMATION
from queries.engine import Engine, Executor
from queries.statements import WRITABLE
from schema.edges import EDGES

_AT_ONCE = 10_000


def roll_back(engine: Engine, published: int, beat: Callable[[], None]) -> None:
    """Undo every staged run, calling ``beat`` now and then so that nobody takes the cleaner for dead.

    Staged runs are those whose LoadRun says so; it goes last, so that a crash in here is noticed by the next writer.
    ``published`` is the number of the last published run.
    """
    table = engine.read(
        "MATCH (r:LoadRun) WHERE r.state = 'STAGED' RETURN min(r.number) AS low, max(r.number) AS high", {}
    )
    low, high = table["low"][0], table["high"][0]
    if low is None:
        return
    bounds = {"low": max(low, published + 1), "high": high, "limit": _AT_ONCE}
    for name in EDGES:
        beat()
        _repeat(
            engine, f"MATCH ()-[e:{name}]->() WHERE {_between('e.run')} WITH e LIMIT $limit DELETE e", bounds
        )
        _repeat(
            engine,
            f"MATCH ()-[e:{name}]->() WHERE {_between('e.closed_run')} WITH e LIMIT $limit REMOVE e.closed_run",
            bounds,
        )
    while engine.within(lambda e: _drop_records(e, bounds)):
        beat()
    _repeat(
        engine,
        f"MATCH (r:Record) WHERE {_between('r.closed_run')} WITH r LIMIT $limit REMOVE r.closed_run",
        bounds,
    )
    for label in (*WRITABLE, CONFIRMATION):
        beat()
        _repeat(
            engine, f"MATCH (n:{label}) WHERE {_between('n.run')} WITH n LIMIT $limit DETACH DELETE n", bounds
        )
    engine.write("MATCH (r:LoadRun) WHERE r.state = 'STAGED' DETACH DELETE r", {})


def _between(value: str) -> str:
    return f"{value} >= $low AND {value} <= $high"


def _repeat(engine: Engine, statement: str, params: dict[str, int]) -> None:
    """Run a bounded statement until it finds nothing more."""
    while engine.write(f"{statement} RETURN count(*) AS n", params)["n"][0] >= _AT_ONCE:
        pass


def _drop_records(executor: Executor, bounds: dict[str, int]) -> int:
    """Drop the Records of the runs from some nodes, and un-version those that only these runs had made versioned.

    Such a node is left with one Record, that of its first row. Both happen in one transaction, for afterwards nothing
    tells which nodes were touched.
    """
    table = executor.read(
        f"MATCH (r:Record) WHERE {_between('r.run')} WITH r LIMIT 1000 "
        "RETURN DISTINCT r.node_label AS label, r.node_id AS id",
        bounds,
    )
    for label in sorted({*table["label"]}):
        ids = [i for i, of in zip(table["id"], table["label"], strict=True) if of == label]
        params = {**bounds, "ids": ids}
        found = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})"
        executor.write(f"{found}<-[:DESCRIBES]-(r:Record) WHERE {_between('r.run')} DETACH DELETE r", params)
        left = executor.read(
            f"{found} OPTIONAL MATCH (n)<-[:DESCRIBES]-(r:Record) RETURN n.id AS id, count(r) AS n", params
        )
        single = [i for i, n in zip(left["id"], left["n"], strict=True) if n <= 1]
        executor.write(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) REMOVE n.versioned", {"ids": single})
        executor.write(
            f"UNWIND $ids AS id MATCH (:{label} {{id: id}})<-[:DESCRIBES]-(r:Record) DETACH DELETE r",
            {"ids": single},
        )
    return len(table)
