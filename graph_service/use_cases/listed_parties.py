"""Everybody whom a view shows on a list, ready to be searched."""

from __future__ import annotations

from algorithms.projection import View
from graph_service.use_cases.known_parties import known_parties
from loaders.identity.screening import Entry, Lists


def listed_parties(view: View) -> Lists:
    """Put everybody together whom the view shows on a list of that day. O(list entries + parties)."""
    p = view.projection
    first, last = p.spans["ListMembership"]
    edges, places = p.edges["SUBJECT_OF"], view.positions("SUBJECT_OF")
    ends = edges.end[places]
    listed = [
        (int(edges.start[place]), entry)
        for place in places[(ends >= first) & (ends < last)].tolist()
        if (entry := _entry(view, place)) is not None
    ]
    parties = known_parties(view, (at for at, _ in listed))
    return Lists.of(parties, ((p.ids[at], entry) for at, entry in listed))


def _entry(view: View, place: int) -> Entry | None:
    """Return an entry that is in force on the day: one that was removed may neither be shown nor used."""
    p = view.projection
    at = int(p.edges["SUBJECT_OF"].end[place])
    row = p.frames["ListMembership"].row(at - p.spans["ListMembership"][0], named=True)
    since, until = row["listed_on"], row["removed_on"]
    if (since and since > view.as_of) or (until and until <= view.as_of):
        return None
    fact = p.fact("SUBJECT_OF", place)
    return Entry(
        p.ids[at], fact.id, row["list_kind"], row["authority"], row["document_no"], since, until, fact.run
    )
