"""The page that says what works is written from the tests, and a stale or untrue one fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from graph_service.docs import PAGES, stale_pages, write_pages
from graph_service.docs.features import read_catalogue, row_tests, rows_of
from graph_service.docs.features_page import features_page, render
from schema.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = """\
[seeds]
S1 = "a seed"
[rows]
S1-01 = { kind = "rule", priority = "P0", who = ["L", "S"], title = "one | two" }
S1-02 = { kind = "rule", priority = "P1", who = ["E"], title = "done", complete = true }
[traps]
T1 = { title = "a trap" }
"""
TESTS = """\
import pytest
def test_s1_02_t1_both(): pass
class TestMore:
    async def test_s1_02_again(self): pass
@pytest.mark.skip(reason="later")
def test_s1_01_not_run(): pass
@pytest.mark.xfail
def test_s1_01_fails(): pass
def test_something_else(): pass
def s1_01_helper(): pass
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path, text in (("docs/features.toml", CATALOGUE), ("tests/unit/test_a.py", TESTS)):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_no_page_is_stale(root: Path) -> None:
    assert stale_pages(root) == [], "run `make docs`"


def test_a_planted_change_makes_a_page_stale_until_it_is_written_anew(tmp_path: Path) -> None:
    assert write_pages(tmp_path) == list(PAGES)
    assert stale_pages(tmp_path) == []
    page = tmp_path / "docs" / "features.md"
    page.write_text(page.read_text(encoding="utf-8").replace("not yet", "works", 1), encoding="utf-8")
    assert stale_pages(tmp_path) == ["docs/features.md"]
    assert write_pages(tmp_path) == ["docs/features.md"]
    page.unlink()
    assert stale_pages(tmp_path) == ["docs/features.md"]


def test_a_new_test_changes_the_page(checkout: Path) -> None:
    before = features_page(checkout)
    assert "| S1-01 | one \\| two | rule P0 | L S |  | not yet |" in before
    (checkout / "tests/unit/test_b.py").write_text("def test_s1_01_new(): pass\n", encoding="utf-8")
    assert "| L S | `unit/test_b.py::test_s1_01_new` | partly |" in features_page(checkout)


def test_a_row_works_when_it_is_tested_and_declared_complete(checkout: Path) -> None:
    page = features_page(checkout)
    both = "`unit/test_a.py::test_s1_02_again`<br>`unit/test_a.py::test_s1_02_t1_both`"
    assert f"| S1-02 | done | rule P1 | E | {both} | works |" in page
    assert "| T1 | a trap |  |  | `unit/test_a.py::test_s1_02_t1_both` | partly |" in page
    assert "| P0 | 0 | 0 | 1 | 1 |" in page
    assert "| P1 | 1 | 0 | 0 | 1 |" in page


def test_a_skipped_test_proves_nothing(checkout: Path) -> None:
    assert row_tests(checkout / "tests").keys() == {"S1-02", "T1"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("test_s1_49_unconfirmed_trade_does_not_count", ["S1-49"]),
        ("test_s1_49_t11_core_borrows", ["S1-49", "T11"]),
        ("test_s4_16", ["S4-16"]),
        ("test_s4_16_2_years", ["S4-16"]),
        ("test_t22_upstream_only", ["T22"]),
        ("test_s1_5_short_number", ["S1-05"]),
        ("test_that_t1_is_not_meant", []),
        ("test_t1000x", []),
    ],
)
def test_names_carry_rows(name: str, rows: list[str]) -> None:
    assert rows_of(name) == rows


def test_a_test_of_a_row_that_does_not_exist_is_an_error(checkout: Path) -> None:
    (checkout / "tests/unit/test_b.py").write_text("def test_s1_99_new(): pass\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"test_s1_99_new names S1-99"):
        features_page(checkout)


@pytest.mark.parametrize(
    ("there", "planted", "message"),
    [
        ('"one | two"', '"one", complete = true', "S1-01 complete, but no test"),
        ("S1-01 =", "S7-01 =", "S7-01 belongs to no seed"),
        ("kind =", "sort =", "cannot be read"),
        ("[traps]", "[pitfalls]", "cannot be read"),
        ("[rows]", "[rows", "cannot be read"),
    ],
)
def test_a_planted_error_in_the_list_of_rows_is_found(there: str, planted: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        render(read_catalogue(CATALOGUE.replace(there, planted)), {"S1-02": ["x"]})


def test_all_rows_and_traps_are_listed(root: Path) -> None:
    catalogue = read_catalogue((root / "docs" / "features.toml").read_text(encoding="utf-8"))
    assert len(catalogue.rows) == 159
    assert list(catalogue.traps) == [f"T{number}" for number in range(1, 25)]
    assert all(re.fullmatch(r"S[0-4]-\d\d", row) for row in catalogue.rows)
    letters = {letter for row in catalogue.rows.values() for letter in row.who}
    assert letters == set("LSAIEO")
