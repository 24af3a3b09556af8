"""Ingest into Neo4j against bare batches of its driver. Goal: at least 0.90 of the bare rate.

Method: 10,000 companies, persons and holdings each, new ids every round, into one real server with the service's
constraints and indexes: once through the store's port, once as bare ``UNWIND … MERGE``, once as bare ``UNWIND … CREATE``, one transaction a batch.
Medians of 5, interleaved, after one round that warms the server up. Measured: 0.84 of bare MERGE and 0.74 of bare
CREATE (19,400/s against 23,000/s and 26,100/s, driver 6.4.1, Neo4j 5.26): below the goal.
"""

from __future__ import annotations

from importlib.metadata import version

from benchmarks.ingest import CREATE, MERGE, bare, through_port
from benchmarks.measure import interleaved, rate
from benchmarks.servers import bare_driver
from queries.stores import open_store
from tests.neo4j.server import Neo4jServer

COUNT = 10_000


def main() -> None:
    """Print the ratio."""
    with Neo4jServer() as server, bare_driver(server) as driver:
        store = open_store(server.url)
        store.prepare()

        def execute(statement: str, params: dict[str, object]) -> object:
            with driver.session() as session:
                return session.execute_write(lambda tx: tx.run(statement, params).consume())

        through_port(store, "warm-port", COUNT)
        bare(execute, MERGE, "warm-bare", COUNT)
        taken = interleaved(
            {
                "port": lambda n: through_port(store, f"port{n}", COUNT),
                "merge": lambda n: bare(execute, MERGE, f"merge{n}", COUNT),
                "create": lambda n: bare(execute, CREATE, f"create{n}", COUNT),
            }
        )
        store.close()
    print(
        f"ingest_neo4j: {taken['merge'] / taken['port']:.2f} of bare MERGE, {taken['create'] / taken['port']:.2f} of bare "
        f"CREATE of the neo4j driver {version('neo4j')} ({rate(3 * COUNT, taken['port'])} against "
        f"{rate(3 * COUNT, taken['merge'])} and {rate(3 * COUNT, taken['create'])}; goal 0.90)"
    )
