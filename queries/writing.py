"""What the store remembers of an open load while its batches come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schema.edges import EDGES
from schema.provenance import RunHeader


class Place(NamedTuple):
    """Where the open fact of a series stands: its start, the start's key label, and the run that wrote it."""

    at: str
    label: str
    run: int


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
        No run of this source and dataset was ever published, so there is no older fact to compare with.
    """

    run: int
    header: RunHeader
    ceiling: int
    fresh: bool
    written: dict[str, set[int]] = field(default_factory=dict)
    """Keys of the facts that this run wrote, by relationship: 60 bytes each while the load is open."""
    series: dict[str, dict[int, Place]] = field(default_factory=dict)
    """Where open facts start, by relationship; read once, and only when a known series is missing at its ends."""
    newer: tuple[int, ...] = ()
    """Published runs of the same dataset whose files speak of a later day."""
    swept: frozenset[str] = frozenset()
    """Which parts of the dataset those of them that are snapshots stated whole; "" is all of it."""
    overtaking: dict[str, set[int]] = field(default_factory=dict)
    """Series that those runs wrote or closed, by relationship; read once, and only for a file that is late."""

    def note(self, relationship: str, label: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Remember facts that were just written, by the key label of their starts."""
        rows = list(rows)
        self.written.setdefault(relationship, set()).update([r["key"] for r in rows])
        if relationship in self.series:
            places = {r["key"]: Place(r["start"], label, self.run) for r in rows}
            self.series[relationship].update(places)


def key_label(labels: list[str], relationship: str) -> str:
    """Pick the key label among a start node's labels."""
    return next(label for label in EDGES[relationship].starts if label in labels)
