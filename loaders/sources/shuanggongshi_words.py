"""What the words of 双公示 mean: parties and their codes, kinds and domains of penalties, amounts in 万元, states."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from loaders.faults import ValueRefused
from loaders.sources.shuanggongshi_layout import words
from schema.errors import IdentifierInvalid, InputError
from schema.identifiers.text import half_width
from schema.identifiers.uscc import validate_uscc
from schema.money import MoneyUnit, parse_money
from schema.periods import parse_date

_SEVERITIES = ("MINOR", "GENERAL", "SERIOUS")
_BETWEEN = re.compile(r"[、,;/|\s]+")


def given(text: str) -> str:
    """Return what was written, or nothing where a feed writes 无, / or the like instead of nothing."""
    return "" if text.lower() in words()["blanks"] else text


def stated(text: str) -> str:
    """Say that something was written, without keeping it: a required column that the graph has no use for."""
    return "stated" if given(text) else ""


def natural(category: str, number: str, *codes: str) -> bool:
    """Return whether the party is a natural person 自然人.

    The older format has no category: there it is who has an identity number and no code of an organisation.

    Raises
    ------
    ValueRefused
        For a category that is none.
    """
    word, known = half_width(category), words()
    if not word:
        return bool(given(number)) and not any(map(given, codes))
    if word in known["natural"]:
        return True
    if word not in (*known["legal"], *known["sole_trader"]):
        kinds = "、".join((known["legal"][0], known["natural"][0], known["sole_trader"][0]))
        raise ValueRefused(f"The party is one of {kinds}.", "party.category")
    return False


def identity_number(document: str, number: str) -> str:
    """Return a resident identity number; nothing for another document or a number that its publisher has masked."""
    kind = half_width(document)
    usual = not kind or kind in words()["resident_id"]
    return given(number) if usual and "*" not in number else ""


def entity_kind(category: str, code: str) -> str:
    """Return the kind of a legal entity by its credit code, else by its category; nothing where neither says it."""
    kinds: dict[str, str] = words()["entity_kinds"]
    fits = [start for start in kinds if code.upper().startswith(start)]
    if fits:
        return kinds[max(fits, key=len)]
    return "SOLE_TRADER" if half_width(category) in words()["sole_trader"] else ""


def other_codes(*codes: str) -> str:
    """Write the codes from before the unified one that have no property of their own: ZZJG, SWDJ, SYDW, SHZZ."""
    kinds = words()["codes"].values()
    return "; ".join(f"{kind} {given(code)}" for kind, code in zip(kinds, codes, strict=True) if given(code))


def record_of(document: str, authority: str, name: str, *codes: str) -> str:
    """Return the id of a decision about one party: its number, and a digest of who decided and about whom.

    One decision may concern several parties, and two authorities number alike. Identity numbers play no part in it.
    """
    if not given(document):
        return ""
    party = given(codes[0]).upper() or "|".join((name, *map(given, codes)))
    digest = hashlib.sha256(f"{given(authority)}|{party}".encode()).hexdigest()[:12]
    return f"{document.replace(':', '_')}/{digest}"


def credit_code(text: str) -> str:
    """Return a checked credit code, or nothing. IdentifierInvalid for a wrong one."""
    return validate_uscc(text).code if given(text) else ""


def agency_code(text: str) -> str:
    """Return an authority's credit code; nothing for a wrong one: the penalty stands, its authority is known by name."""
    try:
        return credit_code(text)
    except IdentifierInvalid:
        return ""


def fen_of_wan(text: str) -> str:
    """Return 万元 in fen."""
    return str(parse_money(text, MoneyUnit.WAN_YUAN)) if given(text) else ""


def severity(*kinds: str) -> str:
    """Return how severe a penalty is: the most severe of its kinds 处罚类别.

    Raises
    ------
    ValueRefused
        For a kind that the law does not know.
    """
    text = half_width("、".join(filter(None, map(given, kinds))))
    found = {_rank(text)} if _is_known(text) else {_rank(word) for word in _BETWEEN.split(text) if word}
    return _SEVERITIES[max(found)] if found else ""


@cache
def _ranks() -> dict[str, int]:
    listed = words()["severity"]
    return {half_width(word): rank for rank, name in enumerate(_SEVERITIES) for word in listed[name]}


def _is_known(word: str) -> bool:
    return word in _ranks() or word.startswith("其他")


def _rank(word: str) -> int:
    if not _is_known(word):
        raise ValueRefused(
            f"A kind of penalty (警告, 罚款, 责令停产停业, …, 其他-补充说明), not {word[:20]!r}.",
            "penalty.kind",
        )
    return _ranks().get(word, _ranks()["其他"])


def domain(*texts: str) -> str:
    """Return the domain of an offence, by words in the offence, the law or the authority; OTHER when none fits."""
    said = " ".join(texts)
    listed = words()["domain"].items()
    return next((name for name, marks in listed if any(mark in said for mark in marks)), "OTHER")


def status(older: bool, text: str) -> str:
    """Return the state of a permit; nothing for one that says nothing (3 其他)."""
    known: dict[str, str] = words()["status_older" if older else "status"]
    return known.get(half_width(text), "")


def is_revoked(older: bool, text: str) -> bool:
    """Whether a penalty was revoked 撤销: the format of 2015/16 has a number for it, the word is clear in any."""
    return half_width(text) in (("1", "撤销") if older else ("撤销",))


def revoked(older: bool, text: str) -> str:
    """Return the state of a penalty, which is said of a revoked one only."""
    return "REVOKED" if is_revoked(older, text) else ""


def revoked_on(older: bool, text: str, updated: str) -> str:
    """Return the day of a revocation: that of the row's last update. One that cannot be read costs the day alone."""
    if not is_revoked(older, text):
        return ""
    stamp = half_width(updated)
    written = stamp[:8] if stamp.isdigit() else re.split(r"[ T]", stamp)[0]
    try:
        day = parse_date(written).day
    except InputError:
        return ""
    return day.isoformat() if day else ""
