"""The traps of identifiers that a delivery is full of, beside those of ``tests/unit/schema``; python-stdnum where it is right."""

from __future__ import annotations

import csv
import os
from itertools import product
from pathlib import Path

import pytest
from stdnum.cn import uscc as oracle

from loaders.identity.spelling import first_readings, letters, reads_as, simplified
from schema.errors import IdentifierInvalid
from schema.identifiers.names import Places, parse_name, places_of
from schema.identifiers.region_code import parse_region_code
from schema.identifiers.uscc import make_uscc, validate_uscc

ROOT = Path(__file__).resolve().parents[3]
REGISTERS = (
    Path(os.environ.get("USCC_DIR") or ROOT.parent / "shared" / "data" / "uscc") / "real_public_uscc.csv"
)


@pytest.mark.parametrize("department_class", ["N1", "N2", "N3", "N9"])
def test_village_collectives_of_every_kind_are_accepted_where_the_oracle_refuses_them(
    department_class: str,
) -> None:
    for region, serial in product(("441283", "330803", "610304", "360902"), range(25)):
        code = make_uscc(department_class, region, f"MF{serial:06d}")
        assert validate_uscc(code).hints == ()
        assert not oracle.is_valid(code)


@pytest.mark.parametrize("code", ["0" * 18, "0" * 17 + "X", "9" * 18, "A" * 18])
def test_placeholders_are_never_keys(code: str) -> None:
    with pytest.raises(IdentifierInvalid) as refusal:
        validate_uscc(code)
    assert refusal.value.rule == "uscc.placeholder"


def test_the_file_of_public_codes_is_judged_as_its_two_columns_say() -> None:
    if not REGISTERS.exists():
        pytest.skip("The file of public codes is not here; tests/unit/schema/test_uscc.py holds all fifty.")
    with REGISTERS.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len(rows) == 50
    for row in rows:
        sound = row["gb32100_checksum_ok"] == row["gb11714_inner_ok"] == "True"
        if sound:
            assert validate_uscc(row["uscc"]).code == row["uscc"]
            continue
        with pytest.raises(IdentifierInvalid) as refusal:
            validate_uscc(row["uscc"])
        assert refusal.value.rule == "uscc.spreadsheet_truncation"


def test_odd_ranges_of_a_region_are_hints() -> None:
    assert [h.rule for h in parse_region_code("441283401000").hints] == ["region.town_range"]
    assert [h.rule for h in parse_region_code("441283100600").hints] == ["region.village_range"]
    assert parse_region_code("441283100498").hints == ()


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("广东省肇庆市高要区", ("广东", "肇庆", "高要", "")),
        ("肇庆", ("", "肇庆", "", "")),
        ("四会市", ("", "", "四会", "")),
        ("北京市海淀区", ("北京", "", "海淀", "")),
        ("吉林市", ("", "吉林", "", "")),
        ("吉林省吉林市", ("吉林", "吉林", "", "")),
        ("朝阳县龙城镇", ("", "", "朝阳", "龙城镇")),
        ("广西壮族自治区南宁市", ("广西", "南宁", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_region_is_read_level_by_level(region: str, places: tuple[str, str, str, str]) -> None:
    assert places_of(region) == Places(*places)


def test_traditional_characters_are_parsed_like_simplified_ones() -> None:
    assert parse_name(simplified("肇慶市宏遠機械【股份】有限公司")) == parse_name(
        "肇庆市宏远机械(股份)有限公司"
    )


def test_pinyin_bridges_characters_and_letters_with_every_reading() -> None:
    assert reads_as("长乐", "changle")
    assert reads_as("长乐", "zhangle")
    assert {spelling for spelling in ("lv", "lu", "lyu") if reads_as("吕", spelling)} == {"lv", "lu", "lyu"}
    assert not reads_as("宏远", "hongda")
    assert first_readings("宏远机械", 5) == {"hongy"}
    assert letters("Lǚ Jiàn-guó") == "lvjianguo"
