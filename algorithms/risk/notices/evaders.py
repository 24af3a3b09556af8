"""Debt evaders 恶意逃废债 (S3-10): which live listings a lender is told of when he looks at a party.

An enterprise shows the listing of itself, of who controls it (more than the line of votes, seats or final shares), of
its legal representative, and of every other enterprise that it or one of these runs. So a new enterprise set up by a listed
evader shows the notice from its first day, and no longer once he is removed from the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.projection import View
from algorithms.risk.notices.backers import Backers, Backing, Ground
from algorithms.risk.notices.listings import judged, listings
from algorithms.rules import Governing
from algorithms.walks.links import Place
from schema.rulebook import Rule

BOOK = "notices"


@dataclass(frozen=True)
class Notice:
    """One listing, shown at a party for one reason.

    Attributes
    ----------
    rule : Rule
        With its citation.
    ground : Ground
    listed, record : int
        Who is on the list, and the record that says so.
    through : int or None
        For a fellow enterprise, who runs both (the party itself where it runs the listed one).
    places : tuple of Place
        The listing first, then the facts that lead from the listed one to the party.
    """

    rule: Rule
    ground: Ground
    listed: int
    record: int
    through: int | None
    places: tuple[Place, ...]


def notices(view: View, party: int, governing: Governing) -> tuple[Notice, ...]:
    """Return every notice that a party shows, strongest ground first, then by the record.

    Parameters
    ----------
    view : View
    party : int
        Any party; a farm household shows the listing of its head.
    governing : Governing
        The rulebook ``notices`` on the view's day.

    Notes
    -----
    Listings and who runs the listed ones are found once per view; then one solve and one fixpoint per holder of a
    majority upstream of the party.
    """
    backers = Backers(view, float(governing.constant("control_ratio")))
    live = _live(view, governing)
    if live.is_empty():
        return ()
    running = backers.of(np.array([party]))[party]
    found = [
        *_shown(governing, live, Ground.ITSELF, {party: ()}),
        *(
            notice
            for ground in (Ground.CONTROLLER, Ground.LEGAL_REPRESENTATIVE)
            for notice in _shown(
                governing,
                live,
                ground,
                {b: backers.places(b, party, ground) for b, by in running.items() if ground in by},
            )
        ),
        *_fellows(governing, live, backers, party),
    ]
    return tuple(found)


def _live(view: View, governing: Governing) -> pl.DataFrame:
    """Every listing at every ground, with the rule that fires there."""
    key = (BOOK, governing.rulebook.version)
    return view.once(key, lambda view: judged(view, governing, _at_every_ground(listings(view))))


def _at_every_ground(listed: pl.DataFrame) -> pl.DataFrame:
    return listed.join(pl.DataFrame({"ground": [str(g) for g in Ground]}), how="cross")


def _shown(
    governing: Governing, live: pl.DataFrame, ground: Ground, ways: dict[int, Iterable[Place]]
) -> Iterator[Notice]:
    rules = {rule.id: rule for rule in governing.rules}
    for row in _at(live, ground, list(ways)).iter_rows(named=True):
        places = (("SUBJECT_OF", row["place"]), *ways[row["party"]])
        yield Notice(
            rules[row["rule"]], ground, row["party"], row["record"], None, tuple(dict.fromkeys(places))
        )


def _fellows(governing: Governing, live: pl.DataFrame, backers: Backers, party: int) -> Iterator[Notice]:
    """Listed enterprises that the party, or who runs it, runs; who runs the party himself is told of before."""
    rules = {rule.id: rule for rule in governing.rules}
    own = {**backers.of(np.array([party]))[party], party: ()}
    runs = _listed_and_who_runs_them(governing, live, backers)
    common = {f: sorted(own.keys() & by.keys()) for f, by in runs.items() if f not in own}
    for row in _at(live, Ground.FELLOW, [f for f, both in common.items() if both]).iter_rows(named=True):
        fellow = row["party"]
        ways = {
            through: [
                ("SUBJECT_OF", row["place"]),
                *backers.places(through, fellow, runs[fellow][through][0]),
                *(backers.places(through, party, own[through][0]) if own[through] else ()),
            ]
            for through in common[fellow]
        }
        # A holding in between runs both as its own controller does: the shortest account is enough.
        through = min(ways, key=lambda each: (len(ways[each]), each))
        places = tuple(dict.fromkeys(ways[through]))
        yield Notice(rules[row["rule"]], Ground.FELLOW, fellow, row["record"], through, places)


def _listed_and_who_runs_them(governing: Governing, live: pl.DataFrame, backers: Backers) -> Backing:
    listed = (
        live.filter(pl.col("ground") == str(Ground.FELLOW))["party"].unique(maintain_order=True).to_numpy()
    )
    key = (BOOK, "run by", governing.rulebook.version, backers.control_ratio)
    return backers.view.once(key, lambda _: backers.of(listed))


def _at(live: pl.DataFrame, ground: Ground, parties: list[int]) -> pl.DataFrame:
    here = (pl.col("ground") == str(ground)) & pl.col("party").is_in(parties)
    return live.filter(here).sort("party", "record", "place")
