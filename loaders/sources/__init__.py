"""One small module per source: which files it has, and how their columns become canonical ones."""

from pathlib import Path

from loaders.profile import SourceFile
from loaders.sources import canonical, finbench


def source_of(kind: str, path: Path, name: str) -> tuple[str, list[SourceFile]]:
    """Return the name of a source, its usual one unless `name` is given, and the files to load, in order.

    Raises
    ------
    InputError
        For an unknown kind.
    FileRefused
        When the path holds nothing of that kind.
    """
    if kind == finbench.SOURCE:
        source = name or finbench.SOURCE
        return source, finbench.files(path, source)
    return name or canonical.SOURCE, canonical.files(kind, path)
