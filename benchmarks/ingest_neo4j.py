"""Ingest into Neo4j against bare batches of its driver. Goal: at least 0.90 of the bare rate.

Method: companies, persons and holdings, a third each, new ids every round, into one real server with the service's
constraints and indexes: once through the store's port, once as bare ``UNWIND … MERGE``, once as bare ``UNWIND … CREATE``, one
transaction a batch, one after the other. 30,000 rows: medians of 5, interleaved, after one round that warms the server up; then a
million rows, medians of 3. ``XINLIAN_SCALE`` shrinks the million. Measured on two cores that others used too for a part of the
time (driver 6.4.1, Neo4j 5.26), the port writing two pieces at once: 1.00 of bare MERGE and 0.86 of bare CREATE for 30,000 rows
(22,900/s against 22,800/s and 26,600/s); 1.41 and 1.26 for a million (29,400/s against 20,800/s and 23,400/s).
"""

from __future__ import annotations

from importlib.metadata import version

from benchmarks.ingest import CREATE, MERGE, bare, through_port
from benchmarks.measure import interleaved, rate
from benchmarks.scale import scaled, scaled_words
from benchmarks.servers import bare_driver
from queries.stores import open_store
from tests.neo4j.server import Neo4jServer, ServerOptions

COUNT, MILLION = 10_000, 1_000_000


def main() -> None:
    """Print the ratios."""
    with Neo4jServer(ServerOptions(heap="3g")) as server, bare_driver(server) as driver:
        store = open_store(server.url)
        store.prepare()

        def execute(statement: str, params: dict[str, object]) -> object:
            with driver.session() as session:
                return session.execute_write(lambda tx: tx.run(statement, params).consume())

        def compare(name: str, each: int, rounds: int) -> None:
            taken = interleaved(
                {
                    "port": lambda n: through_port(store, f"{name}-port{n}", each),
                    "merge": lambda n: bare(execute, MERGE, f"{name}-merge{n}", each),
                    "create": lambda n: bare(execute, CREATE, f"{name}-create{n}", each),
                },
                rounds,
            )
            print(
                f"ingest_neo4j{scaled_words()}: {3 * each:,} rows at {taken['merge'] / taken['port']:.2f} of bare MERGE, "
                f"{taken['create'] / taken['port']:.2f} of bare CREATE of the neo4j driver {version('neo4j')} "
                f"({rate(3 * each, taken['port'])} against {rate(3 * each, taken['merge'])} and "
                f"{rate(3 * each, taken['create'])}; goal 0.90)",
                flush=True,
            )

        through_port(store, "warm-port", COUNT)
        bare(execute, MERGE, "warm-bare", COUNT)
        compare("few", COUNT, 5)
        compare("many", scaled(MILLION) // 3, 3)
        store.close()


if __name__ == "__main__":
    main()
