"""Credit-file coverage 信用档案建设率 (S3-02): which enterprises of a zone have a file, and which do not.

An enterprise *has a file* when it is registered (it has a code or a registration number, and a name) and at least one
department has delivered a record about it: finance, tax, reward or penalty, contribution, utility, permit, case, report,
rating … (``FILE_RECORDS``). A loan is not needed and does not count: the file is for those whom no bank knows yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import AccessDenied, InputError

FILE_RECORDS: Final = (
    "FinancialStatement",
    "TaxRecord",
    "TaxArrears",
    "Penalty",
    "Honour",
    "Permit",
    "CourtCase",
    "WageArrears",
    "UtilityRecord",
    "ContributionRecord",
    "AnnualReport",
    "RegistryChange",
    "ProjectAdmission",
    "Inspection",
    "Commitment",
    "Rating",
    "Subsidy",
)


@dataclass(frozen=True)
class ArchiveCoverage:
    """Coverage of a zone.

    Parameters
    ----------
    zone : str
        Division-code prefix.
    enterprises, with_file : int
        Enterprises registered in the zone and not deregistered; those that have a file.
    rate : float or None
        In [0, 1]; None when there is no enterprise.
    missing : tuple of NodeAnswer
        Enterprises without a file, by id.
    """

    zone: str
    enterprises: int
    with_file: int
    rate: float | None
    missing: tuple[NodeAnswer, ...]


def archive_coverage(asking: Asking, zone: str) -> ArchiveCoverage:
    """Return the coverage of a zone on the day, by what the caller may see. O(enterprises + records).

    Raises
    ------
    InputError
        The zone is no division-code prefix of 2 to 12 digits.
    AccessDenied
        It lies outside the caller's region.
    """
    if not (zone.isascii() and zone.isdigit() and 2 <= len(zone) <= 12):
        raise InputError("A zone is written as the first 2 to 12 digits of its division code.")
    if not asking.rooms.policy.in_region(asking.principal, zone):
        raise AccessDenied("This zone lies outside your region.")
    inside = _enterprises(asking, zone)
    filed = _filed(asking)[inside]
    missing = tuple(describe(asking, int(p)) for p in inside[~filed])
    asking.about(*(each.id for each in missing))
    count, with_file = len(inside), int(filed.sum())
    ordered = tuple(sorted(missing, key=lambda each: each.id))
    return ArchiveCoverage(zone, count, with_file, with_file / count if count else None, ordered)


def _enterprises(asking: Asking, zone: str) -> NDArray[np.int64]:
    """Return the positions of the registered enterprises of a zone."""
    p = asking.projection
    first, last = p.spans["LegalEntity"]
    registered = p.frames["LegalEntity"].select(
        pl.col("region_code").str.starts_with(zone).fill_null(False)
        & pl.col("kinds").list.contains("Enterprise")
        & ~pl.col("kinds").list.contains("Bank")
        & (pl.col("status").fill_null("ACTIVE") != "DEREGISTERED")
    )
    chosen = registered.to_series().to_numpy() & asking.view.visible[first:last]
    return first + np.flatnonzero(chosen)


def _filed(asking: Asking) -> NDArray[np.bool_]:
    """Return which nodes have a name, a code, and a record of a department about them."""
    p, view = asking.projection, asking.view
    has: NDArray[np.bool_] = np.zeros(len(p), dtype=np.bool_)
    edges, places = p.edges["SUBJECT_OF"], view.positions("SUBJECT_OF")
    record: NDArray[np.bool_] = np.zeros(len(p), dtype=np.bool_)
    for label in FILE_RECORDS:
        record[slice(*p.spans[label])] = True
    about: NDArray[Any] = places[record[edges.end[places]]]
    has[edges.start[about]] = True
    first, last = p.spans["LegalEntity"]
    named = p.frames["LegalEntity"].select(
        pl.col("name").is_not_null() & (pl.col("uscc").is_not_null() | pl.col("reg_no").is_not_null())
    )
    has[first:last] &= named.to_series().to_numpy()
    return has
