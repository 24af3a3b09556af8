"""``runs``: the ledger of every file that was ever loaded. 装载台账"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from json import loads as parsed
from typing import Annotated, Any

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, write_json
from graph_service.trust.principal import operator
from schema.errors import NotFound
from schema.periods import today_in_shanghai

_COUNTS = ("read", "loaded", "unchanged", "quarantined", "skipped", "closed")


@dataclass(frozen=True)
class ListOptions:
    """Which runs.

    Parameters
    ----------
    source : str, optional
        Of one source 来源.
    dataset : str, optional
        Of one dataset 数据集.
    first : int
        Runs at most.
    before : int, optional
        Read on before this run number.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    source: str | None = None
    dataset: str | None = None
    first: int = 50
    before: int | None = None
    json: bool = False


_USUAL = ListOptions()


def list_runs(*, options: Annotated[ListOptions, Parameter(name="*")] = _USUAL, desk: At) -> None:
    """List what was loaded, newest first, a page at a time. 列出装载批次"""
    first = max(options.first, 1)
    asked = {name: getattr(options, name) for name in ("source", "dataset", "before")}
    with desk.service() as service:
        table = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.runs.list",
            asdict(options),
            lambda _: service.store.query("ledger", {**asked, "limit": first + 1}),
        )
    rows = [*table.rows()]
    before = rows[first - 1]["number"] if len(rows) > first else None
    if options.json:
        write_json({"runs": rows[:first], "before": before})
        return
    desk.out.print(_table(rows[:first]))
    if before is not None:
        desk.say(f"Read on with --before {before}")


def show(number: int, /, *, json: bool = False, desk: At) -> None:
    """Show one run and the others of its delivery. 查看装载批次

    Parameters
    ----------
    number : int
        Its number 批次号.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        runs = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.runs.show",
            {"number": number},
            lambda asking: _delivery(asking, number),
        )
    one = next(run for run in runs if run["number"] == number)
    others = [run for run in runs if run["number"] != number]
    if json:
        write_json({"run": one, "delivered_with": others})
        return
    for name, value in one.items():
        for said in value if isinstance(value, list) else [value]:
            if said is not None:
                desk.say(f"{name}: {said}")
    if others:
        desk.out.print(_table(others))


def _delivery(asking: Asking, number: int) -> list[dict[str, Any]]:
    store = asking.rooms.store
    found = next(store.query("run_by_number", {"number": number}).rows(), None)
    if found is None:
        raise NotFound(f"There is no run {number}; `runs list` names them.")
    runs = store.query("runs_of_delivery", {"delivery": found["delivery"]}).rows()
    return [run | {name: parsed(run[name] or "[]") for name in ("warnings", "channels")} for run in runs]


def _table(runs: list[dict[str, Any]]) -> Table:
    table = Table("run 批次", "dataset 数据集", "file 文件", "as of 数据日期", "snapshot 全量", *_COUNTS)
    for run in runs:
        scope = "" if run["snapshot"] is None else run["snapshot"] or "all"
        counts = ("" if run[name] is None else str(run[name]) for name in _COUNTS)
        place = f"{run['source']}/{run['dataset']}"
        table.add_row(str(run["number"]), place, run["file"], str(run["as_of"]), scope, *counts)
    return table
