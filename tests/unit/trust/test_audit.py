from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from graph_service.trust.audit import AuditLog, Cursor
from graph_service.trust.audit_anchor import AuditAnchor, verify_anchor
from graph_service.trust.audit_row import AuditEntry, Decision
from graph_service.trust.keys import SecretKey
from graph_service.trust.principal import Principal
from schema.access import Purpose, Role
from schema.errors import InputError, StoreUnavailable

KEY = SecretKey(bytes(range(32)))
LENDER = Principal(Role.LENDER, org="E:bank", purpose=Purpose.LENDING, token_id="t-1", name="A. Clerk")
INVESTIGATOR = Principal(Role.ENFORCEMENT, purpose=Purpose.INVESTIGATION, token_id="t-2")
START = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Clock:
    def __init__(self, moment: datetime = START, step: timedelta = timedelta(seconds=1)) -> None:
        self.moment, self.step = moment, step

    def __call__(self) -> datetime:
        self.moment += self.step
        return self.moment


def entry(
    *subjects: str, who: Principal = LENDER, code: str | None = None, **arguments: object
) -> AuditEntry:
    decision = Decision.DENIED if code else Decision.ALLOWED
    return AuditEntry(
        who, "chainCreditEligibility", decision, code, arguments, subjects, {"eligibility": "2026-01"}, b"{}"
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    opened = AuditLog(tmp_path / "audit", "serve", now=Clock())
    yield opened
    opened.close()


def fill(log: AuditLog, rows: int = 5) -> None:
    for number in range(rows):
        log.append(entry("H:a:1", f"E:{number}", number=number))


def tamper(directory: Path, *statements: str) -> None:
    """Change the file as somebody would who holds the disk: the triggers go first."""
    with closing(sqlite3.connect(directory / "serve.audit.sqlite")) as connection:
        triggers = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for statement in (*[f"DROP TRIGGER {name}" for name in triggers], *statements):
            connection.execute(statement)
        connection.commit()


def test_a_row_says_who_why_what_and_about_whom(log: AuditLog) -> None:
    row = log.append(entry("H:a:1", "E:9", "E:9", code="CONSENT_REQUIRED", id="H:a:1"))
    assert (row.seq, row.at, row.writer) == (1, "2026-11-22T08:00:01.000000Z", "serve")
    assert (row.role, row.org, row.purpose, row.token_id) == ("LENDER", "E:bank", "LENDING", "t-1")
    assert (row.operation, row.decision, row.code) == ("chainCreditEligibility", "DENIED", "CONSENT_REQUIRED")
    assert row.subject_ids == ("E:9", "H:a:1")
    assert row.rulebooks == '{"eligibility":"2026-01"}'


def test_arguments_answers_and_names_never_reach_the_file(log: AuditLog, tmp_path: Path) -> None:
    log.append(
        AuditEntry(LENDER, "op", Decision.ALLOWED, arguments={"name": "SECRET-ARG"}, result=b"SECRET-ANSWER")
    )
    log.close()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "audit").iterdir())
    assert not any(secret in stored for secret in (b"SECRET", b"Clerk"))


def test_digests_are_of_the_canonical_form_and_unguessable_with_a_key(tmp_path: Path) -> None:
    first, second = entry(a=1, b=Decimal("2.50")), entry(b=Decimal("2.50"), a=1)
    plain, keyed = (AuditLog(tmp_path / name, "w", key) for name, key in (("plain", None), ("keyed", KEY)))
    digests = {plain.append(each).arguments for each in (first, second)}
    assert len(digests) == 1
    assert keyed.append(first).arguments not in digests
    assert (
        plain.append(entry(on=date(2026, 1, 1), at=START, tags={"b", "a"}, raw=b"x")).arguments not in digests
    )


def test_an_argument_without_a_canonical_form_is_refused_and_nothing_is_written(log: AuditLog) -> None:
    with pytest.raises(InputError, match="JSON"):
        log.append(entry(thing=object()))
    assert log.append(entry()).seq == 1


@pytest.mark.parametrize("key", [None, KEY], ids=["sha256", "hmac"])
def test_an_untouched_log_verifies_and_survives_a_restart(tmp_path: Path, key: SecretKey | None) -> None:
    for _ in range(2):
        opened = AuditLog(tmp_path, "serve", key)
        fill(opened)
        opened.close()
    report = AuditLog(tmp_path, key=key).verify()
    assert (report.ok, report.rows, report.first_bad_seq) == (True, 10, None)


def test_an_empty_or_absent_directory_verifies(tmp_path: Path) -> None:
    assert AuditLog(tmp_path / "none").verify().ok
    (tmp_path / "just-made.audit.sqlite").touch()
    log = AuditLog(tmp_path)
    assert log.verify().rows == 0
    assert log.for_subject("E:1") == []
    assert not log.export_anchor().heads


def test_the_file_refuses_update_and_delete(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    path = tmp_path / "audit" / "serve.audit.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("DELETE FROM audit", "UPDATE audit SET org = 'x'", "DELETE FROM audit_subject"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


COLUMNS = ["at", "writer", "role", "org", "token_id", "purpose", "operation", "decision", "code", "arguments"]


@pytest.mark.parametrize("seq", range(1, 6))
@pytest.mark.parametrize(
    "column", [*COLUMNS, "subject", "subjects", "rulebooks", "result", "previous", "hash"]
)
def test_s4_19_editing_any_row_breaks_verification(
    log: AuditLog, tmp_path: Path, seq: int, column: str
) -> None:
    fill(log)
    tamper(tmp_path / "audit", f"UPDATE audit SET {column} = coalesce({column}, '') || 'x' WHERE seq = {seq}")
    report = log.verify()
    assert not report.ok
    assert report.first_bad_seq == seq
    assert (report.rows, report.writer) == (seq - 1, "serve")


@pytest.mark.parametrize("seq", range(1, 6))
def test_s4_19_deleting_any_row_breaks_verification(log: AuditLog, tmp_path: Path, seq: int) -> None:
    fill(log)
    tamper(
        tmp_path / "audit",
        f"DELETE FROM audit WHERE seq = {seq}",
        f"DELETE FROM audit_subject WHERE seq = {seq}",
    )
    report = log.verify()
    assert not report.ok
    assert report.first_bad_seq == seq
    assert report.reason
    assert "missing" in report.reason


def test_s4_19_swapping_two_rows_breaks_verification(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    swap = [f"UPDATE audit SET seq = {new} WHERE seq = {old}" for old, new in ((2, 99), (3, 2), (99, 3))]
    tamper(tmp_path / "audit", *swap)
    report = log.verify()
    assert (report.ok, report.first_bad_seq) == (False, 2)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_subject WHERE party = 'H:a:1' AND seq = 3",
        "UPDATE audit_subject SET party = 'H:a:2' WHERE party = 'H:a:1' AND seq = 3",
        "INSERT INTO audit_subject VALUES ('H:a:7', '2026', 3)",
        "DROP TABLE audit_subject",
    ],
)
def test_s4_19_hiding_a_row_from_its_subject_breaks_verification(
    log: AuditLog, tmp_path: Path, change: str
) -> None:
    fill(log)
    tamper(tmp_path / "audit", change)
    assert not log.verify().ok


def test_s4_19_a_file_that_is_no_database_is_reported(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    log.close()
    (tmp_path / "audit" / "serve.audit.sqlite").write_bytes(b"not a database" * 100)
    report = log.verify()
    assert not report.ok
    assert "damaged" in str(report.reason)
    with pytest.raises(StoreUnavailable):
        log.for_subject("H:a:1")


def test_s4_19_a_chain_written_anew_needs_the_key(tmp_path: Path) -> None:
    forged = AuditLog(tmp_path, "serve", SecretKey(bytes(range(1, 33))))
    fill(forged)
    report = AuditLog(tmp_path, key=KEY).verify()
    assert (report.ok, report.first_bad_seq) == (False, 1)


def test_s4_19_anchor_verifies_offline(log: AuditLog, tmp_path: Path) -> None:
    other = AuditLog(tmp_path / "audit", "cli")
    fill(log)
    fill(other, 3)
    text = log.export_anchor().to_json()
    fill(log, 2)  # what came later does not disturb the anchor
    log.close()
    other.close()
    copied = shutil.copytree(tmp_path / "audit", tmp_path / "copy")
    anchor = AuditAnchor.from_json(text)
    assert {writer: head.seq for writer, head in anchor.heads.items()} == {"cli": 3, "serve": 5}
    report = verify_anchor(anchor, copied)
    assert (report.ok, report.rows) == (True, 10)


def test_s4_19_a_tail_cut_without_a_trace_breaks_the_anchor(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    anchor = log.export_anchor()
    cut = ["DELETE FROM audit WHERE seq > 3", "DELETE FROM audit_subject WHERE seq > 3"]
    tamper(tmp_path / "audit", *cut, "UPDATE sqlite_sequence SET seq = 3")
    assert log.verify().ok  # the chain alone cannot know: that is what the anchor is for
    report = verify_anchor(anchor, tmp_path / "audit")
    assert (report.ok, report.first_bad_seq) == (False, 4)


def test_s4_19_a_rewritten_chain_breaks_the_anchor(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    anchor = log.export_anchor()
    forged = AuditLog(tmp_path / "forged", "serve")
    fill(forged)
    assert forged.verify().ok
    report = verify_anchor(anchor, tmp_path / "forged")
    assert (report.ok, report.first_bad_seq) == (False, 5)


def test_s4_19_a_removed_file_breaks_the_anchor(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    anchor = log.export_anchor()
    report = verify_anchor(anchor, tmp_path / "elsewhere")
    assert (report.ok, report.writer) == (False, "serve")


def test_s4_19_a_changed_anchor_says_so(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    text = log.export_anchor().to_json()
    for planted in (text.replace(":[5,", ":[4,"), text.replace("2026-", "2025-")):
        assert planted != text
        report = verify_anchor(AuditAnchor.from_json(planted), tmp_path / "audit")
        assert not report.ok
        assert "anchor itself" in str(report.reason)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"root":1,"at":"","heads":[]}', '{"root":"","at":"","heads":{"w":3}}']
)
def test_what_is_no_anchor_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="anchor"):
        AuditAnchor.from_json(text)


def test_s4_16_a_refused_query_is_logged_and_its_subject_sees_it(log: AuditLog) -> None:
    log.append(entry("H:a:1"))
    log.append(entry("H:a:2"))
    refused = log.append(entry("H:a:1", code="CONSENT_REQUIRED"))
    rows = log.for_subject("H:a:1")
    assert [(row.seq, row.decision) for row in rows] == [(3, "DENIED"), (1, "ALLOWED")]
    assert rows[0] == refused
    assert log.for_subject("H:a") == []


def test_s4_16_an_investigation_is_hidden_until_its_legal_delay(tmp_path: Path) -> None:
    clock = Clock(step=timedelta(0))
    log = AuditLog(tmp_path, "serve", investigation_delay=timedelta(days=30), now=clock)
    log.append(entry("H:a:1", who=INVESTIGATOR))
    log.append(entry("H:a:1", who=Principal(Role.PUBLIC)))
    assert [row.role for row in log.for_subject("H:a:1")] == ["PUBLIC"]
    clock.moment += timedelta(days=30) - timedelta(microseconds=1)
    assert len(log.for_subject("H:a:1")) == 1
    clock.moment += timedelta(microseconds=1)
    assert len(log.for_subject("H:a:1")) == 2


def test_s4_16_pages_over_several_writers_show_every_row_once(tmp_path: Path) -> None:
    frozen = Clock(step=timedelta(0))  # every row at one instant: the hardest order to page through
    logs = [AuditLog(tmp_path, name, now=frozen) for name in ("a", "b", "c")]
    written = [each.append(entry("H:a:1")) for _ in range(7) for each in logs]
    seen, before = [], None
    while page := logs[0].for_subject("H:a:1", limit=4, before=before):
        seen += page
        before = Cursor.of(page[-1])
    assert seen == sorted(written, key=Cursor.of, reverse=True)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_bounds(log: AuditLog, limit: int) -> None:
    with pytest.raises(InputError, match="1 to 1000"):
        log.for_subject("H:a:1", limit)


def test_time_never_runs_backwards_in_a_chain(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, "serve", now=Clock(step=timedelta(seconds=-1)))
    assert log.append(entry()).at == log.append(entry()).at
    assert log.verify().ok


@pytest.mark.parametrize("name", ["../up", "Ab", "a b", "-a", "a" * 65, "a.b"])
def test_a_writer_name_is_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="writer"):
        AuditLog(tmp_path, name)


def test_two_logs_without_a_name_have_chains_of_their_own(tmp_path: Path) -> None:
    first, second = AuditLog(tmp_path), AuditLog(tmp_path)
    assert first.append(entry()).writer != second.append(entry()).writer
    assert first.verify().rows == 2


def test_a_log_that_cannot_be_written_stops_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="audit log"):
        AuditLog(tmp_path / "file" / "audit", "serve").append(entry())


def test_threads_share_one_chain(log: AuditLog) -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda number: log.append(entry("H:a:1", number=number)), range(200)))
    assert sorted(row.seq for row in rows) == list(range(1, 201))
    assert log.verify().rows == 200


def write_rows(directory: Path, rows: int) -> None:
    log = AuditLog(directory, "shared", KEY)
    fill(log, rows)
    log.close()


def test_processes_share_one_chain_and_it_verifies_while_they_write(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_rows, args=(tmp_path, 50)) for _ in range(2)]
    for worker in workers:
        worker.start()
    log = AuditLog(tmp_path, key=KEY)
    while any(worker.is_alive() for worker in workers):
        assert log.verify().ok
        workers[0].join(0.01)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert log.verify().rows == 100
