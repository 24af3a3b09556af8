"""Small BODS statements, written by a test."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


def statement(record: str, kind: str, details: Json, day: str = "2020-03-04", status: str = "new") -> Json:
    """Write a statement; its identifier follows from what it says."""
    said = json.dumps([record, kind, details, day, status], sort_keys=True)
    return {
        "statementId": hashlib.sha256(said.encode()).hexdigest()[:40],
        "declarationSubject": "subject",
        "statementDate": day,
        "recordId": record,
        "recordType": kind,
        "recordStatus": status,
        "recordDetails": details,
    }


def entity(record: str, kind: str = "registeredEntity", subtype: str = "", **details: Any) -> Json:
    """Write an entity statement."""
    said = {"type": kind, **({"subtype": subtype} if subtype else {})}
    return statement(
        record, "entity", {"isComponent": False, "entityType": said, "name": record.upper(), **details}
    )


def person(record: str, kind: str = "knownPerson", **details: Any) -> Json:
    """Write a person statement."""
    return statement(record, "person", {"isComponent": False, "personType": kind, **details})


def relationship(record: str, party: Any, subject: Any, *interests: Json, **said: Any) -> Json:
    """Write a relationship statement; ``said`` are day, status, components."""
    details: Json = {"isComponent": False, "subject": subject, "interestedParty": party}
    if interests:
        details["interests"] = [*interests]
    if "components" in said:
        details["componentRecords"] = said["components"]
    return statement(
        record, "relationship", details, said.get("day", "2020-03-04"), said.get("status", "new")
    )


def interest(kind: str = "shareholding", how: str = "direct", **said: Any) -> Json:
    """Write an interest; ``said`` are its share (a number or bounds), start, end, owner."""
    share = said.get("share")
    found: Json = {"type": kind, "directOrIndirect": how}
    if share is not None:
        found["share"] = share if isinstance(share, dict) else {"exact": share}
    for name, key in (("start", "startDate"), ("end", "endDate"), ("owner", "beneficialOwnershipOrControl")):
        if name in said:
            found[key] = said[name]
    return found


def write(path: Path, *statements: Any) -> Path:
    """Write a package as a JSON array, or one statement a line by the ending of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.suffix != ".json"
    text = "\n".join(json.dumps(s) for s in statements) if lines else json.dumps([*statements], indent=1)
    path.write_text(text + "\n", "utf-8")
    return path
