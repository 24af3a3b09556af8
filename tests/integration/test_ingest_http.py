"""POST /ingest/{kind}: records stream in, each batch is a delivery, every refused row is named."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_service.trust.audit_file import audit_path
from graph_service.trust.demo_issuer import DemoIssuer, Grant
from graph_service.web import ingest_records
from graph_service.web.app import create_app
from loaders.ingest import batches
from schema.access import Purpose, Role
from schema.errors import Conflict
from schema.identifiers.uscc import make_uscc
from schema.provenance import Ledger
from tests.contract.stores import header
from tests.integration.api_town import BANK, CORE, INTEGRATION, LENDER, Town, served, town

CSV, NDJSON = "text/csv", "application/x-ndjson"
FIRMS = [make_uscc("91", "441283", f"Y0000{n:03}") for n in range(40)]
COLUMNS = "record_id,uscc,name,entity_kind"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as found:
        yield found


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows a batch: the tests stay small and still cross batches."""
    monkeypatch.setattr(batches.Cutter.__init__, "__defaults__", (10,))


def firm(n: int, code: str | None = None) -> str:
    return f"e{n},{code or FIRMS[n]},某市第{n}号农业有限公司,ENTERPRISE"


def table(*rows: str) -> bytes:
    return ("\n".join((COLUMNS, *rows)) + "\n").encode()


def lines(*objects: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in objects)


def post(
    place: Town, content: bytes | Iterator[bytes], key: str = "k1", kind: str = "enterprises", **said: Any
) -> httpx.Response:
    """Send as the bank's integration, for OPERATIONS, unless something else is said."""
    who = said.pop("who", INTEGRATION)
    headers = {
        "Content-Type": said.pop("media", CSV),
        "X-Purpose": said.pop("purpose", Purpose.OPERATIONS.value),
    }
    headers |= {"Idempotency-Key": key} if key else {}
    headers |= {"Authorization": f"Bearer {place.token(who)}"} if who else {}
    headers |= said.pop("headers", {})
    return place.client.post(f"/ingest/{kind}", content=content, headers=headers, **said)


def known(place: Town) -> set[str]:
    return place.service.store.existing("LegalEntity", [f"E:{code}" for code in FIRMS])


@pytest.mark.usefixtures("small_batches")
def test_rows_are_loaded_batch_by_batch_and_each_refused_one_is_named(place: Town) -> None:
    rows = [firm(n) for n in range(25)]
    rows[13] = firm(13, "91441283X00000000A")
    rows[20] = "e20,,," + "x" * 3
    answer = post(place, table(*rows), params={"as_of": "2026-03-01"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["ledger"] == {
        "batches": 3, "read": 25, "loaded": 23, "unchanged": 0, "quarantined": 2, "skipped": 0, "retried": 0,
    }  # fmt: skip
    assert (said["kind"], said["source"], answer.headers["idempotency-replayed"]) == (
        "enterprises",
        BANK,
        "false",
    )
    assert {(e["line"], e["field"]) for e in said["errors"]} >= {
        (15, "uscc"),
        (22, "name"),
        (22, "entity_kind"),
    }
    assert all(e["code"] and e["rule"] for e in said["errors"])
    assert len(known(place)) == 23
    refused = place.service.store.nodes("Quarantine", place.service.store.known_run())
    assert {(s, d) for s, d in zip(refused["source"], refused["dataset"], strict=True)} == {
        (BANK, "enterprises")
    }
    facts = list(
        place.service.store.nodes("LegalEntity", place.service.store.known_run(), [f"E:{FIRMS[24]}"]).rows()
    )
    assert facts[0]["line"] == 6  # the third batch's own file: its header, and its fifth row


@pytest.mark.usefixtures("small_batches")
def test_ndjson_in_pieces_and_an_answer_of_lines(place: Town) -> None:
    objects = [
        {"record_id": f"e{n}", "uscc": FIRMS[n], "name": f"某市{n}号公司", "entity_kind": "ENTERPRISE"}
        for n in range(12)
    ]
    objects[11]["uscc"] = "91441283X00000000A"
    body = lines(*objects)
    pieces = (body[i : i + 7] for i in range(0, len(body), 7))
    answer = post(place, pieces, media=NDJSON, headers={"Accept": NDJSON})
    assert answer.headers["content-type"].startswith(NDJSON)
    *errors, last = [json.loads(each) for each in answer.text.splitlines()]
    assert [(e["error"]["line"], e["error"]["field"]) for e in errors] == [(12, "uscc")]
    assert (last["ledger"]["batches"], last["ledger"]["loaded"], last["ledger"]["quarantined"]) == (2, 11, 1)


@pytest.mark.usefixtures("small_batches")
def test_the_same_key_replays_its_answer_and_other_bytes_are_refused(place: Town) -> None:
    rows = [firm(n) for n in range(25)]
    rows[3] = firm(3, "91441283X00000000A")
    first = post(place, table(*rows))
    run = place.service.store.known_run()
    again = post(place, table(*rows))
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert place.service.store.known_run() == run
    for other in (table(*rows, firm(30)), table(*rows[:-1]), table(*rows[:5]), table(firm(30), *rows[1:])):
        refused = post(place, other)
        assert refused.status_code == 409
        assert "Idempotency-Key" in refused.json()["error"]["message"]
        assert "retry-after" not in refused.headers
    assert post(place, lines({"record_id": "b"}), media=NDJSON).status_code == 409
    assert post(place, table(*rows), kind="banks").status_code == 409
    assert post(place, table(*rows), params={"as_of": "2026-01-02"}).status_code == 409
    assert place.service.store.known_run() == run
    assert post(place, table(*rows), key="k2").json()["ledger"]["unchanged"] == 24


@pytest.mark.usefixtures("small_batches")
def test_a_request_that_broke_off_is_taken_up_where_it_stopped(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [firm(n) for n in range(25)]
    calls: list[str] = []
    load = ingest_records.load_free

    def busy_once(*given: Any) -> Any:
        calls.append(given[1].path.name)
        if len(calls) == 2:
            raise Conflict("Process 7 is loading.")
        return load(*given)

    monkeypatch.setattr(ingest_records, "load_free", busy_once)
    broken = post(place, table(*rows))
    assert (broken.status_code, broken.headers["retry-after"]) == (409, "5")
    assert broken.json()["ledger"] | {"read": 0} == {
        "batches": 1, "read": 0, "loaded": 10, "unchanged": 0, "quarantined": 0, "skipped": 0, "retried": 0,
    }  # fmt: skip
    whole = post(place, table(*rows))
    assert whole.json()["ledger"]["loaded"] == 25
    assert whole.json()["ledger"]["unchanged"] == 0
    assert len(calls) == 4
    assert len(known(place)) == 25


def test_a_journal_whose_last_line_a_crash_cut_is_taken_up(place: Town) -> None:
    body = table(*[firm(n) for n in range(5)])
    first = post(place, body).json()
    (journal,) = (place.service.settings.data_dir / "ingest").glob("*.ndjson")
    whole = journal.read_bytes()
    journal.write_bytes(whole[: whole.rindex(b"\n", 0, -1) - 20])  # the batch's line, cut off
    again = post(place, body)
    assert again.json()["ledger"] == first["ledger"] | {"loaded": 0, "unchanged": 5}
    assert post(place, body).headers["idempotency-replayed"] == "true"


def test_a_busy_store_says_when_to_try_again(place: Town) -> None:
    stage = place.service.store.reserve([header()])
    busy = post(place, table(firm(1)))
    assert (busy.status_code, busy.headers["retry-after"]) == (409, "5")
    assert busy.json()["error"]["extensions"]["code"] == "CONFLICT"
    place.service.store.publish({s.run: Ledger() for s in stage}, "tests")
    assert post(place, table(firm(1))).json()["ledger"]["loaded"] == 1


def test_who_may_not_is_told_so_before_anything_is_read(place: Town) -> None:
    run = place.service.store.known_run()

    def sent(**said: Any) -> tuple[int, str]:
        answer = post(place, table(firm(1)), **said)
        return answer.status_code, answer.json()["error"]["extensions"]["code"]

    assert sent(who=None) == (401, "UNAUTHENTICATED")
    assert sent(who=None, headers={"Authorization": "Bearer wrong"}) == (401, "UNAUTHENTICATED")
    assert sent(who=LENDER, purpose="LENDING") == (403, "FORBIDDEN")
    assert sent(purpose="LENDING") == (403, "PURPOSE_REQUIRED")
    assert sent(who=Grant(Role.STEWARD, region="4412")) == (403, "FORBIDDEN")
    assert sent(who=Grant(Role.OPERATOR, org="E:a:b")) == (400, "BAD_USER_INPUT")
    assert place.service.store.known_run() == run
    steward = Grant(Role.STEWARD, org=f"E:{CORE}", region="4412")
    assert post(place, table(firm(1)), who=steward).json()["source"] == CORE


def test_two_organisations_may_use_one_key(place: Town) -> None:
    post(place, table(firm(1)))
    other = post(place, table(firm(2)), who=Grant(Role.OPERATOR, org=f"E:{CORE}"))
    assert (other.status_code, other.json()["source"]) == (200, CORE)


@pytest.mark.parametrize(
    ("status", "word", "said"),
    [
        (404, "no such kind", {"kind": "unicorns"}),
        (415, "text/csv", {"media": "application/json"}),
        (400, "Idempotency-Key", {"key": ""}),
        (400, "Idempotency-Key", {"key": "k" * 201}),
        (400, "YYYY-MM-DD", {"params": {"as_of": "yesterday"}}),
        (400, "empty", {"content": b""}),
        (400, "empty", {"content": b"\n\n", "media": NDJSON}),
        (400, "lacks the required column", {"content": b"a,b\n1,2\n"}),
        (400, "Line 3 is not UTF-8", {"content": table(firm(1)) + "e2,某市青禾农业".encode("gb18030")}),
        (400, "longer than", {"content": table() + b'"' + b"x" * (1 << 20)}),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(
    place: Town, status: int, word: str, said: dict[str, Any]
) -> None:
    content = said.pop("content", table(firm(1)))
    answer = post(place, content, **said)
    assert answer.status_code == status, answer.text
    assert word in answer.json()["error"]["message"]
    assert known(place) == set()


def test_a_line_that_is_no_object_is_an_error_of_its_row(place: Town) -> None:
    good = [dict(zip(COLUMNS.split(","), firm(n).split(","), strict=True)) for n in (1, 2)]
    answer = post(place, lines(good[0]) + b"{\n" + lines(good[1]), media=NDJSON)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["ledger"]["loaded"], said["ledger"]["quarantined"]) == (2, 1)
    assert [(each["line"], each["code"]) for each in said["errors"]] == [(2, "json.form")]


def test_the_header_alone_is_an_empty_delivery(place: Town) -> None:
    assert post(place, table()).json()["ledger"]["read"] == 0
    assert place.client.get("/ingest/enterprises").status_code == 405


@pytest.mark.usefixtures("small_batches")
def test_a_body_over_the_limit_is_refused_and_what_was_loaded_is_said(place: Town, tmp_path: Path) -> None:
    service = replace(
        place.service, settings=place.service.settings.model_copy(update={"ingest_megabytes": 1})
    )
    issuer = DemoIssuer(tmp_path / "data", "127.0.0.1")
    with served(create_app(service, issuer.verifier())) as client:
        small = Town(service, client, issuer)
        declared = post(small, table(*[firm(1)] * 30_000))
        assert (declared.status_code, declared.json()["ledger"]["batches"]) == (413, 0)
        pieces = iter([table(*[firm(n) for n in range(10)]), *[b"\n" * 65_536] * 17])
        streamed = post(small, pieces, key="k2")
        assert streamed.status_code == 413
        assert "1 MB" in streamed.json()["error"]["message"]
        assert streamed.json()["ledger"]["loaded"] == 10


def test_an_unexpected_failure_is_masked(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(ingest_records, "load_free", broken)
    answer = post(place, table(firm(1)))
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_every_request_and_every_batch_is_audited(place: Town) -> None:
    post(place, table(firm(1)))
    post(place, table(firm(1)), key="k2", purpose="LENDING")
    path = audit_path(place.service.settings.data_dir / "audit", "serve")
    with closing(sqlite3.connect(path)) as log:
        rows = log.execute(
            "SELECT decision, code FROM audit WHERE operation = 'ingest' ORDER BY seq"
        ).fetchall()
    assert rows == [("ALLOWED", None), ("ALLOWED", None), ("DENIED", "PURPOSE_REQUIRED")]
