"""Everybody whom a view shows on a list, ready to be searched."""

from __future__ import annotations

from typing import Final

from algorithms.projection import View
from algorithms.walks.links import ending_at
from graph_service.use_cases.known_parties import known_parties
from loaders.identity.screening import Entry, Lists

# Label of a listing -> its columns for which list it is and for the paper that says so. The risk databases are lists too,
# for whoever may see them (S2-18).
LISTINGS: Final = {"ListMembership": ("list_kind", "document_no"), "RiskListing": ("database", None)}


def listed_parties(view: View) -> Lists:
    """Put everybody together whom the view shows on a list of that day. O(list entries + parties)."""
    p = view.projection
    edges = p.edges["SUBJECT_OF"]
    listed = [
        (int(edges.start[place]), entry)
        for label in LISTINGS
        for place in ending_at(view, "SUBJECT_OF", label).tolist()
        if (entry := _entry(view, label, place)) is not None
    ]
    parties = known_parties(view, (at for at, _ in listed))
    return Lists.of(parties, ((p.ids[at], entry) for at, entry in listed))


def _entry(view: View, label: str, place: int) -> Entry | None:
    """Return an entry that is in force on the day: one that was removed may neither be shown nor used."""
    p, (which, paper) = view.projection, LISTINGS[label]
    at = int(p.edges["SUBJECT_OF"].end[place])
    row = p.frames[label].row(at - p.spans[label][0], named=True)
    since, until = row["listed_on"], row["removed_on"]
    if (since and since > view.as_of) or (until and until <= view.as_of):
        return None
    fact = p.fact("SUBJECT_OF", place)
    document = row[paper] if paper else None
    return Entry(p.ids[at], fact.id, row[which], row["authority"], document, since, until, fact.run)
