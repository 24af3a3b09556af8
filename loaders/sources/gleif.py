"""GLEIF golden copy and delta files (XML): LEI-CDF level 1, relationship records, reporting exceptions.

Choices that the formats leave open:

- A file is known by its root element, whatever it is called; of two of one kind the older content is loaded first.
- An entity is ``E:gleif:<LEI>``, because relationships name it by LEI. A Chinese registration number that is a valid USCC
  is kept as ``uscc`` too, so that both nodes can be joined (``SAME_AS``).
- Dates are civil dates of the entity's own place: the day as it is written counts, not the instant in Shanghai.
- Accounting consolidation is control, and no share: ``HAS_INTEREST_IN``. Its quantifier is not collected, because the
  published records write the same whole as 1.00 and as 100.00 ``PERCENTAGE``.
- An inactive relationship without an end date ended by its last update at the latest.
- An annulled one was wrong from the beginning: it is kept as such, with the day of its last update, and holds on no day. Beside
  a live record of the same two ends and type in one file, the one updated last counts.
- A reporting exception is an owner who is not named, with the reason (``OwnershipGap``); the entity's declared owners are
  then known not to be all, until a snapshot has no exception of it.
- What a full file has no more is closed by a snapshot load only: published cuts and delta files call themselves full too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from loaders.faults import ValueRefused
from loaders.profile import Profile, Reading, SourceFile
from loaders.readers.rows import Rows
from loaders.readers.xml import read_xml, read_xml_header
from loaders.sources.declared import GAPS, INTERESTS, PARTIAL
from loaders.sources.overtaken import without_overtaken
from schema.errors import FileRefused, IdentifierInvalid
from schema.identifiers.lei import validate_lei
from schema.identifiers.uscc import validate_uscc
from schema.kinds import KINDS
from schema.periods import SHANGHAI
from schema.records import Column, Kind

SOURCE = "gleif"
_HEADERS = ("LEIHeader", "Header")


def _entities() -> Kind:
    """Enterprises keyed by LEI; a category that is not said adds no label."""
    usual = KINDS["enterprises"]
    assert usual.node is not None
    columns = tuple(Column(c.field, c.name in ("name", "lei")) for c in usual.columns)
    return replace(
        usual, name="gleif_entities", columns=columns, node=replace(usual.node, id_columns=("record_id",))
    )


_ENTITIES: Final = _entities()
_ENTITY_KINDS: Final = {
    "GENERAL": "ENTERPRISE",
    "FUND": "ENTERPRISE",
    "BRANCH": "ENTERPRISE",
    "SOLE_PROPRIETOR": "SOLE_TRADER",
    "RESIDENT_GOVERNMENT_ENTITY": "AGENCY",
    "INTERNATIONAL_ORGANIZATION": "SOCIAL_ORGANISATION",
}
_STATUS: Final = {"ACTIVE": "ACTIVE", "INACTIVE": "DEREGISTERED", "NULL": ""}
_SCOPES: Final = {
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": "DIRECT_PARENT",
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": "ULTIMATE_PARENT",
}


@dataclass(frozen=True)
class _Relation:
    """What a relationship type says: which interest, how directly, and whether its start or its end has it."""

    interest: str
    directness: str
    owner_is_end: bool = True


_RELATIONS: Final = {
    "IS_DIRECTLY_CONSOLIDATED_BY": _Relation("ACCOUNTING_CONSOLIDATION", "DIRECT"),
    "IS_ULTIMATELY_CONSOLIDATED_BY": _Relation("ACCOUNTING_CONSOLIDATION", "ULTIMATE"),
    "IS_INTERNATIONAL_BRANCH_OF": _Relation("HEAD_OFFICE", "DIRECT"),
    "IS_FUND-MANAGED_BY": _Relation("FUND_MANAGEMENT", "DIRECT"),
    "IS_SUBFUND_OF": _Relation("UMBRELLA_FUND", "DIRECT"),
    "IS_FEEDER_TO": _Relation("FEEDER_FUND", "DIRECT", owner_is_end=False),
}

_LEI, _AUTHORITY = "LEI", "Entity/RegistrationAuthority/RegistrationAuthorityEntityID"
_COUNTRY = "Entity/LegalAddress/Country"
_START, _END = "Relationship/StartNode/NodeID", "Relationship/EndNode/NodeID"
_START_KIND, _END_KIND = f"{_START}Type", f"{_END}Type"
_TYPE, _STANDING = "Relationship/RelationshipType", "Relationship/RelationshipStatus"
_PERIOD = "Relationship/RelationshipPeriods/RelationshipPeriod[PeriodType='RELATIONSHIP_PERIOD']"
_SINCE, _UNTIL = f"{_PERIOD}/StartDate", f"{_PERIOD}/EndDate"
_REGISTERED, _UPDATED = "Registration/RegistrationStatus", "Registration/LastUpdateDate"
_CATEGORY = "ExceptionCategory"
_ANNULLED = "ANNULLED"


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return the GLEIF files at a path (one, or every ``*.xml`` of a directory) in loading order.

    Raises
    ------
    FileRefused
        When there is none, or a file is another XML.
    """
    paths = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    if not paths:
        raise FileRefused(f"{path} holds no .xml file: unpack the archives first.")
    formats = _formats(source)
    found = [(file, *read_xml_header(file, _HEADERS)) for file in paths]
    for file, root, _ in found:
        if root not in formats:
            raise FileRefused(f"{file.name} is {root or 'no XML'}; a GLEIF file is {', '.join(formats)}.")
    order = [*formats]
    found.sort(key=lambda one: (order.index(one[1]), one[2].get("ContentDate", ""), one[0].name))
    return [
        _file(file, header, record, profile)
        for file, root, header in found
        for record, profile in formats[root]
    ]


def _file(path: Path, header: Mapping[str, str], record: str, profile: Profile) -> SourceFile:
    count = header.get("RecordCount", "")
    return SourceFile(
        path,
        profile.dataset,
        profile,
        reader=partial(_read, record, profile.required),
        declared=int(count) if count.isascii() and count.isdigit() else None,
        as_of=_content_day(header.get("ContentDate", "")),
        document=True,
    )


def _read(record: str, columns: tuple[str, ...], content: bytes, name: str) -> Rows:
    rows = read_xml(content, name, record, columns)
    if _REGISTERED not in columns:
        return rows
    said = zip(*(rows.column(c) for c in (_START, _END, _TYPE, _REGISTERED, _UPDATED)), strict=True)
    told = (((*ends,), word == _ANNULLED, (at, word != _ANNULLED)) for *ends, word, at in said)
    return without_overtaken(rows, told, _REGISTERED)


def _content_day(text: str) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(text).astimezone(SHANGHAI).date()
    except ValueError:
        return None


def _formats(source: str) -> dict[str, list[tuple[str, Profile]]]:
    """By root element, in loading order: the elements that are rows, and what they become."""
    entity = partial(_entity, source)
    return {
        "LEIData": [("LEIRecord", _level1())],
        "RelationshipData": [("RelationshipRecord", _relationships(source))],
        "ReportingExceptionData": [("Exception", _gaps(entity)), ("Exception", _partial())],
    }


def profiles(source: str = SOURCE) -> dict[str, Profile]:
    """Return the profile of every dataset by its name."""
    return {p.dataset: p for readings in _formats(source).values() for _, p in readings}


def _level1() -> Profile:
    readings = {
        "record_id": Reading((_LEI,), validate_lei),
        "lei": Reading((_LEI,)),
        "uscc": Reading((_AUTHORITY, _COUNTRY), _uscc),
        "reg_no": Reading((_AUTHORITY,)),
        "name": Reading(("Entity/LegalName",)),
        "status": Reading(("Entity/EntityStatus",), _word(_STATUS)),
        "entity_kind": Reading(("Entity/EntityCategory",), _word(_ENTITY_KINDS)),
        "registered_on": Reading(("Entity/EntityCreationDate",), _day),
    }
    return Profile("gleif_level1", _ENTITIES, readings)


def _relationships(source: str) -> Profile:
    ends = (_START, _START_KIND, _END, _END_KIND, _TYPE)
    readings = {
        "record_id": Reading((_START, _END, _TYPE), lambda *parts: "/".join(parts)),
        "owner": Reading(ends, partial(_side, source, True)),
        "subject": Reading(ends, partial(_side, source, False)),
        "interest": Reading((_TYPE,), _word({name: r.interest for name, r in _RELATIONS.items()})),
        "directness": Reading((_TYPE,), _word({name: r.directness for name, r in _RELATIONS.items()})),
        "valid_from": Reading((_SINCE,), _day),
        "valid_to": Reading((_UNTIL, _STANDING, _UPDATED), _ended),
        "status": Reading((_REGISTERED,), lambda word: word if word == _ANNULLED else ""),
        "annulled_on": Reading(
            (_REGISTERED, _UPDATED), lambda word, at: _day(at) if word == _ANNULLED else ""
        ),
    }
    return Profile("gleif_relationships", INTERESTS, readings)


def _gaps(entity: Callable[[str], str]) -> Profile:
    readings = {
        "record_id": Reading((_LEI, _CATEGORY), lambda lei, category: f"{lei}/{category}"),
        "company": Reading((_LEI,), entity),
        "scope": Reading((_CATEGORY,), _word(_SCOPES)),
        "reason": Reading(("ExceptionReason",)),
        "description": Reading(("ExceptionReference",)),
    }
    return Profile("gleif_exceptions", GAPS, readings)


def _partial() -> Profile:
    readings = {
        "record_id": Reading((_LEI,), validate_lei),
        "shares_complete": Reading((_LEI,), lambda _: "false"),
    }
    return Profile("gleif_partial_owners", PARTIAL, readings)


def _entity(source: str, lei: str) -> str:
    return f"E:{source}:{validate_lei(lei)}"


def _side(source: str, owner: bool, *ends: str) -> str:
    """Return the one end of a relationship that has the interest, or the other."""
    *nodes, kind = ends
    if kind not in _RELATIONS:
        return ""  # the interest says what is wrong
    node, scheme = nodes[2:] if _RELATIONS[kind].owner_is_end is owner else nodes[:2]
    if scheme != "LEI":
        raise ValueRefused("Both nodes of a relationship are named by LEI.", "gleif.node_id_type")
    return _entity(source, node)


def _ended(until: str, standing: str, updated: str) -> str:
    if until:
        return _day(until)
    return _day(updated) if standing == "INACTIVE" else ""


def _day(text: str) -> str:
    """Return the day of a date or an instant as its source wrote it."""
    return text[:10] if re.match(r"\d{4}-\d\d-\d\dT", text) else text


def _uscc(number: str, country: str) -> str:
    try:
        return validate_uscc(number).code if country == "CN" else ""
    except IdentifierInvalid:
        return ""  # a registration number of another kind


def _word(known: Mapping[str, str]) -> Callable[[str], str]:
    def write(text: str) -> str:
        if text not in known:
            raise ValueRefused(f"One of {', '.join(known)}.", "choice")
        return known[text]

    return write
