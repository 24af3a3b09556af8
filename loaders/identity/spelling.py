"""One spelling for names that are written in several: traditional and simplified characters, and pinyin.

Characters decide where both names have them. Pinyin only bridges a name in characters and one in Latin letters, because
many characters share a sound: 宏远 and 鸿远 are two brands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, pinyin

from schema.identifiers.names import normalise_name
from schema.identifiers.text import half_width

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z]")
_KEPT = 1 << 16


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(_KEPT)
def simplified(text: str) -> str:
    """Return a name in simplified characters, half-width, upper-case, without white space, with one kind of brackets.

    Examples
    --------
    >>> simplified("肇慶市宏遠機械【股份】 有限公司")
    '肇庆市宏远机械(股份)有限公司'
    """
    return normalise_name(_converter().convert(half_width(text)))


def is_latin(text: str) -> bool:
    """Return whether a name is written in Latin letters alone."""
    return _HAN.search(text) is None and _LETTERS.search(half_width(text)) is not None


def letters(text: str) -> str:
    """Return the letters and digits of a Latin text in lower case, ü as v; marks over vowels are dropped.

    Examples
    --------
    >>> letters("Lǚ Jiàn-guó")
    'lvjianguo'
    """
    plain = half_width(text).lower()
    for marked, vowel in _VOWELS.items():
        plain = plain.replace(marked, vowel)
    return re.sub(r"[^a-z0-9]", "", plain)


@lru_cache(_KEPT)
def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the toneless readings of each character, e.g. 长 is chang or zhang; Latin letters read as themselves."""
    read = pinyin(list(text), style=Style.NORMAL, heteronym=True, v_to_u=False)
    return tuple(tuple(dict.fromkeys(_spellings(letters(r) for r in each))) for each in read)


def reads_as(text: str, latin: str) -> bool:
    """Return whether a text in characters can be read as `latin` (letters only): 李建国 as lijianguo."""
    return _reads(readings(text), latin)


def first_readings(text: str, length: int) -> frozenset[str]:
    """Return how a text can begin when it is read: each reading of its first characters, cut to `length` letters."""
    begun = {""}
    for each in readings(text):
        if all(len(said) >= length for said in begun):
            break
        begun = {said + more if len(said) < length else said for said in begun for more in each}
    return frozenset(said[:length] for said in begun)


def _reads(syllables: tuple[tuple[str, ...], ...], latin: str) -> bool:
    if not syllables:
        return not latin
    return any(latin.startswith(s) and _reads(syllables[1:], latin[len(s) :]) for s in syllables[0] if s)


def _spellings(read: Iterator[str]) -> Iterator[str]:
    """Passports write ü as YU, keyboards as v, and many people as u."""
    for said in read:
        yield said
        if "v" in said:
            yield said.replace("v", "u")
            yield said.replace("v", "yu")


_VOWELS = {
    **dict.fromkeys("āáǎàâäå", "a"),
    **dict.fromkeys("ēéěèêë", "e"),
    **dict.fromkeys("īíǐìîï", "i"),
    **dict.fromkeys("ōóǒòôö", "o"),
    **dict.fromkeys("ūúǔùû", "u"),
    **dict.fromkeys("ǖǘǚǜü", "v"),
}
