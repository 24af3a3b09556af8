"""Company names read into comparable parts, in characters or in Latin letters."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from loaders.identity.spelling import is_latin, letters, readings, simplified
from schema.errors import IdentifierInvalid
from schema.identifiers.names import Places, city_names, parse_name, places_of
from schema.identifiers.region_code import PROVINCES
from schema.identifiers.text import half_width

_WORDS = Path(__file__).with_name("latin_words.toml")
_KEPT: Final = 1 << 16
_LONGEST: Final = 8
"""Words of the longest phrase, were each of its syllables a word of its own: gu fen you xian gong si, and some."""
_BRANCH = re.compile(r" (?:(?:no (?P<no>\d{1,3})|(?P<place>[a-z]+)) branch(?: (?:company|office))?)$")
_ORDINALS: Final = {w: str(n) for n, w in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}
_FILLERS: Final = frozenset({"city", "municipal", "province", "provincial", "the", "and", "of"})


@dataclass(frozen=True)
class CompanyName:
    """A company name in parts; an absent part is empty.

    Parameters
    ----------
    latin : bool
        Whether it is written in Latin letters.
    places : tuple of Places
        What the region may be: one reading in characters, several where cities share a pinyin (suzhou).
    brand : str
        In simplified characters, or in letters. Of a name without a brand (a village collective): its place.
    industry : str
        In characters.
    renderings : tuple of tuple of str
        In Latin letters: for each word the Chinese words that it may stand for.
    forms : frozenset of str
        Legal forms that it may have.
    branch : str
        Which branch; empty for the head.
    """

    latin: bool
    places: tuple[Places, ...]
    brand: str
    industry: str
    renderings: tuple[tuple[str, ...], ...]
    forms: frozenset[str]
    branch: str


@lru_cache(_KEPT)
def read_company(text: str) -> CompanyName:
    """Read a company name. Raises IdentifierInvalid when it is empty."""
    return _read_latin(text) if is_latin(text) else _read_characters(text)


def readable(text: str) -> CompanyName | None:
    """Read a company name; None when it is empty."""
    try:
        return read_company(text)
    except IdentifierInvalid:
        return None


def _read_characters(text: str) -> CompanyName:
    parts = parse_name(simplified(text))
    places = places_of(parts.region)
    brand = parts.brand or places.below or places.county or places.city or places.province
    branch = re.sub(r"[市县区](?=.{0,6}[分支])", "", parts.branch_no)
    found = (places,) if parts.region else ()
    return CompanyName(False, found, brand, parts.industry, (), frozenset({parts.legal_form} - {""}), branch)


def _read_latin(text: str) -> CompanyName:
    words, branch = _split_branch(_words_of(text))
    words, forms = _split_form(words)
    words, places = _split_places(words)
    words, renderings = _split_industry(words)
    return CompanyName(True, places, "".join(words), "", renderings, forms, branch)


def _words_of(text: str) -> list[str]:
    plain = half_width(text).lower().replace("'", "").replace("’", "").replace("&", " and ")
    return [letters(word) for word in re.split(r"[^\w]+", plain) if letters(word)]


def _split_branch(words: list[str]) -> tuple[list[str], str]:
    text = " ".join(words)
    found = _BRANCH.search(f" {text}")
    if found is None:
        return words, ""
    place = found["place"] or ""
    number = found["no"] or _ORDINALS.get(place, "")
    known = _lists().places.get(place)
    branch = number + "分公司" if number else (known[0] if known else place) + "分公司"
    return text[: max(found.start() - 1, 0)].split() or words, branch


def _split_form(words: list[str]) -> tuple[list[str], frozenset[str]]:
    forms = _lists().forms
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        if found := forms.get("".join(words[-length:])):
            return words[:-length], frozenset(found)
    return words, frozenset()


def _split_places(words: list[str]) -> tuple[list[str], tuple[Places, ...]]:
    """Take places off the front, and one in brackets off the end, as long as a brand remains."""
    found: list[str] = []
    while place := _place(words, front=True):
        words, found = place[0], [*found, *place[1]]
    if not found and (place := _place(words, front=False)):
        words, found = place
    return words, tuple(places_of(each) for each in found)


def _place(words: list[str], *, front: bool) -> tuple[list[str], list[str]] | None:
    for length in range(_LONGEST, 0, -1):
        some, rest = (words[:length], words[length:]) if front else (words[-length:], words[:-length])
        known = _lists().places.get("".join(some))
        if known and [word for word in rest if word not in _FILLERS]:
            while rest and rest[0] in _FILLERS:
                rest = rest[1:]
            return rest, list(known)
    return None


def _split_industry(words: list[str]) -> tuple[list[str], tuple[tuple[str, ...], ...]]:
    """Take industry words off the end while a brand remains."""
    industries = _lists().industries
    found: list[tuple[str, ...]] = []
    while len(words) > 1:
        if words[-1] in _FILLERS:
            words = words[:-1]
            continue
        length = next((n for n in (3, 2, 1) if n < len(words) and "".join(words[-n:]) in industries), 0)
        if not length:
            break
        meant = industries["".join(words[-length:])]
        if not found or found[0] != meant:  # "import and export" is one word in Chinese
            found.insert(0, meant)
        words = words[:-length]
    return words, tuple(found)


@dataclass(frozen=True)
class _Lists:
    forms: dict[str, tuple[str, ...]]
    industries: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]


@cache
def _lists() -> _Lists:
    document = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    renamed = {_joined(said): name for said, name in document["provinces"].items()}
    places: dict[str, tuple[str, ...]] = {}
    for name in (*PROVINCES.values(), *city_names()):
        said = "".join(options[0] for options in readings(name))
        if said in places and name in renamed.values():
            continue  # Shanxi is 山西: 陕西 has a spelling of its own, and it has it so that they are told apart
        for written in (said, said + ("sheng" if name in PROVINCES.values() else "shi")):
            places[written] = (*places.get(written, ()), name)
    places |= {said: (name,) for said, name in renamed.items()}
    return _Lists(
        {_joined(said): tuple(forms) for said, forms in document["legal_forms"].items()},
        {_joined(said): tuple(meant) for said, meant in document["industries"].items()},
        places,
    )


def _joined(phrase: str) -> str:
    """Where words end is not compared: "co.,ltd", "coltd", "you xian gong si" and "youxian gongsi" are found alike."""
    return phrase.replace(" ", "")
