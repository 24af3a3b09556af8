"""Where a fact comes from: its series key, its fact id, and the run that wrote it.

A *series* is everything that one source ever said about one element of one record; its key is a signed 64-bit hash.
A *fact id* ``<16 hex digits>@<run>`` names one version of it. The run names the file, the fact's ``line`` the row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from schema.errors import InputError

RUN_GAP = 1 << 20
"""A load reserves its number this far ahead, so that what is published meanwhile (a consent) gets smaller numbers and
runs stay numbered in order of publication."""


def series_key(source: str, dataset: str, record: str, role: str) -> int:
    """Return the signed 64-bit key of a fact series (first 8 bytes of SHA-256 over the length-prefixed parts).

    With n series the chance of any collision is about n²/2⁶⁵: 3·10⁻⁸ for a million, 3·10⁻⁶ for ten million.
    """
    text = "".join(f"{len(part)}:{part}" for part in (source, dataset, record, role))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def fact_id(key: int, run: int) -> str:
    """Write a fact id, e.g. ``00f1c2…@7``."""
    return f"{key & 0xFFFF_FFFF_FFFF_FFFF:016x}@{run}"


def parse_fact_id(text: str) -> tuple[int, int]:
    """Read a fact id back into (key, run); InputError when it has another form."""
    form = re.fullmatch(r"([0-9a-f]{16})@([0-9]{1,18})", text)
    if form is None:
        raise InputError("A fact id has the form <16 hex digits>@<run number>, as answers print it.")
    key = int(form[1], 16)
    return (key - (1 << 64) if key >= 1 << 63 else key), int(form[2])


@dataclass(frozen=True)
class RunHeader:
    """What is known of a run before its first row is written: one file of one delivery."""

    source: str
    dataset: str
    file: str
    sha256: str
    as_of: dt.date
    delivery: str
    snapshot: str | None = None
    """Which part of the dataset it states whole: None for a delta, "" for all of it, else a division's code."""


@dataclass(frozen=True)
class Ledger:
    """What became of a file's rows. It balances: read = loaded + unchanged + quarantined + skipped.

    ``closed`` counts no rows but what a snapshot did not state any more: open facts, and what was added to nodes.
    """

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    skipped: int = 0
    closed: int = 0

    @property
    def balances(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.loaded + self.unchanged + self.quarantined + self.skipped


@dataclass(frozen=True)
class RunNotes:
    """What deserves a look beside a ledger; kept with the run.

    Parameters
    ----------
    warnings : tuple of str
        Columns that are not collected, values kept in part, relationships left out.
    channels : tuple of mapping
        Quality by collection channel of a file of households 按渠道的数据质量 (S1-44).
    """

    warnings: tuple[str, ...] = ()
    channels: tuple[Mapping[str, Any], ...] = ()

    def as_properties(self) -> dict[str, str | None]:
        """Return them as properties of the run's node: JSON, or None where there is nothing."""
        told = {"warnings": self.warnings, "channels": self.channels}
        return {name: json.dumps(said, ensure_ascii=False) if said else None for name, said in told.items()}


NO_NOTES: Final[Mapping[int, RunNotes]] = MappingProxyType({})
"""By run: of none is anything noted."""
