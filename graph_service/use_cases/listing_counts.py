"""How many are on a list, and how many left it: by cases and by subjects (S4-13, trap T17)."""

from __future__ import annotations

import datetime as dt

from algorithms.listing_counts import Listing, ListingCounts, count_listings
from graph_service.asking import Asking
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
    p, view = asking.projection, asking.view
    first, last = p.spans["ListMembership"]
    frame = p.frames["ListMembership"]
    places = view.positions("SUBJECT_OF")
    edges = p.edges["SUBJECT_OF"]
    cases = (
        (int(edges.start[place]), int(edges.end[place]) - first)
        for place in places
        if first <= edges.end[place] < last
    )
    kinds, listed, removed = frame["list_kind"], frame["listed_on"], frame["removed_on"]
    # Two statements of one case are one case.
    distinct = {each for each in cases if kinds[each[1]] == kind and asking.may_look_at(each[0])}
    found = (Listing(p.ids[subject], listed[case], removed[case]) for subject, case in distinct)
    return count_listings(found, asking.as_of, since, until)
