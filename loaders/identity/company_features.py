"""How two company names compare, part by part: the brand decides, the rest supports or contradicts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, product
from typing import Final

from rapidfuzz.distance import Levenshtein

from loaders.identity.company_names import CompanyName, readable
from loaders.identity.features import Feature
from loaders.identity.spelling import letters, reads_as
from schema.identifiers.names import Places

LONG_ENOUGH: Final = 6
"""Letters of a Latin brand below which one letter more or less makes another brand."""
SHORTEST: Final = 2
"""Characters of a brand, and of what may be an industry after it."""
_CONVERTIBLE: Final = (
    frozenset({"有限责任公司", "股份有限公司"}),
    frozenset({"经济合作社", "股份经济合作社"}),
    frozenset({"经济联合社", "股份经济联合社"}),
)
_TOWN: Final = re.compile(r"^.+?(?:街道|镇|乡)(?=.)")
_UNCERTAIN: Final = frozenset({"公司"})


class Bearers:
    """How many places have enterprises of one brand and industry: a name that only one has needs no region.

    Parameters
    ----------
    names : iterable of names
        The read names of each enterprise of the reference, e.g. of the graph.
    """

    def __init__(self, names: Iterable[Iterable[CompanyName]] = ()) -> None:
        self._places: defaultdict[tuple[str, str], set[Places]] = defaultdict(set)
        for name in chain.from_iterable(names):
            if name.places and not name.latin:
                self._places[name.brand, name.industry].update(name.places)

    @classmethod
    def of(cls, names: Iterable[str]) -> Bearers:
        """Count names as they are written; those that cannot be read are left out."""
        return cls([name] for text in names if (name := readable(text)) is not None)

    def places(self, brand: str, industry: str) -> int:
        """Return how many places are known to have the brand in the industry; 0 when nothing is known of it."""
        return len(self._places.get((brand, industry), ()))


def compare_names(left: CompanyName, right: CompanyName) -> Iterator[Feature]:
    """Compare everything of two names but their regions."""
    yield from _brand_and_industry(left, right)
    yield Feature("form", _form(left.forms, right.forms), _joined(left.forms), _joined(right.forms))
    if left.branch or right.branch:
        yield Feature("branch", _branch(left, right), left.branch, right.branch)


def region_outcome(left: CompanyName, right: CompanyName, bearers: Bearers) -> str:
    """Compare the regions of two names, which only one or neither may say."""
    if left.places and right.places:
        return _regions(left.places, right.places)
    if not left.places and not right.places:
        return "none"
    named = left if left.places else right
    count = bearers.places(named.brand, named.industry)
    return ("absent", "sole")[count] if count < 2 else "common"


def may_be_one(left: CompanyName, right: CompanyName) -> bool:
    """Whether two names can come to a proposal, whatever their regions. Cheap, and never too strict."""
    if left.branch != right.branch:
        return False
    brand, industry = (feature.outcome for feature in _brand_and_industry(left, right))
    if brand == "close":  # with anything but the same industry it is not even for review
        return industry in ("equal", "rendered")
    return industry != "differs" and (brand != "differs" or may_hold_county(left, right))


def may_hold_county(left: CompanyName, right: CompanyName) -> bool:
    """Whether one brand ends like the other: what stands before it may be a county that the other marks as one."""
    return left.brand != right.brand and (
        left.brand.endswith(right.brand) or right.brand.endswith(left.brand)
    )


def places_agree(left: tuple[Places, ...], right: tuple[Places, ...]) -> bool:
    """Whether two regions can be one, or one of them is not said."""
    return not left or not right or _regions(left, right) != "differs"


def _regions(left: tuple[Places, ...], right: tuple[Places, ...]) -> str:
    outcomes = [_places(a, b) for a, b in product(left, right)]
    return min(outcomes, key=("equal", "levels", "differs").index)


def _places(left: Places, right: Places) -> str:
    """Compare level by level; a level that only one says is implied by what lies below it, and by nothing else."""
    levels = [*zip(_levels(left), _levels(right), strict=True)]
    said = [(a, b) for a, b in levels if a and b]
    if any(a != b for a, b in said):
        return "differs"
    lowest = [
        next((level for level in reversed(range(len(levels))) if levels[level][side]), -1) for side in (0, 1)
    ]
    return "equal" if said and lowest[0] == lowest[1] else "levels"


def _levels(places: Places) -> tuple[str, str, str, str]:
    return places.province, places.city, places.county, places.below


def aligned(left: CompanyName, right: CompanyName) -> tuple[CompanyName, CompanyName]:
    """Read a place at the head of one brand that the other name marks as one: 高要宏远 beside 高要区宏远."""
    return _without_place(left, right), _without_place(right, left)


def _without_place(name: CompanyName, other: CompanyName) -> CompanyName:
    for head in placed_brands(other):
        if name.brand == head and len(name.places) <= 1:
            mine = name.places[0] if name.places else Places("", "", "", "")
            county = head.removesuffix(other.brand)
            if not mine.county:
                return replace(name, brand=other.brand, places=(replace(mine, county=county),))
    return name


def placed_brands(name: CompanyName) -> tuple[str, ...]:
    """Return the brand as it reads when the county before it is not marked as one."""
    counties = {places.county for places in name.places} - {"", name.brand}
    return tuple(county + name.brand for county in counties if not name.latin)


def _brand_and_industry(left: CompanyName, right: CompanyName) -> Iterator[Feature]:
    if left.latin != right.latin:
        yield from _across(*((left, right) if right.latin else (right, left)))
        return
    yield Feature("brand", _brand(left, right), left.brand, right.brand)
    yield Feature("industry", _industry(left, right), _said(left), _said(right))


def _across(hanzi: CompanyName, latin: CompanyName) -> Iterator[Feature]:
    """Compare a name in characters with one in letters."""
    whole = not latin.renderings and hanzi.industry and reads_as(hanzi.brand + hanzi.industry, latin.brand)
    sound = whole or reads_as(hanzi.brand, latin.brand)
    same = letters(hanzi.brand) == latin.brand and hanzi.brand.isascii()
    outcome = "equal" if same else "sound" if sound else "close" if _begins_alike(hanzi, latin) else "differs"
    yield Feature("brand", outcome, hanzi.brand, latin.brand)
    industry = "rendered" if whole else _rendered(latin.renderings, hanzi.industry)
    yield Feature("industry", industry, hanzi.industry, _said(latin))


def _begins_alike(hanzi: CompanyName, latin: CompanyName) -> bool:
    """Whether both go on after a brand of two characters, in words that no list knows: 澜沧锻造 and Lancang Forging."""
    more = len(hanzi.brand) > SHORTEST
    said = latin.brand
    ends = range(1, len(said) - SHORTEST)
    return more and any(reads_as(hanzi.brand[:SHORTEST], said[:end]) for end in ends)


def _brand(left: CompanyName, right: CompanyName) -> str:
    a, b = left.brand, right.brand
    if a == b:
        return "equal"
    if left.latin:
        alike = min(len(a), len(b)) >= LONG_ENOUGH and Levenshtein.distance(a, b, score_cutoff=1) <= 1
        return "close" if alike else "differs"
    short, long = sorted((left, right), key=lambda name: len(name.brand))
    rest = len(long.brand) - len(short.brand)
    # 宏远 and 宏远锻造: the rest may be an industry that the word list does not know. Of a village: its town is left out.
    begun = long.brand.startswith(short.brand) and min(rest, len(short.brand)) >= SHORTEST
    within = (begun and not short.industry) or (short.brand == village_of(long.brand))
    return "close" if within else "differs"


def village_of(brand: str) -> str:
    """Return the village of a brand that is a place, without its town; "" when it is none."""
    return _TOWN.sub("", brand) if brand.endswith("村") else ""


def _industry(left: CompanyName, right: CompanyName) -> str:
    if left.latin:
        return _renderings(left.renderings, right.renderings)
    a, b = left.industry, right.industry
    if a == b:
        return "equal"
    if not a or not b:
        return "absent"
    return "part" if a in b or b in a else "differs"


def _renderings(left: tuple[tuple[str, ...], ...], right: tuple[tuple[str, ...], ...]) -> str:
    if len(left) == len(right) and all({*a} & {*b} for a, b in zip(left, right, strict=True)):
        return "equal"
    if not left or not right:
        return "absent"
    return (
        "part" if {w for words in left for w in words} & {w for words in right for w in words} else "differs"
    )


def _rendered(renderings: tuple[tuple[str, ...], ...], industry: str) -> str:
    if not renderings and not industry:
        return "equal"
    if not renderings or not industry:
        return "absent"
    if _segments(renderings, industry):
        return "rendered"
    return "part" if any(word in industry for words in renderings for word in words) else "differs"


def _segments(renderings: tuple[tuple[str, ...], ...], industry: str) -> bool:
    if not renderings:
        return not industry
    return any(
        industry.startswith(word) and _segments(renderings[1:], industry[len(word) :])
        for word in renderings[0]
    )


def _form(left: frozenset[str], right: frozenset[str]) -> str:
    if left & right - _UNCERTAIN or left == right:
        return "equal"
    if not left or not right or (left | right) & _UNCERTAIN:
        return "absent"
    return "converted" if any(left | right <= pair for pair in _CONVERTIBLE) else "differs"


def _branch(left: CompanyName, right: CompanyName) -> str:
    if left.branch == right.branch:
        return "equal"
    return "differs" if left.branch and right.branch else "head"


def _said(name: CompanyName) -> str:
    return name.industry or "".join(words[0] for words in name.renderings)


def _joined(forms: frozenset[str]) -> str:
    return "/".join(sorted(forms))
