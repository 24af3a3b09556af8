"""Refused rows that their source has put right: the record comes again, and this time it is good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from loaders.delivery import DeliveredFile
from loaders.facts import Item
from loaders.identity.keys import Keys
from loaders.quarantine import fixed, kept_rows
from schema.ports import GraphStore


def corrected(
    store: GraphStore, file: DeliveredFile, refused: Collection[Item], again: Collection[str], keys: Keys
) -> list[dict[str, Any]]:
    """Return the open rows of a file's dataset that the file puts right, as rows of a NodeBatch that say so.

    Parameters
    ----------
    refused : collection of Item
        Items of the file that will not be written.
    again : collection of str
        Ids of the rows that this delivery refuses (again): they stay open.
    """
    scope = {"source": file.header.source, "dataset": file.header.dataset, "known_run": store.known_run()}
    table = store.query("open_refusals", scope)
    rows = [r for r in table.rows() if r["id"] not in again and _is_no_newer(r, file)]
    if not rows or file.staged is None:
        return []
    wanted = {row["record"] for row in rows} - {None, ""}
    records = {item.record for item in file.items if item.record in wanted and item not in refused}
    hashes: set[str] = set()
    if any(not row["record"] for row in rows):  # then only the row itself tells that it is the same
        hashes = {keys.row_hash(file.rows.rows[index]) for index in _accepted(file, refused)}
    ids = [row["id"] for row in rows if row["record"] in records or row["row_hash"] in hashes]
    return [fixed(row) for row in kept_rows(store, ids)]


def _accepted(file: DeliveredFile, refused: Collection[Item]) -> list[int]:
    """Return the places of the rows that are written, and of those that repeat them."""
    lost = {item.index for item in refused if item.lot == file.lot}
    repeats = file.staged.repeats if file.staged else ()
    places = [item.index for item in file.items] + [index for index, first in repeats if first not in lost]
    return sorted({*places} - lost)


def _is_no_newer(row: Mapping[str, Any], file: DeliveredFile) -> bool:
    return row["stated_on"] is None or row["stated_on"] <= file.header.as_of
