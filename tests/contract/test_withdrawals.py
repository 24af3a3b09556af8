"""What a source withdraws 撤销 ends, whichever word comes first, and a past known_at still shows it; on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import Keys, LoadRequest, Vault, load
from schema.identifiers.uscc import make_uscc
from tests.unit.loaders.gleif_files import CHILD, PARENT, entity, level1, relationship, relationships, write

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

FIRST, SECOND, THIRD = (dt.date(2026, 11, day) for day in (1, 2, 3))
USCC = make_uscc("91", "441283", "X0000001")
OLDER = (
    "行政处罚决定书文号,处罚类别1,处罚事由,处罚依据,行政相对人名称,行政相对人代码_1,处罚结果,处罚决定日期,处罚机关,"
    "当前状态,地方编码,数据更新时间戳"
)


@dataclass(frozen=True)
class Case:
    """How a source says something, and how it withdraws it."""

    kind: str
    write: Callable[[Path, bool], Path]
    relationship: str
    day: dt.date
    said: Callable[[GraphStore, int], Any]


def gleif(folder: Path, withdrawn: bool) -> Path:
    said = {"registered": "ANNULLED", "updated": "2026-10-30T00:00:00Z"} if withdrawn else {}
    return write(
        folder,
        lei=level1(entity(PARENT, "P"), entity(CHILD, "C")),
        rr=relationships(relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY", **said)),
    )


def feed_of_2016(folder: Path, withdrawn: bool) -> Path:
    folder.mkdir(parents=True)
    state = "1,441283,2026/10/30" if withdrawn else "0,441283,2026/10/1"
    row = f"1号,罚款,事由,依据,某厂,{USCC},罚,2026/9/1,某局,{state}"
    (folder / "feed.csv").write_text(f"{OLDER}\n{row}\n", "utf-8")
    return folder / "feed.csv"


def canonical(folder: Path, withdrawn: bool) -> Path:
    folder.mkdir(parents=True)
    parties = f"uscc,name,entity_kind\n{USCC},某厂,ENTERPRISE\n"
    state = "REVOKED,2026-10-30" if withdrawn else ","
    header = "record_id,party,document_no,severity,decided_on,status,revoked_on"
    (folder / "enterprises.csv").write_text(parties, "utf-8")
    (folder / "penalties.csv").write_text(f"{header}\np1,E:{USCC},1号,MINOR,2026-09-01,{state}\n", "utf-8")
    return folder


def status_of_interest(store: GraphStore, run: int) -> Any:
    (fact,) = store.facts("HAS_INTEREST_IN", run).rows()
    return fact["status"], fact["annulled_on"]


def status_of_penalty(store: GraphStore, run: int) -> Any:
    (node,) = store.nodes("Penalty", run).rows()
    return node["status"], node["revoked_on"]


CASES = {
    "gleif": Case("gleif", gleif, "HAS_INTEREST_IN", dt.date(2026, 10, 30), status_of_interest),
    "shuanggongshi": Case(
        "shuanggongshi", feed_of_2016, "SUBJECT_OF", dt.date(2026, 10, 30), status_of_penalty
    ),
    "penalties": Case("canonical", canonical, "SUBJECT_OF", dt.date(2026, 10, 30), status_of_penalty),
}


@pytest.fixture(params=[*CASES])
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def deliver(store: GraphStore, case: Case, tmp_path: Path, as_of: dt.date, *, withdrawn: bool) -> LoadReport:
    path = case.write(tmp_path / f"{as_of}{withdrawn}", withdrawn)
    request = LoadRequest(case.kind, path, as_of=as_of)
    report = load(store, request, Vault(tmp_path / "vault", b"v" * 32), Keys(b"a key of a test!"))
    assert all(file.ledger.balances and not file.ledger.quarantined for file in report.files)
    return report


def in_force(store: GraphStore, case: Case, run: int | None = None) -> list[bool]:
    """Say of each fact whether it holds on any day."""
    facts = store.facts(case.relationship, store.known_run() if run is None else run).rows()
    return [f["valid_to"] is None or (f["valid_from"] or dt.date.min) < f["valid_to"] for f in facts]


def test_what_is_withdrawn_ends_and_says_so_with_the_day(
    store: GraphStore, case: Case, tmp_path: Path
) -> None:
    deliver(store, case, tmp_path, FIRST, withdrawn=False)
    before = store.known_run()
    assert in_force(store, case) == [True]
    deliver(store, case, tmp_path, SECOND, withdrawn=True)
    assert in_force(store, case) == [False]
    (fact,) = store.facts(case.relationship, store.known_run()).rows()
    assert (fact["valid_from"], fact["valid_to"]) == (case.day, case.day)
    assert case.said(store, store.known_run()) in (("ANNULLED", case.day), ("REVOKED", case.day))
    assert (in_force(store, case, before), case.said(store, before)) == ([True], (None, None))
    assert not deliver(store, case, tmp_path, THIRD, withdrawn=True).changed


def test_a_withdrawal_that_comes_first_is_kept_and_an_older_word_does_not_undo_it(
    store: GraphStore, case: Case, tmp_path: Path
) -> None:
    deliver(store, case, tmp_path, SECOND, withdrawn=True)
    assert in_force(store, case) == [False]
    report = deliver(store, case, tmp_path, FIRST, withdrawn=False)
    assert sum(file.ledger.skipped for file in report.files) == 1
    assert in_force(store, case) == [False]
    assert case.said(store, store.known_run())[1] == case.day


def test_what_was_withdrawn_may_be_stated_again(store: GraphStore, case: Case, tmp_path: Path) -> None:
    deliver(store, case, tmp_path, FIRST, withdrawn=True)
    deliver(store, case, tmp_path, SECOND, withdrawn=False)
    assert (in_force(store, case), case.said(store, store.known_run())) == ([True], (None, None))


def test_a_withdrawal_that_waits_for_its_ends_goes_before_an_older_word_that_brings_them(
    store: GraphStore, tmp_path: Path
) -> None:
    whole, alone = gleif(tmp_path / "whole", withdrawn=True), tmp_path / "alone"
    alone.mkdir()
    (whole / "rr.xml").rename(alone / "rr.xml")
    vault, keys = Vault(tmp_path / "vault", b"v" * 32), Keys(b"a key of a test!")
    (waiting,) = load(store, LoadRequest("gleif", alone, as_of=SECOND), vault, keys).files
    assert waiting.errors_by_code == {"endpoint_missing": 2}
    deliver(store, CASES["gleif"], tmp_path, FIRST, withdrawn=False)
    assert in_force(store, CASES["gleif"]) == [False]
    assert {row["status"] for row in store.nodes("Quarantine", store.known_run()).rows()} == {"FIXED"}
