"""How a GraphQL field becomes one audited operation: declared arguments in, a use-case's answer out."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, Final

import strawberry

from graph_service.api.caller import Caller, Info, When
from graph_service.api.refusals import repairable
from graph_service.asking import Asking

REQUIRED: Final = inspect.Parameter.empty


def unchanged(value: Any) -> Any:
    """Hand an argument on as it is."""
    return value


def by_value(member: Enum | None) -> Any:
    """Hand an enum on by its value."""
    return None if member is None else member.value


@dataclass(frozen=True)
class Argument:
    """One argument of a field.

    Parameters
    ----------
    kind : type
        Its GraphQL type.
    description : str
    default : object
        REQUIRED when there is none.
    read : callable
        Turns what was sent into what the use-case takes; raises InputError.
    name : str, optional
        Its name on the wire where that is no name in Python, e.g. ``from``.
    """

    kind: Any
    description: str
    default: Any = REQUIRED
    read: Callable[[Any], Any] = unchanged
    name: str | None = None

    def parameter(self, name: str) -> inspect.Parameter:
        """Return the parameter that Strawberry reads the argument from."""
        kind: Any = Annotated.__class_getitem__(  # type: ignore[attr-defined]
            (self.kind, strawberry.argument(description=self.description, name=self.name))
        )
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=self.default, annotation=kind)


@dataclass(frozen=True)
class Supplied:
    """What the service itself hands to a use-case beside the caller's arguments."""

    read: Callable[[Caller], Any]


AS_OF: Final = Argument(
    dt.date | None, "The day that is asked about; today in Shanghai when left out 截至日期.", None
)
KNOWN_AT: Final = Argument(
    dt.datetime | None, "What was known at that instant; supervisors and auditors only 认知时点.", None
)


def operation(
    name: str,
    answer: Callable[..., Any],
    returns: Any,
    description: str,
    arguments: Mapping[str, Argument | Supplied] | None = None,
) -> Any:
    """Declare a query field that is answered by a use-case; it takes ``asOf`` and ``knownAt`` beside its arguments.

    Parameters
    ----------
    name : str
        Name in the policy's closed list of operations.
    answer : callable
        ``(asking, *arguments)``: a use-case, or a small adapter around it.
    returns : type
        GraphQL type; nullable, so that one refused field does not take its neighbours away.
    description : str
    arguments : mapping
        By API name, in the order in which ``answer`` takes them.
    """
    ask = _asker(name, answer, arguments or {})

    def resolve(root: None, info: Info, **sent: Any) -> Any:
        return ask(info.context, sent)

    _declare(resolve, {**(arguments or {}), "as_of": AS_OF, "known_at": KNOWN_AT})
    return strawberry.field(resolver=resolve, graphql_type=returns, description=description)


def mutation(
    name: str,
    answer: Callable[..., Any],
    returns: Any,
    description: str,
    kind: type,
    supplied: Supplied | None = None,
) -> Any:
    """Declare a mutation with one input object of type ``kind``; parameters as for ``operation``.

    ``supplied`` is handed to ``answer`` after the input.

    A refusal that its sender can repair comes back in the payload; it is audited as a refusal all the same.
    """
    arguments = {"input": Argument(kind, "What is to be done 输入.")}
    ask = _asker(name, answer, {**arguments, **({"supplied": supplied} if supplied else {})})

    def resolve(root: None, info: Info, **sent: Any) -> Any:
        return repairable(lambda: ask(info.context, sent))

    _declare(resolve, arguments)
    return strawberry.mutation(resolver=resolve, graphql_type=returns, description=description)


def _asker(
    name: str, answer: Callable[..., Any], arguments: Mapping[str, Argument | Supplied]
) -> Callable[[Caller, dict[str, Any]], Any]:
    def ask(caller: Caller, sent: dict[str, Any]) -> Any:
        def compute(asking: Asking) -> Any:
            read = (
                each.read(caller if isinstance(each, Supplied) else sent[key])
                for key, each in arguments.items()
            )
            return answer(asking, *read)

        when = When(sent.get("as_of"), sent.get("known_at"))
        return caller.ask(name, {key: _plain(value) for key, value in sent.items()}, when, compute)

    return ask


def _plain(value: Any) -> Any:
    """An argument as the audit digests it: enums by value, input objects by field, lists item by item."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value.value if isinstance(value, Enum) else value


def _declare(resolve: Any, arguments: Mapping[str, Argument | Supplied]) -> None:
    """Give a resolver the signature that Strawberry derives the arguments from."""
    annotations = {"root": None, "info": Info}
    fixed = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind)
        for name, kind in annotations.items()
    ]
    own = [each.parameter(name) for name, each in arguments.items() if isinstance(each, Argument)]
    resolve.__signature__ = inspect.Signature([*fixed, *own])
