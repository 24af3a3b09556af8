"""Batches 数据批次: what became of each delivery of a dataset, kept in the graph beside what it brought.

A batch that was held, refused or waits for a second signature has no run; its raw file lies encrypted in the vault. Every
change of its state is a version of its node, so that who did what when stays readable.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final

from loaders.quality import Quality
from schema.access import Audience
from schema.errors import NotFound
from schema.periods import today_in_shanghai
from schema.ports import GraphStore, NodeBatch, Stage
from schema.provenance import RunHeader

LABEL: Final = "Batch"
SOURCE, DATASET = "centre", "batches"


class State(StrEnum):
    """How far a batch has come."""

    HELD = "HELD"
    REFUSED = "REFUSED"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True)
class Batch:
    """One delivery of one dataset.

    Parameters
    ----------
    source, dataset, file, sha256 : str
        Who delivered what; ``sha256`` names the raw copy in the vault.
    data_on : date
        The day that the data speak of.
    state : State
    received_at : datetime
        When it came last.
    uploaded_by : str
        Who brought it.
    reason : str
        Why it is held or refused.
    outside, allowed : tuple of str
        Columns outside the agreement, and those inside, when that is why.
    agreement : str
        Id of the agreement it was taken in on.
    row_count : int or None
        Rows of the file; None when it could not be read.
    quality : Quality or None
    reviewed_by, reviewed_at, remark : str, datetime or None, str
        Who signed, when, and what he said.
    options : mapping
        What the load was asked beside: ``snapshot``, ``partial``, ``accept_vanished``.
    published_run, published_at : int or None, datetime or None
        The last run that published its rows; None when there was nothing to publish.
    """

    source: str
    dataset: str
    file: str
    sha256: str
    data_on: dt.date
    state: State
    received_at: dt.datetime
    uploaded_by: str
    reason: str = ""
    outside: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    agreement: str = ""
    row_count: int | None = None
    quality: Quality | None = None
    reviewed_by: str = ""
    reviewed_at: dt.datetime | None = None
    remark: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    published_run: int | None = None
    published_at: dt.datetime | None = None

    @property
    def id(self) -> str:
        """Its id: the same file of the same dataset is the same batch."""
        return batch_id(self.source, self.dataset, self.sha256)


def batch_id(source: str, dataset: str, sha256: str) -> str:
    """Return the id of the batch that a file of a source's dataset is."""
    named = "\0".join((source, dataset, sha256))
    return "B:" + hashlib.sha256(named.encode()).hexdigest()[:32]


_PLAIN = (
    "source",
    "dataset",
    "file",
    "sha256",
    "data_on",
    "received_at",
    "uploaded_by",
    "agreement",
    "row_count",
    "reviewed_by",
    "reviewed_at",
    "remark",
    "reason",
    "published_run",
    "published_at",
)
_MEASURES = tuple(each.name for each in fields(Quality))


def keep(store: GraphStore, batch: Batch) -> Batch:
    """Write a batch as it stands now; what an earlier version published is remembered. One small run of its own."""
    earlier = find(store, batch.id)
    if earlier is not None and batch.published_at is None:
        batch = replace(batch, published_run=earlier.published_run, published_at=earlier.published_at)
    header = RunHeader(SOURCE, DATASET, "", "", today_in_shanghai(), batch.id)
    store.commit(header, [NodeBatch(Stage(0, header), LABEL, (), [_row(batch)])])
    return batch


def batches(store: GraphStore, ids: Iterable[str] | None = None, known_run: int | None = None) -> list[Batch]:
    """Return the batches as known at a run (default: now), newest first: all of them or those asked for. O(batches)."""
    chosen, run = None if ids is None else [*ids], store.known_run() if known_run is None else known_run
    found = [_batch(row) for row in store.nodes(LABEL, run, chosen).rows()]
    return sorted(found, key=lambda batch: (batch.received_at, batch.id), reverse=True)


def find(store: GraphStore, batch_id: str) -> Batch | None:
    """Return a batch; None when there is none of that id."""
    return next(iter(batches(store, [batch_id])), None)


def require(store: GraphStore, batch_id: str) -> Batch:
    """Return a batch. NotFound when there is none of that id."""
    found = find(store, batch_id)
    if found is None:
        raise NotFound(f"There is no batch {batch_id}; `batches list` names them.")
    return found


def _row(batch: Batch) -> dict[str, Any]:
    plain = {name: getattr(batch, name) for name in _PLAIN}
    return {
        **{name: None if value == "" else value for name, value in plain.items()},
        **(batch.quality.as_json() if batch.quality else {}),
        "id": batch.id,
        "audience": Audience.MEMBER.value,
        "bank": None,
        "line": 0,
        "state": batch.state.value,
        "options": json.dumps(batch.options, ensure_ascii=False) if batch.options else None,
        "outside": json.dumps(batch.outside, ensure_ascii=False) if batch.outside else None,
        "allowed": json.dumps(batch.allowed, ensure_ascii=False) if batch.allowed else None,
    }


def _batch(row: dict[str, Any]) -> Batch:
    measured = {name: row[name] for name in _MEASURES}
    told: dict[str, Any] = {name: row[name] for name in _PLAIN}
    told |= {name: row[name] or "" for name in ("agreement", "reviewed_by", "remark", "reason")}
    return Batch(
        **told,
        state=State(row["state"]),
        options=json.loads(row["options"] or "{}"),
        outside=tuple(json.loads(row["outside"] or "[]")),
        allowed=tuple(json.loads(row["allowed"] or "[]")),
        quality=None if measured["validity"] is None else Quality(**measured),
    )
