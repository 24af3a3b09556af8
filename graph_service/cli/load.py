"""``load``: bring records in through the ordinary loaders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from graph_service.asking import Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.cli.ledgers import show_report
from graph_service.cli.progress import shown_progress
from graph_service.service import Service
from graph_service.trust.principal import operator
from loaders import Keys, LoadReport, LoadRequest, Progress, Vault
from loaders import load as load_delivery
from schema.errors import InputError
from schema.json_schema import kind_schema
from schema.kinds import KINDS
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class LoadOptions:
    """How to load.

    Parameters
    ----------
    source : str
        Who delivers 来源; part of record ids. Default: local, or finbench.
    as_of : date, optional
        The day the data speaks of 数据日期; default: today in Shanghai.
    json : bool
        One JSON object on standard output, and nothing else.
    quiet : bool
        No progress.
    template : bool
        Load nothing: write the header line of that kind, to be filled in 模板.
    json_schema : bool
        Load nothing: write the JSON Schema of one row of that kind.
    """

    source: str = ""
    as_of: dt.date | None = None
    json: bool = False
    quiet: bool = False
    template: bool = False
    json_schema: bool = False


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
        A canonical kind (docs/data-dictionary.md), canonical for a folder of them, or finbench.
    path : Path
        The file or folder; none with --template or --json-schema.
    """
    if options.template or options.json_schema:
        _describe(kind, options, desk)
        return
    if path is None:
        raise InputError(f"load {kind} needs a PATH: the file or folder to load.")
    request = LoadRequest(kind, path, options.source, options.as_of, approved_by="cli")
    with desk.service() as service, shown_progress(desk.err, quiet=options.quiet) as progress:
        report = deliver(service, request, progress)
    if options.json:
        write_json({"files": [file.as_json() for file in report.files]})
    else:
        show_report(desk, report)


def _describe(kind: str, options: LoadOptions, desk: Desk) -> None:
    if kind not in KINDS:
        raise InputError(f"There is no kind {kind}; docs/data-dictionary.md names them all.")
    if options.json_schema:
        write_json(kind_schema(KINDS[kind]))
    else:
        desk.say(",".join(KINDS[kind].headers))


def deliver(service: Service, request: LoadRequest, progress: Progress) -> LoadReport:
    """Load one delivery as the operator, authorised and audited.

    Raises
    ------
    GraphServiceError
        See ``loaders.load``.
    """
    vault = Vault(service.settings.data_dir / "vault", service.keys.vault.material)
    keys = Keys(service.keys.identity.material)
    asked = {
        "kind": request.kind,
        "path": str(request.path),
        "source": request.source,
        "as_of": request.as_of,
    }
    return service.answer(
        Question(operator(), today_in_shanghai()),
        "cli.load",
        asked,
        lambda _: load_delivery(service.store, request, vault, keys, progress),
    )
