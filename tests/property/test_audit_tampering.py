"""S4-19: whatever single byte of whatever stored field is changed, the verification notices."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_row import AuditEntry, Decision
from graph_service.trust.keys import SecretKey
from graph_service.trust.principal import Principal
from schema.access import Purpose, Role

KEY = SecretKey(bytes(range(32)))
ROWS = 4
WHO = Principal(Role.LENDER, org="E:银行", subject="P:1:a", purpose=Purpose.LENDING, token_id="t")
FILE = "serve.audit.sqlite"


@pytest.fixture(scope="module", params=[None, KEY], ids=["sha256", "hmac"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, SecretKey | None]:
    directory, key = tmp_path_factory.mktemp("audit"), request.param
    log = AuditLog(directory, "serve", key)
    for number in range(ROWS):
        subjects = (f"H:村:{number}", "E:1")
        log.append(
            AuditEntry(WHO, "op", Decision.DENIED, "CODE", {"n": number}, subjects, {"r": "1"}, b"answer")
        )
    log.close()
    with closing(sqlite3.connect(directory / FILE)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
    return directory, key


KEYS = {"audit": {"seq"}, "audit_subject": {"party", "seq"}, "sqlite_sequence": {"name"}}


def cells(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, object]]:
    """Every stored field as (table, condition of its row, column, value)."""
    for table in ("audit", "audit_subject", "sqlite_sequence"):
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            keys = [
                f"{name} IS '{value}'" for name, value in zip(names, row, strict=True) if name in KEYS[table]
            ]
            yield from (
                (table, " AND ".join(keys), name, value) for name, value in zip(names, row, strict=True)
            )


def mutated(value: object, position: int, mask: int) -> object:
    if isinstance(value, int):
        return value ^ (mask << 8 * (position % 7))
    raw = bytearray(str(value).encode())
    raw[position % len(raw)] ^= mask
    return bytes(raw)


@settings(max_examples=200, deadline=None)
@given(pick=st.integers(0, 10_000), position=st.integers(0, 500), mask=st.integers(1, 255))
@example(pick=0, position=0, mask=1)
def test_s4_19_any_single_byte_mutation_is_detected(
    written: tuple[Path, SecretKey | None], pick: int, position: int, mask: int
) -> None:
    directory, key = written
    with TemporaryDirectory() as scratch:
        copy = Path(scratch) / "audit"
        shutil.copytree(directory, copy)
        assert AuditLog(copy, key=key).verify().rows == ROWS
        with closing(sqlite3.connect(copy / FILE)) as connection:
            every = list(cells(connection))
            table, where, column, value = every[pick % len(every)]
            new = mutated(value, position, mask)
            # A text of any bytes, valid UTF-8 or not, as a disk editor would leave it.
            placed = "CAST(? AS TEXT)" if isinstance(new, bytes) else "?"
            try:
                connection.execute(f"UPDATE {table} SET {column} = {placed} WHERE {where}", (new,))
            except sqlite3.IntegrityError:
                reject()  # a number that another row has: the engine itself does not store that
            connection.commit()
            assert connection.total_changes == 1
        report = AuditLog(copy, key=key).verify()
        assert not report.ok, (table, column)
        assert report.reason
