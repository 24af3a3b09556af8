"""Made-up registers of parties, named as the synthetic city names them: most with an identifier, some written a second time."""

from __future__ import annotations

import random
from typing import Final

from loaders.city.names import COUNTIES, INDUSTRIES, PLACE_FIRST, brand, person_name
from loaders.identity.matching import Company, Party, Person
from schema.identifiers.uscc import make_uscc

_AGAIN: Final = 5
"""Every so many companies, one is the one before it without its code, spelled otherwise."""


def parties(count: int, seed: int = 0) -> list[Party]:
    """Make a register: three companies to two people, a third of whom have no identity number.

    Parameters
    ----------
    count : int
        Counties grow with it, as in a country, so that a name does not become more common than it is.
    """
    draw = random.Random(seed)
    companies = count * 3 // 5
    names = [_name(draw, max(1, count // 20_000)) for _ in range(companies)]
    people = (_person(at, draw) for at in range(count - companies))
    return [*(_company(at, names) for at in range(companies)), *people]


def _name(draw: random.Random, regions: int) -> str:
    county = draw.choice(COUNTIES) + draw.choice(PLACE_FIRST[:regions])
    return f"{county}县{brand(draw.getrandbits(64))}{draw.choice(INDUSTRIES).word}"


def _company(at: int, names: list[str]) -> Company:
    if at % _AGAIN == 1:
        return Company(f"E:other:{at}", names[at - 1] + "有限责任公司")
    code = make_uscc("91", "441200", f"{at:08d}")
    return Company(f"E:{code}", names[at] + "有限公司", code)


def _person(at: int, draw: random.Random) -> Person:
    name = person_name(draw.getrandbits(64), draw.getrandbits(16))
    node = f"P:other:{at}" if at % 3 == 0 else f"P:1:{at:032x}"
    return Person(node, name, birth_year=1940 + draw.randrange(65))
