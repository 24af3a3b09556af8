"""Where a value comes from: for every property of a node, who said so, and who said otherwise (S0-03, S3-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from algorithms.projection.identity import JoinedProjection
from graph_service.asking import Asking
from graph_service.use_cases.parties import node
from schema.access import Audience
from schema.errors import StoreError


@dataclass(frozen=True)
class Statement:
    """One row's word on one property.

    Parameters
    ----------
    value : object
        As the row states it.
    source, dataset : str
        Who said so, and in which dataset.
    batch : int
        Run that brought the file.
    record_id : str
        The row: ``<source>/<dataset>@<run>.<line>``, as its Record is named.
    file, sha256, line : str, str, int
        The file, the hash of its bytes, and the line; the header is line 1.
    as_of : date
        The day that the file describes.
    """

    value: Any
    source: str
    dataset: str
    batch: int
    record_id: str
    file: str
    sha256: str
    line: int
    as_of: dt.date


@dataclass(frozen=True)
class PropertyProvenance:
    """A property, the statement whose value is shown, and the others, which lost against it."""

    name: str
    chosen: Statement
    others: tuple[Statement, ...]


def provenance(asking: Asking, label: str, node_id: str) -> tuple[PropertyProvenance, ...]:
    """Return the provenance of every property that the caller sees of a node.

    Raises
    ------
    NotFound
        No such node, for this caller.
    StoreError
        A property is shown of which no row is known: the graph was written past its loaders.
    """
    shown = node(asking, label, node_id).properties
    stated = [s for s in _sayings(asking, label, node_id) if s["property"] in shown and _may_see(asking, s)]
    headers = {run: _header(asking, run) for run in {s["run"] for s in stated}}
    said = {name: [s for s in stated if s["property"] == name] for name in shown}
    if lost := [name for name, rows in said.items() if not rows or not rows[0]["chosen"]]:
        raise StoreError(f"No row is known for {', '.join(lost)} of this node: load its file again.")
    return tuple(
        PropertyProvenance(name, *_split([_statement(row, headers[row["run"]]) for row in rows]))
        for name, rows in said.items()
    )


def _sayings(asking: Asking, label: str, node_id: str) -> list[Mapping[str, Any]]:
    """What counts first: of nodes that are one for the caller, the one that stands for all, then those that add to it."""
    p, ids = asking.projection, [node_id]
    if isinstance(p, JoinedProjection):
        same = p.members[p.stands[p.members] == p.position(node_id, label)]
        ids = [p.ids[each] for each in same.tolist()] or ids
    rows = [row for each in ids for row in asking.rooms.store.sayings(label, each, asking.known_run).rows()]
    return sorted(rows, key=lambda row: not row["chosen"] or row["value"] is None)


def _split(statements: list[Statement]) -> tuple[Statement, tuple[Statement, ...]]:
    return statements[0], tuple(statements[1:])


def _may_see(asking: Asking, row: Mapping[str, Any]) -> bool:
    """The row that counts is as visible as the node; another one only by its own class."""
    private = row["audience"] == Audience.BANK_PRIVATE and row["bank"] in asking.access.banks
    return bool(row["chosen"]) or private or Audience(row["audience"]) in asking.access.classes


def _header(asking: Asking, run: int) -> Mapping[str, Any]:
    return next(asking.rooms.store.query("run_by_number", {"number": run}).rows())


def _statement(row: Mapping[str, Any], header: Mapping[str, Any]) -> Statement:
    return Statement(
        row["value"],
        row["source"],
        row["dataset"],
        row["run"],
        f"{row['source']}/{row['dataset']}@{row['run']}.{row['line']}",
        header["file"],
        header["sha256"],
        row["line"],
        header["as_of"],
    )
