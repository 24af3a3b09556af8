"""Files of one dataset that come in another order than that of their days, on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from schema.ports import GraphStore, Outcome
from schema.provenance import RunHeader
from tests.contract.stores import dump, entities, fact, header, load, node, owns

SHARES = {1: 0.6, 2: 0.9, 3: 0.6}
NAMES = {1: "甲", 2: "乙", 3: "甲"}


def of_day(day: int, dataset: str = "facts", snapshot: str | None = None) -> RunHeader:
    """Describe a file that speaks of a day of November."""
    return replace(header(dataset), as_of=dt.date(2026, 11, day), snapshot=snapshot)


def share(store: GraphStore, day: int, ratio: float, snapshot: str | None = None) -> Outcome:
    """Load one shareholding."""
    row = fact("E:1", "E:2", "o1", share_ratio=ratio)
    ((outcome,), _) = load(store, [(of_day(day, snapshot=snapshot), lambda s: owns(s, [row]))])
    return outcome


def ratios(store: GraphStore) -> list[float]:
    """Return the open shares."""
    return list(store.facts("OWNS", store.known_run())["share_ratio"])


@pytest.fixture
def town(store: GraphStore) -> GraphStore:
    """A store that knows two enterprises."""
    load(store, [(header("town"), lambda s: entities(s, [node("E:1"), node("E:2")]))])
    return store


@pytest.mark.parametrize("order", [*permutations((1, 2, 3))])
def test_what_a_later_file_repeats_is_not_overturned_by_one_of_a_day_between(
    town: GraphStore, order: Sequence[int]
) -> None:
    for day in order:
        share(town, day, SHARES[day])
        load(town, [(of_day(day, "names"), lambda s, d=day: entities(s, [node("E:3", name=NAMES[d])]))])
    assert ratios(town) == [0.6]
    assert list(town.nodes("LegalEntity", town.known_run(), ["E:3"])["name"]) == ["甲"]


def test_a_repetition_is_noted_once_a_day_and_touches_no_fact(town: GraphStore) -> None:
    share(town, 1, 0.6)
    before = dump(town)
    assert [share(town, day, 0.6).confirmed for day in (1, 3, 3, 2, 1, 4)] == [0, 1, 0, 0, 0, 1]
    assert dump(town) == before
    labels = town.query("stored_labels", {})
    assert dict(zip(labels["label"], labels["stored"], strict=True))["Confirmation"] == 1, (
        "the latest day alone"
    )


def test_an_abandoned_repetition_is_forgotten(town: GraphStore) -> None:
    share(town, 1, 0.6)
    (stage,) = town.reserve([of_day(3)])
    town.upsert(owns(stage, [fact("E:1", "E:2", "o1", share_ratio=0.6)]))
    town.abandon()
    assert share(town, 2, 0.9).written == {0}
    assert ratios(town) == [0.9]


def test_a_snapshot_that_repeats_all_has_a_word_on_everything(town: GraphStore) -> None:
    share(town, 1, 0.6)
    assert [share(town, 3, 0.6, snapshot="").confirmed for _ in range(2)] == [1, 0]
    late = fact("E:2", "E:1", "o2", share_ratio=0.3)
    ((outcome,), _) = load(town, [(of_day(2), lambda s: owns(s, [late]))])
    assert (outcome.older, ratios(town)) == ({0}, [0.6])
