"""A user's mistake gets a typed message, the right exit code, and never a traceback."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from graph_service.cli.running import run
from tests.integration.command_line import ROOT, CommandLine, clean_environment
from tests.integration.deliveries import FIRST, TOWN, write

if TYPE_CHECKING:
    from pathlib import Path

USAGE, FILE_REFUSED, NO_STORE, REFUSED = 2, 3, 4, 1
HEADER = TOWN["enterprises"][0]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG", "JWKS_FILE", "ISSUER", "AUDIENCE"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    return CommandLine(tmp_path / "data", capsys)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "enterprises.csv"),
        (b"uscc,name,entity_kind\n\xff\xfe\x00\xd8,x,ENTERPRISE\n", "enterprises.csv"),
        (b"uscc,entity_kind\n91,ENTERPRISE\n", "name"),
        (b"uscc,name,entity_kind,name\n91,x,ENTERPRISE,x\n", "name"),
    ],
    ids=["empty file", "wrong encoding", "required column missing", "column twice"],
)
def test_a_file_that_breaks_its_contract_is_refused(
    cli: CommandLine, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "enterprises.csv"
    path.write_bytes(content)
    done = cli("load", "enterprises", path, "--json")
    assert done.code == FILE_REFUSED, done.err
    assert done.err.startswith("FileRefused: ")
    assert said in done.err
    assert done.json["error"]["type"] == "FileRefused"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("e1,91440000000000000X,x,ENTERPRISE,", "uscc."),
        (f"e1,{FIRST},x,ENTERPRISE,,2026-02-30", "date."),
    ],
    ids=["bad USCC", "bad date"],
)
def test_a_bad_row_goes_to_quarantine_and_the_load_succeeds(
    cli: CommandLine, tmp_path: Path, row: str, code: str
) -> None:
    path = tmp_path / "enterprises.csv"
    path.write_text(f"{HEADER},registered_on\n{row}{',' * (6 - row.count(',') - 1)}\n", encoding="utf-8")
    done = cli("load", "enterprises", path)
    assert done.code == 0, done.err
    assert f"quarantined for {code}" in done.out


def test_a_missing_endpoint_goes_to_quarantine(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "shareholdings.csv"
    path.write_text(f"record_id,owner,asset,share_ratio\ns1,E:{FIRST},{FIRST},0.1\n", encoding="utf-8")
    done = cli("load", "shareholdings", path)
    assert (done.code, "shareholdings.csv: quarantined for endpoint_missing" in done.out) == (0, True)


def test_an_unknown_column_is_warned_about(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "enterprises.csv"
    path.write_text(f"{HEADER},favourite_colour\n{TOWN['enterprises'][1]},red\n", encoding="utf-8")
    done = cli("load", "enterprises", path)
    assert done.code == 0
    assert "favourite_colour" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["load", "unicorns", "x.csv"], USAGE, "no kind of record"),
        (["load", "enterprises"], USAGE, "PATH"),
        (["load", "enterprises", "x.csv", "--source", "a b/c"], USAGE, "source"),
        (["load", "enterprises", "x.csv", "--as-of", "2026-13-01"], USAGE, "--as-of"),
        (["lod"], USAGE, "Unknown command"),
        (["query", "guarantee_chain"], USAGE, "one parameter, id"),
        (["query", "guarantee_chain", "-p", "id"], USAGE, "name=value"),
        (["query", "guarantee_chain", "-p", "id=1", "-p", "id=2"], USAGE, "twice"),
        (["query", "no_such_query"], USAGE, "no_such_query"),
        (["query", "runs", "-p", "limit=many"], USAGE, "limit must be a INTEGER"),
        (["query", "guarantee_chain", "-p", "id=E:1", "--purpose", "CURIOSITY"], USAGE, "CURIOSITY"),
        (["query", "guarantee_chain", "-p", "id=E:1", "--purpose", "LENDING"], REFUSED, "X-Purpose"),
        (["query", "guarantee_chain", "-p", "id=E:1"], REFUSED, "no such party"),
        (["synth", "city", "--enterprises", "3"], USAGE, "30 to 1,000,000"),
        (["demo", "--scale", "continent", "--no-serve"], USAGE, "village"),
        (["audit", "verify", "--anchor", "nowhere.json"], USAGE, "nowhere.json"),
        (["serve", "--host", "0.0.0.0"], USAGE, "JWKS_FILE"),
        (["serve", "--host", "0.0.0.0", "--demo-issuer"], USAGE, "127.0.0.1"),
    ],
)
def test_a_mistake_is_named(cli: CommandLine, words: list[str], code: int, said: str) -> None:
    done = cli(*words)
    assert done.code == code, done.err
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert done.out == ""


def test_a_path_that_is_none_is_a_file_refused(cli: CommandLine, tmp_path: Path) -> None:
    done = cli("load", "enterprises", tmp_path / "nowhere.csv")
    assert done.code in {USAGE, FILE_REFUSED}
    assert "nowhere.csv" in done.err


@pytest.mark.parametrize(
    ("store", "code", "kind"),
    [
        ("oracle:thin", USAGE, "ConfigurationError"),
        ("bolt://127.0.0.1:1", NO_STORE, "StoreUnavailable"),
        ("embedded:/dev/null/graph.kgl", NO_STORE, "StoreUnavailable"),
    ],
)
def test_a_store_that_cannot_be_opened_is_named(
    cli: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str], store: str, code: int, kind: str
) -> None:
    away = CommandLine(tmp_path / "data", capsys, store)
    done = away("query", "guarantee_chain", "-p", "id=E:1", "--json")
    assert (done.code, done.json["error"]["type"]) == (code, kind)
    assert away("doctor").code == (1 if code == USAGE else code)


def test_a_second_process_on_the_same_file_is_told_who_holds_it(cli: CommandLine, tmp_path: Path) -> None:
    assert cli("load", "canonical", write(tmp_path / "town", TOWN), "--quiet").code == 0
    with cli_server(cli) as server:
        second = cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}", "--wait", 0)
        assert second.code == NO_STORE
        assert second.err.startswith("LeaseHeld: ")
        assert str(server.pid) in second.err
        assert cli("doctor").code == NO_STORE
        assert cli("audit", "verify").code == 0  # the log is read beside the running service
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
    assert cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}").code == 0


def test_a_port_in_use_is_named(cli: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = cli("serve", "--port", taken.getsockname()[1])
    assert done.code == USAGE
    assert "--port" in done.err


def test_half_an_issuer_is_a_configuration_error(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_ISSUER", "https://issuer.example")
    assert "all three" in cli("serve").err
    assert cli("doctor").code == REFUSED


def test_a_defect_is_one_line_and_shows_more_when_asked(
    cli: CommandLine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("graph_service.cli.synth.Policy", defect)
    done = cli("synth", cli.data)
    assert (done.code, len(done.err.splitlines())) == (REFUSED, 1)
    assert "GRAPH_SERVICE_DEBUG=1" in done.err
    monkeypatch.setenv("GRAPH_SERVICE_DEBUG", "1")
    assert run(["synth", str(cli.data)]) == REFUSED
    assert "ZeroDivisionError" in capsys.readouterr().err


class cli_server:  # noqa: N801 - reads as a context
    """``serve`` as a process of its own, from when it answers until it ends."""

    def __init__(self, cli: CommandLine) -> None:
        self.command = [sys.executable, "-m", "graph_service", "serve", "--port", "0", *cli.globals]

    def __enter__(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert "Serving" in self.process.stdout.readline()
        time.sleep(0.5)  # let it install its signal handlers
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
