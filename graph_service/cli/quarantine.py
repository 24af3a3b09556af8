"""``quarantine``: the refused rows, listed, shown, judged again, waived. 隔离记录"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.archive import archive_of
from graph_service.cli.desk import At, write_json
from graph_service.cli.ledgers import show_report
from graph_service.cli.progress import shown_progress
from graph_service.trust.principal import operator
from loaders.quarantine import refused_row
from loaders.quarantine import waive as waive_row
from loaders.replay import replay as replay_rows
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class ListOptions:
    """Which rows.

    Parameters
    ----------
    source : str, optional
        Of one source 来源.
    dataset : str, optional
        Of one dataset 数据集.
    code : str, optional
        Refused by this rule, e.g. endpoint_missing 规则代码.
    status : OPEN, FIXED, WAIVED, WAITING or DROPPED, optional
        Default: OPEN. WAITING are links of loaded rows whose other end is not there yet; DROPPED is what waited and is
        not stated any more. ALL shows every row 状态.
    first : int
        Rows at most.
    after : str
        Read on after this row id.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    source: str | None = None
    dataset: str | None = None
    code: str | None = None
    status: Literal["OPEN", "FIXED", "WAIVED", "WAITING", "DROPPED", "ALL"] = "OPEN"
    first: int = 50
    after: str = ""
    json: bool = False

    def parameters(self, asking: Asking) -> dict[str, Any]:
        """Return the parameters of the catalogue query; one row more tells whether there is a next page."""
        return {
            "source": self.source,
            "dataset": self.dataset,
            "code": self.code,
            "status": None if self.status == "ALL" else self.status,
            "after": self.after,
            "limit": max(self.first, 1) + 1,
            "known_run": asking.known_run,
            "audiences": sorted(a.value for a in asking.access.classes),
        }


_USUAL = ListOptions()


def list_rows(*, options: Annotated[ListOptions, Parameter(name="*")] = _USUAL, desk: At) -> None:
    """List refused rows, a page at a time, in the order of their ids. 列出隔离记录"""
    with desk.service() as service:
        table = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.quarantine.list",
            asdict(options),
            lambda asking: service.store.query("refused_rows", options.parameters(asking)),
        )
    rows = [_with_errors(row) for row in table.rows()]
    page, more = rows[: max(options.first, 1)], len(rows) > max(options.first, 1)
    after = page[-1]["id"] if more else None
    if options.json:
        write_json({"rows": page, "after": after})
        return
    shown = Table("id", "status 状态", "dataset 数据集", "file 文件", "line 行", "rules 规则")
    for row in page:
        codes = ", ".join(sorted({fault["code"] for fault in row["errors"]}))
        place = f"{row['source']}/{row['dataset']}"
        shown.add_row(row["id"], row["status"], place, row["file"], str(row["line"]), codes)
    desk.out.print(shown)
    desk.say(f"{len(page)} rows" + (f"; read on with --after {after}" if after else ""))


def show(row_id: str, /, *, json: bool = False, desk: At) -> None:
    """Show one refused row with all that is wrong with it. 查看

    Parameters
    ----------
    row_id : str
        As `quarantine list` names it, Q:….
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        row = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.quarantine.show",
            {"id": row_id},
            lambda asking: refused_row(service.store, row_id, asking.access.classes),
        )
    _show(desk, {k: v for k, v in row.items() if k != "pending"}, json=json)


def waive(row_id: str, /, *, reason: str, json: bool = False, desk: At) -> None:
    """Waive an open row: it stays refused, and nobody need look at it any more. 豁免

    Parameters
    ----------
    row_id : str
        As `quarantine list` names it, Q:….
    reason : str
        Why 理由; kept with the row, and dated.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        row = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.quarantine.waive",
            {"id": row_id, "reason": reason},
            lambda asking: waive_row(service.store, row_id, asking.access.classes, reason, "cli"),
        )
    _show(desk, {k: v for k, v in row.items() if k != "pending"}, json=json)


def replay(source: str, dataset: str, /, *, json: bool = False, quiet: bool = False, desk: At) -> None:
    """Judge the open rows of a dataset again, from the raw vault, and load what is good now. 重放

    Parameters
    ----------
    source : str
        Who delivered 来源.
    dataset : str
        What 数据集.
    json : bool
        One JSON object on standard output, and nothing else.
    quiet : bool
        No progress.
    """
    with desk.service() as service, shown_progress(desk.err, quiet=quiet) as progress:
        replayed = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.quarantine.replay",
            {"source": source, "dataset": dataset},
            lambda _: replay_rows(archive_of(service), source, dataset, "cli", progress, desk.patience),
        )
    if json:
        files = [file.as_json() for file in replayed.report.files]
        write_json({"files": files, "unreadable": replayed.unreadable})
        return
    show_report(desk, replayed.report)
    for sha256, why in replayed.unreadable.items():
        desk.say(f"{sha256 or 'rows without a raw file'}: {why}")


def _with_errors(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "errors": json.loads(row["errors"])}


def _show(desk: At, row: Mapping[str, Any], *, json: bool) -> None:
    """Show one row as it stands, its faults one a line."""
    content = _parsed(row)
    if json:
        write_json(content)
        return
    for name, value in content.items():
        if name != "errors" and value is not None:
            desk.say(f"{name}: {value}")
    for fault in content["errors"]:
        desk.say(f"  {fault['field']}: {fault['code']} ({fault['value']}). {fault['rule']}")


def _parsed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**_with_errors(row), "raw_row": json.loads(row["raw_row"])}
