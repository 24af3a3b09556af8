"""Datasets of the department catalogue: a canonical kind whose files leave out what the dataset itself says."""

from __future__ import annotations

from pathlib import Path

from loaders.profile import Profile, SourceFile
from schema.datasets import DATASETS, require_source
from schema.errors import FileRefused, InputError


def files(code: str, path: Path, name: str) -> tuple[str, list[SourceFile]]:
    """Return the source of a delivery of a dataset, and its one file.

    Parameters
    ----------
    code : str
        Code of the dataset, e.g. TRADEMARK.
    path : Path
        One file.
    name : str
        The source; empty: the only supplier.

    Raises
    ------
    InputError
        A dataset that nobody delivers, or a source that does not supply it.
    FileRefused
        A directory: a dataset is delivered file by file, because each file is one batch.
    """
    dataset = DATASETS[code]
    source = require_source(dataset, name)
    if dataset.kind is None:  # require_source has said so
        raise InputError(f"{code} is not delivered as records.")
    if path.is_dir():
        raise FileRefused(f"{path} is a directory: a batch of {code} is one file.")
    profile = Profile(
        code, dataset.kind, constants=dataset.constants, key=dataset.key, register=dataset.register
    )
    return source, [SourceFile(path, code, profile)]
