"""Which FollowTheMoney schemata become which of our records: the dozen that we need, as data.

Source of the schemata: followthemoney.tech, explorer of schemata (MIT); the package itself needs ICU and is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from loaders.sources.ftm_entities import LEGAL, PERSON, Entities, Entity
from loaders.sources.ftm_words import first_day_after, kin, post, share, year
from schema.access import Audience
from schema.kinds import KINDS
from schema.nodes import NODES
from schema.records import Kind, NodeRule, columns_of


@dataclass(frozen=True)
class Said:
    """Which properties say a canonical column (the first that has a value), and how it is written."""

    properties: tuple[str, ...]
    write: Callable[[str], str] = str


@dataclass(frozen=True)
class Target:
    """One kind of record.

    Parameters
    ----------
    dataset : str
        In fact keys and ledgers.
    kind : Kind
        What the entities become.
    schemata : frozenset of str
        Which entities.
    said : mapping of str to Said
        Canonical column → properties.
    refs : mapping of str to str
        Canonical column → the property that names another entity.
    own : mapping of str to callable
        Canonical column → what it is, from the entity and the file: no property says it alone.
    wanted : callable
        Which of the entities, if not all.
    always : mapping of str to str
        Canonical columns that are the same in every row.
    """

    dataset: str
    kind: Kind
    schemata: frozenset[str]
    said: Mapping[str, Said] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Callable[[Entity, Entities], str]] = field(default_factory=dict)
    wanted: Callable[[Entity, Entities], bool] = lambda _, __: True
    always: Mapping[str, str] = field(default_factory=dict)

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the key labels that a column with a reference may name."""
        return next(ref.labels for ref in self.kind.refs if ref.column == column)


_ENTITY_KINDS = {
    "Company": "ENTERPRISE",
    "Organization": "SOCIAL_ORGANISATION",
    "PublicBody": "AGENCY",
}
_ENTERPRISES, _LISTINGS = KINDS["enterprises"], KINDS["list_memberships"]
_PERIOD = {"valid_from": Said(("startDate", "date")), "valid_to": Said(("endDate",), first_day_after)}
_NAMED = Kind(
    "ftm_persons",
    "自然人",
    Audience.PUBLIC,
    columns_of([NODES["Person"].field(name) for name in ("name", "birth_year")], "name"),
    node=NodeRule("Person", ("record_id",), ("name", "birth_year")),
)
_ENTITIES = replace(
    _ENTERPRISES, name="ftm_entities", columns=columns_of([c.field for c in _ENTERPRISES.columns], "name")
)
_SANCTIONS = replace(
    _LISTINGS, name="ftm_sanctions", columns=columns_of(NODES["ListMembership"].fields, "list_kind")
)
"""A list may leave out since when: who is on it is on it all the same."""
_NAME = Said(("name", "weakAlias", "alias", "previousName"))

TARGETS: Final = (
    Target(
        "ftm_entities",
        _ENTITIES,
        LEGAL,
        {
            "name": _NAME,
            "reg_no": Said(("registrationNumber",)),
            "registered_on": Said(("incorporationDate",)),
        },
        own={
            "uscc": lambda entity, _: entity.uscc,
            "lei": lambda entity, _: entity.lei,
            "entity_kind": lambda entity, _: _ENTITY_KINDS.get(entity.schema, ""),
        },
    ),
    Target(
        "ftm_identified_persons",
        KINDS["persons"],
        PERSON,
        {"name": _NAME},
        own={"identity_number": lambda person, file: file.identity_number(person)},
        wanted=lambda person, file: bool(file.identity_number(person)),
    ),
    Target(
        "ftm_persons",
        _NAMED,
        PERSON,
        {"name": _NAME, "birth_year": Said(("birthDate",), year)},
        wanted=lambda person, file: not file.identity_number(person),
    ),
    Target(
        "ftm_ownerships",
        KINDS["shareholdings"],
        frozenset({"Ownership"}),
        {
            **_PERIOD,
            "share_ratio": Said(("percentage",), lambda text: share(text)[0]),
            "share_min_ratio": Said(("percentage",), lambda text: share(text)[1]),
            "share_max_ratio": Said(("percentage",), lambda text: share(text)[2]),
        },
        {"owner": "owner", "asset": "asset"},
    ),
    Target(
        "ftm_directorships",
        KINDS["posts"],
        frozenset({"Directorship"}),
        dict(_PERIOD),
        {"person": "director", "company": "organization"},
        own={"post": lambda entity, _: entity.first("role") or "director"},
    ),
    Target(
        "ftm_families",
        KINDS["families"],
        frozenset({"Family"}),
        {**_PERIOD, "kin": Said(("relationship",), kin)},
        {"person": "person", "relative": "relative"},
    ),
    Target(
        "ftm_sanctions",
        _SANCTIONS,
        frozenset({"Sanction"}),
        {
            **_PERIOD,
            "listed_on": Said(("listingDate", "startDate", "date")),
            "removed_on": Said(("endDate",)),
            "authority": Said(("authority",)),
            "regime": Said(("program", "programId", "provisions")),
            "document_no": Said(("authorityId", "unscId", "recordId")),
        },
        {"party": "entity"},
        always={"list_kind": "SANCTIONED"},
    ),
)
WRITERS: Final[Mapping[str, Callable[[str], str]]] = {"post": post}
"""How what an entity says of its own is written, where it is not taken as it is."""

SKIPPED: Final = {
    "Address": "kept as contacts of those whose address it is",
    "Identification": "used to know its holder, and not kept",
    "Passport": "numbers of passports are not collected",
    "Associate": "an acquaintance is no relationship of the graph",
}
CONTACTS: Final = {"address": "ADDRESS", "phone": "PHONE"}
"""Properties of a party that are contacts: every value counts."""
