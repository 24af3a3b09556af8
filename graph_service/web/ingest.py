"""Records in over HTTP: POST ``/ingest/{kind}`` takes NDJSON or CSV of any length and loads it batch by batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from graph_service.api.errors import note, of_service
from graph_service.service import Service
from graph_service.trust.principal import ANONYMOUS, Principal, purpose_from
from graph_service.trust.tokens import TokenVerifier
from graph_service.web.body import BodyTooLarge
from graph_service.web.ingest_journal import KeyTaken
from graph_service.web.ingest_session import Order, Session
from graph_service.web.negotiation import JSON, preferred
from graph_service.web.worker import Workers
from loaders.ingest.batches import Cutter, Format
from schema.errors import Conflict, GraphServiceError, InputError, NotFound
from schema.kinds import KINDS

NDJSON: Final = "application/x-ndjson"
FORMATS: Final = {"text/csv": Format.CSV, NDJSON: Format.NDJSON, "application/jsonl": Format.NDJSON}
RETRY_SECONDS: Final = "5"
LONGEST_KEY: Final = 200
STATUS: Final = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "PURPOSE_REQUIRED": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "STORE_UNAVAILABLE": 503,
    "STORE_TIMEOUT": 503,
    "INTERNAL_SERVER_ERROR": 500,
}


class UnknownMedia(InputError):
    """The body is written in something else."""


@dataclass(frozen=True)
class IngestEndpoint:
    """The resource ``/ingest/{kind}``. What it holds in memory is one batch, however long the body is.

    Parameters
    ----------
    service : Service
    verifier : TokenVerifier or None
        None: everybody is anonymous, and nobody may send.
    workers : Workers
        The time limit is that of one batch.
    """

    service: Service
    verifier: TokenVerifier | None
    workers: Workers

    async def handle(self, http: HttpRequest) -> Response:
        """Take one request."""
        session: Session | None = None
        try:
            principal, order = self._principal(http), _order(http)
            session = await self.workers.run(lambda: Session(self.service, principal, order))
            await self._receive(http, session)
            again = await self.workers.run(session.finish)
        except GraphServiceError as error:
            return await self._refuse(error, session)
        except Exception as error:  # noqa: BLE001 - the outermost edge: what nobody expected is masked here
            note(error)
            masked = GraphServiceError("Something went wrong inside the service. 服务内部错误。")
            return await self._refuse(masked, session)
        finally:
            if session is not None:
                session.close()
        return _answer(session, preferred(http.headers.get("accept"), (JSON, NDJSON)) or JSON, again=again)

    async def _receive(self, http: HttpRequest, session: Session) -> None:
        largest = self.service.settings.ingest_megabytes << 20
        declared = http.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > largest:
            raise _too_large(largest)
        cutter, size = Cutter(session.order.form), 0
        async for piece in http.stream():
            size += len(piece)
            if size > largest:
                raise _too_large(largest)
            for batch in cutter.feed(piece):
                await self.workers.run(partial(session.take, batch))
        for batch in cutter.finish():
            await self.workers.run(partial(session.take, batch))

    def _principal(self, http: HttpRequest) -> Principal:
        purpose = http.headers.get("x-purpose")
        if self.verifier is None:
            purpose_from(purpose)
            return ANONYMOUS
        return self.verifier.principal(http.headers.get("authorization"), purpose)

    async def _refuse(self, error: GraphServiceError, session: Session | None) -> Response:
        """Say what is wrong, and what of the request stands: batches that were loaded before stay loaded."""
        status, headers = _status(error), {"Cache-Control": "no-store"}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        if status == 503 or (isinstance(error, Conflict) and not isinstance(error, KeyTaken)):
            headers["Retry-After"] = RETRY_SECONDS
        body: dict[str, Any] = {"error": of_service(error)}
        if session is not None:
            body["ledger"] = session.ledger()
        return Response(orjson.dumps(body), status, headers, media_type=JSON)


def _order(http: HttpRequest) -> Order:
    kind = http.path_params["kind"]
    if kind not in KINDS:
        raise NotFound(f"There is no such kind of record. Kinds: {', '.join(KINDS)}.")
    media = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in FORMATS:
        raise UnknownMedia(f"Send the body as {' or '.join(FORMATS)}, in UTF-8.")
    key = http.headers.get("idempotency-key", "")
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InputError(
            f"The header Idempotency-Key must name this request, with up to {LONGEST_KEY} printable characters: "
            "sent again under its key, it is loaded once."
        )
    return Order(kind, FORMATS[media], key, _day(http.query_params.get("as_of")))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("The parameter as_of is a day, YYYY-MM-DD.") from None


def _status(error: GraphServiceError) -> int:
    if isinstance(error, BodyTooLarge):
        return 413
    return 415 if isinstance(error, UnknownMedia) else STATUS.get(error.code, 400)


def _too_large(largest: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The body is larger than {largest >> 20} MB: send it in parts, each under a key of its own. "
        "What was loaded of it stays loaded; the ledger says how much."
    )


def _answer(session: Session, media: str, *, again: bool) -> Response:
    headers = {"Cache-Control": "no-store", "Idempotency-Replayed": str(again).lower()}
    body = _lines(session) if media == NDJSON else _document(session)
    return StreamingResponse(body, 200, headers, media_type=media)


def _head(session: Session) -> dict[str, Any]:
    warnings = session.warnings()
    return {
        "kind": session.order.kind,
        "source": session.source,
        "ledger": session.ledger(),
        "warnings": warnings,
    }


def _lines(session: Session) -> Iterator[bytes]:
    for error in session.errors():
        yield orjson.dumps({"error": error}) + b"\n"
    yield orjson.dumps(_head(session)) + b"\n"


def _document(session: Session) -> Iterator[bytes]:
    yield orjson.dumps(_head(session))[:-1] + b',"errors":['
    for number, error in enumerate(session.errors()):
        yield (b"," if number else b"") + orjson.dumps(error)
    yield b"]}\n"
