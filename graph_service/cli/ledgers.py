"""What became of a delivery, for people: one balanced line a file, and why rows were refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from graph_service.cli.desk import Desk
from loaders import FileReport, LoadReport

_COUNTS = (
    ("read", "读取"),
    ("loaded", "入库"),
    ("unchanged", "未变"),
    ("quarantined", "隔离"),
    ("skipped", "跳过"),
    ("closed", "关闭"),
)


def show_report(desk: Desk, report: LoadReport) -> None:
    """Print the ledger of every file, then what deserves a look."""
    desk.out.print(_table(report))
    for file in (*report.files, *report.retried):
        for line in _remarks(file):
            desk.say(line)
    if report.runs:
        desk.say(f"Published runs {report.runs[0]} to {report.runs[-1]}.")
    if not report.changed:
        desk.say("Nothing has changed. 无变化")


def _table(report: LoadReport) -> Table:
    table = Table("file 文件", "kind 种类", title="Ledger 装载台账", title_justify="left")
    for name, zh in _COUNTS:
        table.add_column(f"{name} {zh}", justify="right")
    table.add_column("balanced 平衡", justify="center")
    for file in report.files:
        table.add_row(file.file, file.kind, *_numbers(file), _balance(file))
    for file in report.retried:
        table.add_row(f"{file.file} (waited 补录)", file.kind, *_numbers(file), _balance(file))
    return table


def _numbers(file: FileReport) -> list[str]:
    return [str(getattr(file.ledger, name)) for name, _ in _COUNTS]


def _balance(file: FileReport) -> str:
    return "yes" if file.ledger.balances else "NO"


def _remarks(file: FileReport) -> list[str]:
    refused = ", ".join(f"{code} {count}" for code, count in file.errors_by_code.items())
    return [
        *([f"{file.file}: quarantined for {refused}"] if refused else []),
        *([f"{file.file}: skipped {file.skip_reason}"] if file.ledger.skipped else []),
        *(f"{file.file}: {warning}" for warning in file.warnings),
        *(f"{file.file}: {_channel(measured)}" for measured in file.channels),
    ]


def _channel(measured: Mapping[str, Any]) -> str:
    """Say how good the rows of one collection channel are."""
    ratios = ", ".join(f"{name} {measured[name]:.3f}" for name in ("completeness", "validity", "uniqueness"))
    return f"channel 渠道 {measured['channel'] or '?'}: {measured['rows']} rows, {ratios}"
