"""Verification of the chains: every row is hashed again, in one pass and bounded memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph_service.trust.audit_file import is_blank, reading
from graph_service.trust.audit_row import COLUMNS, genesis, row_hash
from graph_service.trust.keys import SecretKey

_ROWS: Final = f"SELECT {', '.join(COLUMNS)} FROM audit ORDER BY seq"
_AT, _SUBJECTS, _PREVIOUS, _HASH = (COLUMNS.index(name) for name in ("at", "subjects", "previous", "hash"))


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Result of a verification.

    Attributes
    ----------
    ok : bool
    rows : int
        Rows that hold, over all writers, up to the first that does not.
    first_bad_seq : int or None
        Sequence number at which the chain breaks.
    reason : str or None
        What does not hold.
    writer : str or None
        Whose chain it is.
    """

    ok: bool
    rows: int
    first_bad_seq: int | None = None
    reason: str | None = None
    writer: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """An anchored head: the row ``seq`` must have this hash."""

    seq: int
    hash: str


class ChainBroken(Exception):
    """Raised inside a verification at the first row that does not hold."""

    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq, self.reason = seq, reason


def verify_file(
    path: Path, writer: str, key: SecretKey | None = None, anchored: Head | None = None
) -> VerifyReport:
    """Verify one writer's chain, and that it still holds an anchored head.

    Complexity: O(rows + subjects) time; memory does not grow with the file.
    """
    done = 0
    try:
        with reading(path) as connection:
            for done in _hold(connection, writer, key, anchored):  # noqa: B007 - the count outlives the loop
                pass
    except ChainBroken as broken:
        return VerifyReport(False, done, broken.seq, broken.reason, writer)
    except sqlite3.Error as error:
        return VerifyReport(False, done, done + 1, f"the file is damaged ({type(error).__name__})", writer)
    return VerifyReport(True, done)


def merge(reports: Iterator[VerifyReport]) -> VerifyReport:
    """Return one report for several chains: that of the first that is broken, else the sum."""
    rows = 0
    for report in reports:
        rows += report.rows
        if not report.ok:
            return VerifyReport(False, rows, report.first_bad_seq, report.reason, report.writer)
    return VerifyReport(True, rows)


def _hold(
    connection: sqlite3.Connection, writer: str, key: SecretKey | None, anchored: Head | None
) -> Iterator[int]:
    seq, link, indexed = 0, genesis(writer, key), 0
    blank = is_blank(connection)
    for values in () if blank else connection.execute(_ROWS):
        _check_row(values, seq + 1, link, key)
        seq, link = seq + 1, values[_HASH]
        if anchored and seq == anchored.seq and link != anchored.hash:
            raise ChainBroken(seq, "the row is not the one that was anchored: the chain was written anew")
        indexed += _check_index(connection, values)
        yield seq
    if not blank:
        _check_end(connection, seq, indexed)
    if anchored and seq < anchored.seq:
        raise ChainBroken(
            seq + 1, f"rows are missing at the end: the anchor has {anchored.seq}, the file {seq}"
        )


def _check_row(values: tuple[object, ...], seq: int, link: str, key: SecretKey | None) -> None:
    if values[0] != seq:
        raise ChainBroken(seq, "the row is missing")
    if values[_PREVIOUS] != link:
        raise ChainBroken(seq, "the row does not follow from the row before (another key, order, or content)")
    if values[_HASH] != row_hash(values, key):
        raise ChainBroken(seq, "the row was changed")


def _check_index(connection: sqlite3.Connection, values: tuple[object, ...]) -> int:
    parties = json.loads(str(values[_SUBJECTS]))
    for party in parties:
        found = connection.execute(
            "SELECT 1 FROM audit_subject WHERE party = ? AND at = ? AND seq = ?",
            (party, values[_AT], values[0]),
        )
        if found.fetchone() is None:
            raise ChainBroken(
                int(str(values[0])), "the row is hidden from its subject: the index of subjects was changed"
            )
    return len(parties)


def _check_end(connection: sqlite3.Connection, seq: int, indexed: int) -> None:
    given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    if (given[0] if given else 0) != seq:
        raise ChainBroken(seq + 1, "rows are missing at the end")
    if connection.execute("SELECT count(*) FROM audit_subject").fetchone()[0] != indexed:
        raise ChainBroken(None, "the index of subjects holds entries that no row has")
