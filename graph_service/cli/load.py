"""``load``: bring records in through the ordinary loaders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from graph_service.cli.batches import as_account, show_receipt, take_in
from graph_service.cli.bulk import bulk_service, next_steps
from graph_service.cli.desk import At, Desk, write_json
from graph_service.cli.ledgers import show_report
from graph_service.cli.progress import shown_progress
from graph_service.service import Service
from loaders import LoadReport, LoadRequest, Progress
from loaders.free_sources import load_free
from schema.datasets import DATASETS
from schema.errors import InputError
from schema.json_schema import dataset_schema, kind_schema
from schema.kinds import KINDS


@dataclass(frozen=True)
class LoadOptions:
    """How to load.

    Parameters
    ----------
    source : str
        Who delivers 来源; part of record ids. Default: local, or the public format.
    as_of : date, optional
        The day the data speaks of 数据日期; default: today in Shanghai.
    json : bool
        One JSON object on standard output, and nothing else.
    quiet : bool
        No progress.
    template : bool
        Load nothing: write the header line of that kind or dataset, to be filled in 模板.
    json_schema : bool
        Load nothing: write the JSON Schema of one row of that kind or dataset.
    partial : bool
        Take a cut file: one with fewer records than it says itself 不完整文件.
    snapshot : str, optional
        What is stated whole 全量范围: SOURCE, SOURCE/DATASET or SOURCE/DATASET/REGION. What it lacks has ended.
    accept_vanished : bool
        A snapshot may end more than half of what is open in its scope.
    bulk : Path, optional
        A new folder: write import files for an empty Neo4j into it instead of loading 批量导入文件.
    """

    source: str = ""
    as_of: dt.date | None = None
    json: bool = False
    quiet: bool = False
    template: bool = False
    json_schema: bool = False
    partial: bool = False
    snapshot: str | None = None
    accept_vanished: bool = False
    bulk: Path | None = None


_USUAL = LoadOptions()


def load(
    kind: str,
    path: Path | None = None,
    /,
    *,
    options: Annotated[LoadOptions, Parameter(name="*")] = _USUAL,
    desk: At,
) -> None:
    """Load a file, or a folder of files, as one delivery. 装载数据

    Parameters
    ----------
    kind : str
        A canonical kind (docs/data-dictionary.md), canonical for a folder of them, a dataset's code (`datasets list`),
        or a public format: shuanggongshi, ftm, listed_companies, gleif, bods, finbench. A department delivers datasets only.
    path : Path
        The file or folder; none with --template or --json-schema.
    """
    if options.template or options.json_schema:
        _describe(kind, options, desk)
        return
    if path is None:
        raise InputError(f"load {kind} needs a PATH: the file or folder to load.")
    request = LoadRequest(
        kind,
        path,
        options.source,
        options.as_of,
        approved_by="cli",
        partial=options.partial,
        snapshot=options.snapshot,
        accept_vanished=options.accept_vanished,
        patience=desk.patience,
    )
    if kind in DATASETS:
        _load_dataset(request, options, desk)
        return
    opened = bulk_service(desk, options.bulk) if options.bulk else desk.service()
    with opened as service, shown_progress(desk.err, quiet=options.quiet) as progress:
        report = deliver(service, request, progress)
    if options.json:
        write_json({"files": [file.as_json() for file in report.files]})
    else:
        show_report(desk, report)
        for line in next_steps(options.bulk) if options.bulk and report.changed else ():
            desk.say(line)


def _load_dataset(request: LoadRequest, options: LoadOptions, desk: Desk) -> None:
    if options.bulk:
        raise InputError("--bulk loads canonical kinds: a dataset is taken in batch by batch.")
    with desk.service() as service, shown_progress(desk.err, quiet=options.quiet) as progress:
        receipt = take_in(service, request, progress)
    show_receipt(desk, receipt, json=options.json)


def _describe(kind: str, options: LoadOptions, desk: Desk) -> None:
    dataset = DATASETS.get(kind)
    if dataset is None and kind not in KINDS:
        raise InputError(f"There is no kind {kind}; docs/data-dictionary.md names them all.")
    if dataset is not None and dataset.kind is None:
        raise InputError(f"{kind} is not delivered as records: {dataset.note}")
    if options.json_schema:
        write_json(dataset_schema(dataset) if dataset else kind_schema(KINDS[kind]))
    else:
        desk.say(",".join(dataset.columns if dataset else KINDS[kind].headers))


def deliver(service: Service, request: LoadRequest, progress: Progress) -> LoadReport:
    """Load one delivery of a free source as the operator, authorised and audited.

    Raises
    ------
    GraphServiceError
        See ``loaders.free_sources.load_free``.
    """
    return as_account(service, request, lambda _: load_free(service.reception, request, progress))
