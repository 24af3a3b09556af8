"""The graph stores that the contract tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.stores import open_store
from schema.ports import GraphStore


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty store: each test runs once on either engine."""
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


@pytest.fixture
def store(store_url: str) -> Iterator[GraphStore]:
    """An empty, prepared store."""
    opened = open_store(store_url)
    opened.prepare()
    yield opened
    opened.close()
