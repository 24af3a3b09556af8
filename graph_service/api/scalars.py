"""Scalars: exact on the wire, strict on the way in, and clear about what was wrong."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from schema.errors import InputError
from schema.identifiers.uscc import validate_uscc

Long = NewType("Long", int)
Ratio = NewType("Ratio", float)
Uscc = NewType("Uscc", str)
Cell = NewType("Cell", object)
Parameters = NewType("Parameters", dict[str, Any])

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_LONG: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})")


def parse_date(value: object) -> dt.date:
    """Read a civil date; InputError unless it is ``YYYY-MM-DD`` and exists."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass  # the form is right, the day does not exist
    raise InputError("A Date is a day that exists, written YYYY-MM-DD, e.g. 2026-11-22.")


def parse_instant(value: object) -> dt.datetime:
    """Read an instant as UTC; InputError without a time zone or when it does not exist."""
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass  # the form is right, the instant does not exist
    raise InputError("A DateTime is an instant with its zone, e.g. 2026-11-22T08:00:00Z.")


def write_instant(moment: dt.datetime) -> str:
    """Write an instant in UTC with a final Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def parse_long(value: object) -> int:
    """Read a 64-bit integer from a decimal text or a JSON integer."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and _LONG.fullmatch(text) and -(1 << 63) <= int(text) < 1 << 63:
        return int(text)
    raise InputError('A Long is a 64-bit integer, written as decimal text, e.g. "1250000".')


def parse_ratio(value: object) -> float:
    """Read a ratio in [0, 1]."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise InputError("A Ratio is a number from 0 to 1; 25 % is 0.25.")


def parse_uscc(value: object) -> str:
    """Read a unified social credit code; which rule it breaks is said."""
    if not isinstance(value, str):
        raise InputError("A Uscc is a text of eighteen characters.")
    return validate_uscc(value).code


def parse_parameters(value: object) -> dict[str, Any]:
    """Read a JSON object."""
    if not isinstance(value, dict):
        raise InputError('Parameters are one JSON object, e.g. {"id": "E:…"}.')
    return value


def read_only(_: object) -> object:
    """Refuse a scalar that only answers use."""
    raise GraphQLError("This scalar is for answers only.")


def write_cell(value: object) -> object:
    """Write one value of a table: dates as text, 64-bit integers beyond 2^53 as text, lists value by value."""
    if isinstance(value, dt.datetime):
        return write_instant(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > 1 << 53:
        return str(value)
    if isinstance(value, (list, tuple)):
        return [write_cell(each) for each in value]
    return value


def _scalar(name: str, description: str, write: Any, read: Any, url: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=write, parse_value=read, specified_by_url=url
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    dt.date: _scalar(
        "Date",
        "A civil day in Asia/Shanghai, strictly YYYY-MM-DD 日期（北京时间）.",
        dt.date.isoformat,
        parse_date,
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    dt.datetime: _scalar(
        "DateTime",
        "An instant with its zone; answers are in UTC 时间点（世界协调时）.",
        write_instant,
        parse_instant,
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    Long: _scalar(
        "Long",
        "A 64-bit integer as decimal text: JSON numbers are exact in every client up to 2^53 only 长整数（文本）.",
        str,
        parse_long,
    ),
    Ratio: _scalar("Ratio", "A number from 0 to 1; 25 % is 0.25 比例.", float, parse_ratio),
    Uscc: _scalar("Uscc", "Unified social credit code 统一社会信用代码 (GB 32100-2015).", str, parse_uscc),
    Cell: _scalar(
        "Cell",
        "One value of a table: text, number, boolean, null or a list of them. Dates are text 单元格.",
        write_cell,
        read_only,
    ),
    Parameters: _scalar(
        "Parameters", "A JSON object: parameter name → value 参数.", lambda v: v, parse_parameters
    ),
}
