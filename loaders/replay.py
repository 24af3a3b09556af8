"""Replay 重放: the open refused rows of a dataset, judged again by the rules of today, from the raw vault.

Each row is judged among all rows of its own file, so that what contradicted another row still does. What is good now is
an ordinary run of that file; what is refused again stays, under the new version of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loaders.delivery import DeliveredFile
from loaders.either import with_parties
from loaders.enterprise_list import OUTSIDE, current_list, hold_outside
from loaders.identity.keys import Keys
from loaders.pipeline import carry_out
from loaders.plan import Ground
from loaders.request import LoadReport, Progress, silent
from loaders.rereading import chosen, reread
from loaders.vault import Vault
from loaders.waiting import waiting_rows
from schema.errors import FileRefused, NotFound
from schema.ports import GraphStore
from schema.tables import Table


@dataclass(frozen=True)
class Archive:
    """What a replay needs: the graph, the raw files, and the keys with which their identifiers are hashed."""

    store: GraphStore
    vault: Vault
    keys: Keys


@dataclass(frozen=True)
class Replayed:
    """What became of a replay.

    Parameters
    ----------
    report : LoadReport
        One ledger a raw file; ``read`` counts the rows that were judged again.
    unreadable : mapping of str to str
        Raw files (sha256) that could not be read again, and why; their rows stay open.
    """

    report: LoadReport
    unreadable: Mapping[str, str]


def replay(
    archive: Archive, source: str, dataset: str, approved_by: str, progress: Progress = silent
) -> Replayed:
    """Judge the open rows of a dataset again.

    Raises
    ------
    NotFound
        There is no open row of that source and dataset.
    Conflict, StoreError
        As ``load``.
    """
    store = archive.store
    scope = {"source": source, "dataset": dataset, "known_run": store.known_run()}
    table = store.query("open_refusals", scope)
    if not len(table):
        raise NotFound(f"No row of {source}/{dataset} is open; `quarantine list` shows what is.")
    delivered, unreadable = _read(archive, source, dataset, table)
    if not delivered:
        return Replayed(LoadReport(()), unreadable)
    delivered = with_parties(store, delivered)
    ground = Ground(store, archive.keys, waiting_rows(store, delivered, {*table["id"]}))
    return Replayed(carry_out(ground, delivered, approved_by, progress), unreadable)


def _read(
    archive: Archive, source: str, dataset: str, table: Table
) -> tuple[list[DeliveredFile], dict[str, str]]:
    """Read the raw files of open rows, the oldest day first, so that of two versions of a record the newer one stands."""
    by_file: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.rows():
        by_file[row["sha256"] or ""].append(row)
    delivered: list[DeliveredFile] = []
    unreadable: dict[str, str] = {}
    for sha256, rows in by_file.items():
        try:
            delivered.append(_judged_again(archive, (source, dataset), sha256, rows, len(delivered)))
        except (NotFound, FileRefused) as error:
            unreadable[sha256] = error.detail
    return sorted(delivered, key=lambda file: file.header.as_of), unreadable


def _judged_again(
    archive: Archive, of: tuple[str, str], sha256: str, rows: list[dict[str, Any]], number: int
) -> DeliveredFile:
    origins = archive.vault.origins(sha256) if sha256 else ()
    mine = [o for o in origins if (o.source, o.dataset) == of]
    if not mine:
        raise NotFound("The vault does not hold the raw file (any more): wait for the source, or waive.")
    origin = replace(mine[-1], as_of=rows[0]["stated_on"] or mine[-1].as_of)
    file = reread(archive.vault, archive.keys, sha256, origin)
    if any(f'"{OUTSIDE}"' in row["errors"] for row in rows):
        listed = current_list(archive.store, origin.as_of)
        file = hold_outside(file, listed) if listed else file
    wanted = {row["row_hash"] for row in rows}
    hashes = [archive.keys.row_hash(row) for row in file.rows.rows]
    first = {value: index for index, value in reversed([*enumerate(hashes)]) if value in wanted}
    return chosen(file, {*first.values()}, number)
