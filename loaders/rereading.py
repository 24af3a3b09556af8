"""A raw file of the vault, read and judged once more, as it would be read today."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from loaders.delivery import DeliveredFile
from loaders.identity.keys import Keys
from loaders.identity.references import Resolver
from loaders.lots import Lot
from loaders.profile import SourceFile
from loaders.sources import source_of
from loaders.staging import Staged, stage
from loaders.vault import Vault, VaultOrigin
from schema.datasets import issuer_of
from schema.errors import FileRefused
from schema.provenance import RunHeader


def reread(vault: Vault, keys: Keys, sha256: str, origin: VaultOrigin) -> DeliveredFile:
    """Read a kept file again, under one of its origins.

    Raises
    ------
    NotFound
        The vault does not hold it (any more).
    FileRefused
        It is no file of its format by today's rules.
    """
    content = vault.read(sha256)
    file = _source_file(content, origin)
    rows = file.rows(content)
    header = RunHeader(
        origin.source, origin.dataset, origin.file, sha256, origin.as_of, f"replay {uuid.uuid4().hex}"
    )
    if file.profile is None:
        return DeliveredFile(file, header, rows, None)
    staged = stage(rows, file.profile, origin.source, Resolver(issuer_of(origin.source), keys))
    return DeliveredFile(file, header, rows, staged)


def chosen(file: DeliveredFile, indices: set[int], number: int) -> DeliveredFile:
    """Return a file with those of its rows alone, judged as they were among all, as lot `number` of a delivery."""
    staged = file.staged
    if staged is None:
        return file
    place = {index: n for n, index in enumerate(sorted(indices))}
    items = [
        replace(item, index=place[item.index], lot=number) for item in staged.items if item.index in place
    ]
    judged = Staged(
        Lot([items]),
        faults={place[index]: faults for index, faults in staged.faults.items() if index in place},
        repeats=[(place[index], place.get(first, -1)) for index, first in staged.repeats if index in place],
        notes=staged.notes,
        records={place[index]: record for index, record in staged.records.items() if index in place},
        refused_series=staged.refused_series,
    )
    return replace(file, lot=number, rows=file.rows.only([*place]), staged=judged)


def _source_file(content: bytes, origin: VaultOrigin) -> SourceFile:
    """Find out how a file of this origin is read. Some formats look into it, so it lies in a private folder meanwhile."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / origin.file
        place.touch(mode=0o600)
        place.write_bytes(content)
        try:
            _, files = source_of(origin.form, place, origin.source)
        except FileRefused:  # a format that comes as a directory
            _, files = source_of(origin.form, place.parent, origin.source)
    found = [file for file in files if file.dataset == origin.dataset]
    if not found:
        raise FileRefused(f"{origin.file} holds no {origin.dataset} any more, by today's rules.")
    return found[0]
