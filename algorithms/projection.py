"""Projection: the graph as arrays, as known at one run; and View: what one caller may see of it on one day.

A projection is built once per graph version from the columns that a store hands out, and serves every caller: validity is
a pair of day numbers per edge, the data class one bit per edge, so a view is two comparisons and a mask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.column_types import COLUMN_DTYPES
from algorithms.evidence import Fact
from schema.access import Audience, audience_mask
from schema.edges import EDGES
from schema.errors import NotFound
from schema.nodes import ABOUT_PARTIES, NODES, PARTY, key_label_of
from schema.provenance import fact_id
from schema.tables import Table

T = TypeVar("T")
SINCE_EVER, STILL = np.iinfo(np.int32).min, np.iinfo(np.int32).max
_EPOCH = dt.date(1970, 1, 1).toordinal()
_EDGE_META = (
    "start",
    "end",
    "start_label",
    "end_label",
    "key",
    "run",
    "line",
    "valid_from",
    "valid_to",
    "audience",
    "bank",
)


@dataclass(frozen=True)
class Access:
    """What a caller may see, as plain data.

    Parameters
    ----------
    classes : frozenset of Audience
        Classes visible whoever the fact is about. BANK_PRIVATE in here means *of every bank*.
    consented : frozenset of Audience
        Classes visible for the subjects below only.
    subjects : frozenset of str
        Node ids of the subjects who consented to this caller and purpose.
    banks : frozenset of str
        Node ids of the banks whose private facts the caller may see.
    region : str
        Division-code prefix: households outside it are not there for the caller 数据权限按行政区划 (S0-25).
    """

    classes: frozenset[Audience]
    consented: frozenset[Audience] = frozenset()
    subjects: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()
    region: str = ""

    @classmethod
    def system(cls) -> Access:
        """Everything: for the declassified checks, which hand out a rule id and a yes or no and nothing else."""
        return cls(frozenset(Audience))


@dataclass(frozen=True)
class Edges:
    """All known facts of one relationship, as arrays of equal length E.

    ``start``/``end``: int32 node positions; ``since``/``until``: int32 days (half-open); ``audience``: one bit of
    ``Audience``; ``bank``: int32 node position or -1; ``properties``: the declared properties, nulls kept.
    """

    relationship: str
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    key: NDArray[np.int64]
    run: NDArray[np.int64]
    line: NDArray[np.int32]
    since: NDArray[np.int32]
    until: NDArray[np.int32]
    audience: NDArray[np.uint8]
    bank: NDArray[np.int32]
    properties: pl.DataFrame


@dataclass(frozen=True)
class Adjacency:
    """Compressed sparse rows: neighbours of node i are ``indices[indptr[i]:indptr[i+1]]``.

    ``positions`` are the places of the same facts in the relationship's arrays.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    positions: NDArray[np.int64]

    def neighbours(self, node: int) -> NDArray[np.int32]:
        """Return the nodes at the other end."""
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def facts(self, node: int) -> NDArray[np.int64]:
        """Return the positions of the facts that lead there."""
        return self.positions[self.indptr[node] : self.indptr[node + 1]]


@dataclass(frozen=True)
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
    audience : uint8 array
        One bit per node. ``bank``: int32 position of the bank it belongs to, or -1.
    frames : mapping
        Key label → table of ``kinds`` and declared properties, in position order.
    edges : mapping
        Relationship → Edges.
    """

    known_run: int
    ids: Sequence[str]
    spans: Mapping[str, tuple[int, int]]
    audience: NDArray[np.uint8]
    bank: NDArray[np.int32]
    frames: Mapping[str, pl.DataFrame]
    edges: Mapping[str, Edges]
    index: Mapping[str, Mapping[str, int]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, node_id: str, label: str | None = None) -> int:
        """Return a node's position; NotFound when there is no such node. The label may be left out for parties."""
        label = label or key_label_of(node_id)
        try:
            return self.index[label or ""][node_id]
        except KeyError:
            raise NotFound("There is no such node.") from None

    def label(self, position: int) -> str:
        """Return a node's key label."""
        return next(name for name, (first, last) in self.spans.items() if first <= position < last)

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
            self.ids[e.start[position]],
            self.ids[e.end[position]],
            run,
            int(e.line[position]),
        )

    def view(self, as_of: dt.date, access: Access) -> View:
        """Return what this caller may see of the facts that hold on that day."""
        return View(self, as_of, access)


@dataclass(frozen=True)
class View:
    """A projection on one day, for one caller. Everything a caller's answer is computed from comes through here."""

    projection: Projection
    as_of: dt.date
    access: Access
    _memo: dict[tuple[str, bool], Adjacency] = field(default_factory=dict, repr=False, compare=False)
    _held: dict[str, NDArray[np.int64]] = field(default_factory=dict, repr=False, compare=False)
    _built: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Hashable, build: Callable[[View], T]) -> T:
        """Return what ``build`` makes of this view, built the first time it is asked for.

        Parameters
        ----------
        key : hashable
            The name of the thing, with every parameter that it depends on beside the view.
        build : callable
            Pure; its result is shared by every answer from this view and must not be changed.
        """
        if key not in self._built:
            self._built[key] = build(self)
        built: T = self._built[key]
        return built

    @cached_property
    def _subjects(self) -> NDArray[np.bool_]:
        """The consenting subjects, and the things (claims, assets, programmes: no parties) that are directly about them.

        Only facts of the day and of classes that the caller may see make a thing theirs: a hidden one gives nothing away.
        """
        p = self.projection
        member = np.zeros(len(p), dtype=bool)
        for node_id in self.access.subjects:
            position = p.index.get(key_label_of(node_id) or "", {}).get(node_id)
            if position is not None:
                member[position] = True
        if not member.any():
            return member
        self._add_members(member)
        subjects, thing = member.copy(), ~self._of_labels(PARTY)
        for e in p.edges.values():
            near, far = subjects[e.start] & thing[e.end], subjects[e.end] & thing[e.start]
            open_ = self._holds(e) & self._allowed(e.audience, e.bank, near | far)
            member[e.end[near & open_]] = True
            member[e.start[far & open_]] = True
        return member

    def _add_members(self, member: NDArray[np.bool_]) -> None:
        """A household that opens itself opens who belongs to it 户主代表农户."""
        households, belongs = self._of_labels(("Household",)), self.projection.edges["MEMBER_OF"]
        near = (member & households)[belongs.end]
        open_ = self._holds(belongs) & self._allowed(belongs.audience, belongs.bank, near)
        member[belongs.start[near & open_]] = True

    @cached_property
    def _own(self) -> NDArray[np.bool_]:
        """Nodes whose facts are the subjects' own: not those of a village or programme that they share with others."""
        return self._subjects & self._of_labels((*PARTY, *ABOUT_PARTIES))

    def _holds(self, e: Edges) -> NDArray[np.bool_]:
        """Which facts hold on the day."""
        day = self.as_of.toordinal() - _EPOCH
        held: NDArray[np.bool_] = (e.since <= day) & (day < e.until)
        return held

    @cached_property
    def _banks(self) -> NDArray[np.int32]:
        entities = self.projection.index.get("LegalEntity", {})
        return np.array([entities[b] for b in self.access.banks if b in entities], dtype=np.int32)

    def _allowed(
        self, audience: NDArray[np.uint8], bank: NDArray[np.int32], own: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Which facts or nodes the caller may see; ``own`` marks those about consenting subjects."""
        outright = (audience & audience_mask(self.access.classes)) != 0
        with_bank = (audience == Audience.BANK_PRIVATE.bit) & np.isin(bank, self._banks) & (bank >= 0)
        consented = ((audience & audience_mask(self.access.consented)) != 0) & own
        allowed: NDArray[np.bool_] = outright | with_bank | consented
        return allowed

    @cached_property
    def visible(self) -> NDArray[np.bool_]:
        """Which nodes the caller may see at all; a record about a party is hidden with it (``ABOUT_PARTIES``)."""
        p = self.projection
        allowed = self._allowed(p.audience, p.bank, self._subjects)
        if self.access.region:
            inside = (
                p.frames["Household"]["village_code"].str.starts_with(self.access.region).fill_null(False)
            )
            allowed[slice(*p.spans["Household"])] &= inside.to_numpy()
        hidden = self._of_labels(PARTY) & ~allowed
        if hidden.any():
            record = self._of_labels(ABOUT_PARTIES) & (p.audience != Audience.BANK_PRIVATE.bit)
            for e in p.edges.values():
                allowed[e.end[hidden[e.start] & record[e.end]]] = False
                allowed[e.start[hidden[e.end] & record[e.start]]] = False
        return allowed

    def _of_labels(self, labels: Iterable[str]) -> NDArray[np.bool_]:
        member = np.zeros(len(self.projection), dtype=np.bool_)
        for label in labels:
            member[slice(*self.projection.spans[label])] = True
        return member

    def opened(self, position: int) -> bool:
        """Whether a party is open to the caller beyond what is public about it: by consent, as its own, or by duty."""
        return Audience.RESTRICTED in self.access.classes or bool(self._subjects[position])

    def sees(self, node_id: str, label: str | None = None) -> bool:
        """Whether a node exists and may be seen: the two are never told apart."""
        try:
            return bool(self.visible[self.projection.position(node_id, label)])
        except NotFound:
            return False

    def positions(self, relationship: str) -> NDArray[np.int64]:
        """Return the places of the facts that hold on the day and may be seen, in order.

        A fact is seen only with both its ends: else a public fact would give a hidden household away.
        """
        if relationship not in self._held:
            e = self.projection.edges[relationship]
            holds = self._holds(e) & self.visible[e.start] & self.visible[e.end]
            own = self._own[e.start] | self._own[e.end]
            self._held[relationship] = np.flatnonzero(holds & self._allowed(e.audience, e.bank, own))
        return self._held[relationship]

    def facts_from(self, relationship: str, node: int) -> NDArray[np.int64]:
        """Places of the facts that start at a node."""
        return self.adjacency(relationship).facts(node)

    def facts_to(self, relationship: str, node: int) -> NDArray[np.int64]:
        """Places of the facts that end at a node."""
        return self.adjacency(relationship, reverse=True).facts(node)

    def adjacency(self, relationship: str, *, reverse: bool = False) -> Adjacency:
        """Return the sparse rows of one relationship (columns when reversed). O(E) the first time."""
        if (relationship, reverse) not in self._memo:
            e = self.projection.edges[relationship]
            places = self.positions(relationship)
            rows, columns = (e.end, e.start) if reverse else (e.start, e.end)
            order = np.argsort(rows[places], kind="stable")
            counts = np.bincount(rows[places], minlength=len(self.projection))
            indptr = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
            self._memo[relationship, reverse] = Adjacency(indptr, columns[places][order], places[order])
        return self._memo[relationship, reverse]

    def properties(self, relationship: str) -> pl.DataFrame:
        """Return the declared properties of the visible facts, in the order of ``positions``."""
        return self.projection.edges[relationship].properties[self.positions(relationship)]


def project(known_run: int, nodes: Mapping[str, Table], facts: Mapping[str, Table]) -> Projection:
    """Build a projection from a store's columns.

    Parameters
    ----------
    known_run : int
        Graph version.
    nodes : mapping
        Key label → Table as ``GraphStore.nodes`` returns it.
    facts : mapping
        Relationship → Table as ``GraphStore.facts`` returns it.

    Notes
    -----
    O(V + E) beside one dictionary look-up per node and two per edge.
    """
    ids: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    index: dict[str, dict[str, int]] = {}
    for label in NODES:
        table = nodes[label] if label in nodes else _no_nodes(label)
        spans[label] = (len(ids), len(ids) + len(table))
        index[label] = {node_id: len(ids) + i for i, node_id in enumerate(table["id"])}
        ids.extend(table["id"])
    full = {label: nodes[label] if label in nodes else _no_nodes(label) for label in NODES}
    entities = index["LegalEntity"]
    return Projection(
        known_run,
        ids,
        spans,
        np.concatenate([_audience(full[label]["audience"]) for label in NODES]),
        np.concatenate([_places(full[label]["bank"], entities) for label in NODES]),
        {label: _node_frame(label, full[label]) for label in NODES},
        {name: _edges(name, facts.get(name), index) for name in EDGES},
        index,
    )


def _no_nodes(label: str) -> Table:
    columns = ("id", "kinds", "audience", "bank", "run", "line", *NODES[label].field_names)
    return Table(columns, tuple([] for _ in columns))


def _audience(values: Sequence[str]) -> NDArray[np.uint8]:
    bits = {a.value: a.bit for a in Audience}
    return np.fromiter((bits[v] for v in values), dtype=np.uint8, count=len(values))


def _places(ids: Sequence[str | None], index: Mapping[str, int]) -> NDArray[np.int32]:
    return np.fromiter((index.get(i or "", -1) for i in ids), dtype=np.int32, count=len(ids))


def _days(values: Sequence[dt.date | None], null: int) -> NDArray[np.int32]:
    days = (null if v is None else v.toordinal() - _EPOCH for v in values)
    return np.fromiter(days, dtype=np.int32, count=len(values))


def _node_frame(label: str, table: Table) -> pl.DataFrame:
    columns = {"kinds": pl.Series("kinds", list(table["kinds"]), dtype=pl.List(pl.String))}
    for f in NODES[label].fields:
        columns[f.name] = pl.Series(f.name, list(table[f.name]), dtype=COLUMN_DTYPES[f.kind], strict=True)
    return pl.DataFrame(columns)


def _ends(
    table: Table, side: str, labels: tuple[str, ...], index: Mapping[str, Mapping[str, int]]
) -> NDArray[np.int32]:
    """Positions of one side's nodes; each id is looked up under its own key label."""
    if len(labels) == 1:
        return _places(table[side], index[labels[0]])
    places = (index[label][i] for label, i in zip(table[f"{side}_label"], table[side], strict=True))
    return np.fromiter(places, dtype=np.int32, count=len(table))


def _edges(name: str, table: Table | None, index: Mapping[str, Mapping[str, int]]) -> Edges:
    edge = EDGES[name]
    if table is None:
        columns = (*_EDGE_META, *edge.field_names)
        table = Table(columns, tuple([] for _ in columns))
    properties = {
        f.name: pl.Series(f.name, list(table[f.name]), dtype=COLUMN_DTYPES[f.kind], strict=True)
        for f in edge.fields
    }
    return Edges(
        name,
        _ends(table, "start", edge.starts, index),
        _ends(table, "end", edge.ends, index),
        np.array(table["key"], dtype=np.int64),
        np.array(table["run"], dtype=np.int64),
        np.array(table["line"], dtype=np.int32),
        _days(table["valid_from"], SINCE_EVER),
        _days(table["valid_to"], STILL),
        _audience(table["audience"]),
        _places(table["bank"], index["LegalEntity"]),
        pl.DataFrame(properties),
    )
