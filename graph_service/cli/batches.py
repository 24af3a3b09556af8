"""``batches`` and the loading of datasets: what came, what is held, and the second signature. 数据批次"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, TypeVar

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.cli.ledgers import show_report
from graph_service.service import Service
from graph_service.trust.principal import operator
from graph_service.use_cases.batches import batch_history, list_batches, review_batch, signatory
from loaders import LoadRequest, Progress
from loaders.approval import Receipt, receive
from loaders.batch import Batch, State, Step
from schema.periods import today_in_shanghai

T = TypeVar("T")


@dataclass(frozen=True)
class ListOptions:
    """Which batches.

    Parameters
    ----------
    state : State, optional
        Only those in this state 状态.
    dataset : str, optional
        Only those of this dataset 数据集.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    state: Annotated[State | None, Parameter(name="--state", name_transform=str)] = None
    dataset: str | None = None
    json: bool = False


_ALL = ListOptions()
_COUNTS = {
    "row_count": "rows 行数",
    "loaded": "loaded 入库",
    "unchanged": "unchanged 未变",
    "quarantined": "quarantined 隔离",
}


def list_all(*, options: Annotated[ListOptions, Parameter(name="*")] = _ALL, desk: At) -> None:
    """List deliveries of datasets, newest first: held, waiting, published. 列出数据批次"""
    with desk.service() as service:
        found = _ask(
            service, asdict(options), lambda asking: list_batches(asking, options.state, options.dataset)
        )
    if options.json:
        write_json({"batches": [_as_json(batch) for batch in found]})
        return
    table = Table("batch 批次", "dataset 数据集", "source 来源", "file 文件", "state 状态", *_COUNTS.values())
    for batch in found:
        counts = (getattr(batch, name) for name in _COUNTS)
        shown = ("" if count is None else str(count) for count in counts)
        table.add_row(batch.id, batch.dataset, batch.source, batch.file, batch.state.value, *shown)
    desk.out.print(table)
    for batch in found:
        if batch.reason:
            desk.say(f"{batch.id}: {batch.reason}")


def show(batch: str, /, *, json: bool = False, desk: At) -> None:
    """Show one batch and what became of it, decision by decision. 查看数据批次

    Parameters
    ----------
    batch : str
        Its id.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        steps = _ask(service, {"batch": batch}, lambda asking: batch_history(asking, batch))
    now = steps[-1].batch
    if json:
        told = [{"at": s.at, "known_run": s.known_run, "batch": _as_json(s.batch)} for s in steps]
        write_json({"batch": _as_json(now), "history": told})
        return
    for name, value in _as_json(now).items():
        if value not in (None, "", (), {}, False):
            desk.say(f"{name}: {value}")
    for step in steps:
        desk.say(_told(step))


def _told(step: Step) -> str:
    """Say what one decision made of a batch, by whom, and why."""
    batch = step.batch
    who = f" by {batch.reviewed_by}" if batch.reviewed_by else f", brought by {batch.uploaded_by}"
    why = batch.remark if batch.reviewed_by else batch.reason
    return f"{step.at:%Y-%m-%d %H:%M:%S} UTC: {batch.state.value}{who}{f': {why}' if why else ''}"


def approve(batch: str, /, *, remark: str = "", json: bool = False, desk: At) -> None:
    """Sign a waiting batch, which publishes it. Whoever uploaded it cannot. 审核通过

    Parameters
    ----------
    batch : str
        Its id; you sign as the account of this machine.
    remark : str
        What is to be noted 意见.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    _review(desk, batch, "APPROVE", remark, json=json)


def reject(batch: str, remark: str, /, *, json: bool = False, desk: At) -> None:
    """Turn a waiting batch away; its raw file stays in the vault. 审核退回

    Parameters
    ----------
    batch : str
        Its id.
    remark : str
        Why: the supplier reads it 意见.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    _review(desk, batch, "REJECT", remark, json=json)


def take_in(service: Service, request: LoadRequest, progress: Progress) -> Receipt:
    """Take a delivery of a dataset in, as the account of this machine; authorised and audited.

    Raises
    ------
    GraphServiceError
        See ``loaders.approval.receive``.
    """
    return as_account(
        service,
        request,
        lambda asking: receive(service.reception, request, signatory(asking.principal), progress),
    )


def as_account(service: Service, request: LoadRequest, work: Callable[[Asking], T]) -> T:
    """Do what a delivery asks for as the account of this machine: authorised, and audited with its terms."""
    asked = {
        "kind": request.kind,
        "path": str(request.path),
        "source": request.source,
        "as_of": request.as_of,
        "snapshot": request.snapshot,
        "accept_vanished": request.accept_vanished,
    }
    return service.answer(Question(operator(), today_in_shanghai()), "cli.load", asked, work)


def show_receipt(desk: Desk, receipt: Receipt, *, json: bool) -> None:
    """Say what became of a delivery."""
    batch = receipt.batch
    if json:
        files = [file.as_json() for file in receipt.report.files] if receipt.report else []
        write_json({"batch": _as_json(batch), "files": files})
        return
    if receipt.report is not None:
        show_report(desk, receipt.report)
    if batch.quality is not None:
        desk.say("Quality 质量: " + ", ".join(f"{n} {v:.3f}" for n, v in batch.quality.as_json().items()))
    waits = f" It waits for another steward: batches approve {batch.id}" * (batch.state is State.PENDING)
    desk.say(f"Batch {batch.id}: {batch.state.value}.{waits}")


def _review(desk: Desk, batch_id: str, decision: str, remark: str, *, json: bool) -> None:
    with desk.service() as service:
        asked = {"batch": batch_id, "decision": decision, "remark": remark}
        batch = _ask(
            service,
            asked,
            lambda asking: review_batch(asking, service.reception, batch_id, decision, remark, desk.patience),
        )
    if json:
        write_json({"batch": _as_json(batch)})
    else:
        desk.say(f"Batch {batch.id}: {batch.state.value}.")


def _ask(service: Service, asked: dict[str, Any], compute: Callable[[Asking], T]) -> T:
    return service.answer(Question(operator(), today_in_shanghai()), "cli.batches", asked, compute)


def _as_json(batch: Batch) -> dict[str, Any]:
    return {"id": batch.id, **asdict(batch)}
