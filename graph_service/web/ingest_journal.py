"""What was answered under an idempotency key: a file of one line a batch, so that a request may be sent again.

The first line says what was sent, each further one how the body read so far and what became of its last batch; ``end`` is
the last. A request that broke off is taken up where the journal ends, and another body is noticed at its first batch.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from schema.errors import ConfigurationError, Conflict

_OTHER = "This Idempotency-Key was used for another request: send the same bytes again, or take a new key."


class KeyTaken(Conflict):
    """The key stands for another request: trying again does not help."""


class Journal:
    """The journal of one key of one organisation. Only digests are kept in memory.

    Parameters
    ----------
    directory : Path
        Where all journals lie; made when missing.
    owner, key : str
        The organisation, and its key.

    Raises
    ------
    ConfigurationError
        The directory cannot be made or read.
    """

    def __init__(self, directory: Path, owner: str, key: str) -> None:
        name = hashlib.sha256(f"{len(owner)}:{owner}{key}".encode()).hexdigest()
        self.name = name[:12]
        self._path = directory / f"{name}.ndjson"
        self._digest = hashlib.sha256()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._cut_off()
        except OSError as error:
            raise _unkept(error) from None
        self._known = [{**line, "batch": {}} if "batch" in line else line for line in self._lines()]
        self._next = 0

    def begin(self, request: dict[str, Any]) -> None:
        """Begin with what is asked. KeyTaken when the key stands for something else."""
        self._step({"request": request})

    def read(self, piece: bytes) -> None:
        """Note the next piece of the body."""
        self._digest.update(piece)

    @property
    def body(self) -> str:
        """Digest of the body so far (SHA-256)."""
        return self._digest.hexdigest()

    def knows(self) -> bool:
        """Whether the batch that ends here was taken earlier; KeyTaken when it was another one."""
        if self._next >= len(self._known):
            return False
        if self._known[self._next].get("body") != self.body:
            raise KeyTaken(_OTHER)
        self._next += 1
        return True

    def keep(self, batch: dict[str, Any]) -> None:
        """Keep what became of a batch that was not known."""
        self._append({"body": self.body, "batch": batch})

    def finish(self) -> bool:
        """End the journal; say whether it had ended before. KeyTaken when more was sent then."""
        ended = self._next < len(self._known)
        self._step({"end": True})
        return ended

    def batches(self) -> Iterator[dict[str, Any]]:
        """Yield what became of each batch, one at a time."""
        return (line["batch"] for line in self._lines() if "batch" in line)

    def _step(self, line: dict[str, Any]) -> None:
        if self._next >= len(self._known):
            self._append(line)
        elif self._known[self._next] == line:
            self._next += 1
        else:
            raise KeyTaken(_OTHER)

    def _append(self, line: dict[str, Any]) -> None:
        try:
            with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                file.write(orjson.dumps(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unkept(error) from None
        self._known.append({})
        self._next = len(self._known)

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            with self._path.open("rb") as file:
                yield from map(orjson.loads, file)
        except FileNotFoundError:
            return

    def _cut_off(self) -> None:
        """Drop what a crash left of the last line, so that it can be written again."""
        if not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
        os.truncate(self._path, whole)


def _unkept(error: OSError) -> ConfigurationError:
    return ConfigurationError(f"The journals of ingest cannot be kept ({error.strerror}).")
