"""Replay 重放: the open refused rows of a dataset, judged again by the rules of today, from the raw vault.

Each row is judged among all rows of its own file, so that what contradicted another row still does. What is good now is
an ordinary run of that file; what is refused again stays, under the new version of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loaders.batch import batches
from loaders.delivery import DeliveredFile
from loaders.either import with_parties
from loaders.enterprise_list import current_list, hold_outside
from loaders.identity.keys import Keys
from loaders.patience import IMPATIENT, Patience
from loaders.pipeline import carry_out
from loaders.plan import Ground
from loaders.request import LoadReport, Progress, silent
from loaders.rereading import chosen, reread
from loaders.tombstones import blank_erased, refuse_erased
from loaders.vault import Vault
from loaders.waiting import waiting_rows
from schema.errors import FileRefused, LoadInProgress, NotFound
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
    archive: Archive,
    source: str,
    dataset: str,
    approved_by: str,
    progress: Progress = silent,
    patience: Patience = IMPATIENT,
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

    def attempt() -> LoadReport:
        files = with_parties(store, delivered)
        ground = Ground(store, archive.keys, waiting_rows(store, files, {*table["id"]}))
        return carry_out(ground, files, approved_by, progress)

    return Replayed(patience.outlast(attempt, LoadInProgress), unreadable)


def _read(
    archive: Archive, source: str, dataset: str, table: Table
) -> tuple[list[DeliveredFile], dict[str, str]]:
    """Read the raw files of open rows, the oldest day first, so that of two versions of a record the newer one stands."""
    by_file: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.rows():
        by_file[row["sha256"] or ""].append(row)
    limited = _limited(archive.store, source, dataset)
    delivered: list[DeliveredFile] = []
    unreadable: dict[str, str] = {}
    for sha256, rows in by_file.items():
        try:
            terms, number = sha256 in limited, len(delivered)
            delivered.append(_judged_again(archive, (source, dataset), sha256, rows, terms, number))
        except (NotFound, FileRefused) as error:
            unreadable[sha256] = error.detail
    delivered.sort(key=lambda file: file.header.as_of)
    return delivered, unreadable


def _limited(store: GraphStore, source: str, dataset: str) -> frozenset[str]:
    """Return the files that came under terms which answer for the enterprises of the list only. O(batches)."""
    mine = (b for b in batches(store) if (b.source, b.dataset) == (source, dataset))
    return frozenset(batch.sha256 for batch in mine if batch.enterprise_list)


def _listed(store: GraphStore, file: DeliveredFile) -> DeliveredFile:
    """Hold what lies outside the list of its day, whatever the rows were refused for: the terms it came under stand."""
    listed = current_list(store, file.header.as_of)
    if listed is None:
        raise FileRefused(f"{file.header.file} is limited to the enterprise list, and no list is issued.")
    return hold_outside(file, listed)


def _judged_again(
    archive: Archive,
    of: tuple[str, str],
    sha256: str,
    rows: list[dict[str, Any]],
    limited: bool,
    number: int,
) -> DeliveredFile:
    origins = archive.vault.origins(sha256) if sha256 else ()
    mine = [o for o in origins if (o.source, o.dataset) == of]
    if not mine:
        raise NotFound("The vault does not hold the raw file (any more): wait for the source, or waive.")
    origin = replace(mine[-1], as_of=rows[0]["stated_on"] or mine[-1].as_of)
    file = reread(archive.vault, archive.keys, sha256, origin)
    (file,) = refuse_erased(archive.store, archive.keys, [file])
    blank_erased(archive.vault, [file])
    if limited:
        file = _listed(archive.store, file)
    wanted = {row["row_hash"] for row in rows}
    hashes = [archive.keys.row_hash(row) for row in file.rows.rows]
    first = {value: index for index, value in reversed([*enumerate(hashes)]) if value in wanted}
    return chosen(file, {*first.values()}, number)
