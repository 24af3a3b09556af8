"""What is worked out once and then shared between threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl
from scipy import sparse

T = TypeVar("T")


class Memo:
    """Values by key, each built by one thread while others wait for it.

    A value may ask for other values while it is being built; as nothing can depend on itself, the locks cannot close a
    circle.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._building: dict[Hashable, threading.RLock] = {}
        self._values: dict[Hashable, Any] = {}
        self.nbytes = 0

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """Return the value of a key, built if need be; what a failed building raised goes through."""
        if key not in self._values:
            with self._guard:
                lock = self._building.setdefault(key, threading.RLock())
            with lock:
                if key not in self._values:
                    self._put(key, build())
        value: T = self._values[key]
        return value

    def _put(self, key: Hashable, value: Any) -> None:
        size = size_of(value)
        with self._guard:
            self._values[key] = value
            self._building.pop(key, None)
            self.nbytes += size


def size_of(value: Any) -> int:
    """Return about how many bytes a value holds: arrays count, small things hardly do, other views count for themselves."""
    return _size(value, set())


def _size(value: Any, met: set[int]) -> int:
    if id(value) in met:
        return 0
    met.add(id(value))
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, (pl.DataFrame, pl.Series)):
        return int(value.estimated_size())
    if sparse.issparse(value):
        return sum(_size(getattr(value, a, None), met) for a in ("data", "indices", "indptr", "row", "col"))
    if isinstance(value, Mapping):
        return sys.getsizeof(value, 64) + sum(_size(v, met) for v in value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return sys.getsizeof(value) + sum(_size(v, met) for v in value)
    if is_dataclass(value) and not hasattr(value, "projection"):
        return 64 + sum(_size(getattr(value, f.name), met) for f in fields(value))
    return sys.getsizeof(value, 64)
