"""``load --bulk`` and ``bulk verify``: a first load as import files of Neo4j, and what the import made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph_service.asking import Question, Rooms
from graph_service.cli.desk import At, Desk, Failed
from graph_service.consents import Consents
from graph_service.projections import Projections
from graph_service.service import Keys, Service
from graph_service.trust.audit import AuditLog
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from queries.bulk_store import ARGUMENTS, MANIFEST, BulkStore
from schema.errors import InputError
from schema.periods import today_in_shanghai


@contextmanager
def bulk_service(desk: Desk, out: Path) -> Iterator[Service]:
    """Open a service whose store writes import files into a new folder; no database is asked."""
    keys = Keys.of(desk.settings)
    store = BulkStore(out)
    rooms = Rooms(store, Policy(), Projections(store), Consents(store))
    service = Service(
        desk.settings, rooms, AuditLog(desk.settings.data_dir / "audit", "cli", keys.audit), keys
    )
    try:
        yield service
    finally:
        service.close()


def next_steps(out: Path) -> list[str]:
    """Say how the files become a database."""
    return [
        f"Import files are in {out}. With Neo4j stopped, in that folder:",
        f"  neo4j-admin database import full neo4j @{ARGUMENTS}",
        "Then start Neo4j and compare what it holds with what was written:",
        f"  python -m graph_service --store neo4j://HOST:7687 bulk verify {out}",
    ]


def verify(folder: Path, /, *, desk: At) -> None:
    """Compare the database with the import files it was made from, and give it its schema. 核对批量导入

    Parameters
    ----------
    folder : Path
        Where `load --bulk` wrote the files 导入文件目录.
    """
    manifest = _manifest(folder)
    with desk.service() as service:
        counted = service.answer(
            Question(operator(), today_in_shanghai()),
            "cli.bulk.verify",
            {"folder": str(folder)},
            lambda _: _counted(service),
        )
    wrong = differences(manifest, counted)
    for line in wrong:
        desk.say(line)
    if wrong:
        raise Failed
    nodes, facts = (sum(manifest[name].values()) for name in ("labels", "relationships"))
    desk.say(f"The database holds what was written: {nodes} nodes, {facts} relationships. 核对一致")


def differences(manifest: dict[str, Any], counted: dict[str, Any]) -> list[str]:
    """Name every count that is not as written; a kind that was not written must not be there either."""
    told = []
    for what in ("labels", "relationships"):
        wanted, found = manifest[what], counted[what]
        kinds = sorted(wanted.keys() | (found.keys() if what == "relationships" else set()))
        told += [
            f"{kind}: {wanted.get(kind, 0)} were written, {found.get(kind, 0)} are stored"
            for kind in kinds
            if wanted.get(kind, 0) != found.get(kind, 0)
        ]
    if manifest["published"] != counted["published"]:
        told.append(f"last run: {manifest['published']} was written, {counted['published']} is published")
    return told


def _counted(service: Service) -> dict[str, Any]:
    labels = service.store.query("stored_labels", {})
    kinds = service.store.query("stored_relationships", {})
    return {
        "labels": dict(zip(labels["label"], labels["stored"], strict=True)),
        "relationships": dict(zip(kinds["relationship"], kinds["stored"], strict=True)),
        "published": service.store.known_run(),
    }


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{folder} holds no {MANIFEST} of `load --bulk`.") from None
    return found
