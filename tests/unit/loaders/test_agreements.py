"""Sharing agreements are data, and a header is compared with them column by column."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from loaders.agreements import AgreementReport, Terms, check_agreement, read_agreements
from loaders.quality import Thresholds
from schema.errors import ConfigurationError, InputError
from schema.periods import Period

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 1, 1)
FILE = """
[[agreements]]
id = "A-1"
name = "一"
department = "TAX"
county = "441283"
owner = "甲"
organisations = ["E:X1"]
valid_from = 2026-01-01
valid_to = 2027-01-01
[agreements.datasets]
TAX_GRADE = { fields = ["record_id", "party", "year", "grade"], obliged = true, four_eyes = true, quality = { validity = 0.9 } }
[[agreements]]
id = "A-2"
name = "二"
department = "TAX"
owner = "乙"
[agreements.datasets]
TAX_GRADE = { fields = ["party", "year"] }
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_shipped_sample_is_sound() -> None:
    agreements = read_agreements()
    assert all(a.id.startswith("SAMPLE") for a in agreements.all)
    assert agreements.terms("MARKET_REGULATION", "TRADEMARK")


def test_an_agreement_binds_its_county_and_the_predecessors_of_its_department(tmp_path: Path) -> None:
    agreements = read_agreements(folder(tmp_path, FILE))
    assert [t.agreement for t in agreements.terms("TAX.441283", "TAX_GRADE")] == ["A-1", "A-2"]
    assert [t.agreement for t in agreements.terms("STATE_TAX.441283", "TAX_GRADE")] == ["A-1", "A-2"]
    assert [t.agreement for t in agreements.terms("TAX.441284", "TAX_GRADE")] == ["A-2"]
    assert agreements.terms("TAX", "TAX_AUDIT") == ()
    first = agreements.terms("TAX.441283", "TAX_GRADE")[0]
    assert (first.obliged, first.four_eyes, first.thresholds.validity) == (True, True, 0.9)
    assert agreements.all[0].source == "TAX.441283"
    assert [t.agreement for t in agreements.terms("TAX.441283100000", "TAX_GRADE")] == ["A-1", "A-2"]
    assert (agreements.source_of("X1"), agreements.source_of("X2")) == ("TAX.441283", "X2")


def test_s0_23_a_column_outside_the_agreement_is_reported_with_those_inside() -> None:
    terms = Terms("A", "TAX_GRADE", frozenset({"party", "year"}), Period(DAY, dt.date(2027, 1, 1)))
    assert check_agreement(("party", "year"), (terms,), DAY) is terms
    assert check_agreement(("party", "anything"), (), DAY) is None
    report = check_agreement(("party", "phone", "year", "home"), (terms,), DAY)
    assert isinstance(report, AgreementReport)
    assert (report.outside, report.allowed) == (("phone", "home"), ("party", "year"))
    assert "A does not allow phone, home" in report.detail


@pytest.mark.parametrize(("day", "held"), [("2025-12-31", True), ("2026-01-01", False), ("2027-01-01", True)])
def test_s0_23_outside_its_period_an_agreement_allows_nothing(day: str, held: bool) -> None:
    terms = Terms("A", "TAX_GRADE", frozenset({"party"}), Period(DAY, dt.date(2027, 1, 1)))
    verdict = check_agreement(("party",), (terms,), dt.date.fromisoformat(day))
    assert isinstance(verdict, AgreementReport) is held


@pytest.mark.parametrize(
    ("there", "planted", "said"),
    [
        ('"grade"]', '"salary"]', "has no column salary"),
        ('TAX_GRADE = { fields = ["party"', 'NOTHING = { fields = ["party"', "NOTHING"),
        ('department = "TAX"\nowner', 'department = "TAXES"\nowner', "TAXES"),
        ('id = "A-2"', 'id = "A-1"', "Two sharing agreements have the id A-1"),
        ("validity = 0.9", "validity = 9", "between 0 and 1"),
        ("obliged = true", "oblige = true", "oblige"),
        ("valid_to = 2027-01-01", "valid_to = 2025-01-01", "holds no day"),
        ("[[agreements]]", "[[agreement", "no file of sharing agreements"),
        ('name = "二"', "", "name"),
        ('owner = "乙"', 'owner = "乙"\norganisations = "X1"', "organisations is a list"),
        ('owner = "乙"', 'owner = "乙"\norganisations = ["X1"]', "X1 is TAX.441283, and that it is TAX"),
    ],
)
def test_a_planted_mistake_is_named(tmp_path: Path, there: str, planted: str, said: str) -> None:
    assert there in FILE
    with pytest.raises(ConfigurationError, match=said):
        read_agreements(folder(tmp_path, FILE.replace(there, planted)))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_agreements(tmp_path / "nowhere")


def test_thresholds_lie_between_0_and_1() -> None:
    with pytest.raises(InputError, match="completeness"):
        Thresholds(completeness=1.1)
