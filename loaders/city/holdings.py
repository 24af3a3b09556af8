"""Who holds how much of an enterprise: people, companies above it, cycles and pyramids."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.city.cases import COMPANIES_HOLD, PERSONS_HOLD
from loaders.city.draw import split
from loaders.city.profiles import LOOP, PARTNERSHIP_OWNED, PYRAMID, RING, slot
from loaders.city.site import Site
from loaders.city.spec import DEMO_ENTERPRISES, DEMO_PERSONS

WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class Ownership:
    """An enterprise's shareholders.

    Parameters
    ----------
    companies, people : tuple of (index, basis points)
        Holders; with `withheld` and the state's share they add up to exactly 10,000.
    withheld : int
        Basis points whose holder the register does not name; 0 when the shares are complete.
    state : bool
        All capital belongs to the county's authority.
    """

    companies: tuple[tuple[int, int], ...] = ()
    people: tuple[tuple[int, int], ...] = ()
    withheld: int = 0
    state: bool = False


class Holdings:
    """Draws the owners of enterprise after enterprise; only earlier companies own later ones, planned cycles apart."""

    def __init__(self, site: Site) -> None:
        self._site, self._spec = site, site.spec
        self._rng = site.stream("holdings")
        self._people = range(DEMO_PERSONS, site.spec.business)

    def of(self, index: int, form: str) -> Ownership | None:
        """Return the owners of an enterprise, None for a form that has no shares."""
        if index < DEMO_ENTERPRISES:
            return Ownership(COMPANIES_HOLD.get(index, ()), PERSONS_HOLD[index])
        if form in ("PARTNERSHIP", "COLLECTIVE"):
            return None
        if form == "SOLE_TRADER":
            return Ownership(people=self._crowd(1, WHOLE))
        if form == "COOPERATIVE":
            return Ownership(people=self._crowd(self._rng.randint(5, 8), WHOLE))
        if planned := self._planned(index):
            return Ownership(planned, self._crowd(2, WHOLE - sum(bp for _, bp in planned)))
        return self._company(index)

    def _planned(self, index: int) -> tuple[tuple[int, int], ...]:
        """Return the companies that the city's plan puts above this one."""
        cluster = self._spec.cluster
        if index in cluster:
            place = index - cluster.start
            return tuple((cluster[(place - back) % len(cluster)], bp) for back, bp in ((1, 1200), (3, 800)))
        place_in_hundred = slot(self._spec, index)
        if place_in_hundred in RING:
            return ((index + 2 if place_in_hundred == RING[0] else index - 1, 1500),)
        if place_in_hundred == LOOP:
            return ((index, 600),)
        if place_in_hundred == PARTNERSHIP_OWNED:
            return ((index - 1, 3000),)
        return ((index - 1, 6000),) if place_in_hundred in PYRAMID[1:] else ()

    def _company(self, index: int) -> Ownership:
        """Return an ordinary company's owners: 1 % state, 2 % a whole subsidiary, 20 % with a corporate holder."""
        rng, drawn = self._rng, self._rng.random()
        if drawn < 0.01 and index in self._spec.ordinary:
            return Ownership(state=True)
        parent = self._earlier_company(index) if drawn < 0.23 else None
        if parent is None:
            return self._perhaps_incomplete(index, Ownership(people=self._crowd(rng.randint(1, 4), WHOLE)))
        if drawn < 0.03:
            return Ownership(companies=((parent, WHOLE),))
        share = rng.randint(5100, 8000) if drawn < 0.10 else rng.randint(1000, 3500)
        return self._perhaps_incomplete(
            index, Ownership(((parent, share),), self._crowd(rng.randint(1, 3), WHOLE - share))
        )

    def _perhaps_incomplete(self, index: int, whole: Ownership) -> Ownership:
        """Hide the last shareholder of one ordinary company in twelve."""
        if index not in self._spec.ordinary or len(whole.people) < 2 or self._rng.random() > 1 / 12:
            return whole
        return Ownership(whole.companies, whole.people[:-1], withheld=whole.people[-1][1])

    def _earlier_company(self, index: int) -> int | None:
        ordinary = self._spec.ordinary
        if index <= ordinary.start:
            return None
        candidate = self._rng.randrange(ordinary.start, index)
        return candidate if self._site.ids.form(candidate) == "COMPANY" else None

    def _crowd(self, count: int, whole: int) -> tuple[tuple[int, int], ...]:
        """Return `count` different people who share `whole` basis points."""
        people = self._rng.sample(self._people, count)
        return tuple(zip(people, split(self._rng, whole, count), strict=True))
