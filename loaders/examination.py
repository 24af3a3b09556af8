"""The gate of the reception desk 接收审查: agreement, quality, least rows, enterprise list, and whether somebody has to sign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from loaders.agreements import AgreementReport, Agreements, Terms, check_agreement
from loaders.delivery import DeliveredFile
from loaders.enterprise_list import current_list, hold_outside
from loaders.quality import Quality, Thresholds, age_in_days, quality_of
from schema.datasets import Dataset
from schema.errors import FileRefused
from schema.ports import GraphStore


class BatchHeld(FileRefused):
    """A batch is kept out whole; nothing of it was written. It is listed, with the report, as HELD."""


class Pending(Exception):
    """The batch is sound, and waits for its second signature."""


@dataclass
class Examination:
    """The gate that a delivery passes before anything is written; it keeps what it found.

    Parameters
    ----------
    store, agreements
        Where the enterprise list and the terms stand.
    dataset : Dataset
    received : date
        The day on which it came.
    signed : bool
        Whether another steward signed it.
    snapshot : str or None
        What it states whole.
    """

    store: GraphStore
    agreements: Agreements
    dataset: Dataset
    received: dt.date
    signed: bool
    snapshot: str | None
    terms: Terms | None = None
    report: AgreementReport | None = None
    quality: Quality | None = None
    row_count: int | None = None

    def __call__(self, delivered: list[DeliveredFile]) -> list[DeliveredFile]:
        """Hold the batch by raising, or let its rows pass."""
        return [self._file(file) for file in delivered]

    def _file(self, file: DeliveredFile) -> DeliveredFile:
        header = file.header
        self.row_count = len(file.rows)
        terms = self.agreements.terms(header.source, header.dataset)
        verdict = check_agreement(file.rows.header, terms, header.as_of)
        if isinstance(verdict, AgreementReport):
            self.report = verdict
            raise BatchHeld(verdict.detail)
        self.terms = verdict
        self._measure(file)
        self._counted(file)
        file = self._listed(file)
        if verdict is not None and verdict.four_eyes and len(file.rows) and not self.signed:
            raise Pending
        return file

    def _measure(self, file: DeliveredFile) -> None:
        if file.staged is None or file.source.profile is None:
            return
        age = age_in_days(file.header.as_of, self.received)
        self.quality = quality_of(file.rows, file.source.profile, file.staged, self.dataset, age)
        thresholds = self.terms.thresholds if self.terms else Thresholds(**self.dataset.quality)
        if failed := thresholds.failed(self.quality):
            said = ", ".join(
                f"{name} {getattr(self.quality, name):.3f} < {getattr(thresholds, name)}" for name in failed
            )
            raise BatchHeld(f"Quality below its threshold: {said}. Correct the file, and load it again.")

    def _counted(self, file: DeliveredFile) -> None:
        """Hold a file that states the whole dataset and holds fewer good rows than it must: it is cut."""
        least = self.terms.least_rows if self.terms else self.dataset.least_rows
        good = len(file.rows) - len(file.staged.faults) if file.staged else 0
        if _is_whole(self.snapshot) and good < least:
            raise BatchHeld(
                f"{file.header.file} states all of {self.dataset.code} with {good} good rows, and at least {least} are "
                "expected: is it cut? Send the whole file, or amend least_rows in the agreement."
            )

    def _listed(self, file: DeliveredFile) -> DeliveredFile:
        if self.terms is None or not self.terms.enterprise_list or not len(file.rows):
            return file
        listed = current_list(self.store, file.header.as_of)
        if listed is None:
            raise BatchHeld(
                f"{self.terms.agreement} limits {self.dataset.code} to the enterprise list, and no list is issued."
            )
        return hold_outside(file, listed)


def _is_whole(snapshot: str | None) -> bool:
    """Whether a delivery states all of its dataset, and not only what lies in one division."""
    return snapshot is not None and snapshot.count("/") < 2
