"""The credit portrait of an enterprise 信用脸谱 (S4-15): what each department says of it, and what is missing.

A portrait is made of sections, one a dataset, and of nothing that is computed over them: no score, no grade. It works with any
subset. Every dataset that is not there, or no longer up to date, stands in ``missing`` with the reason, so that nobody takes
silence for a good word.

Visible or not is decided before anything is read: what is closed to the caller is NOT_PERMITTED, whether there are records or
not. Up to date is asked of the enterprise's own records where they come by month: the newest month reported must be the last
one that is due. A registration holds until it changes, so it is as new as the newest file with rows of its register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from algorithms.risk.alerts.early_warning import BOOK
from algorithms.risk.alerts.utilities import LABEL as BILLS
from algorithms.risk.alerts.utility_series import Series, utility_series
from algorithms.rules import Governing
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe, require_enterprise
from graph_service.use_cases.portrait_sections import (
    CONTRIBUTIONS,
    Section,
    contribution_section,
    registration_section,
    utility_section,
)
from graph_service.use_cases.utilities import may_see_records
from schema.datasets import DATASETS, DEPARTMENTS, Dataset, Status

PORTRAIT: Final = tuple(
    DATASETS[code]
    for code in ("REGISTRATION", "SOCIAL_INSURANCE", "HOUSING_FUND", "WATER", "ELECTRICITY", "GAS")
)


class MissingReason(StrEnum):
    """Why a dataset does not count in a portrait."""

    NEVER = "NEVER"  # nothing about this enterprise has come
    STALE = "STALE"  # there is a section, and it is older than the rhythm of its dataset allows
    NOT_PERMITTED = "NOT_PERMITTED"  # closed to the caller, whether there is anything or not


@dataclass(frozen=True)
class MissingDataset:
    """A dataset that does not count, and why; ``suppliers`` have the duty to deliver it: none where nobody has."""

    dataset: str
    name: str
    reason: MissingReason
    suppliers: tuple[str, ...]


@dataclass(frozen=True)
class CreditPortrait:
    """The sections that there are, and what is missing, each in the order of ``PORTRAIT``."""

    enterprise: NodeAnswer
    sections: tuple[Section, ...]
    missing: tuple[MissingDataset, ...]
    rulebook: str


def credit_portrait(asking: Asking, enterprise_id: str) -> CreditPortrait:
    """Return the portrait of an enterprise on the day, from whatever there is.

    Raises
    ------
    InputError
        The id is that of another party.
    NotFound
        No such enterprise, for this caller.
    """
    require_enterprise(enterprise_id, "A portrait is of an enterprise: its id")
    sitter = _Sitter(asking, asking.party(enterprise_id), asking.governing(BOOK))
    drawn = [(dataset, sitter.section(dataset)) for dataset in PORTRAIT]
    reasons = ((dataset, sitter.reason(dataset, section)) for dataset, section in drawn)
    return CreditPortrait(
        describe(asking, sitter.position),
        tuple(section for _, section in drawn if section is not None),
        tuple(_missing(dataset, reason) for dataset, reason in reasons if reason is not None),
        sitter.governing.version,
    )


@dataclass(frozen=True)
class _Sitter:
    """The enterprise, as one caller may see it."""

    asking: Asking
    position: int
    governing: Governing

    @cached_property
    def permitted(self) -> Mapping[str, bool]:
        """Which records the caller may see at all."""
        return {label: may_see_records(self.asking, label, self.position) for label in (BILLS, CONTRIBUTIONS)}

    @cached_property
    def bills(self) -> Mapping[str, Series]:
        """What is known of each utility."""
        return {
            each.utility: each for each in utility_series(self.asking.view, self.position, self.governing)
        }

    def section(self, dataset: Dataset) -> Section | None:
        """Return what the caller may see of a dataset; None: nothing."""
        label = _label(dataset)
        if not self.permitted.get(label, True):
            return None
        if label == CONTRIBUTIONS:
            return contribution_section(self.asking, dataset, self.position)
        if label == BILLS:
            series = self.bills.get(dataset.constants["utility"])
            return None if series is None else utility_section(self.asking, dataset, series)
        return registration_section(self.asking, dataset, self.position)

    def reason(self, dataset: Dataset, section: Section | None) -> MissingReason | None:
        """Say why a dataset does not count; None: it does."""
        if section is not None:
            return MissingReason.STALE if section.freshness.late else None
        permitted = self.permitted.get(_label(dataset), True)
        return MissingReason.NEVER if permitted else MissingReason.NOT_PERMITTED


def _label(dataset: Dataset) -> str:
    """Return what a row of the dataset describes."""
    node = dataset.kind.node if dataset.kind else None
    return node.label if node else ""


def _missing(dataset: Dataset, reason: MissingReason) -> MissingDataset:
    obliged = dataset.suppliers if dataset.status is Status.ASSIGNED else ()
    return MissingDataset(dataset.code, dataset.zh, reason, tuple(DEPARTMENTS[each].zh for each in obliged))
