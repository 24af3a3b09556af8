"""The department catalogue as declared data: who supplies what, in which form, under whose name today."""

from __future__ import annotations

import datetime as dt

import pytest

from schema.access import PERMITTED_ALONE, Audience
from schema.datasets import (
    DATASETS,
    DEPARTMENTS,
    Status,
    county_of,
    current_department,
    issuer_of,
    predecessors_of,
    require_in_office,
    require_source,
    source_rank,
)
from schema.errors import InputError
from schema.kinds import KINDS
from schema.nodes import NODES

# Part six of the plan of the pilot zone, as printed: supplier of the 2010s -> what it supplies.
PLAN = {
    "INDUSTRY_COMMERCE": {
        "REGISTRATION",
        "CHANGE",
        "ANNUAL_REPORT",
        "CHATTEL_MORTGAGE",
        "COMMENDATION",
        "PENALTY",
        "TRADEMARK",
        "HONOUR_CONTRACT",
        "ILLEGAL_CASE",
    },
    "STATE_TAX": {
        "BALANCE_SHEET",
        "PROFIT",
        "TAX_REG",
        "TAX_ARREARS",
        "TAX_GRADE",
        "TAX_AUDIT",
        "TAX_REWARD_PENALTY",
    },
    "SCIENCE": {"HIGH_TECH", "COMMENDATION"},
    "INDUSTRY_IT": {"TECH_INNOVATION", "COMMENDATION"},
    "DEVELOPMENT_REFORM": {"PROJECT_ADMISSION"},
    "WORK_SAFETY": {"SAFETY_LICENCE"},
    "PERSONNEL_LABOUR": {"SOCIAL_INSURANCE", "WAGE_ARREARS"},
    "COURT": {"ENFORCEMENT", "DISHONEST_DEBTORS"},
    "POWER_GRID": {"ELECTRICITY"},
    "PARK_COMMITTEE": {"FIN_STATEMENT", "RECOMMENDATION"},
    "PBOC": {"CREDIT_FILE"},
    "FINANCE_BUREAU": {"COMPENSATION_POOL"},
    "BANKS": {"LOAN", "REPAYMENT", "GUARANTEE"},
}


def supplied_by(department: str) -> set[str]:
    today = current_department(department)
    return {d.code for d in DATASETS.values() if today in d.suppliers and d.status is Status.ASSIGNED}


@pytest.mark.parametrize("department", PLAN)
def test_s3_14_s3_15_s3_16_s3_17_s3_19_s3_22_s3_23_s3_24_s3_26_s3_27_each_department_supplies_what_the_plan_says(
    department: str,
) -> None:
    assert supplied_by(department) == PLAN[department]


def test_s3_13_the_finance_office_issues_the_enterprise_list() -> None:
    assert {"ENTERPRISE_LIST", "ENTERPRISE_LIST_ENTRY"} <= supplied_by("FINANCE_OFFICE")


def test_s3_18_nine_datasets_of_the_registry_with_field_lists() -> None:
    found = [DATASETS[code] for code in PLAN["INDUSTRY_COMMERCE"]]
    assert len(found) == 9
    assert all(d.kind is not None and d.fields and set(d.fields) <= set(d.columns) for d in found)


def test_s3_20_s3_21_both_tax_bureaux_supplied_one_list_and_one_office_does_today() -> None:
    assert supplied_by("STATE_TAX") == supplied_by("LOCAL_TAX") == supplied_by("TAX")
    finding = DATASETS["TAX_AUDIT"].kind
    assert finding is not None
    offences = {c.field.choices for c in finding.columns if c.name == "finding"}
    assert [len(set(choices) - {"NONE"}) for choices in offences] == [4]


def test_a_chinese_word_means_one_choice_of_its_field() -> None:
    for columns in (*(kind.columns for kind in KINDS.values()), *(each.fields for each in NODES.values())):
        for field in (getattr(each, "field", each) for each in columns):
            words = [*field.words.values()]
            assert {*field.words} <= {*field.choices}
            assert len({*words, *field.choices}) == len(words) + len(field.choices)


def test_s3_28_t12_two_sources_without_a_duty_are_in_the_catalogue_as_unassigned() -> None:
    assert [d.code for d in DATASETS.values() if d.status is Status.UNASSIGNED] == ["ENVIRONMENT", "WATER"]
    with pytest.raises(InputError, match="no department has the duty"):
        require_source(DATASETS["WATER"], "")


def test_t13_departments_succeed_one_another_on_a_day() -> None:
    assert predecessors_of("TAX") == ("STATE_TAX", "LOCAL_TAX")
    for department in DEPARTMENTS.values():
        if department.successor:
            then = department.period.valid_to
            assert then == DEPARTMENTS[department.successor].period.valid_from
    assert issuer_of("STATE_TAX.441283") == "TAX.441283"
    assert issuer_of("city") == "city"


def test_t13_a_department_speaks_of_its_own_days_only() -> None:
    require_in_office("STATE_TAX", dt.date(2018, 7, 19))
    with pytest.raises(InputError, match="TAX did"):
        require_in_office("STATE_TAX", dt.date(2018, 7, 20))
    with pytest.raises(InputError, match="LOCAL_TAX or STATE_TAX did"):
        require_in_office("TAX", dt.date(2018, 7, 19))


def test_t13_the_office_of_today_comes_before_its_predecessors() -> None:
    ranks = [source_rank(s) for s in ("TAX.441283", "STATE_TAX", "LOCAL_TAX", "city")]
    assert ranks == [0, 1, 2, 0]


def test_t14_slips_of_the_plan_are_no_names_here() -> None:
    assert DATASETS["PROJECT_ADMISSION"].zh == "项目准入信息"
    assert NODES["ProjectAdmission"].zh == "项目准入"


def test_s4_15_the_interfaces_are_in_the_catalogue() -> None:
    wanted = ("REGISTRATION", "SOCIAL_INSURANCE", "HOUSING_FUND", "WATER", "ELECTRICITY", "GAS")
    assert all(DATASETS[code].kind for code in wanted)
    utilities = {d.constants["utility"] for d in DATASETS.values() if "utility" in d.constants}
    assert utilities == {"WATER", "POWER", "GAS"}


def test_s2_18_four_risk_databases_are_datasets_of_their_own_and_none_is_public() -> None:
    found = [
        DATASETS[c] for c in ("OVERDUE_FIRMS", "DEBT_EVADERS", "POLICE_DISHONEST", "SUSPICIOUS_ACCOUNTS")
    ]
    kinds = [d.kind for d in found if d.kind]
    assert len({kind.name for kind in kinds}) == 4
    # Nothing else is of their classes, and each file can hold rows of its own database alone.
    alone = {kind.audience: kind.name for kind in KINDS.values() if kind.audience in PERMITTED_ALONE}
    assert {kind.audience for kind in kinds} == PERMITTED_ALONE - {Audience.PERSON_SCORE}
    assert sorted(alone.values()) == sorted([*(kind.name for kind in kinds), "person_scores"])
    assert len(alone) == sum(kind.audience in PERMITTED_ALONE for kind in KINDS.values())
    databases = [c.field.choices for kind in kinds for c in kind.columns if c.name == "database"]
    assert databases == [("OVERDUE",), ("DEBT_EVADERS",), ("POLICE_DISHONEST",), ("SUSPICIOUS_ACCOUNTS",)]


@pytest.mark.parametrize("code", [c for c, d in DATASETS.items() if d.kind])
def test_constants_are_values_that_the_format_allows(code: str) -> None:
    dataset = DATASETS[code]
    assert dataset.kind is not None
    fields = {column.name: column.field for column in dataset.kind.columns}
    for name, value in dataset.constants.items():
        assert not fields[name].choices or value in fields[name].choices


def test_a_source_is_a_supplier_or_its_predecessor_with_a_county_where_it_matters() -> None:
    assert require_source(DATASETS["TRADEMARK"], "") == "MARKET_REGULATION"
    assert require_source(DATASETS["TAX_GRADE"], "STATE_TAX") == "STATE_TAX"
    assert county_of(require_source(DATASETS["ELECTRICITY"], "POWER_GRID.441283")) == "441283"
    with pytest.raises(InputError, match="several suppliers"):
        require_source(DATASETS["COMMENDATION"], "")
    for wrong in ("COURT", "POWER_GRID.", "POWER_GRID.44", "power_grid"):
        with pytest.raises(InputError, match="does not supply ELECTRICITY"):
            require_source(DATASETS["ELECTRICITY"], wrong)
    with pytest.raises(InputError, match="not delivered as records"):
        require_source(DATASETS["CREDIT_FILE"], "")
