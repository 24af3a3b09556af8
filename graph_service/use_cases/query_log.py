"""Who asked about me 我的查询记录: the subject sees every query about it, refused ones included."""

from __future__ import annotations

import base64
import heapq
import itertools
from dataclasses import dataclass

import orjson

from graph_service.asking import Asking
from graph_service.trust.audit import AuditLog, Cursor
from graph_service.trust.audit_row import AuditRow
from schema.errors import InputError


@dataclass(frozen=True)
class LoggedQuery:
    """One query about the subject. What exactly was answered is not repeated here; that it was asked is."""

    at: str
    role: str
    org: str | None
    purpose: str | None
    operation: str
    decision: str
    code: str | None
    about: str
    cursor: str


@dataclass(frozen=True)
class QueryLog:
    """A page of the log, newest first."""

    entries: tuple[LoggedQuery, ...]
    has_more: bool


def my_query_log(asking: Asking, log: AuditLog, first: int = 50, after: str | None = None) -> QueryLog:
    """Return the queries about the caller and the households that he heads, newest first.

    Parameters
    ----------
    log : AuditLog
    first : int
        1 to 100.
    after : str, optional
        Cursor of the last entry of the page before.
    """
    if not 1 <= first <= 100:
        raise InputError("A page of the query log holds 1 to 100 entries.")
    before = _cursor(after) if after else None
    pages = [
        [(row, party) for row in log.for_subject(party, first + 1, before)] for party in asking.own_parties
    ]
    merged = heapq.merge(*pages, key=lambda each: Cursor.of(each[0]), reverse=True)
    rows = list(itertools.islice(merged, first + 1))
    return QueryLog(tuple(_entry(row, party) for row, party in rows[:first]), len(rows) > first)


def _entry(row: AuditRow, party: str) -> LoggedQuery:
    cursor = base64.urlsafe_b64encode(orjson.dumps([row.at, row.writer, row.seq])).decode()
    return LoggedQuery(
        row.at, row.role, row.org, row.purpose, row.operation, row.decision, row.code, party, cursor
    )


def _cursor(text: str) -> Cursor:
    try:
        content = orjson.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        content = None
    match content:
        case [str(at), str(writer), int(seq)] if 0 <= seq < 2**63:
            return Cursor(at, writer, seq)
    raise InputError("The cursor is none that this log gave out.")
