"""Sequences too long for memory: kept on disk, part by part, encrypted, for as long as this process needs them.

What fits in one part stays a plain list, so an ordinary delivery never touches the disk. The file has no name and goes with
the process; the key of its parts is made anew by every process and never written down, because raw rows hold identity
numbers in clear.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, Generic, TypeVar, overload

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schema.errors import ConfigurationError

T = TypeVar("T")

PART: Final = 20_000
"""Values of a part: what a delivery holds in memory of each of its long sequences."""
_NONCE: Final = 12
_CIPHER: Final = AESGCM(AESGCM.generate_key(256))
_LARGE_TEMPORARY: Final = Path("/var/tmp")


class Spool(Sequence[T]):
    """An append-only sequence in parts, of which at most one stays in memory; values must be picklable.

    ``spool[i]`` reads the part that holds it, so ask in order.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._length = 0
        self._held: tuple[int, list[T]] = (-1, [])

    def add(self, part: list[T]) -> None:
        """Append a part of at least one value. ConfigurationError when the disk does not take it."""
        self._starts.append(self._length)
        self._length += len(part)
        if len(self._starts) == 1:
            self._held = (0, part)
            return
        if self._file is None:
            self._file = _open()
            weakref.finalize(self, self._file.close)
            self._seal(self._held[1])
            self._held = (-1, [])
        self._seal(part)

    def part(self, number: int) -> list[T]:
        """Return a part by its number; the last one asked for stays in memory."""
        if self._held[0] != number:
            self._held = (number, self._read(number))
        return self._held[1]

    def parts(self) -> Iterator[list[T]]:
        """Yield every part in turn."""
        if self._file is None:
            yield from (self._held[1] for _ in self._starts)
        else:
            yield from map(self._read, range(len(self._starts)))

    def rest(self) -> None:
        """Let go of the part in memory, if it is on disk."""
        if self._file is not None:
            self._held = (-1, [])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return (value for part in self.parts() for value in part)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._length))]
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(index)
        number = bisect_right(self._starts, place) - 1
        return self.part(number)[place - self._starts[number]]

    def _seal(self, part: list[T]) -> None:
        assert self._file is not None
        nonce = os.urandom(_NONCE)
        sealed = nonce + _CIPHER.encrypt(nonce, pickle.dumps(part, pickle.HIGHEST_PROTOCOL), None)
        begin = sum(self._places[-1]) if self._places else 0
        try:
            self._file.seek(begin)
            self._file.write(sealed)
            self._file.flush()
        except OSError as error:
            raise _full(error) from None
        self._places.append((begin, len(sealed)))

    def _read(self, number: int) -> list[T]:
        assert self._file is not None
        begin, size = self._places[number]
        sealed = os.pread(self._file.fileno(), size, begin)
        part: list[T] = pickle.loads(_CIPHER.decrypt(sealed[:_NONCE], sealed[_NONCE:], None))
        return part


class Spooling(Generic[T]):
    """Collects a sequence value by value."""

    def __init__(self) -> None:
        self._spool: Spool[T] = Spool()
        self._part: list[T] = []

    def append(self, value: T) -> None:
        """Add a value at the end."""
        self._part.append(value)
        if len(self._part) >= PART:
            self._spool.add(self._part)
            self._part = []

    def done(self) -> Sequence[T]:
        """Return the sequence: a plain list if it is short."""
        if not len(self._spool):
            return self._part
        if self._part:
            self._spool.add(self._part)
        return self._spool


def spooled(values: Iterable[T]) -> Sequence[T]:
    """Return the values as a sequence: a plain list if it is short."""
    spooling: Spooling[T] = Spooling()
    for value in values:
        spooling.append(value)
    return spooling.done()


def parts_of(values: Sequence[T]) -> Iterator[list[T]]:
    """Yield a sequence part by part; a list that is no spool is one part, if it holds anything."""
    if isinstance(values, Spool):
        yield from values.parts()
    elif values:
        yield values if isinstance(values, list) else [*values]


def _open() -> IO[bytes]:
    chosen = None if "TMPDIR" in os.environ or not os.access(_LARGE_TEMPORARY, os.W_OK) else _LARGE_TEMPORARY
    try:
        return tempfile.TemporaryFile(dir=chosen)
    except OSError as error:
        raise _full(error) from None


def _full(error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"A large delivery is kept on disk while it is judged, and the disk refuses ({error.strerror}): make room, or name "
        "another folder in TMPDIR. Nothing was written to the graph."
    )
