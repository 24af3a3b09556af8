"""One writer's audit file: an append-only SQLite database in WAL mode, readable while it is written."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Final

from graph_service.trust.audit_row import COLUMNS, AuditRow, Link
from schema.errors import InputError, StoreUnavailable

SUFFIX: Final = ".audit.sqlite"
WRITER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
BUSY_SECONDS: Final = 10.0

# AUTOINCREMENT keeps the highest number ever given in a table of its own: a cut tail is noticed even without an anchor.
# The triggers stop an accident or a careless statement. Whoever drops them still breaks the chain.
_LAYOUT: Final = """
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, writer TEXT NOT NULL, role TEXT NOT NULL, org TEXT,
    subject TEXT, token_id TEXT, purpose TEXT, operation TEXT NOT NULL, decision TEXT NOT NULL, code TEXT,
    arguments TEXT NOT NULL, subjects TEXT NOT NULL, rulebooks TEXT NOT NULL, result TEXT, previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit_subject (
    party TEXT NOT NULL, at TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (party, at, seq)
) STRICT, WITHOUT ROWID;
""" + "".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;\n"
    for table in ("audit", "audit_subject")
    for verb in ("UPDATE", "DELETE")
)
_INSERT: Final = f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_HEAD: Final = "SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1"


def audit_path(directory: Path, writer: str) -> Path:
    """Return the file of a writer.

    Raises
    ------
    InputError
        The name is not 1 to 64 of ``a-z 0-9 -``.
    """
    if not WRITER_NAME.fullmatch(writer):
        raise InputError("An audit writer's name is 1 to 64 lower-case letters, digits and hyphens.")
    return directory / f"{writer}{SUFFIX}"


def audit_paths(directory: Path) -> dict[str, Path]:
    """Return every writer's file in a directory, by writer name, in order of name."""
    paths = sorted(directory.glob(f"*{SUFFIX}"))
    return {path.name.removesuffix(SUFFIX): path for path in paths}


class AuditFile:
    """The writing end. Safe for threads of one process, and for processes that share one writer name.

    ``synchronous=NORMAL``: a row survives the death of the process; a power failure may cost the last few rows, never
    a torn one.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with sqlite_errors():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _create(path)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(f"BEGIN IMMEDIATE;{_LAYOUT}COMMIT;")

    def append(self, build: Callable[[Link | None], AuditRow]) -> AuditRow:
        """Store the row that ``build`` makes for the current head (None: an empty chain), in one transaction."""
        with self._lock, sqlite_errors(), self._transaction() as connection:
            head = connection.execute(_HEAD).fetchone()
            row = build(Link(*head) if head else None)
            connection.execute(_INSERT, astuple(row))
            connection.executemany(
                "INSERT INTO audit_subject VALUES (?, ?, ?)",
                [(party, row.at, row.seq) for party in row.subject_ids],
            )
        return row

    def close(self) -> None:
        """Close the file; its WAL is folded in."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _create(path: Path) -> None:
    # Never open and close a file that exists: POSIX drops every lock this process holds on it, SQLite's included.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file for reading one consistent snapshot, beside a live writer or on read-only media."""
    # Without write access to the folder SQLite cannot make the WAL's index; with no WAL there, none is needed.
    lone = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if lone else ''}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        # A damaged byte must reach the comparison of hashes, not die on the way as a decoding error.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        connection.execute("BEGIN")
        yield connection


def read_head(path: Path) -> Link | None:
    """Return the head of a writer's chain, None while it is empty."""
    with sqlite_errors(), reading(path) as connection:
        head = None if is_blank(connection) else connection.execute(_HEAD).fetchone()
    return Link(*head) if head else None


def is_blank(connection: sqlite3.Connection) -> bool:
    """Return whether the file was just made and its writer has not laid out its tables yet (they come all at once)."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


@contextmanager
def sqlite_errors() -> Iterator[None]:
    """Turn what SQLite and the file system raise into the typed error: an audit that cannot be kept stops the call."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(
            f"The audit log cannot be used ({type(error).__name__}). Check its folder: space, permissions, damage."
        ) from None
