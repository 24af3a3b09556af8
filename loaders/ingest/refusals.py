"""Which rows of a file that was just loaded are in quarantine, and why: asked of the graph, which alone knows."""

from __future__ import annotations

import json
from dataclasses import dataclass

from loaders.identity.keys import Keys
from loaders.quarantine import LABEL, quarantine_id
from loaders.readers.tabular import read_rows
from schema.ports import GraphStore
from schema.provenance import RunHeader


@dataclass(frozen=True)
class Refusal:
    """One thing wrong with one row.

    Parameters
    ----------
    line : int
        Where the row begins, as it stands in the file.
    field, code, value, rule : str
        See ``loaders.faults.Fault``; the value is masked.
    """

    line: int
    field: str
    code: str
    value: str
    rule: str


def refusals(store: GraphStore, header: RunHeader, content: bytes, keys: Keys) -> list[Refusal]:
    """Return what is wrong with the rows of a file, in file order.

    Parameters
    ----------
    header : RunHeader
        Of the load of that file: a refused row is found by its source, dataset and keyed hash.
    content : bytes
        The file.
    """
    rows = read_rows(content, header.file)
    ids = [quarantine_id(header, keys.row_hash(row)) for row in rows.rows]
    table = store.nodes(LABEL, store.known_run(), ids) if ids else None
    known = {row["id"]: row["errors"] for row in table.rows() if row["status"] != "FIXED"} if table else {}
    return [
        Refusal(line, fault["field"], fault["code"], fault["value"], fault["rule"])
        for line, node_id in zip(rows.lines, ids, strict=True)
        for fault in json.loads(known.get(node_id) or "[]")
    ]
