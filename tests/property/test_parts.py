"""A file judged in parts is judged as it is in one piece, and settling by hashes finds what plain sets find."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import spool
from loaders.endpoints import settle
from loaders.facts import EdgeFact, Item, NodeFact
from loaders.identity.keys import Keys
from loaders.identity.references import Resolver
from loaders.lots import Lot
from loaders.profile import Profile
from loaders.readers.delimited import read_delimited
from loaders.staging import Staged, stage
from queries.stores import open_store
from schema.kinds import KINDS
from schema.periods import today_in_shanghai
from schema.ports import NodeBatch
from schema.provenance import Ledger, RunHeader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

KIND = KINDS["household_assets"]
KEYS = Keys(b"a key of a test!")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2", "a3", "a4", ""]),
        st.sampled_from(["h1", "h2", ""]),
        st.sampled_from(["CROP", "POND", "boat"]),
    ),
    max_size=14,
)


def judged(rows: list[tuple[str, str, str]], part: int, lot: int = 0) -> Staged:
    text = "\n".join(["record_id,household,asset_kind", *(",".join(row) for row in rows), ""])
    with patch.object(spool, "PART", part):
        return stage(
            read_delimited(text, "x.csv"), Profile(KIND.name, KIND), "src", Resolver("src", KEYS), lot
        )


@given(ROWS, st.integers(1, 4))
def test_parts_change_nothing(rows: list[tuple[str, str, str]], part: int) -> None:
    whole, parts = judged(rows, 1000), judged(rows, part)
    assert [(i.index, i.record, i.node, i.edges) for i in parts.items] == [
        (i.index, i.record, i.node, i.edges) for i in whole.items
    ]
    assert dict(parts.faults) == dict(whole.faults)
    assert [*parts.repeats] == [*whole.repeats]
    assert dict(parts.records) == dict(whole.records)
    assert parts.refused_series == whole.refused_series
    places = [*(i.index for i in parts.items), *parts.faults, *(i for i, _ in parts.repeats)]
    assert sorted(places) == [*range(len(rows))]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """A store that knows one company already."""
    opened = open_store(f"embedded:{tmp_path_factory.mktemp('settle') / 'graph.kgl'}")
    opened.prepare()
    header = RunHeader("src", "enterprises", "e.csv", "0" * 64, today_in_shanghai(), "d")
    (run,) = opened.reserve([header])
    row = {"id": "E:src:known", "audience": "PUBLIC", "bank": None, "line": 2, "name": "甲"}
    opened.upsert(NodeBatch(run, "LegalEntity", ("Enterprise",), [row]))
    opened.publish({run.run: Ledger(1, 1)}, "test")
    yield opened
    opened.close()


NAMES = st.sampled_from(["a", "b", "c", "d", "e", "known", "gone"])
STATED = st.lists(
    st.tuples(st.none() | NAMES, st.booleans(), st.lists(st.tuples(NAMES, st.booleans()), max_size=2)),
    max_size=9,
)


def items_of(stated: list, lot: int) -> list[Item]:
    """Rows that describe a company, or add to one, and hold shares of others, hard or soft."""
    items = []
    for index, (name, adds, held) in enumerate(stated):
        node = name and NodeFact("LegalEntity", (), {"id": f"E:src:{name}"}, "company" if adds else "")
        edges = [
            EdgeFact(
                "OWNS",
                "LegalEntity",
                "LegalEntity",
                {"start": f"E:src:{name or 'known'}", "end": f"E:src:{end}"},
                ("owner", "asset"),
                soft,
            )
            for end, soft in held
        ]
        items.append(Item(lot, index, f"r{index}", node, edges))
    return items


def plainly_settled(items: list[Item], refused: set[Item]) -> tuple[set[Item], set[tuple[Item, str]]]:
    """What may not be written, by removing until nothing changes; and the soft ends that are lost."""
    live = [item for item in items if item not in refused]
    while True:
        there = {item.own for item in live} | {("LegalEntity", "E:src:known")}
        good = [
            item
            for item in live
            if all(end in there for e in item.edges if not e.soft for end in e.ends)
            and (item.added_to is None or item.added_to in there)
        ]
        if len(good) == len(live):
            soft = {(i, e.row["end"]) for i in live for e in i.edges if e.soft and not {*e.ends} <= there}
            return {*items} - {*live} - refused, soft
        live = good


@given(
    STATED, STATED, st.integers(1, 3), st.sets(st.tuples(st.integers(0, 1), st.integers(0, 8)), max_size=2)
)
def test_settling_by_hashes_is_settling(
    store: GraphStore, one: list, other: list, part: int, refused: set[tuple[int, int]]
) -> None:
    lots = [items_of(one, 0), items_of(other, 1)]
    everything = [item for lot in lots for item in lot]
    lost = {item for item in everything if (item.lot, item.index) in refused}
    cut = [Lot(lot[n : n + part] for n in range(0, len(lot), part)) for lot in lots]
    found = settle(cut, store, lost)
    missing, soft = plainly_settled(everything, lost)
    assert {*found.missing} == missing
    assert {(i, e.row["end"]) for i, edges in found.dropped.items() for e in edges} == soft
    assert all(fault.code == "endpoint_missing" for faults in found.missing.values() for fault in faults)
