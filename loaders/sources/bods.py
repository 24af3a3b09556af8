"""Beneficial Ownership Data Standard 0.4 (JSON packages, or one statement a line): entities, persons, relationships.

Choices that the format leaves open:

- Every interest is kept as declared (``HAS_INTEREST_IN``). What it says of shares, votes and income that are not known to be
  held through others is ``OWNS`` besides, and of posts ``HOLDS_POST``; so a share is counted once, where it is held.
- A party is ``E:bods:<recordId>`` or ``P:bods:<recordId>``; which of the two, its own statement says, in this delivery or an
  earlier one. A relationship with a party that nobody has described yet waits for it, as for its subject.
- Statements about one record are one story: what a later one changes ends where that begins. A delivery tells what it holds;
  deliver the whole stream to keep the dates before an update.
- An interest without a start date is vouched for from its statement's date on; a closed record ends on that of the last.
- An interested party who is not specified, anonymous or unknown is an owner without a name (``OwnershipGap``) with the reason
  that is given, and the entity's declared owners are not all, until the delivery says that the last such gap has ended.
- Who holds through a nomination agreement, or as nominee, is marked (代持).
- Of a person the name and the year of birth are collected; addresses, nationalities and political exposure are not.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from loaders.profile import Profile, SourceFile
from loaders.readers.encoding import read_bytes
from loaders.readers.rows import Rows
from loaders.sources.bods_package import read_package
from loaders.sources.bods_records import Records
from loaders.sources.bods_rows import tables
from loaders.sources.declared import GAPS, INTERESTS, PARTIAL
from schema.errors import FileRefused
from schema.kinds import KINDS
from schema.nodes import NODES
from schema.records import Column, Kind

SOURCE = "bods"
_ENDINGS = (".json", ".ndjson", ".jsonl")


def _parties(name: str, kind: str, *fields: str) -> Kind:
    """A canonical kind keyed by record, whose name and class may be unknown, with further fields of its label."""
    usual = KINDS[kind]
    assert usual.node is not None
    own = tuple(Column(NODES[usual.node.label].field(field)) for field in fields)
    columns = tuple(Column(column.field) for column in usual.columns)
    node = replace(usual.node, id_columns=("record_id",), fields=(*usual.node.fields, *fields))
    return replace(usual, name=name, columns=(*columns, *own), node=node)


_KINDS: Final = {
    "bods_entities": _parties("bods_entities", "enterprises", "other_codes"),
    "bods_persons": _parties("bods_persons", "persons", "birth_year"),
    "bods_interests": INTERESTS,
    "bods_shareholdings": KINDS["shareholdings"],
    "bods_posts": KINDS["posts"],
    "bods_gaps": GAPS,
    "bods_partial_owners": PARTIAL,
}


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return the packages at a path (one, or every JSON file of a directory), once for each kind of row.

    Raises
    ------
    FileRefused
        When there is none, or a file is no JSON.
    ConfigurationError
        When the publisher's schemas are named and cannot be used.
    """
    paths = [path]
    if path.is_dir():
        paths = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS)
    if not paths:
        raise FileRefused(f"{path} holds no package: {', '.join(_ENDINGS)}.")
    return _Delivery(paths, source).files()


def profiles() -> dict[str, Profile]:
    """Return the profile of every dataset by its name."""
    return {name: Profile(name, kind, ignored=frozenset({"statement"})) for name, kind in _KINDS.items()}


class _Delivery:
    """The files of one delivery, which only together say what a relationship means."""

    def __init__(self, paths: list[Path], source: str) -> None:
        contents = {path: read_bytes(path) for path in paths}
        self._digests = {path.name: hashlib.sha256(content).digest() for path, content in contents.items()}
        records = Records((read_package(content, path.name) for path, content in contents.items()), source)
        told = tables(records)
        self._tables = {path: told[path.name] for path in paths}

    def files(self) -> list[SourceFile]:
        known = profiles()
        return [
            SourceFile(
                path,
                dataset,
                known.get(dataset),
                "" if dataset in known else "told by the rows of another statement about the record",
                reader=partial(self._read, rows),
                open_parties=True,
                document=True,
            )
            for path, by_dataset in self._tables.items()
            for dataset, rows in by_dataset.items()
        ]

    def _read(self, rows: Rows, content: bytes, name: str) -> Rows:
        if hashlib.sha256(content).digest() != self._digests[name]:
            raise FileRefused(f"{name} changed while it was read: load it again.")
        return rows
