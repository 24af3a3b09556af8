"""Ingest into the embedded store against bare batches of its engine. Goal: at least 0.80 of the bare rate.

Method: 20,000 companies, persons and holdings each, into fresh durable files with the same constraints: once through the
store's port (typed checks, series look-up, run and ledger), once as bare ``UNWIND … MERGE``, once as bare ``UNWIND … CREATE``. Medians of 5,
interleaved. Measured: 1.84 of bare MERGE and 0.86 of bare
CREATE (86,000/s against 47,000/s and 100,000/s, kglite 0.21.2).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import kglite

from benchmarks.ingest import CREATE, MERGE, bare, through_port
from benchmarks.measure import interleaved, rate
from queries.statements import constraints, node_indexes
from queries.stores import open_store

COUNT = 20_000


def main() -> None:
    """Print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        taken = interleaved(
            {
                "port": lambda n: port(Path(folder), n, COUNT),
                "merge": lambda n: bare_batches(Path(folder), "merge", MERGE, (n, COUNT)),
                "create": lambda n: bare_batches(Path(folder), "create", CREATE, (n, COUNT)),
            }
        )
    print(
        f"ingest_embedded: {taken['merge'] / taken['port']:.2f} of bare MERGE, {taken['create'] / taken['port']:.2f} of "
        f"bare CREATE of kglite {version('kglite')} ({rate(3 * COUNT, taken['port'])} against "
        f"{rate(3 * COUNT, taken['merge'])} and {rate(3 * COUNT, taken['create'])}; goal 0.80)"
    )


def port(folder: Path, number: int, count: int) -> float:
    """Write `count` rows of each kind through the port into a fresh file; return the seconds."""
    store = open_store(f"embedded:{folder / f'port{number}.kgl'}")
    store.prepare()
    try:
        return through_port(store, f"r{number}", count)
    finally:
        store.close()


def bare_batches(folder: Path, name: str, statements: Sequence[str], size: tuple[int, int]) -> float:
    """Write the same rows in bare statements; `size` is the number of the round and how many rows of each kind."""
    number, count = size
    session = kglite.open_session(str(folder / f"{name}{number}.kgl"), durable="normal")
    for statement in (*(s for _, s in constraints()), *(s for *_, s in node_indexes())):
        session.execute(statement, params={})
    try:
        return bare(lambda s, params: session.execute(s, params=params), statements, f"r{number}", count)
    finally:
        session.close()
