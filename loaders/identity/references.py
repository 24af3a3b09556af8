"""From what a row calls somebody to the id of a node.

===================  =================================================================
written              means
===================  =================================================================
``E:<USCC>``         the legal entity with that code (checked)
``P:<identity no.>``  the person with that number (checked, then hashed)
``H:17``             record 17 of this source; likewise ``E:…`` and ``P:…``
``E:<source>:<n>``   record n of another source, as it stands
``?:<source>:<n>``   likewise, where the row does not say whether it is an enterprise or a person
``<code>``           a division, where only a region is possible
bare                 where one label is possible: a USCC, an identity number, or a record of this source
===================  =================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from loaders.faults import ValueRefused
from loaders.identity.keys import Keys
from loaders.values import Parser, parse_record
from schema.identifiers.region_code import parse_region_code
from schema.identifiers.resident_id import birth_year, mask
from schema.identifiers.text import compact
from schema.identifiers.uscc import validate_uscc

PREFIXES: Mapping[str, str] = {"LegalEntity": "E:", "Person": "P:", "Household": "H:", "Contact": "C:"}
EITHER = "?:"
"""Begins the id of a party of which only its own record says what it is; see ``loaders.either``."""
_LABELS = {prefix[0]: label for label, prefix in PREFIXES.items()}
_USCC_LIKE = re.compile(r"[0-9A-Z]{18}")
_NUMBER_LIKE = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")


T = TypeVar("T")
_REMEMBERED = 200_000


class Identity(NamedTuple):
    """What is kept of an identity number."""

    id: str
    mask: str
    birth_year: int


def label_of(node_id: str) -> str:
    """Return the key label of a party's id; of one that may be either, that of an enterprise."""
    return "LegalEntity" if node_id.startswith(EITHER) else _LABELS[node_id[0]]


class Resolver:
    """Writes node ids for one source.

    Parameters
    ----------
    source : str
        Whose record ids these are.
    keys : Keys
        With which identity numbers are hashed.
    """

    def __init__(self, source: str, keys: Keys) -> None:
        self._source = source
        self._keys = keys
        self._identities: dict[str, Identity] = {}
        self._entities: dict[str, str] = {}  # a company stands in most files of a delivery: checked once

    def identity(self, text: str) -> Identity:
        """Return what is kept of an identity number. IdentifierInvalid when it is none."""
        number = compact(text)
        known = self._identities.get(number)
        if known is None:
            known = Identity(self._keys.person_id(number), mask(number), birth_year(number))
            _remember(self._identities, number, known)
        return known

    def contact(self, text: str) -> str:
        """Return the keyed hash of a contact."""
        return self._keys.contact_hash(text)

    def record(self, label: str, record: str) -> str:
        """Return the id of a node that is known by its record in this source."""
        return f"{PREFIXES.get(label, '')}{self._source}:{record}"

    def reference(self, labels: Sequence[str]) -> Parser:
        """Return the parser of a column that names a node with one of these labels."""
        if len(labels) > 1:
            return lambda text: self._party(text, labels)
        return {"LegalEntity": self._entity, "Person": self._person, "Region": _region}.get(
            labels[0], lambda text: self._other(text, labels[0])
        )

    def _party(self, text: str, labels: Sequence[str]) -> str:
        if text.startswith(EITHER):
            return self._either(text)
        prefix = text[:2].upper()
        label = _LABELS.get(prefix[:1], "") if prefix[1:] == ":" else ""
        if label not in labels:
            forms = ", ".join(f"{PREFIXES[allowed]}…" for allowed in labels)
            raise ValueRefused(f"One of {forms}: the prefix says who is meant.", "reference.prefix")
        return str(self.reference((label,))(text))

    def _entity(self, text: str) -> str:
        known = self._entities.get(text)
        if known is None:
            rest = _rest(text, "E:")
            coded = _USCC_LIKE.fullmatch(compact(rest))
            known = "E:" + validate_uscc(rest).code if coded else self._other(text, "LegalEntity")
            _remember(self._entities, text, known)
        return known

    def _either(self, text: str) -> str:
        return EITHER + self._other(text.removeprefix(EITHER), "LegalEntity").removeprefix("E:")

    def _person(self, text: str) -> str:
        if text.startswith(EITHER):
            return self._either(text)
        rest = _rest(text, "P:")
        if _NUMBER_LIKE.fullmatch(compact(rest)):
            return self.identity(rest).id
        return self._other(text, "Person")

    def _other(self, text: str, label: str) -> str:
        rest = _rest(text, PREFIXES.get(label, ""))
        if not rest or rest.startswith(":") or rest.endswith(":"):
            raise ValueRefused("A reference names a record, or a source and a record.", "reference.form")
        parse_record(rest)
        return PREFIXES.get(label, "") + rest if ":" in rest else self.record(label, rest)


def _remember(answers: dict[str, T], text: str, answer: T) -> None:
    """Keep an answer for the next time, and begin anew rather than fill the memory."""
    if len(answers) >= _REMEMBERED:
        answers.clear()
    answers[text] = answer


def _rest(text: str, prefix: str) -> str:
    """Take the prefix off, in either case."""
    return text[len(prefix) :].strip() if prefix and text[:2].upper() == prefix else text


def _region(text: str) -> str:
    return parse_region_code(text).code
