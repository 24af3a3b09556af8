"""Division codes: levels, parents, scopes, and ranges that are hints."""

from __future__ import annotations

import pytest

from schema.errors import IdentifierInvalid
from schema.identifiers.region_code import RegionLevel, is_within, parse_region_code


@pytest.mark.parametrize(
    ("text", "level", "prefix", "parent"),
    [
        ("44", "PROVINCE", "44", None),
        ("4412", "CITY", "4412", "440000000000"),
        ("441283", "COUNTY", "441283", "441200000000"),
        ("441283101", "TOWN", "441283101", "441283000000"),
        ("441283101202", "VILLAGE", "441283101202", "441283101000"),
        ("441900003000", "TOWN", "441900003", "441900000000"),  # 东莞: towns without a county
        ("429004", "COUNTY", "429004", "429000000000"),  # 仙桃: directly under the province
        ("500000000000", "PROVINCE", "50", None),  # the zero of 50 is no padding
    ],
)
def test_level_prefix_and_parent(text: str, level: str, prefix: str, parent: str | None) -> None:
    region = parse_region_code(text)
    found = region.parent()
    assert (region.level, region.prefix, found and found.code) == (RegionLevel(level), prefix, parent)
    assert len(region.code) == 12


def test_prefixes_by_level() -> None:
    village = parse_region_code("441283101202")
    assert [village.at(level) for level in RegionLevel] == [
        "44",
        "4412",
        "441283",
        "441283101",
        "441283101202",
    ]
    assert parse_region_code("441900003000").at(RegionLevel.COUNTY) is None
    assert parse_region_code("4412").at(RegionLevel.TOWN) is None


@pytest.mark.parametrize(
    ("code", "scope", "expected"),
    [
        ("441283101202", "441283", True),
        ("441283101202", "441200000000", True),
        ("441283", "441283000000", True),
        ("441283", "441283101", False),
        ("441283", "4413", False),
        ("511102", "50", False),
        ("500101", "500000", True),
        ("441210", "4412", True),
    ],
)
def test_scopes(code: str, scope: str, expected: bool) -> None:
    assert is_within(code, scope) is expected


@pytest.mark.parametrize(
    ("text", "town", "village", "hints"),
    [
        ("441202001002", "街道", "居民委员会", []),
        ("441283101202", "镇", "村民委员会", []),
        ("610302200498", "乡", "类似居委会或村委会", []),
        ("441283450700", None, None, ["region.town_range", "region.village_range"]),
        ("19", None, None, ["region.province"]),
    ],
)
def test_ranges_are_hints(text: str, town: str | None, village: str | None, hints: list[str]) -> None:
    region = parse_region_code(text)
    assert (region.town_kind, region.village_kind) == (town, village)
    assert [hint.rule for hint in region.hints] == hints


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "region.digits"),
        ("44A2", "region.digits"),
        ("44128", "region.length"),
        ("4412831", "region.length"),
        ("000000", "region.province"),
    ],
)
def test_refusals(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as refusal:
        parse_region_code(text)
    assert refusal.value.rule == rule
