"""FollowTheMoney entities (NDJSON, as OpenSanctions publishes): parties, shares, posts, families, sanctions, contacts.

Choices that the format leaves open:

- A party with a valid credit code or resident identity number is that enterprise or person; any other is its id in the file.
- The first value of a property counts. That there are others, and which properties are not collected, is a warning of the
  load; the values stay in the raw file. Addresses and phone numbers all count (and only their keyed hashes are kept).
- A percentage is per cent; a range or ``>25`` becomes bounds, and no share is made up between them.
- A relationship that names somebody who is not in the file is refused; one about a ship or another thing is skipped.
- Every other schema is skipped under its own name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from loaders.faults import Fault
from loaders.identity.masking import masked
from loaders.profile import Profile, Reading, SourceFile
from loaders.readers.encoding import read_bytes
from loaders.readers.rows import Rows
from loaders.sources.ftm_entities import LEGAL, PERSON, Entities, Entity
from loaders.sources.ftm_targets import CONTACTS, SKIPPED, TARGETS, WRITERS, Target
from schema.errors import FileRefused
from schema.kinds import KINDS

SOURCE = "ftm"
ENDINGS = (".json", ".ndjson", ".jsonl", ".ijson")
_FURTHER, _OTHER = "further", "other"
_CONTACT_COLUMNS = ("record_id", "party", "contact_kind", "value")
_OTHERS = "about what is no party of the graph"
_END_RULES = {
    "required": "A value must be given.",
    "ftm.reference": "Whom an entity names is in the same file: deliver both together.",
    "ftm.party": "A post and a kinship are a person's; what is owned and run is an organisation.",
}
_MODELLED = frozenset(schema for target in TARGETS for schema in target.schemata)


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return what is read of a file of entities, or of every such file of a directory, in loading order.

    Raises
    ------
    FileRefused
        When there is none, or a line is no entity.
    """
    del source  # references are written without it: the resolver puts it in
    found = [file for file in sorted(path.iterdir()) if file.suffix in ENDINGS] if path.is_dir() else [path]
    if not found:
        raise FileRefused(f"{path} holds no file of entities ({', '.join(ENDINGS)}).")
    return [one for file in found for one in _readings(file)]


def _readings(path: Path) -> list[SourceFile]:
    entities = Entities()
    entities.take(read_bytes(path), path.name)
    loaded = [
        SourceFile(
            path, t.dataset, _profile(t), reader=partial(_read, t, entities), remark=_remark, document=True
        )
        for t in TARGETS
    ]
    contacts = Profile("ftm_contacts", KINDS["contacts"])
    loaded.append(
        SourceFile(path, contacts.dataset, contacts, reader=partial(_contacts, entities), document=True)
    )
    return [*loaded, *_skipped(path, entities)]


def _skipped(path: Path, entities: Entities) -> list[SourceFile]:
    schemata = sorted({entity.schema for entity in entities.listed} - _MODELLED)
    reasons = {schema: SKIPPED.get(schema, f"the schema {schema} is not used here") for schema in schemata}
    skipped = [
        SourceFile(path, f"ftm_{schema}", None, reason, reader=partial(_unused, entities, _of(schema)))
        for schema, reason in reasons.items()
    ]
    about = partial(_is_about_others, entities)
    if any(map(about, entities.listed)):
        skipped.append(
            SourceFile(path, "ftm_about_others", None, _OTHERS, reader=partial(_unused, entities, about))
        )
    return skipped


def _of(schema: str) -> Callable[[Entity], bool]:
    return lambda entity: entity.schema == schema


# reading --------------------------------------------------------------------------------------------------------------
def _profile(target: Target) -> Profile:
    """Readings from the columns that ``_read`` makes: one a canonical column, already the first value."""
    writes = {column: said.write for column, said in target.said.items()}
    columns = ("record_id", *target.said, *target.refs, *target.own, *target.always)
    readings = {c: Reading((c,), writes.get(c) or WRITERS.get(c, str)) for c in columns}
    return Profile(target.dataset, target.kind, readings, frozenset({_FURTHER, _OTHER}))


def _read(target: Target, entities: Entities, content: bytes, name: str) -> Rows:
    chosen = [
        entity
        for entity in entities.take(content, name)
        if entity.schema in target.schemata
        and target.wanted(entity, entities)
        and not _is_about_others(entities, entity)
    ]
    header = ("record_id", *target.said, *target.refs, *target.own, *target.always, _FURTHER, _OTHER)
    rows = [_row(target, entity, entities) for entity in chosen]
    faults = {i: found for i, entity in enumerate(chosen) if (found := _lost(target, entity, entities))}
    return Rows(name, header, rows, [entity.line for entity in chosen], faults=faults)


def _row(target: Target, entity: Entity, entities: Entities) -> list[str]:
    return [
        entity.record,
        *(entity.first(*said.properties) for said in target.said.values()),
        *(_reference(entity.first(name), entities) for name in target.refs.values()),
        *(write(entity, entities) for write in target.own.values()),
        *target.always.values(),
        json.dumps(_further(target, entity), ensure_ascii=False),
        " ".join(sorted(entity.properties.keys() - _collected(target))),
    ]


def _reference(entity_id: str, entities: Entities) -> str:
    found = entities.find(entity_id)
    return entities.reference(found) if found else entity_id


def _lost(target: Target, entity: Entity, entities: Entities) -> list[Fault]:
    """Return a fault for each end of a relationship that is not said, not in the file, or of the wrong kind."""
    return [
        Fault(prop, code, masked(entity.first(prop)), _END_RULES[code])
        for column, prop in target.refs.items()
        if (code := _wrong_end(target.labels(column), entity.first(prop), entities))
    ]


def _wrong_end(labels: Sequence[str], named: str, entities: Entities) -> str:
    if not named:
        return "required"
    party = entities.find(named)
    if party is None:
        return "ftm.reference"
    return "" if ("Person" if party.schema in PERSON else "LegalEntity") in labels else "ftm.party"


def _is_about_others(entities: Entities, entity: Entity) -> bool:
    """Whether an entity names one that is neither a person nor an organisation: a ship, a house, a bank account."""
    names = [prop for target in TARGETS if entity.schema in target.schemata for prop in target.refs.values()]
    found = (entities.find(entity.first(prop)) for prop in names)
    return any(one is not None and one.schema not in PERSON | LEGAL for one in found)


def _contacts(entities: Entities, content: bytes, name: str) -> Rows:
    """Every address and phone number of every party, each a row."""
    stated = [
        (line, [record, entities.reference(party), kind, value])
        for party in entities.take(content, name)
        if party.schema in PERSON | LEGAL
        for line, record, kind, value in _contacts_of(party, entities)
    ]
    return Rows(name, _CONTACT_COLUMNS, [row for _, row in stated], [line for line, _ in stated])


def _contacts_of(party: Entity, entities: Entities) -> Iterable[tuple[int, str, str, str]]:
    """Yield line, record, kind and value; an address that is an entity of its own stands at its own line."""
    for prop, kind in CONTACTS.items():
        for n, value in enumerate(party.values(prop)):
            yield party.line, f"{party.record}/{prop}/{n}", kind, value
    for named in party.values("addressEntity"):
        address = entities.find(named)
        record = f"{party.record}/{named.replace(':', '_')}"
        if address is None:
            yield party.line, record, "ADDRESS", ""
        else:
            text = address.first("full") or " ".join(address.values("street", "city", "country"))
            yield address.line, record, "ADDRESS", text


def _unused(entities: Entities, unwanted: Callable[[Entity], bool], content: bytes, name: str) -> Rows:
    found = [e for e in entities.take(content, name) if unwanted(e)]
    return Rows(name, ("record_id",), [[e.record] for e in found], [e.line for e in found])


# what is left over ----------------------------------------------------------------------------------------------------
def _collected(target: Target) -> set[str]:
    said = {prop for one in target.said.values() for prop in one.properties}
    own = {"uscCode", "leiCode", "registrationNumber", "taxNumber", "idNumber", "role"}
    return {*said, *target.refs.values(), *own, *CONTACTS, "addressEntity"}


def _further(target: Target, entity: Entity) -> dict[str, list[str]]:
    """Return the values of collected properties that do not count, because another came first."""
    left: dict[str, list[str]] = {}
    for said in target.said.values():
        counted, *further = entity.values(*said.properties) or [""]
        if rest := [value for value in further if value != counted]:
            left["/".join(said.properties)] = rest
    left |= {prop: rest for prop in target.refs.values() if (rest := entity.values(prop)[1:])}
    return left


def _remark(rows: Rows, _: dt.date) -> list[str]:
    """Say which values and properties of a file do not count, and where to find them."""
    further: dict[str, list[str]] = {}
    for record, text in zip(rows.column("record_id"), rows.column(_FURTHER), strict=True):
        for prop in json.loads(text):
            further.setdefault(prop, []).append(record)
    unused = Counter(prop for text in rows.column(_OTHER) for prop in text.split())
    return [
        *(
            f"{prop}: {_some(ids)} have further values, which stay in the raw file"
            for prop, ids in further.items()
        ),
        *(f"{prop}: not collected ({count} entities)" for prop, count in sorted(unused.items())),
    ]


def _some(ids: Sequence[str]) -> str:
    return f"{len(ids)} entities ({', '.join(ids[:3])}{', …' if len(ids) > 3 else ''})"
