"""Batches so large that a store may write pieces of them at once: the outcome is that of the rows one by one."""

from __future__ import annotations

from typing import Any

from schema.ports import GraphStore
from tests.contract.stores import dump, entities, fact, header, load, node, owns

PARTIES, FACTS = 1_500, 4_000


def _facts(share: float) -> list[dict[str, Any]]:
    """Make shareholdings scattered over all parties, so that many meet at one party; some lack an end."""
    return [
        fact(
            f"E:{n % PARTIES}",
            f"E:{n * 7 % 40 if n % 3 else n * 11 % (PARTIES + 3)}",
            f"r{n}",
            n + 2,
            share_ratio=2.0 if n == 2_222 else share,
        )
        for n in range(FACTS)
    ]


def _lacking(rows: list[dict[str, Any]]) -> set[int]:
    there = {f"E:{n}" for n in range(PARTIES)}
    return {i for i, row in enumerate(rows) if row["end"] not in there}


def test_every_row_of_a_large_batch_is_written_or_named(store: GraphStore) -> None:
    rows, parties = _facts(0.5), [node(f"E:{n}", n + 2) for n in range(PARTIES)]
    parties[77] = node("E:77", 79, audience="NOBODY")
    outcomes, _ = load(
        store,
        [
            (header(), lambda stage: entities(stage, parties)),
            (header("facts"), lambda stage: owns(stage, rows)),
        ],
    )
    assert [r.index for r in outcomes[0].rejects] == [77]
    assert outcomes[0].written == {*range(PARTIES)} - {77}
    lost = _lacking(rows) | {i for i, r in enumerate(rows) if "E:77" in (r["start"], r["end"])} | {2_222}
    assert {r.index: r.code for r in outcomes[1].rejects} == {
        i: "value" if i == 2_222 else "endpoint_missing" for i in lost
    }
    assert outcomes[1].written == {*range(FACTS)} - lost
    assert len(dump(store)["OWNS"]) == FACTS - len(lost)


def test_a_large_batch_that_changes_half_of_its_facts_closes_just_those(store: GraphStore) -> None:
    parties = [node(f"E:{n}", n + 2) for n in range(PARTIES + 3)]
    first, second = _facts(0.5), _facts(0.5)
    for rows in (first, second):
        rows[2_222]["share_ratio"] = 0.5
    for row in second[::2]:
        row["share_ratio"] = 0.25
    second[1]["start"] = "E:9"  # a series that moves
    both = [(header(), lambda stage: entities(stage, parties)), (header("facts"), lambda s: owns(s, first))]
    load(store, both)
    before = store.known_run()
    outcomes, _ = load(store, [(header("facts", delivery="d2"), lambda stage: owns(stage, second))])
    assert outcomes[0].written == {*range(0, FACTS, 2), 1}
    assert outcomes[0].unchanged == FACTS // 2 - 1
    shares = store.facts("OWNS", store.known_run())["share_ratio"]
    assert sorted(shares) == [0.25] * (FACTS // 2) + [0.5] * (FACTS // 2)
    assert {*store.facts("OWNS", before)["share_ratio"]} == {0.5}
