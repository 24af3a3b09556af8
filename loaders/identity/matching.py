"""Are these two one? Identifiers first, then names, with every reason.

A different identifier vetoes, an equal one decides. Companies are compared by the parts of their names. People are never
matched by name alone: it takes an identity number, or two attributes beside the name (S3-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, product
from typing import Final

from loaders.identity.company_features import Bearers, aligned, compare_names, region_outcome
from loaders.identity.company_names import CompanyName, read_company
from loaders.identity.features import Feature, Match, judged
from loaders.identity.spelling import is_latin, letters, readings, reads_as, simplified
from schema.identifiers.text import half_width

_IDENTIFIED = re.compile(r"P:(?P<version>[0-9]+):[0-9a-f]{32}")
_ENOUGH: Final = 2
"""Attributes beside the name that make a person (S3-24)."""
_CITY: Final = 4
_DOTS = re.compile(r"[·•・‧∙⋅.]")
_MOST_KEYS: Final = 4096
_NOBODY: Final = Bearers()


@dataclass(frozen=True)
class Company:
    """What is known of a legal entity.

    Parameters
    ----------
    id : str
        Node id; empty for one that is asked about.
    name : str
        Registered name, or its English one.
    uscc, lei, region_code : str
        Empty when unknown; checked by the caller.
    former_names : tuple of str
        Names that it bore.
    """

    id: str
    name: str
    uscc: str = ""
    lei: str = ""
    region_code: str = ""
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """What is known of a person, and may be used: ids are pseudonyms, attributes empty when unknown.

    Parameters
    ----------
    id : str
        Node id: ``P:<key version>:<HMAC>`` when the identity number is known.
    name : str
    id_mask : str
    birth_year : int or None
    ties : frozenset of str
        Node ids of enterprises that the person runs or owns.
    contacts : frozenset of str
        Node ids of contacts.
    """

    id: str
    name: str
    id_mask: str = ""
    birth_year: int | None = None
    ties: frozenset[str] = field(default=frozenset())
    contacts: frozenset[str] = field(default=frozenset())


Party = Company | Person


def match(left: Party, right: Party, bearers: Bearers = _NOBODY) -> Match:
    """Compare two parties of one kind.

    Parameters
    ----------
    bearers : Bearers
        How common brands are; without it a name that lacks its region is never a match by itself.

    Raises
    ------
    TypeError
        For a company and a person.
    IdentifierInvalid
        For an empty company name.
    """
    if isinstance(left, Company) and isinstance(right, Company):
        return _match_companies(left, right, bearers)
    if isinstance(left, Person) and isinstance(right, Person):
        return judged(_people(left, right))
    raise TypeError("A company and a person cannot be one.")


def identified(node_id: str) -> str:
    """Return the key version of a person's id that stands for an identity number, else ``""``."""
    found = _IDENTIFIED.fullmatch(node_id)
    return found["version"] if found else ""


def _match_companies(left: Company, right: Company, bearers: Bearers) -> Match:
    """Take the best of all pairs of names; one that needs a former name says so."""
    identifiers = [*_identifiers(left, right)]
    names = product((left.name, *left.former_names), (right.name, *right.former_names))
    pairs = [
        judged((*identifiers, *_names(left, right, pair, bearers)))
        for pair in dict.fromkeys(names)
        if all(pair)
    ]
    return max(pairs, key=lambda found: (found.score, found.evidence), default=judged(identifiers))


def _identifiers(left: Company, right: Company) -> Iterator[Feature]:
    for name, a, b in (("uscc", left.uscc, right.uscc), ("lei", left.lei, right.lei)):
        if a and b:
            yield Feature(name, "equal" if a == b else "differs", a, b)


def _names(left: Company, right: Company, names: tuple[str, str], bearers: Bearers) -> Iterator[Feature]:
    if names != (left.name, right.name):
        yield Feature("former_name", "used", *names)
    a, b = aligned(*(read_company(name) for name in names))
    yield from compare_names(a, b)
    said = tuple(_first_place(name) for name in (a, b))
    yield from _where(left, right, Feature("region", region_outcome(a, b, bearers), *said))


def _first_place(name: CompanyName) -> str:
    return (
        "".join((name.places[0].province, name.places[0].city, name.places[0].county)) if name.places else ""
    )


def _where(left: Company, right: Company, region: Feature) -> Iterator[Feature]:
    """Let where they are registered stand in for a region that a name does not say."""
    codes = left.region_code[:_CITY], right.region_code[:_CITY]
    known = all(len(code) == _CITY for code in codes)
    if known and codes[0] == codes[1] and region.outcome in ("sole", "absent", "common"):
        region = replace(region, outcome="code")
    yield region
    if known and codes[0] != codes[1]:
        yield Feature("registered_in", "moved" if region.outcome == "equal" else "differs", *codes)


def _people(left: Person, right: Person) -> Iterator[Feature]:
    versions = identified(left.id), identified(right.id)
    if all(versions) and versions[0] == versions[1]:
        yield Feature("identity", "equal" if left.id == right.id else "differs")
    yield Feature("name", person_names(left.name, right.name))
    attributes = [*_attributes(left, right)]
    yield from attributes
    agree = sum(each.outcome in ("equal", "shared") for each in attributes)
    yield Feature("corroboration", ("none", "one", "two")[min(agree, _ENOUGH)])


def _attributes(left: Person, right: Person) -> Iterator[Feature]:
    """Compare what is personal; the values themselves are never repeated."""
    if left.birth_year and right.birth_year:
        yield Feature("birth_year", "equal" if left.birth_year == right.birth_year else "differs")
    if left.id_mask and right.id_mask:
        yield Feature("id_mask", "equal" if left.id_mask == right.id_mask else "differs")
    for name, a, b in (("ties", left.ties, right.ties), ("contacts", left.contacts, right.contacts)):
        if a & b:
            yield Feature(name, "shared")


def person_names(left: str, right: str) -> str:
    """Compare two names of people: ``equal``, ``sound`` (one in pinyin, in either order), or ``differs``."""
    latin = is_latin(left), is_latin(right)
    if latin == (True, True):
        return "equal" if _same_words(_words(left), _words(right)) else "differs"
    if latin == (False, False):
        return "equal" if characters(left) == characters(right) != "" else "differs"
    hanzi, written = (left, right) if latin[1] else (right, left)
    return "sound" if _sounds(characters(hanzi), _words(written)) else "differs"


def characters(name: str) -> str:
    """Return a name in simplified characters, without the dots that some systems put into names of peoples that have them."""
    return _DOTS.sub("", simplified(name))


def _words(name: str) -> tuple[str, ...]:
    plain = re.sub("['’]", "", name)
    return tuple(said for word in re.split(r"[^\w]+", half_width(plain)) if (said := letters(word)))


def _turned(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a name with its surname first and last, whichever of its words that is."""
    return (words[n:] + words[:n] for n in range(len(words)))


def _same_words(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether the words are the same in either order; where one is split further (Jian Guo), its parts make up the other's.

    Letters alone would not do: Wu Lian and Wan Liu have the same ones, and so have Fang An and Fan Gan in their order.
    """
    ends = [{(_ends(words), "".join(words)) for words in _turned(side)} for side in (left, right)]
    return any(a == b and (p <= q or q <= p) for (p, a), (q, b) in product(*ends))


def _ends(words: tuple[str, ...]) -> frozenset[int]:
    return frozenset(accumulate(len(word) for word in words))


def _sounds(hanzi: str, words: tuple[str, ...]) -> bool:
    """Whether characters are read as these words in either order, each word by whole characters."""
    if len(words) == 1:  # jianguoli: the surname has one or two characters
        return any(_spoken(hanzi[n:] + hanzi[:n], words) for n in range(min(len(hanzi), 3)))
    return any(_spoken(hanzi, turn) for turn in _turned(words))


def _spoken(hanzi: str, words: tuple[str, ...]) -> bool:
    if not words or not hanzi:
        return not words and not hanzi
    return any(
        reads_as(hanzi[:n], words[0]) and _spoken(hanzi[n:], words[1:]) for n in range(1, len(hanzi) + 1)
    )


def person_keys(name: str) -> frozenset[str]:
    """Return the keys under which a person's name is looked up: the same for characters and pinyin, in any order."""
    if is_latin(name):
        return frozenset({_plain(letters(name))})
    keys = {""}
    for each in readings(characters(name)):
        # No name has so many readings; a text that has is looked up by the first of each character.
        some = each if len(keys) * len(each) <= _MOST_KEYS else each[:1]
        keys = {"".join(sorted(said + more)) for said in keys for more in some}
    return frozenset(_plain(said) for said in keys)


def _plain(key: str) -> str:
    """Make v, u and yu (all ü) one in a key, whatever the order of its letters."""
    return "".join(sorted(key.replace("v", "u").replace("y", "")))
