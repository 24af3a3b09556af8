"""What goes wrong at a store reaches the caller as the project's own errors, on both stores."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import pytest

from queries.embedded_store import EmbeddedEngine
from queries.neo4j_store import Neo4jEngine
from queries.stores import open_store
from schema.errors import (
    ConfigurationError,
    InputError,
    SchemaOutOfDate,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from schema.ports import GraphStore
from tests.contract.stores import header

BY_USCC: dict[str, Any] = {"uscc": "x", "known_run": 0, "audiences": ["PUBLIC"], "banks": [], "region": ""}
SLOW = (
    "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a, b WHERE a * b = -1 RETURN count(*) AS n"
)


@pytest.mark.parametrize("url", ["sqlite:graph.db", "embedded:", "embedded", "neo4j:host", "bolt://", ""])
def test_an_unknown_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="embedded:PATH"):
        open_store(url)


def test_a_server_that_is_down_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(StoreUnavailable):
        open_store(f"bolt://127.0.0.1:{port}")


def test_a_file_that_is_no_graph_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    path.write_bytes(b"not a graph" * 100)
    with pytest.raises(StoreError, match="graph"):
        open_store(f"embedded:{path}")
    with pytest.raises(StoreUnavailable):
        open_store(f"embedded:{path}/below/a/file.kgl")


def test_a_closed_store_is_unavailable(store: GraphStore) -> None:
    store.close()
    with pytest.raises(StoreUnavailable):
        store.known_run()
    with pytest.raises(StoreUnavailable):
        store.reserve([header()])
    store.close()


def test_a_store_that_was_not_prepared_says_so(store_url: str) -> None:
    store = open_store(store_url)
    assert store.known_run() == 0
    with pytest.raises(SchemaOutOfDate, match="prepare"):
        store.reserve([header()])
    store.close()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("enterprise_by_number", {}, "no catalogue query"),
        ("enterprise_by_uscc", {"uscc": None}, r"\$uscc must be STRING"),
        ("enterprise_by_uscc", {"uscc": 7}, r"\$uscc must be STRING"),
        ("enterprise_by_uscc", {"known_run": True}, r"\$known_run must be INTEGER"),
        ("enterprise_by_uscc", {"known_run": 2**63}, r"\$known_run must be INTEGER"),
        ("enterprise_by_uscc", {"audiences": "PUBLIC"}, r"\$audiences must be LIST<STRING>"),
        ("enterprise_by_uscc", {"audiences": [1]}, r"\$audiences must be LIST<STRING>"),
        ("enterprise_by_uscc", {"limit": 1}, "takes no parameters limit"),
    ],
)
def test_a_wrong_question_is_an_input_error(
    store: GraphStore, name: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        store.query(name, BY_USCC | change)


def test_a_question_without_its_parameters_is_an_input_error(store: GraphStore) -> None:
    with pytest.raises(InputError, match="needs the parameters audiences, banks, known_run, region, uscc"):
        store.query("enterprise_by_uscc", {})
    owners = {**BY_USCC, "enterprise_id": "E:1", "as_of": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    del owners["uscc"]
    with pytest.raises(InputError, match=r"\$as_of must be DATE"):
        store.query("direct_owners", owners)


def test_unknown_labels_and_relationships_are_input_errors(store: GraphStore) -> None:
    with pytest.raises(InputError, match="Company"):
        store.nodes("Company", 0)
    with pytest.raises(InputError, match="LIKES"):
        store.facts("LIKES", 0)
    with pytest.raises(InputError, match="Company"):
        store.existing("Company", [])


def test_a_statement_that_is_too_slow_times_out(store_url: str, tmp_path: Path) -> None:
    engine: EmbeddedEngine | Neo4jEngine
    if store_url.startswith("embedded:"):
        engine = EmbeddedEngine(tmp_path / "slow.kgl", read_seconds=0.2)
    else:
        engine = Neo4jEngine(store_url, None, None, read_seconds=0.2)
    with pytest.raises(StoreTimeout, match="longer than"):
        engine.read(SLOW, {})
    with pytest.raises(StoreError):
        engine.read("RETURN 1 +", {})
    engine.close()
