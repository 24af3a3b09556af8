"""What a caller asks of the loaders, and what it gets back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from loaders.patience import IMPATIENT, Patience
from schema.errors import InputError
from schema.provenance import Ledger, RunNotes

_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True)
class LoadRequest:
    """One delivery: files that are published together or not at all.

    Parameters
    ----------
    kind : str
        A canonical kind (``enterprises``, …), ``canonical`` for a directory of ``<kind>.csv`` files, or
        a public format (``gleif``, ``bods``, ``finbench``, …).
    path : Path
        The file, or the directory.
    source : str
        Who delivers; part of record ids and fact keys. Default: ``local``, for a public format its name.
    as_of : datetime.date, optional
        The day the data speaks of; today in Shanghai by default.
    approved_by : str
        Who publishes the runs.
    agreement : bool
        Whether the source has a sharing agreement: then an unknown column refuses the file.
    max_reject_ratio : float
        In [0, 1]: a file with a larger share of invalid rows is refused, once it has ``min_rows`` rows.
    min_rows : int
        Below it a file is never refused for its share of invalid rows.
    vaulted : str
        The sha256 under which the vault holds the one file: its content is taken from there, and ``path`` only names it.

    partial : bool
        Whether a file may hold another number of rows than it declares itself (a cut one).
    snapshot : str, optional
        What the delivery states whole: ``SOURCE``, ``SOURCE/DATASET`` or ``SOURCE/DATASET/REGION``. Default: nothing, a
        delta, which never ends what it does not mention.
    accept_vanished : bool
        Whether a snapshot may end more than ``max_vanished_ratio`` of what is open in its scope.
    max_vanished_ratio : float
        In [0, 1].
    patience : Patience
        How long to wait while another load is in progress; not at all by default.

    Raises
    ------
    InputError
        For a source that is no short word, or limits out of range.
    """

    kind: str
    path: Path
    source: str = ""
    as_of: dt.date | None = None
    approved_by: str = "loader"
    agreement: bool = False
    max_reject_ratio: float = 0.5
    min_rows: int = 20
    vaulted: str = ""
    partial: bool = False
    snapshot: str | None = None
    accept_vanished: bool = False
    max_vanished_ratio: float = 0.5
    patience: Patience = IMPATIENT

    def __post_init__(self) -> None:
        if self.source and not _SOURCE.fullmatch(self.source):
            raise InputError(
                "A source is named with up to 40 letters, digits, '.', '_' or '-': it becomes part of ids."
            )
        ratios = (self.max_reject_ratio, self.max_vanished_ratio)
        if not all(0.0 <= ratio <= 1.0 for ratio in ratios) or self.min_rows < 0:
            raise InputError(
                "max_reject_ratio and max_vanished_ratio lie between 0 and 1, and min_rows is not negative."
            )


@dataclass(frozen=True)
class FileReport:
    """What became of one file: its ledger, what was wrong, and what deserves a look.

    ``errors_by_code`` counts faults; a row may have several. ``skip_reason`` says why rows were skipped. ``channels`` is the
    quality by collection channel of a file of households, as ``loaders.channels`` measures it.
    """

    file: str
    kind: str
    ledger: Ledger
    errors_by_code: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    skip_reason: str = ""
    channels: tuple[Mapping[str, Any], ...] = ()

    @property
    def notes(self) -> RunNotes:
        """What is kept with its run."""
        return RunNotes(self.warnings, self.channels)

    def as_json(self) -> dict[str, Any]:
        """Return the file's line of ``load --json``."""
        book = self.ledger
        return {
            "file": self.file,
            "kind": self.kind,
            "read": book.read,
            "loaded": book.loaded,
            "unchanged": book.unchanged,
            "quarantined": book.quarantined,
            "skipped": book.skipped,
            "closed": book.closed,
            "warnings": self.warnings,
            **({"channels": self.channels} if self.channels else {}),
        }


@dataclass(frozen=True)
class LoadReport:
    """What became of a delivery.

    Parameters
    ----------
    files : tuple of FileReport
        In the order in which they were loaded.
    retried : tuple of FileReport
        Rows of earlier files whose missing endpoint has come; their runs bear the earlier files' names.
    runs : tuple of int
        Numbers of the published runs, those of ``files`` first; none when there was nothing to say.
    changed : bool
        Whether the graph changed at all: it does not when a file of a later day repeats what is known, though its run is
        published.
    """

    files: tuple[FileReport, ...]
    retried: tuple[FileReport, ...] = ()
    runs: tuple[int, ...] = ()
    changed: bool = False


class Progress(Protocol):
    """Told after every batch how far a file is."""

    def __call__(self, file: str, done: int, total: int, rate: float) -> None:
        """Take note.

        Parameters
        ----------
        file : str
            The file's name.
        done, total : int
            Nodes and relationships written, and to be written.
        rate : float
            Nodes and relationships per second since the first batch of the delivery.
        """


def silent(file: str, done: int, total: int, rate: float) -> None:
    """Show no progress."""
