"""Persons and families 自然人、亲属: the people in business first, then the residents of each household."""

from __future__ import annotations

from loaders.city.draw import Dice
from loaders.city.names import person_name
from loaders.city.site import Site
from loaders.city.spec import DEMO_PERSONS

_KIN = ("SPOUSE", "CHILD", "PARENT")
_FAMILY_EVERY = 8


def write_people(site: Site) -> None:
    """Write every person, and who is whose kin: ``relative`` is the ``kin`` (spouse, child …) of ``person``."""
    names, families = Dice(site.seed, "names"), Dice(site.seed, "families")
    for index in range(site.spec.persons):
        word = names.word(index)
        # people of one household share a surname, but for the spouse (position 1)
        shared = index >= site.spec.business and site.ids.position(index) != 1
        surname = families.word(site.ids.household_of(index)) if shared else word >> 32
        kind = "persons" if index < site.spec.business else "residents"
        site.put(kind, name=person_name(word, surname), identity_number=site.ids.identity_number(index))
    _write_business_families(site)
    for household in range(site.spec.households):
        head, *others = site.ids.members(household)
        for relative, kin in zip(others, _KIN, strict=False):
            _kin(site, head, relative, kin)


def _write_business_families(site: Site) -> None:
    """Some who are in business are married to each other, or siblings."""
    for first in range(DEMO_PERSONS, site.spec.business - 2, _FAMILY_EVERY):
        _kin(site, first, first + 1, "SPOUSE")
        _kin(site, first, first + 2, "SIBLING")


def _kin(site: Site, person: int, relative: int, kin: str) -> None:
    ids = site.ids
    site.put("families", person=ids.identity_number(person), relative=ids.identity_number(relative), kin=kin)
