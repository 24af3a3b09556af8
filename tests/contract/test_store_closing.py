"""What ends and what is late, on both stores: facts that a snapshot lacks, files that come out of order, who is erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from queries.stores import open_store
from schema.errors import Conflict, InputError, NotFound
from schema.ports import ClosingBatch, EdgeBatch, Erasure, GraphStore, NodeBatch, Scope, Stage
from schema.provenance import Ledger, RunHeader
from tests.contract.stores import dump, entities, fact, header, load, node, owns

COUNTY, OTHER = "441283000000", "441284000000"
ERASURES = header("erasures", "platform")


def on(day: int, snapshot: str | None = None, dataset: str = "facts") -> RunHeader:
    """Describe a file that speaks of a day of November."""
    return replace(header(dataset), as_of=dt.date(2026, 11, day), snapshot=snapshot)


def town(store: GraphStore) -> None:
    """Load three enterprises in two counties and two shareholdings, as of the 10th."""
    rows = [
        node("E:1", region_code=COUNTY),
        node("E:2", 3, region_code=OTHER),
        node("E:3", 4),
    ]
    held = [fact("E:1", "E:3", "o1", share_ratio=0.1), fact("E:2", "E:3", "o2", 3, share_ratio=0.2)]
    load(store, [(header(), lambda s: entities(s, rows)), (on(10), lambda s: owns(s, held))])


def shares(store: GraphStore, run: int | None = None) -> dict[str, float]:
    """Return owners with their share."""
    table = store.facts("OWNS", store.known_run() if run is None else run)
    return dict(zip(table["start"], table["share_ratio"], strict=True))


def open_rows(store: GraphStore, scope: Scope) -> list[dict[str, Any]]:
    """Return the open shareholdings of a scope, by start."""
    return sorted(store.open_facts(scope, "OWNS").rows(), key=lambda row: row["start"])


def test_open_facts_are_those_of_their_source_dataset_and_region(store: GraphStore) -> None:
    town(store)
    scope = Scope("registry", "facts")
    assert [row["start"] for row in open_rows(store, scope)] == ["E:1", "E:2"]
    assert {row["start_label"] for row in open_rows(store, scope)} == {"LegalEntity"}
    assert [row["start"] for row in open_rows(store, replace(scope, region="441283"))] == ["E:1"]
    assert open_rows(store, replace(scope, region="45")) == []
    assert open_rows(store, Scope("elsewhere", "facts")) == []
    with pytest.raises(InputError, match="declares no relationship"):
        store.open_facts(scope, "KNOWS")


def test_closed_facts_are_known_before_and_not_after(store: GraphStore) -> None:
    town(store)
    before, run = shares(store), store.known_run()
    gone = open_rows(store, Scope("registry", "facts"))[:1]
    (stage,) = store.reserve([on(11, "")])
    assert store.close_facts(ClosingBatch(stage, "OWNS", gone)) == 1
    assert store.close_facts(ClosingBatch(stage, "OWNS", gone)) == 0
    assert shares(store) == before, "not published yet"
    store.publish({stage.run: Ledger(closed=1)}, "tests")
    assert shares(store) == {"E:2": 0.2}
    assert shares(store, run) == before
    (line,) = store.query("ledger", {"source": None, "dataset": None, "before": None, "limit": 1}).rows()
    assert (line["closed"], line["snapshot"]) == (1, "")


def test_an_abandoned_close_is_undone(store: GraphStore) -> None:
    town(store)
    before = dump(store)
    (stage,) = store.reserve([on(11, "")])
    store.close_facts(ClosingBatch(stage, "OWNS", open_rows(store, Scope("registry", "facts"))))
    store.abandon()
    assert dump(store) == before


def test_a_close_whose_writer_died_is_undone_by_the_next(store_url: str, tmp_path: Path) -> None:
    died = open_store(store_url)
    died.prepare()
    town(died)
    before = dump(died)
    (stage,) = died.reserve([on(11, "")])
    gone = open_rows(died, Scope("registry", "facts"))
    died.close_facts(ClosingBatch(stage, "OWNS", gone))
    died.close()
    store = open_store(store_url)
    assert open_rows(store, Scope("registry", "facts")) == gone, "what a dead writer closed is open"
    store.reserve([header("other")])
    store.abandon()
    assert dump(store) == before
    store.close()


def test_a_close_is_part_of_a_load(store: GraphStore) -> None:
    town(store)
    with pytest.raises(Conflict, match="No load is open"):
        store.close_facts(ClosingBatch(Stage(1, on(11)), "OWNS", []))
    store.reserve([on(11)])
    with pytest.raises(InputError, match="does not belong"):
        store.close_facts(ClosingBatch(Stage(1, on(11)), "OWNS", []))
    store.abandon()


def test_an_older_file_does_not_overwrite_a_newer_fact(store: GraphStore) -> None:
    town(store)
    late = [
        fact("E:1", "E:3", "o1", share_ratio=0.9),
        fact("E:2", "E:3", "o2", 3, share_ratio=0.2),
        fact("E:3", "E:2", "o3", 4, share_ratio=0.3),
    ]
    ((outcome,), _) = load(store, [(on(9), lambda s: owns(s, late))])
    assert (outcome.older, outcome.written, outcome.unchanged) == ({0}, {2}, 1)
    assert shares(store) == {"E:1": 0.1, "E:2": 0.2, "E:3": 0.3}
    ((same_day,), _) = load(store, [(on(10), lambda s: owns(s, late[:1]))])
    assert same_day.written == {0}, "of two files of one day the later one counts"


def test_an_older_file_does_not_open_what_a_newer_snapshot_ended(store: GraphStore) -> None:
    town(store)
    gone = open_rows(store, Scope("registry", "facts"))[:1]
    (stage,) = store.reserve([on(20, "441283")])
    store.close_facts(ClosingBatch(stage, "OWNS", gone))
    store.publish({}, "tests")
    late = [
        fact("E:1", "E:3", "o1", share_ratio=0.1),
        fact("E:1", "E:2", "o7", 3, share_ratio=0.7),
        fact("E:2", "E:3", "o8", 4, share_ratio=0.8),
    ]
    ((outcome,), _) = load(store, [(on(15), lambda s: owns(s, late))])
    assert (outcome.older, outcome.written) == ({0, 1}, {2}), "the snapshot spoke for its own county only"


def test_an_older_row_of_a_node_changes_nothing(store: GraphStore) -> None:
    first, second = on(10, dataset="enterprises"), on(9, dataset="enterprises")
    load(store, [(first, lambda s: entities(s, [node("E:1", name="新名", scale="SMALL")]))])
    before = dump(store)
    ((outcome,), _) = load(store, [(second, lambda s: entities(s, [node("E:1", name="旧名")]))])
    assert (outcome.older, outcome.written) == ({0}, frozenset())
    assert dump(store) == before


def test_of_two_sources_the_later_day_counts_whichever_came_first(store: GraphStore) -> None:
    news = replace(on(10, dataset="news"), source="a")
    olds = replace(on(9, dataset="olds"), source="b")
    load(store, [(news, lambda s: entities(s, [node("E:1", industry_code="C")]))])
    load(store, [(olds, lambda s: entities(s, [node("E:1", industry_code="B", scale="SMALL")]))])
    (row,) = store.nodes("LegalEntity", store.known_run()).rows()
    assert (row["industry_code"], row["scale"]) == ("C", "SMALL")


def household(store: GraphStore) -> tuple[int, int]:
    """Load a household with everything that may hang on one; return two runs."""
    claim = fact("v1", "E:1", "v1b", 6)
    stages = store.reserve([header("households"), header("facts")])
    nodes, facts = stages
    batches: list[NodeBatch | EdgeBatch] = [
        entities(nodes, [node("E:1", name="某公司")]),
        entities(nodes, [node("E:B", 3, name="某银行")], "Enterprise", "Bank"),
        NodeBatch(nodes, "Person", (), [node("P:1", 4, name="张某")]),
        NodeBatch(
            nodes,
            "Household",
            (),
            [node("H:1", 5, "RESTRICTED", village_code="441283105201"), node("H:2", 6, "RESTRICTED")],
        ),
        NodeBatch(nodes, "HouseholdAsset", (), [node("a1", 7, "RESTRICTED", species="柑橘")]),
        NodeBatch(nodes, "Telemetry", (), [node("t1", 8, "RESTRICTED", metric="temperature")]),
        NodeBatch(nodes, "Loan", (), [node("l1", 9, "BANK_PRIVATE", principal_fen=7) | {"bank": "E:B"}]),
        NodeBatch(nodes, "Receivable", (), [node("v1", 10, "MEMBER", amount_fen=100)]),
        NodeBatch(nodes, "Penalty", (), [node("n1", 11, document_no="一号")]),
        EdgeBatch(facts, "MEMBER_OF", "Person", "Household", [fact("P:1", "H:1", "m1", 2, head=True)]),
        EdgeBatch(facts, "HAS_ASSET", "Household", "HouseholdAsset", [fact("H:1", "a1", "a1", 3)]),
        EdgeBatch(facts, "MEASURES", "Telemetry", "HouseholdAsset", [fact("t1", "a1", "t1", 4)]),
        EdgeBatch(facts, "OWED_TO", "Receivable", "Household", [fact("v1", "H:1", "v1t", 5)]),
        EdgeBatch(facts, "OWED_BY", "Receivable", "LegalEntity", [claim]),
        EdgeBatch(facts, "LENT_TO", "Loan", "Household", [fact("l1", "H:1", "l1", 7)]),
        EdgeBatch(facts, "LENT_BY", "Loan", "LegalEntity", [fact("l1", "E:B", "l1b", 8)]),
        EdgeBatch(facts, "SUBJECT_OF", "Household", "Penalty", [fact("H:1", "n1", "n1", 9)]),
        EdgeBatch(facts, "IMPOSED_BY", "Penalty", "LegalEntity", [fact("n1", "E:1", "n1i", 10)]),
    ]
    for batch in batches:
        assert not store.upsert(batch).rejects
    store.publish({}, "tests")
    first = store.known_run()
    changed = NodeBatch(
        Stage(0, header()),
        "Household",
        (),
        [node("H:1", 2, "RESTRICTED", star_rating="GOOD", village_code="441283105201")],
    )
    load(store, [(header("households"), lambda s: replace(changed, stage=s))])
    pending = '{"edges":[["MEMBER_OF","Person","Household",{"end":"H:1"}]]}'
    refused = NodeBatch(
        Stage(0, header()),
        "Quarantine",
        (),
        [
            node("Q:1", 2, "RESTRICTED", source="registry", errors="[]", raw_row="{}", pending=pending),
            node("Q:2", 3, "RESTRICTED", source="registry", errors="[]", raw_row="{}", pending="H:12"),
            node("Q:3", 4, "RESTRICTED", source="registry", errors="[]", raw_row="{}"),
        ],
    )
    load(store, [(header("refused"), lambda s: replace(refused, stage=s))])
    return first, store.known_run()


def test_an_erased_subject_is_in_no_past_and_what_concerns_others_stays(store: GraphStore) -> None:
    runs = household(store)
    erasure = Erasure("Household", "H:1", "hash", "信息主体要求删除", "tests", ["Q:3", "Q:404"])
    removed = store.erase(erasure, ERASURES)
    assert removed == {
        "HAS_ASSET": 1,
        "IMPOSED_BY": 1,
        "LENT_BY": 1,
        "LENT_TO": 1,
        "MEASURES": 1,
        "MEMBER_OF": 1,
        "OWED_TO": 1,
        "SUBJECT_OF": 1,
        "nodes": 5,
        "refused": 2,
    }
    for run in (*runs, store.known_run()):
        said = repr(dump(store, run))
        assert "'H:1'" not in said
        assert not any(word in said for word in ("'a1'", "'t1'", "'l1'", "'n1'", "441283105201"))
        assert all(word in said for word in ("'H:2'", "'P:1'", "'E:1'", "'v1'"))
        assert [row["start"] for row in store.facts("OWED_BY", run).rows()] == ["v1"]
    assert store.existing("Quarantine", ["Q:1", "Q:2", "Q:3"]) == {"Q:2"}
    numbers = store.query("runs", {"limit": 100})["number"]
    versions = [f"H:1#registry/households@{run}.{line}" for run in numbers for line in range(2, 12)]
    assert store.existing("Record", versions) == set()
    (tomb,) = store.nodes("Tombstone", store.known_run()).rows()
    assert (tomb["county"], tomb["node_label"], tomb["nodes"]) == ("441283", "Household", 5)
    assert (tomb["subject_hash"], tomb["reason"]) == ("hash", "信息主体要求删除")
    assert "H:1" not in repr(tomb)
    with pytest.raises(NotFound, match="no Household"):
        store.erase(erasure, ERASURES)


def test_nobody_is_erased_while_a_load_may_write_about_him(store: GraphStore) -> None:
    household(store)
    before = dump(store)
    store.reserve([header()])
    with pytest.raises(Conflict, match="in progress"):
        store.erase(Erasure("Household", "H:1", "hash", "demand", "tests"), ERASURES)
    store.abandon()
    assert dump(store) == before
    with pytest.raises(InputError, match="no key label"):
        store.erase(Erasure("Nobody", "H:1", "hash", "demand", "tests"), ERASURES)
