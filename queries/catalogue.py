"""The named queries: every ``.cypher`` file under ``catalogue/``, with its header as its contract."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from queries.header import Header, HeaderError, parse_header
from schema.errors import ConfigurationError, InputError

FOLDER = Path(__file__).with_name("catalogue")
_LIST = re.compile(r"LIST<(.+)>")
_PYTHON: dict[str, tuple[type, ...]] = {
    "STRING": (str,),
    "INTEGER": (int,),
    "FLOAT": (float, int),
    "BOOLEAN": (bool,),
    "DATE": (dt.date,),
    "DATETIME": (dt.datetime,),
    "MAP": (dict,),
}


@dataclass(frozen=True)
class Query:
    """A named query.

    Parameters
    ----------
    path : pathlib.Path
        Its file.
    header : Header
        Question, parameters, columns, bounds and access.
    statement : str
        The whole file; both stores take comments.
    """

    path: Path
    header: Header
    statement: str

    @property
    def most(self) -> int | None:
        """Most rows it hands out, from its bounds (``500 rows``). It fetches one more, so that a cut is noticed."""
        bound = re.search(r"(?<!\$)\b(\d+) rows?\b", self.header.bounds)
        return int(bound[1]) if bound else None

    @property
    def subject(self) -> str:
        """The folder it lies in."""
        return self.path.parent.name


@cache
def catalogue() -> dict[str, Query]:
    """Return every query by its name.

    Raises
    ------
    ConfigurationError
        When a file has no readable header, or two have one name.
    """
    found: dict[str, Query] = {}
    for path in sorted(FOLDER.rglob("*.cypher")):
        statement = path.read_text("utf-8")
        try:
            header = parse_header(statement)
        except HeaderError as wrong:
            raise ConfigurationError(f"catalogue/{path.parent.name}/{path.name}: {wrong}") from None
        if header.name != path.stem or header.name in found:
            raise ConfigurationError(
                f"catalogue/{path.parent.name}/{path.name}: the name {header.name} is taken or another"
            )
        found[header.name] = Query(path, header, statement)
    return found


def named(name: str) -> Query:
    """Return one query; InputError when there is none of that name."""
    query = catalogue().get(name)
    if query is None:
        raise InputError(f"There is no catalogue query {name!r}; there are {', '.join(catalogue())}.")
    return query


def check_params(query: Query, params: Mapping[str, Any]) -> dict[str, Any]:
    """Check parameters against the header.

    Raises
    ------
    InputError
        When one is missing, extra or of another type. A type that ends in ``?`` takes None.
    """
    wanted = query.header.params
    if missing := wanted.keys() - params.keys():
        raise InputError(f"{query.header.name} needs the parameters {', '.join(sorted(missing))}.")
    if extra := params.keys() - wanted.keys():
        raise InputError(f"{query.header.name} takes no parameters {', '.join(sorted(extra))}.")
    for name, kind in wanted.items():
        if not _fits(params[name], kind):
            raise InputError(
                f"{query.header.name}: ${name} must be {kind}, not {type(params[name]).__name__} or out of its range."
            )
    return dict(params)


def _fits(value: Any, kind: str) -> bool:
    kind = kind.partition(" ")[0]
    if kind.endswith("?"):
        return value is None or _fits(value, kind[:-1])
    if listed := _LIST.fullmatch(kind):
        return isinstance(value, list | tuple) and all(_fits(item, listed[1]) for item in value)
    if kind == "ANY":
        return True
    return type(value) in _PYTHON[kind] and _in_range(value)


def _in_range(value: Any) -> bool:
    match value:
        case bool():
            return True
        case int():
            return -(1 << 63) <= value < 1 << 63
        case float():
            return math.isfinite(value)
        case dt.datetime():
            return value.utcoffset() is not None
    return True
