"""What a bulk load has written so far: every version of every node and fact, held until it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from queries.checks import check
from queries.facts import Ends
from queries.records import NodeRow, cache, record, row_of
from queries.statements import WRITABLE, content_fields
from schema.edges import EDGE_COMMON, EDGES
from schema.errors import InputError
from schema.fields import text
from schema.nodes import NODE_COMMON
from schema.ports import EdgeBatch, NodeBatch, Outcome, Reject
from schema.provenance import RunHeader

_NODE = {f.name: f for f in NODE_COMMON}
_EDGE = {f.name: f for f in EDGE_COMMON}
_ENDS = (text("start", "起点"), text("end", "终点"), _EDGE["key"], _EDGE["line"], _EDGE["audience"])
_OPTIONAL = (_EDGE["valid_from"], _EDGE["valid_to"], _EDGE["bank"])


@dataclass(slots=True)
class HeldFact:
    """One version of a fact: its ends' labels, its row, the run that wrote it and the one that closed it."""

    ends: tuple[str, str, str]
    row: Mapping[str, Any]
    run: int
    closed: int | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """What two versions are compared by."""
        names = ("start", "end", *content_fields(self.ends[0]))
        return (self.ends, *(self.row.get(name) for name in names))


Version = tuple[int, tuple[str, ...], Mapping[str, Any]]
"""Run, kinds and row of a node."""


@dataclass
class HeldGraph:
    """Nodes and facts of one load.

    Parameters
    ----------
    header_of : callable
        Gives the header of a run's number.
    nodes : mapping
        By key label and id: the rows about a node, in order.
    facts : mapping
        By relationship and key: the versions of a fact, in order.
    """

    header_of: Callable[[int], RunHeader]
    nodes: defaultdict[str, dict[str, list[Version]]] = field(default_factory=lambda: defaultdict(dict))
    facts: defaultdict[str, dict[int, list[HeldFact]]] = field(default_factory=lambda: defaultdict(dict))

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
        known, kinds, run = self.nodes[batch.label], tuple(sorted(batch.kinds)), batch.stage.run
        written = set()
        for node_id, index in latest.items():
            version = (run, kinds, checked.rows[index])
            if node_id not in known:
                known[node_id] = [version]
            elif not self._add_version(batch.label, known[node_id], version):
                continue
            written.add(index)
        unchanged = len(batch.rows) - len(written) - len(checked.rejects)
        return Outcome(frozenset(written), unchanged, tuple(checked.rejects))

    def _add_version(self, label: str, versions: list[Version], version: Version) -> bool:
        """Add a further row about a node unless its origin said the same; a row of the same run takes its place."""
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

    def _row(self, label: str, version: Version) -> NodeRow:
        run, kinds, row = version
        return row_of(label, kinds, row, self.header_of(run), run)

    def take_facts(self, batch: EdgeBatch) -> Outcome:
        """Take a batch of facts; those whose ends do not exist are refused, of a key that comes twice the last row counts."""
        ends = Ends.of(batch)
        checked = check(batch.rows, _ENDS, (*_OPTIONAL, *EDGES[ends.relationship].fields))
        latest = {row["key"]: index for index, row in checked.rows.items()}
        labels = (ends.relationship, ends.start, ends.end)
        starts, stops, known = self.nodes[ends.start], self.nodes[ends.end], self.facts[ends.relationship]
        written, rejects = set(), list(checked.rejects)
        for key, index in latest.items():
            row = checked.rows[index]
            if row["start"] not in starts or row["end"] not in stops:
                rejects.append(Reject(index, "endpoint_missing", "one of its ends does not exist"))
            elif key not in known:
                known[key] = [HeldFact(labels, row, batch.stage.run)]
                written.add(index)
            elif _supersede(known[key], HeldFact(labels, row, batch.stage.run)):
                written.add(index)
        rejects.sort(key=lambda reject: reject.index)
        unchanged = len(batch.rows) - len(written) - len(rejects)
        return Outcome(frozenset(written), unchanged, tuple(rejects))

    def shown(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield each node as its open rows together show it."""
        for versions in self.nodes[label].values():
            run, kinds, row = versions[0]
            if len(versions) == 1:
                yield {**row, "labels": kinds, "run": run}
            else:
                rows = [self._row(label, version) for version in versions]
                seen = cache(label, [row for row, closed in _closed(rows) if closed is None])
                common = {"audience": seen.audience, "bank": seen.bank, "run": run, "line": row["line"]}
                yield {**seen.fields, **common, "id": row["id"], "labels": seen.kinds, "versioned": True}

    def facts_by_ends(self, relationship: str) -> dict[tuple[str, str, str], list[HeldFact]]:
        """Return all versions of the facts of a relationship, by the key labels of their ends."""
        found: defaultdict[tuple[str, str, str], list[HeldFact]] = defaultdict(list)
        for versions in self.facts[relationship].values():
            for fact in versions:
                found[fact.ends].append(fact)
        return dict(sorted(found.items()))

    def records(self, labels: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the Records of versioned nodes, each with the node's id."""
        for label in sorted(labels):
            for node_id, versions in self.nodes[label].items():
                if len(versions) > 1:
                    for row, closed in _closed([self._row(label, version) for version in versions]):
                        yield node_id, {**record(label, row, closed), "labels": ()}


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
