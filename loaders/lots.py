"""Lots: the accepted rows of one file, part by part on disk when they are many, with what each part is about.

The lots of a delivery are numbered in the order of its files; ``EARLIER`` holds the rows of earlier deliveries that it
settles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from loaders.facts import Item, Node
from loaders.spool import Spool, parts_of

EARLIER: Final = -1


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a part of a lot is about, so that it need not be read to be asked.

    Parameters
    ----------
    described : list of Node
        The nodes that its rows describe, one a row.
    wanted : list of Node
        Every node that its rows need to be there, once.
    elements : int
        Nodes and relationships that it states.
    """

    described: list[Node]
    wanted: list[Node]
    elements: int


class Lot:
    """Rows of one file, appended part by part."""

    def __init__(self, parts: Iterable[list[Item]] = ()) -> None:
        self._items: Spool[Item] = Spool()
        self._mentions: Spool[Mentions] = Spool()
        for part in parts:
            self.add(part)

    def add(self, part: list[Item]) -> None:
        """Append a part; an empty one is left out."""
        if part:
            self._items.add(part)
            self._mentions.add([_mentions(part)])

    @property
    def items(self) -> Sequence[Item]:
        """All rows; a plain list if they are one part."""
        return self._items if self.part_count > 1 else [*self._items]

    @property
    def part_count(self) -> int:
        """How many parts there are."""
        return len(self._mentions)

    def part(self, number: int) -> list[Item]:
        """Return the rows of a part."""
        return self._items.part(number)

    def mentions(self) -> Iterator[Mentions]:
        """Yield what each part is about."""
        return iter(self._mentions)

    def rest(self) -> None:
        """Let go of what is in memory and on disk as well."""
        self._items.rest()
        self._mentions.rest()

    def without(self, items: Collection[Item]) -> Lot:
        """Return the lot without some of its rows."""
        return Lot([item for item in part if item not in items] for part in parts_of(self._items))


def _mentions(items: Sequence[Item]) -> Mentions:
    wanted = {node for item in items for edge in item.edges for node in edge.ends}
    wanted |= {node for item in items if (node := item.added_to)}
    described = [node for item in items if (node := item.own)]
    return Mentions(described, [*wanted], sum(bool(item.node) + len(item.edges) for item in items))
