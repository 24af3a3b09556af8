"""Consent 授权: a subject opens itself to a reader for a purpose, and closes itself again at once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.asking import Asking
from schema.access import Audience, Purpose
from schema.errors import AccessDenied, Conflict, InputError, NotFound
from schema.nodes import key_label_of
from schema.periods import today_in_shanghai
from schema.ports import EdgeBatch, NodeBatch, Stage
from schema.provenance import RunHeader, series_key

SOURCE, DATASET = "api", "consents"
CONSENTABLE = frozenset({Purpose.LENDING, Purpose.POST_LOAN})


@dataclass(frozen=True)
class ConsentInput:
    """What a subject grants.

    Parameters
    ----------
    subject : str
        Node id of the party that opens itself: the caller, or a household that he heads.
    reader : str
        Node id of the organisation that may read.
    purpose : Purpose
        LENDING or POST_LOAN.
    valid_to : date or None
        First day on which it no longer holds; None: until revoked.
    evidence_hash : str or None
        SHA-256 of the signed document.
    idempotency_key : str
        The same key with the same content is the same consent; with other content it is a conflict.
    """

    subject: str
    reader: str
    purpose: Purpose
    valid_to: dt.date | None
    evidence_hash: str | None
    idempotency_key: str


@dataclass(frozen=True)
class ConsentAnswer:
    """A consent as it stands."""

    id: str
    subject: str
    reader: str
    purpose: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    granted_at: dt.datetime
    revoked_at: dt.datetime | None


def grant_consent(asking: Asking, wish: ConsentInput) -> ConsentAnswer:
    """Record a consent; it works from the next question on.

    Raises
    ------
    AccessDenied
        The caller is neither the subject nor the head of the household.
    InputError
        The reader is no known organisation, the purpose cannot be consented to, or the end lies in the past.
    Conflict
        The idempotency key was used with other content.
    """
    _require_own(asking, wish.subject)
    _check(asking, wish)
    node_id = _authorization_id(wish)
    found = _stated(asking, node_id)
    if found is not None:
        if (found.reader, found.purpose, found.valid_to) != (wish.reader, wish.purpose.value, wish.valid_to):
            raise Conflict("This idempotency key was used for another consent. Choose a new one.")
        return found
    granted = dt.datetime.now(dt.UTC)
    node = _row(node_id, purpose=wish.purpose.value, evidence_hash=wish.evidence_hash)
    ends = {"valid_from": today_in_shanghai(), "valid_to": wish.valid_to}
    gave = _edge(node_id, "GAVE", wish.subject, node_id, {**ends, "granted_at": granted, "revoked_at": None})
    given = _edge(node_id, "GIVEN_TO", node_id, wish.reader, ends)
    stage = Stage(0, _header(node_id))
    subject_label, reader_label = _label(wish.subject), _label(wish.reader)
    asking.rooms.store.commit(
        stage.header,
        (
            NodeBatch(stage, "Authorization", (), (node,)),
            EdgeBatch(stage, "GAVE", subject_label, "Authorization", (gave,)),
            EdgeBatch(stage, "GIVEN_TO", "Authorization", reader_label, (given,)),
        ),
    )
    return ConsentAnswer(
        node_id, wish.subject, wish.reader, wish.purpose, ends["valid_from"], wish.valid_to, granted, None
    )


def revoke_consent(asking: Asking, authorization_id: str) -> ConsentAnswer:
    """End a consent at once: the very next answer is refused. Revoking again changes nothing.

    Raises
    ------
    NotFound
        No such consent of the caller's.
    """
    found = _stated(asking, authorization_id)
    if found is None or found.subject not in asking.own_parties:
        raise NotFound("There is no such consent of yours.")
    asking.about(found.subject)
    if found.revoked_at is not None:
        return found
    revoked = dt.datetime.now(dt.UTC)
    stage = Stage(0, _header(authorization_id))
    row = _edge(authorization_id, "REVOKED", found.subject, authorization_id, {"revoked_at": revoked})
    asking.rooms.store.commit(
        stage.header, (EdgeBatch(stage, "REVOKED", _label(found.subject), "Authorization", (row,)),)
    )
    return ConsentAnswer(**{**vars(found), "revoked_at": revoked})


def my_consents(asking: Asking) -> tuple[ConsentAnswer, ...]:
    """Return every consent that the caller, and the households that he heads, ever gave, newest first."""
    asking.about(*asking.own_parties)
    store = asking.rooms.store
    known = store.known_run()
    tables = (store.query("consents_of", {"subject_id": p, "known_run": known}) for p in asking.own_parties)
    given = [ConsentAnswer(**row) for table in tables for row in table.rows()]
    return tuple(sorted(given, key=lambda c: (c.granted_at, c.id), reverse=True))


def _require_own(asking: Asking, subject: str) -> None:
    asking.about(subject)
    if subject not in asking.own_parties:
        raise AccessDenied(
            "Only the subject itself, or the head of a household, may consent 仅信息主体本人或户主可授权."
        )


def _check(asking: Asking, wish: ConsentInput) -> None:
    if wish.purpose not in CONSENTABLE:
        raise InputError("A consent is for the purpose LENDING or POST_LOAN.")
    if key_label_of(wish.reader) != "LegalEntity" or not asking.view.sees(wish.reader):
        raise InputError("The reader is no organisation on this platform. Give its node id, E:<USCC>.")
    if wish.valid_to is not None and wish.valid_to <= today_in_shanghai():
        raise InputError(
            "The consent would have ended already: validTo is the first day on which it no longer holds."
        )
    if not 8 <= len(wish.idempotency_key) <= 128:
        raise InputError("An idempotency key has 8 to 128 characters; a random UUID serves well.")


def _authorization_id(wish: ConsentInput) -> str:
    digest = hashlib.sha256(f"{wish.subject}\0{wish.idempotency_key}".encode()).hexdigest()[:32]
    return f"{SOURCE}:{digest}"


def _stated(asking: Asking, node_id: str) -> ConsentAnswer | None:
    """Read a consent live from the store, revoked ones included."""
    store = asking.rooms.store
    table = store.query("authorization", {"id": node_id, "known_run": store.known_run()})
    row = next(table.rows(), None)
    return None if row is None else ConsentAnswer(**row)


def _edge(record: str, role: str, start: str, end: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_common(),
        "start": start,
        "end": end,
        "key": series_key(SOURCE, DATASET, record, role),
        **properties,
    }


def _row(node_id: str, **properties: Any) -> dict[str, Any]:
    return {**_common(), "id": node_id, **properties}


def _common() -> dict[str, Any]:
    return {"audience": Audience.RESTRICTED.value, "bank": None, "line": 0}


def _header(node_id: str) -> RunHeader:
    return RunHeader(SOURCE, DATASET, "", "", today_in_shanghai(), node_id)


def _label(node_id: str) -> str:
    label = key_label_of(node_id)
    if label is None:
        raise InputError("A party's id begins with E:, P: or H:.")
    return label
