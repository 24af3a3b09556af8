"""One small module per source: which files it has, and how their columns become canonical ones."""

from pathlib import Path

from loaders.profile import SourceFile
from loaders.sources import (
    bods,
    canonical,
    departments,
    finbench,
    ftm,
    gleif,
    listed_companies,
    shuanggongshi,
)
from schema.datasets import DATASETS

_PUBLIC = {source.SOURCE: source for source in (finbench, gleif, bods, shuanggongshi, ftm, listed_companies)}
"""Public formats by the word after ``load``, which is their usual source too."""


def source_of(kind: str, path: Path, name: str) -> tuple[str, list[SourceFile]]:
    """Return the name of a source, its usual one unless `name` is given, and the files to load, in order.

    Raises
    ------
    InputError
        For an unknown kind.
    FileRefused
        When the path holds nothing of that kind.
    """
    if kind in _PUBLIC:
        source = name or kind
        return source, _PUBLIC[kind].files(path, source)
    if kind in DATASETS:
        return departments.files(kind, path, name)
    return name or canonical.SOURCE, canonical.files(kind, path)
