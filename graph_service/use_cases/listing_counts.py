"""How many are on a list, and how many left it: by cases and by subjects (S4-13, trap T17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from algorithms.listing_counts import Listing, ListingCounts, count_listings
from algorithms.walks.links import ending_at
from graph_service.asking import Asking
from graph_service.use_cases.listed_parties import LISTINGS
from schema.errors import InputError


def listing_counts(asking: Asking, kind: str, since: dt.date, until: dt.date) -> ListingCounts:
    """Count a list on the day, and who left it in the period ``[since, until)``, by what the caller may see.

    Raises
    ------
    InputError
        The period holds no day.
    """
    if since >= until:
        raise InputError("The period ends before it begins: `to` is the first day after it.")
    found = (each for label in LISTINGS for each in _cases(asking, label, kind))
    return count_listings(found, asking.as_of, since, until)


def _cases(asking: Asking, label: str, kind: str) -> Iterator[Listing]:
    """Return the cases of one list; two statements of one case are one case."""
    p, which = asking.projection, LISTINGS[label][0]
    first, frame, edges = p.spans[label][0], p.frames[label], p.edges["SUBJECT_OF"]
    places = ending_at(asking.view, "SUBJECT_OF", label)
    stated = set(zip(edges.start[places].tolist(), (edges.end[places] - first).tolist(), strict=True))
    kinds, listed, removed = frame[which], frame["listed_on"], frame["removed_on"]
    for subject, case in stated:
        if kinds[case] == kind:
            yield Listing(p.ids[subject], listed[case], removed[case])
