"""Quality of a batch 数据质量: four ratios, defined precisely, and the thresholds below which it is held (S3-03).

With n rows, and k key fields of the dataset's declaration:

============  =====================================================================================
completeness  filled cells of the key fields / (n·k); a key field that the file lacks is empty in every row
validity      rows without any fault but repetition / n
uniqueness    rows that are the first to state their record / n: exact repeats and contradictions are not
timeliness    min(1, period / age): period as the dataset's rhythm says, age in days of the data when received
============  =====================================================================================

A batch without rows states nothing wrong: all but its timeliness are 1. A row whose other end is not in the graph is valid,
because its file cannot know; what entered is counted on the batch (``loaded``, ``unchanged``, ``quarantined``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final

from loaders.faults import Fault
from loaders.profile import Profile
from loaders.readers.rows import Rows
from loaders.staging import Staged
from schema.datasets import Dataset
from schema.errors import InputError

REPEATED: Final = frozenset({"record.repeated", "node.repeated"})


@dataclass(frozen=True)
class Quality:
    """The four measures of a batch, each in [0, 1]."""

    completeness: float
    validity: float
    timeliness: float
    uniqueness: float

    def as_json(self) -> dict[str, float]:
        """Return the measures by name."""
        return asdict(self)


@dataclass(frozen=True)
class Thresholds:
    """Least acceptable measures, each in [0, 1]. SAMPLE: an agreement states its own.

    Timeliness has none by default: late data are still data, and lateness is shown where freshness is asked for.

    Raises
    ------
    InputError
        A threshold outside [0, 1].
    """

    completeness: float = 0.8
    validity: float = 0.5
    timeliness: float = 0.0
    uniqueness: float = 0.8

    def __post_init__(self) -> None:
        for each in fields(self):
            if not 0.0 <= getattr(self, each.name) <= 1.0:
                raise InputError(f"The threshold of {each.name} lies between 0 and 1.")

    def failed(self, quality: Quality) -> tuple[str, ...]:
        """Return the measures below their thresholds."""
        return tuple(
            each.name for each in fields(self) if getattr(quality, each.name) < getattr(self, each.name)
        )


def quality_of(rows: Rows, profile: Profile, staged: Staged, dataset: Dataset, age_days: int) -> Quality:
    """Measure a staged file. O(rows × key fields).

    Parameters
    ----------
    rows : Rows
        As read.
    profile : Profile
        What its columns mean.
    staged : Staged
        As judged.
    dataset : Dataset
        Its declaration in the catalogue.
    age_days : int
        Days between the day that the data speak of and the day on which they were received; not negative.
    """
    count = len(rows)
    timeliness = min(1.0, dataset.rhythm.days / max(age_days, 1))
    if not count:
        return Quality(1.0, 1.0, timeliness, 1.0)
    invalid = sum(any(f.code not in REPEATED for f in faults) for faults in staged.faults.values())
    repeated = len(staged.repeats) + sum(_repeats(faults) for faults in staged.faults.values())
    return Quality(
        _completeness(rows, profile, dataset.fields),
        (count - invalid) / count,
        timeliness,
        (count - repeated) / count,
    )


def age_in_days(as_of: dt.date, received: dt.date) -> int:
    """Return how old data are when they are received; a day in the future counts as today."""
    return max((received - as_of).days, 0)


def _completeness(rows: Rows, profile: Profile, columns: Sequence[str]) -> float:
    there = [column for column in columns if profile.has(column, rows)]
    filled = sum(_filled(cell) for column in there for cell in profile.cells(column, rows))
    return filled / (len(rows) * len(columns)) if columns else 1.0


def _filled(cell: str | tuple[str, ...]) -> bool:
    return any(cell) if isinstance(cell, tuple) else bool(cell)


def _repeats(faults: Sequence[Fault]) -> bool:
    return any(fault.code in REPEATED for fault in faults)
