"""Projections on disk: one folder a graph version, Arrow files that are mapped into memory, a manifest that vouches for them.

The files hold personal data: folders are 0700, files 0600. A folder appears whole by a rename, is never changed
afterwards, and is believed only if its format, declarations, history and checksums are those expected; anything else is
said in the log and read from the store again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from algorithms.projection import Projection, projection_of, tables_of
from graph_service.projections.reading import Version
from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES

logger = logging.getLogger("graph_service.projections")

FORMAT: Final = 1
KEPT: Final = 2
_MANIFEST: Final = "manifest.json"
_DECLARED: Final = hashlib.sha256(repr((NODES, EDGES, list(Audience), pl.__version__)).encode()).hexdigest()
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError)


class Disk:
    """The folder of kept projections.

    Parameters
    ----------
    folder : Path
        ``<data_dir>/projection``; made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self, versions: Sequence[Version]) -> tuple[Version, Projection] | None:
        """Return the newest projection that is kept of these versions, mapped; None when there is none to be believed.

        Parameters
        ----------
        versions : sequence of Version
            What the store's graph has been, newest last.
        """
        for version in reversed(versions):
            place = self._place(version)
            if place.exists():
                try:
                    return version, _open(place, version)
                except _UNREADABLE as broken:
                    logger.warning(
                        "The kept projection %s is not used (%s); it is read from the store again.",
                        place,
                        broken,
                    )
                    shutil.rmtree(place, ignore_errors=True)
        if versions[-1].run and self._folder.is_dir() and any(self._folder.iterdir()):
            logger.info("No projection in %s belongs to this store's graph.", self._folder)
        return None

    def keep(self, version: Version, projection: Projection) -> Projection:
        """Write a projection and return it mapped from there; when it cannot be written, as it was given.

        O(V + E) to write; afterwards the arrays are pages of files instead of memory of their own.
        """
        place = self._place(version)
        try:
            if not place.exists():
                self._write(place, version, projection)
            self._forget()
            return _open(place, version, projection.known_run)
        except _UNREADABLE as broken:
            logger.warning("The projection of run %s cannot be kept in %s (%s).", version.run, place, broken)
            return projection

    def clear(self) -> None:
        """Remove every kept projection."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, version: Version) -> Path:
        return self._folder / f"{version.run}-{version.history[:16]}"

    def _write(self, place: Path, version: Version, projection: Projection) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=self._folder))  # 0700
        try:
            sums = {
                name: _put(draft / f"{name}.arrow", table) for name, table in tables_of(projection).items()
            }
            _write_private(draft / _MANIFEST, json.dumps(_manifest(version) | {"files": sums}).encode())
            draft.rename(place)
        except OSError:
            if not place.exists():  # else another process was first, with the same
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _forget(self) -> None:
        """Keep the newest versions; remove older ones and what a dead writer left."""
        found = sorted(self._folder.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        done = [p for p in found if not p.name.startswith(".")]
        dead = [
            p for p in found if p.name.startswith(".") and p.stat().st_mtime < done[0].stat().st_mtime - 3600
        ]
        for place in (*done[KEPT:], *dead):
            shutil.rmtree(place, ignore_errors=True)


def _manifest(version: Version) -> dict[str, Any]:
    return {"format": FORMAT, "declared": _DECLARED, "run": version.run, "history": version.history}


def _put(path: Path, table: pl.DataFrame) -> str:
    """Write one table as a single record batch, so that a column is one piece of the file; return its checksum."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        table.rechunk().write_ipc(file, compression="uncompressed", record_batch_size=max(len(table), 1))
    return _checksum(path)


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(place: Path, version: Version, known_run: int | None = None) -> Projection:
    """Map a kept projection; ValueError when it is not what it should be."""
    manifest = json.loads((place / _MANIFEST).read_bytes())
    sums = manifest.pop("files")
    if manifest != _manifest(version):
        raise ValueError("it is of another format, declaration or graph")
    tables = {}
    for name in (*NODES, *EDGES):
        path = place / f"{name}.arrow"
        if _checksum(path) != sums[name]:
            raise ValueError(f"{path.name} has changed since it was written")
        tables[name] = pl.read_ipc(path)
    return projection_of(version.run if known_run is None else known_run, tables)
