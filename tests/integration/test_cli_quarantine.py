"""The commands about earlier deliveries: quarantine, runs, erase, vault, and the options of load that they follow from."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.provenance import RUN_GAP
from tests.integration.command_line import CommandLine
from tests.integration.deliveries import FIRST, SECOND, TOWN, write

HOLDINGS = TOWN["shareholdings"][0]
WRONG = [f"s{n},E:{FIRST},{SECOND},{n},2021-01-01" for n in (7, 8, 9)]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    command = CommandLine(tmp_path / "data", capsys)
    town = {**TOWN, "shareholdings": [*TOWN["shareholdings"], *WRONG]}
    assert command("load", "canonical", write(tmp_path / "town", town), "--as-of", "2026-01-01").code == 0
    return command


def test_refused_rows_are_listed_page_by_page_and_by_what_they_are(cli: CommandLine) -> None:
    first = cli("quarantine", "list", "--first", 2, "--json").json
    rest = cli("quarantine", "list", "--first", 2, "--after", first["after"], "--json").json
    rows = [*first["rows"], *rest["rows"]]
    assert (len(first["rows"]), len(rest["rows"]), rest["after"]) == (2, 1, None)
    assert {row["record"] for row in rows} == {"s7", "s8", "s9"}
    assert {error["code"] for row in rows for error in row["errors"]} == {"ratio.range"}
    for option, value, count in (
        ("--code", "ratio.range", 3),
        ("--code", "required", 0),
        ("--source", "local", 3),
        ("--source", "elsewhere", 0),
        ("--dataset", "persons", 0),
        ("--status", "WAIVED", 0),
        ("--status", "ALL", 3),
    ):
        assert len(cli("quarantine", "list", option, value, "--json").json["rows"]) == count
    assert "read on with --after Q:" in cli("quarantine", "list", "--first", 2).out
    assert cli("quarantine", "list", "--status", "GONE").code == 2


def test_a_row_is_shown_and_waived(cli: CommandLine) -> None:
    row_id = cli("quarantine", "list", "--json").json["rows"][0]["id"]
    shown = cli("quarantine", "show", row_id, "--json").json
    assert (shown["status"], shown["file"]) == ("OPEN", "shareholdings.csv")
    assert shown["raw_row"]["record_id"] == shown["record"]
    assert "ratio.range" in cli("quarantine", "show", row_id).out
    assert cli("quarantine", "waive", row_id).code == 2, "a waiver needs a reason"
    assert cli("quarantine", "waive", row_id, "--reason", "no").code == 2
    waived = cli("quarantine", "waive", row_id, "--reason", "来源确认作废", "--json").json
    assert (waived["status"], waived["reason"], waived["decided_by"]) == ("WAIVED", "来源确认作废", "cli")
    again = cli("quarantine", "waive", row_id, "--reason", "来源确认作废", "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "CONFLICT")
    assert cli("quarantine", "show", "Q:404").code == 1
    assert "rows verified" in cli("audit", "verify").out


def test_open_rows_are_judged_again(cli: CommandLine) -> None:
    said = cli("quarantine", "replay", "local", "shareholdings", "--json").json
    (file,) = said["files"]
    assert (file["read"], file["quarantined"], said["unreadable"]) == (3, 3, {})
    assert "Nothing has changed" in cli("quarantine", "replay", "local", "shareholdings").out
    assert cli("quarantine", "replay", "local", "persons").code == 1


def test_the_ledger_is_listed_and_shown(cli: CommandLine) -> None:
    said = cli("runs", "list", "--json").json
    assert [run["dataset"] for run in said["runs"]] == ["shareholdings", "persons", "enterprises", "regions"]
    newest = said["runs"][0]
    assert (newest["read"], newest["loaded"], newest["quarantined"]) == (5, 2, 3)
    assert (newest["as_of"], len(newest["sha256"]), newest["snapshot"]) == ("2026-01-01", 64, None)
    page = cli("runs", "list", "--first", 1, "--json").json
    assert page["before"] == newest["number"]
    after = cli("runs", "list", "--first", 1, "--before", page["before"], "--json").json
    assert after["runs"][0]["dataset"] == "persons"
    assert len(cli("runs", "list", "--dataset", "persons", "--source", "local", "--json").json["runs"]) == 1
    one = cli("runs", "show", RUN_GAP, "--json").json
    assert (one["run"]["dataset"], len(one["delivered_with"])) == ("regions", 3)
    assert "shareholdings.csv" in cli("runs", "show", RUN_GAP).out
    assert cli("runs", "show", 404).code == 1


def test_a_snapshot_is_asked_for_and_says_what_it_ended(cli: CommandLine, tmp_path: Path) -> None:
    cut = write(tmp_path / "cut", {"shareholdings": TOWN["shareholdings"][:2]}) / "shareholdings.csv"
    load = ("load", "shareholdings", cut, "--as-of", "2026-01-02", "--quiet", "--json")
    assert cli(*load, "--snapshot", "elsewhere").code == 2
    assert cli(*load, "--snapshot", "local/shareholdings").json["files"][0]["closed"] == 1
    assert cli("runs", "list", "--first", 1, "--json").json["runs"][0]["snapshot"] == ""
    other = write(tmp_path / "other", {"shareholdings": [HOLDINGS, f"x,E:{FIRST},{SECOND},0.1,"]})
    load = ("load", "canonical", other, "--as-of", "2026-01-03", "--quiet", "--json", "--snapshot", "local")
    assert cli(*load).code == 3
    assert cli(*load, "--accept-vanished").json["files"][0]["closed"] == 1


def test_a_subject_is_erased(cli: CommandLine) -> None:
    person = cli("query", "search_parties", "-p", "text=张三", "-p", "limit=1", "--json").json["rows"][0][0]
    assert cli("erase", person).code == 2, "an erasure needs a reason"
    said = cli("erase", person, "--reason", "本人要求删除", "--json").json
    assert (said["graph"]["OWNS"], said["raw_rows"]) == (1, 2)
    assert cli("query", "search_parties", "-p", "text=张三", "-p", "limit=1", "--json").json["rows"] == []
    assert cli("erase", person, "--reason", "本人要求删除").code == 1
    assert cli("erase", f"E:{FIRST}", "--reason", "本人要求删除").code == 2
    assert cli("runs", "list", "--first", 1, "--json").json["runs"][0]["dataset"] == "erasures"


def test_nothing_is_swept_before_its_time(cli: CommandLine) -> None:
    assert cli("vault", "sweep", "--dry-run", "--json").json == {"removed": False, "files": []}
    assert "0 raw files" in cli("vault", "sweep").out
