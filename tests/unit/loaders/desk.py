"""Short ways to stage a file in a test."""

from __future__ import annotations

import datetime as dt

from loaders import Keys
from loaders.identity.references import Resolver
from loaders.profile import Profile
from loaders.readers.delimited import read_delimited
from loaders.readers.rows import Rows
from loaders.staging import Staged, stage
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc
from schema.kinds import KINDS

KEYS = Keys(b"a key of a test!", 1)
USCC = make_uscc("91", "441283", "X0000001")
OTHER_USCC = make_uscc("91", "441283", "X0000002")
NUMBER = make_resident_id("441283", dt.date(1980, 2, 3), 12)
PERSON = KEYS.person_id(NUMBER)


def rows_of(text: str) -> Rows:
    return read_delimited(text, "file.csv")


def staged(kind: str, *lines: str, source: str = "src") -> Staged:
    """Stage a file of a kind, given its lines."""
    profile = Profile(kind, KINDS[kind])
    return stage(rows_of("\n".join(lines) + "\n"), profile, source, Resolver(source, KEYS))


def codes(result: Staged, index: int = 0) -> set[tuple[str, str]]:
    """Field and code of everything that is wrong with a row."""
    return {(fault.field, fault.code) for fault in result.faults.get(index, ())}
