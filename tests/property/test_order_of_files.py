"""Files of one dataset, each of its own day, leave the same open facts and nodes in whatever order they come."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.stores import open_store
from schema.ports import ClosingBatch, GraphStore, Scope
from schema.provenance import series_key
from tests.contract.stores import entities, fact, header, load, node, owns

ENDS = ("E:1", "E:2", "E:3")
Facts = dict[str, tuple[str, float]]


@dataclass(frozen=True)
class File:
    """A file of a day: by record the owner and the share of E:0, by node its name, and whether it states all."""

    day: int
    facts: Facts
    names: dict[str, str]
    whole: bool


RECORDS = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.sampled_from(ENDS), st.sampled_from((0.1, 0.2))), max_size=3
)
NAMES = st.dictionaries(st.sampled_from("xy"), st.sampled_from(("甲", "乙")), max_size=2)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[File], list[File]]:
    """Draw files of days 1 to n, the last of them perhaps a snapshot, and an order in which they come."""
    count = draw(st.integers(2, 5))
    whole = draw(st.booleans())
    files = [
        File(day, draw(RECORDS), draw(NAMES), whole and day == count and count > 1)
        for day in range(1, count + 1)
    ]
    return files, draw(st.permutations(files))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """One store for all examples: each has a dataset of its own."""
    opened = open_store(f"embedded:{tmp_path_factory.mktemp('order') / 'graph.kgl'}")
    opened.prepare()
    load(opened, [(header("town"), lambda s: entities(s, [node(i) for i in ("E:0", *ENDS)]))])
    yield opened
    opened.close()


COUNT = itertools.count()


@settings(deadline=None)
@given(deliveries())
def test_s0_any_order_of_dated_files_gives_the_same_open_facts_and_nodes(
    store: GraphStore, files: tuple[list[File], list[File]]
) -> None:
    in_order, as_they_come = files
    dataset = f"order{next(COUNT)}"
    for file in as_they_come:
        take(store, dataset, file)
    stated: Facts = {}
    names: dict[str, str] = {}
    for file in in_order:
        stated = dict(file.facts) if file.whole else stated | file.facts
        names |= file.names
    keys = {series_key("registry", dataset, record, "F"): record for record in "abc"}
    rows = store.facts("OWNS", store.known_run()).rows()
    left = sorted((keys[r["key"]], r["start"], r["share_ratio"]) for r in rows if r["key"] in keys)
    assert left == sorted((record, *said) for record, said in stated.items())
    nodes = store.nodes("LegalEntity", store.known_run(), [f"E:{dataset}{n}" for n in "xy"]).rows()
    assert {r["id"][-1]: r["name"] for r in nodes} == names


def take(store: GraphStore, dataset: str, file: File) -> None:
    """Load a file, as the loaders would."""
    day = dt.date(2026, 11, file.day)
    about = replace(header(dataset), as_of=day, snapshot="" if file.whole else None)
    rows = [
        fact(owner, "E:0", record, share_ratio=ratio) | {"key": series_key("registry", dataset, record, "F")}
        for record, (owner, ratio) in file.facts.items()
    ]
    gone = []
    if file.whole:
        kept = {row["key"] for row in rows}
        stood = store.open_facts(Scope("registry", dataset), "OWNS").rows()
        gone = [row for row in stood if row["key"] not in kept]
    (stage,) = store.reserve([about])
    store.upsert(entities(stage, [node(f"E:{dataset}{n}", name=name) for n, name in file.names.items()]))
    store.upsert(owns(stage, rows))
    store.close_facts(ClosingBatch(stage, "OWNS", gone))
    store.publish({}, "tests")
