"""The body of a GraphQL request: bounded, JSON, and of the right shape."""

from __future__ import annotations

from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest

from graph_service.api.execution import Request
from schema.errors import InputError

LARGEST_BODY: Final = 256 * 1024


class BodyTooLarge(InputError):
    """The body is larger than allowed."""


async def read_body(http: HttpRequest) -> bytes:
    """Return the body, and stop reading when it is too large.

    Raises
    ------
    BodyTooLarge
    """
    declared = http.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        raise _too_large()
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _too_large()
    return bytes(body)


def parse_body(body: bytes) -> Request:
    """Return the parameters of GraphQL over HTTP.

    Raises
    ------
    InputError
        Not JSON, not an object (batches are not taken), or a parameter of the wrong type.
    """
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InputError('The body is not JSON. Send {"query": "…"}.') from None
    if not isinstance(document, dict):
        raise InputError("The body must be one JSON object; batches are not taken.")
    query = document.get("query")
    if not isinstance(query, str) or not query.strip():
        raise InputError("The parameter `query` is missing or not a text.")
    for name in ("variables", "extensions"):
        if not isinstance(document.get(name), (dict, type(None))):
            raise InputError(f"The parameter `{name}` must be a JSON object.")
    if not isinstance(document.get("operationName"), (str, type(None))):
        raise InputError("The parameter `operationName` must be a text.")
    return Request(query, document.get("variables") or {}, document.get("operationName"))


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than {LARGEST_BODY} bytes.")
