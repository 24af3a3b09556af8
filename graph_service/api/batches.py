"""Batches on the wire: what came, what is held and why, and the second signature."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from graph_service.api.connections import Page, page, require_first
from graph_service.api.refusals import UserError
from graph_service.api.scalars import Long, Parameters, Ratio
from graph_service.asking import Asking
from graph_service.use_cases import batches
from loaders.approval import Reception
from loaders.batch import Batch, State


@strawberry.enum(description="What a steward decides 审核决定.")
class ReviewDecision(Enum):
    """Two of them."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"


BatchState: Any = strawberry.enum(
    State, name="BatchState", description="How far a batch has come; HELD: by agreement or quality 批次状态."
)


@strawberry.type(description="Measured quality of a batch, each in [0, 1] 数据质量.")
class BatchQuality:
    """Mirrors ``loaders.quality.Quality``."""

    completeness: Ratio = strawberry.field(description="Filled cells of the key fields 完整性.")
    validity: Ratio = strawberry.field(description="Rows without a fault 有效性.")
    timeliness: Ratio = strawberry.field(description="Rhythm of the dataset over the age of its data 及时性.")
    uniqueness: Ratio = strawberry.field(description="Rows that repeat no other 唯一性.")


@strawberry.type(description="One delivery of one dataset 数据批次.")
class DataBatch:
    """Mirrors ``loaders.batch.Batch``."""

    id: strawberry.ID = strawberry.field(description="Give it to `reviewBatch` 标识.")
    source: str = strawberry.field(description="Who delivered: department, or department.county 来源.")
    dataset: str = strawberry.field(description="Code of the dataset 数据集.")
    file: str = strawberry.field(description="File name 文件名.")
    sha256: str = strawberry.field(description="SHA-256 of the file's bytes 文件摘要.")
    data_on: dt.date = strawberry.field(description="The day that the data speak of 数据日期.")
    state: BatchState = strawberry.field(description="How far it has come 状态.")
    received_at: dt.datetime = strawberry.field(description="When it came last 接收时间.")
    uploaded_by: str = strawberry.field(description="Who brought it 上传人.")
    reason: str = strawberry.field(description="Why it is held or refused; empty otherwise 原因.")
    outside: list[str] = strawberry.field(description="Columns that the agreement does not allow 协议外字段.")
    allowed: list[str] = strawberry.field(description="Those that it allows, when that is why 协议内字段.")
    agreement: str = strawberry.field(description="The agreement it came under; empty: none 共享协议.")
    enterprise_list: bool = strawberry.field(
        description="Whether it answers for the enterprises of the list alone 仅限企业名录."
    )
    row_count: int | None = strawberry.field(description="Rows; null when it could not be read 行数.")
    loaded: int | None = strawberry.field(
        description="Rows that changed the graph when it was last published; null: it never was 入库行数."
    )
    unchanged: int | None = strawberry.field(description="Rows that said what was known 未变行数.")
    quarantined: int | None = strawberry.field(description="Rows that were refused 隔离行数.")
    warnings: list[str] = strawberry.field(description="What else deserves a look 提示.")
    quality: BatchQuality | None = strawberry.field(description="Its quality, when it was measured 质量.")
    reviewed_by: str = strawberry.field(description="Who signed; empty: nobody 审核人.")
    reviewed_at: dt.datetime | None = strawberry.field(description="When 审核时间.")
    remark: str = strawberry.field(description="What the reviewer said 审核意见.")
    options: Parameters = strawberry.field(description="What the load was asked beside its file 装载选项.")
    published_run: Long | None = strawberry.field(description="Last run that published its rows 发布批次.")
    published_at: dt.datetime | None = strawberry.field(description="When that was 发布时间.")


@strawberry.type(description="A batch as one decision left it 批次经过.")
class BatchStep:
    """Mirrors ``loaders.batch.Step``."""

    at: dt.datetime = strawberry.field(description="When: give it as `knownAt` to see the rest as then 时间.")
    known_run: Long = strawberry.field(description="Run that wrote the decision 批次号.")
    batch: DataBatch = strawberry.field(description="The batch since then 批次.")


@strawberry.type(description="What became of a review 审核结果.")
class ReviewBatchPayload:
    """The batch, or why it was not reviewed."""

    batch: DataBatch | None = strawberry.field(description="The batch as it stands now 批次.")
    user_errors: list[UserError] = strawberry.field(description="Empty when it was done 输入错误.")


@strawberry.input(description="Which batch, and what is decided; to decide twice is a conflict 审核内容.")
class ReviewBatchInput:
    """Needs no idempotency key: a batch that was reviewed no longer waits."""

    batch: strawberry.ID = strawberry.field(description="Id of the batch 批次标识.")
    decision: ReviewDecision = strawberry.field(description="APPROVE publishes it 决定.")
    remark: str = strawberry.field(default="", description="Why; needed to reject 意见.")


@dataclass(frozen=True)
class Outcome:
    """What a ReviewBatchPayload is resolved from."""

    batch: Batch
    user_errors: tuple[UserError, ...] = ()


def review(asking: Asking, sent: ReviewBatchInput, reception: Reception) -> Outcome:
    """Sign, or turn away."""
    return Outcome(batches.review_batch(asking, reception, str(sent.batch), sent.decision.value, sent.remark))


def batches_page(
    asking: Asking, state: State | None, dataset: str | None, first: int, after: str | None
) -> Page:
    """Return a page of the batches, newest first."""
    require_first(first, asking.principal.role)
    return page(batches.list_batches(asking, state, dataset), first, after)
