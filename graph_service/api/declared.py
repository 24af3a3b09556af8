"""GraphQL fields from the declarations of ``schema/``: what a node or a relationship holds is said once, there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import strawberry

from graph_service.api.amounts import Money
from graph_service.api.scalars import Ratio, Uscc
from schema.fields import Field, FieldType

_TYPES: Final[dict[FieldType, Any]] = {
    FieldType.STRING: str,
    FieldType.INTEGER: int,
    FieldType.MONEY: Money,
    FieldType.RATIO: Ratio,
    FieldType.NUMBER: float,
    FieldType.BOOLEAN: bool,
    FieldType.DATE: dt.date,
    FieldType.DATETIME: dt.datetime,
}


def declared_type(owner: str, fields: Iterable[Field], base: type = object) -> type:
    """Return a class with one nullable GraphQL field per declared property, to be made a type by the caller.

    The source object has a mapping ``properties`` (see ``api.sources``). ``amount_fen`` becomes ``amount`` of type Money, a closed list of
    texts an enum.

    Parameters
    ----------
    owner : str
        Label or relationship, in PascalCase: the name of the class, and the prefix of its enums.
    fields : iterable of Field
    base : type
        Interface to implement.
    """
    members: dict[str, Any] = {"__annotations__": {}, "__doc__": owner, "__module__": __name__}
    for each in fields:
        name = each.name.removesuffix("_fen")
        members["__annotations__"][name] = _kind(owner, each) | None
        members[name] = _described(each)
    return type(owner, (base,), members)


def _described(each: Field) -> Any:
    return strawberry.field(description=f"{each.zh}: {each.doc}." if each.doc else f"{each.zh}.")


_ENUMS: Final[dict[str, Any]] = {}


def _kind(owner: str, each: Field) -> Any:
    if each.choices:
        name = f"{owner}{''.join(part.capitalize() for part in each.name.split('_'))}"
        if name not in _ENUMS:
            made: Any = StrEnum(name, {choice: choice for choice in each.choices})  # type: ignore[misc]
            said = f"{each.zh}: {', '.join(each.spelled)}." if each.words else f"{each.zh}."
            _ENUMS[name] = strawberry.enum(made, description=said)
        return _ENUMS[name]
    return Uscc if each.name == "uscc" else _TYPES[each.kind]
