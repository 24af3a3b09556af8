"""双公示, FollowTheMoney and the listed companies through the loaders, on both stores: twice, and to the row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import Keys, LoadRequest, Vault, load
from schema.identifiers.uscc import make_uscc

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

LISTED = Path(__file__).resolve().parents[3] / "shared" / "data" / "stock_kg_admin_import"
USCC, AGENCY = make_uscc("91", "441283", "X0000001"), make_uscc("11", "441283", "00700000")
DECISIONS = [
    (
        "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,CF_YXQ,CF_CFJG,"
        "CF_CFJGDM,CF_SJLY,CF_SJLYDM"
    ),
    f"某公司,法人及非法人组织,{USCC},1号,违法,事,法,罚款,罚,1.5,2026-11-02,长期,某局,{AGENCY},某局,{AGENCY}",
    f"某公司,法人及非法人组织,{USCC},2号,违法,事,法,警告,罚,,2026-11-02,长期,某局,{AGENCY},某局,{AGENCY}",
    f"某厂,个体工商户,,3号,违法,事,法,警告,罚,,2026-11-02,长期,某局,{AGENCY},某局,{AGENCY}",
    f"某人,自然人,,4号,违法,事,法,警告,罚,,2026-11-02,长期,某局,{AGENCY},某局,{AGENCY}",
    f"某厂,个体工商户,,5号,违法,事,法,流放,罚,,2026-11-02,长期,某局,{AGENCY},某局,{AGENCY}",
]


def entity(entity_id: str, schema: str, **properties: list[str]) -> dict[str, Any]:
    return {"id": entity_id, "schema": schema, "properties": properties}


ENTITIES = [
    entity("c1", "Company", name=["Alpha Ltd"], address=["1 Test Road"]),
    entity("c2", "Company", name=["Beta Ltd"], uscCode=[USCC]),
    entity("p1", "Person", name=["Test Person"]),
    entity("o1", "Ownership", owner=["p1"], asset=["c1"], percentage=["25-50"]),
    entity("o2", "Ownership", owner=["gone"], asset=["c1"]),
    entity("d1", "Directorship", director=["p1"], organization=["c2"]),
    entity("s1", "Sanction", entity=["c1"], authority=["Office"], startDate=["2022-03-01"]),
    entity("v1", "Vessel", name=["Test Ship"]),
]


def deliver(store: GraphStore, kind: str, path: Path, tmp_path: Path) -> LoadReport:
    vault = Vault(tmp_path / "vault", b"v" * 32)
    return load(store, LoadRequest(kind, path), vault, Keys(b"a key of a test!"))


def books(report: LoadReport) -> dict[str, tuple[int, int, int, int]]:
    """Read, loaded, quarantined and skipped rows by kind; every ledger balances."""
    assert all(file.ledger.balances for file in report.files)
    found = {f.kind: f.ledger for f in report.files}
    return {kind: (b.read, b.loaded, b.quarantined, b.skipped) for kind, b in found.items()}


def test_penalties_load_to_the_row_and_a_second_time_change_nothing(
    store: GraphStore, tmp_path: Path
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(("\n".join(DECISIONS) + "\n").encode("gb18030"))
    report = deliver(store, "shuanggongshi", path, tmp_path)
    assert books(report) == {
        "shuanggongshi_parties": (4, 3, 0, 0),
        "persons": (1, 1, 0, 0),
        "shuanggongshi_authorities": (1, 1, 0, 0),
        "shuanggongshi_penalty": (5, 4, 1, 0),
    }
    known = store.known_run()
    fines = {row["document_no"]: row["amount_fen"] for row in store.nodes("Penalty", known).rows()}
    assert fines == {"1号": 1_500_000, "2号": None, "3号": None, "4号": None}
    starts = [*store.facts("SUBJECT_OF", known)["start"]]
    assert starts.count(f"E:{USCC}") == 2
    assert {*store.facts("IMPOSED_BY", known)["end"]} == {f"E:{AGENCY}"}
    assert not deliver(store, "shuanggongshi", path, tmp_path).changed


def test_entities_load_to_the_row_and_a_second_time_change_nothing(store: GraphStore, tmp_path: Path) -> None:
    path = tmp_path / "entities.json"
    path.write_text("".join(json.dumps(one) + "\n" for one in ENTITIES), "utf-8")
    report = deliver(store, "ftm", path, tmp_path)
    assert {kind: book for kind, book in books(report).items() if book[0]} == {
        "ftm_entities": (2, 2, 0, 0),
        "ftm_persons": (1, 1, 0, 0),
        "shareholdings": (2, 1, 1, 0),
        "posts": (1, 1, 0, 0),
        "ftm_sanctions": (1, 1, 0, 0),
        "contacts": (1, 1, 0, 0),
        "ftm_Vessel": (1, 0, 0, 1),
    }
    known = store.known_run()
    (listed,) = store.nodes("ListMembership", known).rows()
    assert (listed["list_kind"], listed["authority"]) == ("SANCTIONED", "Office")
    (owned,) = store.facts("OWNS", known).rows()
    assert (owned["share_ratio"], owned["share_min_ratio"], owned["share_max_ratio"]) == (None, 0.25, 0.5)
    assert not deliver(store, "ftm", path, tmp_path).changed


@pytest.mark.skipif(not LISTED.is_dir(), reason=f"the published list of listed companies is not at {LISTED}")
def test_the_listed_companies_are_accounted_for_to_the_row(store: GraphStore, tmp_path: Path) -> None:
    report = deliver(store, "listed_companies", LISTED, tmp_path)
    lines = {path.name: path.read_text("utf-8").count("\n") - 1 for path in LISTED.glob("*.csv")}
    read = dict.fromkeys(lines, 0)
    for file in report.files:
        assert file.ledger.balances
        read[file.file] += file.ledger.read
    assert read == lines
    known = store.known_run()
    counts = [len(store.nodes(label, known)) for label in ("LegalEntity", "Person")]
    assert counts == [3188, 20872]
    assert len(store.facts("HOLDS_POST", known)) == 27615
    refused = {f.file: f.ledger.quarantined for f in report.files if f.ledger.quarantined}
    assert refused == {
        "executive_stock.csv": 27,
        "stock_industry.csv": 5,
    }  # honorary titles; two industries at once
    assert not deliver(store, "listed_companies", LISTED, tmp_path).changed
