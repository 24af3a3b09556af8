"""The canonical record formats, as declarations: which columns a file of a kind has, and which facts a row becomes.

A row becomes at most one node and any number of relationships. Every kind also takes the columns of ``ROW_COLUMNS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schema.access import Audience
from schema.fields import Field, date, text


@dataclass(frozen=True)
class Column:
    """A column that holds a value."""

    field: Field
    required: bool = False

    @property
    def name(self) -> str:
        """The column's header."""
        return self.field.name


def columns_of(fields: Iterable[Field], *required: str) -> tuple[Column, ...]:
    """Return one column per declared field, under the field's own name; those named are required."""
    return tuple(Column(f, f.name in required) for f in fields)


@dataclass(frozen=True)
class Ref:
    """A column that names a node.

    A value may be a whole id (``E:…``, ``P:…``, ``H:…``) or, where only one key label is possible, a bare USCC, identity
    number, division code or record id of the same source; the loader writes the id out.
    """

    column: str
    labels: tuple[str, ...]
    zh: str
    required: bool = True
    soft: bool = False  # a node that is not there costs the relationship and a warning, not the row


@dataclass(frozen=True)
class NodeRule:
    """The node that a row describes.

    ``id_columns``: the first that is not empty gives the id. ``kind_column`` names a column whose value adds one kind
    label through ``kind_labels``. ``fields`` are columns (or references) copied under their own names. ``known``: the row
    adds to a node that others describe, and waits for it like a relationship for its end.
    """

    label: str
    id_columns: tuple[str, ...]
    fields: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kind_column: str = ""
    kind_labels: Mapping[str, str] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True)
class EdgeRule:
    """A relationship that a row states, when both its ends are given. ``""`` as an end means the row's own node."""

    relationship: str
    start: str
    end: str
    fields: tuple[str, ...] = ()
    values: Mapping[str, str | bool | int] = field(default_factory=dict)
    role: str = ""  # tells two relationships of one kind in one row apart

    @property
    def series(self) -> str:
        """The role of this element in its record, part of the fact's key."""
        return self.role or self.relationship


@dataclass(frozen=True)
class Kind:
    """One canonical record format.

    Parameters
    ----------
    name : str
        The word after ``load`` and the file's stem.
    zh : str
        The Chinese term.
    audience : Audience
        Class of the facts of this kind.
    columns, refs : tuples
        Columns with values, and columns that name nodes.
    node : NodeRule or None
        The node a row describes.
    edges : tuple of EdgeRule
        The relationships a row states.
    bank_column : str
        For BANK_PRIVATE kinds, the reference column that says whose the row is.
    withdrawn : (str, str)
        The column that says that the record was withdrawn 撤销, and the one with the day. What is withdrawn holds on no day:
        its relationships have an empty validity, so that nothing counts them and no older file brings them back.
    """

    name: str
    zh: str
    audience: Audience
    columns: tuple[Column, ...] = ()
    refs: tuple[Ref, ...] = ()
    node: NodeRule | None = None
    edges: tuple[EdgeRule, ...] = ()
    bank_column: str = ""
    withdrawn: tuple[str, str] = ("", "")

    @property
    def headers(self) -> tuple[str, ...]:
        """Every column a file of this kind may have."""
        return (
            *(c.name for c in ROW_COLUMNS),
            *(r.column for r in self.refs),
            *(c.name for c in self.columns),
        )

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a file is refused. ``record_id`` is one, unless another id column can stand in."""
        named = (*(r.column for r in self.refs if r.required), *(c.name for c in self.columns if c.required))
        natural = self.node is not None and self.node.id_columns != ("record_id",)
        return named if natural else ("record_id", *named)


ROW_COLUMNS = (
    Column(
        text(
            "record_id",
            "记录编号",
            doc="identity of the row in its source; the same id again is a newer version",
        )
    ),
    Column(date("valid_from", "有效起", doc="inclusive")),
    Column(date("valid_to", "有效止", doc="exclusive")),
)
