"""``erase`` and ``vault sweep``: what must not be kept, or not any longer. 注销与保留期"""

from __future__ import annotations

from dataclasses import asdict

from graph_service.asking import Asking, Question
from graph_service.cli.archive import archive_of
from graph_service.cli.desk import At, write_json
from graph_service.service import Service
from graph_service.trust.principal import operator
from loaders.erasing import Erased
from loaders.erasing import erase as erase_subject
from loaders.retention import sweep as sweep_vault
from schema.errors import LoadInProgress
from schema.periods import today_in_shanghai


def erase(node_id: str, /, *, reason: str, json: bool = False, desk: At) -> None:
    """Erase a person or a household: facts, refused rows and raw rows, for every past too. 注销主体

    Parameters
    ----------
    node_id : str
        P:… or H:….
    reason : str
        The demand, or the end of the purpose 理由; kept with the tombstone.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        erased = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.erase",
            {"node_id": node_id, "reason": reason},
            lambda asking: desk.patience.outlast(
                lambda: _erase(service, asking, node_id, reason), LoadInProgress
            ),
        )
    if json:
        write_json(asdict(erased))
        return
    for name, count in erased.graph.items():
        desk.say(f"{name}: {count} removed")
    desk.say(f"{erased.raw_rows} raw rows blanked, {erased.raw_files} raw files removed. 已注销")
    if erased.raw_files:
        desk.say(
            f"In the removed files stood {erased.rows_of_others} rows about others; those of them that are open can be "
            "replayed no more: ask their sources for them. 整份删除的原始文件"
        )


def _erase(service: Service, asking: Asking, node_id: str, reason: str) -> Erased:
    asking.about(node_id)
    erased = erase_subject(archive_of(service), node_id, reason, "cli")
    service.rooms.projections.forget()
    return erased


def sweep(*, dry_run: bool = False, json: bool = False, desk: At) -> None:
    """Remove the raw files that are past the retention of their datasets. 清理原始文件

    Parameters
    ----------
    dry_run : bool
        Only say which.
    json : bool
        One JSON object on standard output, and nothing else.
    """
    with desk.service() as service:
        due = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.vault.sweep",
            {"dry_run": dry_run},
            lambda asking: sweep_vault(
                archive_of(service).vault, service.store, asking.as_of, dry_run=dry_run
            ),
        )
    if json:
        write_json({"removed": not dry_run, "files": [asdict(file) for file in due]})
        return
    for file in due:
        kept = f"kept: {file.open_rows} open rows need it" if file.open_rows else ""
        said = kept or ("due" if dry_run else "removed")
        desk.say(
            f"{file.sha256[:16]}… {', '.join(file.datasets)} of {file.kept_on}, due {file.due_on}: {said}"
        )
    desk.say(f"{len(due)} raw files are past their retention.")
