"""Batches 数据批次: what became of each delivery of a dataset, kept in the graph beside what it brought.

A batch is these bytes, for this day, under these options: what a signature covers. A batch that was held, refused or waits
for a second signature has no run; its raw file lies encrypted in the vault. Every change of its state is a version of its
node, so that who did what when stays readable (``history``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
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
    loaded, unchanged, quarantined : int or None
        What became of them when the batch was last published; None while it never was.
    warnings : tuple of str
        What deserves a look: columns that are not collected, values kept in part, relationships left out.
    enterprise_list : bool
        Whether it came under terms that answer for the enterprises of the list only (S3-29).
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
    loaded: int | None = None
    unchanged: int | None = None
    quarantined: int | None = None
    warnings: tuple[str, ...] = ()
    enterprise_list: bool = False

    @property
    def id(self) -> str:
        """Its id: the same file of the same dataset, for the same day and under the same options, is the same batch."""
        return batch_id((self.source, self.dataset), self.sha256, self.data_on, self.options)

    @property
    def stands(self) -> int:
        """How many of its rows the graph stated when it was last published."""
        return (self.loaded or 0) + (self.unchanged or 0)


def batch_id(
    of: tuple[str, str], sha256: str, data_on: dt.date, options: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """Return the id of the batch that a file of a source's dataset is, for a day and under the options of its load."""
    asked = json.dumps(dict(options), sort_keys=True, ensure_ascii=False)
    named = "\0".join((*of, sha256, data_on.isoformat(), asked))
    return "B:" + hashlib.sha256(named.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Step:
    """A batch as one decision left it, and when that was."""

    at: dt.datetime
    known_run: int
    batch: Batch


_COUNTS = ("loaded", "unchanged", "quarantined")
_LISTS = ("outside", "allowed", "warnings")
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
    *_COUNTS,
)
_MEASURES = tuple(each.name for each in fields(Quality))


def keep(store: GraphStore, batch: Batch) -> Batch:
    """Write a batch as it stands now; what an earlier version published is remembered. One small run of its own."""
    earlier = find(store, batch.id)
    if earlier is not None and batch.loaded is None:
        remembered = ("published_run", "published_at", *_COUNTS)
        batch = replace(batch, **{name: getattr(earlier, name) for name in remembered})
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


def history(store: GraphStore, batch_id: str, known_run: int | None = None) -> tuple[Step, ...]:
    """Return what became of a batch, decision by decision, the first one first. O(decisions)."""
    until = store.known_run() if known_run is None else known_run
    runs = store.query(
        "runs_of_delivery", {"delivery": batch_id}
    )  # each decision is a run, its delivery the batch
    known = ((row["number"], row["published_at"]) for row in runs.rows() if row["number"] <= until)
    steps = (Step(at, run, each) for run, at in known if at for each in batches(store, [batch_id], run))
    return tuple(steps)


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
        "enterprise_list": batch.enterprise_list or None,
        **{
            name: json.dumps(told, ensure_ascii=False) if (told := getattr(batch, name)) else None
            for name in _LISTS
        },
    }


def _batch(row: dict[str, Any]) -> Batch:
    measured = {name: row[name] for name in _MEASURES}
    told: dict[str, Any] = {name: row[name] for name in _PLAIN}
    told |= {name: tuple(json.loads(row[name] or "[]")) for name in _LISTS}
    told |= {name: row[name] or "" for name in ("agreement", "reviewed_by", "remark", "reason")}
    return Batch(
        **told,
        state=State(row["state"]),
        options=json.loads(row["options"] or "{}"),
        enterprise_list=bool(row["enterprise_list"]),
        quality=None if measured["validity"] is None else Quality(**measured),
    )
