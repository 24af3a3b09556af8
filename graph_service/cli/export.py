"""``export``: write what the operator may see as files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, write_json
from graph_service.trust.principal import operator, region_prefix
from graph_service.use_cases.export import export_graph
from graph_service.use_cases.export_files import Format, prepared, watermark, write_export
from schema.access import Purpose
from schema.errors import InputError, Unauthenticated
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class ExportOptions:
    """About when, why, and how much.

    Parameters
    ----------
    as_of : date, optional
        What was true on that day 时点; default: today in Shanghai.
    purpose : Purpose
        Why you take it 用途: it decides what you may see, is audited, and stands in the export.
    region : str
        Only what lies in this division 行政区划.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    as_of: dt.date | None = None
    purpose: Annotated[Purpose, Parameter(name="--purpose", name_transform=str)] = Purpose.OPERATIONS
    region: str = ""
    json: bool = False

    def question(self) -> Question:
        """Return who asks, and about when. InputError for a region that is no division's code."""
        who = operator(self.purpose)
        if self.region:
            try:
                who = replace(who, region=region_prefix(self.region))
            except Unauthenticated:
                raise InputError("A region is a division's code of 2, 4, 6, 9 or 12 digits.") from None
        return Question(who, self.as_of or today_in_shanghai())


_USUAL = ExportOptions()


def export(
    path: Path,
    /,
    *,
    form: Annotated[Format, Parameter(name="--format")],
    options: Annotated[ExportOptions, Parameter(name="*")] = _USUAL,
    desk: At,
) -> None:
    """Write what the operator may see into a new folder. 导出

    Parameters
    ----------
    path : Path
        A folder that is not there yet: nodes and edges as tables, or graph.graphml, and manifest.json.
    form : Format
        How it is written 格式.
    """
    question = options.question()
    asked = {"path": str(path), "format": form.value, "region": options.region, "as_of": question.as_of}

    def take(asking: Asking) -> dict[str, dict[str, int]]:
        taken = export_graph(asking)
        write_export(taken, work, form, watermark(asking))
        return taken.counts

    # The folder appears when the audit has the export, and not before.
    with desk.service() as service, prepared(path) as work:
        counts = service.answer(question, "cli.export", asked, take)
    if options.json:
        write_json(counts)
        return
    nodes, edges = (sum(counts[part].values()) for part in ("nodes", "edges"))
    desk.say(f"{nodes} nodes and {edges} facts written to {path} 已导出")
