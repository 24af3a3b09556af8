"""Nodes on both stores: one identity, its rows as Records, its properties a cache that a precedence fills."""

from __future__ import annotations

from typing import Any

from schema.ports import GraphStore, NodeBatch, Outcome
from tests.contract.small_town import DAY
from tests.contract.stores import dump, entities, header, load, node

ALL = {"registered_on": DAY, "registered_capital_fen": 5, "state_owned": True, "branch": "1分公司"}


def _load(
    store: GraphStore, dataset: str, delivery: str, *rows: dict[str, Any], kinds: tuple[str, ...] = ()
) -> Outcome:
    (outcome,), _ = load(
        store, [(header(dataset, delivery=delivery), lambda stage: entities(stage, rows, *kinds))]
    )
    return outcome


def _node(store: GraphStore, node_id: str = "E:1", run: int | None = None) -> dict[str, Any]:
    (row,) = store.nodes("LegalEntity", store.known_run() if run is None else run, [node_id]).rows()
    return row


def test_a_node_comes_back_as_it_was_given(store: GraphStore) -> None:
    _load(store, "enterprises", "d1", node("E:1", 7, name="甲公司", **ALL), kinds=("Enterprise", "Bank"))
    row = _node(store)
    expected = {
        "id": "E:1",
        "line": 7,
        "name": "甲公司",
        "audience": "PUBLIC",
        "kinds": ["Bank", "Enterprise"],
    }
    assert row.items() >= (expected | ALL).items()
    assert row["run"] == store.known_run()
    assert row["uscc"] is None


def test_a_node_without_a_name_has_none(store: GraphStore) -> None:
    _load(store, "enterprises", "d1", node("E:1"), node("E:2", name="乙公司"))
    _load(store, "enterprises", "d2", node("E:2", scale="SMALL"))
    assert [_node(store, i)["name"] for i in ("E:1", "E:2")] == [None, None]


def test_only_nodes_asked_for_come_and_unknown_ids_are_passed_over(store: GraphStore) -> None:
    _load(store, "enterprises", "d1", node("E:1"), node("E:2"), node("E:3"))
    table = store.nodes("LegalEntity", store.known_run(), ["E:3", "E:1", "E:9", "E:1"])
    assert sorted(table["id"]) == ["E:1", "E:3"]
    assert len(store.nodes("LegalEntity", store.known_run(), [])) == 0


def test_the_same_row_again_writes_nothing(store: GraphStore) -> None:
    rows = [node("E:1", name="甲公司", **ALL), node("E:2")]
    _load(store, "enterprises", "d1", *rows)
    before = dump(store)
    assert _load(store, "enterprises", "d2", *rows) == Outcome(frozenset(), 2)
    assert dump(store) == before


def test_a_newer_row_replaces_what_its_dataset_said(store: GraphStore) -> None:
    _load(store, "enterprises", "d1", node("E:1", name="甲公司", scale="SMALL"), kinds=("Enterprise", "Bank"))
    first = store.known_run()
    assert _load(store, "enterprises", "d2", node("E:1", name="新甲公司")).written == {0}
    second = store.known_run()
    now, then = _node(store), _node(store, run=first)
    assert (now["name"], now["scale"], now["kinds"]) == ("新甲公司", None, ["Enterprise"])
    assert (then["name"], then["scale"], then["kinds"]) == ("甲公司", "SMALL", ["Bank", "Enterprise"])
    assert _load(store, "enterprises", "d3", node("E:1", name="新甲公司")).unchanged == 1
    assert _load(store, "enterprises", "d4", node("E:1", name="甲公司")).written == {0}
    assert [_node(store, run=r)["name"] for r in (first, second, store.known_run())] == [
        "甲公司",
        "新甲公司",
        "甲公司",
    ]


def test_sources_add_to_each_other_and_the_registry_prevails(store: GraphStore) -> None:
    _load(store, "banks", "d1", node("E:1", name="甲", scale="LARGE"), kinds=("Enterprise", "Bank"))
    _load(store, "enterprises", "d2", node("E:1", name="甲公司", status="ACTIVE"))
    first = store.known_run()
    _load(store, "banks", "d3", node("E:1", name="甲银行", lei="L"), kinds=("Enterprise", "Bank"))
    row = _node(store)
    assert (row["name"], row["status"], row["lei"], row["scale"]) == ("甲公司", "ACTIVE", "L", None)
    assert row["kinds"] == ["Bank", "Enterprise"]
    assert (_node(store, run=first)["scale"], _node(store, run=first)["lei"]) == ("LARGE", None)


def test_without_a_precedence_the_latest_value_wins(store: GraphStore) -> None:
    _load(store, "a", "d1", node("E:1", scale="LARGE", industry_code="A"))
    _load(store, "b", "d2", node("E:1", scale="SMALL"))
    assert (_node(store)["scale"], _node(store)["industry_code"]) == ("SMALL", "A")
    _load(store, "a", "d3", node("E:1", scale="MICRO"))
    assert (_node(store)["scale"], _node(store)["industry_code"]) == ("MICRO", None)


def test_a_narrower_source_never_shows_in_a_wider_node(store: GraphStore) -> None:
    _load(store, "a", "d1", node("E:1", audience="MEMBER", scale="LARGE"))
    _load(store, "b", "d2", node("E:1", audience="PUBLIC", industry_code="A"))
    row = _node(store)
    assert (row["audience"], row["industry_code"], row["scale"]) == ("PUBLIC", "A", None)


def test_two_runs_of_one_load_may_describe_one_node(store: GraphStore) -> None:
    load(
        store,
        [
            (header("banks"), lambda s: entities(s, [node("E:1", name="甲", lei="L")], "Enterprise", "Bank")),
            (header("enterprises"), lambda s: entities(s, [node("E:1", name="甲公司")])),
        ],
    )
    row = _node(store)
    assert (row["name"], row["lei"], row["kinds"]) == ("甲公司", "L", ["Bank", "Enterprise"])


def test_the_last_of_two_rows_of_one_node_counts(store: GraphStore) -> None:
    outcome = _load(store, "enterprises", "d1", node("E:1", 2, scale="SMALL"), node("E:1", 3, name="甲公司"))
    assert outcome == Outcome(frozenset({1}), 1)
    assert (_node(store)["name"], _node(store)["scale"], _node(store)["line"]) == ("甲公司", None, 3)


def test_a_later_batch_of_the_run_replaces_what_an_earlier_one_said(store: GraphStore) -> None:
    _load(store, "enterprises", "d1", node("E:2", scale="LARGE"))
    (stage,) = store.reserve([header(delivery="d2")])
    for line, scale in ((2, "SMALL"), (3, "MICRO")):
        batch = entities(
            stage, [node("E:1", line, scale=scale), node("E:2", line, scale=scale)], "Enterprise", "Bank"
        )
        assert store.upsert(batch).written == {0, 1}
    assert store.upsert(entities(stage, [node("E:1", 4, scale="MICRO")])).written == {0}
    store.publish({}, "tests")
    assert [(_node(store, i)["scale"], _node(store, i)["kinds"]) for i in ("E:1", "E:2")] == [
        ("MICRO", ["Enterprise"]),
        ("MICRO", ["Bank", "Enterprise"]),
    ]


def test_a_bad_value_costs_its_row_only(store: GraphStore) -> None:
    rows = [
        node("E:1"),
        node("E:2", registered_capital_fen=2**63),
        node("E:3", name="\ud800"),
        node("E:4"),
        node("", id=None),
    ]
    outcome = _load(store, "enterprises", "d1", *rows)
    assert outcome.written == {0, 3}
    assert [(r.index, r.code) for r in outcome.rejects] == [(1, "value"), (2, "value"), (4, "value")]


def test_quarantined_rows_are_kept_and_may_be_settled(store: GraphStore) -> None:
    def quarantine(status: str) -> None:
        row = node("Q:1", 4, "RESTRICTED", source="registry", status=status, raw_row="{}", errors="[]")
        load(
            store, [(header("enterprises", delivery=status), lambda s: NodeBatch(s, "Quarantine", (), [row]))]
        )

    quarantine("OPEN")
    waiting = store.query("open_quarantine", {"known_run": store.known_run(), "limit": 10})
    assert (list(waiting["id"]), list(waiting["line"])) == (["Q:1"], [4])
    quarantine("FIXED")
    assert len(store.query("open_quarantine", {"known_run": store.known_run(), "limit": 10})) == 0
    assert store.nodes("Quarantine", store.known_run())["status"][0] == "FIXED"
