"""kill -9 during ``load``, then the same command again: the graph of an uninterrupted load, on both stores."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from loaders.city import CitySpec, write_city
from queries.stores import open_store
from tests.contract.stores import dump
from tests.integration.command_line import ROOT, CommandLine, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

# The command itself, but for what its progress does: after so many batches the process is gone.
CRASHING = """
import os, signal, sys
from graph_service.cli import progress
from graph_service.cli.running import run

left = int(sys.argv[1])

def die(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

progress._Lines.__call__ = die
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.parametrize("store", ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_a_load_killed_and_run_again_equals_an_uninterrupted_one(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    city = tmp_path / "city"
    write_city(city, CitySpec.village(), 1)
    load = ("load", "canonical", str(city), "--source", "city", "--as-of", "2026-11-01", "--json")
    whole = CommandLine(tmp_path / "whole", capsys)
    assert whole(*load).code == 0

    url = request.getfixturevalue("empty_neo4j") if store == "neo4j" else f"embedded:{tmp_path / 'graph.kgl'}"
    shaken = CommandLine(whole.data, capsys, url)  # the same keys, so that the ids are the same
    for batches in (2, 25):
        command = [sys.executable, "-c", CRASHING, str(batches), *load, *shaken.globals]
        killed = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL
        runs = shaken("query", "runs", "-p", "limit=99", "--json").json
        assert {row[runs["columns"].index("state")] for row in runs["rows"]} == {"STAGED"}
        assert graph(url) == {}  # nobody can read the half
    again = shaken(*load)
    assert again.code == 0, again.err
    assert {file["unchanged"] for file in again.json["files"]} == {0}
    assert graph(url) == graph(f"embedded:{whole.data / 'graph.kgl'}")


def graph(url: str) -> object:
    """Return everything that is known, but for run numbers and times."""
    store = open_store(url)
    try:
        return dump(store)
    finally:
        store.close()
