"""Every named query runs on both stores, gives the same rows, and shows nobody more than he may see."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from queries.catalogue import catalogue
from queries.stores import open_store
from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.ports import GraphStore
from tests.contract.small_town import DAY, deliver
from tests.contract.stores import entities, fact, header, load, node, owns

EVERYONE = [a.value for a in Audience]
AT = dt.datetime(2024, 5, 15, tzinfo=dt.UTC)
VALUES: dict[str, Any] = {
    "uscc": "91110000000000001A",
    "text": "公司",
    "limit": 10,
    "ids": ["E:1", "P:1", "v1", "nobody"],
    "enterprise_id": "E:1",
    "party_id": "E:1",
    "programme_id": "g1",
    "at": AT,
    "as_of": dt.date(2024, 6, 1),
    "known_run": 0,
    "audiences": EVERYONE,
    "banks": ["E:B"],
    "region": "",
    "number": 0,
}
BY_TYPE: dict[str, Any] = {
    "STRING": "E:1",
    "INTEGER": 0,
    "DATE": dt.date(2024, 6, 1),
    "DATETIME": AT,
    "LIST<STRING>": ["E:1"],
}
TIMES = {"recorded_at", "published_at"}


def ask(store: GraphStore, name: str, **given: Any) -> list[dict[str, Any]]:
    """Ask with every parameter that the query takes; what is not given has its value from above."""
    run = store.known_run()
    values = VALUES | {"known_run": run, "number": run, "until": run} | given
    params = catalogue()[name].header.params
    return list(store.query(name, {p: values.get(p, BY_TYPE.get(kind)) for p, kind in params.items()}).rows())


def normal(rows: list[dict[str, Any]]) -> list[str]:
    """Rows in a fixed order: order among equals and inside lists of labels is each store's own."""
    return sorted(
        repr([(k, sorted(v) if isinstance(v, list) else v) for k, v in row.items() if k not in TIMES])
        for row in rows
    )


@cache
def expected() -> dict[str, list[str]]:
    """The answers of a fresh embedded store."""
    with TemporaryDirectory() as folder:
        store = open_store(f"embedded:{Path(folder) / 'graph.kgl'}")
        store.prepare()
        deliver(store, 0)
        answers = {name: normal(ask(store, name)) for name in catalogue()}
        store.close()
    return answers


@pytest.fixture
def town(store: GraphStore) -> GraphStore:
    """A store with the first delivery."""
    deliver(store, 0)
    return store


def test_every_query_gives_the_same_rows_on_both_stores(town: GraphStore) -> None:
    for name, query in catalogue().items():
        rows = ask(town, name)
        assert normal(rows) == expected()[name], name
        assert all(list(row) == list(query.header.returns) for row in rows), name


def test_every_query_runs_on_an_empty_store(store: GraphStore) -> None:
    for name in catalogue().keys() - {"stored_labels"}:  # which counts what the store keeps of itself, too
        assert all(row.get("nodes", row.get("facts", 0)) == 0 for row in ask(store, name)), name
    assert not {row["label"] for row in ask(store, "stored_labels")} & NODES.keys()


def test_every_column_has_its_declared_type(town: GraphStore) -> None:
    python = {
        "STRING": str,
        "INTEGER": int,
        "FLOAT": float,
        "BOOLEAN": bool,
        "DATE": dt.date,
        "DATETIME": dt.datetime,
    }
    for name, query in catalogue().items():
        for row in ask(town, name):
            for column, declared in query.header.returns.items():
                kind = declared.partition(" ")[0]
                if row[column] is None:
                    assert kind.endswith("?"), (name, column)
                elif not kind.startswith("LIST"):
                    assert type(row[column]) is python[kind.rstrip("?")], (name, column)


def test_an_entity_is_found_by_its_code_and_its_name(town: GraphStore) -> None:
    (found,) = ask(town, "enterprise_by_uscc")
    assert (found["id"], found["name"], found["kinds"]) == ("E:1", "甲公司", ["Enterprise"])
    assert [r["id"] for r in ask(town, "search_parties", text="公司")] == ["E:2", "E:1"]
    assert [r["label"] for r in ask(town, "search_parties", text="张")] == ["Person"]
    assert len(ask(town, "search_parties", text="", limit=2)) == 2


def test_labels_of_ids(town: GraphStore) -> None:
    assert {r["id"]: r["label"] for r in ask(town, "node_labels", ids=["E:1", "P:1", "v1", "nobody"])} == {
        "E:1": "LegalEntity",
        "P:1": "Person",
        "v1": "Receivable",
    }


def test_owners_holdings_and_posts(town: GraphStore) -> None:
    (owner,) = ask(town, "direct_owners")
    assert (owner["owner_id"], owner["owner_label"], owner["share_ratio"], owner["nominee"]) == (
        "P:1",
        "Person",
        0.3,
        False,
    )
    assert [r["asset_id"] for r in ask(town, "direct_holdings")] == ["E:2"]
    assert [r["asset_id"] for r in ask(town, "direct_holdings", party_id="P:1")] == ["E:1"]
    assert {(r["person_id"], r["post"]) for r in ask(town, "posts_of")} == {
        ("P:2", "DIRECTOR"),
        ("P:1", "LEGAL_REPRESENTATIVE"),
    }


def test_a_fact_is_true_from_its_first_day_up_to_the_day_before_its_end(store: GraphStore) -> None:
    until = dt.date(2024, 3, 1)
    load(
        store,
        [
            (header(), lambda s: entities(s, [node("E:1"), node("E:2")])),
            (header("facts"), lambda s: owns(s, [fact("E:2", "E:1", "r", valid_from=DAY, valid_to=until)])),
        ],
    )
    days = [DAY - dt.timedelta(1), DAY, until - dt.timedelta(1), until]
    assert [len(ask(store, "direct_owners", as_of=day)) for day in days] == [0, 1, 1, 0]


def test_a_past_run_answers_as_then(town: GraphStore) -> None:
    first = town.known_run()
    deliver(town, 1)
    assert [r["owner_id"] for r in ask(town, "direct_owners")] == ["E:4"]
    assert [r["owner_id"] for r in ask(town, "direct_owners", known_run=first)] == ["P:1"]
    assert ask(town, "direct_owners", known_run=first - 1) == []


def test_an_authorization_ends_the_moment_it_is_revoked(town: GraphStore) -> None:
    (live,) = ask(town, "live_authorizations")
    assert (live["authorization_id"], live["reader_id"], live["purpose"]) == ("a1", "E:B", "LENDING")
    assert live["granted_at"] == dt.datetime(2024, 5, 1, 8, 30, 0, 250_000, tzinfo=dt.UTC)
    assert ask(town, "live_authorizations", at=live["granted_at"] - dt.timedelta(microseconds=1)) == []
    deliver(town, 1)
    revoked = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    moments = [revoked - dt.timedelta(microseconds=1), revoked]
    assert [len(ask(town, "live_authorizations", at=at)) for at in moments] == [1, 0]


@pytest.mark.parametrize(
    ("name", "audiences", "rows"),
    [
        ("receivables_owed_by", EVERYONE, 1),
        ("receivables_owed_by", ["PUBLIC", "MEMBER"], 0),  # its creditor is a household
        ("penalties_of", ["PUBLIC"], 1),
        ("penalties_of", ["MEMBER"], 0),
        ("live_authorizations", ["PUBLIC", "MEMBER"], 0),
        ("enterprise_by_uscc", [], 0),
    ],
)
def test_nobody_reads_beyond_his_classes(
    town: GraphStore, name: str, audiences: list[str], rows: int
) -> None:
    assert len(ask(town, name, audiences=audiences)) == rows


def test_what_a_bank_keeps_to_itself_only_that_bank_reads(town: GraphStore) -> None:
    assert [r["id"] for r in ask(town, "node_labels", ids=["l1"], banks=["E:B"])] == ["l1"]
    assert ask(town, "node_labels", ids=["l1"], banks=["E:other"]) == []
    private = {"audience": "BANK_PRIVATE", "bank": "E:B"}
    load(town, [(header("facts", delivery="x"), lambda s: owns(s, [fact("E:3", "E:1", "x") | private]))])
    assert len(ask(town, "direct_owners", banks=["E:B"])) == 2
    assert len(ask(town, "direct_owners", banks=["E:other"])) == 1


def test_counts(town: GraphStore) -> None:
    nodes = {r["label"]: r["nodes"] for r in ask(town, "label_counts")}
    assert nodes.keys() <= NODES.keys()
    assert (nodes["LegalEntity"], nodes["Person"], nodes.get("Order")) == (4, 2, None)
    facts = {r["relationship"]: r["facts"] for r in ask(town, "relationship_counts")}
    assert (facts["OWNS"], facts["GAVE"]) == (3, 1)
    assert facts.keys() <= EDGES.keys()


def test_a_bound_that_cuts_rows_off_says_so(store: GraphStore) -> None:
    def shares(number: int) -> list[dict[str, Any]]:
        return [fact("E:1", "E:2", str(i)) for i in range(number)]

    load(
        store,
        [
            (header(), lambda s: entities(s, [node("E:1"), node("E:2")])),
            (header("facts"), lambda s: owns(s, shares(500))),
        ],
    )
    params = {name: VALUES[name] for name in catalogue()["direct_holdings"].header.params}
    whole = store.query("direct_holdings", params | {"known_run": store.known_run()})
    assert (len(whole), whole.truncated) == (500, False)
    load(store, [(header("facts", delivery="d2"), lambda s: owns(s, shares(501)))])
    cut = store.query("direct_holdings", params | {"known_run": store.known_run()})
    assert (len(cut), cut.truncated) == (500, True)


def test_queries_that_name_every_label_name_every_label() -> None:
    for name in ("node_labels", "label_counts"):
        assert all(
            f"(n:{label} " in catalogue()[name].statement or f"(n:{label})" in catalogue()[name].statement
            for label in NODES
        )
    assert all(f"party:{label} " in catalogue()["direct_holdings"].statement for label in PARTY)
