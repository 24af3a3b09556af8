"""The credit portrait on the wire: a section a dataset, and what is missing; the types of ``use_cases.portrait``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact, SourceRow
from graph_service.api.nodes import NODE_TYPES, LegalEntity
from graph_service.api.provenance import PropertyProvenance
from graph_service.api.utilities import UtilitySeries
from graph_service.use_cases import portrait_sections
from graph_service.use_cases.portrait import MissingReason

MISSING_REASON: Any = strawberry.enum(
    MissingReason,
    name="MissingReason",
    description="NEVER: nothing has come 从未报送; STALE: shown, and not up to date 已过期; NOT_PERMITTED: closed to you, whether"
    " there is anything or not 无权查看.",
)
_RECORD: Any = NODE_TYPES["ContributionRecord"]


@strawberry.type(description="How new a section of a portrait is 数据时效.")
class SectionFreshness:
    """Mirrors ``use_cases.portrait_sections.SectionFreshness``."""

    data_on: dt.date | None = strawberry.field(
        description="The newest day that its data speak of; null while no month can be read 数据日期."
    )
    age_days: int | None = strawberry.field(description="Days since 数据天龄.")
    period_days: int = strawberry.field(description="The rhythm of the dataset 周期天数.")
    late: bool = strawberry.field(description="Whether something newer is due 是否逾期.")


@strawberry.interface(description="What one dataset says of an enterprise 脸谱分项.")
class PortraitSection:
    """Mirrors ``use_cases.portrait_sections.Section``."""

    dataset: str = strawberry.field(description="Its code in the catalogue 数据集.")
    name: str = strawberry.field(description="Its name 名称.")
    freshness: SectionFreshness = strawberry.field(description="How new it is 数据时效.")
    sources: Connection[SourceRow] = listing(
        "sources", Connection[SourceRow], "The row of the file behind each fact that it cites 来源."
    )

    @classmethod
    def resolve_type(cls, obj: Any, *_: Any) -> str:
        """Every section type is named after its class."""
        return type(obj).__name__

    @classmethod
    def is_type_of(cls, obj: Any, _: Any) -> bool:
        """Section types are resolved from the use-case's own."""
        return isinstance(obj, portrait_sections.Section)


@strawberry.type(description="The register's word 登记信息.")
class RegistrationSection(PortraitSection):
    """Mirrors ``use_cases.portrait_sections.RegistrationSection``."""

    properties: list[PropertyProvenance] = strawberry.field(
        description="Every property that it states, with who else states it 登记事项."
    )


@strawberry.type(description="Contributions for one month 一个月的缴纳.")
class ContributionMonth:
    """Mirrors ``use_cases.portrait_sections.ContributionMonth``."""

    month: str | None = strawberry.field(description="YYYY-MM; null where it cannot be read 月份.")
    records: list[_RECORD] = strawberry.field(description="Headcount, amount, arrears 缴纳记录.")
    facts: list[Fact] = strawberry.field(description="What states them 依据.")


@strawberry.type(description="Contributions to social insurance or the housing fund 社保、公积金.")
class ContributionSection(PortraitSection):
    """Mirrors ``use_cases.portrait_sections.ContributionSection``."""

    months: Connection[ContributionMonth] = listing(
        "months", Connection[ContributionMonth], "Newest first 逐月."
    )


@strawberry.type(description="How electricity, water or gas is paid 水电气.")
class UtilitySection(PortraitSection):
    """Mirrors ``use_cases.portrait_sections.UtilitySection``."""

    series: UtilitySeries = strawberry.field(description="Month by month 缴费序列.")


SECTIONS: tuple[type, ...] = (RegistrationSection, ContributionSection, UtilitySection)


@strawberry.type(description="A dataset that does not count in a portrait 缺失的数据.")
class MissingDataset:
    """Mirrors ``use_cases.portrait.MissingDataset``."""

    dataset: str = strawberry.field(description="Its code in the catalogue 数据集.")
    name: str = strawberry.field(description="Its name 名称.")
    reason: MISSING_REASON = strawberry.field(description="Why 原因.")
    suppliers: list[str] = strawberry.field(
        description="Departments with the duty to deliver it; none where nobody has 责任部门."
    )


@strawberry.type(description="[financing] What departments say of an enterprise; no score 信用脸谱.")
class CreditPortrait:
    """Mirrors ``use_cases.portrait.CreditPortrait``."""

    enterprise: LegalEntity = strawberry.field(description="Whose 企业.")
    sections: list[PortraitSection] = strawberry.field(description="What there is 已有分项.")
    missing: list[MissingDataset] = strawberry.field(
        description="What is not there, closed to you or not up to date 缺失."
    )
    rulebook: str = strawberry.field(
        description="The rulebook that governed the warnings, <id>@<version> 规则集."
    )
