"""A view shows what holds on the day and what its caller may see, and nothing gives the rest away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.projection import Access, Projection, project
from schema.access import Audience
from schema.edges import EDGES
from schema.errors import NotFound
from schema.nodes import NODES
from schema.tables import Table

DAY = dt.date(2026, 11, 1)
BANK, CORE, FARM, HEAD = "E:bank", "E:core", "H:city:1", "P:city:1"
EVERYBODY = Access(frozenset({Audience.PUBLIC}))


def node_table(label: str, rows: Sequence[dict[str, Any]]) -> Table:
    columns = ("id", "kinds", "audience", "bank", "run", "line", *NODES[label].field_names)
    standard = {"kinds": [], "audience": NODES[label].audience.value, "run": 1, "line": 2}
    return Table.of_rows(columns, [tuple({**standard, **row}.get(c) for c in columns) for row in rows])


def fact_table(relationship: str, rows: Sequence[dict[str, Any]]) -> Table:
    columns = (
        "start",
        "end",
        "start_label",
        "end_label",
        "key",
        "run",
        "line",
        "valid_from",
        "valid_to",
        "audience",
    )
    columns = (*columns, "bank", *EDGES[relationship].field_names)
    standard = {"run": 1, "line": 2, "audience": "PUBLIC"}
    return Table.of_rows(columns, [tuple({**standard, **row}.get(c) for c in columns) for row in rows])


def village() -> Projection:
    """A farm that delivered to a core under a bank's programme, its head, its pond and its loan."""
    return project(
        7,
        {
            "LegalEntity": node_table("LegalEntity", [{"id": BANK}, {"id": CORE, "name": "核心"}]),
            "Person": node_table("Person", [{"id": HEAD}]),
            "Household": node_table("Household", [{"id": FARM}]),
            "HouseholdAsset": node_table("HouseholdAsset", [{"id": "city:a"}]),
            "Receivable": node_table("Receivable", [{"id": "city:1", "amount_fen": 500}]),
            "Order": node_table("Order", [{"id": "city:1", "amount_fen": 900}]),
            "Loan": node_table("Loan", [{"id": "city:1", "bank": BANK}]),
        },
        {
            "OWNS": fact_table(
                "OWNS",
                [
                    {
                        "start": HEAD,
                        "end": CORE,
                        "start_label": "Person",
                        "end_label": "LegalEntity",
                        "key": 1,
                    }
                    | {"valid_to": DAY, "share_ratio": 0.4},
                    {
                        "start": HEAD,
                        "end": CORE,
                        "start_label": "Person",
                        "end_label": "LegalEntity",
                        "key": -2,
                    }
                    | {"valid_from": DAY, "share_ratio": 0.6},
                ],
            ),
            "HAS_ASSET": fact_table(
                "HAS_ASSET",
                [
                    {
                        "start": FARM,
                        "end": "city:a",
                        "start_label": "Household",
                        "end_label": "HouseholdAsset",
                        "key": 3,
                    }
                ],
            ),
            "OWED_TO": fact_table(
                "OWED_TO",
                [
                    {
                        "start": "city:1",
                        "end": FARM,
                        "start_label": label,
                        "end_label": "Household",
                        "key": key,
                    }
                    | {"audience": "MEMBER"}
                    for key, label in enumerate(("Receivable", "Order"), 4)
                ],
            ),
            "LENT_TO": fact_table(
                "LENT_TO",
                [
                    {
                        "start": "city:1",
                        "end": CORE,
                        "start_label": "Loan",
                        "end_label": "LegalEntity",
                        "key": 6,
                    }
                    | {"audience": "BANK_PRIVATE", "bank": BANK}
                ],
            ),
        },
    )


def seen(access: Access, relationship: str) -> list[int]:
    view = village().view(DAY, access)
    return village().edges[relationship].key[view.positions(relationship)].tolist()


def test_an_id_is_looked_up_under_its_own_key_label() -> None:
    p = village()
    assert p.label(int(p.edges["OWED_TO"].start[0])) == "Receivable"
    assert p.label(int(p.edges["OWED_TO"].start[1])) == "Order"


def test_validity_is_half_open() -> None:
    p = village()
    for day, key in ((DAY - dt.timedelta(days=1), 1), (DAY, -2)):
        assert p.edges["OWNS"].key[p.view(day, EVERYBODY).positions("OWNS")].tolist() == [key]


def test_a_fact_id_names_series_and_run() -> None:
    fact = village().fact("OWNS", 1)
    assert (fact.id, fact.start, fact.end, fact.line) == ("fffffffffffffffe@1", HEAD, CORE, 2)


def test_a_hidden_household_and_a_missing_one_look_alike() -> None:
    view = village().view(DAY, EVERYBODY)
    assert [view.sees(FARM), view.sees("H:city:2")] == [False, False]
    with pytest.raises(NotFound):
        village().position("H:city:2")


def test_a_fact_is_hidden_with_either_of_its_ends() -> None:
    member = Access(frozenset({Audience.PUBLIC, Audience.MEMBER}))
    assert seen(member, "OWED_TO") == []  # the claim is MEMBER, its creditor is not


def test_a_record_is_hidden_with_a_party_it_is_about() -> None:
    """Else the core's side of a claim would say what is owed to a household that nobody may see."""
    member = village().view(DAY, Access(frozenset({Audience.PUBLIC, Audience.MEMBER})))
    assert [member.sees("city:1", "Receivable"), member.sees("city:1", "Order")] == [False, False]
    assert village().view(DAY, Access.system()).sees("city:1", "Receivable")


def test_consent_opens_the_subject_and_the_things_about_it() -> None:
    classes = frozenset({Audience.PUBLIC, Audience.MEMBER})
    opened = Access(classes, frozenset({Audience.RESTRICTED}), frozenset({FARM}))
    assert seen(opened, "OWED_TO") == [4, 5]
    assert seen(opened, "HAS_ASSET") == [3]
    other = Access(classes, frozenset({Audience.RESTRICTED}), frozenset({"H:city:2"}))
    assert seen(other, "HAS_ASSET") == []


def test_a_banks_private_facts_are_seen_by_that_bank_only() -> None:
    assert seen(Access(frozenset({Audience.PUBLIC}), banks=frozenset({BANK})), "LENT_TO") == [6]
    assert seen(Access(frozenset({Audience.PUBLIC}), banks=frozenset({CORE})), "LENT_TO") == []


def test_adjacency_leads_both_ways_to_the_same_facts() -> None:
    p = village()
    view = p.view(DAY, Access.system())
    down, up = view.adjacency("OWNS"), view.adjacency("OWNS", reverse=True)
    head, core = p.position(HEAD), p.position(CORE)
    assert down.neighbours(head).tolist() == [core]
    assert up.neighbours(core).tolist() == [head]
    assert down.facts(head).tolist() == up.facts(core).tolist() == [1]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["HAS_ASSET", "LENT_TO", "OWED_TO"]), unique=True))
def test_what_a_caller_may_not_see_cannot_change_what_he_sees(hidden: list[str]) -> None:
    """Non-interference: two graphs that differ only in hidden facts give the public the same arrays."""
    full = village()
    kept = {name: edges for name, edges in full.edges.items() if name not in hidden}
    part = project(7, {}, {})
    less = Projection(
        7, full.ids, full.spans, full.audience, full.bank, full.frames, {**part.edges, **kept}, full.index
    )
    for name in EDGES:
        one, other = (p.view(DAY, EVERYBODY).adjacency(name) for p in (full, less))
        assert np.array_equal(one.indptr, other.indptr)
        assert np.array_equal(one.indices, other.indices)
