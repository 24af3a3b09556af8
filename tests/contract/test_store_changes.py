"""What came and went between two runs, on both stores: applied to the earlier graph it makes the later one."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service.projections.reading import read, refresh, versions
from queries.stores import open_store
from schema.edges import EDGES
from schema.errors import InputError
from schema.nodes import NODES
from schema.ports import GraphStore
from tests.contract.small_town import deliver
from tests.contract.stores import entities, fact, header, load, node, owns
from tests.unit.projection.graphs import assert_equal


@pytest.fixture
def corrected(store: GraphStore) -> tuple[GraphStore, int, int]:
    """A store with a delivery and its correction, and the runs at which each was known."""
    deliver(store, 0)
    first = store.known_run()
    deliver(store, 1)
    return store, first, store.known_run()


def test_a_refreshed_projection_equals_a_fresh_one(corrected: tuple[GraphStore, int, int]) -> None:
    store, first, second = corrected
    assert_equal(refresh(store, read(store, first), second), read(store, second))
    load(
        store,
        [
            (
                header("enterprises", delivery="d3"),
                lambda s: entities(s, [node("E:0", name="零公司"), node("E:4")]),
            ),
            (header("facts", delivery="d3"), lambda s: owns(s, [fact("E:0", "E:4", "o9", share_ratio=0.5)])),
        ],
    )
    third = store.known_run()
    for since in (first, second):
        assert_equal(refresh(store, read(store, since), third), read(store, third))


def test_changed_facts_say_what_came_and_what_went(corrected: tuple[GraphStore, int, int]) -> None:
    store, first, second = corrected
    table = store.changed_facts("OWNS", first, second)
    said = set(zip(table["start"], table["end"], table["share_ratio"], table["known"], strict=True))
    assert said == {
        ("E:1", "E:2", 0.6, False),
        ("E:1", "E:2", 0.7, True),
        ("P:1", "E:1", 0.3, False),
        ("E:4", "E:1", 0.3, True),
    }
    assert {n for n in EDGES if len(store.changed_facts(n, first, second))} == {"OWNS", "GAVE"}


def test_changed_nodes_come_as_they_are_known(corrected: tuple[GraphStore, int, int]) -> None:
    store, first, second = corrected
    table = store.changed_nodes("LegalEntity", first, second)
    assert dict(zip(table["id"], table["name"], strict=True)) == {
        "E:1": "甲集团公司",
        "E:2": "乙公司",  # a core enterprise from now on
        "E:4": "丁公司",
    }
    assert {label for label in NODES if len(store.changed_nodes(label, first, second))} == {"LegalEntity"}
    assert not any(len(store.changed_nodes(label, second, second)) for label in NODES)


def test_only_declared_kinds_change(store: GraphStore) -> None:
    with pytest.raises(InputError):
        store.changed_facts("LIKES", 0, 1)
    with pytest.raises(InputError):
        store.changed_nodes("Nobody", 0, 1)


def test_a_version_names_its_store(store: GraphStore, tmp_path: Path) -> None:
    """The same files in another store make another version: run numbers alone would be alike."""
    assert [v.run for v in versions(store, 0)] == [0]
    deliver(store, 0)
    before = versions(store, store.known_run())
    deliver(store, 1)
    assert versions(store, store.known_run())[: len(before)] == before
    other = open_store(f"embedded:{tmp_path / 'other.kgl'}")
    other.prepare()
    deliver(other, 0)
    assert versions(other, other.known_run())[-1].run == before[-1].run
    assert versions(other, other.known_run())[-1] != before[-1]
    other.close()
