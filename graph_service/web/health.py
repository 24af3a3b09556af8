"""Is the process alive, and can it answer: for whoever starts, watches and balances it."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graph_service.api.errors import of_service
from graph_service.service import Service
from graph_service.web.worker import Workers
from schema.errors import GraphServiceError


async def healthz(_: Request) -> Response:
    """Answer 200 as long as the process serves at all."""
    return _json({"alive": True}, 200)


@dataclass(frozen=True)
class Readiness:
    """The resource ``/readyz``: asks the store anew every time, so it recovers when the store does."""

    service: Service
    workers: Workers

    async def handle(self, _: Request) -> Response:
        """Answer 200 when the store answers, else 503 with the typed error."""
        try:
            await self.workers.run(self.service.store.known_run)
        except GraphServiceError as error:
            return _json({"ready": False, "error": of_service(error)}, 503)
        return _json({"ready": True}, 200)


def _json(body: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, media_type="application/json")
