"""What the store remembers of an open load while its batches come in, several at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from queries.keys import Keys
from schema.edges import EDGES
from schema.provenance import RunHeader


class Place(NamedTuple):
    """Where the open fact of a series stands: its start, the start's key label, and the run that wrote it."""

    at: str
    label: str
    run: int


@dataclass
class Memory:
    """What the runs of one load know of each other: two files of one dataset may state the same series.

    Parameters
    ----------
    days : mapping of int to date
        By run, the day that its file speaks of.
    """

    days: Mapping[int, dt.date]
    _written: defaultdict[str, Keys] = field(default_factory=lambda: defaultdict(Keys))
    """Keys of the facts that the load wrote, by relationship: 8 bytes each while it is open."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    series: dict[str, dict[int, Place]] = field(default_factory=dict)
    """Where open facts start, by relationship; read once, and only when a known series is missing at its ends."""

    def note(self, relationship: str, label: str, run: int, rows: Iterable[Mapping[str, Any]]) -> None:
        """Remember facts that a run just wrote, by the key label of their starts."""
        rows = list(rows)
        with self._lock:
            self._written[relationship].add(r["key"] for r in rows)
        if relationship in self.series:
            self.series[relationship].update({r["key"]: Place(r["start"], label, run) for r in rows})

    def written(self, relationship: str, keys: Sequence[int]) -> set[int]:
        """Return those of the keys under which the load wrote a fact."""
        with self._lock:
            return self._written[relationship].among(keys)

    def is_later(self, run: int, than: int) -> bool:
        """Whether a run of this load has the later word than another: by day, then by its place in the delivery."""
        return run in self.days and (self.days[run], run) > (self.days[than], than)


@dataclass
class Writing:
    """One run that is being written.

    Parameters
    ----------
    run : int
        Its number.
    header : RunHeader
        What it is made from.
    ceiling : int
        The highest run whose nodes it may point at: the last of the same load.
    fresh : bool
        No run of this source and dataset was ever published, so only facts of this load are to be compared with.
    memory : Memory
        Shared by the runs of the load.
    newer, not_older, not_newer : tuple of int
        Published runs of the same dataset whose files speak of a later day; of that day or a later one; of that day or an
        earlier one.
    swept : frozenset of str
        Which parts of the dataset those of the newer ones that are snapshots stated whole; "" is all of it.
    restated : bool
        Whether the file is no snapshot, or one of the same scope is known of that day or of a later one.
    """

    run: int
    header: RunHeader
    ceiling: int
    fresh: bool
    memory: Memory
    newer: tuple[int, ...] = ()
    not_older: tuple[int, ...] = ()
    not_newer: tuple[int, ...] = ()
    swept: frozenset[str] = frozenset()
    restated: bool = True
    overtaking: dict[str, Keys] = field(default_factory=dict)
    """Series that newer runs wrote or closed, by relationship; read once, and only for a file that is late."""
    confirmed: dict[tuple[str, tuple[int, ...]], Keys] = field(default_factory=dict)
    """Series that runs repeated, by what they are about and by runs; read once, and only where there are such runs."""


def key_label(labels: list[str], relationship: str) -> str:
    """Pick the key label among a start node's labels."""
    return next(label for label in EDGES[relationship].starts if label in labels)
