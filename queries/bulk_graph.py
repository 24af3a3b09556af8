"""What a bulk load has written so far: the place of every node and fact in its file, and what has several versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from queries.bulk_files import FACT_FIELDS, NODE_FIELDS, ImportFile, ImportFiles
from queries.checks import check
from queries.facts import Ends
from queries.records import NodeRow, cache, record, row_of
from queries.statements import ALL_NODES, WRITABLE, content_fields
from schema.edges import EDGE_COMMON, EDGES
from schema.errors import InputError
from schema.fields import flag, text
from schema.nodes import NODE_COMMON
from schema.ports import EdgeBatch, NodeBatch, Outcome, Reject
from schema.provenance import RunHeader

_NODE = {f.name: f for f in NODE_COMMON}
_EDGE = {f.name: f for f in EDGE_COMMON}
_ENDS = (text("start", "起点"), text("end", "终点"), _EDGE["key"], _EDGE["line"], _EDGE["audience"])
_OPTIONAL = (_EDGE["valid_from"], _EDGE["valid_to"], _EDGE["bank"])
_VERSIONED = flag("versioned", "")

Row = Mapping[str, Any]
Triple = tuple[str, str, str]
"""Relationship, key label of its start, key label of its end."""


@dataclass(slots=True)
class HeldFact:
    """One version of a fact: its ends' labels, its row, the run that wrote it and the one that closed it."""

    ends: Triple
    row: Row
    run: int
    closed: int | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """What two versions are compared by."""
        names = ("start", "end", *content_fields(self.ends[0]))
        return (self.ends, *(self.row.get(name) for name in names))


Version = tuple[int, tuple[str, ...], Row]
"""Run, kinds and row of a node."""


@dataclass
class HeldGraph:
    """Nodes and facts of one load: each stands in its import file until a second row speaks of it.

    Parameters
    ----------
    files : ImportFiles
    header_of : callable
        Gives the header of a run's number.
    places : mapping
        By key label and id, where a node stands that one row describes.
    versions : mapping
        By key label and id, all rows about the other nodes, in order.
    fact_places : mapping
        By relationship with the key labels of its ends, then by key, where a fact stands that was stated once.
    fact_versions : mapping
        By relationship and key, all versions of the other facts, in order.

    Notes
    -----
    About 200 bytes a node and 130 a fact, and whole rows only of what has several versions.
    """

    files: ImportFiles
    header_of: Callable[[int], RunHeader]
    places: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    versions: defaultdict[str, dict[str, list[Version]]] = field(default_factory=lambda: defaultdict(dict))
    fact_places: defaultdict[Triple, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    fact_versions: defaultdict[str, dict[int, list[HeldFact]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def has(self, label: str, node_id: str) -> bool:
        """Whether a row has described a node."""
        return node_id in self.places[label] or node_id in self.versions[label]

    def take_nodes(self, batch: NodeBatch) -> Outcome:
        """Take a batch of nodes; of an id that comes twice the last row counts."""
        node = WRITABLE.get(batch.label)
        if node is None or {*batch.kinds} - {*node.kinds}:
            raise InputError(
                f"schema/nodes.py declares no {':'.join((batch.label, *batch.kinds))} to be written."
            )
        required = (_NODE["id"], _NODE["audience"], _NODE["line"])
        checked = check(batch.rows, required, (_NODE["bank"], *node.fields))
        latest = {row["id"]: index for index, row in checked.rows.items()}
        run, kinds = batch.stage.run, tuple(sorted(batch.kinds))
        new = [index for node_id, index in latest.items() if not self.has(batch.label, node_id)]
        written = {
            index
            for node_id, index in latest.items()
            if self.has(batch.label, node_id)
            and self._add_version(batch.label, node_id, (run, kinds, checked.rows[index]))
        }
        self._append_nodes(batch, run, [checked.rows[i] for i in new], checked.present)
        unchanged = len(batch.rows) - len(written) - len(new) - len(checked.rejects)
        return Outcome(frozenset((*written, *new)), unchanged, tuple(checked.rejects))

    def _append_nodes(self, batch: NodeBatch, run: int, rows: Sequence[Row], present: Iterable[str]) -> None:
        common = {"labels": ";".join((batch.label, *sorted(batch.kinds))), "run": run}
        given = {"id", "audience", "line", *common, *present}
        places = self._node_file(batch.label).append([{**row, **common} for row in rows], given)
        self.places[batch.label].update(zip((row["id"] for row in rows), places, strict=True))

    def _add_version(self, label: str, node_id: str, version: Version) -> bool:
        """Add a further row about a node unless its origin said the same; a row of the same run takes its place."""
        versions = self._versions(label, node_id)
        new = self._row(label, version)
        for place in reversed(range(len(versions))):
            old = self._row(label, versions[place])
            if old.origin == new.origin:
                if old.says_the_same(new):
                    return False
                if old.run == new.run:
                    versions[place] = version
                    return True
                break
        versions.append(version)
        return True

    def _versions(self, label: str, node_id: str) -> list[Version]:
        """Return all rows about a node; a row that stood in the file is taken out of it."""
        place = self.places[label].pop(node_id, None)
        if place is not None:
            row = self._node_file(label).take(place)
            kinds = tuple(row.pop("labels").split(";")[1:])
            self.versions[label][node_id] = [(row.pop("run"), kinds, row)]
        return self.versions[label][node_id]

    def _row(self, label: str, version: Version) -> NodeRow:
        run, kinds, row = version
        return row_of(label, kinds, row, self.header_of(run), run)

    def take_facts(self, batch: EdgeBatch) -> Outcome:
        """Take a batch of facts; those whose ends do not exist are refused, of a key that comes twice the last row counts."""
        ends = Ends.of(batch)
        checked = check(batch.rows, _ENDS, (*_OPTIONAL, *EDGES[ends.relationship].fields))
        latest = {row["key"]: index for index, row in checked.rows.items()}
        triple, run = (ends.relationship, ends.start, ends.end), batch.stage.run
        new, written, rejects = list[int](), set[int](), list(checked.rejects)
        for key, index in latest.items():
            row = checked.rows[index]
            if not self.has(ends.start, row["start"]) or not self.has(ends.end, row["end"]):
                rejects.append(Reject(index, "endpoint_missing", "one of its ends does not exist"))
            elif (versions := self._fact_versions(ends.relationship, key)) is None:
                new.append(index)
            elif _supersede(versions, HeldFact(triple, row, run)):
                written.add(index)
        self._append_facts(triple, run, [checked.rows[i] for i in new], checked.present)
        rejects.sort(key=lambda reject: reject.index)
        unchanged = len(batch.rows) - len(written) - len(new) - len(rejects)
        return Outcome(frozenset((*written, *new)), unchanged, tuple(rejects))

    def _append_facts(self, triple: Triple, run: int, rows: Sequence[Row], present: Iterable[str]) -> None:
        given = {"start", "end", "key", "line", "audience", "run", *present}
        places = self._fact_file(triple).append([{**row, "run": run} for row in rows], given)
        self.fact_places[triple].update(zip((row["key"] for row in rows), places, strict=True))

    def _fact_versions(self, relationship: str, key: int) -> list[HeldFact] | None:
        """Return all versions of a fact, None for a new one; one that stood in a file is taken out of it."""
        for triple, places in self.fact_places.items():
            if triple[0] == relationship and key in places:
                row = self._fact_file(triple).take(places.pop(key))
                self.fact_versions[relationship][key] = [HeldFact(triple, row, row.pop("run"))]
        return self.fact_versions[relationship].get(key)

    def finish(self) -> None:
        """Write what has several versions, and the Records of such nodes."""
        for label in sorted(self.versions):
            rows = [*self._shown(label)]
            self._node_file(label).append(rows, _all_of(rows))
            self._write_records(label)
        for versions in self.fact_versions.values():
            for fact in (fact for held in versions.values() for fact in held):
                row = {**fact.row, "run": fact.run, "closed_run": fact.closed}
                self._fact_file(fact.ends).append([row], row.keys())

    def _shown(self, label: str) -> Iterator[Row]:
        """Yield each node as its open rows together show it."""
        for node_id, versions in self.versions[label].items():
            run, kinds, row = versions[0]
            if len(versions) == 1:
                yield {**row, "labels": ";".join((label, *kinds)), "run": run}
                continue
            rows = [self._row(label, version) for version in versions]
            seen = cache(label, [row for row, closed in _closed(rows) if closed is None])
            common = {"audience": seen.audience, "bank": seen.bank, "run": run, "line": row["line"]}
            labels = ";".join((label, *seen.kinds))
            yield {**seen.fields, **common, "id": node_id, "labels": labels, "versioned": True}

    def _write_records(self, label: str) -> None:
        made = [
            (node_id, {**record(label, row, closed), "labels": "Record"})
            for node_id, versions in self.versions[label].items()
            if len(versions) > 1
            for row, closed in _closed([self._row(label, version) for version in versions])
        ]
        if made:
            rows = [row for _, row in made]
            self._node_file("Record").append(rows, _all_of(rows))
            pairs = [{"start": row["id"], "end": node_id} for node_id, row in made]
            self.files.facts_of(("DESCRIBES", "Record", label), ()).append(pairs, ("start", "end"))

    def _node_file(self, label: str) -> ImportFile:
        return self.files.nodes_of(label, (*NODE_FIELDS, _VERSIONED, *ALL_NODES[label].fields))

    def _fact_file(self, triple: Triple) -> ImportFile:
        return self.files.facts_of(triple, (*FACT_FIELDS, *EDGES[triple[0]].fields))


def _all_of(rows: Iterable[Row]) -> set[str]:
    return {name for row in rows for name in row}


def _supersede(versions: list[HeldFact], fact: HeldFact) -> bool:
    """Put a fact in the place of the last version of its series, unless that says the same."""
    last = versions[-1]
    if last.content == fact.content:
        return False
    if last.run == fact.run:
        versions[-1] = fact
    else:
        last.closed = fact.run
        versions.append(fact)
    return True


def _closed(rows: Sequence[NodeRow]) -> list[tuple[NodeRow, int | None]]:
    """Give each row the run of the next one of its origin, which closed it."""
    following: dict[tuple[str, str], int] = {}
    told = []
    for row in reversed(rows):
        told.append((row, following.get(row.origin)))
        following[row.origin] = row.run
    return told[::-1]
