"""The projection: everything known at one run, for every caller and every day.

It is built once per graph version from the columns that a store hands out. Validity is a pair of day numbers per edge, the
data class one bit per edge, so a view is two comparisons and a mask.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.evidence import Fact
from algorithms.projection.arrays import ClassBits, Edges
from algorithms.projection.ids import LabelIndex
from algorithms.projection.memo import Memo
from schema.errors import NotFound
from schema.nodes import key_label_of
from schema.provenance import fact_id

if TYPE_CHECKING:
    from algorithms.projection.access import Access
    from algorithms.projection.view import View


@dataclass(frozen=True, eq=False)
class Projection:
    """The graph as known at run ``known_run``.

    Parameters
    ----------
    known_run : int
        Graph version.
    ids : sequence of str
        Node id per position; nodes of one key label stand together.
    spans : mapping
        Key label → (first position, one past the last).
    audience : uint16 array
        One bit per node. ``bank``: int32 position of the bank it belongs to, or -1.
    frames : mapping
        Key label → table of ``kinds`` and declared properties, in position order.
    edges : mapping
        Relationship → Edges.
    index : mapping
        Key label → id → position.
    kept : Memo
        What was derived from the arrays; a projection of the same arrays under a later run shares it.
    """

    known_run: int
    ids: Sequence[str]
    spans: Mapping[str, tuple[int, int]]
    audience: ClassBits
    bank: NDArray[np.int32]
    frames: Mapping[str, pl.DataFrame]
    edges: Mapping[str, Edges]
    index: Mapping[str, Mapping[str, int]] = field(repr=False)
    kept: Memo = field(default_factory=Memo, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, node_id: str, label: str | None = None) -> int:
        """Return a node's position; NotFound when there is no such node. The label may be left out for parties."""
        label = label or key_label_of(node_id)
        try:
            return self.index[label or ""][node_id]
        except KeyError:
            raise NotFound("There is no such node.") from None

    def find(self, node_ids: Iterable[str]) -> NDArray[np.int32]:
        """Return the positions of those parties and contacts that exist, in no particular order. O(n + labels · V) at most."""
        by_label: dict[str, list[str]] = {}
        for node_id in node_ids:
            by_label.setdefault(key_label_of(node_id) or "", []).append(node_id)
        found = [np.empty(0, dtype=np.int32)]
        for label, ids in by_label.items():
            index = self.index.get(label, {})
            places = (
                index.places(pl.Series(ids, dtype=pl.String))
                if isinstance(index, LabelIndex)
                else _looked_up(ids, index)
            )
            found.append(places[places >= 0])
        return np.concatenate(found)

    @cached_property
    def _firsts(self) -> tuple[list[int], list[str]]:
        return [first for first, _ in self.spans.values()], list(self.spans)

    def label(self, position: int) -> str:
        """Return a node's key label. O(log labels)."""
        firsts, labels = self._firsts
        return labels[bisect_right(firsts, position) - 1]

    def property(self, position: int, name: str) -> object:
        """Return one declared property of a node, None when unknown."""
        label = self.label(position)
        return self.frames[label][name][position - self.spans[label][0]]

    def fact(self, relationship: str, position: int) -> Fact:
        """Return the citation of one fact."""
        e = self.edges[relationship]
        run = int(e.run[position])
        return Fact(
            fact_id(int(e.key[position]), run),
            relationship,
            self.ids[int(e.start[position])],
            self.ids[int(e.end[position])],
            run,
            int(e.line[position]),
        )

    def view(self, as_of: dt.date, access: Access) -> View:
        """Return what this caller may see of the facts that hold on that day, nodes of one identity joined."""
        # A view knows its projection, so only here does a projection know of views.
        from algorithms.projection.view import View, joined_view  # noqa: PLC0415

        return joined_view(View(self, as_of, access))


def _looked_up(node_ids: Iterable[str], index: Mapping[str, int]) -> NDArray[np.int32]:
    return np.array([index.get(node_id, -1) for node_id in node_ids], dtype=np.int32)
