"""Our own formats: one file a kind (CSV, workbook, NDJSON or Parquet), its columns as declared in ``schema/kinds``."""

from __future__ import annotations

from pathlib import Path

from loaders.profile import Profile, SourceFile, table_files
from loaders.readers.tabular import ENDINGS
from schema.errors import FileRefused, InputError
from schema.kinds import KINDS

SOURCE = "local"
WHOLE_DIRECTORY = "canonical"


def files(kind: str, path: Path) -> list[SourceFile]:
    """Return the file of a kind, or for ``canonical`` every ``<kind>.*`` of a directory in loading order.

    Raises
    ------
    InputError
        For a kind that is none.
    FileRefused
        When a directory holds no such file, or a table that is named after no kind.
    """
    if kind == WHOLE_DIRECTORY:
        return _directory(path)
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of record. Kinds: canonical, finbench, {', '.join(KINDS)}.")
    return [_file(kind, path)]


def template(kind: str) -> str:
    """Return the header line of a kind with every column it may have. InputError for a kind that is none."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of record. Kinds: {', '.join(KINDS)}.")
    return ",".join(KINDS[kind].headers)


def _directory(path: Path) -> list[SourceFile]:
    if not path.is_dir():
        raise FileRefused(f"{path} is no directory of canonical files; load a single file by its kind.")
    found = table_files(path)
    if unknown := sorted(found.keys() - KINDS.keys()):
        raise FileRefused(
            f"{path.name} holds {found[unknown[0]].name}, which is named after no kind. Kinds: {', '.join(KINDS)}."
        )
    if other := sorted(file.name for file in path.iterdir() if file.stem in KINDS.keys() - found.keys()):
        raise FileRefused(
            f"{path.name} holds {other[0]}, which is no table that is read here: {', '.join(ENDINGS)}."
        )
    if not found:
        raise FileRefused(f"{path} holds no <kind>.csv file, such as enterprises.csv.")
    return [_file(kind, found[kind]) for kind in KINDS if kind in found]


def _file(kind: str, path: Path) -> SourceFile:
    return SourceFile(path, kind, Profile(kind, KINDS[kind]))
