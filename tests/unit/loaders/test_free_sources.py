"""Who may deliver past the reception desk, and what everybody else is told to send."""

from __future__ import annotations

import pytest

from loaders.agreements import Agreement, Agreements, Terms
from loaders.free_sources import require_free
from schema.datasets import DEPARTMENTS
from schema.errors import DatasetRequired
from schema.kinds import KINDS
from schema.periods import Period

NONE = Agreements(())


def about(code: str, department: str, *organisations: str) -> Agreements:
    terms = Terms("A", code, frozenset(), Period(None, None))
    return Agreements((Agreement("A", "协议", department, "甲", "", (terms,), organisations),))


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_s0_23_no_department_delivers_any_bare_kind(department: str) -> None:
    for kind in (*KINDS, "canonical", "shuanggongshi"):
        for source in (department, f"{department}.441283", department.lower()):
            with pytest.raises(DatasetRequired):
                require_free(kind, source, NONE)


@pytest.mark.parametrize(
    ("kind", "source", "instead"),
    [
        ("financial_statements", "TAX.441283", "as TAX.441283 .*: BALANCE_SHEET, PROFIT."),
        ("financial_statements", "LOCAL_TAX", ": BALANCE_SHEET, PROFIT."),
        ("financial_statements", "PARK_COMMITTEE", ": FIN_STATEMENT."),
        ("telemetry", "POND_PLATFORM", ": POND_TELEMETRY."),
        ("canonical", "SCIENCE", ": COMMENDATION, HIGH_TECH."),
        ("ratings", "ECOLOGY", "the catalogue must declare it"),  # its one dataset is nobody's duty
        ("shareholdings", "MARKET_REGULATION", "the catalogue must declare it"),
    ],
)
def test_s0_23_the_datasets_to_send_instead_are_named(kind: str, source: str, instead: str) -> None:
    with pytest.raises(DatasetRequired, match=instead):
        require_free(kind, source, NONE)


def test_s0_23_an_organisation_that_an_agreement_names_is_its_department() -> None:
    agreements = about("LOAN", "BANKS", "91BANK")
    require_free("loans", "92BANK", agreements)
    with pytest.raises(DatasetRequired, match="as BANKS it delivers datasets"):
        require_free("invoices", "91BANK", agreements)


def test_s0_23_a_source_of_its_own_is_bound_for_the_kinds_of_its_agreement_alone() -> None:
    agreements = about("LOAN", "91BANK")
    require_free("invoices", "91BANK", agreements)
    for kind in ("loans", "canonical", "finbench"):
        with pytest.raises(DatasetRequired, match=r": LOAN\."):
            require_free(kind, "91BANK", agreements)


@pytest.mark.parametrize("source", ["", "local", "city", "registry", "gleif"])
def test_free_sources_are_let_pass(source: str) -> None:
    require_free("canonical", source, NONE)
