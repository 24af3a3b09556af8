"""The Starlette application: five resources, security headers, and nothing that is not typed."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_service.service import Service
from graph_service.trust.tokens import TokenVerifier
from graph_service.web.graphql import GraphQLEndpoint
from graph_service.web.health import Readiness, healthz
from graph_service.web.ingest import IngestEndpoint
from graph_service.web.ingest_spool import sweep
from graph_service.web.worker import Workers

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"
# Readiness has threads of its own, so that requests waiting for a store that is down do not keep it from saying so.
READY_SECONDS: Final = 5.0
EVERY: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class SecurityHeaders:
    """Adds the headers that every response carries; a page brings its own content policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to what comes back."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Content-Security-Policy", NOTHING)
            await send(message)

        await self._app(scope, receive, sending)


def create_app(service: Service, verifier: TokenVerifier | None) -> Starlette:
    """Return the application.

    Parameters
    ----------
    service : Service
        Stays the caller's: he closes it.
    verifier : TokenVerifier or None
        None: everybody is anonymous, and sees what the public sees.
    """
    sweep(service.settings.data_dir / "ingest")
    workers = Workers(service.settings.request_seconds)
    endpoint = GraphQLEndpoint(service, verifier, workers)
    routes = [
        Route("/", _home, methods=["GET"]),
        Route("/graphql", endpoint.handle, methods=EVERY),
        Route("/ingest/{kind}", IngestEndpoint(service, verifier, workers).handle, methods=["POST"]),
        Route("/healthz", healthz, methods=["GET"]),
        Route(
            "/readyz",
            Readiness(service, Workers(min(READY_SECONDS, workers.seconds))).handle,
            methods=["GET"],
        ),
    ]
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])


async def _home(_: Request) -> Response:
    return RedirectResponse("/graphql", 307)
