"""Refused rows 隔离: evidence that is kept in the graph, masked, until the row is fixed or waived.

A row that only lacks an endpoint is valid. What it would have stated is kept beside it (``pending``), with ids already
pseudonymised, so that it can be written when the endpoint arrives, without the raw row. A whole snapshot that does not
state it any more drops it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.masking import masked_row
from loaders.pending import encode
from schema.access import PERMITTED_ALONE, Audience
from schema.datasets import class_of
from schema.errors import Conflict, InputError, NotFound
from schema.nodes import PROVENANCE_NODES
from schema.periods import today_in_shanghai
from schema.ports import GraphStore, NodeBatch, Stage
from schema.provenance import RunHeader

LABEL = "Quarantine"
POLICY_VERSION = "3"
"""Version of the checks in this room: raise it when a rule changes what is refused."""

ENDPOINT_MISSING = "endpoint_missing"
ERASED = "subject.erased"
"""A row about somebody who was erased: what it says is not kept (S1-60)."""
_KEPT = ("id", "audience", "bank", "line", *PROVENANCE_NODES[LABEL].field_names)
_DECISIONS = ("platform", "quarantine_decisions")
_REASON = range(5, 501)


@dataclass(frozen=True)
class Refused:
    """A refused row with its evidence.

    ``pending`` is what the row states when all it lacks is an endpoint; ``record`` its identity in its source, where it
    could be read.
    """

    line: int
    row: Sequence[str]
    row_hash: str
    faults: Sequence[Fault]
    pending: Item | None = None
    record: str = ""


def quarantine_id(header: RunHeader, row_hash: str) -> str:
    """Return the node id of a refused row: the same row refused again is the same node."""
    parts = json.dumps([header.source, header.dataset, row_hash])
    return "Q:" + hashlib.sha256(parts.encode()).hexdigest()[:32]


def quarantine_row(
    refused: Refused, columns: Sequence[str], header: RunHeader, collected: Collection[str] | None = None
) -> dict[str, Any]:
    """Return a refused row as a row of a NodeBatch; only the columns that are `collected` are kept (default: all).

    Of a row about an erased subject only that it came is kept.
    """
    erased = [fault for fault in refused.faults if fault.code == ERASED]
    if erased:
        refused = replace(refused, row=[""] * len(refused.row), record="", pending=None, faults=erased)
    errors = json.dumps([asdict(fault) for fault in refused.faults], ensure_ascii=False)
    return {
        "id": quarantine_id(header, refused.row_hash),
        "audience": _class(header.dataset).value,
        "bank": None,
        "line": refused.line,
        "source": header.source,
        "dataset": header.dataset,
        "file": header.file,
        "row_hash": refused.row_hash,
        "raw_row": masked_row(columns, refused.row, collected),
        "errors": errors,
        "policy_version": POLICY_VERSION,
        "status": "OPEN",
        "pending": encode(refused.pending, header) if refused.pending else None,
        "record": refused.record or None,
        "sha256": header.sha256,
        "stated_on": header.as_of,
    }


def _class(dataset: str) -> Audience:
    """A refused row says whom a database is about: it is for who may see that one."""
    audience = class_of(dataset)
    return audience if audience in PERMITTED_ALONE else Audience.RESTRICTED


def kept_rows(store: GraphStore, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return quarantined rows as they would be written again."""
    wanted = [*ids]
    table = store.nodes(LABEL, store.known_run(), wanted) if wanted else None
    return [{name: row.get(name) for name in _KEPT} for row in table.rows()] if table else []


def fixed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a NodeBatch that says that a refused row was put right."""
    return {**properties, "status": "FIXED"}


def dropped(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a NodeBatch that says that a waiting row is not stated any more: it will not follow."""
    return {**properties, "status": "DROPPED"}


def waive(
    store: GraphStore, row_id: str, classes: Collection[Audience], reason: str, decided_by: str
) -> dict[str, Any]:
    """Waive an open row 豁免: it stays refused, as evidence, and nobody need look at it any more.

    Parameters
    ----------
    classes : collection of Audience
        Those that who decides may see.

    Returns
    -------
    dict
        The row as it stands now.

    Raises
    ------
    NotFound
        There is no such row of these classes.
    Conflict
        It is not open: fixed, or waived by somebody already.
    InputError
        The reason has fewer than 5 or more than 500 characters.
    """
    if len(reason.strip()) not in _REASON:
        raise InputError("A reason has 5 to 500 characters: who reads it later knows no more than it says.")
    row = refused_row(store, row_id, classes)
    if row["status"] != "OPEN":
        raise Conflict(f"The row {row_id} is {row['status']}, and only an open row is waived.")
    decided = {
        "status": "WAIVED",
        "reason": reason.strip(),
        "decided_by": decided_by,
        "decided_at": dt.datetime.now(dt.UTC),
    }
    common = {name: row[name] for name in ("id", "audience", "bank", "line")}
    batch = NodeBatch(Stage(0, _decision()), LABEL, (), [{**common, **decided}])
    store.commit(_decision(), [batch])
    return {**row, **decided}


def refused_row(store: GraphStore, row_id: str, classes: Collection[Audience]) -> dict[str, Any]:
    """Return one quarantined row. NotFound when there is none of that id and these classes."""
    found = [row for row in kept_rows(store, [row_id]) if Audience(row["audience"]) in classes]
    if not found:
        raise NotFound(f"There is no refused row {row_id}; `quarantine list` names them.")
    return found[0]


def _decision() -> RunHeader:
    """A decision is a run of its own, of no file: it must not look like a delivery of the row's source."""
    return RunHeader(*_DECISIONS, "", hashlib.sha256(b"").hexdigest(), today_in_shanghai(), "decision")
