"""One GraphQL request, from its text to the JSON of its answer. Synchronous; the HTTP edge runs it on a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graphql import GraphQLError

from graph_service.api.caller import Caller
from graph_service.api.connections import largest_first
from graph_service.api.costs import require_affordable
from graph_service.api.documents import DocumentRefused, Documents, Prepared
from graph_service.api.errors import formatted, of_service
from graph_service.api.schema import SCHEMA, core_schema
from schema.errors import GraphServiceError, InputError

DOCUMENTS: Final = Documents(core_schema())


@dataclass(frozen=True)
class Request:
    """The parameters of GraphQL over HTTP."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


@dataclass(frozen=True)
class Reply:
    """What is sent back.

    Parameters
    ----------
    body : dict
        ``data`` and ``errors`` as GraphQL defines them.
    began : bool
        False when nothing was executed: the request itself is wrong.
    """

    body: dict[str, Any]
    began: bool

    @property
    def code(self) -> str | None:
        """Code of the first error."""
        errors = self.body.get("errors")
        return str(errors[0]["extensions"]["code"]) if errors else None


def refused(error: GraphServiceError) -> Reply:
    """Return the reply to a request that was not executed."""
    return Reply({"errors": [of_service(error)]}, began=False)


def execute(request: Request, caller: Caller) -> Reply:
    """Admit and execute a request. Never raises: whatever goes wrong is in the reply."""
    guarded = caller.principal.token_id is None
    try:
        prepared = DOCUMENTS.prepare(request.query, guarded=guarded)
        _admit(request, prepared, caller)
    except DocumentRefused as found:
        return _failed(found.errors, guarded=guarded)
    except GraphServiceError as error:
        return refused(error)
    result = SCHEMA.execute_sync(
        request.query,
        variable_values=dict(request.variables),
        context_value=replace(caller, document=prepared.document),
        operation_name=request.operation_name,
    )
    # Values of variables are read before anything is executed: such an error belongs to the request, not to a field.
    if result.data is None and result.errors and not any(e.path for e in result.errors):
        return _failed(result.errors, guarded=guarded)
    errors = [formatted(each, guarded=guarded) for each in result.errors or ()]
    return Reply({**({"errors": errors} if errors else {}), "data": result.data}, began=True)


def _admit(request: Request, prepared: Prepared, caller: Caller) -> None:
    """Find the operation, and refuse it when it costs too much."""
    names = prepared.operations
    if request.operation_name is None and len(names) != 1:
        raise InputError("The document holds several operations: say which in `operationName`.")
    name = request.operation_name if request.operation_name is not None else next(iter(names))
    if name not in names:
        raise InputError("The document holds no operation of that `operationName`.")
    role = caller.principal.role
    require_affordable(prepared.terms[name], request.variables, role, largest_first(role))


def _failed(errors: list[GraphQLError], *, guarded: bool) -> Reply:
    return Reply({"errors": [formatted(each, guarded=guarded) for each in errors]}, began=False)
