"""Deliveries of datasets on both stores: agreement, quality, enterprise list, second signature, heartbeat."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders import LoadRequest, Vault
from loaders import values as reading
from loaders.agreements import Agreement, Agreements, Terms
from loaders.approval import BatchHeld, Receipt, Reception, approve, receive, reject
from loaders.batch import Batch, State, batches, history, keep, require
from loaders.enterprise_list import OUTSIDE
from loaders.quality import Thresholds
from loaders.replay import Archive, replay
from queries.stores import open_store
from schema.datasets import DATASETS
from schema.errors import AccessDenied, Conflict, FileRefused, InputError, NotFound
from schema.fields import FieldType
from schema.nodes import NODES
from schema.periods import Period
from schema.ports import GraphStore
from tests.contract.stores import dump
from tests.integration.deliveries import (
    ABSENT,
    AS_OF,
    FIRST,
    KEYS,
    SECOND,
    TOWN,
    load_path,
    quarantined,
    write,
)

ROOT = Path(__file__).resolve().parents[2]
EVER = Period(None, None)
DAY = dt.timedelta(days=1)
HEADER = "record_id,party,name,awarded_on"
ROW = f"t1,E:{FIRST},宏远,2020-01-01"


def agreement(code: str, department: str = "MARKET_REGULATION", **options: object) -> Agreement:
    fields = options.pop("fields", DATASETS[code].columns)
    told = {"agreement": "A-1", "dataset": code, "fields": frozenset(fields), "period": EVER, **options}  # type: ignore[arg-type, call-overload]
    return Agreement("A-1", "协议", department, "甲", "", (Terms(**told),))  # type: ignore[arg-type]


class Desk:
    """A reception over a store with a small town in it."""

    def __init__(self, store: GraphStore, folder: Path, *agreements: Agreement) -> None:
        self.store, self.folder = store, folder
        self.reception = Reception(store, Vault(folder / "vault", b"v" * 32), KEYS, Agreements(agreements))

    def under(self, *agreements: Agreement) -> Desk:
        return Desk(self.store, self.folder, *agreements)

    def bring(
        self,
        code: str,
        *lines: str,
        who: str = "alice",
        source: str = "",
        day: dt.date = AS_OF,
        **options: Any,
    ) -> Receipt:
        path = self.folder / f"{code}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return receive(self.reception, LoadRequest(code, path, source, day, **options), who)

    @property
    def newest(self) -> Batch:
        return batches(self.store)[0]

    def ids(self, label: str) -> list[str]:
        return sorted(self.store.nodes(label, self.store.known_run())["id"])


@pytest.fixture
def desk(store: GraphStore, tmp_path: Path) -> Desk:
    load_path(store, write(tmp_path / "town", TOWN))
    return Desk(store, tmp_path)


def graph(store: GraphStore) -> Mapping[str, object]:
    return dump(store)


def test_s3_16_a_dataset_fills_its_constants_and_names_its_supplier(desk: Desk) -> None:
    receipt = desk.bring("TRADEMARK", HEADER, ROW)
    assert receipt.batch.state is State.PUBLISHED
    (honour,) = desk.store.nodes("Honour", desk.store.known_run()).rows()
    assert (honour["id"], honour["honour_kind"], honour["name"]) == (
        "MARKET_REGULATION:TRADEMARK/t1",
        "TRADEMARK",
        "宏远",
    )
    assert receipt.batch.published_run == honour["run"]
    admitted = "record_id,party,project_no,admitted_on,outcome"
    desk.bring(
        "PROJECT_ADMISSION", admitted, f"p1,E:{FIRST},2026-04,2026-05-01,ADMITTED", day=dt.date(2026, 6, 1)
    )
    (project,) = desk.store.nodes("ProjectAdmission", desk.store.known_run()).rows()
    assert (project["project_no"], project["admitted_on"]) == ("2026-04", dt.date(2026, 5, 1))


def test_datasets_of_one_department_may_number_their_records_alike(desk: Desk) -> None:
    desk.bring("TRADEMARK", HEADER, ROW)
    desk.bring("HONOUR_CONTRACT", HEADER, ROW)
    assert desk.ids("Honour") == ["MARKET_REGULATION:HONOUR_CONTRACT/t1", "MARKET_REGULATION:TRADEMARK/t1"]


def test_s3_18_a_chattel_mortgage_pledges_to_the_mortgagee(desk: Desk) -> None:
    header = "record_id,pledgor,pledgee,secured_fen,registration_no,registered_on"
    desk.bring("CHATTEL_MORTGAGE", header, f"m1,E:{FIRST},E:{SECOND},100,N1,2025-01-01")
    (fact,) = desk.store.facts("PLEDGED_TO", desk.store.known_run()).rows()
    assert (fact["start"], fact["end"]) == ("MARKET_REGULATION:m1", f"E:{SECOND}")
    (node,) = desk.store.nodes("Collateral", desk.store.known_run()).rows()
    assert node["collateral_kind"] == "CHATTEL"


def test_s3_15_a_pool_without_a_target_kind_is_rejected(desk: Desk) -> None:
    kinds = NODES["CompensationPool"].field("target_kind").choices
    pools = [f"p{n},池,{kind},100" for n, kind in enumerate(kinds)]
    desk.bring("COMPENSATION_POOL", "record_id,name,target_kind,cash_fen", *pools, "d,丁池,,100")
    assert len(desk.ids("CompensationPool")) == len(kinds) == 3
    assert [(row["line"], "required" in row["errors"]) for row in quarantined(desk.store)] == [(5, True)]


def test_s0_23_a_batch_with_a_column_outside_the_agreement_is_held_whole_with_a_field_report(
    desk: Desk,
) -> None:
    narrow = desk.under(agreement("TRADEMARK", fields=HEADER.split(",")))
    before = graph(desk.store)
    with pytest.raises(BatchHeld, match="A-1 does not allow certificate_no, home_phone"):
        narrow.bring("TRADEMARK", f"{HEADER},certificate_no,home_phone", f"{ROW},c1,123")
    assert graph(desk.store) == before
    held = narrow.newest
    assert (held.state, held.outside, held.agreement) == (
        State.HELD,
        ("certificate_no", "home_phone"),
        "A-1",
    )
    assert set(held.allowed) == set(HEADER.split(","))
    # Released by amending the agreement and loading again, and by nothing else.
    with pytest.raises(Conflict, match="HELD"):
        approve(narrow.reception, held.id, "bob")
    amended = desk.under(agreement("TRADEMARK", fields=[*HEADER.split(","), "certificate_no"]))
    assert amended.bring("TRADEMARK", f"{HEADER},certificate_no", f"{ROW},c1").batch.state is State.PUBLISHED


def test_s0_23_the_same_file_is_the_same_batch_and_is_released_by_the_amended_agreement(desk: Desk) -> None:
    lines = (f"{HEADER},certificate_no", f"{ROW},c1")
    with pytest.raises(BatchHeld):
        desk.under(agreement("TRADEMARK", fields=HEADER.split(","))).bring("TRADEMARK", *lines)
    released = desk.under(agreement("TRADEMARK")).bring("TRADEMARK", *lines).batch
    assert [(b.id, b.state, b.outside) for b in batches(desk.store)] == [(released.id, State.PUBLISHED, ())]


def test_s0_23_outside_the_period_of_its_agreement_a_batch_is_held(desk: Desk) -> None:
    ended = desk.under(agreement("TRADEMARK", period=Period(None, AS_OF)))
    with pytest.raises(BatchHeld, match="in force on 2026-01-01"):
        ended.bring("TRADEMARK", HEADER, ROW)
    assert desk.ids("Honour") == []


def test_s3_03_a_batch_below_its_threshold_is_held_and_its_quality_is_listed(desk: Desk) -> None:
    strict = desk.under(agreement("TRADEMARK", thresholds=Thresholds(completeness=0.9)))
    before = graph(desk.store)
    with pytest.raises(BatchHeld, match=r"completeness 0\.833 < 0\.9"):
        strict.bring("TRADEMARK", HEADER, ROW, f"t2,E:{SECOND},,2020-01-01")
    assert graph(desk.store) == before
    held = strict.newest
    assert held.state is State.HELD
    assert held.quality is not None
    assert held.quality.completeness == pytest.approx(5 / 6)
    good = strict.bring("TRADEMARK", HEADER, ROW).batch
    assert good.quality is not None
    assert batches(desk.store)[0].quality == good.quality


def test_a_file_that_breaks_its_contract_is_listed_as_refused(desk: Desk) -> None:
    with pytest.raises(FileRefused, match="lacks the required column"):
        desk.bring("TRADEMARK", "record_id,name", "t1,甲")
    assert (desk.newest.state, desk.newest.row_count) == (State.REFUSED, None)
    assert "awarded_on" in desk.newest.reason


def test_s3_13_a_batch_reaches_the_graph_only_after_another_steward_approves_it(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    before = graph(desk.store)
    waiting = careful.bring("TRADEMARK", HEADER, ROW)
    assert (waiting.batch.state, waiting.report) == (State.PENDING, None)
    assert graph(desk.store) == before
    with pytest.raises(AccessDenied, match="does not sign"):
        approve(careful.reception, waiting.batch.id, "alice")
    (desk.folder / "TRADEMARK.csv").unlink()  # the approval needs the vault only
    done = approve(careful.reception, waiting.batch.id, "bob", "checked")
    assert done.report is not None
    assert done.batch.state is State.PUBLISHED
    assert (done.batch.reviewed_by, done.batch.remark) == ("bob", "checked")
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1"]
    run = next(desk.store.query("run_by_number", {"number": done.batch.published_run}).rows())
    assert run["approved_by"] == "alice + bob"
    with pytest.raises(Conflict, match="PUBLISHED"):
        approve(careful.reception, waiting.batch.id, "carol")
    # The same file again says nothing new, and needs no new signature.
    assert careful.bring("TRADEMARK", HEADER, ROW, who="carol").batch.state is State.PUBLISHED


def test_s3_13_a_rejected_batch_stays_listed_with_its_evidence(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    batch = careful.bring("TRADEMARK", HEADER, ROW).batch
    with pytest.raises(InputError, match="Say why"):
        reject(careful.reception, batch.id, "bob", " ")
    with pytest.raises(InputError, match="at most"):
        reject(careful.reception, batch.id, "bob", "x" * 501)
    with pytest.raises(AccessDenied):
        reject(careful.reception, batch.id, "alice", "mine")
    reject(careful.reception, batch.id, "bob", "wrong year")
    kept = require(desk.store, batch.id)
    assert (kept.state, kept.remark) == (State.REJECTED, "wrong year")
    assert careful.reception.vault.read(kept.sha256).decode().startswith("record_id")
    assert desk.ids("Honour") == []
    with pytest.raises(Conflict):
        approve(careful.reception, batch.id, "carol")
    with pytest.raises(NotFound):
        approve(careful.reception, "B:none", "bob")


def test_s3_13_who_did_what_when_stays_readable(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    batch = careful.bring("TRADEMARK", HEADER, ROW).batch
    waiting = desk.store.known_run()
    approve(careful.reception, batch.id, "bob")
    assert [b.state for b in batches(desk.store, known_run=waiting)] == [State.PENDING]
    assert [b.state for b in batches(desk.store)] == [State.PUBLISHED]


def test_s3_13_a_batch_left_approved_by_a_crash_is_loaded_by_approving_again(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    batch = careful.bring("TRADEMARK", HEADER, ROW).batch
    keep(desk.store, replace(batch, state=State.APPROVED, reviewed_by="bob"))
    with pytest.raises(Conflict, match="APPROVED"):
        reject(careful.reception, batch.id, "carol", "too late")
    done = approve(careful.reception, batch.id, "carol").batch
    assert (done.state, done.reviewed_by) == (State.PUBLISHED, "bob")
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1"]


CRASHING = """
import os, signal, sys
from pathlib import Path
from loaders import Vault
from loaders.approval import Reception, approve
from queries.stores import open_store
from tests.contract.test_batches import Agreements, KEYS, agreement

url, folder, batch = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
agreements = Agreements((agreement("TRADEMARK", four_eyes=True),))
desk = Reception(open_store(url), Vault(folder / "vault", b"v" * 32), KEYS, agreements)
approve(desk, batch, "bob", progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_s3_13_an_approval_killed_at_its_first_batch_and_signed_again_loads_once(
    store_url: str, tmp_path: Path
) -> None:
    store = open_store(store_url)
    store.prepare()
    load_path(store, write(tmp_path / "town", TOWN))
    batch = (
        Desk(store, tmp_path, agreement("TRADEMARK", four_eyes=True)).bring("TRADEMARK", HEADER, ROW).batch
    )
    store.close()
    command = [sys.executable, "-c", CRASHING, store_url, str(tmp_path), batch.id]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    store = open_store(store_url)
    store.prepare()
    desk = Desk(store, tmp_path, agreement("TRADEMARK", four_eyes=True))
    assert (desk.newest.state, desk.ids("Honour")) == (State.APPROVED, [])
    assert approve(desk.reception, batch.id, "carol").batch.state is State.PUBLISHED
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1"]
    store.close()


def test_s3_29_a_record_about_an_enterprise_outside_the_list_is_held_for_review(desk: Desk) -> None:
    lenient = Thresholds(uniqueness=0.5)
    limited = desk.under(agreement("TRADEMARK", enterprise_list=True, thresholds=lenient))
    with pytest.raises(BatchHeld, match="no list is issued"):
        limited.bring("TRADEMARK", HEADER, ROW)
    lists = "record_id,name,version,issued_on,zone"
    desk.bring(
        "ENTERPRISE_LIST", lists, "v1,试验区名录,1,2025-01-01,441283", "v2,试验区名录,2,2026-06-01,441283"
    )
    desk.bring(
        "ENTERPRISE_LIST_ENTRY",
        "record_id,list,enterprise",
        f"e1,v1,{FIRST}",
        f"e2,v2,{FIRST}",
        f"e3,v2,{SECOND}",
    )
    receipt = limited.bring(
        "TRADEMARK", HEADER, ROW, f"t2,E:{SECOND},兴农,2020-01-01", f"t2,E:{SECOND},兴农,2020-01-01"
    )
    assert receipt.report is not None
    book = receipt.report.files[0].ledger
    assert (book.read, book.loaded, book.quarantined, book.balances) == (3, 1, 2, True)
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1"]
    rows = quarantined(desk.store)
    assert {row["line"] for row in rows} <= {3, 4}
    assert all(OUTSIDE in row["errors"] and row["status"] == "OPEN" for row in rows)
    # The next version names the enterprise: delivered again, the record loads.
    again = limited.bring("TRADEMARK", HEADER, f"t2,E:{SECOND},兴农,2020-01-01", day=dt.date(2026, 7, 1))
    assert again.batch.state is State.PUBLISHED
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1", "MARKET_REGULATION:TRADEMARK/t2"]


def test_s3_21_two_bureaux_state_one_field_and_the_loser_stays_visible(desk: Desk) -> None:
    header, day = "party,period_from,period_to,own_funds_fen,payables_fen", dt.date(2017, 1, 31)
    year = f"E:{FIRST},2016-01-01,2016-12-31"
    desk.bring("BALANCE_SHEET", header, f"{year},100,50", source="STATE_TAX", day=day)
    desk.bring("BALANCE_SHEET", header, f"{year},99,50", source="LOCAL_TAX", day=day)
    desk.bring(
        "PROFIT",
        "party,period_from,period_to,sales_fen,cost_fen,profit_fen",
        f"{year},9,5,4",
        source="LOCAL_TAX",
        day=day,
    )
    known = desk.store.known_run()
    (statement,) = desk.store.nodes("FinancialStatement", known).rows()
    assert statement["id"] == f"TAX:STATEMENT/E:{FIRST}|2016-12-31"
    assert (statement["own_funds_fen"], statement["sales_fen"]) == (100, 9)
    said = [
        (s["source"], s["value"], s["chosen"])
        for s in desk.store.sayings("FinancialStatement", statement["id"], known).rows()
        if s["property"] == "own_funds_fen"
    ]
    assert said == [("STATE_TAX", 100, True), ("LOCAL_TAX", 99, False)]
    facts = desk.store.facts("SUBJECT_OF", known)
    assert len(facts) == 3  # each bureau's own fact, under its own key


def test_s0_24_an_empty_delivery_is_a_batch_and_changes_nothing(desk: Desk) -> None:
    before = graph(desk.store)
    first = desk.under(agreement("TRADEMARK", four_eyes=True)).bring("TRADEMARK", HEADER).batch
    assert (first.state, first.row_count, first.published_run) == (State.PUBLISHED, 0, None)
    second = desk.bring("TRADEMARK", HEADER).batch
    assert second.id == first.id
    assert second.received_at > first.received_at
    assert graph(desk.store) == before


def test_s0_24_forty_one_sources_load_in_parallel_and_the_same_batch_twice_changes_nothing(
    desk: Desk,
) -> None:
    counties = [f"{441200 + n:06d}" for n in range(41)]

    def one(county: str) -> Receipt:
        path = desk.folder / f"{county}.csv"
        lines = [f"E:{FIRST if n % 2 else SECOND},2026-{n // 2 + 1:02d},{county},1" for n in range(10)]
        path.write_text("\n".join(["party,month,quantity,amount_fen", *lines]) + "\n", encoding="utf-8")
        return receive(
            desk.reception, LoadRequest("ELECTRICITY", path, f"POWER_GRID.{county}", AS_OF), "alice"
        )

    with ThreadPoolExecutor(8) as pool:
        receipts = [*pool.map(one, counties)]
    assert all(r.report and r.report.files[0].ledger.loaded == 10 for r in receipts)
    assert len({r.batch.source for r in receipts}) == 41
    assert len(desk.ids("UtilityRecord")) == 410
    loaded = graph(desk.store)
    with ThreadPoolExecutor(8) as pool:
        again = [*pool.map(one, counties)]
    assert all(r.report and not r.report.changed for r in again)
    assert [r.batch.published_run for r in again] == [r.batch.published_run for r in receipts]
    assert graph(desk.store) == loaded


def test_t13_data_of_a_department_that_did_not_exist_are_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="did not exist on 2026-01-01"):
        desk.bring("TRADEMARK", HEADER, ROW, source="INDUSTRY_COMMERCE")
    former = desk.bring("TRADEMARK", HEADER, ROW, source="INDUSTRY_COMMERCE", day=dt.date(2015, 1, 1))
    assert former.batch.source == "INDUSTRY_COMMERCE"
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1"]


def test_a_dataset_s_constant_is_no_column_of_its_files(desk: Desk) -> None:
    receipt = desk.bring("TRADEMARK", f"{HEADER},honour_kind", f"{ROW},HIGH_TECH")
    assert receipt.report is not None
    assert receipt.report.files[0].warnings == ("unknown column 'honour_kind': not collected",)
    (honour,) = desk.store.nodes("Honour", desk.store.known_run()).rows()
    assert honour["honour_kind"] == "TRADEMARK"


def test_what_is_no_dataset_or_no_single_file_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="no dataset of the catalogue"):
        desk.bring("NOTHING", HEADER, ROW)
    with pytest.raises(FileRefused):
        receive(desk.reception, LoadRequest("TRADEMARK", desk.folder), "alice")
    assert os.path.isdir(desk.folder)


def trademark(n: int, party: str = FIRST, on: str = "2020-01-01") -> str:
    return f"t{n},E:{party},商标{n},{on}"


def test_s3_13_a_signature_covers_bytes_day_and_options(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    for lines in ((trademark(0), trademark(1), trademark(2)), (trademark(3), trademark(4))):
        approve(careful.reception, careful.bring("TRADEMARK", HEADER, *lines).batch.id, "bob")
    before = len(desk.store.facts("SUBJECT_OF", desk.store.known_run()))
    asked = {"snapshot": "MARKET_REGULATION", "accept_vanished": True}
    swept = careful.bring("TRADEMARK", HEADER, trademark(3), trademark(4), **asked)
    assert (swept.batch.state, swept.batch.reviewed_by, swept.report) == (State.PENDING, "", None)
    assert careful.bring("TRADEMARK", HEADER, trademark(3), trademark(4), day=AS_OF + DAY).batch.state is (
        State.PENDING
    )
    closed = [c for c in desk.store.facts("SUBJECT_OF", desk.store.known_run())["valid_to"] if c]
    assert (len(desk.store.facts("SUBJECT_OF", desk.store.known_run())), closed) == (before, [])
    same = careful.bring("TRADEMARK", HEADER, trademark(3), trademark(4)).batch
    assert (same.state, same.reviewed_by, same.unchanged) == (State.PUBLISHED, "bob", 2)
    with pytest.raises(AccessDenied):
        approve(careful.reception, swept.batch.id, "alice")
    assert approve(careful.reception, swept.batch.id, "bob").batch.state is State.PUBLISHED


def test_s3_13_a_rejected_batch_that_comes_again_waits_with_its_history(desk: Desk) -> None:
    careful = desk.under(agreement("TRADEMARK", four_eyes=True))
    first = careful.bring("TRADEMARK", HEADER, ROW).batch
    reject(careful.reception, first.id, "bob", "wrong year")
    known = desk.store.known_run()
    again = careful.bring("TRADEMARK", HEADER, ROW, who="carol").batch
    assert (again.id, again.state, again.reviewed_by) == (first.id, State.PENDING, "")
    approve(careful.reception, again.id, "bob", "corrected elsewhere")
    steps = history(desk.store, first.id)
    assert [(s.batch.state.value, s.batch.reviewed_by, s.batch.remark) for s in steps] == [
        ("PENDING", "", ""),
        ("REJECTED", "bob", "wrong year"),
        ("PENDING", "", ""),
        ("APPROVED", "bob", "corrected elsewhere"),
        ("PUBLISHED", "bob", "corrected elsewhere"),
    ]
    assert [s.at for s in steps] == sorted(s.at for s in steps)
    assert [s.batch.state for s in history(desk.store, first.id, known)] == [State.PENDING, State.REJECTED]
    assert history(desk.store, "B:none") == ()


def test_s0_24_what_a_delivery_brought_is_counted_on_its_batch(desk: Desk) -> None:
    batch = desk.bring("TRADEMARK", HEADER, ROW, trademark(2, ABSENT)).batch
    assert (batch.row_count, batch.loaded, batch.unchanged, batch.quarantined) == (2, 1, 0, 1)
    assert batches(desk.store) == [batch]
    again = desk.bring("TRADEMARK", HEADER, ROW, trademark(2, ABSENT)).batch
    assert (again.loaded, again.unchanged, again.quarantined) == (0, 1, 1)


def test_s3_13_every_delivery_leaves_a_batch_and_none_overwrites_what_was_published(desk: Desk) -> None:
    published = desk.bring("TRADEMARK", HEADER, ROW).batch
    older = AS_OF - DAY
    with pytest.raises(FileRefused, match="older snapshot ends nothing"):
        desk.bring("TRADEMARK", HEADER, ROW, day=older, snapshot="MARKET_REGULATION")
    with pytest.raises(InputError, match="names nothing of this delivery"):
        desk.bring("TRADEMARK", HEADER, ROW, snapshot="nonsense")
    with pytest.raises(InputError, match="A scope is SOURCE"):
        desk.bring("TRADEMARK", HEADER, ROW, snapshot="a/b/c")
    empty = desk.folder / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(FileRefused, match="is empty"):
        receive(desk.reception, LoadRequest("TRADEMARK", empty, as_of=AS_OF), "alice")
    found = batches(desk.store)
    assert require(desk.store, published.id) == published
    assert sorted(b.state.value for b in found) == ["PUBLISHED", *["REFUSED"] * 4]
    assert {b.file for b in found if b.row_count is None} == {"empty.csv"}
    # The agreement changed since: what was published of the very same batch is remembered.
    with pytest.raises(BatchHeld):
        desk.under(agreement("TRADEMARK", fields=["party"])).bring("TRADEMARK", HEADER, ROW)
    held = require(desk.store, published.id)
    assert (held.state, held.published_run, held.loaded) == (State.HELD, published.published_run, 1)


def test_s3_29_a_replayed_row_stays_outside_the_list_whatever_else_it_was_refused_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = desk.under(
        agreement("TRADEMARK", enterprise_list=True, four_eyes=True, thresholds=Thresholds(0, 0, 0, 0))
    )
    desk.bring("ENTERPRISE_LIST", "record_id,name,version,issued_on,zone", "v1,名录,1,2025-01-01,441283")
    desk.bring("ENTERPRISE_LIST_ENTRY", "record_id,list,enterprise", f"e1,v1,{FIRST}")
    spelled = "二〇二〇年"
    rows = (ROW, trademark(2, SECOND, spelled), trademark(3, FIRST, spelled))
    batch = limited.bring("TRADEMARK", HEADER, *rows).batch
    approve(limited.reception, batch.id, "bob")
    assert not any(OUTSIDE in row["errors"] for row in quarantined(desk.store))
    strict = reading._BY_KIND[FieldType.DATE]

    def relaxed(text: str) -> Any:
        return dt.date(2020, 1, 1) if text == spelled else strict(text)

    monkeypatch.setitem(reading._BY_KIND, FieldType.DATE, relaxed)
    archive = Archive(desk.store, desk.reception.vault, KEYS)
    report = replay(archive, "MARKET_REGULATION", "TRADEMARK", "tests").report
    assert (report.files[0].ledger.loaded, report.files[0].errors_by_code) == (1, {OUTSIDE: 1})
    assert desk.ids("Honour") == ["MARKET_REGULATION:TRADEMARK/t1", "MARKET_REGULATION:TRADEMARK/t3"]


def test_loader_rule_4_a_snapshot_with_fewer_rows_than_agreed_is_held(desk: Desk) -> None:
    least = desk.under(agreement("TRADEMARK", least_rows=3))
    rows = (trademark(1), trademark(2))
    assert least.bring("TRADEMARK", HEADER, *rows).batch.state is State.PUBLISHED, "a delta may be small"
    before = graph(desk.store)
    whole = {"snapshot": "MARKET_REGULATION/TRADEMARK"}
    with pytest.raises(BatchHeld, match="with 2 good rows, and at least 3 are expected"):
        least.bring("TRADEMARK", HEADER, *rows, **whole)
    bad = trademark(3, FIRST, "some day")
    with pytest.raises(BatchHeld, match="with 2 good rows"):
        least.bring("TRADEMARK", HEADER, *rows, bad, **whole)
    assert graph(desk.store) == before
    assert least.newest.state is State.HELD
    assert least.bring("TRADEMARK", HEADER, *rows, trademark(3), **whole).batch.loaded == 1


def test_loader_rule_4_warnings_stay_with_the_run_and_the_batch(desk: Desk) -> None:
    batch = desk.bring("TRADEMARK", f"{HEADER},colour", f"{ROW},red").batch
    warnings = ("unknown column 'colour': not collected",)
    assert batch.warnings == require(desk.store, batch.id).warnings == warnings
    run = next(desk.store.query("run_by_number", {"number": batch.published_run}).rows())
    (kept,) = desk.store.query("runs_of_delivery", {"delivery": run["delivery"]}).rows()
    assert json.loads(kept["warnings"]) == [*warnings]
