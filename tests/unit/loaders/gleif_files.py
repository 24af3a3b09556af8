"""Small GLEIF files, written by a test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from schema.identifiers.lei import make_lei

if TYPE_CHECKING:
    from pathlib import Path

PARENT, CHILD, FUND, BRANCH, ABSENT = (make_lei(f"5299000000TEST{n:04d}") for n in range(1, 6))


def entity(lei: str, name: str, **parts: str) -> str:
    """Write one LEI record; ``parts`` are country, number, category, status, created."""
    country, number = parts.get("country", "SK"), parts.get("number", "")
    created = parts.get("created", "2005-03-23T08:00:00+01:00")
    return f"""<l:LEIRecord><l:LEI>{lei}</l:LEI><l:Entity><l:LegalName xml:lang="sk">{name}</l:LegalName>
      <l:LegalAddress><l:Country>{country}</l:Country></l:LegalAddress>
      <l:RegistrationAuthority><l:RegistrationAuthorityEntityID>{number}</l:RegistrationAuthorityEntityID>
      </l:RegistrationAuthority><l:EntityCategory>{parts.get("category", "GENERAL")}</l:EntityCategory>
      <l:EntityStatus>{parts.get("status", "ACTIVE")}</l:EntityStatus>
      <l:EntityCreationDate>{created}</l:EntityCreationDate></l:Entity></l:LEIRecord>
    """


def relationship(start: str, end: str, kind: str, **parts: str) -> str:
    """Write one relationship record; ``parts`` are since, until, status, registered, node_type, updated."""
    until = f"<r:EndDate>{parts['until']}</r:EndDate>" if "until" in parts else ""
    scheme = parts.get("node_type", "LEI")
    return f"""<r:RelationshipRecord><r:Relationship>
      <r:StartNode><r:NodeID>{start}</r:NodeID><r:NodeIDType>{scheme}</r:NodeIDType></r:StartNode>
      <r:EndNode><r:NodeID>{end}</r:NodeID><r:NodeIDType>LEI</r:NodeIDType></r:EndNode>
      <r:RelationshipType>{kind}</r:RelationshipType>
      <r:RelationshipPeriods>
        <r:RelationshipPeriod><r:StartDate>2017-01-01T00:00:00Z</r:StartDate><r:EndDate>2017-12-31T00:00:00Z</r:EndDate>
          <r:PeriodType>ACCOUNTING_PERIOD</r:PeriodType></r:RelationshipPeriod>
        <r:RelationshipPeriod><r:StartDate>{parts.get("since", "2012-11-29T00:00:00.000Z")}</r:StartDate>{until}
          <r:PeriodType>RELATIONSHIP_PERIOD</r:PeriodType></r:RelationshipPeriod>
      </r:RelationshipPeriods>
      <r:RelationshipStatus>{parts.get("status", "ACTIVE")}</r:RelationshipStatus></r:Relationship>
      <r:Registration><r:LastUpdateDate>{parts.get("updated", "2023-05-18T15:41:20Z")}</r:LastUpdateDate>
      <r:RegistrationStatus>{parts.get("registered", "PUBLISHED")}</r:RegistrationStatus></r:Registration>
    </r:RelationshipRecord>
    """


def exception(lei: str, category: str, reason: str) -> str:
    """Write one reporting exception."""
    return f"""<e:Exception><e:LEI>{lei}</e:LEI><e:ExceptionCategory>{category}</e:ExceptionCategory>
      <e:ExceptionReason>{reason}</e:ExceptionReason></e:Exception>
    """


def level1(*records: str, day: str = "2023-06-05", count: int | None = None) -> bytes:
    """Put LEI records into a file."""
    return _file("l:LEIData", "l:LEIHeader", "l:LEIRecords", records, (day, count))


def relationships(*records: str, day: str = "2023-06-05", count: int | None = None) -> bytes:
    """Put relationship records into a file."""
    return _file("r:RelationshipData", "r:Header", "r:RelationshipRecords", records, (day, count))


def exceptions(*records: str, day: str = "2023-06-05", count: int | None = None) -> bytes:
    """Put reporting exceptions into a file."""
    return _file("e:ReportingExceptionData", "e:Header", "e:ReportingExceptions", records, (day, count))


def write(directory: Path, **contents: bytes) -> Path:
    """Write files by stem."""
    directory.mkdir(parents=True, exist_ok=True)
    for stem, content in contents.items():
        (directory / f"{stem}.xml").write_bytes(content)
    return directory


def _file(root: str, header: str, body: str, records: Iterable[str], said: tuple[str, int | None]) -> bytes:
    prefix, written = root[0], [*records]
    day, count = said
    total = len(written) if count is None else count
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns:{prefix}="urn:of:this:test">
  <{header}><{prefix}:ContentDate>{day}T08:20:51Z</{prefix}:ContentDate>
    <{prefix}:FileContent>GLEIF_FULL_PUBLISHED</{prefix}:FileContent>
    <{prefix}:RecordCount>{total}</{prefix}:RecordCount></{header}>
  <{body}>
    {"".join(written)}</{body}>
</{root}>
"""
    return text.encode()
