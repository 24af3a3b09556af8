"""Rows that lack an endpoint: refused whole, kept, and written by themselves when the endpoint arrives."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from queries.stores import open_store
from tests.contract.stores import dump
from tests.integration.deliveries import (
    ABSENT,
    FIRST,
    NUMBER,
    PERSON,
    SECOND,
    TOWN,
    deliver,
    load_path,
    quarantined,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schema.ports import GraphStore

HOLDINGS = "record_id,owner,asset,share_ratio,valid_from"
EARLY = [HOLDINGS, f"s1,P:{NUMBER},{FIRST},0.6,2020-01-01", f"s2,E:{ABSENT},{FIRST},0.3,2021-01-01"]
GUARANTEE = "record_id,guarantor,beneficiary,amount_fen,called_on,loan"
ABSENT_ONE = ["uscc,name,entity_kind", f"{ABSENT},某市后来有限公司,ENTERPRISE"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    yield opened
    opened.close()


def statuses(store: GraphStore) -> list[tuple[str, str]]:
    return [(row["dataset"], row["status"]) for row in quarantined(store)]


def owners(store: GraphStore) -> set[tuple[str, float]]:
    return {(row["start"], row["share_ratio"]) for row in store.facts("OWNS", store.known_run()).rows()}


def test_a_row_waits_and_follows_under_the_name_of_its_own_file(store: GraphStore, tmp_path: Path) -> None:
    first = deliver(store, tmp_path / "early", **{**TOWN, "shareholdings": EARLY})
    assert first.files[-1].errors_by_code == {"endpoint_missing": 1}
    (row,) = quarantined(store)
    assert NUMBER not in repr(row)
    (error,) = json.loads(row["errors"])
    assert (error["field"], error["value"]) == ("owner", f"E:{ABSENT}")

    report = deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    (retried,) = report.retried
    assert (retried.file, retried.ledger.read, retried.ledger.loaded) == ("shareholdings.csv", 1, 1)
    assert owners(store) == {(PERSON, 0.6), (f"E:{ABSENT}", 0.3)}
    assert statuses(store) == [("shareholdings", "FIXED")]
    (fact,) = [f for f in store.facts("OWNS", store.known_run()).rows() if f["start"] == f"E:{ABSENT}"]
    (run,) = [r for r in store.nodes("LoadRun", store.known_run()).rows() if r["number"] == fact["run"]]
    assert (run["file"], fact["line"], fact["valid_from"]) == ("shareholdings.csv", 3, dt.date(2021, 1, 1))


def test_arriving_later_gives_the_graph_of_arriving_in_order(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "a", **{**TOWN, "shareholdings": EARLY})
    deliver(store, tmp_path / "b", enterprises=ABSENT_ONE)
    in_order = open_store(f"embedded:{tmp_path / 'in_order.kgl'}")
    in_order.prepare()
    for name, kinds in (
        ("c", {k: TOWN[k] for k in ("regions", "enterprises", "persons")}),
        ("d", {"enterprises": ABSENT_ONE}),
        ("e", {"shareholdings": EARLY}),
    ):
        deliver(in_order, tmp_path / name, **kinds)
    assert {k: v for k, v in dump(store).items() if k != "Quarantine"} == dump(in_order)
    in_order.close()


def test_what_is_still_missing_is_counted_each_time_and_kept_once(store: GraphStore, tmp_path: Path) -> None:
    town = write(tmp_path / "town", {**TOWN, "shareholdings": EARLY})
    load_path(store, town)
    again = load_path(store, town)
    assert again.files[-1].ledger.quarantined == 1
    assert not again.changed
    assert statuses(store) == [("shareholdings", "OPEN")]


def test_a_row_that_waits_takes_those_that_need_it_along(store: GraphStore, tmp_path: Path) -> None:
    loans = [
        "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on",
        f"l1,E:{ABSENT},{SECOND},100,100,2024-01-01",
    ]
    guarantees = [GUARANTEE, f"g1,P:{NUMBER},E:{FIRST},100,2025-05-01,l1"]
    early = deliver(store, tmp_path / "early", **TOWN, loans=loans, guarantees=guarantees)
    assert [f.ledger.quarantined for f in early.files[-2:]] == [1, 1]
    assert len(store.nodes("Guarantee", store.known_run())) == 0

    later = deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    assert [(f.file, f.ledger.loaded) for f in later.retried] == [("guarantees.csv", 1), ("loans.csv", 1)]
    known = store.known_run()
    assert store.facts("SECURES", known)["end"] == ["local:l1"]
    assert store.nodes("Guarantee", known)["called_on"] == [dt.date(2025, 5, 1)]
    assert store.nodes("Loan", known)["bank"] == [f"E:{SECOND}"]
    assert statuses(store) == [("guarantees", "FIXED"), ("loans", "FIXED")]


def test_the_same_row_delivered_again_with_its_endpoint_is_written_once(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "early", **{**TOWN, "shareholdings": EARLY})
    report = deliver(store, tmp_path / "later", enterprises=ABSENT_ONE, shareholdings=EARLY)
    assert report.retried == ()
    assert report.files[-1].ledger.loaded == 1
    assert owners(store) == {(PERSON, 0.6), (f"E:{ABSENT}", 0.3)}
    assert statuses(store) == [("shareholdings", "FIXED")]


def test_a_newer_version_of_a_waiting_record_is_not_overwritten_by_it(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "early", **{**TOWN, "shareholdings": EARLY})
    newer = [HOLDINGS, f"s2,E:{SECOND},{FIRST},0.2,2021-01-01"]
    deliver(store, tmp_path / "newer", shareholdings=newer)
    assert statuses(store) == [("shareholdings", "FIXED")]
    report = deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    assert report.retried == ()
    assert owners(store) == {(PERSON, 0.6), (f"E:{SECOND}", 0.2)}


def test_of_two_waiting_versions_the_newer_one_follows(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "early", **{**TOWN, "shareholdings": EARLY})
    deliver(store, tmp_path / "newer", shareholdings=[HOLDINGS, f"s2,E:{ABSENT},{FIRST},0.25,2021-01-01"])
    assert sorted(statuses(store)) == [("shareholdings", "FIXED"), ("shareholdings", "OPEN")]
    deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    assert owners(store) == {(PERSON, 0.6), (f"E:{ABSENT}", 0.25)}
    assert {status for _, status in statuses(store)} == {"FIXED"}


def test_a_row_that_was_overtaken_and_comes_back_waits_again(store: GraphStore, tmp_path: Path) -> None:
    early = write(tmp_path / "early", {**TOWN, "shareholdings": EARLY})
    load_path(store, early)
    deliver(store, tmp_path / "newer", shareholdings=[HOLDINGS, f"s2,E:{SECOND},{FIRST},0.2,2021-01-01"])
    assert load_path(store, early).changed
    assert statuses(store) == [("shareholdings", "OPEN")]
    assert not load_path(store, early).changed
    deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    assert owners(store) == {(PERSON, 0.6), (f"E:{ABSENT}", 0.3)}


def test_a_consent_keeps_its_instants_while_it_waits(store: GraphStore, tmp_path: Path) -> None:
    header = "record_id,subject,reader,purpose,granted_at,revoked_at"
    consent = f"c1,P:{NUMBER},E:{ABSENT},LENDING,2026-01-01T08:00:00+08:00,"
    deliver(store, tmp_path / "early", **TOWN, consents=[header, consent])
    deliver(store, tmp_path / "later", enterprises=ABSENT_ONE)
    (granted,) = store.facts("GAVE", store.known_run())["granted_at"]
    assert granted == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
