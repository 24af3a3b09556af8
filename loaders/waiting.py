"""Rows and links of earlier deliveries that lack an endpoint, and which of them this delivery concerns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from loaders.delivery import DeliveredFile
from loaders.either import known_parties, open_ids, possible_ids, with_ends
from loaders.facts import Item, Node
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
    those that wait for a node of such a row, and so on; the rows whose record the delivery states itself; and all of a
    dataset of which it is a snapshot. What they state is read for these rows only; of all others their id and what they
    lack. O(waiting rows).
    """
    table = store.query("waiting_rows", {"known_run": store.known_run()})
    light = [row for row in table.rows() if row["id"] not in passing]
    if not light:
        return []
    by_lack: defaultdict[str, list[str]] = defaultdict(list)
    for row in light:
        for lack in _lacks(row["errors"]):
            by_lack[lack].append(row["id"])
    by_record: defaultdict[Record, list[str]] = defaultdict(list)
    for row in light:
        by_record[row["source"], row["dataset"], row["record"]].append(row["id"])
    ids = _stated(by_record, delivered)
    whole = {(f.header.source, f.header.dataset) for f in delivered if f.header.snapshot == ""}
    ids |= {row["id"] for row in light if (row["source"], row["dataset"]) in whole}
    lots = (file.staged.lot for file in delivered if file.staged)
    ids |= _waiting_for(by_lack, (node for lot in lots for part in lot.mentions() for node in part.described))
    ids |= {row_id for node_id in _arrived(store, by_lack) for row_id in by_lack[node_id]}
    return _with_parties(store, delivered, _with_followers(store, by_lack, ids))


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
        ids = _waiting_for(by_lack, (node for row in rows if (node := row.item.own))) - known
    found.sort(key=lambda r: (r.header.source, r.header.dataset, str(r.properties["id"])))
    return [replace(row, item=replace(row.item, index=n)) for n, row in enumerate(found)]


def _with_parties(
    store: GraphStore, delivered: Sequence[DeliveredFile], found: list[Waiting]
) -> list[Waiting]:
    """Say of the parties that rows leave open what they are, by the delivery, the graph and the other rows."""
    wanted = open_ids(node for row in found for edge in row.item.edges for node in edge.ends)
    if not wanted:
        return found
    meant = {node_id for one in wanted for node_id in possible_ids(one)}
    lots = (file.staged.lot for file in delivered if file.staged)
    described = (node for lot in lots for part in lot.mentions() for node in part.described)
    own = (node for row in found if (node := row.item.own))
    known = known_parties(store, wanted, {node for node in chain(described, own) if node[1] in meant})
    return [replace(row, item=with_ends(row.item, known)) for row in found]


def _lacks(errors: str) -> list[str]:
    lacking = (fault["value"] for fault in json.loads(errors) if fault["code"] == ENDPOINT_MISSING)
    return [node_id for lack in lacking for node_id in possible_ids(lack)]


def _waiting_for(by_lack: Mapping[str, list[str]], described: Iterable[Node]) -> set[str]:
    return {row_id for _, node_id in described for row_id in by_lack.get(node_id, ())}


def _stated(by_record: Mapping[Record, list[str]], delivered: Sequence[DeliveredFile]) -> set[str]:
    """Return the waiting rows whose record a delivery states itself."""
    datasets = {(source, dataset) for source, dataset, _ in by_record}
    return {
        row_id
        for file in delivered
        if (of := (file.header.source, file.header.dataset)) in datasets
        for item in file.items
        for row_id in by_record.get((*of, item.record), ())
    }
