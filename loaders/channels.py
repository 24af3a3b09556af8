"""Quality by collection channel 按采集渠道的数据质量 (S1-44): which of the five ways of collecting brings good household records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from loaders.delivery import DeliveredFile
from loaders.profile import Profile
from loaders.quality import REPEATED
from loaders.readers.rows import Rows

CHANNEL: Final = "collection_channel"


@dataclass(frozen=True)
class ChannelQuality:
    """Measures of the rows that came through one channel; those of ``loaders.quality``, the ratios in [0, 1].

    Parameters
    ----------
    channel : str
        As the file writes it; empty: the row does not say.
    rows : int
        More than 0.
    completeness : float
        Filled cells of the kind's own columns and references.
    validity, uniqueness : float
    """

    channel: str
    rows: int
    completeness: float
    validity: float
    uniqueness: float

    def as_json(self) -> dict[str, Any]:
        """Return the measures by name."""
        return asdict(self)


def channel_quality(file: DeliveredFile) -> tuple[ChannelQuality, ...]:
    """Measure a file of a kind that names its channel, by channel; nothing for other files. O(rows × columns)."""
    profile, staged = file.source.profile, file.staged
    if profile is None or staged is None or CHANNEL not in {c.name for c in profile.kind.columns}:
        return ()
    if not profile.has(CHANNEL, file.rows):
        return ()
    by_channel: defaultdict[str, list[int]] = defaultdict(list)
    for index, cell in enumerate(profile.cells(CHANNEL, file.rows)):
        by_channel["".join(cell)].append(index)
    columns = [c.name for c in profile.kind.columns] + [r.column for r in profile.kind.refs]
    filled = _filled(profile, file.rows, columns)
    invalid = {i for i, faults in staged.faults.items() if any(f.code not in REPEATED for f in faults)}
    repeated = {i for i, faults in staged.faults.items() if any(f.code in REPEATED for f in faults)}
    repeated |= {index for index, _ in staged.repeats}
    return tuple(
        ChannelQuality(
            channel,
            len(rows),
            sum(filled[i] for i in rows) / (len(rows) * len(columns)),
            sum(i not in invalid for i in rows) / len(rows),
            sum(i not in repeated for i in rows) / len(rows),
        )
        for channel, rows in sorted(by_channel.items())
    )


def _filled(profile: Profile, rows: Rows, columns: Sequence[str]) -> list[int]:
    """Return how many of some columns are filled, row by row."""
    filled = [0] * len(rows)
    for column in (column for column in columns if profile.has(column, rows)):
        for index, cell in enumerate(profile.cells(column, rows)):
            filled[index] += bool("".join(cell))
    return filled


def joined(measured: Iterable[Mapping[str, Any]]) -> tuple[ChannelQuality, ...]:
    """Return the measures of several files as one, each channel weighted by its rows."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for each in measured:
        total, rows = sums[each["channel"]], each["rows"]
        total[0] += rows
        for place, name in enumerate(("completeness", "validity", "uniqueness"), 1):
            total[place] += rows * each[name]
    return tuple(
        ChannelQuality(channel, int(rows), *(value / rows for value in values))
        for channel, (rows, *values) in sorted(sums.items())
    )
