"""The enterprise list 企业名录: departments answer for the enterprises of its current version only (S3-29).

A record about another enterprise is held for review: it goes to quarantine, and loads when a later version names the
enterprise and the record is delivered again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from loaders.delivery import DeliveredFile
from loaders.facts import Item
from loaders.faults import Fault
from schema.ports import GraphStore

OUTSIDE: Final = "enterprise_list.outside"


@dataclass(frozen=True)
class EnterpriseList:
    """One version of the list.

    Parameters
    ----------
    version : str
    issued_on : date
    enterprises : frozenset of str
        Node ids.
    """

    version: str
    issued_on: dt.date
    enterprises: frozenset[str]


def current_list(store: GraphStore, as_of: dt.date) -> EnterpriseList | None:
    """Return the newest list that was issued by a day; None when there is none. O(lists + entries)."""
    known = store.known_run()
    issued = [
        row
        for row in store.nodes("EnterpriseList", known).rows()
        if row["issued_on"] is not None and row["issued_on"] <= as_of
    ]
    if not issued:
        return None
    newest: dict[str, Any] = max(issued, key=lambda row: (row["issued_on"], row["version"] or "", row["id"]))
    entries = store.facts("LISTS", known)
    held = zip(entries["start"], entries["end"], entries["valid_from"], entries["valid_to"], strict=True)
    listed = frozenset(
        end
        for start, end, since, until in held
        if start == newest["id"] and (since is None or since <= as_of) and (until is None or as_of < until)
    )
    return EnterpriseList(newest["version"] or "", newest["issued_on"], listed)


def hold_outside(file: DeliveredFile, listed: EnterpriseList) -> DeliveredFile:
    """Refuse the rows of a file that are about enterprises outside the list, with all that repeats them."""
    staged = file.staged
    if staged is None:
        return file
    column = _subject_column(file)
    outside = {item for item in staged.items if _is_outside(item, column, listed.enterprises)}
    return replace(file, staged=staged.refusing(outside, _fault(column, listed))) if outside else file


def _subject_column(file: DeliveredFile) -> str:
    """Return what the file calls the column that says whom a row is about; ``""``: the row itself describes him."""
    profile = file.source.profile
    if profile is None or (profile.kind.node and profile.kind.node.label == "LegalEntity"):
        return ""
    return profile.named(profile.kind.refs[0].column) if profile.kind.refs else ""


def _is_outside(item: Item, column: str, enterprises: frozenset[str]) -> bool:
    """Whether a row is about a legal entity that is not on the list."""
    subject = _subject(item, column)
    return subject is not None and subject.startswith("E:") and subject not in enterprises


def _subject(item: Item, column: str) -> str | None:
    if not column:
        return item.node.row["id"] if item.node else None
    ends = ((e.via[0], e.row["start"]) for e in item.edges), ((e.via[1], e.row["end"]) for e in item.edges)
    return next((end for named in ends for via, end in named if via == column), None)


def _fault(column: str, listed: EnterpriseList) -> Fault:
    rule = (
        f"Version {listed.version} of the enterprise list ({listed.issued_on}) does not name this enterprise."
    )
    return Fault(column or "*", OUTSIDE, "", rule)
