"""Whether the rows of a batch hold what their fields declare: whole columns first, single rows only where one fails."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schema.access import Audience
from schema.fields import Field, FieldType
from schema.ports import Reject

_NONE = type(None)
_TYPES: dict[FieldType, type] = {
    FieldType.STRING: str,
    FieldType.INTEGER: int,
    FieldType.MONEY: int,
    FieldType.RATIO: float,
    FieldType.NUMBER: float,
    FieldType.BOOLEAN: bool,
    FieldType.DATE: dt.date,
    FieldType.DATETIME: dt.datetime,
}
_WHOLE = (FieldType.INTEGER, FieldType.MONEY)
_RULES = {
    FieldType.STRING: "one of the data classes",
    FieldType.INTEGER: "a 64-bit integer",
    FieldType.MONEY: "a 64-bit integer",
    FieldType.RATIO: "in [0, 1]",
    FieldType.NUMBER: "finite",
    FieldType.DATETIME: "in UTC",
}
_CLASSES = {a.value for a in Audience}


@dataclass(frozen=True)
class Checked:
    """The good rows of a batch by their index, the refused ones, and the fields that any row has a value for."""

    rows: dict[int, Mapping[str, Any]]
    rejects: list[Reject]
    present: tuple[str, ...]


def check(rows: Sequence[Mapping[str, Any]], required: Sequence[Field], optional: Sequence[Field]) -> Checked:
    """Check a batch. O(rows x fields), about 50 ns a value."""
    refused: dict[int, str] = {}
    for field in required:
        _refuse_column(rows, field, refused, empty=False)
    present = tuple(field.name for field in optional if _refuse_column(rows, field, refused, empty=True))
    good = {i: row for i, row in enumerate(rows) if i not in refused} if refused else dict(enumerate(rows))
    return Checked(good, [Reject(i, "value", why) for i, why in sorted(refused.items())], present)


def _refuse_column(
    rows: Sequence[Mapping[str, Any]], field: Field, refused: dict[int, str], *, empty: bool
) -> bool:
    """Note the rows whose value does not fit; say whether any row has a value."""
    column = [row.get(field.name) for row in rows]
    kinds = {type(value) for value in column}
    allowed = {_TYPES[field.kind], _NONE} if empty else {_TYPES[field.kind]}
    if not kinds <= allowed or not _fits_whole(column, field, kinds):
        for index, value in enumerate(column):
            if why := _wrong(value, field, empty=empty):
                refused.setdefault(index, why)
    return kinds != {_NONE} and bool(kinds)


def _fits_whole(column: Sequence[Any], field: Field, kinds: set[type]) -> bool:
    """Check the range of a column whose types are right, at once where that is cheap."""
    if field.kind is FieldType.STRING:
        return field.name != "audience" or {*column} <= _CLASSES
    if field.kind in (FieldType.DATE, FieldType.BOOLEAN) or kinds == {_NONE}:
        return True
    values = column if _NONE not in kinds else [v for v in column if v is not None]
    if field.kind in _WHOLE:
        return min(values, default=0) >= -(1 << 63) and max(values, default=0) < 1 << 63
    if field.kind is FieldType.RATIO:
        return all(0.0 <= value <= 1.0 for value in values)
    return not any(_wrong(value, field, empty=True) for value in values)


def _wrong(value: Any, field: Field, *, empty: bool) -> str:
    """Say what is wrong with one value, or nothing."""
    wanted = _TYPES[field.kind]
    if value is None:
        return "" if empty else f"{field.name} is missing"
    if type(value) is not wanted:
        return f"{field.name} must be {wanted.__name__}, not {type(value).__name__}"
    return "" if _in_range(value, field) else f"{field.name} must be {_RULES[field.kind]}"


def _in_range(value: Any, field: Field) -> bool:
    """Whether a value of the right type lies where its field allows."""
    match field.kind:
        case FieldType.STRING:
            return field.name != "audience" or value in _CLASSES
        case FieldType.INTEGER | FieldType.MONEY:
            return bool(-(1 << 63) <= value < 1 << 63)
        case FieldType.RATIO:
            return bool(0.0 <= value <= 1.0)
        case FieldType.NUMBER:
            return math.isfinite(value)
        case FieldType.DATETIME:
            return bool(value.utcoffset() == dt.timedelta(0))
    return True
