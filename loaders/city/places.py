"""Regions 行政区划: a real province and city, and counties, towns and villages that do not exist."""

from __future__ import annotations

from loaders.city import names
from loaders.city.registry import county_code, town_code, village_code
from loaders.city.site import Site
from loaders.city.spec import DIVISIONS_PER_PARENT

_PROVINCE, _CITY = "440000000000", "441200000000"
_VINTAGE = "2026"


def write_regions(site: Site) -> None:
    """Write the tree from the province to the villages, parents first."""
    _region(site, _PROVINCE, "广东省", "PROVINCE", None)
    _region(site, _CITY, "肇庆市", "CITY", _PROVINCE)
    for county in range(site.spec.counties):
        _region(site, f"{county_code(county)}000000", f"{names.COUNTIES[county]}县", "COUNTY", _CITY)
    for town in range(site.spec.towns):
        parent = f"{county_code(town // DIVISIONS_PER_PARENT)}000000"
        _region(site, f"{town_code(town)}000", f"{names.place_name(town)}{_town_kind(town)}", "TOWN", parent)
    for village in range(site.spec.villages):
        name = names.place_name(village * 3 + 1) + ("社区" if village % DIVISIONS_PER_PARENT < 2 else "村")
        _region(
            site, village_code(village), name, "VILLAGE", f"{town_code(village // DIVISIONS_PER_PARENT)}000"
        )


def _region(site: Site, code: str, name: str, level: str, parent: str | None) -> None:
    site.put("regions", code=code, name=name, level=level, vintage=_VINTAGE, parent_code=parent)


def _town_kind(town: int) -> str:
    place = town % DIVISIONS_PER_PARENT
    return "街道" if place == 0 else "镇" if place < 9 else "乡"
