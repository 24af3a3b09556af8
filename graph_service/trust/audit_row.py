"""What one audit row says, and the hash that binds it to the row before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from graph_service.trust.keys import SecretKey
from graph_service.trust.principal import Principal
from schema.errors import InputError


class Decision(StrEnum):
    """What became of the call."""

    ALLOWED = "ALLOWED"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What a caller hands to the audit; raw arguments and results are digested, never stored.

    Attributes
    ----------
    principal : Principal
    operation : str
    decision : Decision
    code : str or None
        Error code of a denial, e.g. CONSENT_REQUIRED, or of a business refusal.
    arguments : mapping
        Arguments as received.
    subjects : tuple of str
        Party ids that the answer is about, or would have been.
    rulebooks : mapping
        Rulebook name → version that was applied.
    result : bytes or None
        The answer as sent.
    """

    principal: Principal
    operation: str
    decision: Decision
    code: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict, repr=False)
    subjects: tuple[str, ...] = ()
    rulebooks: Mapping[str, str] = field(default_factory=dict)
    result: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One stored row, column by column; ``at`` is a UTC instant in ISO form, ``subjects`` and ``rulebooks`` are JSON."""

    seq: int
    at: str
    writer: str
    role: str
    org: str | None
    subject: str | None
    token_id: str | None
    purpose: str | None
    operation: str
    decision: str
    code: str | None
    arguments: str
    subjects: str
    rulebooks: str
    result: str | None
    previous: str
    hash: str

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """Party ids that the answer was about."""
        return tuple(json.loads(self.subjects))


COLUMNS: Final = tuple(each.name for each in fields(AuditRow))


def canonical(value: object) -> bytes:
    """Return the one JSON form of a value: sorted keys, no spaces, ASCII.

    Raises
    ------
    InputError
        The value holds something without a canonical form.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain).encode()
    except (TypeError, ValueError):
        raise InputError("An audited value must be made of JSON values, dates, decimals and sets.") from None


def digest(payload: bytes, key: SecretKey | None) -> str:
    """Return SHA-256, or with a key HMAC-SHA256, as 64 hex digits.

    A key is what keeps the digest of a guessable argument (an identity number has few possibilities) from being guessed.
    """
    return hmac.digest(key.material, payload, "sha256").hex() if key else hashlib.sha256(payload).hexdigest()


def genesis(writer: str, key: SecretKey | None) -> str:
    """Return what the first row of a writer's chain points back to."""
    return digest(canonical(["xinlian audit", 1, writer]), key)


def row_hash(values: tuple[object, ...], key: SecretKey | None) -> str:
    """Return the hash of a row: over every column but ``hash`` itself, ``previous`` included."""
    return digest(canonical(dict(zip(COLUMNS[:-1], values[:-1], strict=True))), key)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a new row is attached: the head of a chain, with its time, sequence number and hash."""

    seq: int
    at: str
    hash: str


def build_row(entry: AuditEntry, writer: str, head: Link, now: datetime, key: SecretKey | None) -> AuditRow:
    """Return the row that follows ``head``. Time never runs backwards in a chain, even if the clock does."""
    who = entry.principal
    open_row = AuditRow(
        seq=head.seq + 1,
        at=max(instant(now), head.at),
        writer=writer,
        role=who.role.value,
        org=who.org,
        subject=who.subject,
        token_id=who.token_id,
        purpose=who.purpose.value if who.purpose else None,
        operation=entry.operation,
        decision=entry.decision.value,
        code=entry.code,
        arguments=digest(canonical(entry.arguments), key),
        subjects=canonical(sorted(set(entry.subjects))).decode(),
        rulebooks=canonical(entry.rulebooks).decode(),
        result=None if entry.result is None else digest(entry.result, key),
        previous=head.hash,
        hash="",
    )
    return replace(open_row, hash=row_hash(astuple(open_row), key))


def instant(moment: datetime) -> str:
    """Return an aware instant as fixed-width UTC text, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    raise TypeError(type(value).__name__)
