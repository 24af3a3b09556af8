"""Errors on the wire: the tree of ``schema.errors`` as GraphQL errors, and everything unknown masked."""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from typing import Any, Final

from graphql import GraphQLError

from schema.errors import GraphServiceError, InputError

logger = logging.getLogger("graph_service.api")

MASKED: Final = "Something went wrong inside the service. Report the error id. 服务内部错误，请提供错误编号。"
INTERNAL: Final = GraphServiceError.code
_SUGGESTION: Final = re.compile(r"\s*Did you mean .*\?", re.DOTALL)


def formatted(error: GraphQLError, *, guarded: bool = False) -> dict[str, Any]:
    """Return the JSON of an error: message, locations, path, and extensions with ``code`` and ``retryable``.

    Parameters
    ----------
    error : GraphQLError
    guarded : bool
        For an anonymous caller: no suggestions.
    """
    shown: dict[str, Any] = {"message": "", "extensions": {}}
    cause = _cause(error)
    if isinstance(cause, GraphServiceError) and cause.code != INTERNAL:
        # Bad values are explained by GraphQL, which names the argument; anything else by the error itself.
        shown["message"] = error.message if isinstance(cause, InputError) else cause.detail
        shown["extensions"] = {"code": cause.code, "retryable": cause.retryable}
    elif cause is None:
        shown["message"] = error.message
        shown["extensions"] = {"code": InputError.code, "retryable": False}
    else:
        shown["message"] = MASKED
        shown["extensions"] = {"code": INTERNAL, "retryable": False, "errorId": note(cause)}
    if guarded:
        shown["message"] = _SUGGESTION.sub("", shown["message"])
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        shown["path"] = list(error.path)
    return shown


def of_service(error: GraphServiceError) -> dict[str, Any]:
    """Return the JSON of an error that came up before any document was executed."""
    return formatted(GraphQLError(error.detail, original_error=error))


def note(cause: BaseException) -> str:
    """Log an unknown error and return its id.

    Only the kind of the error and the places in the code are logged: its text may hold what a caller sent.
    """
    error_id = secrets.token_hex(8)
    places = "".join(traceback.format_tb(cause.__traceback__))
    logger.error("error %s: %s at\n%s", error_id, type(cause).__qualname__, places)
    return error_id


def _cause(error: GraphQLError) -> BaseException | None:
    """What lies under all GraphQL wrappings; None when the error is GraphQL's own."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause
