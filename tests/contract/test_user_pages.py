"""What the pages for users show can be asked: every GraphQL block of theirs validates against the committed SDL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "users").glob("*.md"))
BLOCKS = [
    (p.stem, b) for p in PAGES for b in re.findall(r"```graphql\n(.*?)```", p.read_text("utf-8"), re.DOTALL)
]
SDL = build_schema((ROOT / "graph_service" / "schema.graphql").read_text("utf-8"))


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_every_example_validates(page: str, block: str) -> None:
    assert validate(SDL, parse(block)) == [], page


def test_an_example_that_asks_for_what_is_not_there_is_found() -> None:
    assert validate(SDL, parse("{ chainCreditEligibility(programme: 1) { nothing } }"))


def test_every_kind_of_user_has_a_page() -> None:
    assert [p.stem for p in PAGES] == [
        "analyst",
        "integration",
        "lender",
        "operator",
        "steward",
        "subject",
        "supervisor",
    ]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"docs/users/{p.name}" in readme for p in PAGES)
