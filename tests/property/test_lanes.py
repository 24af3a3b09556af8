"""Pieces of a batch that are written at once share no node, and nothing of the batch is lost or overtaken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import lanes
from queries.lanes import Batch, at_once, joined, rounds
from schema.ports import EdgeBatch, NodeBatch, Outcome, Reject, Stage
from schema.provenance import RunHeader

STAGE = Stage(1, RunHeader("s", "d", "f", "0" * 64, dt.date(2026, 1, 1), "x"))
NODES = st.integers(0, 12).map("E:{}".format)


def edges(
    ends: Sequence[tuple[str, str]], keys: Sequence[object] = (), start: str = "LegalEntity"
) -> EdgeBatch:
    named = keys or range(len(ends))
    rows = [{"start": a, "end": b, "key": key} for (a, b), key in zip(ends, named, strict=True)]
    return EdgeBatch(STAGE, "OWNS", start, "LegalEntity", rows)


def holdings(ends: Sequence[tuple[str, str]]) -> EdgeBatch:
    return edges(ends, start="Person")


def nodes(ids: Sequence[str]) -> NodeBatch:
    return NodeBatch(STAGE, "LegalEntity", (), [{"id": node_id} for node_id in ids])


def touched(batch: Batch, piece: Sequence[int]) -> set[tuple[str, str]]:
    if isinstance(batch, NodeBatch):
        return {(batch.label, batch.rows[i]["id"]) for i in piece}
    ends = (("start", batch.start_label), ("end", batch.end_label))
    return {(label, batch.rows[i][name]) for i in piece for name, label in ends}


batches = st.one_of(
    st.lists(st.tuples(NODES, NODES), min_size=1, max_size=60).map(edges),
    st.lists(st.tuples(NODES, NODES), min_size=1, max_size=60).map(holdings),
    st.lists(NODES, min_size=1, max_size=60).map(nodes),
)


@given(batches, st.integers(1, 4), st.integers(1, 20))
def test_pieces_of_a_round_share_no_node_and_rows_keep_their_order(
    batch: Batch, count: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "LEAST", 1)
        cut = rounds(batch, count, most)
    written = [index for pieces in cut for piece in pieces for index in piece]
    assert sorted(written) == [*range(len(batch.rows))]
    for pieces in cut:
        assert all(len(piece) <= most for piece in pieces)
        assert not any(touched(batch, a) & touched(batch, b) for a, b in combinations(pieces, 2))
    if isinstance(batch, NodeBatch):
        for node_id in {row["id"] for row in batch.rows}:
            of_node = [i for i in written if batch.rows[i]["id"] == node_id]
            assert of_node == sorted(of_node)


@pytest.mark.parametrize("keys", [[1, 1, 2], [1, None, 2], ["1", "2", "3"], [[], 1, 2]])
def test_a_batch_with_repeated_or_unreadable_series_is_written_in_its_order(
    monkeypatch: pytest.MonkeyPatch, keys: list[object]
) -> None:
    monkeypatch.setattr(lanes, "LEAST", 1)
    batch = edges([("E:1", "E:2"), ("E:3", "E:4"), ("E:5", "E:6")], keys)
    assert rounds(batch, 2, 2) == [[range(2)], [range(2, 3)]]


def test_a_large_batch_is_dealt_to_every_lane_about_evenly() -> None:
    ends = [(f"X:{n}", f"E:{n * 7919 % 5000}") for n in range(20_000)]
    for batch, sizes, most in ((edges(ends), [2, 2, 2, 4], 3_000), (holdings(ends), [2, 2], 6_000)):
        cut = rounds(batch, 2, 10_000)
        assert [len(pieces) for pieces in cut] == sizes
        assert all(len(piece) < most for pieces in cut for piece in pieces)


def test_outcomes_are_told_of_the_rows_of_the_whole_batch() -> None:
    one = Outcome(frozenset({0}), 1, (Reject(1, "value", "x"),), frozenset({2}), 3)
    two = Outcome(frozenset({1}), 2, (Reject(0, "value", "y"),), confirmed=1)
    told = joined([([5, 7, 9], one), ([2, 4], two)])
    rejects = (Reject(2, "value", "y"), Reject(7, "value", "x"))
    assert told == Outcome(frozenset({5, 4}), 3, rejects, frozenset({9}), 4)


def test_nothing_is_written_any_more_when_the_caller_hears_of_a_failure() -> None:
    begun, failed, ended = Event(), Event(), Event()

    def work(piece: Sequence[int]) -> None:
        if piece[0] == 0:
            begun.wait(10)
            failed.set()
            raise OSError("gone")
        begun.set()
        failed.wait(10)
        ended.set()

    with ThreadPoolExecutor(2) as pool, pytest.raises(OSError, match="gone"):
        at_once(pool, work, [[0], [1]])
    assert ended.is_set()
