"""Deliveries of datasets on both stores: agreement, quality, enterprise list, second signature, heartbeat."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from loaders import LoadRequest, Vault
from loaders.agreements import Agreement, Agreements, Terms
from loaders.approval import BatchHeld, Receipt, Reception, approve, receive, reject
from loaders.batch import Batch, State, batches, keep, require
from loaders.enterprise_list import OUTSIDE
from loaders.quality import Thresholds
from queries.stores import open_store
from schema.datasets import DATASETS
from schema.errors import AccessDenied, Conflict, FileRefused, InputError, NotFound
from schema.nodes import NODES
from schema.periods import Period
from schema.ports import GraphStore
from tests.contract.stores import dump
from tests.integration.deliveries import AS_OF, FIRST, KEYS, SECOND, TOWN, load_path, quarantined, write

ROOT = Path(__file__).resolve().parents[2]
EVER = Period(None, None)
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
        self, code: str, *lines: str, who: str = "alice", source: str = "", day: dt.date = AS_OF
    ) -> Receipt:
        path = self.folder / f"{code}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return receive(self.reception, LoadRequest(code, path, source, day), who)

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
