"""A BODS package, read and judged: valid statements on one side, refused ones with the path of every error on the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from loaders.faults import Fault
from loaders.identity.masking import masked
from loaders.readers.encoding import decode
from loaders.readers.json_values import read_values
from loaders.sources.bods_schema import Errors, validators

Details: TypeAlias = Mapping[str, Any]
_DEEP: Final = "A statement is a few levels deep; this one is nested deeper than anybody checks."


@dataclass(frozen=True)
class Statement:
    """One valid statement.

    Parameters
    ----------
    file, line : str and int
        Where it begins.
    day : str
        Its ``statementDate``, ``YYYY-MM-DD``.
    closes : bool
        Whether it is the last about its record.
    """

    file: str
    line: int
    id: str
    record: str
    record_type: str
    day: str
    closes: bool
    details: Details


@dataclass(frozen=True)
class Refusal:
    """A statement that is refused, with its text and all that is wrong with it."""

    line: int
    record_type: str
    text: str
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Package:
    """The statements of one file, in file order."""

    name: str
    statements: Sequence[Statement]
    refusals: Sequence[Refusal]


def read_package(content: bytes, name: str) -> Package:
    """Read a JSON array of statements, one statement, or one a line.

    Raises
    ------
    FileRefused
        For what is no JSON; a statement that breaks the standard is refused alone.
    ConfigurationError
        When the publisher's schemas are named and cannot be used.
    """
    judges = validators()
    statements: list[Statement] = []
    refusals: list[Refusal] = []
    seen: dict[str, Any] = {}
    for line, value in read_values(decode(content, name), name):
        faults = [*_faults(value, judges)]
        if not faults:
            faults = [*_repeated(value, seen)]
        if faults:
            refusals.append(refusal(line, value, faults))
        else:
            statements.append(_statement(name, line, value))
    return Package(name, statements, refusals)


def refusal(line: int, value: Any, faults: Sequence[Fault]) -> Refusal:
    """Refuse a statement."""
    kind = value.get("recordType") if isinstance(value, dict) else ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Refusal(line, kind if isinstance(kind, str) else "", text, faults)


def fault(path: Iterable[Any], code: str, value: Any, rule: str) -> Fault:
    """Return a fault whose field is the JSON pointer (RFC 6901) of what is wrong in the statement."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Fault(pointer(path), code, masked(shown), masked(rule))


def pointer(path: Iterable[Any]) -> str:
    """Write a path as a JSON pointer; the whole statement is ``*``, as everywhere."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps) or "*"


def _statement(file: str, line: int, value: Details) -> Statement:
    return Statement(
        file,
        line,
        value["statementId"],
        value["recordId"],
        value["recordType"],
        value["statementDate"][:10],
        value.get("recordStatus") == "closed",
        value["recordDetails"],
    )


def _faults(value: Any, judges: Sequence[Errors]) -> Iterator[Fault]:
    found: dict[tuple[str, str], Fault] = {}
    for judge in judges:
        try:
            errors = [*judge(value)]
        except ValueError:  # the only one that a validator raises: it stops at 255 levels
            yield fault((), "bods.schema", "", _DEEP)
            return
        for error in errors:
            rule = f"{error.message} [schema {pointer(error.schema_path)}]"
            one = fault(error.instance_path, "bods.schema", _at(value, error.instance_path), rule)
            found.setdefault((one.field, error.message), one)  # two schemas may say the same
    yield from found.values()
    details = value.get("recordDetails") if not found else None
    for place, interest in enumerate((details or {}).get("interests") or ()):
        share = interest.get("share") or {}
        least = max(share.get("minimum", 0), share.get("exclusiveMinimum", 0))
        most = min(share.get("maximum", 100), share.get("exclusiveMaximum", 100))
        if not least <= share.get("exact", least) <= most:
            rule = "The bounds of a share contradict each other, or its exact value."
            yield fault(("recordDetails", "interests", place, "share"), "bods.share", share, rule)


def _repeated(value: Details, seen: dict[str, Any]) -> Iterator[Fault]:
    first = seen.setdefault(value["statementId"], value)
    if first is not value and first != value:
        rule = "Another statement of this file has the same identifier: each statement has its own."
        yield fault(("statementId",), "bods.statement_repeated", value["statementId"], rule)


def _at(value: Any, path: Iterable[Any]) -> Any:
    for step in path:
        value = value[step]
    return value
