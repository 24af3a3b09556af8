"""Runs on both stores: invisible until published, gone when abandoned, undone when their writer died."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from queries.neo4j_store import Neo4jEngine
from queries.runs import STALE_SECONDS
from queries.stores import open_store
from schema.errors import Conflict, InputError, LeaseHeld
from schema.ports import EdgeBatch, GraphStore, NodeBatch, Stage
from schema.provenance import RUN_GAP, Ledger
from tests.contract.small_town import begin, deliver, second
from tests.contract.stores import dump, entities, fact, header, load, node

ROOT = Path(__file__).resolve().parents[2]


def _everything(store: GraphStore) -> Any:
    """The published graph, the runs and what doctor says."""
    return dump(store), list(store.query("runs", {"limit": 100}).rows()), store.problems()


def _stage_second(store: GraphStore) -> None:
    for batch in second(begin(store, 1)):
        store.upsert(batch)


def _consent(record: str, end: str = "E:1", purpose: str = "LENDING") -> list[NodeBatch | EdgeBatch]:
    stage = Stage(0, header("consents", "platform"))
    granted = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return [
        NodeBatch(stage, "Authorization", (), [node(record, 1, "RESTRICTED", purpose=purpose)]),
        EdgeBatch(
            stage, "GAVE", "LegalEntity", "Authorization", [fact(end, record, record, granted_at=granted)]
        ),
    ]


def test_nobody_sees_a_staged_run(store: GraphStore) -> None:
    deliver(store, 0)
    before, run = dump(store), store.known_run()
    _stage_second(store)
    assert store.known_run() == run
    assert dump(store) == before
    store.publish({}, "tests")
    assert store.known_run() > run
    assert dump(store, run) == before != dump(store)


def test_an_abandoned_load_leaves_no_trace(store: GraphStore) -> None:
    deliver(store, 0)
    before = _everything(store)
    _stage_second(store)
    store.abandon()
    assert _everything(store) == before
    store.abandon()
    deliver(store, 1)
    again = _everything(store)[0]
    _stage_second(store)
    store.abandon()
    assert dump(store) == again


def test_an_abandoned_first_load_leaves_an_empty_store(store: GraphStore) -> None:
    (stage,) = store.reserve([header()])
    store.upsert(entities(stage, [node("E:1"), node("E:2")]))
    store.abandon()
    assert _everything(store) == ({}, [], [])
    assert store.existing("LegalEntity", ["E:1"]) == set()


@contextmanager
def _dying_writer(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that stands in the middle of a load."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.small_town", url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "half-way\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_after_kill_9_the_rerun_equals_an_uninterrupted_run(store_url: str, tmp_path: Path) -> None:
    whole = open_store(f"embedded:{tmp_path / 'whole.kgl'}")
    whole.prepare()
    deliver(whole, 0)
    first = dump(whole)
    expected = deliver(whole, 1)
    with _dying_writer(store_url):
        pass
    store = open_store(store_url)
    assert dump(store) == first
    assert len(store.problems()) == 2
    assert deliver(store, 1) == expected
    assert dump(store) == dump(whole)
    assert dump(store, RUN_GAP + 1) == first
    assert store.problems() == []
    store.close()
    whole.close()


def test_there_is_one_writer_at_a_time(store_url: str) -> None:
    with _dying_writer(store_url) as writer:
        if store_url.startswith("embedded:"):
            with pytest.raises(LeaseHeld, match=f"Process {writer.pid} "):
                open_store(store_url)
            return
        store = open_store(store_url)
        with pytest.raises(Conflict, match=f"Process {writer.pid} on .* has been loading since"):
            store.reserve([header()])
        store.close()


def test_one_store_holds_one_load(store: GraphStore) -> None:
    store.reserve([header()])
    with pytest.raises(Conflict, match="already"):
        store.reserve([header()])
    with pytest.raises(InputError, match="do not belong"):
        store.publish({7: Ledger()}, "tests")
    store.abandon()
    with pytest.raises(Conflict, match="No load is open"):
        store.publish({}, "tests")
    with pytest.raises(InputError, match="at least one"):
        store.reserve([])


def test_runs_are_numbered_in_order_of_publication(store: GraphStore) -> None:
    deliver(store, 0)
    last = store.known_run()
    stages = begin(store, 1)
    assert [s.run for s in stages] == [last + RUN_GAP, last + RUN_GAP + 1]
    for batch in second(stages):
        store.upsert(batch)
    consent = header("consents", "platform")
    assert store.commit(consent, _consent("c1")) == last + 1 == store.known_run()
    assert store.commit(consent, _consent("c2")) == last + 2
    between = dump(store)
    assert [row[:1] for row in between["Authorization"]] == [("RESTRICTED",)] * 3
    store.publish({}, "tests")
    assert store.known_run() == stages[-1].run
    assert dump(store, last + 2) == between
    table = store.query("runs", {"limit": 100})
    by_number = sorted(zip(table["number"], table["published_at"], strict=True))
    assert [at for _, at in by_number] == sorted(table["published_at"])


def test_a_mutation_survives_the_abandoning_of_a_load(store: GraphStore) -> None:
    deliver(store, 0)
    _stage_second(store)
    store.commit(header("consents", "platform"), _consent("c1"))
    renamed = entities(Stage(0, header("names", "platform")), [node("E:1", industry_code="B")])
    store.commit(header("names", "platform"), [renamed])
    between = dump(store)
    store.abandon()
    assert dump(store) == between
    assert store.nodes("LegalEntity", store.known_run(), ["E:1"])["industry_code"] == ["B"]
    deliver(store, 1)
    (row,) = store.nodes("LegalEntity", store.known_run(), ["E:1"]).rows()
    assert (row["name"], row["industry_code"]) == ("甲集团公司", "B")


def test_a_mutation_does_not_publish_what_is_staged_at_its_node(store: GraphStore) -> None:
    deliver(store, 0)
    _stage_second(store)
    renamed = entities(Stage(0, header("names", "platform")), [node("E:1", industry_code="B")])
    store.commit(header("names", "platform"), [renamed])
    (row,) = store.nodes("LegalEntity", store.known_run(), ["E:1"]).rows()
    assert (row["name"], row["industry_code"], row["kinds"]) == ("甲公司", "B", ["Enterprise"])
    store.publish({}, "tests")
    (row,) = store.nodes("LegalEntity", store.known_run(), ["E:1"]).rows()
    assert (row["name"], row["industry_code"], row["kinds"]) == (
        "甲集团公司",
        "B",
        ["CoreEnterprise", "Enterprise"],
    )


def test_a_mutation_may_not_meet_a_load(store: GraphStore) -> None:
    deliver(store, 0)
    _stage_second(store)
    before = _everything(store)
    staged_node = entities(Stage(0, header("names", "platform")), [node("E:4", name="x")])
    with pytest.raises(Conflict, match="not published yet"):
        store.commit(header("names", "platform"), [staged_node])
    with pytest.raises(InputError, match="endpoint_missing"):
        store.commit(header("consents", "platform"), _consent("c1", end="E:4"))
    with pytest.raises(Conflict, match="is being loaded"):
        store.commit(header("facts"), [])
    assert _everything(store) == before


def test_a_refused_mutation_writes_nothing(store: GraphStore) -> None:
    deliver(store, 0)
    before = _everything(store)
    with pytest.raises(InputError, match="endpoint_missing"):
        store.commit(header("consents", "platform"), _consent("c1", end="E:404"))
    with pytest.raises(InputError, match="value"):
        store.commit(header("consents", "platform"), _consent("c1", purpose="\ud800"))
    assert _everything(store) == before


def test_a_mutation_may_be_repeated_and_changed(store: GraphStore) -> None:
    deliver(store, 0)
    consent = header("consents", "platform")
    first = store.commit(consent, _consent("c1"))
    once = dump(store)
    store.commit(consent, _consent("c1"))
    assert dump(store) == once
    _, edge_batch = _consent("c1")
    revoked = dict(edge_batch.rows[0]) | {"revoked_at": dt.datetime(2026, 11, 2, tzinfo=dt.UTC)}
    assert isinstance(edge_batch, EdgeBatch)
    store.commit(consent, [EdgeBatch(edge_batch.stage, "GAVE", "LegalEntity", "Authorization", [revoked])])
    assert dump(store) != once
    assert dump(store, first) == once


def test_a_run_remembers_its_file_and_its_ledger(store: GraphStore) -> None:
    stages = begin(store, 0)
    store.publish({stages[0].run: Ledger(5, 2, 1, 1, 1)}, "an operator")
    (run,) = store.query("run_by_number", {"number": stages[0].run}).rows()
    expected = {
        "state": "PUBLISHED",
        "dataset": "enterprises",
        "as_of": dt.date(2026, 11, 1),
        "approved_by": "an operator",
    }
    assert run.items() >= (expected | {"read": 5, "loaded": 2, "unchanged": 1, "quarantined": 1}).items()
    assert run["recorded_at"] <= run["published_at"] <= dt.datetime.now(dt.UTC)
    assert run["published_at"].tzinfo is not None


def test_doctor_names_a_staged_run(store_url: str) -> None:
    store = open_store(store_url)
    assert "schema version 0" in store.problems()[0]
    store.prepare()
    store.reserve([header()])
    assert store.problems() == []
    store.close()
    other = open_store(store_url)
    assert [p for p in other.problems() if "is staged by process" in p] == other.problems() != []
    other.close()


def test_the_ledger_of_a_load_is_kept(store: GraphStore) -> None:
    outcomes, run = load(store, [(header(), lambda s: entities(s, [node("E:1"), node("E:1", 3, lei="L")]))])
    assert outcomes[0].unchanged == 1
    (row,) = store.query("run_by_number", {"number": run}).rows()
    assert (row["read"], row["loaded"], row["unchanged"]) == (2, 1, 1)


def test_a_load_left_open_by_a_closed_store_is_undone_by_the_next(store_url: str) -> None:
    left = open_store(store_url)
    left.prepare()
    (stage,) = left.reserve([header()])
    left.upsert(entities(stage, [node("E:1")]))
    left.close()
    store = open_store(store_url)
    store.reserve([header()])
    assert store.existing("LegalEntity", ["E:1"]) == set()
    store.abandon()
    assert store.problems() == []
    store.close()


@pytest.mark.neo4j
def test_a_writer_elsewhere_that_fell_silent_on_neo4j_is_rolled_back_and_fenced_off(empty_neo4j: str) -> None:
    silent, store = open_store(empty_neo4j), open_store(empty_neo4j)
    silent.prepare()
    (stage,) = silent.reserve([header()])
    silent.upsert(entities(stage, [node("E:1")]))
    for seconds, conflict in ((STALE_SECONDS - 20, True), (STALE_SECONDS + 1, False)):
        beat_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
        engine = Neo4jEngine(empty_neo4j, None, None)
        engine.write(
            "MATCH (c:RunCounter) SET c.host = 'elsewhere', c.beat_at = $beat_at", {"beat_at": beat_at}
        )
        engine.close()
        if conflict:
            with pytest.raises(Conflict, match="on elsewhere has been loading"):
                store.reserve([header()])
    store.reserve([header()])
    assert store.existing("LegalEntity", ["E:1"]) == set()
    with pytest.raises(Conflict, match="rolled it back"):
        silent.publish({}, "tests")
    with pytest.raises(Conflict, match="rolled it back"):
        silent.abandon()
    store.publish({}, "tests")
    silent.close()
    store.close()
