"""Two files of one dataset in one load, on both stores: the second knows what the first has said, loaded before or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from schema.ports import ClosingBatch, GraphStore, Scope
from schema.provenance import RunHeader
from tests.contract.stores import dump, entities, fact, header, load, node, owns

TOWN = [node("E:1"), node("E:2"), node("E:3")]


def facts_of(day: int) -> RunHeader:
    """Describe a file of shareholdings that speaks of a day of November."""
    return replace(header("facts"), as_of=dt.date(2026, 11, day))


def shares(store: GraphStore) -> list[tuple[str, str, float]]:
    """Return the open shareholdings."""
    table = store.facts("OWNS", store.known_run())
    return sorted(zip(table["start"], table["end"], table["share_ratio"], strict=True))


@pytest.fixture
def town(store: GraphStore) -> GraphStore:
    """A store that knows three enterprises and no shareholding."""
    load(store, [(header(), lambda s: entities(s, TOWN))])
    return store


def test_two_files_of_a_first_load_that_say_the_same_are_one_fact(town: GraphStore) -> None:
    row = fact("E:1", "E:2", "o1", share_ratio=0.1)
    outcomes, _ = load(town, [(facts_of(1), lambda s: owns(s, [row]))] * 2)
    assert ([len(o.written) for o in outcomes], outcomes[1].unchanged) == ([1, 0], 1)
    assert shares(town) == [("E:1", "E:2", 0.1)]


@pytest.mark.parametrize("ends", [("E:1", "E:2"), ("E:3", "E:2"), ("E:1", "E:3")])
def test_of_two_files_of_one_day_the_later_in_the_delivery_counts(
    town: GraphStore, ends: tuple[str, str]
) -> None:
    first, second = fact("E:1", "E:2", "o1", share_ratio=0.1), fact(*ends, "o1", share_ratio=0.2)
    load(town, [(facts_of(1), lambda s: owns(s, [first])), (facts_of(1), lambda s: owns(s, [second]))])
    assert shares(town) == [(*ends, 0.2)]
    first_run = town.known_run() - 1
    assert [r["run"] for r in town.facts("OWNS", first_run).rows()] == [first_run]


def test_of_two_files_of_one_load_the_later_day_counts_whichever_comes_first(town: GraphStore) -> None:
    newer, older = fact("E:1", "E:2", "o1", share_ratio=0.2), fact("E:1", "E:2", "o1", share_ratio=0.1)
    outcomes, _ = load(
        town, [(facts_of(2), lambda s: owns(s, [newer])), (facts_of(1), lambda s: owns(s, [older]))]
    )
    assert (shares(town), outcomes[1].older) == ([("E:1", "E:2", 0.2)], {0})


def test_the_later_file_counts_though_it_is_written_first(town: GraphStore) -> None:
    early, late = town.reserve([facts_of(1), facts_of(1)])
    town.upsert(owns(late, [fact("E:1", "E:2", "o1", share_ratio=0.2)]))
    assert town.upsert(owns(early, [fact("E:1", "E:3", "o1", share_ratio=0.1)])).older == {0}
    town.publish({}, "tests")
    assert shares(town) == [("E:1", "E:2", 0.2)]


def test_of_two_rows_about_a_node_the_later_file_counts_though_it_is_written_first(store: GraphStore) -> None:
    early, late = store.reserve([header(), header()])
    store.upsert(entities(late, [node("E:1", name="后")]))
    assert store.upsert(entities(early, [node("E:1", name="先")])).older == {0}
    store.publish({}, "tests")
    assert list(store.nodes("LegalEntity", store.known_run())["name"]) == ["后"]


def test_two_files_of_a_later_load_change_a_fact_once_each(town: GraphStore) -> None:
    load(town, [(facts_of(1), lambda s: owns(s, [fact("E:1", "E:2", "o1", share_ratio=0.1)]))])
    changed = [fact("E:1", "E:2", "o1", share_ratio=ratio) for ratio in (0.2, 0.3)]
    load(town, [(facts_of(2), lambda s: owns(s, changed[:1])), (facts_of(2), lambda s: owns(s, changed[1:]))])
    assert shares(town) == [("E:1", "E:2", 0.3)]


def test_a_snapshot_in_two_files_closes_once_and_an_abandoned_one_leaves_nothing(town: GraphStore) -> None:
    old = [fact("E:1", "E:2", "o1", share_ratio=0.1), fact("E:1", "E:3", "o2", 3, share_ratio=0.2)]
    load(town, [(facts_of(1), lambda s: owns(s, old))])
    before = dump(town)
    gone = [
        r for r in town.open_facts(Scope("registry", "facts"), "OWNS").rows() if r["key"] == old[1]["key"]
    ]
    for end in (town.abandon, lambda: town.publish({}, "tests")):
        stages = town.reserve([replace(facts_of(2), snapshot="")] * 2)
        for stage, ratio in zip(stages, (0.3, 0.4), strict=True):
            town.upsert(owns(stage, [fact("E:1", "E:2", "o1", share_ratio=ratio)]))
        closed = [town.close_facts(ClosingBatch(stage, "OWNS", gone)) for stage in stages]
        assert closed == [1, 0]
        end()
        assert end != town.abandon or dump(town) == before
    assert shares(town) == [("E:1", "E:2", 0.4)]
