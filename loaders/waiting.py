"""Rows of earlier deliveries that lack an endpoint, and which of them this delivery concerns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.delivery import DeliveredFile
from loaders.facts import Item
from loaders.pending import decode
from loaders.quarantine import ENDPOINT_MISSING, kept_rows
from schema.nodes import key_label_of
from schema.ports import GraphStore
from schema.provenance import RunHeader

Record = tuple[str, str, str]
"""Source, dataset and record id."""


@dataclass(frozen=True, eq=False)
class Waiting:
    """A row of an earlier delivery that waits for an endpoint.

    ``header`` is that of its own file: written later, it is still that file's row.
    """

    properties: Mapping[str, Any]
    header: RunHeader
    item: Item

    @property
    def row_hash(self) -> str:
        """The keyed hash of its raw row."""
        return str(self.properties["row_hash"])

    @property
    def keys(self) -> set[int]:
        """The series of its relationships."""
        return {edge.row["key"] for edge in self.item.edges}


def waiting_rows(
    store: GraphStore, delivered: Sequence[DeliveredFile], passing: Collection[str] = ()
) -> list[Waiting]:
    """Return the waiting rows that a delivery may settle, without those of the ids in `passing`.

    These are the rows that wait for a node which the delivery describes, or that somebody has described meanwhile, then
    those that wait for a node of such a row, and so on; and the rows whose record the delivery states itself. What they
    state is read for these rows only; of all others their id and what they lack. O(waiting rows).
    """
    table = store.query("waiting_rows", {"known_run": store.known_run()})
    light = [row for row in table.rows() if row["id"] not in passing]
    if not light:
        return []
    by_lack: defaultdict[str, list[str]] = defaultdict(list)
    for row in light:
        for lack in _lacks(row["errors"]):
            by_lack[lack].append(row["id"])
    stated = _records(delivered)
    ids = {r["id"] for r in light if (r["source"], r["dataset"], r["record"]) in stated}
    ids |= _waiting_for(by_lack, (item for file in delivered for item in file.items))
    ids |= {row_id for node_id in _arrived(store, by_lack) for row_id in by_lack[node_id]}
    return _with_followers(store, by_lack, ids)


def _arrived(store: GraphStore, lacks: Iterable[str]) -> Iterator[str]:
    """Yield the nodes that rows wait for and that are there: made by a mutation, which is no load and looks for no rows."""
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for node_id in lacks:
        if label := key_label_of(node_id):
            by_label[label].append(node_id)
    for label, ids in by_label.items():
        yield from store.existing(label, ids)


def _with_followers(store: GraphStore, by_lack: Mapping[str, list[str]], ids: set[str]) -> list[Waiting]:
    found: list[Waiting] = []
    known: set[str] = set()
    while ids:
        rows = [Waiting(row, *decode(row)) for row in kept_rows(store, sorted(ids))]
        known |= ids
        found += rows
        ids = _waiting_for(by_lack, (row.item for row in rows)) - known
    return sorted(found, key=lambda r: (r.header.source, r.header.dataset, str(r.properties["id"])))


def _lacks(errors: str) -> list[str]:
    return [fault["value"] for fault in json.loads(errors) if fault["code"] == ENDPOINT_MISSING]


def _waiting_for(by_lack: Mapping[str, list[str]], items: Iterable[Item]) -> set[str]:
    described = {item.node.row["id"] for item in items if item.node and not item.node.found_by}
    return {row_id for node_id in described & by_lack.keys() for row_id in by_lack[node_id]}


def _records(delivered: Sequence[DeliveredFile]) -> set[Record]:
    return {
        (file.header.source, file.header.dataset, item.record) for file in delivered for item in file.items
    }
