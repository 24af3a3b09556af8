"""Nodes of one identity 同一主体: accepted SAME_AS facts join nodes, and one of them stands for all.

A SAME_AS fact counts when its ``judgement`` is ``ACCEPTED``, it holds on the day, and the view shows it with both its ends;
both must carry the same key label. So a hidden member is not joined, and nothing about it can be learnt through the others.
A judgement is reversed by stating the same series with another one, or by ending its validity; nobody's refusal outweighs
another's acceptance, for whoever decides later corrects the series.

The node that stands for a class has an official identifier if any member has, and among those the smallest id: neither the
order of loading nor the store decides. It carries the kinds of all members, and what its own row does not say is taken from
theirs, in the same order. Ends of facts point at it; citations keep the ids under which the facts were stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar
from weakref import WeakValueDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.evidence import Fact
from algorithms.projection.arrays import Edges
from algorithms.projection.graph import Projection
from algorithms.projection.memo import Memo
from schema.nodes import NODES, PARTY

T = TypeVar("T")
Positions: TypeAlias = NDArray[np.int32]

ACCEPTED = "ACCEPTED"
IDENTIFIERS: Mapping[str, str] = {"LegalEntity": "uscc", "Person": "id_mask"}
"""The property that only a node with an official identifier has."""


@dataclass(frozen=True, eq=False)
class Identities:
    """Who is joined with whom.

    Attributes
    ----------
    members : int32 array
        Every node of a class of two or more, in order of class, best first.
    stands : int32 array
        For each member, the node that stands for it.
    """

    members: Positions
    stands: Positions

    @property
    def key(self) -> bytes:
        """Equal for equal classes."""
        return self.members.tobytes() + self.stands.tobytes()


def identities(p: Projection, places: NDArray[np.int64]) -> Identities | None:
    """Return the classes that accepted SAME_AS facts make; None when there are none.

    Parameters
    ----------
    p : Projection
    places : int64 array
        The SAME_AS facts that count, judgement aside.

    Notes
    -----
    O(s log s) for s facts: connected components of what they touch.
    """
    if not len(places):
        return None
    e = p.edges["SAME_AS"]
    places = places[(e.properties["judgement"][places] == ACCEPTED).fill_null(False).to_numpy()]
    bounds = np.array([p.spans[label][1] for label in PARTY])
    start, end = e.start[places], e.end[places]
    alike = (np.searchsorted(bounds, start, "right") == np.searchsorted(bounds, end, "right")) & (
        start != end
    )
    if not alike.any():
        return None
    touched, local = np.unique(np.concatenate((start[alike], end[alike])), return_inverse=True)
    half = len(local) // 2
    ties = sparse.coo_array((np.ones(half, np.int8), (local[:half], local[half:])), (len(touched),) * 2)
    return _ranked(p, touched.astype(np.int32), connected_components(ties, directed=False)[1])


def _ranked(p: Projection, touched: Positions, component: NDArray[np.int32]) -> Identities:
    known = np.zeros(len(touched), dtype=np.bool_)
    for label, name in IDENTIFIERS.items():
        first, last = p.spans[label]
        mine = (touched >= first) & (touched < last)
        known[mine] = p.frames[label][name].gather(touched[mine] - first).is_not_null().to_numpy()
    ids = [p.ids[i] for i in touched.tolist()]
    table = pl.DataFrame({"class": component, "named": known, "id": ids, "node": touched})
    table = table.sort("class", "named", "id", descending=[False, True, False])
    stands = table.select(pl.col("node").first().over("class"))["node"]
    return Identities(table["node"].to_numpy(), stands.to_numpy())


@dataclass(frozen=True, eq=False)
class JoinedProjection(Projection):
    """A projection in which one node stands for each class; positions are those of ``origin``.

    Attributes
    ----------
    origin : Projection
        The projection before the join.
    members : int32 array
        Every node of a class.
    stands : int32 array
        The node that stands for each node of the graph.
    """

    origin: Projection = field(kw_only=True, repr=False)
    members: Positions = field(kw_only=True, repr=False)
    stands: Positions = field(kw_only=True, repr=False)
    joining: object = field(kw_only=True, repr=False)

    def fact(self, relationship: str, position: int) -> Fact:
        """Return the citation of one fact, with the ids under which it was stated."""
        return self.origin.fact(relationship, position)


def joined(p: Projection, classes: Identities) -> JoinedProjection:
    """Return the projection with its classes joined. O(V) at once, O(E) for each relationship that is looked at."""
    there: WeakValueDictionary[bytes, _Joining] = p.kept.get("joined", WeakValueDictionary)
    joining = there.get(classes.key)
    if joining is None:
        joining = there.setdefault(classes.key, _Joining(p, classes))
    return JoinedProjection(
        p.known_run,
        p.ids,
        p.spans,
        p.audience,
        p.bank,
        joining.frames,
        joining.edges,
        joining.index,
        joining.kept,
        origin=p,
        members=classes.members,
        stands=joining.stands,
        joining=joining,
    )


class _Joining:
    """What is alike in all views with equal classes; it lives as long as one of them does."""

    def __init__(self, p: Projection, classes: Identities) -> None:
        self.stands = np.arange(len(p), dtype=np.int32)
        self.stands[classes.members] = classes.stands
        stands = self.stands
        self.kept = Memo()
        self.edges = _Lazy(p.edges, lambda name: _pointed(p.edges[name], stands))
        self.frames = _Lazy(p.frames, lambda label: _completed(p, label, classes))
        self.index = {label: _Standing(p.index[label], stands) for label in p.index}


class _Lazy(Mapping[str, T]):
    """A mapping whose values are made when they are asked for."""

    def __init__(self, names: Mapping[str, T], make: Callable[[str], T]) -> None:
        self._names, self._make, self._made = names, make, Memo()

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        return self._made.get(name, lambda: self._make(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Standing(Mapping[str, int]):
    """From any member's id to the node that stands for it."""

    def __init__(self, index: Mapping[str, int], stands: Positions) -> None:
        self._index, self._stands = index, stands

    def __getitem__(self, node_id: str) -> int:
        return int(self._stands[self._index[node_id]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def _pointed(e: Edges, stands: Positions) -> Edges:
    """Point the ends at who stands for them; a relationship that no member takes part in stays as it is."""
    start, end = stands[e.start], stands[e.end]
    if np.array_equal(start, e.start) and np.array_equal(end, e.end):
        return e
    return replace(e, start=start, end=end)


def _completed(p: Projection, label: str, classes: Identities) -> pl.DataFrame:
    """Let the node that stands for a class say what any member says."""
    frame, (first, last) = p.frames[label], p.spans[label]
    mine = (classes.members >= first) & (classes.members < last)
    if not mine.any():
        return frame
    rows = frame[classes.members[mine] - first].with_columns(pl.Series("_node", classes.stands[mine] - first))
    said = [pl.col(name).drop_nulls().first() for name in NODES[label].field_names]
    kinds = pl.col("kinds").explode().drop_nulls().unique().sort()
    patch = rows.group_by("_node", maintain_order=True).agg(kinds, *said)
    source: NDArray[Any] = np.arange(len(frame))
    source[patch["_node"].to_numpy()] = len(frame) + np.arange(len(patch))
    return pl.concat([frame, patch.select(frame.columns)])[source]
