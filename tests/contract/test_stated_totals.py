"""Printed totals keep the word that rounds them (T24), and no rate is made of two that count different wholes (T10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from algorithms.listing_counts import ListingCounts
from algorithms.stated_totals import Agreement, Qualifier, agreement
from graph_service.api.schema import core_schema
from graph_service.service import open_service
from graph_service.settings import Settings
from loaders import LoadRequest, Vault, load
from tests.contract.test_portrait import DAY, FIRM, KEYS, OTHER_FIRM, Town, nodes, supervisor

HEADER = "record_id,measure,population,number,amount_fen,qualifier,wording,publisher,stated_on"
# S0-30 and the sampling frame of S0-29: different populations, one of them perhaps cumulative.
LISTED = "t1,ABNORMAL_LISTED,列入经营异常名录的市场主体(累计),65000,,APPROX,6.5万户,某市,2021-06-30"
FRAME = "t2,SAMPLING_FRAME,随机抽查对象名录库,91000,,EXACT,9.1万户,某市,2021-06-30"
SERVED = "t3,SERVED,服务市场主体,4000,,MORE_THAN,超4000家,某区,2021-06-30"
LENT = "t4,SUBSIDISED,贴息,,3000000000,NEARLY,近3000万元,某区,2021-06-30"
TOTALS = """query ($measure: String, $counted: Long, $asOf: Date!) {
  statedTotals(measure: $measure, counted: $counted, asOf: $asOf) { totalCount edges { node { comparison
    total { measure population number amount { fen } qualifier wording statedOn provenance { name chosen { line } } } } } } }"""
COUNTS = """query ($asOf: Date!) { listingCounts(kind: ABNORMAL_OPERATION, since: "2021-01-01", until: "2022-01-01", asOf: $asOf) {
  casesListed subjectsListed casesRemoved subjectsLeft subjectsRemaining } }"""


@pytest.fixture
def town(store_url: str, tmp_path: Path) -> Iterator[Town]:
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    (tmp_path / "files").mkdir()
    made = Town(service, tmp_path / "files")
    made.deliver(STATED_TOTAL=[HEADER, LISTED, FRAME, SERVED, LENT])
    yield made
    service.close()


def totals(town: Town, day: dt.date = DAY, **more: str) -> list[dict[str, Any]]:
    body = town.body(TOTALS, supervisor(), asOf=day.isoformat(), **more)
    assert "errors" not in body, body
    return nodes(body["data"]["statedTotals"])


def compared(town: Town, measure: str, counted: int) -> str:
    (found,) = totals(town, measure=measure, counted=str(counted))
    return str(found["comparison"])


def test_t24_a_total_keeps_its_qualifier_from_the_file_to_the_answer(town: Town) -> None:
    found = {each["total"]["measure"]: each for each in totals(town)}
    said = [
        (m, e["total"]["number"], e["total"]["amount"], e["total"]["qualifier"], e["total"]["wording"])
        for m, e in found.items()
    ]
    assert said == [
        ("ABNORMAL_LISTED", 65_000, None, "APPROX", "6.5万户"),
        ("SAMPLING_FRAME", 91_000, None, "EXACT", "9.1万户"),
        ("SERVED", 4_000, None, "MORE_THAN", "超4000家"),
        ("SUBSIDISED", None, {"fen": "3000000000"}, "NEARLY", "近3000万元"),
    ]
    assert all(each["comparison"] is None for each in found.values())
    assert {p["chosen"]["line"] for p in found["SERVED"]["total"]["provenance"]} == {4}
    assert totals(town, dt.date(2021, 6, 29)) == []


def test_t24_a_rounded_total_is_never_compared_as_an_exact_one(town: Town) -> None:
    assert [compared(town, "SERVED", n) for n in (4_000, 4_213)] == ["CONTRADICTS", "CONSISTENT"]
    assert [compared(town, "SUBSIDISED", n) for n in (2_950_000_000, 3_000_000_000)] == [
        "CONSISTENT",
        "CONTRADICTS",
    ]
    assert [compared(town, "SAMPLING_FRAME", n) for n in (91_000, 91_001)] == ["AGREES", "CONTRADICTS"]
    assert {compared(town, "ABNORMAL_LISTED", n) for n in (64_000, 65_000, 66_000)} == {"UNDECIDED"}
    (error,) = town.body(TOTALS, supervisor(), counted="1", asOf=str(DAY))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_t24_a_total_without_its_qualifier_or_with_another_word_is_refused(
    town: Town, tmp_path: Path
) -> None:
    lines = [
        HEADER,
        FRAME.replace("EXACT", "").replace("t2", "t5"),
        FRAME.replace("EXACT", "ABOUT").replace("t2", "t6"),
    ]
    file = tmp_path / "STATED_TOTAL.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    request = LoadRequest("STATED_TOTAL", file, source="", as_of=DAY)
    report = load(town.service.store, request, Vault(tmp_path / "v", b"v" * 32), KEYS)
    assert report.files[0].ledger.quarantined == 2
    assert len(totals(town)) == 4


def test_t24_equal_numbers_agree_only_where_both_are_exact() -> None:
    assert [q for q in Qualifier if agreement(5, q, 5) is Agreement.AGREES] == [Qualifier.EXACT]


def test_t10_neither_counts_nor_totals_give_a_rate_of_two_populations(town: Town) -> None:
    town.deliver(
        enterprises=[
            "record_id,uscc,name,entity_kind,region_code",
            f"e1,{FIRM},某市宏远机械有限公司,ENTERPRISE,441283",
            f"e2,{OTHER_FIRM},某市青禾食品有限公司,ENTERPRISE,441283",
        ],
        list_memberships=[
            "record_id,party,list_kind,document_no,listed_on",
            f"x1,E:{FIRM},ABNORMAL_OPERATION,1号,2021-03-01",
            f"x2,E:{FIRM},ABNORMAL_OPERATION,2号,2021-03-02",
        ],
    )
    counts = town.body(COUNTS, supervisor(), asOf=DAY.isoformat())["data"]["listingCounts"]
    assert counts == {
        "casesListed": 2,
        "subjectsListed": 1,
        "casesRemoved": 0,
        "subjectsLeft": 0,
        "subjectsRemaining": 0,
    }
    # Each total stands alone, with the whole that it counts; 65,000 / 91,000 = 71 % is nowhere.
    both = [each["total"] for each in totals(town) if each["total"]["number"] in (65_000, 91_000)]
    assert len({total["population"] for total in both}) == 2
    numbers = [n for total in both for n in total.values() if isinstance(n, (int, float))] + list(
        counts.values()
    )
    assert all(n == int(n) for n in numbers)
    assert not any(0.70 < n / (1 if n < 1 else 100) < 0.73 for n in numbers)


def test_t10_no_field_of_a_listing_count_or_a_stated_total_can_hold_a_rate() -> None:
    assert set(ListingCounts.__annotations__.values()) == {"int"}
    types = core_schema().type_map
    for name in ("ListingCounts", "StatedTotal", "StatedTotalAnswer"):
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        held = {str(get_named_type(field.type)) for field in kind.fields.values()}
        assert not held & {"Float", "Ratio"}, name
        assert not [field for field in kind.fields if "rate" in field.lower() or "ratio" in field.lower()]
    assert core_schema().query_type is not None
    taking = [n for n, f in core_schema().query_type.fields.items() if "Total" in str(f.type)]  # type: ignore[union-attr]
    assert taking == ["statedTotals"]  # and it takes no second total to divide by
