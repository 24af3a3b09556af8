"""S0-24: several sources load at once, each a process of its own; a writer waits for its turn, and not for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from queries.stores import open_store
from tests.integration.command_line import ROOT, CommandLine, Ended, clean_environment
from tests.integration.deliveries import FIRST, TOWN, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNTIES = tuple(f"44128{n}" for n in range(1, 5))


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def cli(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    url = f"embedded:{tmp_path / 'graph.kgl'}"
    if request.param == "neo4j":
        url = str(request.getfixturevalue("empty_neo4j"))
    line = CommandLine(tmp_path / "data", capsys, url)
    assert line("load", "canonical", write(tmp_path / "town", TOWN), "--quiet").code == 0
    return line


def power(folder: Path, county: str) -> tuple[object, ...]:
    path = folder / f"{county}.csv"
    path.write_text(f"party,month,quantity,amount_fen\nE:{FIRST},2026-01,{county},1\n", encoding="utf-8")
    return ("load", "ELECTRICITY", path, "--source", f"POWER_GRID.{county}", "--as-of", "2026-02-01")


@contextmanager
def half_way(url: str | None) -> Iterator[subprocess.Popen[str]]:
    """A process that stands in the middle of a load."""
    command = [sys.executable, "-m", "tests.contract.small_town", str(url)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "half-way\n"
            yield process
        finally:
            process.kill()


def test_s0_24_four_processes_that_load_at_once_all_succeed(cli: CommandLine, tmp_path: Path) -> None:
    def one(county: str) -> Ended:
        return cli.process(*power(tmp_path, county), "--quiet", "--wait", 600)

    with ThreadPoolExecutor(len(COUNTIES)) as pool:
        ended = [*pool.map(one, COUNTIES)]
    assert [(e.code, e.err if e.code else "") for e in ended] == [(0, "")] * len(COUNTIES)
    store = open_store(str(cli.store))
    assert sorted(store.nodes("UtilityRecord", store.known_run())["quantity"]) == sorted(map(float, COUNTIES))
    store.close()


def test_s0_24_a_writer_waits_until_the_other_has_ended(cli: CommandLine, tmp_path: Path) -> None:
    words = [*map(str, power(tmp_path, COUNTIES[0])), "--quiet", "--wait", "600", *cli.globals]
    with half_way(cli.store) as holder:
        process = subprocess.Popen(
            [sys.executable, "-m", "graph_service", *words],
            cwd=ROOT,
            env=clean_environment(),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert process.stderr is not None
        said = process.stderr.readline()
        assert f"Process {holder.pid} " in said
        assert "Waiting up to" in said
        assert process.poll() is None
        holder.kill()
        rest = threading.Thread(target=process.stderr.read)
        rest.start()
        assert process.wait() == 0
        rest.join()
        process.stderr.close()


def test_s0_24_a_writer_does_not_wait_for_ever(cli: CommandLine, tmp_path: Path) -> None:
    with half_way(cli.store) as holder:
        ended = cli(*power(tmp_path, COUNTIES[0]), "--quiet", "--wait", 0.5, "--json")
    assert (ended.code, ended.json["error"]["retryable"]) == (4, True)
    assert f"Process {holder.pid} " in ended.json["error"]["detail"]
