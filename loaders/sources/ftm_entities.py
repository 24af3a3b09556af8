"""FollowTheMoney entities as they are delivered: one JSON object a line, with an id, a schema and lists of values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from loaders.readers.encoding import decode
from loaders.readers.json_values import whole_characters
from schema.errors import FileRefused, IdentifierInvalid
from schema.identifiers.lei import validate_lei
from schema.identifiers.resident_id import validate_resident_id
from schema.identifiers.uscc import validate_uscc

PERSON: Final = frozenset({"Person"})
LEGAL: Final = frozenset({"Company", "LegalEntity", "Organization", "PublicBody"})
_CODES = ("uscCode", "registrationNumber", "taxNumber", "idNumber")


@dataclass(frozen=True)
class Entity:
    """One entity.

    Parameters
    ----------
    line : int
        Where it stands.
    id, schema : str
    properties : mapping of str to list of str
        Values by property; an empty list is not kept.
    """

    line: int
    id: str
    schema: str
    properties: Mapping[str, list[str]]

    def first(self, *names: str) -> str:
        """Return the first value of the first of these properties that has one."""
        return next((self.properties[name][0] for name in names if name in self.properties), "")

    def values(self, *names: str) -> list[str]:
        """Return all values of these properties."""
        return [value for name in names for value in self.properties.get(name, ())]

    @property
    def record(self) -> str:
        """Its id, without the sign that separates a source from a record."""
        return self.id.replace(":", "_")

    @cached_property
    def uscc(self) -> str:
        """The first of its numbers that is a valid unified social credit code."""
        return next((code for text in self.values(*_CODES) if (code := _uscc(text))), "")

    @cached_property
    def lei(self) -> str:
        """Its first valid LEI."""
        return next((code for text in self.values("leiCode") if (code := _lei(text))), "")


@dataclass
class Entities:
    """The entities of a file, parsed once for all that is read from it, and who is who among them."""

    name: str = ""
    listed: list[Entity] = field(default_factory=list)
    _digest: bytes = b""
    _by_id: dict[str, Entity] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def take(self, content: bytes, name: str) -> list[Entity]:
        """Read a file, unless it is the one that was read last.

        Raises
        ------
        FileRefused
            For a line that is no entity.
        """
        digest = hashlib.sha256(content).digest()
        if digest != self._digest:
            lines = decode(content, name).split("\n")
            self.listed = [_entity(text, n, name) for n, text in enumerate(lines, 1) if text.strip()]
            self._by_id = {entity.id: entity for entity in reversed(self.listed)}
            self._numbers = self._identity_numbers()
            self._digest, self.name = digest, name
        return self.listed

    def find(self, entity_id: str) -> Entity | None:
        """Return the entity with that id, if it is in the file."""
        return self._by_id.get(entity_id)

    def identity_number(self, person: Entity) -> str:
        """Return the first valid resident identity number that the file gives a person, directly or as a document."""
        return self._numbers.get(person.id, "")

    def reference(self, entity: Entity) -> str:
        """Return how our files refer to a party."""
        if entity.schema in PERSON:
            return "P:" + (self.identity_number(entity) or entity.record)
        return "E:" + (entity.uscc or entity.record)

    def _identity_numbers(self) -> dict[str, str]:
        stated = [(e.id, text) for e in self.listed if e.schema in PERSON for text in e.values("idNumber")]
        documents = [e for e in self.listed if e.schema == "Identification"]
        stated += [
            (holder, n) for e in documents for holder in e.values("holder") for n in e.values("number")
        ]
        return {owner: text for owner, text in reversed(stated) if _is_resident_id(text)}


def _entity(text: str, line: int, name: str) -> Entity:
    where = f"{name}, line {line}"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"{where} is no JSON: {error}. Write one entity a line.") from None
    if whole_characters(said := json.dumps(found, ensure_ascii=False)) != said:
        raise FileRefused(f"{where} holds half of a surrogate pair: write whole characters.")
    if not isinstance(found, dict) or not all(
        isinstance(found.get(key), str) and found[key].strip() for key in ("id", "schema")
    ):
        raise FileRefused(f"{where} is no entity: it needs the texts id and schema, and properties.")
    properties = found.get("properties", {})
    if not isinstance(properties, dict):
        raise FileRefused(f"{where}: properties are an object of lists of texts.")
    read = {key: _values(value, f"{where}, {key}") for key, value in properties.items()}
    kept = {key: values for key, values in read.items() if values}
    return Entity(line, found["id"].strip(), found["schema"].strip(), kept)


def _values(value: Any, where: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | float) for one in values):
        raise FileRefused(f"{where} holds an object: deliver plain entities, not nested ones.")
    return [text for one in values if (text := str(one).strip())]


def _uscc(text: str) -> str:
    try:
        return validate_uscc(text).code
    except IdentifierInvalid:
        return ""


def _lei(text: str) -> str:
    try:
        return validate_lei(text)
    except IdentifierInvalid:
        return ""


def _is_resident_id(text: str) -> bool:
    try:
        validate_resident_id(text)
    except IdentifierInvalid:
        return False
    return True
