"""Fixtures that every test may use."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings

from tests.neo4j.server import Neo4jServer, ServerOptions
from tests.neo4j.toolchain import ToolchainError
from tests.neo4j.wipe import wipe

if TYPE_CHECKING:
    from collections.abc import Iterator

# A busy machine is no failure: no test depends on a clock.
settings.register_profile("unhurried", deadline=None)
settings.register_profile("long", deadline=None, max_examples=500)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the suite out by files, for the fixtures of a file; a process that is given tests of Neo4j has a server of its own."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFileAndStore(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return f"{'neo4j' in nodeid} {nodeid.partition('::')[0]}"

    return ByFileAndStore(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hold the tests that need Neo4j to saying so: who shares them out sees only their names."""
    silent = [i.nodeid for i in items if i.get_closest_marker("neo4j") and "neo4j" not in i.nodeid]
    if silent:
        raise pytest.UsageError(f"Marked neo4j, so let their names say it: {', '.join(silent)}")


def without_neo4j(missing: ToolchainError) -> NoReturn:
    """Skip what needs a Neo4j, or fail where ``REQUIRE_NEO4J=1`` says that nothing may be skipped."""
    if os.environ.get("REQUIRE_NEO4J") == "1":
        pytest.fail(f"REQUIRE_NEO4J=1, but: {missing}", pytrace=False)
    pytest.skip(f"No Neo4j on this machine: {missing}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """One real Neo4j for the whole session of this process, started when the first test asks for it."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(Neo4jServer(ServerOptions(heap="512m", hasty=True)))
        except ToolchainError as missing:
            without_neo4j(missing)
        yield server


@pytest.fixture(scope="session")
def neo4j_url(neo4j_server: Neo4jServer) -> str:
    """Bolt address of the session's Neo4j (no authentication); its content is shared by the session's tests."""
    return neo4j_server.url


@pytest.fixture
def empty_neo4j(neo4j_server: Neo4jServer) -> str:
    """Address of the session's Neo4j after everything but the schema was deleted, for one test."""
    wipe(neo4j_server)
    return neo4j_server.url
