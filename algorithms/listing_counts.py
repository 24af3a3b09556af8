"""Cases and subjects of a list 名单按案件与按主体计数 (S4-13, trap T17): 宗 counts cases, and a subject may have several."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Listing:
    """One case: a subject on a list, ``[listed_on, removed_on)``; None: unknown, and still listed."""

    subject: str
    listed_on: dt.date | None
    removed_on: dt.date | None

    def stands(self, day: dt.date) -> bool:
        """Whether the case is on the list on a day."""
        begun = self.listed_on is None or self.listed_on <= day
        return begun and (self.removed_on is None or day < self.removed_on)


@dataclass(frozen=True)
class ListingCounts:
    """Both counts of one list.

    Parameters
    ----------
    cases_listed, subjects_listed : int
        On the list on the day.
    cases_removed : int
        Cases that left it in the period.
    subjects_left : int
        Subjects with such a case that are on the list with no other at the period's end.
    subjects_remaining : int
        Subjects with such a case that another case keeps on the list.
    """

    cases_listed: int
    subjects_listed: int
    cases_removed: int
    subjects_left: int
    subjects_remaining: int


def count_listings(
    listings: Iterable[Listing], day: dt.date, since: dt.date, until: dt.date
) -> ListingCounts:
    """Count a list by cases and by subjects.

    Parameters
    ----------
    listings : iterable of Listing
    day : date
        For who is listed.
    since, until : date
        Half-open period for who left.

    Notes
    -----
    A subject leaves with its last case only. O(cases).
    """
    by_subject: defaultdict[str, list[Listing]] = defaultdict(list)
    for each in listings:
        by_subject[each.subject].append(each)
    removed = {
        subject: sum(each.removed_on is not None and since <= each.removed_on < until for each in cases)
        for subject, cases in by_subject.items()
    }
    moved = [subject for subject, count in removed.items() if count]
    last = until - dt.timedelta(days=1)
    kept = sum(any(each.stands(last) for each in by_subject[subject]) for subject in moved)
    standing = {s: sum(each.stands(day) for each in cases) for s, cases in by_subject.items()}
    return ListingCounts(
        sum(standing.values()),
        sum(count > 0 for count in standing.values()),
        sum(removed.values()),
        len(moved) - kept,
        kept,
    )
