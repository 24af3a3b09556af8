"""Records in over HTTP: POST ``/ingest/{kind}`` takes a kind of record batch by batch, a dataset as one batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from graph_service.api.errors import note, of_service
from graph_service.service import Service
from graph_service.trust.principal import ANONYMOUS, Principal, purpose_from
from graph_service.trust.tokens import TokenVerifier
from graph_service.web.body import BodyTooLarge
from graph_service.web.ingest_dataset import DatasetSession
from graph_service.web.ingest_journal import KeyTaken
from graph_service.web.ingest_records import RecordSession
from graph_service.web.ingest_session import Order, Session
from graph_service.web.negotiation import JSON, preferred
from graph_service.web.worker import Workers
from loaders.ingest.batches import Format
from schema.datasets import DATASETS
from schema.errors import Conflict, GraphServiceError, InputError, NotFound
from schema.kinds import KINDS

NDJSON: Final = "application/x-ndjson"
FORMATS: Final = {
    "text/csv": Format.CSV.value,
    NDJSON: Format.NDJSON.value,
    "application/jsonl": Format.NDJSON.value,
}
DATASET_FORMATS: Final = FORMATS | {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.apache.parquet": "parquet",
}
"""Only what is taken in whole may be written in a format that must be read whole."""
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
    """The resource ``/ingest/{kind}``: kinds of free sources, and datasets. However long the body is, one batch is in memory.

    Parameters
    ----------
    service : Service
    verifier : TokenVerifier or None
        None: everybody is anonymous, and nobody may send.
    workers : Workers
        The time limit is that of one batch; one that takes longer goes on, and its answer is there for the next request.
    """

    service: Service
    verifier: TokenVerifier | None
    workers: Workers

    async def handle(self, http: HttpRequest) -> Response:
        """Take one request."""
        session: Session | None = None
        try:
            principal, order = self._principal(http), _order(http)
            of = DatasetSession if order.kind in DATASETS else RecordSession
            session = await self.workers.run(lambda: of(self.service, principal, order))
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
        size = 0
        async for piece in http.stream():
            size += len(piece)
            if size > largest:
                raise _too_large(largest)
            for step in session.feed(piece):
                await self.workers.run(step)
        for step in session.rest():
            await self.workers.run(step)

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
    if kind not in KINDS and kind not in DATASETS:
        raise NotFound(
            f"There is no such kind of record, and no such dataset. Kinds: {', '.join(KINDS)}. "
            f"Datasets: {', '.join(DATASETS)}."
        )
    media = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    taken = DATASET_FORMATS if kind in DATASETS else FORMATS
    if media not in taken:
        raise UnknownMedia(f"Send the body of {kind} as {' or '.join(taken)}, in UTF-8.")
    key = http.headers.get("idempotency-key", "")
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InputError(
            f"The header Idempotency-Key must name this request, with up to {LONGEST_KEY} printable characters: "
            "sent again under its key, it is loaded once."
        )
    return Order(kind, taken[media], key, _day(http.query_params.get("as_of")))


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
    return StreamingResponse(body, session.status, headers, media_type=media)


def _lines(session: Session) -> Iterator[bytes]:
    for error in session.errors():
        yield orjson.dumps({"error": error}) + b"\n"
    yield orjson.dumps(session.head()) + b"\n"


def _document(session: Session) -> Iterator[bytes]:
    yield orjson.dumps(session.head())[:-1] + b',"errors":['
    for number, error in enumerate(session.errors()):
        yield (b"," if number else b"") + orjson.dumps(error)
    yield b"]}\n"
