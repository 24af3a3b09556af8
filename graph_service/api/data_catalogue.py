"""The data catalogue, freshness, obligations and coverage on the wire."""

from __future__ import annotations

import datetime as dt
from enum import Enum

import strawberry

from graph_service.api.batches import DataBatch
from graph_service.api.connections import Connection, Page, listing, page, require_first
from graph_service.api.nodes import LegalEntity
from graph_service.api.scalars import Ratio
from graph_service.asking import Asking
from graph_service.use_cases.data_catalogue import data_catalogue
from graph_service.use_cases.freshness import data_freshness
from loaders.agreements import Agreements
from schema.datasets import Status


@strawberry.enum(description="Whether a department has the duty to deliver 责任状态.")
class DatasetStatus(Enum):
    """Mirrors ``schema.datasets.Status``."""

    ASSIGNED = Status.ASSIGNED.value
    UNASSIGNED = Status.UNASSIGNED.value


@strawberry.type(description="A department that supplies a dataset 提供部门.")
class Supplier:
    """Mirrors ``use_cases.data_catalogue.Supplier``."""

    code: str = strawberry.field(description="Its code: the source of its deliveries 代码.")
    name: str = strawberry.field(description="Its name today 现名称.")
    predecessors: list[str] = strawberry.field(
        description="Departments whose records it answers for, by the weight of their word 前身."
    )


@strawberry.type(description="A dataset of the department catalogue 数据目录条目.")
class CatalogueEntry:
    """Mirrors ``use_cases.data_catalogue.CatalogueEntry``."""

    code: str = strawberry.field(description="Its code, as in `load CODE PATH` 代码.")
    name: str = strawberry.field(description="Its name 名称.")
    status: DatasetStatus = strawberry.field(description="Whether anybody has the duty 责任状态.")
    suppliers: list[Supplier] = strawberry.field(description="Who supplies it, or would 提供部门.")
    kind: str | None = strawberry.field(description="Canonical format; null: not records 规范格式.")
    audience: str | None = strawberry.field(description="Its data class: permitted on its own 数据类别.")
    node: str | None = strawberry.field(description="What a row describes 节点.")
    relationships: list[str] = strawberry.field(description="What a row states 关系.")
    fields: list[str] = strawberry.field(description="Key fields, which completeness counts 关键字段.")
    columns: list[str] = strawberry.field(description="Every column a file may have 全部字段.")
    rhythm: str = strawberry.field(description="How often something new is due 更新周期.")
    period_days: int = strawberry.field(description="The same in days 周期天数.")
    agreements: list[str] = strawberry.field(description="Sharing agreements that name it 共享协议.")
    note: str = strawberry.field(description="What else is to be known 说明.")


@strawberry.type(description="How fresh one dataset of one bureau is 数据时效.")
class Freshness:
    """Mirrors ``use_cases.freshness.Freshness``."""

    department: str = strawberry.field(description="Who delivers 部门.")
    dataset: str = strawberry.field(description="What 数据集.")
    source: str = strawberry.field(description="The department, or its bureau of a county 来源.")
    last_batch: DataBatch | None = strawberry.field(
        description="The newest one; a delivery without rows counts 最新批次."
    )
    age_hours: float | None = strawberry.field(description="Hours since it came; null: none ever 距今小时数.")
    overdue: bool = strawberry.field(description="Whether the 24-hour exchange was missed 是否超时.")
    data_age_days: int | None = strawberry.field(
        description="Age of the newest data of which a row entered 数据天龄."
    )
    period_days: int = strawberry.field(description="How old they may be 周期天数.")
    late: bool | None = strawberry.field(
        description="Whether they are older; null for what comes by event 是否逾期."
    )


@strawberry.type(description="A dataset that is owed and not there 未履行的共享义务.")
class Obligation:
    """Mirrors ``use_cases.freshness.Obligation``."""

    agreement: str = strawberry.field(description="The agreement that obliges 协议.")
    owner: str = strawberry.field(description="Who answers for it 责任方.")
    department: str = strawberry.field(description="Who must deliver 部门.")
    dataset: str = strawberry.field(description="What 数据集.")
    source: str = strawberry.field(description="Under which name it is delivered 来源.")
    state: str = strawberry.field(description="NEVER, or LATE 状态.")
    last_batch: DataBatch | None = strawberry.field(description="The newest one, if any 最新批次.")


@strawberry.type(description="What the bureaux of a county owe 县区共享义务.")
class ObligationStatus:
    """Mirrors ``use_cases.freshness.ObligationStatus``."""

    county: str = strawberry.field(description="Division code 区划代码.")
    owed: int = strawberry.field(description="Datasets that must be delivered 应共享.")
    delivered: int = strawberry.field(description="Those that are, in time 已共享.")
    missing: Connection[Obligation] = listing("missing", Connection[Obligation], "The others 未共享.")


@strawberry.type(description="Quality of household records of one channel 按采集渠道的数据质量.")
class ChannelQuality:
    """Mirrors ``loaders.channels.ChannelQuality``."""

    channel: str = strawberry.field(description="As files write it; empty: they do not say 采集渠道.")
    rows: int = strawberry.field(description="Rows that came through it 行数.")
    completeness: Ratio = strawberry.field(description="Filled cells of the kind's columns 完整性.")
    validity: Ratio = strawberry.field(description="Rows without a fault 有效性.")
    uniqueness: Ratio = strawberry.field(description="Rows that repeat no other 唯一性.")


@strawberry.type(description="Credit-file coverage of a zone 信用档案建设率.")
class ArchiveCoverage:
    """Mirrors ``use_cases.coverage.ArchiveCoverage``."""

    zone: str = strawberry.field(description="Division-code prefix 区划前缀.")
    enterprises: int = strawberry.field(description="Enterprises registered there 企业数.")
    with_file: int = strawberry.field(description="Those with a credit file 已建档.")
    rate: Ratio | None = strawberry.field(description="Their share; null without enterprises 建档率.")
    missing: Connection[LegalEntity] = listing(
        "missing", Connection[LegalEntity], "Those without one, by id 未建档企业."
    )


@strawberry.type(description="Readings of one metric, aggregated 指标汇总.")
class MetricSummary:
    """Mirrors ``algorithms.telemetry.MetricSummary``."""

    metric: str = strawberry.field(description="What was measured 指标.")
    count: int = strawberry.field(description="Instants with one undisputed value 有效读数.")
    mean: float | None = strawberry.field(description="Their mean 均值.")
    least: float | None = strawberry.field(description="Their least 最小值.")
    most: float | None = strawberry.field(description="Their most 最大值.")
    last: float | None = strawberry.field(description="The newest 最新值.")
    first_at: dt.datetime | None = strawberry.field(description="The first instant 最早时间.")
    last_at: dt.datetime | None = strawberry.field(description="The last instant 最近时间.")
    repeated: int = strawberry.field(description="Readings that repeat another 重复.")
    disputed: int = strawberry.field(description="Instants with different values, not used 冲突.")
    suspect: int = strawberry.field(description="Readings that their source doubts, not used 可疑.")


@strawberry.type(description="What the sensors of an asset say 物联网汇总.")
class TelemetrySummary:
    """Mirrors ``algorithms.telemetry.TelemetrySummary``."""

    metrics: list[MetricSummary] = strawberry.field(description="By name 各指标.")
    last_at: dt.datetime | None = strawberry.field(description="The newest reading 最近读数时间.")
    silent_hours: float | None = strawberry.field(description="Hours since; null: none ever 静默小时数.")
    flags: list[str] = strawberry.field(description="STALE_TELEMETRY when silent too long 标记.")
    confidence: Ratio = strawberry.field(
        description="How far collateral can be relied on that is known by its sensors only 押品置信度."
    )


@strawberry.type(description="A list counted both ways 名单计数.")
class ListingCounts:
    """Mirrors ``algorithms.listing_counts.ListingCounts``."""

    cases_listed: int = strawberry.field(description="Cases on the list on the day 在列案件.")
    subjects_listed: int = strawberry.field(description="Distinct subjects on it 在列主体.")
    cases_removed: int = strawberry.field(description="Cases that left it in the period 退出案件（宗）.")
    subjects_left: int = strawberry.field(description="Subjects that left it with their last case 退出主体.")
    subjects_remaining: int = strawberry.field(
        description="Subjects with a removed case whom another case keeps on it 仍在列主体."
    )


def catalogue_page(
    asking: Asking, agreements: Agreements, status: str | None, first: int, after: str | None
) -> Page:
    """Return a page of the catalogue."""
    require_first(first, asking.principal.role)
    return page(data_catalogue(asking, agreements, status), first, after)


def freshness_page(
    asking: Asking, agreements: Agreements, department: str | None, first: int, after: str | None
) -> Page:
    """Return a page of freshness."""
    require_first(first, asking.principal.role)
    return page(data_freshness(asking, department, agreements), first, after)
