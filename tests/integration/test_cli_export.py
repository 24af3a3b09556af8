"""``export``: what comes out is what the operator's view holds, in three formats, marked and audited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import networkx as nx
import orjson
import polars as pl
import pytest

from graph_service.asking import Asking, Question
from graph_service.service import open_service
from graph_service.settings import read_settings
from graph_service.trust.audit import AuditLog
from graph_service.trust.principal import operator
from schema.access import Purpose
from schema.edges import EDGES
from tests.integration.command_line import CommandLine
from tests.integration.deliveries import FIRST, NUMBER, SECOND, TOWN, write

if TYPE_CHECKING:
    from pathlib import Path

MORE = {
    "households": [
        "record_id,head,village_code,collection_channel,collection_basis",
        f"h1,P:{NUMBER},441283,PARTY_BRANCH,CONSENT",
    ],
    "penalties": [
        "record_id,party,document_no,severity,decided_on,amount_fen",
        f"n1,E:{FIRST},一号,GENERAL,2024-05-01,123456789012345678",
    ],
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
    line = CommandLine(tmp_path / "data", capsys)
    assert line("load", "canonical", write(tmp_path / "town", TOWN | MORE), "--quiet").code == 0
    return line


def seen(cli: CommandLine, purpose: Purpose = Purpose.OPERATIONS) -> tuple[int, dict[str, int]]:
    """What the operator's view holds: how many nodes, and how many facts of each relationship."""
    settings = read_settings(store=f"embedded:{cli.data / 'graph.kgl'}", data_dir=cli.data)
    service = open_service(settings, "test")
    asking = Asking(Question(operator(purpose), dt.date(2026, 11, 1)), service.rooms)
    facts = {name: len(asking.view.positions(name)) for name in EDGES}
    found = int(asking.view.visible.sum()), {name: count for name, count in facts.items() if count}
    service.close()
    return found


def tables(folder: Path, part: str, ending: str) -> dict[str, pl.DataFrame]:
    read: Any = pl.read_parquet if ending == "parquet" else pl.read_csv
    return {file.stem: read(file) for file in (folder / part).iterdir()}


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_tables_hold_every_node_and_fact_of_the_view(cli: CommandLine, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    done = cli("export", out, "--format", form, "--as-of", "2026-11-01", "--json")
    assert done.code == 0, done.err
    nodes, edges = tables(out, "nodes", form), tables(out, "edges", form)
    counts = {name: len(frame) for name, frame in edges.items()}
    assert (sum(map(len, nodes.values())), counts) == seen(cli)
    assert done.json == {"nodes": {name: len(frame) for name, frame in nodes.items()}, "edges": counts}
    manifest = orjson.loads((out / "manifest.json").read_bytes())
    assert manifest["edges"] == counts
    assert len(manifest["sha256"]) == len(nodes) + len(edges)
    (penalty,) = nodes["Penalty"].rows(named=True)
    assert penalty["amount_fen"] == 123456789012345678
    owns = {row["end"]: row for row in edges["OWNS"].rows(named=True)}
    assert owns[f"E:{SECOND}"]["start_label"] == "LegalEntity"
    assert str(owns[f"E:{SECOND}"]["valid_from"]) == "2021-01-01"
    assert "@" in owns[f"E:{SECOND}"]["fact"]


def test_graphml_round_trips_through_networkx(cli: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli("export", out, "--format", "graphml", "--as-of", "2026-11-01").code == 0
    graph = nx.read_graphml(out / "graph.graphml", force_multigraph=True)
    nodes, facts = seen(cli)
    assert (len(graph), graph.number_of_edges()) == (nodes, sum(facts.values()))
    assert graph.nodes[f"LegalEntity/E:{FIRST}"]["uscc"] == FIRST
    assert graph.graph["purpose"] == "OPERATIONS"


def test_the_watermark_says_who_when_why_and_of_which_graph(cli: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cli("export", out, "--format", "parquet", "--purpose", "REPAIR")
    mark = orjson.loads((out / "manifest.json").read_bytes())["watermark"]
    assert (mark["exported_by"], mark["purpose"]) == ("OPERATOR cli", "REPAIR")
    assert int(mark["graph_version"]) > 0
    inside = pl.read_parquet_metadata(out / "nodes" / "LegalEntity.parquet")
    assert {name: inside[name] for name in mark} == mark


def test_another_purpose_exports_no_more_than_it_may_see(cli: CommandLine, tmp_path: Path) -> None:
    full, less = tmp_path / "full", tmp_path / "less"
    cli("export", full, "--format", "parquet", "--as-of", "2026-11-01")
    cli("export", less, "--format", "parquet", "--as-of", "2026-11-01", "--purpose", "STATISTICS")
    assert "Household" in tables(full, "nodes", "parquet")
    nodes = tables(less, "nodes", "parquet")
    assert "Household" not in nodes
    assert "MEMBER_OF" not in tables(less, "edges", "parquet")
    assert nodes["Person"]["id_mask"].to_list() == [None]
    assert tables(full, "nodes", "parquet")["Person"]["id_mask"].null_count() == 0
    assert sum(map(len, nodes.values())) == seen(cli, Purpose.STATISTICS)[0]
    assert "Loan" not in tables(full, "nodes", "parquet")  # a bank's own, and the operator is none


def test_s0_25_a_region_keeps_its_parties_and_what_is_about_them(cli: CommandLine, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    assert cli("export", inside, "--format", "parquet", "--region", "441283").code == 0
    assert cli("export", outside, "--format", "parquet", "--region", "440000").code == 0
    assert cli("export", tmp_path / "x", "--format", "parquet", "--region", "4503").code == 0
    nodes = tables(inside, "nodes", "parquet")
    assert {*nodes["LegalEntity"]["id"]} == {f"E:{FIRST}", f"E:{SECOND}"}
    assert {"Person", "Penalty", "Household"} <= nodes.keys()
    assert nodes["Region"]["id"].to_list() == ["441200000000", "441283000000"]  # and the way up
    assert len(tables(outside, "nodes", "parquet")["LegalEntity"]) == 2
    assert not (tmp_path / "x" / "nodes").exists()


def test_an_export_is_audited_with_whom_it_is_about(cli: CommandLine, tmp_path: Path) -> None:
    cli("export", tmp_path / "out", "--format", "csv", "--purpose", "REPAIR")
    rows = AuditLog(cli.data / "audit").for_subject(f"E:{FIRST}")
    assert [(row.operation, row.purpose, row.decision) for row in rows] == [
        ("cli.export", "REPAIR", "ALLOWED")
    ]


def test_refusals_leave_nothing_behind(cli: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli("export", out, "--format", "csv").code == 0
    again = cli("export", out, "--format", "csv")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert cli("export", tmp_path / "a", "--format", "xml").code == 2
    assert cli("export", tmp_path / "b", "--format", "csv", "--region", "44x").code == 2
    lender = cli("export", tmp_path / "c", "--format", "csv", "--purpose", "LENDING")
    assert lender.code != 0
    left = {path.name for path in tmp_path.iterdir()}
    assert not left & {"a", "b", "c"}
    assert not any(name.startswith(".") for name in left)
