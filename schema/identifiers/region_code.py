"""Administrative division codes 行政区划代码: 2 + 2 + 2 + 3 + 3 digits, province to village.

The tree is the code itself: a parent is the code without its last non-zero part. Some parts may be missing on the
way (东莞 441900 has towns and no counties; 429004 hangs from province-administered 429000), so a level is where the
code ends, not how many parts it has. Codes have vintages, and nothing here claims that a well-formed code exists.

References
----------
GB/T 2260 (six digits); GB/T 10114 and the statistics bureau's rules 统计用区划代码和城乡划分代码编制规则.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schema.errors import IdentifierInvalid
from schema.identifiers.text import Hint, compact

PROVINCES: dict[str, str] = {
    "11": "北京",
    "12": "天津",
    "13": "河北",
    "14": "山西",
    "15": "内蒙古",
    "21": "辽宁",
    "22": "吉林",
    "23": "黑龙江",
    "31": "上海",
    "32": "江苏",
    "33": "浙江",
    "34": "安徽",
    "35": "福建",
    "36": "江西",
    "37": "山东",
    "41": "河南",
    "42": "湖北",
    "43": "湖南",
    "44": "广东",
    "45": "广西",
    "46": "海南",
    "50": "重庆",
    "51": "四川",
    "52": "贵州",
    "53": "云南",
    "54": "西藏",
    "61": "陕西",
    "62": "甘肃",
    "63": "青海",
    "64": "宁夏",
    "65": "新疆",
    "71": "台湾",
    "81": "香港",
    "82": "澳门",
}
"""Two-digit province code → short name."""


class RegionLevel(StrEnum):
    """Closed list of levels, from the largest."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWN = "TOWN"
    VILLAGE = "VILLAGE"


_ENDS = dict(zip(RegionLevel, (2, 4, 6, 9, 12), strict=True))
_STARTS = dict(zip(RegionLevel, (0, 2, 4, 6, 9), strict=True))
_TOWN_KINDS = ((1, 99, "街道"), (100, 199, "镇"), (200, 399, "乡"))
_VILLAGE_KINDS = ((1, 199, "居民委员会"), (200, 399, "村民委员会"), (400, 599, "类似居委会或村委会"))


@dataclass(frozen=True, slots=True, order=True)
class RegionCode:
    """A well-formed division code.

    Parameters
    ----------
    code : str
        Twelve digits, padded with zeros on the right.
    """

    code: str

    @property
    def level(self) -> RegionLevel:
        """The level of the last part that is not zero."""
        return [lv for lv in RegionLevel if self.code[_STARTS[lv] : _ENDS[lv]].strip("0")][-1]

    @property
    def prefix(self) -> str:
        """The digits down to this code's own level (2, 4, 6, 9 or 12): what all codes within it start with."""
        return self.code[: _ENDS[self.level]]

    def at(self, level: RegionLevel) -> str | None:
        """Return the digits down to `level`, or None when this code does not go that deep or skips that level."""
        part = self.code[_STARTS[level] : _ENDS[level]]
        return self.code[: _ENDS[level]] if part.strip("0") else None

    def parent(self) -> RegionCode | None:
        """Return the region that contains this one, or None for a province."""
        head = self.code[: _STARTS[self.level]]
        return RegionCode(head.ljust(12, "0")) if head else None

    @property
    def town_kind(self) -> str | None:
        """街道, 镇 or 乡 by the number range, None when unknown: a hint, real numbers from 400 exist."""
        return _kind(self.code[6:9], _TOWN_KINDS)

    @property
    def village_kind(self) -> str | None:
        """居民委员会 (urban), 村民委员会 (rural) or 类似 by the number range, None when unknown: a hint."""
        return _kind(self.code[9:12], _VILLAGE_KINDS)

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What is odd without making the code wrong."""
        odd = []
        if self.code[:2] not in PROVINCES:
            odd.append(Hint("region.province", f"No province has the code {self.code[:2]}."))
        if self.code[6:9] != "000" and self.town_kind is None:
            odd.append(Hint("region.town_range", f"Township number {self.code[6:9]} is outside 001-399."))
        if self.code[9:12] != "000" and self.village_kind is None:
            odd.append(Hint("region.village_range", f"Village number {self.code[9:12]} is outside 001-599."))
        return tuple(odd)


def parse_region_code(text: str) -> RegionCode:
    """Return the division code in `text`, which may stop at any level.

    Parameters
    ----------
    text : str
        2, 4, 6, 9 or 12 digits.

    Raises
    ------
    IdentifierInvalid
        Rule ``region.digits``, ``region.length`` or ``region.province``.

    Examples
    --------
    >>> parse_region_code("441283").parent().code
    '441200000000'
    """
    code = compact(text)
    if not (code.isascii() and code.isdigit()):
        raise IdentifierInvalid(f"A region code is digits only; this is {code[:20]!r}.", "region.digits")
    if len(code) not in _ENDS.values():
        raise IdentifierInvalid(
            f"A region code has 2, 4, 6, 9 or 12 digits; {code[:20]} has {len(code)}.", "region.length"
        )
    if code.startswith("00"):
        raise IdentifierInvalid(f"{code} starts with 00, which is no province.", "region.province")
    return RegionCode(code.ljust(12, "0"))


def is_within(code: str, scope: str) -> bool:
    """Return whether region `code` is `scope` or lies inside it.

    Parameters
    ----------
    code, scope : str
        As for `parse_region_code`; ``4412``, ``441200`` and ``441200000000`` are the same scope.

    Raises
    ------
    IdentifierInvalid
        When either is malformed.
    """
    return parse_region_code(code).code.startswith(parse_region_code(scope).prefix)


def _kind(part: str, ranges: tuple[tuple[int, int, str], ...]) -> str | None:
    return next((name for low, high, name in ranges if low <= int(part) <= high), None)
