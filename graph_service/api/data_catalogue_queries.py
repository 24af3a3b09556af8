"""The queries about deliveries: catalogue, freshness, obligations, coverage, batches, telemetry, listings."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Final

import strawberry

from graph_service.api.batches import BatchState, BatchStep, DataBatch, batches_page
from graph_service.api.connections import DEFAULT_FIRST, Connection
from graph_service.api.data_catalogue import (
    ArchiveCoverage,
    CatalogueEntry,
    ChannelQuality,
    DatasetStatus,
    Freshness,
    ListingCounts,
    ObligationStatus,
    TelemetrySummary,
    catalogue_page,
    freshness_page,
)
from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, Supplied, by_value, operation
from graph_service.api.scalars import Long
from graph_service.api.stated_totals import StatedTotalAnswer, totals_page
from graph_service.use_cases.batches import batch_history
from graph_service.use_cases.channel_quality import quality_by_channel
from graph_service.use_cases.coverage import archive_coverage
from graph_service.use_cases.freshness import county_obligations, obligation_status
from graph_service.use_cases.listed_parties import LISTINGS
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.telemetry import pond_telemetry
from schema.nodes import NODES

_FIRST: Final = Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST)
_AFTER: Final = Argument(str | None, "Cursor of the last one of the page before 游标.", None)
_AGREEMENTS: Final = Supplied(lambda caller: caller.service.reception.agreements)


_NAMES: Any = StrEnum(  # type: ignore[misc]
    "ListName",
    {
        choice: choice
        for label, (which, _) in LISTINGS.items()
        for choice in NODES[label].field(which).choices
    },
)
ListName: Any = strawberry.enum(
    _NAMES, description="A list of sanctions or dishonesty, or a risk database 名单、风险数据库."
)


@strawberry.type(description="What may be asked about deliveries 数据归集查询.")
class DataCatalogueQueries:
    """Each field is one audited operation."""

    data_catalogue: Connection[CatalogueEntry] | None = operation(
        "dataCatalogue",
        catalogue_page,
        Connection[CatalogueEntry] | None,
        "[data] Who supplies which dataset, in which form 数据目录.",
        {
            "agreements": _AGREEMENTS,
            "status": Argument(DatasetStatus | None, "Only those of this status 责任状态.", None, by_value),
            "first": _FIRST,
            "after": _AFTER,
        },
    )
    data_freshness: Connection[Freshness] | None = operation(
        "dataFreshness",
        freshness_page,
        Connection[Freshness] | None,
        "[data] When each dataset came last, bureau by bureau, and what is overdue 数据时效.",
        {
            "agreements": _AGREEMENTS,
            "department": Argument(str | None, "Code of a department, today's or a former one 部门.", None),
            "first": _FIRST,
            "after": _AFTER,
        },
    )
    obligation_status: ObligationStatus | None = operation(
        "obligationStatus",
        obligation_status,
        ObligationStatus | None,
        "[data] What the bureaux of a county owe and have not delivered 共享义务.",
        {"agreements": _AGREEMENTS, "county": Argument(str, "Division code of the county 县区代码.")},
    )
    county_obligations: list[ObligationStatus] | None = operation(
        "countyObligations",
        county_obligations,
        list[ObligationStatus] | None,
        "[data] The same, county by county, for all that you may see 各县共享义务.",
        {"agreements": _AGREEMENTS},
    )
    quality_by_channel: list[ChannelQuality] | None = operation(
        "qualityByChannel",
        quality_by_channel,
        list[ChannelQuality] | None,
        "[data] Quality of household records by collection channel 按采集渠道的数据质量.",
        {"source": Argument(str | None, "Of this source only 来源.", None)},
    )
    archive_coverage: ArchiveCoverage | None = operation(
        "archiveCoverage",
        archive_coverage,
        ArchiveCoverage | None,
        "[data] Which enterprises of a zone have a credit file 信用档案建设率.",
        {"zone": Argument(str, "First 2 to 12 digits of a division code 区划前缀.")},
    )
    batches: Connection[DataBatch] | None = operation(
        "batches",
        batches_page,
        Connection[DataBatch] | None,
        "[data] Deliveries of datasets, newest first: held, waiting, published 数据批次.",
        {
            "state": Argument(BatchState | None, "Only those in this state 状态.", None),
            "dataset": Argument(str | None, "Only those of this dataset 数据集.", None),
            "first": _FIRST,
            "after": _AFTER,
        },
    )
    batch_history: list[BatchStep] | None = operation(
        "batchHistory",
        batch_history,
        list[BatchStep] | None,
        "[data] What became of a batch, decision by decision 批次经过.",
        {"batch": Argument(strawberry.ID, "Its id 批次标识.", read=str)},
    )
    pond_telemetry: TelemetrySummary | None = operation(
        "pondTelemetry",
        pond_telemetry,
        TelemetrySummary | None,
        "[financing] What the sensors of a household's asset say 鱼塘物联网.",
        {
            "asset": Argument(
                strawberry.ID,
                "Opaque or plain id of the asset 生产资料标识.",
                read=lambda text: read_id(text, "HouseholdAsset"),
            ),
            "silent_hours": Argument(int, "Longest silence that is not stale, in hours 最长静默小时.", 24),
        },
    )
    listing_counts: ListingCounts | None = operation(
        "listingCounts",
        listing_counts,
        ListingCounts | None,
        "[supervision] A list counted by cases and by subjects 名单按案件与主体计数.",
        {
            "kind": Argument(ListName, "Which list or risk database 名单或风险数据库.", read=by_value),
            "since": Argument(dt.date, "First day of the period 期初."),
            "until": Argument(dt.date, "First day after it 期末（不含）."),
        },
    )
    stated_totals: Connection[StatedTotalAnswer] | None = operation(
        "statedTotals",
        totals_page,
        Connection[StatedTotalAnswer] | None,
        "[data] Totals as they were printed, each with the word that rounds it; no rate of two 公布的总数.",
        {
            "measure": Argument(str | None, "Only those of this measure 指标.", None),
            "counted": Argument(
                Long | None,
                "Compare with what was counted: how many, or fen; needs `measure` 实际计数.",
                None,
            ),
            "first": _FIRST,
            "after": _AFTER,
        },
    )
