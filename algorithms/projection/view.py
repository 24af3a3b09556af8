"""A projection on one day, for one caller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.projection import regions, sight
from algorithms.projection.access import Access
from algorithms.projection.arrays import Adjacency, day_number, sparse_rows
from algorithms.projection.graph import Projection
from algorithms.projection.identity import JoinedProjection, identities, joined
from algorithms.projection.memo import Memo
from algorithms.projection.sight import Mask, Opened
from schema.access import Audience
from schema.errors import NotFound
from schema.nodes import ABOUT_PARTIES, PARTY

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class View:
    """A projection on one day, for one caller. Everything a caller's answer is computed from comes through here.

    Views are shared between questions and threads. ``Projection.view`` makes them, with accepted SAME_AS facts joined;
    the constructor alone joins nothing.

    Parameters
    ----------
    projection : Projection
    as_of : date
    access : Access
    apart : View or None
        The view before nodes were joined, which says what may be seen; None when nothing is joined.
    kept : Memo
        What was derived from the view.
    """

    projection: Projection
    as_of: dt.date
    access: Access
    apart: View | None = field(default=None, repr=False)
    kept: Memo = field(default_factory=Memo, repr=False)

    def once(self, key: Hashable, build: Callable[[View], T]) -> T:
        """Return what ``build`` makes of this view, built the first time it is asked for, by one thread.

        Parameters
        ----------
        key : hashable
            The name of the thing, with every parameter that it depends on beside the view.
        build : callable
            Pure; its result is shared by every answer from this view and must not be changed. It must not depend on the
            number of the run: a later one that changed nothing in the arrays keeps what was built.
        """
        return self.kept.get(key, lambda: build(self))

    @property
    def nbytes(self) -> int:
        """About how many bytes were derived from the view; what views of equal classes share counts in each."""
        own = self.kept.nbytes
        return own if self.apart is None else own + self.apart.nbytes

    def under(self, projection: Projection) -> View:
        """Return the same view of the same arrays under another run's number."""
        if self.apart is None:
            return replace(self, projection=projection)
        if isinstance(projection, JoinedProjection):
            return replace(self, projection=projection, apart=self.apart.under(projection.origin))
        return joined_view(self.apart.under(projection), self.kept)

    def beside(self, access: Access) -> View:
        """Return another caller's view of the same day, joined as this one is, so that positions mean the same in both.

        For the declassified checks: an identity that this caller may not know of plays no part in his answer.
        """
        if self.apart is None:
            return View(self.projection, self.as_of, access)
        return View(self.projection, self.as_of, access, self.apart.beside(access))

    @property
    def _opened(self) -> tuple[Opened, ...]:
        """What consent opens, before anything is joined."""
        return self.once("opened", View._make_opened)

    def _make_opened(self) -> tuple[Opened, ...]:
        here = regions.consenting(self.projection, self.access)
        return sight.opened(self.projection, here, day_number(self.as_of))

    @property
    def _subjects(self) -> Mask:
        """Consenting subjects and what is theirs; who is joined with one is one."""
        return self.once("subjects", View._make_subjects)

    def _make_subjects(self) -> Mask:
        p = self.projection
        if self.apart is None or not isinstance(p, JoinedProjection):
            found = np.zeros(len(p), dtype=np.bool_)
            for each in self._opened:
                found |= each.about
            return found
        found = self.apart._subjects.copy()
        found[p.stands[np.flatnonzero(found)]] = True
        return found

    @property
    def visible(self) -> Mask:
        """Which nodes the caller may see at all, each identity once; a record about a party is hidden with it."""
        return self.once("visible", View._make_visible)

    def _make_visible(self) -> Mask:
        p = self.projection
        if self.apart is None or not isinstance(p, JoinedProjection):
            return self._in_region(sight.nodes(p, self.access, self._opened))
        found = self.apart.visible.copy()
        seen = p.members[found[p.members]]
        found[p.members] = False
        found[p.stands[seen]] = True
        return found

    def _in_region(self, seen: Mask) -> Mask:
        p, region = self.projection, self.access.region
        return (
            seen if region == "" else regions.reach(p, region, seen, p.find(self.access.subjects), self._open)
        )

    def opened(self, position: int) -> bool:
        """Whether a party is open to the caller beyond what is public about it: by consent, as its own, or by duty."""
        return Audience.RESTRICTED in self.access.classes or bool(self._subjects[position])

    def sees(self, node_id: str, label: str | None = None) -> bool:
        """Whether a node exists and may be seen: the two are never told apart."""
        if self.apart is not None:
            return self.apart.sees(node_id, label)
        try:
            return bool(self.visible[self.projection.position(node_id, label)])
        except NotFound:
            return False

    def positions(self, relationship: str) -> NDArray[np.int64]:
        """Return the places of the facts that hold on the day and may be seen, in order.

        A fact is seen only with both its ends: else a public fact would give a hidden household away.
        """
        if self.apart is not None:
            return self.apart.positions(relationship)
        return self.once(("positions", relationship), lambda view: view._make_positions(relationship))

    def begun(self, relationship: str) -> NDArray[np.int64]:
        """Return the places of the facts that began by the day, ended or not, and may be seen: for what once was. O(E)."""
        if self.apart is not None:
            return self.apart.begun(relationship)
        e = self.projection.edges[relationship]
        return self._seen(relationship, e.since <= day_number(self.as_of))

    def _make_positions(self, relationship: str) -> NDArray[np.int64]:
        return self._seen(
            relationship, sight.holds(self.projection.edges[relationship], day_number(self.as_of))
        )

    def _seen(self, relationship: str, meant: Mask) -> NDArray[np.int64]:
        """Of the facts that are meant, those that the caller may see."""
        e = self.projection.edges[relationship]
        seen = meant & self.visible[e.start] & self.visible[e.end]
        return np.flatnonzero(seen & self._allowed(relationship))

    def _open(self, relationship: str) -> Mask:
        """Which facts hold on the day and are of a class that the caller may see, whatever their ends."""
        held = sight.holds(self.projection.edges[relationship], day_number(self.as_of))
        return held & self._allowed(relationship)

    def _allowed(self, relationship: str) -> Mask:
        """Which facts are of a class that the caller may see, whatever their day and ends."""
        p = self.projection
        e = p.edges[relationship]
        # Facts are the subjects' own: not those of a village or programme that they share with others.
        own = sight.of_labels(p, (*PARTY, *ABOUT_PARTIES))
        by_consent = [
            Opened(each.classes, (each.about & own)[e.start] | (each.about & own)[e.end])
            for each in self._opened
        ]
        return sight.allowed(p, self.access, e.audience, e.bank, by_consent)

    def facts_from(self, relationship: str, node: int) -> NDArray[np.int64]:
        """Places of the facts that start at a node."""
        return self.adjacency(relationship).facts(node)

    def facts_to(self, relationship: str, node: int) -> NDArray[np.int64]:
        """Places of the facts that end at a node."""
        return self.adjacency(relationship, reverse=True).facts(node)

    def adjacency(self, relationship: str, *, reverse: bool = False) -> Adjacency:
        """Return the sparse rows of one relationship (columns when reversed). O(V + E) the first time."""
        return self.once(("adjacency", relationship, reverse), lambda v: v._make_rows(relationship, reverse))

    def _make_rows(self, relationship: str, reverse: bool) -> Adjacency:
        e = self.projection.edges[relationship]
        rows, columns = (e.end, e.start) if reverse else (e.start, e.end)
        return sparse_rows(rows, columns, self.positions(relationship), len(self.projection))

    def properties(self, relationship: str) -> pl.DataFrame:
        """Return the declared properties of the visible facts, in the order of ``positions``."""
        return self.projection.edges[relationship].properties[self.positions(relationship)]


def joined_view(apart: View, kept: Memo | None = None) -> View:
    """Join the nodes that the view says are one. Without accepted SAME_AS facts, the view itself.

    Parameters
    ----------
    apart : View
        A view of a plain projection.
    kept : Memo or None
        What was derived from the joined view before, when only the run's number is another.
    """
    classes = apart.once("identities", lambda v: identities(v.projection, v.positions("SAME_AS")))
    if classes is None:
        return apart
    together = joined(apart.projection, classes)
    return View(together, apart.as_of, apart.access, apart, kept or Memo())
