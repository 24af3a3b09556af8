"""A delivery and its correction, small enough to read: what the store tests load, whole or only in part.

Run as ``python -m tests.contract.small_town URL``, it loads the first delivery, begins the correction, says so and waits
to be killed.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator

from queries.stores import open_store
from schema.ports import EdgeBatch, GraphStore, NodeBatch, Outcome, Stage
from schema.provenance import Ledger
from tests.contract.stores import entities, fact, header, node, owns

Batch = NodeBatch | EdgeBatch
DAY = dt.date(2024, 1, 1)


def first(stages: list[Stage]) -> Iterator[Batch]:
    """Three enterprises, a bank, two people, who owns and runs them, a receivable, a penalty and a loan."""
    register, facts = stages
    yield entities(
        register,
        [
            node("E:1", 2, name="甲公司", uscc="91110000000000001A", registered_on=DAY, shares_complete=True),
            node("E:2", 3, name="乙公司", uscc="91110000000000002B", registered_capital_fen=10**15),
            node("E:3", 4, scale="SMALL"),
        ],
    )
    yield entities(register, [node("E:B", 5, name="某银行")], "Enterprise", "Bank")
    yield NodeBatch(
        register, "Person", (), [node("P:1", 6, name="张某", birth_year=1980), node("P:2", 7, name="李某")]
    )
    yield NodeBatch(register, "Household", (), [node("H:1", 8, "RESTRICTED", star_rating="GOOD")])
    yield NodeBatch(
        register,
        "Receivable",
        (),
        [node("v1", 9, "MEMBER", amount_fen=100, outstanding_fen=90, due_on=DAY, disputed=False)],
    )
    yield NodeBatch(register, "Penalty", (), [node("n1", 10, document_no="一号", decided_on=DAY)])
    yield NodeBatch(register, "Loan", (), [node("l1", 11, "BANK_PRIVATE", principal_fen=5) | {"bank": "E:B"}])
    yield NodeBatch(register, "Authorization", (), [node("a1", 12, "RESTRICTED", purpose="LENDING")])
    yield owns(
        facts,
        [
            fact("E:1", "E:2", "o1", 2, share_ratio=0.6, valid_from=DAY),
            fact("E:2", "E:3", "o2", 3, share_ratio=1.0),
            fact("E:2", "E:404", "o3", 4, share_ratio=0.5),
        ],
    )
    yield EdgeBatch(
        facts, "OWNS", "Person", "LegalEntity", [fact("P:1", "E:1", "o4", 5, share_ratio=0.3, nominee=False)]
    )
    yield EdgeBatch(
        facts, "HOLDS_POST", "Person", "LegalEntity", [fact("P:2", "E:1", "p1", 6, post="DIRECTOR")]
    )
    yield EdgeBatch(facts, "LEGAL_REP_OF", "Person", "LegalEntity", [fact("P:1", "E:1", "p2", 7)])
    yield EdgeBatch(facts, "OWED_BY", "Receivable", "LegalEntity", [fact("v1", "E:1", "v1b", 8)])
    yield EdgeBatch(facts, "OWED_TO", "Receivable", "Household", [fact("v1", "H:1", "v1t", 9)])
    yield EdgeBatch(facts, "SUBJECT_OF", "LegalEntity", "Penalty", [fact("E:1", "n1", "n1", 10)])
    private = {"audience": "BANK_PRIVATE", "bank": "E:B"}
    yield EdgeBatch(facts, "LENT_TO", "Loan", "LegalEntity", [fact("l1", "E:1", "l1", 11) | private])
    granted = dt.datetime(2024, 5, 1, 8, 30, 0, 250_000, tzinfo=dt.UTC)
    yield EdgeBatch(
        facts, "GAVE", "LegalEntity", "Authorization", [fact("E:1", "a1", "g1", 12, granted_at=granted)]
    )
    yield EdgeBatch(facts, "GIVEN_TO", "Authorization", "LegalEntity", [fact("a1", "E:B", "g2", 13)])


def second(stages: list[Stage]) -> Iterator[Batch]:
    """A correction: a node renamed, one unchanged, one new; a share changed, one unchanged, one moved; a revocation."""
    register, facts = stages
    yield entities(
        register,
        [
            node("E:1", 2, name="甲集团公司", uscc="91110000000000001A", registered_on=DAY),
            node("E:2", 3, name="乙公司", uscc="91110000000000002B", registered_capital_fen=10**15),
            node("E:4", 4, name="丁公司"),
        ],
        "Enterprise",
        "CoreEnterprise",
    )
    yield owns(
        facts,
        [
            fact("E:1", "E:2", "o1", 2, share_ratio=0.7, valid_from=DAY),
            fact("E:2", "E:3", "o2", 3, share_ratio=1.0),
            fact("E:4", "E:1", "o4", 4, share_ratio=0.3, nominee=False),
        ],
    )
    revoked = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    granted = dt.datetime(2024, 5, 1, 8, 30, 0, 250_000, tzinfo=dt.UTC)
    yield EdgeBatch(
        facts,
        "GAVE",
        "LegalEntity",
        "Authorization",
        [fact("E:1", "a1", "g1", 5, granted_at=granted, revoked_at=revoked)],
    )


DELIVERIES = (first, second)


def begin(store: GraphStore, number: int) -> list[Stage]:
    """Reserve the runs of a delivery."""
    delivery = f"delivery {number}"
    return store.reserve([header("enterprises", delivery=delivery), header("facts", delivery=delivery)])


def deliver(store: GraphStore, number: int) -> list[Outcome]:
    """Load and publish a delivery."""
    stages = begin(store, number)
    outcomes = [store.upsert(batch) for batch in DELIVERIES[number](stages)]
    store.publish({stage.run: Ledger() for stage in stages}, "tests")
    return outcomes


def main(url: str) -> None:
    """Load the first delivery, begin the second, and wait."""
    store = open_store(url)
    store.prepare()
    deliver(store, 0)
    stages = begin(store, 1)
    for batch in second(stages):
        store.upsert(batch)
    sys.stdout.write("half-way\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1])
