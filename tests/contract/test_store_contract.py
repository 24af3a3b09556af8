"""Facts on both stores: written once, closed when they change, known at a run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from queries.stores import open_store
from schema.edges import EDGES
from schema.errors import Conflict, InputError
from schema.nodes import NODES
from schema.ports import EdgeBatch, GraphStore, NodeBatch, Outcome
from schema.provenance import RUN_GAP
from tests.contract.small_town import DAY, deliver
from tests.contract.stores import dump, entities, fact, header, load, node, owns

THREE = [node("E:1"), node("E:2"), node("E:3")]


def _with_facts(store: GraphStore, *rows: dict[str, object]) -> Outcome:
    outcomes, _ = load(
        store,
        [
            (header(), lambda stage: entities(stage, THREE)),
            (header("facts"), lambda stage: owns(stage, rows)),
        ],
    )
    return outcomes[1]


def _again(store: GraphStore, *rows: dict[str, object]) -> Outcome:
    outcomes, _ = load(store, [(header("facts", delivery="d2"), lambda stage: owns(stage, rows))])
    return outcomes[0]


def _owns(store: GraphStore, run: int | None = None) -> set[tuple[str, str, float]]:
    table = store.facts("OWNS", store.known_run() if run is None else run)
    return set(zip(table["start"], table["end"], table["share_ratio"], strict=True))


def test_an_empty_store_answers(store: GraphStore) -> None:
    assert store.known_run() == 0
    assert store.known_run(dt.datetime.now(dt.UTC)) == 0
    assert store.problems() == []
    for relationship in EDGES:
        assert len(store.facts(relationship, 0)) == 0
    for label in NODES:
        assert len(store.nodes(label, 0)) == 0
    assert store.existing("LegalEntity", ["E:1"]) == set()


def test_preparing_twice_changes_nothing(store: GraphStore) -> None:
    _with_facts(store, fact("E:1", "E:2", "r1", share_ratio=0.5))
    before = dump(store)
    store.prepare()
    assert dump(store) == before


def test_a_fact_comes_back_as_it_was_given(store: GraphStore) -> None:
    row = fact("E:1", "E:2", "r1", 7, share_ratio=1.0, subscribed_fen=2**60, nominee=False, valid_from=DAY)
    assert _with_facts(store, row) == Outcome(frozenset({0}))
    (given,) = store.facts("OWNS", store.known_run()).rows()
    assert given.items() >= {**row, "start_label": "LegalEntity", "end_label": "LegalEntity"}.items()
    assert {name for name, value in given.items() if value is None} == {
        *(
            "valid_to",
            "bank",
            "share_min_ratio",
            "share_max_ratio",
            "voting_ratio",
            "income_ratio",
            "paid_fen",
        )
    }
    assert [type(given[name]) for name in ("share_ratio", "subscribed_fen", "valid_from")] == [
        float,
        int,
        dt.date,
    ]


def test_the_same_rows_again_write_nothing(store: GraphStore) -> None:
    rows = [fact("E:1", "E:2", "r1", share_ratio=0.5, valid_from=DAY), fact("E:2", "E:3", "r2")]
    _with_facts(store, *rows)
    before, run = dump(store), store.facts("OWNS", store.known_run())["run"]
    assert _again(store, *rows) == Outcome(frozenset(), 2)
    assert dump(store) == before
    assert sorted(store.facts("OWNS", store.known_run())["run"]) == sorted(run)


@pytest.mark.parametrize(
    "change",
    [
        {"share_ratio": 0.6},
        {"share_ratio": None},
        {"valid_to": DAY},
        {"audience": "MEMBER"},
        {"voting_ratio": 0.1},
    ],
)
def test_a_changed_row_closes_the_fact_and_appends_one(store: GraphStore, change: dict[str, object]) -> None:
    row = fact("E:1", "E:2", "r1", share_ratio=0.5)
    _with_facts(store, row)
    first, before = store.known_run(), dump(store)
    assert _again(store, row | change) == Outcome(frozenset({0}))
    (now,) = store.facts("OWNS", store.known_run()).rows()
    assert now.items() >= change.items()
    assert dump(store, first) == before


def test_a_series_may_move_to_other_ends(store: GraphStore) -> None:
    _with_facts(store, fact("E:1", "E:2", "r1", share_ratio=0.5), fact("E:2", "E:3", "r2", share_ratio=0.1))
    first = store.known_run()
    moved = [fact("E:3", "E:2", "r1", share_ratio=0.5), fact("E:2", "E:1", "r2", share_ratio=0.1)]
    assert _again(store, *moved).written == {0, 1}
    assert _owns(store) == {("E:3", "E:2", 0.5), ("E:2", "E:1", 0.1)}
    assert _owns(store, first) == {("E:1", "E:2", 0.5), ("E:2", "E:3", 0.1)}
    assert _again(store, *moved).unchanged == 2


def test_a_fact_needs_both_its_ends(store: GraphStore) -> None:
    outcome = _with_facts(store, fact("E:1", "E:2", "r1"), fact("E:1", "E:9", "r2"), fact("E:8", "E:9", "r3"))
    assert outcome.written == {0}
    assert [(r.index, r.code) for r in outcome.rejects] == [(1, "endpoint_missing"), (2, "endpoint_missing")]
    assert "E:8" in outcome.rejects[1].detail
    assert "E:9" in outcome.rejects[1].detail
    assert store.existing("LegalEntity", ["E:1", "E:8", "E:9"]) == {"E:1"}


def test_a_move_to_a_missing_end_leaves_the_old_fact(store: GraphStore) -> None:
    _with_facts(store, fact("E:1", "E:2", "r1", share_ratio=0.5))
    outcome = _again(store, fact("E:1", "E:9", "r1", share_ratio=0.5))
    assert [r.code for r in outcome.rejects] == ["endpoint_missing"]
    assert _owns(store) == {("E:1", "E:2", 0.5)}


def test_the_last_of_two_rows_of_one_series_counts(store: GraphStore) -> None:
    rows = [fact("E:1", "E:2", "r1", 2, share_ratio=0.1), fact("E:1", "E:3", "r1", 3, share_ratio=0.2)]
    assert _with_facts(store, *rows) == Outcome(frozenset({1}), 1)
    assert _owns(store) == {("E:1", "E:3", 0.2)}


def test_a_later_batch_of_the_run_replaces_what_an_earlier_one_said(store: GraphStore) -> None:
    names, facts = store.reserve([header(), header("facts")])
    store.upsert(entities(names, THREE))
    store.upsert(owns(facts, [fact("E:1", "E:2", "r1", share_ratio=0.1), fact("E:1", "E:2", "r2")]))
    assert store.upsert(
        owns(facts, [fact("E:3", "E:2", "r1", share_ratio=0.2), fact("E:1", "E:2", "r2")])
    ) == (Outcome(frozenset({0}), 1))
    store.publish({}, "tests")
    assert _owns(store) == {("E:3", "E:2", 0.2), ("E:1", "E:2", None)}
    assert len({*store.facts("OWNS", store.known_run())["run"]}) == 1


def test_large_batches_are_cut_and_their_rejects_keep_their_place(store: GraphStore) -> None:
    nodes = [node(f"E:{i}", i) for i in range(10_050)]
    rows = [fact(f"E:{i}", f"E:{i + 1}", str(i), i) for i in range(10_050)]
    outcomes, run = load(
        store, [(header(), lambda s: entities(s, nodes)), (header("facts"), lambda s: owns(s, rows))]
    )
    assert len(outcomes[0].written) == 10_050
    assert [(r.index, r.code) for r in outcomes[1].rejects] == [(10_049, "endpoint_missing")]
    assert len(store.facts("OWNS", run)) == 10_049
    assert store.existing("LegalEntity", (f"E:{i}" for i in range(10_040, 10_060))) == {
        f"E:{i}" for i in range(10_040, 10_050)
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("share_ratio", 1.5),
        ("share_ratio", 1),
        ("share_ratio", float("nan")),
        ("subscribed_fen", 2**63),
        ("nominee", "yes"),
        ("valid_from", "2024-01-01"),
        ("audience", "SECRET"),
        ("line", None),
        ("bank", "\ud800"),
    ],
)
def test_a_bad_value_costs_its_row_only(store: GraphStore, field: str, value: object) -> None:
    rows = [
        fact("E:1", "E:2", "r1"),
        fact("E:1", "E:2", "r2") | {field: value},
        fact("E:2", "E:3", "r3"),
        fact("E:1", "E:3", "r4"),
    ]
    outcome = _with_facts(store, *rows)
    assert outcome.written == {0, 2, 3}
    assert [(r.index, r.code) for r in outcome.rejects] == [(1, "value")]


def test_only_what_is_declared_can_be_written(store: GraphStore) -> None:
    (stage,) = store.reserve([header()])
    for batch in (
        EdgeBatch(stage, "OWNS", "LegalEntity", "Person", []),
        EdgeBatch(stage, "LIKES", "Person", "Person", []),
        NodeBatch(stage, "LegalEntity", ("Town",), []),
        NodeBatch(stage, "Record", (), []),
    ):
        with pytest.raises(InputError, match="declares no"):
            store.upsert(
                NodeBatch(stage, batch.label, batch.kinds, [node("x")])
                if isinstance(batch, NodeBatch)
                else EdgeBatch(
                    stage, batch.relationship, batch.start_label, batch.end_label, [fact("a", "b", "r")]
                )
            )
    undeclared = node("E:1", nickname="x")
    assert store.upsert(entities(stage, [undeclared])).written == {0}
    store.publish({}, "tests")
    assert "nickname" not in store.nodes("LegalEntity", store.known_run()).columns


def test_a_run_of_another_load_takes_no_batch(store: GraphStore) -> None:
    (stage,) = store.reserve([header()])
    store.publish({}, "tests")
    with pytest.raises(Conflict, match="No load is open"):
        store.upsert(entities(stage, THREE))
    store.reserve([header()])
    with pytest.raises(InputError, match="does not belong"):
        store.upsert(entities(stage, THREE))


def test_both_stores_hold_the_same_graph(store: GraphStore, tmp_path: Path) -> None:
    other = open_store(f"embedded:{tmp_path / 'other.kgl'}")
    other.prepare()
    for number in (0, 1):
        assert deliver(store, number) == deliver(other, number)
        assert dump(store) == dump(other)
    first = RUN_GAP + 1
    assert dump(store, first) == dump(other, first) != dump(store)
    assert len(dump(store, first)["OWNS"]) == 3
    other.close()


def test_what_was_known_at_an_instant(store: GraphStore) -> None:
    before = dt.datetime.now(dt.UTC)
    deliver(store, 0)
    between, first = dt.datetime.now(dt.UTC), store.known_run()
    deliver(store, 1)
    assert (store.known_run(before), store.known_run(between)) == (0, first)
    assert store.known_run(dt.datetime.now(dt.UTC)) == store.known_run() > first
    with pytest.raises(InputError, match="offset"):
        store.known_run(dt.datetime(2026, 1, 1))
