"""How large a city is: four counts, and everything that is derived from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from schema.errors import InputError

SOURCE = "city"
"""The source name under which a city is loaded; it is part of the ids of households and agreements."""

DEMO_ENTERPRISES = 10
DEMO_PERSONS = 16
DEMO_HOUSEHOLDS = 4
RESIDENTS_PER_FOUR_HOUSEHOLDS = 10
DIVISIONS_PER_PARENT = 13  # towns of a county, villages of a town
_MOST_ENTERPRISES = 1_000_000
_MOST_PERSONS = 3_200_000
_PARTIES_PER_ENTERPRISE = 0.3


@dataclass(frozen=True)
class CitySpec:
    """The size of a synthetic city.

    Parameters
    ----------
    enterprises : int
        30 to 1,000,000, without banks and authorities.
    persons : int
        All people: the residents of households and those in business.
    households : int
        Farm households 农户; sizes 1, 2, 3, 4 in turn.
    programmes : int
        1+N programmes 整链授信项目, at most one per 30 enterprises.
    dirty : int
        How many rows of each planted defect.
    as_of : datetime.date
        The day on which the city is looked at: no fact is later (due dates apart), and nothing reads the clock.

    Raises
    ------
    InputError
        When the counts do not fit together.
    """

    enterprises: int
    persons: int
    households: int
    programmes: int = 1
    dirty: int = 1
    as_of: date = date(2026, 11, 1)

    def __post_init__(self) -> None:
        for wrong, advice in (
            (not 30 <= self.enterprises <= _MOST_ENTERPRISES, "A city has 30 to 1,000,000 enterprises."),
            (self.households < 20, "A city has at least 20 households."),
            (
                not 0 < self.programmes <= self.enterprises // 30,
                "A programme needs 30 enterprises; ask for fewer.",
            ),
            (self.dirty < 0, "The number of dirty rows is not negative."),
            (
                self.business < 2 * DEMO_PERSONS,
                f"{self.residents} residents leave too few people in business.",
            ),
            (self.persons > _MOST_PERSONS, "A city has at most 3,200,000 people: ask for fewer households."),
        ):
            if wrong:
                raise InputError(f"{advice} Asked for: {self}.")

    @classmethod
    def village(cls) -> CitySpec:
        """30 enterprises, 100 households and every demo case."""
        return cls(enterprises=30, persons=residents(100) + 60, households=100)

    @classmethod
    def county(cls) -> CitySpec:
        """5,000 enterprises, 8,000 people, 2,000 households: made and loaded in seconds."""
        return cls.of(5000)

    @classmethod
    def of(cls, enterprises: int, households: int | None = None) -> CitySpec:
        """Scale everything to a number of enterprises; ``of(6943, 621_000)`` is the size of Zhaoqing (S1-45)."""
        homes = max(40, enterprises * 2 // 5) if households is None else households
        return cls(
            enterprises=enterprises,
            persons=residents(homes) + max(60, enterprises * 3 // 5),
            households=homes,
            programmes=max(1, enterprises // 250),
            dirty=max(1, min(100, enterprises // 1000)),
        )

    @property
    def residents(self) -> int:
        """People who live in the households."""
        return residents(self.households)

    @property
    def business(self) -> int:
        """People in business: person indices 0 to this; residents follow."""
        return self.persons - self.residents

    @property
    def banks(self) -> int:
        """Banks 银行, three to twenty."""
        return min(20, 3 + self.enterprises // 1000)

    @property
    def villages(self) -> int:
        """Villages: about 1,340 for 621,000 households, as in Zhaoqing, and never fewer than 25 households each."""
        return max(3, min(self.households // 25, round(1.7 * math.sqrt(self.households)), 1690))

    @property
    def towns(self) -> int:
        """Towns, of up to 13 villages."""
        return -(-self.villages // DIVISIONS_PER_PARENT)

    @property
    def counties(self) -> int:
        """Counties, of up to 13 towns."""
        return -(-self.towns // DIVISIONS_PER_PARENT)

    @property
    def cluster(self) -> range:
        """Enterprises of the large strongly connected component of ownership."""
        first = DEMO_ENTERPRISES + self.programmes - 1
        return range(first, first + max(4, min(457, self.enterprises // 250)))

    @property
    def ordinary(self) -> range:
        """Enterprises without a part in a demo case, a programme's core or the cluster."""
        return range(self.cluster.stop, self.enterprises)

    @property
    def guarantee_parties(self) -> int:
        """Parties of the guarantee network."""
        return max(14, int(self.enterprises * _PARTIES_PER_ENTERPRISE))

    def core(self, programme: int) -> int:
        """Return the enterprise index of a programme's core."""
        return 0 if programme == 0 else DEMO_ENTERPRISES + programme - 1


def residents(households: int) -> int:
    """Return how many people live in the first `households` households (sizes 1, 2, 3, 4 in turn)."""
    return RESIDENTS_PER_FOUR_HOUSEHOLDS * (households // 4) + (0, 1, 3, 6)[households % 4]
