"""What a row of a file becomes before it is written: at most one node and any number of relationships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Node: TypeAlias = tuple[str, str]
"""Key label and id."""


class NodeFact(NamedTuple):
    """A row of a NodeBatch, with its group.

    ``found_by`` names the column that gave the id of a node that others must describe; empty for a row that describes it.
    """

    label: str
    kinds: tuple[str, ...]
    row: dict[str, Any]
    found_by: str = ""


class EdgeFact(NamedTuple):
    """A row of an EdgeBatch, with its group.

    ``via`` names the columns that gave start and end (``""``: the row's own node); ``soft`` says that a missing end costs
    the relationship and not the row.
    """

    relationship: str
    start_label: str
    end_label: str
    row: dict[str, Any]
    via: tuple[str, str]
    soft: bool

    @property
    def ends(self) -> tuple[Node, Node]:
        """Its start and its end."""
        return (self.start_label, self.row["start"]), (self.end_label, self.row["end"])


@dataclass(eq=False, slots=True)
class Item:
    """One accepted row. Equal is what stands at the same place of the same lot, however often it was read from disk.

    Parameters
    ----------
    lot : int
        The number of its file within the delivery; see ``loaders.lots``.
    index : int
        Its place among the rows of the file.
    record : str
        Its identity in its source.
    node, edges
        What it states.
    """

    lot: int
    index: int
    record: str
    node: NodeFact | None
    edges: list[EdgeFact]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and (self.lot, self.index) == (other.lot, other.index)

    def __hash__(self) -> int:
        return hash((self.lot, self.index))

    def __reduce__(self) -> tuple[Any, ...]:
        return Item, (self.lot, self.index, self.record, self.node, self.edges)

    @property
    def own(self) -> Node | None:
        """The node that it describes; None when it describes none, or only adds to one."""
        return (self.node.label, self.node.row["id"]) if self.node and not self.node.found_by else None

    @property
    def added_to(self) -> Node | None:
        """The node that it adds to without describing it."""
        return (self.node.label, self.node.row["id"]) if self.node and self.node.found_by else None

    def same_as(self, other: Item) -> bool:
        """Whether two rows state the same, wherever they stand."""
        return self._content() == other._content()

    def _content(self) -> tuple[Any, ...]:
        return (
            self.node and (self.node.kinds, without_line(self.node.row)),
            [(e.relationship, without_line(e.row)) for e in self.edges],
        )


def without_line(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a row states, without where it stands."""
    return {name: value for name, value in row.items() if name != "line"}
