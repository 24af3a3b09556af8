"""From the statements about one relationship to dated interests: who held which interest from when until when.

A statement replaces what an earlier one said of the same record. An interest that it changes ends where the new one begins:
on the new one's start date when that is later than the old one's, else on the day of the statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.sources.bods_package import Statement

UNSPECIFIED = "unspecified"
"""The key of what a statement says of an interested party whom it does not name."""

_DATES = frozenset({"startDate", "endDate"})


@dataclass(eq=False)
class Held:
    """One interest over one period, unchanged.

    Parameters
    ----------
    key : str
        Tells the interests of one relationship apart: type, directness, number.
    interest : mapping
        As declared.
    statement : Statement
        The first that said so.
    start, end : str
        ``YYYY-MM-DD``, half-open; no end: ``""``.
    last : bool
        Whether no later period of this interest is known.
    """

    key: str
    interest: Mapping[str, Any]
    statement: Statement
    start: str
    end: str = ""
    last: bool = True

    @property
    def record(self) -> str:
        """Its identity in the source: the latest period keeps its name when further statements come."""
        name = f"{self.statement.record}/{self.key}"
        return name if self.last else f"{name}@{self.start}"

    @property
    def indirect(self) -> bool:
        """Whether intermediaries are known to stand between."""
        return self.interest.get("directOrIndirect") == "indirect"


def periods(revisions: Sequence[Statement]) -> list[Held]:
    """Return the dated interests of one relationship, from its statements in order of their dates."""
    told: list[Held] = []
    latest: dict[str, Held] = {}
    current: set[str] = set()
    for statement in revisions:
        stated = _keyed(statement)
        for key in current - stated.keys():
            _end(latest[key], statement.day)
        for key, interest in stated.items():
            new = Held(key, interest, statement, _start(interest, statement))
            if not (key in current and _says_again(latest[key], new)):
                _follow(latest.get(key), new, told)
                latest[key] = new
        current = set() if statement.closes else {*stated}
        for key in stated if statement.closes else ():
            _end(latest[key], statement.day)
    return _named([held for held in told if not _overtaken(held, told)])


def _keyed(statement: Statement) -> dict[str, Mapping[str, Any]]:
    if not isinstance(statement.details["interestedParty"], str):
        return {UNSPECIFIED: {}}
    count: Counter[str] = Counter()
    keyed: dict[str, Mapping[str, Any]] = {}
    # A party without interests has one of an unknown kind.
    interests: Sequence[Mapping[str, Any]] = statement.details.get("interests") or ({},)
    for interest in interests:
        kind = f"{interest.get('type', 'unknownInterest')}/{interest.get('directOrIndirect', 'unknown')}"
        keyed[f"{kind}/{count[kind]}"] = interest
        count[kind] += 1
    return keyed


def _start(interest: Mapping[str, Any], statement: Statement) -> str:
    """A statement without a start date vouches for its own day on; one that closes, for the time before it."""
    return str(interest.get("startDate") or ("" if statement.closes else statement.day))


def _says_again(old: Held, new: Held) -> bool:
    """Take over the end, and an earlier start, of a statement that says the same as the one before.

    A later start date with nothing else changed is no interruption: the interest was vouched for already.
    """
    if _content(old) != _content(new):
        return False
    old.end = str(new.interest.get("endDate") or "")
    old.start = min(old.start, str(new.interest.get("startDate") or old.start))
    return True


def _follow(old: Held | None, new: Held, told: list[Held]) -> None:
    """Let a period begin where the one before it ends."""
    new.end = str(new.interest.get("endDate") or "")
    told.append(new)
    if old is None:
        return
    begin = new.start if new.start > old.start else new.statement.day
    new.start = max(begin, old.start)
    _end(old, new.start)


def _overtaken(held: Held, told: Sequence[Held]) -> bool:
    """Whether a period is empty because it was said and corrected, or changed and closed, on one day."""
    empty = bool(held.end) and held.start >= held.end
    return empty and any(other.key == held.key and other is not held for other in told)


def _named(told: list[Held]) -> list[Held]:
    latest = {held.key: held for held in told}
    for held in told:
        held.last = latest[held.key] is held
    return told


def _content(held: Held) -> tuple[Any, ...]:
    details = held.statement.details
    said = {name: value for name, value in held.interest.items() if name not in _DATES}
    return said, details["subject"], details["interestedParty"], tuple(details.get("componentRecords") or ())


def _end(held: Held, day: str) -> None:
    held.end = min(held.end, day) if held.end else day
