"""A Record holds a row without loss, and the cache that a node gets from several rows is decided by declaration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.records import RECORD_COLUMNS, NodeRow, cache, record, rows_of_records
from queries.statements import ALL_NODES
from schema.edges import EDGES
from schema.nodes import NODES
from schema.precedence import PRECEDENCE
from schema.tables import Table

ROW = NodeRow("E:1", "registry", "enterprises", 5, 2, ("Enterprise",), "PUBLIC", None, {"name": "甲公司"})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.text(st.characters(exclude_categories=["Cs"])),
            "registered_on": st.dates(),
            "registered_capital_fen": st.integers(-(2**63), 2**63 - 1),
            "state_owned": st.booleans(),
        },
    )
)
def test_a_record_gives_its_row_back(fields: dict[str, object]) -> None:
    row = replace(ROW, fields=fields, kinds=("Bank", "Enterprise"), bank="E:B")
    written = record("LegalEntity", row, None)
    table = Table.of_rows(RECORD_COLUMNS, [[written[name] for name in RECORD_COLUMNS]])
    assert rows_of_records("LegalEntity", table) == [("E:1#registry/enterprises@5.2", row)]


def test_one_row_is_its_own_cache() -> None:
    assert cache("LegalEntity", [ROW]).says_the_same(ROW)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [
        replace(ROW, dataset="banks", run=9, fields={"name": "甲", "scale": "LARGE"}, kinds=("Bank",)),
        ROW,
        replace(ROW, dataset="other", run=7, fields={"name": "x", "scale": "SMALL", "status": "ACTIVE"}),
    ]
    made = cache("LegalEntity", rows)
    assert made.says_the_same(cache("LegalEntity", rows[::-1]))
    assert made.fields == {"name": "甲公司", "scale": "LARGE", "status": "ACTIVE"}
    assert made.kinds == ("Bank", "Enterprise")


def test_of_two_rows_of_one_run_the_later_line_counts() -> None:
    later = replace(ROW, dataset="b", line=3, fields={"scale": "SMALL"})
    earlier = replace(ROW, dataset="a", line=2, fields={"scale": "LARGE"})
    assert cache("LegalEntity", [later, earlier]).fields == {"scale": "SMALL"}


@pytest.mark.parametrize(
    ("classes", "shown"),
    [(("PUBLIC", "MEMBER"), "a"), (("RESTRICTED", "MEMBER"), "b"), (("POLICE",) * 2, "ab")],
)
def test_only_the_most_open_class_shows(classes: tuple[str, str], shown: str) -> None:
    rows = [
        replace(ROW, dataset="a", audience=classes[0], fields={"uscc": "a"}),
        replace(ROW, dataset="b", audience=classes[1], fields={"lei": "b"}),
    ]
    assert "".join(cache("LegalEntity", rows).fields.values()) == shown


def test_every_precedence_names_a_declared_field() -> None:
    assert {(label, name) for label, name in PRECEDENCE if name not in NODES[label].field_names} == set()


def test_dates_in_a_record_are_dates_again() -> None:
    row = replace(ROW, fields={"registered_on": dt.date(2024, 2, 29)})
    written = record("LegalEntity", row, 9)
    assert written["fields"] == '{"registered_on": "2024-02-29"}'
    assert written["closed_run"] == 9


def test_no_declared_property_has_a_name_that_an_engine_keeps_to_itself() -> None:
    names = {f.name for d in (*ALL_NODES.values(), *EDGES.values()) for f in d.fields}
    assert names & {"type", "title", "id", "label"} == set()
