"""The graph stores that the contract tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.stores import open_store
from schema.ports import GraphStore
from tests.neo4j.wipe import wipe

ENGINES = ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)]


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty store: each test runs once on either engine."""
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


@pytest.fixture(scope="module", params=ENGINES)
def shared_store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store that is empty when a file's first test begins, for files whose tests only read what they load once.

    No other test of the file may ask for ``store_url``, which empties the Neo4j of everybody.
    """
    if request.param == "embedded":
        return f"embedded:{tmp_path_factory.mktemp('shared') / 'graph.kgl'}"
    server = request.getfixturevalue("neo4j_server")
    wipe(server)
    return str(server.url)


@pytest.fixture
def store(store_url: str) -> Iterator[GraphStore]:
    """An empty, prepared store."""
    opened = open_store(store_url)
    opened.prepare()
    yield opened
    opened.close()
