"""How the values of FollowTheMoney are written as ours: percentages, periods, posts, kinship."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from loaders.faults import ValueRefused
from schema.periods import parse_date

_NUMBER = r"(\d{1,3}(?:[.,]\d+)?)"
_EXACT = re.compile(rf"{_NUMBER}%?")
_RANGE = re.compile(rf"{_NUMBER}%?(?:-|to|and){_NUMBER}%?")
_LEAST = re.compile(rf"(?:>=?|≥|over|morethan|atleast){_NUMBER}%?|{_NUMBER}%?(?:\+|ormore)")
_MOST = re.compile(rf"(?:<=?|≤|under|lessthan|upto|atmost){_NUMBER}%?|{_NUMBER}%?orless")

POSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "CHAIR": ("chair", "chairman", "chairperson", "chairwoman", "chairman of the board", "董事长"),
    "DIRECTOR": (
        "",
        "director",
        "board member",
        "member of the board",
        "non-executive director",
        "executive director",
        "董事",
    ),
    "SUPERVISOR": ("supervisor", "member of the supervisory board", "监事"),
    "GENERAL_MANAGER": ("ceo", "chief executive officer", "general manager", "president", "总经理"),
    "SENIOR_MANAGER": (
        "cfo",
        "chief financial officer",
        "deputy general manager",
        "vice president",
        "副总经理",
    ),
}
"""Post → roles of a Directorship; one that is not said is a directorship."""
KIN: Final[Mapping[str, tuple[str, ...]]] = {
    "SPOUSE": ("spouse", "wife", "husband", "配偶"),
    "PARENT": ("parent", "father", "mother", "父亲", "母亲"),
    "CHILD": ("child", "son", "daughter", "子女", "儿子", "女儿"),
    "SIBLING": ("sibling", "brother", "sister", "兄弟", "姐妹"),
}
"""Kinship → what the relative is to the person."""


def share(text: str) -> tuple[str, str, str]:
    """Return a percentage as share, lower and upper bound in [0, 1]; ``""`` for what is not said.

    Parameters
    ----------
    text : str
        ``25``, ``25.5 %``, ``25-50``, ``50% to 75%``, ``>25``, ``75% or more``. It is always per cent: ``0.25`` is a quarter
        of one per cent.

    Raises
    ------
    ValueRefused
        For anything else, and above 100.
    """
    plain = "".join(text.lower().split()).replace("\u2013", "-")
    if found := _EXACT.fullmatch(plain):
        return _ratio(found[1]), "", ""
    if found := _RANGE.fullmatch(plain):
        if float(_ratio(found[1])) > float(_ratio(found[2])):
            raise ValueRefused("A range goes from the smaller share to the larger.", "share.range")
        return "", _ratio(found[1]), _ratio(found[2])
    if found := _LEAST.fullmatch(plain):
        return "", _ratio(found[1] or found[2]), "1"
    if found := _MOST.fullmatch(plain):
        return "", "0", _ratio(found[1] or found[2])
    raise ValueRefused("A percentage such as 25, 25-50 or >25.", "share.form")


def _ratio(digits: str) -> str:
    value = float(digits.replace(",", ".")) / 100
    if value > 1:
        raise ValueRefused("A share is at most 100 per cent.", "share.range")
    return repr(value)


def first_day_after(text: str) -> str:
    """Return the day on which what ended then no longer holds: an end date is its last day, or month, or year."""
    after = parse_date(text).period.valid_to
    return after.isoformat() if after else ""


def year(text: str) -> str:
    """Return the year of a date."""
    day = parse_date(text).day
    return str(day.year) if day else ""


def post(role: str) -> str:
    """Return the post that a role is. ValueRefused for one that is not known."""
    return _word(
        POSTS, role, "A role that is known here: chair, director, supervisor, general manager.", "post.role"
    )


def kin(relationship: str) -> str:
    """Return the kinship that a relationship is. ValueRefused for one that is not known."""
    return _word(
        KIN, relationship, "spouse, parent, child or sibling, or what they are called.", "family.kin"
    )


def _word(known: Mapping[str, tuple[str, ...]], text: str, rule: str, code: str) -> str:
    plain = text.strip().lower()
    found = next((name for name, words in known.items() if plain in words), "")
    if not found:
        raise ValueRefused(rule, code)
    return found
