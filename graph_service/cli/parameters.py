"""Parameters of a named query as a command line writes them: text that its header gives a type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from graph_service.use_cases.named_queries import FILLED_IN
from queries.catalogue import named
from schema.errors import InputError

_LIST: Final = re.compile(r"LIST<(\w+)\??>")
PROJECTED: Final = frozenset({"guarantee_chain"})
"""Queries that are answered from the projection: their parameters are plain text."""


def read_parameters(written: Iterable[str]) -> dict[str, str]:
    """Read ``name=value`` pairs. InputError for another form, or a name that comes twice."""
    given: dict[str, str] = {}
    for pair in written:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InputError(f"A parameter is written -p name=value, not {pair!r}.")
        if name in given:
            raise InputError(f"The parameter {name} is given twice.")
        given[name] = value
    return given


def typed_parameters(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Give each text the type that the query's header declares; an optional one that is not given is None.

    Raises
    ------
    InputError
        No such query, or a text that is no value of that type. Missing and foreign parameters are the store's to name.
    """
    if name in PROJECTED:
        return dict(given)
    kinds = named(name).header.params
    optional = {key for key, kind in kinds.items() if kind.partition(" ")[0].endswith("?")} - FILLED_IN
    return dict.fromkeys(optional) | {
        key: typed(key, text, kinds.get(key, "STRING")) for key, text in given.items()
    }


def typed(name: str, text: str, kind: str) -> Any:
    """Read one text as a Cypher type: ``STRING``, ``INTEGER``, ``FLOAT``, ``BOOLEAN``, ``DATE``, ``DATETIME``, ``LIST<…>``."""
    if found := _LIST.match(kind):
        return [typed(name, part.strip(), found[1]) for part in text.split(",") if part.strip()]
    word = re.match(r"\w+", kind)
    reader = _READERS.get(word[0] if word else "")
    if reader is None:
        raise InputError(f"The parameter {name} is a {kind}, which a command line cannot write. Use the API.")
    try:
        return reader(text)
    except ValueError:
        raise InputError(f"The parameter {name} must be a {kind}, not {text!r}.") from None


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _instant(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(dt.UTC)


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "STRING": str,
    "INTEGER": int,
    "FLOAT": float,
    "BOOLEAN": _boolean,
    "DATE": dt.date.fromisoformat,
    "DATETIME": _instant,
}
