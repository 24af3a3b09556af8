"""POST /ingest/{DATASET} on both stores: one batch of the reception desk, whatever becomes of it, and no way around it."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
import xlsxwriter

from graph_service.trust.demo_issuer import Grant
from graph_service.web import ingest_dataset
from loaders.approval import approve
from loaders.batch import State, batches
from schema.access import Purpose, Role
from tests.contract.stores import dump
from tests.integration.api_town import BANK, CORE, SUPPLIER, Town, town
from tests.integration.command_line import ROOT, CommandLine, clean_environment
from tests.integration.test_api_batches import REVIEW

CSV, NDJSON = "text/csv", "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUREAU = "11441283007000000X"
HEADER = "record_id,party,name,awarded_on"
ROW = f"t1,E:{CORE},宏远,2020-01-01"
FILE = f"{HEADER}\n{ROW}\n".encode()
WIDE = f"{HEADER},home_phone\n{ROW},123\n".encode()
HONOUR = "MARKET_REGULATION:TRADEMARK/t1"
AGREEMENTS = f"""
[[agreements]]
id = "A-1"
name = "一"
department = "MARKET_REGULATION"
owner = "甲"
organisations = ["{BUREAU}"]
[agreements.datasets]
TRADEMARK = {{ fields = ["record_id", "party", "name", "awarded_on"] }}
HONOUR_CONTRACT = {{ fields = ["record_id", "party", "name", "awarded_on"], four_eyes = true }}
[[agreements]]
id = "A-2"
name = "二"
department = "POWER_GRID"
county = "441283"
owner = "乙"
[agreements.datasets]
ELECTRICITY = {{ fields = ["record_id", "party", "month", "quantity", "amount_fen"] }}
"""
MARKET = Grant(Role.INTEGRATION, org="MARKET_REGULATION")
GRID = Grant(Role.INTEGRATION, org="POWER_GRID", region="441283100")
STEWARD = Grant(Role.STEWARD, region="441283", subject="P:city:steward")


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> dict[str, Any]:
    """Settings of the deployment; the processes that die share them."""
    folder = tmp_path / "agreements"
    folder.mkdir()
    (folder / "a.toml").write_text(AGREEMENTS, encoding="utf-8")
    return {"store": store_url, "agreements_dir": folder, "data_dir": tmp_path / "data"}


@pytest.fixture
def place(settings: dict[str, Any], tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, **settings) as found:
        yield found


def send(
    place: Town,
    body: bytes = FILE,
    code: str = "TRADEMARK",
    who: Grant = MARKET,
    key: str = "k1",
    media: str = CSV,
    **said: Any,
) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {place.token(who)}",
        "Content-Type": media,
        "X-Purpose": "OPERATIONS",
        "Idempotency-Key": key,
    }
    headers |= said.pop("headers", {})
    return place.client.post(f"/ingest/{code}", content=body, headers=headers, **said)


def ids(place: Town, label: str = "Honour") -> list[str]:
    store = place.service.store
    return sorted(store.nodes(label, store.known_run())["id"])


def states(place: Town) -> list[State]:
    return [batch.state for batch in batches(place.service.store)]


def bodies(place: Town) -> list[Path]:
    return [*(place.service.settings.data_dir / "ingest" / "bodies").glob("*")]


def test_s0_23_a_dataset_is_one_batch_and_each_refused_row_is_named(place: Town) -> None:
    rows = f"{ROW}\nt2,E:{SUPPLIER},青禾,someday\n"
    answer = send(place, f"{HEADER}\n{rows}".encode(), params={"as_of": "2026-03-01"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["dataset"], said["source"]) == ("TRADEMARK", "MARKET_REGULATION")
    assert (said["ledger"]["batches"], said["ledger"]["loaded"], said["ledger"]["quarantined"]) == (1, 1, 1)
    assert [(e["line"], e["field"]) for e in said["errors"]] == [(3, "awarded_on")]
    assert ids(place) == [HONOUR]
    (batch,) = batches(place.service.store)
    assert said["batch"]["id"] == batch.id
    assert (said["batch"]["state"], said["batch"]["row_count"]) == ("PUBLISHED", 2)
    assert (batch.uploaded_by, batch.data_on.isoformat()) == ("ingest:MARKET_REGULATION", "2026-03-01")
    assert bodies(place) == []


def test_s0_23_a_column_outside_holds_the_batch_and_the_answer_reports_the_fields(place: Town) -> None:
    before = dump(place.service.store)
    answer = send(place, WIDE)
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert "A-1 does not allow home_phone" in said["error"]["message"]
    assert said["error"]["extensions"]["code"] == "BAD_USER_INPUT"
    assert (said["batch"]["state"], said["batch"]["outside"]) == ("HELD", ["home_phone"])
    assert said["batch"]["allowed"] == sorted(HEADER.split(","))
    assert "ledger" not in said
    assert dump(place.service.store) == before
    assert states(place) == [State.HELD]
    again = send(place, WIDE)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (422, "true")
    assert again.json() == said
    assert send(place, FILE).status_code == 409
    assert send(place, FILE, key="k2").status_code == 200


def test_s3_03_a_broken_format_is_listed_as_refused(place: Town) -> None:
    answer = send(place, b"record_id,name\nt1,x\n")
    assert (answer.status_code, answer.json()["batch"]["state"]) == (422, "REFUSED")
    assert "lacks the required column" in answer.json()["error"]["message"]
    assert states(place) == [State.REFUSED]


def test_s3_13_a_pending_batch_is_visible_only_after_another_steward_s_signature(place: Town) -> None:
    uploading = Grant(Role.STEWARD, org="MARKET_REGULATION", subject="P:city:one")
    waiting = send(place, code="HONOUR_CONTRACT", who=uploading)
    assert waiting.status_code == 202, waiting.text
    batch = waiting.json()["batch"]
    assert (batch["state"], ids(place)) == ("PENDING", [])
    wish = {"batch": batch["id"], "decision": "APPROVE"}
    one = Grant(Role.STEWARD, region="441283", subject="P:city:one")
    assert place.ask(REVIEW, one, Purpose.OPERATIONS, input=wish).code == "FORBIDDEN"
    assert ids(place) == []
    done = place.ask(REVIEW, STEWARD, Purpose.OPERATIONS, input=wish).data["reviewBatch"]
    assert (done["batch"]["state"], done["batch"]["uploadedBy"]) == ("PUBLISHED", "P:city:one")
    assert ids(place) == ["MARKET_REGULATION:HONOUR_CONTRACT/t1"]
    # The key keeps its answer; under a new one the file is known to be published.
    replayed = send(place, code="HONOUR_CONTRACT", who=uploading)
    assert (replayed.status_code, replayed.json()) == (202, waiting.json())
    fresh = send(place, code="HONOUR_CONTRACT", who=uploading, key="k2")
    assert (fresh.status_code, fresh.json()["ledger"]["unchanged"]) == (200, 1)


def test_the_same_key_replays_its_answer_and_another_body_is_a_conflict(place: Town) -> None:
    first = send(place)
    run = place.service.store.known_run()
    again = send(place)
    assert (first.headers["idempotency-replayed"], again.headers["idempotency-replayed"]) == ("false", "true")
    assert again.json() == first.json()
    for other in ({"body": WIDE}, {"code": "HONOUR_CONTRACT"}, {"params": {"as_of": "2026-01-02"}}):
        refused = send(place, **other)
        assert refused.status_code == 409
        assert "retry-after" not in refused.headers
    assert place.service.store.known_run() == run


def test_s0_23_a_department_does_not_send_bare_kinds(place: Town) -> None:
    run = place.service.store.known_run()
    rows = f"record_id,party,honour_kind,name,awarded_on\nt1,E:{CORE},TRADEMARK,宏远,2020-01-01\n".encode()
    for who in (
        MARKET,
        Grant(Role.INTEGRATION, org=f"E:{BUREAU}"),
        Grant(Role.OPERATOR, org="market_regulation"),
    ):
        refused = send(place, rows, "honours", who)
        assert refused.status_code == 400, refused.text
        said = refused.json()["error"]["message"]
        assert "COMMENDATION, TRADEMARK, HONOUR_CONTRACT" in said
        assert "HIGH_TECH" not in said
    assert "ELECTRICITY" in send(place, b"party\n", "utilities", GRID).json()["error"]["message"]
    assert "catalogue must declare" in send(place, b"party\n", "invoices", GRID).json()["error"]["message"]
    assert (place.service.store.known_run(), ids(place), states(place)) == (run, [], [])


def test_free_sources_go_on_sending_bare_kinds(place: Town) -> None:
    who = Grant(Role.INTEGRATION, org=f"E:{BANK}")
    rows = f"record_id,party,honour_kind,name,awarded_on\nt1,E:{CORE},TRADEMARK,宏远,2020-01-01\n".encode()
    assert send(place, rows, "honours", who).json()["ledger"]["loaded"] == 1
    reading = "asset,metric,reading,read_at,record_id\ncity:a1,dissolved_oxygen_mg_l,6.0,2026-01-01T00:00:00+08:00,r1\n"
    streamed = send(place, reading.encode(), "telemetry", who, key="k2")
    assert streamed.json()["ledger"]["loaded"] == 1, streamed.text


def test_only_the_supplier_delivers_a_dataset_and_a_county_as_its_bureau(place: Town) -> None:
    def sent(who: Grant, code: str = "TRADEMARK", **said: Any) -> tuple[int, str]:
        answer = send(place, code=code, who=who, **said)
        return answer.status_code, answer.json()["error"]["extensions"]["code"]

    run = place.service.store.known_run()
    assert sent(Grant(Role.INTEGRATION, org=f"E:{BANK}")) == (403, "FORBIDDEN")
    assert sent(Grant(Role.INTEGRATION, org="TAX")) == (403, "FORBIDDEN")
    assert sent(Grant(Role.INTEGRATION)) == (403, "FORBIDDEN")
    assert sent(Grant(Role.LENDER, org="MARKET_REGULATION")) == (403, "FORBIDDEN")
    assert sent(MARKET, headers={"X-Purpose": "LENDING"}) == (403, "PURPOSE_REQUIRED")
    assert sent(MARKET, headers={"Authorization": "Bearer wrong"}) == (401, "UNAUTHENTICATED")
    nameless = Grant(Role.STEWARD, org="MARKET_REGULATION")
    assert sent(nameless) == (403, "FORBIDDEN")
    elsewhere = Grant(Role.INTEGRATION, org="POWER_GRID.441283", region="330100")
    assert sent(elsewhere, "ELECTRICITY") == (403, "FORBIDDEN")
    assert sent(Grant(Role.INTEGRATION, org="WATER_AFFAIRS"), "WATER") == (400, "BAD_USER_INPUT")
    assert sent(MARKET, media="application/json") == (415, "BAD_USER_INPUT")
    assert sent(MARKET, body=b"") == (400, "BAD_USER_INPUT")
    assert (place.service.store.known_run(), states(place)) == (run, [])
    rows = f"party,month,quantity,amount_fen,due_on\nE:{CORE},2026-01,1,100,2026-02-01\n".encode()
    held = send(place, rows, "ELECTRICITY", GRID).json()
    assert (held["source"], held["batch"]["agreement"]) == ("POWER_GRID.441283", "A-2")
    assert held["batch"]["outside"] == ["due_on"]


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((HEADER, ROW)):
            sheet.write_row(number, 0, row.split(","))
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    cells = dict(zip(HEADER.split(","), ([cell] for cell in ROW.split(",")), strict=True))
    pl.DataFrame(cells).write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize("form", ["gb18030", "xlsx", "parquet", "ndjson"])
def test_a_dataset_may_be_written_as_departments_write(place: Town, form: str) -> None:
    line = ",".join(f'"{n}":"{v}"' for n, v in zip(HEADER.split(","), ROW.split(","), strict=True))
    media, body = {
        "gb18030": (f"{CSV}; charset=gb18030", FILE.decode().encode("gb18030")),
        "xlsx": (XLSX, workbook()),
        "parquet": (PARQUET, parquet()),
        "ndjson": (NDJSON, f"{{{line}}}\n".encode()),
    }[form]
    answer = send(place, body, media=media, headers={"Accept": NDJSON})
    assert answer.status_code == 200, answer.text
    assert answer.json()["ledger"]["loaded"] == 1
    (honour,) = place.service.store.nodes("Honour", place.service.store.known_run()).rows()
    assert (honour["id"], honour["name"]) == (HONOUR, "宏远")
    if form in ("xlsx", "parquet"):
        assert send(place, body, "enterprises", Grant(Role.OPERATOR, org="x"), media=media).status_code == 415


def test_a_delivery_over_the_time_limit_goes_on_and_its_answer_is_there_afterwards(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, calls = threading.Event(), []
    receive = ingest_dataset.receive

    def slow(*given: Any) -> Any:
        calls.append(given)
        ended.wait()
        return receive(*given)

    monkeypatch.setattr(ingest_dataset, "receive", slow)
    with town(tmp_path, **settings, request_seconds=3) as place:
        late = send(place)
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        ended.set()
        answer = send(place)
        while answer.status_code in (409, 503):
            answer = send(place)
        assert (answer.status_code, answer.json()["ledger"]["loaded"]) == (200, 1)
        assert len(calls) == 1
        assert bodies(place) == []


def test_an_approval_at_the_desk_reads_what_came_over_http(place: Town) -> None:
    batch = send(place, workbook(), "HONOUR_CONTRACT", media=XLSX).json()["batch"]
    assert batch["state"] == "PENDING"
    assert approve(place.service.reception, batch["id"], "P:city:steward").batch.state is State.PUBLISHED


# The service itself, which is gone at one moment of the first delivery that it takes in.
DYING = """
import os, signal, sys
from pathlib import Path
import uvicorn
from graph_service.service import open_service
from graph_service.settings import Settings
from graph_service.trust.demo_issuer import DemoIssuer
from graph_service.web import ingest_dataset
from graph_service.web.app import create_app
from graph_service.web.ingest_journal import Journal
from loaders import approval

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

moment, store, data, agreements = sys.argv[1:]
if moment == "writing":
    receive = approval.receive
    ingest_dataset.receive = lambda desk, request, who: receive(desk, request, who, die)
elif moment == "published":
    approval.keep = die
else:
    Journal.keep = die
data = Path(data)
service = open_service(Settings(store=store, data_dir=data, agreements_dir=Path(agreements)), "serve")
app = create_app(service, DemoIssuer(data, "127.0.0.1").verifier())
config = uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None, access_log=False)
socket = config.bind_socket()
print(socket.getsockname()[1], flush=True)
uvicorn.Server(config).run([socket])
"""


@pytest.mark.parametrize("moment", ["writing", "published", "answered"])
def test_a_delivery_killed_midway_and_sent_again_converges(
    settings: dict[str, Any], tmp_path: Path, moment: str
) -> None:
    with town(tmp_path, **settings) as place:
        token = place.token(MARKET)
    command = [
        sys.executable,
        "-c",
        DYING,
        moment,
        *map(str, (settings["store"], settings["data_dir"], settings["agreements_dir"])),
    ]
    dying = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, text=True)
    assert dying.stdout is not None
    port = int(dying.stdout.readline())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": CSV, "X-Purpose": "OPERATIONS"}
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"http://127.0.0.1:{port}/ingest/TRADEMARK",
            content=FILE,
            headers=headers | {"Idempotency-Key": "k1"},
            params={"as_of": "2026-03-01"},
            timeout=None,
        )
    assert dying.wait() == -signal.SIGKILL
    dying.stdout.close()
    left = settings["data_dir"] / "ingest" / "bodies"
    assert len([*left.iterdir()]) == 1
    with town(tmp_path / "again", files={"regions": ["code,name,level,parent_code"]}, **settings) as place:
        assert bodies(place) == [], "what a crash left in clear is swept at the start"
        assert ids(place) == ([] if moment == "writing" else [HONOUR])
        again = send(place, params={"as_of": "2026-03-01"})
        assert again.status_code == 200, again.text
        assert again.json()["ledger"]["loaded"] == (1 if moment == "writing" else 0)
        assert again.headers["idempotency-replayed"] == "false"
        assert (ids(place), states(place)) == ([HONOUR], [State.PUBLISHED])
        assert batches(place.service.store)[0].published_run
        replayed = send(place, params={"as_of": "2026-03-01"})
        assert (replayed.json(), replayed.headers["idempotency-replayed"]) == (again.json(), "true")


def test_s0_23_the_command_line_is_held_to_the_same_rule(
    settings: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_AGREEMENTS_DIR", str(settings["agreements_dir"]))
    cli = CommandLine(settings["data_dir"], capsys, settings["store"])
    folder = tmp_path / "delivery"
    folder.mkdir()
    path = folder / "penalties.csv"
    path.write_text("record_id,party,document_no,severity,decided_on\n", encoding="utf-8")
    for words in (
        ("penalties", path, "--source", "MARKET_REGULATION"),
        ("penalties", path, "--source", "MARKET_REGULATION.441283"),
        ("penalties", path, "--source", "INDUSTRY_COMMERCE"),
        ("penalties", path, "--source", BUREAU),
        ("canonical", folder, "--source", "MARKET_REGULATION"),
        ("shuanggongshi", path, "--source", "MARKET_REGULATION"),
        ("penalties", path, "--source", "MARKET_REGULATION", "--bulk", tmp_path / "bulk"),
    ):
        refused = cli("load", *words)
        assert refused.code == 2, words
        assert "DatasetRequired" in refused.err
        assert "PENALTY" in refused.err
    assert cli("load", "penalties", path, "--source", "elsewhere", "--quiet").code == 0
    assert cli("load", "PENALTY", path, "--quiet").code == 0
