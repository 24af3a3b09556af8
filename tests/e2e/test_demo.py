"""``demo``: from records to explained answers in one command, twice, on both stores, and one pasted curl per kind of user."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
from graphql import parse, validate

from graph_service.api.schema import core_schema
from graph_service.cli.demo_callers import demo_callers
from loaders import Keys
from loaders.city import CityManifest, CitySpec, write_city
from tests.integration.command_line import ROOT, CommandLine, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USERS = ("lender", "supervisor", "analyst", "integration", "subject")
START_SECONDS = 60
DEMO = ("demo", "--scale", "village")


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def cli(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    store = request.getfixturevalue("empty_neo4j") if request.param == "neo4j" else None
    return CommandLine(tmp_path / "data", capsys, store)


def test_s1_49_the_demo_answers_and_a_second_run_changes_nothing(cli: CommandLine) -> None:
    first = cli.process(*DEMO, "--no-serve")
    assert first.code == 0, first.err
    planted = CityManifest.read(cli.data / "city").quarantined
    assert f"quarantined {planted} of {planted} planted" in first.out
    assert "Published runs" in first.out
    assert " NO " not in first.out  # every ledger balances
    assert re.search(r"H:city:households-0000001 │ ELIGIBLE +│ [\d,.]+ +│ [\d,.]+ +│ \w+", first.out)
    assert "25.15% over all chains (24.00% without cycles)" in first.out
    assert "农户准入: ELIGIBLE" in first.out
    assert re.search(r"limit 额度 \d+ fen = [\d,.]+ 元, bound by the term \w+", first.out)
    assert first.out.count("\n  term ") == 6
    assert re.search(r"e\.g\. [0-9a-f]{16}@\d+ is line \d+ of \w+\.csv", first.out)
    second = cli.process(*DEMO, "--no-serve")
    assert second.code == 0, second.err
    assert "Nothing has changed" in second.out
    assert second.out.partition("1+N programme")[2] == first.out.partition("1+N programme")[2]


def test_a_folder_with_another_city_is_not_mixed_with_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(tmp_path / "data", capsys)
    write_city(cli.data / "city", CitySpec.village(), 2)
    done = cli(*DEMO, "--no-serve")
    assert done.code == 2
    assert "another city" in done.err


def test_a_file_that_is_not_what_was_planted_fails_the_demo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = CommandLine(tmp_path / "data", capsys)
    write_city(cli.data / "city", CitySpec.village(), 1)
    with (cli.data / "city" / "penalties.csv").open("a", encoding="utf-8") as file:
        file.write("one-more,,,E:nobody,x,MINOR\n")
    done = cli(*DEMO, "--no-serve")
    assert done.code == 1
    assert "penalties.csv: read 6 of 5, quarantined 3 of 2 planted" in done.out


def test_the_queries_of_the_printed_commands_fit_the_schema(tmp_path: Path) -> None:
    manifest = write_city(tmp_path, CitySpec.village(), 1)
    for caller in demo_callers(manifest, Keys(b"a key of a test!")):
        assert validate(core_schema(), parse(caller.query)) == [], caller.who


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_every_printed_command_returns_data_without_errors(cli: CommandLine) -> None:
    with demo_server(cli) as printed:
        commands = {who.split()[1]: command for who, command in pairs(printed)}
        assert tuple(commands) == USERS
        answers = {who: pasted(command) for who, command in commands.items()}
    assert {who: answer.get("errors") for who, answer in answers.items()} == dict.fromkeys(USERS)
    decision = answers["lender"]["data"]["chainCreditEligibility"]["decision"]
    assert decision["decision"] == "ELIGIBLE"
    assert int(decision["standaloneLimit"]["fen"]) == min(
        int(term["value"]["fen"]) for term in decision["terms"] if term["status"] == "KNOWN"
    )
    owners = [edge["node"] for edge in answers["supervisor"]["data"]["beneficialOwners"]["owners"]["edges"]]
    assert [owner["decision"] for owner in owners].count("YES") == 2
    assert answers["analyst"]["data"]["ownershipTree"]["holdings"]["edges"]
    assert answers["integration"]["data"]["chainProgram"]["decision"]["members"]["totalCount"] > 30
    log = [edge["node"] for edge in answers["subject"]["data"]["myQueryLog"]["edges"]]
    assert {"chainCreditEligibility"} <= {entry["operation"] for entry in log}


def pairs(printed: list[str]) -> list[tuple[str, str]]:
    """Return each comment with the command below it."""
    return [(line, printed[at + 1]) for at, line in enumerate(printed) if line.startswith("# ")]


def pasted(command: str) -> dict[str, Any]:
    """Run a printed command in a shell, as if it had been pasted."""
    done = subprocess.run(command, shell=True, capture_output=True, check=True, timeout=60)
    answer: dict[str, Any] = orjson.loads(done.stdout)
    return answer


@contextmanager
def demo_server(cli: CommandLine) -> Iterator[list[str]]:
    """Run the demonstration on a free port, until it has printed its commands and answers; yield what it printed."""
    command = [sys.executable, "-m", "graph_service", *DEMO, "--port", "0", *cli.globals]
    server = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        printed: list[str] = []
        while sum(line.startswith("curl") for line in printed) < len(USERS):
            line = server.stdout.readline()
            assert line, f"the demo ended with {server.wait()}"
            printed.append(line.rstrip("\n"))
        url = next(found[1] for line in printed if (found := re.search(r"Serving on (\S+)/graphql", line)))
        wait_until_ready(url)
        yield printed
        server.terminate()
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def wait_until_ready(url: str) -> None:
    """Return when the service says that it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while httpx.get(f"{url}/readyz", timeout=START_SECONDS).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
