"""How long raw files are kept 原始文件保留期: by the class of what they hold; a file that an open row needs is kept, and named.

No regulation gives these numbers: they are a SAMPLE that a centre replaces by its own schedule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from loaders.vault import Vault
from schema.access import Audience
from schema.datasets import class_of
from schema.ports import GraphStore

RETENTION_DAYS: Mapping[Audience, int] = {
    Audience.PUBLIC: 1095,
    Audience.MEMBER: 1095,
    Audience.RESTRICTED: 365,
    Audience.DEBT_EVADERS: 365,
    Audience.OVERDUE_FIRMS: 365,
    Audience.PERSON_SCORE: 180,
    Audience.POLICE: 180,
    Audience.SUSPICIOUS_ACCOUNTS: 180,
    Audience.BANK_PRIVATE: 365,
}
DEFAULT_DAYS = RETENTION_DAYS[Audience.MEMBER]
"""For a format whose files are of no one class."""


@dataclass(frozen=True)
class DueFile:
    """A raw file that is past its retention.

    Parameters
    ----------
    sha256 : str
    datasets : tuple of str
        ``source/dataset`` of all its origins.
    kept_on : date
        When it was kept, or last delivered again.
    due_on : date
        The first day on which it should be gone: the last of its datasets decides.
    open_rows : int
        Refused rows that still need it; it stays until they are fixed or waived.
    """

    sha256: str
    datasets: tuple[str, ...]
    kept_on: dt.date
    due_on: dt.date
    open_rows: int


def retention_days(dataset: str) -> int:
    """Return how many days the raw files of a dataset are kept."""
    audience = class_of(dataset)
    return RETENTION_DAYS[audience] if audience else DEFAULT_DAYS


def sweep(vault: Vault, store: GraphStore, today: dt.date, *, dry_run: bool) -> list[DueFile]:
    """Remove every raw file that is due and that no open row needs; return all that are due."""
    needed = store.query("open_files", {"known_run": store.known_run()})
    rows = dict(zip(needed["sha256"], needed["rows"], strict=True))
    due = [file for file in _dated(vault, rows) if file.due_on <= today]
    for file in due:
        if not dry_run and not file.open_rows:
            vault.remove(file.sha256)
    return due


def _dated(vault: Vault, rows: Mapping[str, int]) -> list[DueFile]:
    files = []
    for sha256, kept_on in vault.files():
        origins = vault.origins(sha256)
        days = max((retention_days(origin.dataset) for origin in origins), default=DEFAULT_DAYS)
        names = tuple(sorted({f"{origin.source}/{origin.dataset}" for origin in origins}))
        files.append(DueFile(sha256, names, kept_on, kept_on + dt.timedelta(days=days), rows.get(sha256, 0)))
    return files
