"""What a row of a file becomes before it is written: at most one node and any number of relationships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


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


@dataclass(eq=False, slots=True)
class Item:
    """One accepted row.

    Parameters
    ----------
    index : int
        Its place among the rows of the file.
    record : str
        Its identity in its source.
    node, edges
        What it states.
    """

    index: int
    record: str
    node: NodeFact | None
    edges: list[EdgeFact]

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
