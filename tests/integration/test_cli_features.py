"""``features`` on the command line: the registry, a list of one's own, one enterprise, and the feature store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.integration.command_line import CommandLine
from tests.integration.deliveries import FIRST, SECOND, TOWN, write

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-22"
PENALTIES = [
    "record_id,party,document_no,category,domain,severity,decided_on,amount_fen,authority,repaired_on",
    f"p1,E:{FIRST},某罚1号,罚款,FOOD,SERIOUS,2026-11-01,500000,某局,",
    f"p2,E:{FIRST},某罚2号,罚款,FIRE,MINOR,2025-01-01,100000,某局,2025-03-01",
]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    line = CommandLine(tmp_path / "data", capsys)
    folder = write(tmp_path / "town", TOWN | {"penalties": PENALTIES})
    assert line("load", "canonical", folder, "--quiet").code == 0
    return line


def test_features_are_listed_and_a_list_of_ones_own_is_checked(cli: CommandLine, tmp_path: Path) -> None:
    listed = cli("features", "list", "--family", "penalty", "--json")
    assert listed.code == 0
    assert {f["source"] for f in listed.json["features"]} == {"penalty"}
    own = tmp_path / "own.csv"
    header = "code,zh,en,source,where,measure,unit,aggregation,window,scope,version\n"
    own.write_text(header + "C1,罚款,Fines,penalty,,amount_fen,fen,sum,45,self,2027\n", encoding="utf-8")
    assert "1 features, version 2027" in cli("features", "check", own).out
    own.write_text(header + "C1,罚款,Fines,weather,,amount_fen,fen,sum,45,self,2027\n", encoding="utf-8")
    refused = cli("features", "check", own)
    assert refused.code == 2
    assert "line 2: there is no source 'weather'" in refused.err
    assert cli("features", "check", tmp_path / "none.toml").code == 2


def test_features_are_evaluated_with_ones_own_list(cli: CommandLine, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    header = "code,zh,en,source,where,measure,unit,aggregation,window,scope,version\n"
    own.write_text(header + "C1,罚款,Fines,penalty,,amount_fen,fen,sum,45,self,2027\n", encoding="utf-8")
    words = ("features", "evaluate", f"E:{FIRST}", "--as-of", DAY)
    (value,) = cli(*words, "--registry", own, "--json").json["values"]
    assert (value["amount_fen"], value["feature"]["sample"], len(value["facts"])) == (500000, False, 1)
    shown = cli(*words, "-c", "penalty.all.count.self")
    assert "penalty.all.count.self" in shown.out


def test_s1_07_the_feature_store_is_a_parquet_file_keyed_by_enterprise_feature_and_day(
    cli: CommandLine, tmp_path: Path
) -> None:
    wide, long = tmp_path / "wide.parquet", tmp_path / "long.parquet"
    words = ("--as-of", DAY, "--family", "penalty", "--org", f"E:{SECOND}")
    assert cli("features", "export", wide, *words).code == 0
    assert cli("features", "export", long, "--long", *words).code == 0
    frame = pl.read_parquet(wide)
    assert frame.columns[:2] == ["id", "as_of"]
    row = frame.filter(pl.col("id") == f"E:{FIRST}").row(0, named=True)
    assert row["penalty.all.count.365d.self"] == 1
    about = pl.read_parquet_metadata(wide)
    assert about["as_of"] == DAY
    assert json.loads(about["features"])["penalty.all.count.365d.self"]["unit"] == "count"
    keyed = pl.read_parquet(long)
    assert keyed.select("id", "feature", "as_of").is_duplicated().sum() == 0
    known = frame.select(pl.exclude("id", "as_of")).count().sum_horizontal().item()
    assert keyed.height == known


def test_a_place_that_cannot_be_written_is_said(cli: CommandLine, tmp_path: Path) -> None:
    refused = cli("features", "export", tmp_path / "none" / "x.parquet", "--family", "contact")
    assert refused.code == 2
    assert "cannot be written" in refused.err
