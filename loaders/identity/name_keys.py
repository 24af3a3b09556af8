"""The keys of blocks: what two parties have in common at the least when a comparison can come to anything.

A party has keys of its own and asks for keys. For two companies whose brands are equal, sound alike or are close, one asks for
a key that the other owns, and the other way round; a test holds that against comparing everybody with everybody. The keys are
as narrow as that allows: a whole brand rather than its beginning, two whole syllables rather than a number of letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from loaders.identity.company_features import LONG_ENOUGH, SHORTEST, placed_brands, village_of
from loaders.identity.company_names import CompanyName
from loaders.identity.spelling import readings

_LONGEST_SOUND: Final = 12
"""Letters of the two longest syllables: zhuangzhuang."""


def owned(name: CompanyName) -> Iterator[str]:
    """Yield the keys under which a name is found by names of its own script."""
    yield from _spelled(name)
    if not name.latin:
        yield from (f"begins {begun}" for begun in _beginnings(name.brand))


def asked(name: CompanyName) -> Iterator[str]:
    """Yield the keys that a name asks for among names of its own script."""
    yield from _spelled(name)
    if not name.latin:
        yield from (f"is {begun}" for begun in _beginnings(name.brand))
        yield f"begins {name.brand}"


def sounds(name: CompanyName) -> Iterator[str]:
    """Yield the keys that a name shares with names of the other script: two syllables, or what may be two syllables."""
    if name.latin:
        yield from {f"sounds {name.brand[:n]}" for n in range(1, _LONGEST_SOUND + 1)}
        return
    spoken = [options for options in readings(name.brand) if any(options)][:SHORTEST]
    yield from (f"sounds {''.join(said)[:_LONGEST_SOUND]}" for said in product(*spoken))


def _spelled(name: CompanyName) -> Iterator[str]:
    yield f"is {name.brand}"
    yield from (f"is {brand}" for brand in placed_brands(name))
    if name.latin:
        yield from _halves(name.brand)
    elif village := village_of(name.brand):
        yield from (f"village {place}" for place in {village, name.brand})


def _beginnings(brand: str) -> Iterator[str]:
    """Yield what a close brand may consist of: the rest may be an industry, of two characters at least."""
    return (brand[:n] for n in range(SHORTEST, len(brand) - SHORTEST + 1))


def _halves(brand: str) -> Iterator[str]:
    """Yield halves: of two Latin brands that are a letter apart, either the first halves or the second ones are equal."""
    if len(brand) >= LONG_ENOUGH:
        for half in {len(brand) // 2, (len(brand) - 1) // 2}:
            yield f"first {brand[:half]}"
            yield f"last {brand[-half:]}"
