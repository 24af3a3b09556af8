"""Columns out of Neo4j against one record per row of the raw driver. Goal: at least 5 times as fast.

Method: 40,000 holdings in one real server; the store's ``facts`` (every column of a projection) against the driver with
its Rust extension fetching the same columns, one record a row. Medians of 5, interleaved. Measured: 3.5 times
(106,500/s against 30,400/s, driver 6.4.1 with its Rust extension): below the goal.
"""

from __future__ import annotations

from importlib.metadata import version

from benchmarks.ingest import through_port
from benchmarks.measure import interleaved, rate, seconds
from benchmarks.servers import bare_driver
from queries.statements import export_facts
from queries.stores import open_store
from tests.neo4j.server import Neo4jServer

COUNT = 40_000


def main() -> None:
    """Print the ratio."""
    with Neo4jServer() as server, bare_driver(server) as driver:
        store = open_store(server.url)
        store.prepare()
        through_port(store, "columns", COUNT)
        run = store.known_run()
        wanted = export_facts("OWNS", run)
        columns = ", ".join(f"{expression} AS {name}" for name, expression in wanted.columns)
        statement = f"{wanted.match} RETURN {columns}".replace(" AS end,", " AS `end`,")

        def by_row(_: int) -> float:
            with driver.session() as session:
                return seconds(
                    lambda: [record.values() for record in session.run(statement, dict(wanted.params))]
                )

        def by_column(_: int) -> float:
            return seconds(lambda: store.facts("OWNS", run))

        by_row(0), by_column(0)
        taken = interleaved({"columns": by_column, "rows": by_row})
        store.close()
    print(
        f"columns_neo4j: {taken['rows'] / taken['columns']:.1f} x one record per row of neo4j {version('neo4j')} with "
        f"neo4j-rust-ext {version('neo4j-rust-ext')} "
        f"({rate(COUNT, taken['columns'])} against {rate(COUNT, taken['rows'])}; goal 5)"
    )
