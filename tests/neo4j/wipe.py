"""Empty a database between two tests; constraints and indexes stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neo4j import GraphDatabase

if TYPE_CHECKING:
    from tests.neo4j.server import Neo4jServer

BATCH = 20_000  # one transaction's worth: the whole graph at once could outgrow the heap


def wipe(server: Neo4jServer) -> int:
    """Delete every node and relationship; return the number of deleted nodes."""
    deleted = 0
    with GraphDatabase.driver(server.url, auth=server.auth) as driver:
        while True:
            records, _, _ = driver.execute_query(
                "MATCH (n) WITH n LIMIT $batch DETACH DELETE n RETURN count(*) AS gone", batch=BATCH
            )
            gone = int(records[0]["gone"])
            deleted += gone
            if gone < BATCH:
                return deleted
