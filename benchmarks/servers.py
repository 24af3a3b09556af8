"""The peer beside the store: the official driver as it comes, on the same server."""

from __future__ import annotations

import neo4j

from tests.neo4j.server import Neo4jServer


def bare_driver(server: Neo4jServer) -> neo4j.Driver:
    """Return a driver; notifications are off for it too, so that both are served alike."""
    return neo4j.GraphDatabase.driver(server.url, auth=server.auth, notifications_min_severity="OFF")
