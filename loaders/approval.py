"""The reception desk of datasets 数据接收与审核: agreement, quality, enterprise list and second signature, then the load.

A delivery of a dataset becomes a batch, whatever becomes of it. What must not be published yet is not written at all: its
raw file waits in the vault, and the approval performs the ordinary load, from the vault, under both names. So there is
one way in, and a crash leaves nothing half done: ``APPROVED`` says that the load is to be run (again), and loading twice
writes nothing.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from loaders.agreements import Agreements
from loaders.batch import Batch, State, find, keep, require
from loaders.examination import BatchHeld, Examination, Pending
from loaders.identity.keys import Keys
from loaders.patience import IMPATIENT, Patience
from loaders.pipeline import load
from loaders.readers.encoding import any_bytes
from loaders.request import FileReport, LoadReport, LoadRequest, Progress, silent
from loaders.vault import Vault, VaultOrigin
from schema.datasets import DATASETS, Dataset, require_in_office, require_source
from schema.errors import AccessDenied, Conflict, InputError
from schema.periods import SHANGHAI, today_in_shanghai
from schema.ports import GraphStore

__all__ = ["BatchHeld", "Receipt", "Reception", "approve", "dataset_of", "receive", "reject"]
_LONGEST_REMARK: Final = 500


@dataclass(frozen=True)
class Reception:
    """What a reception desk works with; safe to share between threads, which take turns in writing.

    Parameters
    ----------
    store : GraphStore
        Prepared.
    vault : Vault
    keys : Keys
    agreements : Agreements
    """

    store: GraphStore
    vault: Vault
    keys: Keys
    agreements: Agreements
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery; ``report`` is None when nothing was loaded."""

    batch: Batch
    report: LoadReport | None = None


def receive(desk: Reception, request: LoadRequest, uploaded_by: str, progress: Progress = silent) -> Receipt:
    """Take a delivery of a dataset in.

    Parameters
    ----------
    desk : Reception
    request : LoadRequest
        Its ``kind`` is the code of a dataset, its path one file.
    uploaded_by : str
        Who brings it: the second signature must be another's.
    progress : Progress

    Returns
    -------
    Receipt
        PUBLISHED with the ledger, or PENDING.

    Raises
    ------
    InputError
        No such dataset, or a source that does not supply it.
    BatchHeld
        By agreement or quality; the batch is listed as HELD.
    FileRefused, InputError
        The file breaks its contract, is empty, or its snapshot's scope is wrong; the batch is listed as REFUSED.

    Notes
    -----
    A batch that was turned away and comes again waits again; its history keeps who turned it away and why.
    """
    dataset = dataset_of(request.kind)
    source = require_source(dataset, request.source)
    day = request.as_of or today_in_shanghai()
    require_in_office(source, day)
    origin = VaultOrigin(dataset.code, source, dataset.code, request.path.name, day)
    sha256 = desk.vault.put(any_bytes(request.path), origin)
    now = dt.datetime.now(dt.UTC)
    batch = Batch(source, dataset.code, request.path.name, sha256, day, State.PUBLISHED, now, uploaded_by)
    batch = replace(batch, options=_options(request))
    batch = _as_signed_before(batch, find(desk.store, batch.id))
    return _take_in(desk, replace(request, source=source), batch, progress)


def approve(
    desk: Reception,
    batch_id: str,
    reviewer: str,
    remark: str = "",
    progress: Progress = silent,
    patience: Patience = IMPATIENT,
) -> Receipt:
    """Sign a waiting batch, and load it under both names. A batch that a crash left APPROVED is loaded by doing so again.

    Raises
    ------
    NotFound
        No such batch, or its raw file is not in this vault.
    AccessDenied
        The reviewer is the one who uploaded it.
    Conflict
        It does not wait for a signature.
    BatchHeld, FileRefused
        What holds it since it was uploaded.
    """
    batch = _reviewable(desk, batch_id, reviewer, remark, State.PENDING, State.APPROVED)
    if batch.state is State.PENDING:
        batch = keep(desk.store, _signed(batch, State.APPROVED, reviewer, remark))
    request = LoadRequest(batch.dataset, Path(batch.file), batch.source, batch.data_on, patience=patience)
    request = replace(request, **batch.options)
    return _take_in(desk, request, replace(batch, state=State.PUBLISHED), progress)


def reject(desk: Reception, batch_id: str, reviewer: str, remark: str) -> Batch:
    """Turn a waiting batch away; it stays listed, and its raw file stays in the vault as evidence.

    Raises
    ------
    InputError
        Without a remark: the supplier must learn why.
    NotFound, AccessDenied, Conflict
        As ``approve``.
    """
    if not remark.strip():
        raise InputError("Say why the batch is rejected: the supplier reads the remark.")
    batch = _reviewable(desk, batch_id, reviewer, remark, State.PENDING)
    return keep(desk.store, _signed(batch, State.REJECTED, reviewer, remark))


def dataset_of(code: str) -> Dataset:
    """Return a dataset of the catalogue. InputError when there is none of that code."""
    if code not in DATASETS:
        raise InputError(f"{code} is no dataset of the catalogue: {', '.join(DATASETS)}.")
    return DATASETS[code]


def _take_in(desk: Reception, request: LoadRequest, batch: Batch, progress: Progress) -> Receipt:
    dataset = DATASETS[batch.dataset]
    received = batch.received_at.astimezone(SHANGHAI).date()
    names = " + ".join(filter(None, (batch.uploaded_by, batch.reviewed_by)))
    signed = bool(batch.reviewed_by)
    found = Examination(desk.store, desk.agreements, dataset, received, signed, request.snapshot)
    try:
        with desk.turn:
            report = load(
                desk.store,
                replace(request, as_of=batch.data_on, vaulted=batch.sha256, approved_by=names),
                desk.vault,
                desk.keys,
                progress,
                found,
            )
    except Pending:
        return Receipt(keep(desk.store, _examined(batch, found, State.PENDING)))
    except InputError as refused:
        state = State.HELD if isinstance(refused, BatchHeld) else State.REFUSED
        keep(desk.store, _examined(batch, found, state, refused.detail))
        raise
    batch = _published(desk.store, _examined(batch, found, State.PUBLISHED), report.files[0])
    return Receipt(keep(desk.store, batch), report)


def _options(request: LoadRequest) -> dict[str, Any]:
    """Return what the load was asked beside its file: the approval must ask the same."""
    asked = {name: getattr(request, name) for name in ("snapshot", "partial", "accept_vanished")}
    return {name: value for name, value in asked.items() if value not in (None, False)}


def _as_signed_before(batch: Batch, earlier: Batch | None) -> Batch:
    """Keep the signature of a batch that was published already: the same bytes, day and options say nothing new."""
    if earlier is None or earlier.state is not State.PUBLISHED:
        return batch
    return replace(
        batch, reviewed_by=earlier.reviewed_by, reviewed_at=earlier.reviewed_at, remark=earlier.remark
    )


def _examined(batch: Batch, found: Examination, state: State, reason: str = "") -> Batch:
    held = found.report
    return replace(
        batch,
        state=state,
        reason=reason,
        outside=held.outside if held else (),
        allowed=held.allowed if held else (),
        agreement=", ".join(held.agreements) if held else found.terms.agreement if found.terms else "",
        enterprise_list=bool(found.terms and found.terms.enterprise_list),
        row_count=found.row_count,
        quality=found.quality,
    )


def _published(store: GraphStore, batch: Batch, report: FileReport) -> Batch:
    """Note what became of its rows, and in which run; what said nothing new was published when its file first was."""
    book = report.ledger
    batch = replace(
        batch,
        loaded=book.loaded,
        unchanged=book.unchanged,
        quarantined=book.quarantined,
        warnings=report.warnings,
    )
    key = {"source": batch.source, "dataset": batch.dataset, "sha256": batch.sha256}
    run = next(store.query("runs_of_file", key).rows(), None)
    if run is None:
        return batch
    return replace(batch, published_run=run["number"], published_at=run["published_at"])


def _reviewable(desk: Reception, batch_id: str, reviewer: str, remark: str, *states: State) -> Batch:
    batch = require(desk.store, batch_id)
    if len(remark) > _LONGEST_REMARK:
        raise InputError(f"A remark has at most {_LONGEST_REMARK} characters.")
    if reviewer == batch.uploaded_by:
        raise AccessDenied("Whoever uploads a batch does not sign it: ask another steward 双人复核.")
    if batch.state not in states:
        raise Conflict(f"The batch is {batch.state.value}: only one that waits for a signature is reviewed.")
    return batch


def _signed(batch: Batch, state: State, reviewer: str, remark: str) -> Batch:
    return replace(
        batch, state=state, reviewed_by=reviewer, reviewed_at=dt.datetime.now(dt.UTC), remark=remark
    )
