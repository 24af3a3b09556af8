"""JSON Schema of a canonical kind or a dataset: what one row of a file holds, for those who deliver NDJSON or check before they send.

It says what one value may be; what rows say together (a repeated record, a missing party) only the loader can judge.
"""

from __future__ import annotations

from typing import Any, Final

from schema.datasets import Dataset
from schema.errors import InputError
from schema.fields import Field, FieldType
from schema.records import ROW_COLUMNS, Kind, Ref

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN: Final[dict[FieldType, dict[str, Any]]] = {
    FieldType.STRING: {"type": "string"},
    FieldType.INTEGER: {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    FieldType.MONEY: {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    FieldType.RATIO: {"type": "number", "minimum": 0, "maximum": 1},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
}


def kind_schema(kind: Kind) -> dict[str, Any]:
    """Return the schema of one row of a kind.

    Parameters
    ----------
    kind : Kind

    Returns
    -------
    dict
        A JSON Schema (2020-12) of an object: one property a column, unknown ones refused. A null is an unknown value.
    """
    columns = {c.name: _column(c.field, c.name in kind.required) for c in (*ROW_COLUMNS, *kind.columns)}
    refs = {ref.column: _reference(ref) for ref in kind.refs}
    return {
        "$schema": DIALECT,
        "title": kind.name,
        "description": f"{kind.zh}. Class {kind.audience}.",
        "type": "object",
        "properties": {name: (columns | refs)[name] for name in kind.headers},
        "required": sorted(kind.required),
        "additionalProperties": False,
    }


def dataset_schema(dataset: Dataset) -> dict[str, Any]:
    """Return the schema of one row of a dataset: that of its kind without the columns that the dataset itself says.

    Raises
    ------
    InputError
        The dataset is not delivered as records.
    """
    if dataset.kind is None:
        raise InputError(f"{dataset.code} is not delivered as records: {dataset.note}")
    whole = kind_schema(dataset.kind)
    written = {**whole["properties"]}
    for column in {*dataset.kind.required} - {*dataset.required} - {*dataset.constants}:
        written[column] = _or_null(written[column])
    return whole | {
        "title": dataset.code,
        "description": f"{dataset.zh}. Class {dataset.kind.audience}.",
        "properties": {name: written[name] for name in dataset.columns},
        "required": sorted(dataset.required),
    }


def _column(field: Field, required: bool) -> dict[str, Any]:
    written = dict(_WRITTEN[field.kind])
    if field.choices:
        written["enum"] = [*field.choices, *field.words.values()]
    said = f"{field.zh}: {field.doc}." if field.doc else f"{field.zh}."
    return {"description": said} | (written if required else _or_null(written))


def _reference(ref: Ref) -> dict[str, Any]:
    written = {"type": "string", "minLength": 1}
    return {"description": f"{ref.zh}: id of {' or '.join(ref.labels)}."} | (
        written if ref.required else _or_null(written)
    )


def _or_null(written: dict[str, Any]) -> dict[str, Any]:
    """An unknown value may be left out or null."""
    loose = written | {"type": [written["type"], "null"]}
    return loose | {"enum": [*written["enum"], None]} if "enum" in written else loose
