"""``graphql``: everything that the API answers, asked in this process as the operator."""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
from cyclopts import Parameter

from graph_service.api.caller import Caller
from graph_service.api.execution import Reply, Request, execute
from graph_service.asking import Question
from graph_service.cli.app import STANDARD_INPUT
from graph_service.cli.desk import At, Failed, write_json
from graph_service.service import Service
from graph_service.trust.principal import operator
from schema.access import Purpose
from schema.errors import InputError
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class GraphqlOptions:
    """What else the document needs, about when, why, and for whom.

    Parameters
    ----------
    variables : str
        Values of the document's variables, one JSON object 变量.
    operation : str, optional
        Which operation to execute, where the document holds several 操作名.
    as_of : date, optional
        The day for every field that names none 时点; default: today in Shanghai.
    purpose : Purpose
        Why you ask 用途; it is audited.
    org : str, optional
        The bank on whose behalf you ask 受托银行, e.g. E:…: it opens that bank's own data, and is audited.
    """

    variables: str = "{}"
    operation: str | None = None
    as_of: dt.date | None = None
    purpose: Annotated[Purpose, Parameter(name="--purpose", name_transform=str)] = Purpose.OPERATIONS
    org: str | None = None

    def values(self) -> dict[str, Any]:
        """Return the variables. InputError unless they are one JSON object."""
        try:
            found = orjson.loads(self.variables)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise InputError('Variables are one JSON object, e.g. --variables \'{"id": "E:…"}\'.')
        return found


_USUAL = GraphqlOptions()


def graphql(
    query: str | None = None,
    /,
    *,
    file: Path | None = None,
    options: Annotated[GraphqlOptions, Parameter(name="*")] = _USUAL,
    desk: At,
) -> None:
    """Execute a GraphQL document (graph_service/schema.graphql), as the operator; print its answer as JSON. 图查询

    The same schema, limits, roles and audit as over HTTP. Exit code 1 when the answer holds errors.

    Parameters
    ----------
    query : str, optional
        The document; - reads it from standard input.
    file : Path, optional
        Read it from this file instead.
    """
    request = Request(_document(query, file), options.values(), options.operation)
    with desk.service() as service:
        reply = _ask(service, request, options)
    write_json(reply.body)
    if "errors" in reply.body:
        raise Failed


def _document(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise InputError("Give the document, or - for standard input, or --file: one of them.")
    try:
        if STANDARD_INPUT in (query, str(file)):
            text = sys.stdin.read()
        else:
            text = file.read_text("utf-8") if file else query
    except (OSError, UnicodeDecodeError):
        raise InputError(f"There is no text in UTF-8 to read at {file or 'standard input'}.") from None
    if not text or not text.strip():
        raise InputError("The document is empty.")
    return text


def _ask(service: Service, request: Request, options: GraphqlOptions) -> Reply:
    """Have the command itself authorised and audited; within it, every field is, as over HTTP."""
    principal = operator(options.purpose, options.org)
    deadline = time.monotonic() + service.settings.request_seconds
    caller = Caller(service, principal, deadline, day=options.as_of)
    return service.answer(
        Question(principal, options.as_of or today_in_shanghai()),
        "cli.graphql",
        {"query": request.query, "variables": request.variables},
        lambda _: execute(request, caller),
    )
