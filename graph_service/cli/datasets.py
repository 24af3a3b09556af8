"""``datasets``: the department catalogue, what is overdue, and what counties owe. 数据目录"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, Desk, Failed, write_json
from graph_service.service import Service
from graph_service.trust.principal import operator
from graph_service.use_cases.channel_quality import quality_by_channel
from graph_service.use_cases.data_catalogue import data_catalogue
from graph_service.use_cases.freshness import (
    ObligationStatus,
    county_obligations,
    data_freshness,
    obligation_status,
)
from loaders.agreements import Agreements
from schema.datasets import Status
from schema.periods import today_in_shanghai

T = TypeVar("T")
_STATUS = Parameter(name="--status", name_transform=str)


def list_all(*, status: Annotated[Status | None, _STATUS] = None, json: bool = False, desk: At) -> None:
    """List the datasets of the department catalogue. 列出数据目录

    Parameters
    ----------
    status : Status, optional
        ASSIGNED, or UNASSIGNED: no department has the duty 责任状态.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(desk, {"status": status}, lambda s, a: data_catalogue(a, s.reception.agreements, status))
    if json:
        write_json({"datasets": [asdict(entry) for entry in found]})
        return
    table = Table("dataset 数据集", "name 名称", "supplier 部门", "kind 格式", "rhythm 周期", "status 状态")
    for entry in found:
        suppliers = ", ".join(s.name for s in entry.suppliers)
        table.add_row(entry.code, entry.name, suppliers, entry.kind or "", entry.rhythm, entry.status)
    desk.out.print(table)


def freshness(*, department: str | None = None, check: bool = False, json: bool = False, desk: At) -> None:
    """Show when each dataset came last, bureau by bureau, and what is overdue. 数据时效

    Parameters
    ----------
    department : str, optional
        Code of one department 部门.
    check : bool
        End with exit code 1 when anything that was ever delivered is overdue or late: for an alert 告警.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(
        desk,
        {"department": department},
        lambda s, asking: data_freshness(asking, department, s.reception.agreements),
    )
    alerts = [f"{f.source}/{f.dataset}" for f in found if f.last_batch and (f.overdue or f.late)]
    if json:
        write_json({"freshness": [asdict(each) for each in found], "alerts": alerts})
    else:
        table = Table(
            "source 来源", "dataset 数据集", "age h 小时", "overdue 超时", "data age d 天", "late 逾期"
        )
        for each in found:
            age = "never" if each.age_hours is None else f"{each.age_hours:.1f}"
            days = "" if each.data_age_days is None else str(each.data_age_days)
            late = "" if each.late is None else str(each.late)
            table.add_row(each.source, each.dataset, age, str(each.overdue), days, late)
        desk.out.print(table)
    if alerts:
        desk.err.print(f"OVERDUE 超时告警: {', '.join(alerts)}", highlight=False, soft_wrap=True)
        if check:
            raise Failed


def obligations(county: str | None = None, /, *, json: bool = False, desk: At) -> None:
    """Show what the bureaux of a county, or of every county, owe and have not delivered. 共享义务

    Parameters
    ----------
    county : str, optional
        Its division code 县区代码; every county that there is an agreement with, when left out.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(desk, {"county": county}, lambda s, a: _owed(a, s.reception.agreements, county))
    if json:
        write_json(asdict(found[0]) if county else {"counties": [asdict(each) for each in found]})
        return
    for status in found:
        desk.say(f"{status.county}: {status.delivered} of {status.owed} datasets delivered in time.")
        for each in status.missing:
            desk.say(f"{each.state}: {each.source}/{each.dataset} ({each.agreement}, {each.owner})")


def _owed(asking: Asking, agreements: Agreements, county: str | None) -> tuple[ObligationStatus, ...]:
    if county is None:
        return county_obligations(asking, agreements)
    return (obligation_status(asking, agreements, county),)


def channels(*, source: str | None = None, json: bool = False, desk: At) -> None:
    """Show the quality of household records by collection channel. 按采集渠道的数据质量

    Parameters
    ----------
    source : str, optional
        Of the files of one source 来源.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    found = _ask(desk, {"source": source}, lambda _, asking: quality_by_channel(asking, source))
    if json:
        write_json({"channels": [each.as_json() for each in found]})
        return
    measures = ("completeness 完整性", "validity 有效性", "uniqueness 唯一性")
    table = Table("channel 采集渠道", "rows 行数", *measures)
    for each in found:
        ratios = (f"{value:.3f}" for value in (each.completeness, each.validity, each.uniqueness))
        table.add_row(each.channel, str(each.rows), *ratios)
    desk.out.print(table)


def _ask(desk: Desk, asked: dict[str, Any], compute: Callable[[Service, Asking], T]) -> T:
    with desk.service() as service:
        question = Question(operator(), today_in_shanghai())
        return service.answer(question, "cli.datasets", asked, lambda asking: compute(service, asking))
