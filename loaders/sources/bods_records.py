"""Which records a delivery's statements are about: their type, and what a relationship must know of its ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from loaders.faults import Fault
from loaders.identity.references import EITHER
from loaders.sources.bods_package import Package, Statement, fault, refusal

_PREFIX = {"entity": "E", "person": "P"}
_UNNAMED = ("anonymousEntity", "unknownEntity", "anonymousPerson", "unknownPerson")


@dataclass(frozen=True)
class Party:
    """An entity or person as its newest statement of the delivery describes it.

    Parameters
    ----------
    id : str
        Node id.
    nomination : bool
        Whether it is an agreement by which somebody holds for somebody else 代持.
    unnamed : str
        Why nobody says who it is; empty for one who is named.
    """

    id: str
    person: bool
    nomination: bool
    unnamed: str


class Records:
    """The records of a whole delivery: a relationship may stand in another file than its ends, or than its updates.

    Parameters
    ----------
    packages : iterable of Package
        In the order in which they are loaded.
    source : str
        Part of every node id.
    """

    def __init__(self, packages: Iterable[Package], source: str) -> None:
        self._source = source
        self._types: dict[str, str] = {}
        given = [*packages]
        for package in given:
            for statement in package.statements:
                self._types.setdefault(statement.record, statement.record_type)
        self.packages = {package.name: self._judged(package) for package in given}
        self._revisions = self._ordered()
        self._parties = {
            record: self._party(revisions[-1])
            for record, revisions in self._revisions.items()
            if self._types[record] in _PREFIX
        }

    def revisions(self, package: Package) -> Iterator[list[Statement]]:
        """Yield, for each record that a file speaks of, all the delivery's statements in order of their dates."""
        for record in dict.fromkeys(statement.record for statement in package.statements):
            yield self._revisions[record]

    def entity(self, record: str) -> str:
        """Return the node id of a subject, described here or not."""
        return f"E:{self._source}:{record}"

    def party(self, record: str) -> Party:
        """Return an interested party; one that the delivery does not describe may be an entity or a person."""
        return self._parties.get(record) or Party(f"{EITHER}{self._source}:{record}", False, False, "")

    def _ordered(self) -> dict[str, list[Statement]]:
        found: defaultdict[str, list[Statement]] = defaultdict(list)
        for package in self.packages.values():
            for statement in package.statements:
                found[statement.record].append(statement)
        return {record: sorted(said, key=lambda s: s.day) for record, said in found.items()}

    def _judged(self, package: Package) -> Package:
        """Refuse what contradicts the other statements of the delivery."""
        good, refused = [], [*package.refusals]
        for statement in package.statements:
            if faults := [*self._faults(statement)]:
                refused.append(refusal(statement.line, _told(statement), faults))
            else:
                good.append(statement)
        return Package(package.name, good, refused)

    def _party(self, statement: Statement) -> Party:
        details = statement.details
        person = statement.record_type == "person"
        kind = details["personType"] if person else details["entityType"]["type"]
        gap = details.get("unspecifiedPersonDetails" if person else "unspecifiedEntityDetails") or {}
        return Party(
            f"{_PREFIX[statement.record_type]}:{self._source}:{statement.record}",
            person,
            not person and details["entityType"].get("subtype") == "nomination",
            gap.get("reason", "unknown") if kind in _UNNAMED else "",
        )

    def _faults(self, statement: Statement) -> Iterable[Fault]:
        if self._types[statement.record] != statement.record_type:
            rule = f"Another statement says that this record is a {self._types[statement.record]}."
            yield fault(("recordType",), "bods.record_type", statement.record_type, rule)
        if statement.record_type != "relationship":
            return
        subject, party = statement.details["subject"], statement.details["interestedParty"]
        if not isinstance(subject, str):
            rule = "Without a subject there is no enterprise that this could be said of."
            yield fault(("recordDetails", "subject"), "bods.subject_unspecified", subject, rule)
        elif self._types.get(subject, "entity") != "entity":
            rule = "The subject of a relationship is an entity."
            yield fault(("recordDetails", "subject"), "bods.subject", subject, rule)
        if isinstance(party, str) and self._types.get(party, "entity") not in _PREFIX:
            rule = "The interested party of a relationship is an entity or a person."
            yield fault(("recordDetails", "interestedParty"), "bods.party", party, rule)


def _told(statement: Statement) -> Mapping[str, Any]:
    return {
        "statementId": statement.id,
        "recordId": statement.record,
        "recordType": statement.record_type,
        "statementDate": statement.day,
        "recordDetails": statement.details,
    }
