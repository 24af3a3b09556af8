"""Company names 企业名称 read as region + brand 字号 + industry + legal form + branch.

Names that look alike are not the same: 宏远机械 and 宏达机械 differ in the brand, which is all that matters, while
有限公司 and 有限责任公司 are one legal form and 第一分公司 and 第二分公司 are two branches. So names are split before they
are compared. This module splits with a word list; scoring (transliteration, simplified and traditional, frequency of
words) is the business of identity resolution, and a name alone never identifies anybody.

References
----------
企业名称登记管理规定 (State Council Order 734, 2021), art. 6 and 13: order of the parts, a branch ends in 分公司 or the like.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schema.errors import IdentifierInvalid
from schema.identifiers.region_code import PROVINCES
from schema.identifiers.text import compact

_WORDS = Path(__file__).with_name("name_words.toml")
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」『』", "()()()()()()()()")
_SHORTEST_BRAND = 2  # a brand has at least two characters (art. 8)
_COMMON_WORDS = r"(?!城市|都市|超市|社区|园区|山区|景区|小区)"  # end like a region and are none
_MARKED_REGION = (
    _COMMON_WORDS
    + r"[\u4e00-\u9fff]{1,6}?(?:自治县|自治州|自治旗|地区|新区|市(?!场|政)|区(?!块|域)|县(?!域)|旗|盟)"
)
_MARKERS = ("省", "市", "县", "区", "旗", "镇", "乡", "街道", "村")
_VILLAGE = r"(?:[\u4e00-\u9fff]{1,4}?(?:街道|镇|乡))?(?:[\u4e00-\u9fff]{1,5}?村)?"
_BRANCH = re.compile(
    r".+(?:公司|银行|集团|社|所|厂|店)(?P<branch>[^()]{1,20}?"
    r"(?:分公司|支公司|分行|支行|分理处|储蓄所|营业部|营业所|分社|分所|分店|分厂|门市部|项目部|办事处|代表处))$"
)
_IN_BRACKETS = re.compile(r"\(([^()]+)\)$")
_ORDINAL = re.compile(r"第?([一二三四五六七八九十]{1,3}|[0-9]{1,3})(?=[分支营办代门项])")
_STRAY = ".,;:、。·"
_REMARKED = frozenset({"个体工商户", "个人独资企业"})
"""Forms that stand in brackets behind a name that says another one already: 饺子店(个体工商户)."""
_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九", start=1)}


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a company name; an absent part is the empty string.

    Parameters
    ----------
    region : str
        As written, e.g. 肇庆市高要区, whether in front or in brackets.
    brand : str
        字号, the distinctive part.
    industry : str
        What lies between brand and legal form, e.g. 机械制造; 集团 included.
    legal_form : str
        Canonical: 有限公司 is 有限责任公司.
    branch_no : str
        Which branch, empty for the head: 第一分公司 and 第1分公司 are both ``1分公司``.
    """

    region: str
    brand: str
    industry: str
    legal_form: str
    branch_no: str


@dataclass(frozen=True, slots=True)
class Places:
    """A region as written in a name, level by level, without the words 省, 市, 区, …; absent levels are empty.

    Parameters
    ----------
    province, city, county : str
        E.g. 广东, 肇庆, 高要. A county-level city, such as 四会市, is a county.
    below : str
        Town and village as written.
    """

    province: str
    city: str
    county: str
    below: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The word list, compiled once."""

    region: re.Pattern[str]
    levels: re.Pattern[str]
    industries: frozenset[str]
    longest: int
    legal_forms: dict[str, str]


def normalise_name(text: str) -> str:
    """Return a name half-width, upper-case, without white space, with one kind of brackets ``()``.

    Examples
    --------
    >>> normalise_name("宏远机械【肇庆】 有限公司")
    '宏远机械(肇庆)有限公司'
    """
    return compact(text).translate(_BRACKETS)


def parse_name(text: str) -> NameParts:
    """Split a company name.

    Parameters
    ----------
    text : str
        A full registered name; brackets and widths of any kind.

    Raises
    ------
    IdentifierInvalid
        Rule ``name.empty``.

    Examples
    --------
    >>> parse_name("肇庆市宏远机械有限公司第一分公司")
    NameParts(region='肇庆市', brand='宏远', industry='机械', legal_form='有限责任公司', branch_no='1分公司')
    """
    name = normalise_name(text).rstrip(_STRAY)
    if not name:
        raise IdentifierInvalid("The company name is empty.", "name.empty")
    words = _words()
    name, branch = _split_branch(name)
    name, legal_form = _split_legal_form(name, words)
    name, inner = _take_bracketed_region(name, words)
    name = re.sub(r"\(([^()]+)\)", lambda said: said[1 if said[1] in words.industries else 0], name)
    region, rest = _split_region(name, words)
    brand, industry = _split_industry(rest, words)
    return NameParts(region or inner, brand, industry, legal_form, branch)


def places_of(region: str) -> Places:
    """Read the region part of a name; what is not understood counts as ``below``.

    Examples
    --------
    >>> places_of("广东省肇庆市高要区")
    Places(province='广东', city='肇庆', county='高要', below='')
    """
    match = _words().levels.fullmatch(region)
    if match is None:
        return Places("", "", "", region)
    return Places(*(match[level] or "" for level in ("province", "city", "county", "below")))


def city_names() -> tuple[str, ...]:
    """Return the cities and prefectures of the word list, without 市."""
    return tuple(tomllib.loads(_WORDS.read_text(encoding="utf-8"))["cities"])


def _split_branch(name: str) -> tuple[str, str]:
    match = _BRANCH.match(name) or _BRANCH.match(_IN_BRACKETS.sub(r"\1", name))
    if match is None:
        return name, ""
    name = match[0]
    branch = _ORDINAL.sub(lambda ordinal: str(_number(ordinal[1])), match["branch"], count=1)
    return name[: match.start("branch")], branch


def _number(written: str) -> int:
    """Read 一 to 九十九, or digits."""
    if written.isdigit() and written.isascii():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _split_legal_form(name: str, words: _Words) -> tuple[str, str]:
    """Take the longest legal form off the end; a bracketed remark after it, such as (自然人独资), is dropped."""
    for candidate in (name, _IN_BRACKETS.sub("", name)):
        for written, form in words.legal_forms.items():
            if candidate.endswith(written) and len(candidate) > len(written):
                rest = candidate.removesuffix(written)
                before, said = _split_legal_form(rest, words) if form in _REMARKED else (rest, "")
                return (before, said) if said else (rest, form)
    return name, ""


def _take_bracketed_region(name: str, words: _Words) -> tuple[str, str]:
    """Take ``(肇庆)`` or ``(中国)`` out of the middle of a name; other brackets stay."""
    for match in re.finditer(r"\(([^()]+)\)", name):
        if words.region.fullmatch(match[1]):
            return name[: match.start()] + name[match.end() :], match[1]
    return name, ""


def _split_region(name: str, words: _Words) -> tuple[str, str]:
    """Take the region off the front, unless hardly anything would be left to be the brand."""
    match = words.region.match(name)
    if match is None:
        return "", name
    rest = name[match.end() :]
    # 某某村股份经济合作社 has no brand of its own; 吉林有限公司 has one, which happens to be a place.
    is_whole = not rest and match[0].endswith(_MARKERS)
    return (match[0], rest) if is_whole or len(rest) >= _SHORTEST_BRAND else ("", name)


def _split_industry(rest: str, words: _Words) -> tuple[str, str]:
    """Take industry words off the end while at least a brand's length remains."""
    end = len(rest)
    lengths = range(words.longest, 0, -1)
    while length := next(
        (n for n in lengths if end - n >= _SHORTEST_BRAND and rest[end - n : end] in words.industries), 0
    ):
        end -= length
    return rest[:end], rest[end:]


@cache
def _words() -> _Words:
    """Read and compile the word list; longest words first, so that 融资担保 wins over 担保."""
    document = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    provinces = "|".join(PROVINCES.values())
    cities = "|".join(sorted(document["cities"], key=len, reverse=True))
    region = re.compile(
        rf"中国|(?=.)(?:(?:{provinces})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?)?"
        rf"(?:(?:{cities})(?:市|(?<!州)州(?!际)|地区|盟|[\u4e00-\u9fff]{{0,8}}自治州|(?![县区])))?"
        rf"(?:(?:{_MARKED_REGION}){{1,2}}{_VILLAGE})?"
    )
    levels = re.compile(
        rf"(?:(?P<province>北京|天津|上海|重庆|(?:中国|{provinces})(?!市))(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?)?"
        rf"(?:(?P<city>{cities})(?:市|(?<!州)州(?!际)|地区|盟|[\u4e00-\u9fff]{{0,8}}自治州|(?![县区])))?"
        r"(?:(?P<county>[\u4e00-\u9fff]{1,6}?)(?:[\u4e00-\u9fff]{1,6}自治[县旗]|地区|新区|市|区|县|旗))?"
        r"(?P<below>.*)"
    )
    forms = document["legal_forms"]
    return _Words(
        region,
        levels,
        frozenset(document["industries"]),
        max(map(len, document["industries"])),
        {written: forms[written] for written in sorted(forms, key=len, reverse=True)},
    )
