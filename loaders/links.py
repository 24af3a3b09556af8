"""Links that follow 补链: a soft relationship whose other end is not there yet is remembered until it arrives.

The row that states it is loaded without it and is not refused; its link waits in quarantine under a status of its own, one
entry a series, and is written as its own file's fact when the end arrives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from loaders.endpoints import Settlement, missing_ends
from loaders.facts import EdgeFact, Item, without_line
from loaders.last_words import LastWords
from loaders.pending import encode
from loaders.quarantine import POLICY_VERSION, kept_rows
from schema.access import Audience
from schema.ports import GraphStore
from schema.provenance import RunHeader

WAITING = "WAITING"
Row = dict[str, Any]


def lost_links(
    header: RunHeader, items: Iterable[Item], settlement: Settlement, last: LastWords | None = None
) -> dict[str, Row]:
    """Return the links that loaded rows of a file go without, by id, as rows of a NodeBatch.

    Parameters
    ----------
    settlement : Settlement
        Which relationships are left out, and which nodes are nowhere.
    last : LastWords or None
        What the files of the dataset say last: a link that a later file states needs not wait.
    """
    return {
        row["id"]: row
        for item in items
        for edge in settlement.dropped.get(item, ())
        if last is None or not last.knows(edge)
        for row in [_row(item, edge, settlement, header)]
    }


def new_links(store: GraphStore, links: Mapping[str, Row]) -> Iterator[Row]:
    """Yield the links that are not known to wait: nothing of the same, or of a later day."""
    known = {row["id"]: row for row in kept_rows(store, links)}
    for row_id, row in links.items():
        kept = known.get(row_id)
        waits = kept is not None and kept["status"] == WAITING
        if not waits or kept is None or _is_newer(row, kept):
            yield row


def _is_newer(row: Row, kept: Row) -> bool:
    if row["stated_on"] == kept["stated_on"]:
        return bool(row["row_hash"] != kept["row_hash"])
    return bool(row["stated_on"] > kept["stated_on"])


def _row(item: Item, edge: EdgeFact, settlement: Settlement, header: RunHeader) -> Row:
    faults = [asdict(fault) for fault in missing_ends(edge, settlement.absent)]
    content = [edge[:3], without_line(edge.row)]
    waiting = replace(item, index=-1, node=None, edges=[edge._replace(soft=False)])
    return {
        "id": _link_id(header, edge),
        "audience": Audience.RESTRICTED.value,
        "bank": None,
        "line": edge.row["line"],
        "source": header.source,
        "dataset": header.dataset,
        "file": header.file,
        "row_hash": _digest(content),
        "raw_row": "{}",
        "errors": json.dumps(faults, ensure_ascii=False),
        "policy_version": POLICY_VERSION,
        "status": WAITING,
        "pending": encode(waiting, header),
        "record": item.record or None,
        "sha256": header.sha256,
        "stated_on": header.as_of,
    }


def _link_id(header: RunHeader, edge: EdgeFact) -> str:
    """Return the node id of a waiting link: a later word of its series takes its place."""
    return "Q:" + _digest([header.source, header.dataset, "link", edge.row["key"]])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:32]
