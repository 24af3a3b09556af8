"""GraphQL over HTTP: POST answers, GET shows a browser the page to try it, nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import orjson
from graphql import GraphQLError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from graph_service.api.caller import Caller
from graph_service.api.errors import formatted
from graph_service.api.execution import Reply, execute, refused
from graph_service.service import Service
from graph_service.trust.principal import ANONYMOUS, Principal, purpose_from
from graph_service.trust.tokens import TokenVerifier
from graph_service.web.body import BodyTooLarge, parse_body, read_body
from graph_service.web.negotiation import HTML, JSON, RESPONSE, is_json, names, preferred
from graph_service.web.page import page_response
from graph_service.web.worker import Workers
from schema.errors import GraphServiceError, InputError

# What a refused request is answered with where the media type lets the status speak; 400 for every other code.
STATUS: Final = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "PURPOSE_REQUIRED": 403,
    "RATE_LIMITED": 429,
    "STORE_UNAVAILABLE": 503,
    "STORE_TIMEOUT": 503,
    "INTERNAL_SERVER_ERROR": 500,
}


@dataclass(frozen=True)
class GraphQLEndpoint:
    """The resource ``/graphql``.

    Parameters
    ----------
    service : Service
    verifier : TokenVerifier or None
        None: everybody is anonymous.
    workers : Workers
    """

    service: Service
    verifier: TokenVerifier | None
    workers: Workers

    async def handle(self, http: HttpRequest) -> Response:
        """Answer one HTTP request."""
        accept = http.headers.get("accept")
        if http.method == "GET" and names(accept, HTML):
            return page_response()
        if http.method != "POST":
            return self._refuse(InputError("Send queries by POST."), JSON, 405, {"Allow": "POST"})
        # A client that names nothing is an old one: it is served with application/json.
        media = preferred(accept, (JSON, RESPONSE))
        if media is None:
            return self._refuse(InputError(f"This resource is {RESPONSE} or {JSON}."), JSON, 406)
        if not is_json(http.headers.get("content-type")):
            return self._refuse(InputError(f"Send the body as {JSON} in UTF-8."), media, 415)
        return await self._post(http, media)

    async def _post(self, http: HttpRequest, media: str) -> Response:
        try:
            principal = self._principal(http)
            request = parse_body(await read_body(http))
            caller = Caller(self.service, principal, time.monotonic() + self.workers.seconds)
            reply = await self.workers.run(lambda: execute(request, caller))
        except BodyTooLarge as error:
            return self._refuse(error, media, 413)
        except GraphServiceError as error:
            return self._refuse(error, media, STATUS.get(error.code, 400))
        except Exception as error:  # noqa: BLE001 - the outermost edge: what nobody expected is masked here
            return _masked(error, media)
        return _respond(reply, media, _status(reply, media))

    def _principal(self, http: HttpRequest) -> Principal:
        purpose = http.headers.get("x-purpose")
        if self.verifier is None:
            purpose_from(purpose)
            return ANONYMOUS
        return self.verifier.principal(http.headers.get("authorization"), purpose)

    def _refuse(
        self, error: GraphServiceError, media: str, status: int, headers: dict[str, str] | None = None
    ) -> Response:
        if status == 401:
            headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return _respond(refused(error), media, status, headers)


def _masked(error: Exception, media: str) -> Response:
    """Return the answer to a request that failed in a way that nobody expected."""
    body = {"errors": [formatted(GraphQLError("", original_error=error))]}
    return _respond(Reply(body, began=False), media, 500)


def _status(reply: Reply, media: str) -> int:
    # With application/json every well-formed request is answered 200: such clients read the body only.
    if reply.began or media == JSON:
        return 200
    return STATUS.get(reply.code or "", 400)


def _respond(reply: Reply, media: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(reply.body),
        status,
        {"Cache-Control": "no-store", "Vary": "Accept, Authorization, X-Purpose", **(headers or {})},
        media_type=f"{media}; charset=utf-8",
    )
