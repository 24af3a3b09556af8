"""The tests' own Neo4j is a real one, and its absence is never silent where it is required."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from neo4j import GraphDatabase

from tests.conftest import without_neo4j
from tests.neo4j import toolchain
from tests.neo4j.server import Neo4jServer, ServerOptions, ServerStartError
from tests.neo4j.toolchain import ToolchainError, find_java

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.neo4j
def test_it_is_a_real_community_server(neo4j_url: str) -> None:
    with GraphDatabase.driver(neo4j_url) as driver:
        records, _, _ = driver.execute_query("CALL dbms.components() YIELD versions, edition")
    assert (records[0]["versions"], records[0]["edition"]) == (["5.26.16"], "community")


@pytest.mark.neo4j
def test_wiping_leaves_the_schema(empty_neo4j: str, neo4j_server: Neo4jServer) -> None:
    from tests.neo4j.wipe import wipe

    with GraphDatabase.driver(empty_neo4j) as driver:
        driver.execute_query("CREATE CONSTRAINT wiped IF NOT EXISTS FOR (n:Wiped) REQUIRE n.id IS UNIQUE")
        driver.execute_query("UNWIND range(1, 45000) AS id CREATE (:Wiped {id: id})-[:R]->(:Other)")
        assert wipe(neo4j_server) == 90_000
        left, _, _ = driver.execute_query("MATCH (n) RETURN count(n) AS left")
        kept, _, _ = driver.execute_query("SHOW CONSTRAINTS YIELD name WHERE name = 'wiped' RETURN name")
        driver.execute_query("DROP CONSTRAINT wiped")
    assert (left[0]["left"], len(kept)) == (0, 1)


@pytest.mark.neo4j
def test_a_server_with_a_password_refuses_everybody_else(neo4j_server: Neo4jServer) -> None:
    assert neo4j_server.auth is None
    options = ServerOptions(password="a-long-secret", heap="512m", page_cache="64m", hasty=True)
    with Neo4jServer(options) as locked:
        home = locked.home
        with GraphDatabase.driver(locked.url, auth=locked.auth) as driver:
            driver.verify_connectivity()
        with (
            GraphDatabase.driver(locked.url) as stranger,
            pytest.raises(Exception, match=r"(?i)unauthorized|authentication"),
        ):
            stranger.verify_connectivity()
    assert not home.exists()


def _fake_java(folder: Path, says: str, then: str = "") -> None:
    """Write an executable that answers ``-version`` like a Java; `folder` becomes a JAVA_HOME."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\nif [ \"$1\" = -version ]; then echo '{says}' >&2; exit 0; fi\n{then}\n")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("says", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_402"', 8), ("no idea", None)],
)
def test_java_versions_are_read(tmp_path: Path, says: str, version: int | None) -> None:
    _fake_java(tmp_path, says)
    assert toolchain.java_version(tmp_path / "bin" / "java") == version


def test_a_java_that_neo4j_does_not_know_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_java(tmp_path, 'openjdk version "25.0.1"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolchainError, match="is version 25"):
        find_java()


def test_without_maven_nothing_is_half_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolchainError, match="Maven"):
        toolchain.resolve_jars()
    assert not (toolchain.cache_home() / "lib").exists()


def test_a_server_that_ends_shows_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_java(tmp_path / "jdk", 'openjdk version "17.0.1"', then="echo disk is full; exit 3")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (toolchain.cache_home() / "lib").mkdir(parents=True)
    server = Neo4jServer()
    with pytest.raises(ServerStartError, match="disk is full"):
        server.__enter__()
    assert not server.home.exists()


@pytest.mark.parametrize(
    ("required", "outcome"), [("1", pytest.fail.Exception), ("0", pytest.skip.Exception)]
)
def test_a_missing_neo4j_fails_only_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setitem(os.environ, "REQUIRE_NEO4J", required)
    with pytest.raises(outcome, match="no Java"):
        without_neo4j(ToolchainError("no Java"))
