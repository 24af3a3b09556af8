"""Datasets at the command line: taken in, held, signed; the catalogue, and what is overdue."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.use_cases import batches
from tests.integration.command_line import CommandLine
from tests.integration.deliveries import FIRST, NUMBER, TOWN, write

HEADER = "record_id,party,name,awarded_on"
AGREEMENT = """
[[agreements]]
id = "A-1"
name = "协议"
department = "MARKET_REGULATION"
county = "441283"
owner = "甲"
[agreements.datasets]
TRADEMARK = { fields = ["record_id", "party", "name", "awarded_on"], four_eyes = true, obliged = true }
"""


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "a.toml").write_text(AGREEMENT, encoding="utf-8")
    monkeypatch.setenv("GRAPH_SERVICE_AGREEMENTS_DIR", str(tmp_path / "agreements"))
    line = CommandLine(tmp_path / "data", capsys)
    assert line("load", "canonical", write(tmp_path / "town", TOWN), "--quiet").code == 0
    return line


def trademarks(folder: Path, header: str = HEADER, extra: str = "") -> Path:
    path = folder / "trademarks.csv"
    path.write_text(f"{header}\nt1,E:{FIRST},宏远,2020-01-01{extra}\n", encoding="utf-8")
    return path


def load(cli: CommandLine, path: Path) -> int:
    return cli("load", "TRADEMARK", path, "--source", "MARKET_REGULATION.441283", "--quiet").code


def test_s3_13_the_account_that_uploaded_a_batch_cannot_sign_it(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load(cli, trademarks(tmp_path)) == 0
    (waiting,) = cli("batches", "list", "--state", "PENDING", "--json").json["batches"]
    refused = cli("batches", "approve", waiting["id"])
    assert (refused.code, "does not sign" in refused.err) == (1, True)
    monkeypatch.setattr(batches, "_account", lambda: "somebody.else")
    done = cli("batches", "approve", waiting["id"], "--remark", "checked", "--json")
    assert done.json["batch"]["reviewed_by"] == "cli:somebody.else"
    assert "PUBLISHED" in cli("batches", "list").out


def test_s0_23_a_held_batch_is_listed_with_its_columns_and_exits_3(cli: CommandLine, tmp_path: Path) -> None:
    assert load(cli, trademarks(tmp_path, f"{HEADER},phone", ",1")) == 3
    (held,) = cli("batches", "list", "--json").json["batches"]
    assert (held["state"], held["outside"]) == ("HELD", ["phone"])
    assert "does not allow phone" in cli("batches", "list").out


def test_a_rejected_batch_is_listed_with_its_remark(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(cli, trademarks(tmp_path))
    (waiting,) = cli("batches", "list", "--json").json["batches"]
    monkeypatch.setattr(batches, "_account", lambda: "somebody.else")
    assert cli("batches", "reject", waiting["id"], "wrong year").code == 0
    (kept,) = cli("batches", "list", "--dataset", "TRADEMARK", "--json").json["batches"]
    assert (kept["state"], kept["remark"]) == ("REJECTED", "wrong year")
    load(cli, trademarks(tmp_path))
    told = cli("batches", "show", waiting["id"], "--json").json
    assert told["batch"]["state"] == "PENDING"
    assert [step["batch"]["state"] for step in told["history"]] == ["PENDING", "REJECTED", "PENDING"]
    assert "REJECTED by cli:somebody.else: wrong year" in cli("batches", "show", waiting["id"]).out
    assert cli("batches", "show", "B:none").code == 1


def test_s3_28_the_catalogue_is_listed(cli: CommandLine) -> None:
    found = cli("datasets", "list", "--status", "UNASSIGNED", "--json").json["datasets"]
    assert [entry["code"] for entry in found] == ["ENVIRONMENT", "WATER"]
    assert "动产抵押登记" in cli("datasets", "list").out
    assert cli("load", "TRADEMARK", "--template").out.strip().startswith("record_id,")
    assert "honour_kind" not in cli("load", "TRADEMARK", "--template").out
    schema = cli("load", "TRADEMARK", "--json-schema").json
    assert (schema["title"], "honour_kind" in schema["properties"]) == ("TRADEMARK", False)
    for option in ("--template", "--json-schema"):
        assert "not delivered as records" in cli("load", "CREDIT_FILE", option).err


def test_s0_24_what_is_overdue_raises_an_alert(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "penalties.csv"
    path.write_text("record_id,party,document_no,severity,decided_on\n", encoding="utf-8")
    assert cli("load", "PENALTY", path, "--quiet").code == 0
    told = cli("datasets", "freshness", "--department", "MARKET_REGULATION", "--json")
    fresh = {each["dataset"]: each for each in told.json["freshness"]}
    assert fresh["PENALTY"]["overdue"] is False
    assert fresh["PENALTY"]["late"] is True  # a heartbeat is no data
    assert told.json["alerts"] == ["MARKET_REGULATION/PENALTY"]
    checked = cli("datasets", "freshness", "--check")
    assert (checked.code, "OVERDUE" in checked.err) == (1, True)


def test_s1_40_obligations_of_a_county_are_shown(cli: CommandLine) -> None:
    told = cli("datasets", "obligations", "441283").out
    assert "0 of 1 datasets delivered" in told
    assert "NEVER: MARKET_REGULATION.441283/TRADEMARK" in told
    assert cli("datasets", "obligations", "441284").code == 2
    (county,) = cli("datasets", "obligations", "--json").json["counties"]
    assert (county["county"], county["owed"], county["delivered"]) == ("441283", 1, 0)
    (fresh,) = cli("datasets", "freshness", "--department", "POWER_GRID", "--json").json["freshness"]
    assert (fresh["source"], fresh["last_batch"]) == ("POWER_GRID", None)


def test_loader_rule_4_a_run_shows_its_warnings(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    header = "record_id,head,village_code,collection_channel,collection_basis,phone"
    path.write_text(f"{header}\nh1,P:{NUMBER},441283105201,COMMISSIONER,DEMAND,1\n", encoding="utf-8")
    (file,) = cli("load", "households", path, "--json", "--quiet").json["files"]
    assert "unknown column 'phone': not collected" in file["warnings"]
    assert any("LOCATED_IN left out" in warning for warning in file["warnings"])
    number = cli("runs", "list", "--json").json["runs"][0]["number"]
    told = cli("runs", "show", number, "--json").json["run"]
    assert (told["warnings"], told["channels"]) == (file["warnings"], file["channels"])
    assert "warnings: unknown column 'phone': not collected" in cli("runs", "show", number).out


def test_s1_44_the_quality_of_each_channel_is_shown(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    header = "record_id,head,village_code,collection_channel,collection_basis"
    path.write_text(f"{header}\nh1,P:{NUMBER},441283,COMMISSIONER,DEMAND\n", encoding="utf-8")
    assert "channel 渠道 COMMISSIONER: 1 rows" in cli("load", "households", path, "--quiet").out
    (found,) = cli("datasets", "channels", "--json").json["channels"]
    assert (found["channel"], found["rows"], found["validity"]) == ("COMMISSIONER", 1, 1.0)
    assert "COMMISSIONER" in cli("datasets", "channels").out


def test_import_files_take_no_datasets(cli: CommandLine, tmp_path: Path) -> None:
    done = cli("load", "TRADEMARK", trademarks(tmp_path), "--bulk", tmp_path / "bulk")
    assert (done.code, "--bulk loads canonical kinds" in done.err) == (2, True)
