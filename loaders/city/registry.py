"""Ids as pure functions of an index: any file may name any party without a table of them all.

Nobody real can be meant: organisation codes start with X, and the six-digit county codes 441241-441250 lie in the
range of counties 县 of a real city but were never given out, so no identity number can start with one.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from loaders.city.draw import Dice
from loaders.city.profiles import FORMS, form_of
from loaders.city.spec import DIVISIONS_PER_PARENT, SOURCE, CitySpec, residents
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc

_CACHED = 1 << 16
_ADULT, _CHILD, _ELDER = (
    (date(1958, 1, 1), 10_957),
    (date(1996, 1, 1), 6_571),
    (date(1936, 1, 1), 6_577),
)  # first birthday and number of days, without common factor with _STEP
_STEP = 7919
_POSITIONS = ((0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2), (3, 3))
_BORN = (_ADULT, _ADULT, _CHILD, _ELDER)


class Registry:
    """Codes of everybody in the city. O(1) each, and a bounded cache."""

    def __init__(self, spec: CitySpec, seed: int) -> None:
        self.spec, self.seed = spec, seed
        self._form, self._home = Dice(seed, "form"), Dice(seed, "home")
        self._shift = Dice(seed, "codes").below(0, 10**7)
        self._sex = Dice(seed, "sex")
        self.enterprise = lru_cache(_CACHED)(self._enterprise)
        self.identity_number = lru_cache(_CACHED)(self._identity_number)

    def form(self, index: int) -> str:
        """Return the name of the legal form (a key of `profiles.FORMS`) of an enterprise."""
        return form_of(self.spec, self._form, index)

    def _enterprise(self, index: int) -> str:
        """Return the USCC of an enterprise."""
        serial = (index * 48_271 + self._shift) % 10**7
        return make_uscc(FORMS[self.form(index)].uscc_class, self.county(index), f"X{serial:07d}")

    def special(self, family: str, index: int) -> str:
        """Return the USCC of a bank (B), authority (A), dirty row (D) or of nobody at all (N)."""
        return make_uscc("11" if family == "A" else "91", self.county(index), f"X{family}{index:06d}")

    def bank(self, index: int) -> str:
        """Return the USCC of a bank."""
        return self.special("B", index)

    def authority(self, index: int) -> str:
        """Return the USCC of the authority in an enterprise's county."""
        return self.special("A", self.county_number(index))

    def _identity_number(self, index: int) -> str:
        """Return the identity number of a person; distinct for distinct indices."""
        first, days = _BORN[self.position(index)]
        block, place = divmod(index, days)
        born = first + timedelta(days=place * _STEP % days)
        return make_resident_id(self.county(index), born, 2 * block + self._sex.below(index, 2))

    def position(self, person: int) -> int:
        """Return a resident's place in the household: 0 head, 1 spouse, 2 child, 3 parent; 0 for others."""
        resident = person - self.spec.business
        return _POSITIONS[resident % 10][1] if resident >= 0 else 0

    def household_of(self, person: int) -> int:
        """Return the household of a resident."""
        resident = person - self.spec.business
        return resident // 10 * 4 + _POSITIONS[resident % 10][0]

    def members(self, household: int) -> range:
        """Return the people of a household, its head first."""
        first = self.spec.business + residents(household)
        return range(first, first + household % 4 + 1)

    def company_id(self, index: int) -> str:
        """Return an enterprise's id as a reference to a party."""
        return f"E:{self.enterprise(index)}"

    def bank_id(self, index: int) -> str:
        """Return a bank's id as a reference to a party."""
        return f"E:{self.bank(index)}"

    def person_id(self, index: int) -> str:
        """Return a person as a reference to a party: the prefix and the number, which the loader makes a pseudonym."""
        return f"P:{self.identity_number(index)}"

    def household_id(self, index: int) -> str:
        """Return a household's id as a reference to a party."""
        return f"H:{SOURCE}:{household_record(index)}"

    def village(self, index: int) -> int:
        """Return the village of an enterprise or household."""
        return self._home.below(index, self.spec.villages)

    def county(self, index: int) -> str:
        """Return the six-digit county of an enterprise, bank or person."""
        return county_code(self.county_number(index))

    def county_number(self, index: int) -> int:
        """Return the county of an enterprise, bank or person as an index."""
        return self.village(index) // DIVISIONS_PER_PARENT // DIVISIONS_PER_PARENT


def household_record(index: int) -> str:
    """Return the record id of a household."""
    return f"households-{index + 1:07d}"


def county_code(county: int) -> str:
    """Return the six digits of a county, from the unused numbers of 4412."""
    return f"{441241 + county}"


def town_code(town: int) -> str:
    """Return nine digits: of thirteen towns one street 街道, eight towns 镇 and four townships 乡."""
    county, place = divmod(town, DIVISIONS_PER_PARENT)
    number = 1 if place == 0 else 99 + place if place < 9 else 191 + place
    return f"{county_code(county)}{number:03d}"


def village_code(village: int) -> str:
    """Return twelve digits: of thirteen villages two residents' 居民委员会 and eleven village committees 村民委员会."""
    town, place = divmod(village, DIVISIONS_PER_PARENT)
    return f"{town_code(town)}{place + 1 if place < 2 else 198 + place:03d}"
