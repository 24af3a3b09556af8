"""What the commands do: JSON and nothing else where it is asked for, ledgers that balance, an audited operator."""

from __future__ import annotations

import csv
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_file import audit_paths
from loaders.city import CityManifest
from tests.integration.command_line import ROOT, CommandLine
from tests.integration.deliveries import FIRST, SECOND, TOWN, write

if TYPE_CHECKING:
    from pathlib import Path

GUARANTEES = {
    "guarantees": ["record_id,guarantor,beneficiary", f"g1,E:{FIRST},E:{SECOND}"],
    "banks": ["record_id,uscc,name", f"b1,{FIRST},某市宏远机械有限公司"],
    "loans": [
        "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on",
        f"l1,E:{SECOND},E:{FIRST},1000,500,2021-01-01",
    ],
}


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    return CommandLine(tmp_path / "data", capsys)


@pytest.fixture
def town(cli: CommandLine, tmp_path: Path) -> Path:
    """A loaded town."""
    folder = write(tmp_path / "town", TOWN | GUARANTEES)
    assert cli("load", "canonical", folder, "--quiet").code == 0
    return folder


def test_load_prints_one_json_object_with_a_balanced_ledger_a_file(cli: CommandLine, tmp_path: Path) -> None:
    lines = [*TOWN["enterprises"], "e9,91440000000000000X,坏代码有限公司,ENTERPRISE,441283"]
    done = cli.process("load", "canonical", write(tmp_path / "town", TOWN | {"enterprises": lines}), "--json")
    assert done.code == 0
    files = done.json["files"]
    assert list(done.json) == ["files"]
    assert [list(file) for file in files] == [
        ["file", "kind", "read", "loaded", "unchanged", "quarantined", "skipped", "closed", "warnings"]
    ] * len(files)
    assert all(
        file["read"] == file["loaded"] + file["unchanged"] + file["quarantined"] + file["skipped"]
        for file in files
    )
    (enterprises,) = (file for file in files if file["kind"] == "enterprises")
    assert (enterprises["read"], enterprises["loaded"], enterprises["quarantined"]) == (3, 2, 1)


def test_a_second_load_changes_nothing_and_says_so(cli: CommandLine, town: Path) -> None:
    again = cli("load", "canonical", town)
    assert again.code == 0
    assert "Nothing has changed" in again.out
    assert again.err == ""


def test_load_for_people_says_why_rows_were_refused(cli: CommandLine, tmp_path: Path) -> None:
    lines = [*TOWN["shareholdings"], f"s9,{FIRST},{SECOND},1.5,2021-01-01"]
    done = cli("load", "canonical", write(tmp_path / "town", TOWN | {"shareholdings": lines}))
    assert done.code == 0
    assert "shareholdings.csv: quarantined for ratio.range 1" in done.out


def test_guarantee_chain_answers_from_the_projection(cli: CommandLine, town: Path) -> None:
    done = cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}", "--json")
    assert done.code == 0
    assert done.json["columns"] == ["id", "depth", "loan_count", "loan_sum_fen"]
    assert [row[:2] for row in done.json["rows"]] == [[f"E:{SECOND}", 1]]
    assert done.err == ""


def test_a_guarantor_of_nobody_gets_columns_without_rows(cli: CommandLine, town: Path) -> None:
    done = cli.process("query", "guarantee_chain", "-p", f"id=E:{SECOND}", "--json")
    assert done.json == {"columns": ["id", "depth", "loan_count", "loan_sum_fen"], "rows": []}
    assert done.code == 0


def test_a_catalogue_query_takes_typed_parameters_and_a_day(cli: CommandLine, town: Path) -> None:
    done = cli("query", "direct_owners", "-p", f"enterprise_id=E:{SECOND}", "--as-of", "2025-06-01", "--json")
    assert done.code == 0, done.err
    assert [row[done.json["columns"].index("owner_id")] for row in done.json["rows"]] == [f"E:{FIRST}"]
    before = cli(
        "query", "direct_owners", "-p", f"enterprise_id=E:{SECOND}", "--as-of", "2020-06-01", "--json"
    )
    assert before.json["rows"] == []
    runs = cli("query", "runs", "-p", "limit=3", "--json")
    assert len(runs.json["rows"]) == 3


def test_query_for_people_and_as_csv(cli: CommandLine, town: Path, tmp_path: Path) -> None:
    shown = cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}")
    assert f"E:{SECOND}" in shown.out
    assert "1 rows" in shown.out
    out = tmp_path / "rows.csv"
    assert cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}", "--csv", out).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [f"E:{SECOND}"]


def test_every_command_that_touches_data_is_audited_with_its_purpose(cli: CommandLine, town: Path) -> None:
    cli("query", "guarantee_chain", "-p", f"id=E:{FIRST}", "--purpose", "REPAIR")
    cli("query", "guarantee_chain", "-p", "id=E:nobody")
    directory = cli.data / "audit"
    rows = AuditLog(directory).for_subject(f"E:{FIRST}")
    assert [(row.operation, row.role, row.purpose) for row in rows] == [("cli.query", "OPERATOR", "REPAIR")]
    (denied,) = AuditLog(directory).for_subject("E:nobody")
    assert (denied.decision, denied.code) == ("DENIED", "NOT_FOUND")
    assert "cli" in audit_paths(directory)


def test_audit_verify_holds_and_names_the_row_that_was_changed(
    cli: CommandLine, town: Path, tmp_path: Path
) -> None:
    sound = cli("audit", "verify")
    assert sound.code == 0
    assert "holds: 1 rows" in sound.out
    anchor = tmp_path / "anchor.json"
    assert cli("audit", "anchor", anchor).code == 0
    assert cli("audit", "verify", "--anchor", anchor).code == 0
    path = audit_paths(cli.data / "audit")["cli"]
    for file in path.parent.glob("*.sqlite*"):
        file.unlink()
    cut = cli("audit", "verify", "--anchor", anchor)
    assert cut.code == 1
    assert "BROKEN" in cut.out


def test_doctor_is_content_with_a_loaded_store_and_says_what_is_wrong(cli: CommandLine, town: Path) -> None:
    well = cli("doctor")
    assert "schema up to date" in well.out
    assert "rows hold" in well.out
    (cli.data / "audit.key").chmod(0o644)
    ill = cli("doctor")
    assert ill.code == 1
    assert "chmod 600" in ill.out


def test_synth_writes_a_city_that_loads_with_its_planted_rows_refused(
    cli: CommandLine, tmp_path: Path
) -> None:
    out = tmp_path / "city"
    assert cli("synth", out, "--enterprises", 30, "--seed", 3).code == 0
    done = cli("load", "canonical", out, "--source", "city", "--as-of", "2026-11-01", "--json")
    refused = {file["kind"]: file["quarantined"] for file in done.json["files"]}
    assert refused == {kind: promise.quarantined for kind, promise in CityManifest.read(out).files.items()}


@pytest.mark.parametrize(
    "command", [[], ["load"], ["query"], ["audit"], ["demo"], ["serve"], ["doctor"], ["synth"]]
)
def test_every_command_has_a_help_text_in_both_languages(cli: CommandLine, command: list[str]) -> None:
    done = cli(*command, "--help")
    assert done.code == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.out)


def test_load_hands_out_a_template_and_a_json_schema(cli: CommandLine) -> None:
    template = cli("load", "households", "--template")
    assert template.out.strip().split(",")[:3] == ["record_id", "valid_from", "valid_to"]
    schema = orjson.loads(cli("load", "households", "--json-schema").out)
    assert ",".join(schema["properties"]) == template.out.strip()


LOADED = "print(sorted({'kglite', 'neo4j', 'numpy', 'pandas', 'polars', 'pydantic', 'scipy', 'strawberry'} & {*sys.modules}))"


@pytest.mark.parametrize(
    ("done", "loaded"),
    [
        ("from graph_service.cli.running import run; run(['--help'])", "[]"),
        (
            "from queries.stores import open_store; open_store('embedded:' + sys.argv[1]).close()",
            "['kglite', 'numpy']",
        ),
    ],
)
def test_nothing_is_imported_before_it_is_needed(tmp_path: Path, done: str, loaded: str) -> None:
    command = [sys.executable, "-c", f"import sys; {done}; {LOADED}", str(tmp_path / "graph.kgl")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == loaded
