"""A body, or a batch of one, on disk while it is loaded: in clear, so it never outlives the request that sent it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from schema.errors import ConfigurationError

_FOLDER = "bodies"


class Spool:
    """One file that is written, loaded and removed; a context manager.

    Parameters
    ----------
    directory : Path
        Where ingest keeps its files; made when missing.
    name : str
        Of the file: it is what runs, batches and quarantine call the delivery.

    Raises
    ------
    ConfigurationError
        The file cannot be made.

    Notes
    -----
    A lock, which dies with the process, tells a file that is in use from one that a crash left (``sweep``).
    """

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory / _FOLDER / name
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: BinaryIO = open(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "wb")  # noqa: SIM115
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.truncate()
        except OSError as error:
            raise _unwritten(error) from None

    def write(self, piece: bytes) -> None:
        """Append a piece. ConfigurationError when the disk does not take it."""
        try:
            self._file.write(piece)
        except OSError as error:
            raise _unwritten(error) from None

    def ready(self) -> Path:
        """Return the path, with everything that was written."""
        try:
            self._file.flush()
        except OSError as error:
            raise _unwritten(error) from None
        return self.path

    def remove(self) -> None:
        """Forget the file."""
        self.path.unlink(missing_ok=True)
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def sweep(directory: Path) -> None:
    """Remove the bodies that crashed processes left."""
    for path in (directory / _FOLDER).glob("*"):
        with path.open("rb") as left:
            try:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            path.unlink(missing_ok=True)


def _unwritten(error: OSError) -> ConfigurationError:
    return ConfigurationError(f"The body cannot be kept while it is loaded ({error.strerror}).")
