from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queries.catalogue import catalogue
from queries.past import as_then, stated, tells
from schema.tables import Table

OWNERS = """MATCH (o:LegalEntity {uscc: $code})-[r:OWNS]->(a:LegalEntity)
RETURN o.id AS id, o.uscc AS uscc, a.id AS asset_id, a.name AS name, r.key AS key
ORDER BY name DESC, key LIMIT 9"""
THEN = {
    "E:1": {"uscc": "X", "name": "甲"},
    "E:2": {"uscc": "Y", "name": "乙"},
    "E:3": {"uscc": "X", "name": None},
}


def nodes_then(label: str, ids: Sequence[str]) -> Table:
    assert label == "LegalEntity"
    return Table.of_rows(("id", "uscc", "name"), [(i, THEN[i]["uscc"], THEN[i]["name"]) for i in ids])


def asked(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    table = Table.of_rows(("id", "uscc", "asset_id", "name", "key"), rows)
    return [tuple(row.values()) for row in as_then(OWNERS, {"code": "X"}, table, nodes_then).rows()]


def test_nodes_say_what_they_said_then_in_the_order_of_then() -> None:
    found = asked(("E:1", "X", "E:1", "今", 1), ("E:1", "X", "E:3", "今", 2), ("E:1", "X", "E:2", "今", 3))
    assert [(asset, name) for _, _, asset, name, _ in found] == [("E:3", None), ("E:1", "甲"), ("E:2", "乙")]


def test_a_node_that_did_not_have_the_code_then_is_not_found() -> None:
    assert asked(("E:2", "X", "E:1", "今", 1)) == []


def test_every_query_about_nodes_is_understood() -> None:
    told = {name for name, query in catalogue().items() if tells(query)}
    assert {"penalties_of", "listings_of", "guarantees_of", "receivables_owed_by", "programme_core"} <= told
    assert {"direct_owners", "direct_holdings", "posts_of", "enterprise_by_uscc", "search_parties"} <= told
    for name in told:
        query = catalogue()[name]
        assert {one.id_column for one in stated(query.statement)} <= query.header.returns.keys()
