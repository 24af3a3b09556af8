"""The audit log: who asked, why, what, about whom, and what became of it. Kept outside the graph."""

from __future__ import annotations

import heapq
import itertools
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from graph_service.trust.audit_anchor import AuditAnchor, take_anchor
from graph_service.trust.audit_file import (
    AuditFile,
    audit_path,
    audit_paths,
    is_blank,
    reading,
    sqlite_errors,
)
from graph_service.trust.audit_row import COLUMNS, AuditEntry, AuditRow, Link, build_row, genesis, instant
from graph_service.trust.audit_verify import VerifyReport, merge, verify_file
from graph_service.trust.keys import SecretKey
from schema.access import Purpose
from schema.errors import InputError

LARGEST_PAGE: Final = 1000

# Newest first, resumed after a cursor by the index; rows of an investigation wait for their legal delay.
_FOR_SUBJECT: Final = f"""
SELECT {", ".join("a." + name for name in COLUMNS)} FROM audit_subject s JOIN audit a ON a.seq = s.seq
WHERE s.party = :party AND (s.at, s.seq) < (:at, :seq) AND (a.purpose IS NOT :investigation OR a.at <= :open_until)
ORDER BY s.at DESC, s.seq DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Position of a row among all writers' rows."""

    at: str
    writer: str
    seq: int

    @classmethod
    def of(cls, row: AuditRow) -> Cursor:
        """Return the position of a row: hand it back as ``before`` to read on."""
        return cls(row.at, row.writer, row.seq)

    def bound(self, writer: str) -> tuple[str, int]:
        """Return the (at, seq) below which that writer's rows come after this one, newest first."""
        if writer == self.writer:
            return (self.at, self.seq)
        # At one and the same instant the rows of a smaller writer name come later: all of them, or none.
        return (self.at, 2**62 if writer < self.writer else 0)


class AuditLog:
    """All audit files of a directory: one is written by this log, every one is read.

    Parameters
    ----------
    directory : Path
        Made on the first append, with mode 0700.
    writer : str, optional
        Name of this log's own chain; by default one that no other process has. Give a lasting name (``serve``, ``cli``)
        to continue one chain over restarts; processes may share it.
    key : SecretKey, optional
        Makes the chain an HMAC chain, which cannot be written anew without the key, and digests unguessable.
    investigation_delay : timedelta
        For how long rows of purpose INVESTIGATION stay hidden from their subject.
    now : callable
        The clock, an aware instant.
    """

    def __init__(
        self,
        directory: Path,
        writer: str | None = None,
        key: SecretKey | None = None,
        investigation_delay: timedelta = timedelta(days=180),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._directory, self._key, self._now = directory, key, now
        self._writer = writer or f"p{os.getpid()}-{secrets.token_hex(4)}"
        self._path = audit_path(directory, self._writer)
        self._delay = investigation_delay
        self._file: AuditFile | None = None
        self._opening = threading.Lock()

    def append(self, entry: AuditEntry) -> AuditRow:
        """Store an entry durably against the death of the process, and return its row.

        Raises
        ------
        StoreUnavailable
            The log cannot be written: the call that was to be audited must not be answered.
        InputError
            Arguments without a canonical form.
        """
        start = Link(0, "", genesis(self._writer, self._key))
        return self._own().append(
            lambda head: build_row(entry, self._writer, head or start, self._now(), self._key)
        )

    def for_subject(self, party_id: str, limit: int = 50, before: Cursor | None = None) -> list[AuditRow]:
        """Return the rows about a subject, newest first: he sees every query about him, refused ones included (S4-16).

        Parameters
        ----------
        party_id : str
        limit : int
            1 to 1000.
        before : Cursor, optional
            ``Cursor.of`` the last row of the page before.

        Notes
        -----
        O(writers · log rows + limit), by index. Rows of an investigation appear when their delay has passed.
        """
        if not 0 < limit <= LARGEST_PAGE:
            raise InputError(f"A page of the query log holds 1 to {LARGEST_PAGE} rows.")
        pages = [self._page(path, party_id, limit, before) for path in audit_paths(self._directory).values()]
        return list(itertools.islice(heapq.merge(*pages, key=Cursor.of, reverse=True), limit))

    def verify(self) -> VerifyReport:
        """Verify every chain of the directory, also while it is being written."""
        return merge(self._reports())

    def export_anchor(self) -> AuditAnchor:
        """Return the anchor of all chains as they stand now."""
        return take_anchor(self._directory, self._now())

    def close(self) -> None:
        """Close this log's own file."""
        with self._opening:
            if self._file:
                self._file.close()
                self._file = None

    def _own(self) -> AuditFile:
        with self._opening:
            if self._file is None:
                self._file = AuditFile(self._path)
            return self._file

    def _reports(self) -> Iterator[VerifyReport]:
        for writer, path in audit_paths(self._directory).items():
            yield verify_file(path, writer, self._key)

    def _page(self, path: Path, party_id: str, limit: int, before: Cursor | None) -> list[AuditRow]:
        writer = path.name.split(".", 1)[0]
        at, seq = before.bound(writer) if before else ("~", 0)
        wanted = {
            "party": party_id,
            "at": at,
            "seq": seq,
            "limit": limit,
            "investigation": Purpose.INVESTIGATION.value,
            "open_until": instant(self._now() - self._delay),
        }
        with sqlite_errors(), reading(path) as connection:
            found = () if is_blank(connection) else connection.execute(_FOR_SUBJECT, wanted)
            return [AuditRow(*values) for values in found]
