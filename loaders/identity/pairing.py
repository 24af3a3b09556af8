"""Which pairs of a whole register are compared: every one that can come to a proposal, and hardly any other.

Blocks of :mod:`loaders.identity.name_keys` are split by what a proposal needs besides the brand: the same branch, industries
and regions that do not contradict each other, for people one attribute that agrees. So the work is that of the proposals,
however common a brand is. A block in which a party has more than ``MOST`` others left is crowded: those nearest to it (same
region first, then in order) are compared, and the rest is counted under the block's key, never dropped in silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from loaders.identity.blocking import identifier_keys, read_names
from loaders.identity.company_features import Bearers, may_be_one, may_hold_county, places_agree
from loaders.identity.company_names import CompanyName
from loaders.identity.matching import Company, Party, Person, characters, person_keys
from loaders.identity.name_keys import asked, owned, sounds
from loaders.identity.spelling import is_latin
from schema.identifiers.names import Places

MOST: Final = 200
"""Parties that one party is compared with in one block: more than a person could judge."""


@dataclass(frozen=True)
class Crowded:
    """A block that was not compared whole.

    Parameters
    ----------
    key : str
        What its parties have in common.
    pairs : int
        How many of its pairs were not compared in it; one may have been in another block.
    """

    key: str
    pairs: int


class _Read(NamedTuple):
    """A name as a block keeps it: what it says besides its region, and the region."""

    facet: CompanyName
    places: tuple[Places, ...]


_Group = tuple[tuple[Places, ...], bool]
"""Region, and whether its parties are named by an identifier: a block tells no more apart."""
_Block = dict[CompanyName | None, dict[_Group, list[int]]]


class Pairing:
    """A register in blocks.

    Parameters
    ----------
    parties : sequence of Party
    coded : sequence of bool
        For each, whether its node is named by its identifier: two such are never one.

    Notes
    -----
    Memory O(parties); ``near`` O(``MOST`` x blocks of the party + industries and regions that share its brand).
    """

    def __init__(self, parties: Sequence[Party], coded: Sequence[bool]) -> None:
        self._parties = parties
        self._left_out: Counter[str] = Counter()
        self._names = [read_names(party) for party in parties]
        self._two_scripts = len({*_scripts(parties, self._names)}) > 1
        self._blocks: dict[str, _Block] = {}
        for at, is_coded in enumerate(coded):
            for key, read in self._own(at):
                facet, places = read or (None, ())
                groups = self._blocks.setdefault(key, {}).setdefault(facet, {})
                groups.setdefault((places, is_coded), []).append(at)

    @property
    def bearers(self) -> Bearers:
        """How common the brands of the register are. O(parties)."""
        return Bearers(self._names)

    @property
    def crowded(self) -> tuple[Crowded, ...]:
        """The blocks that were too large for what was asked so far, the largest first."""
        return tuple(Crowded(*each) for each in sorted(self._left_out.items(), key=lambda e: (-e[1], e[0])))

    def near(self, at: int) -> list[int]:
        """Return whom to compare a party with: those with identifiers, and of the others those after it, each pair once."""
        found: set[int] = set()
        for key, read in self._asked(at):
            if block := self._blocks.get(key):
                found.update(self._some(key, at, _fitting(block, read)))
        return sorted(found - {at})

    def _some(self, key: str, at: int, groups: Iterable[tuple[bool, list[int]]]) -> Iterator[int]:
        room = MOST
        for coded, group in groups:
            begin = 0 if coded else bisect_right(group, at)
            yield from group[begin : begin + room]
            left = len(group) - begin
            if left > room:
                self._left_out[key.partition("|")[0]] += left - room
            room = max(room - left, 0)

    def _own(self, at: int) -> Iterator[tuple[str, _Read | None]]:
        yield from ((key, None) for key in self._otherwise(self._parties[at], turned=False))
        for name in self._names[at]:
            read = _Read(replace(name, places=()), name.places)
            yield from ((key, read) for key in {*owned(name)})
            yield from ((f"{name.latin} {key}", read) for key in self._sounds(name))

    def _asked(self, at: int) -> Iterator[tuple[str, _Read | None]]:
        yield from ((key, None) for key in self._otherwise(self._parties[at], turned=True))
        for name in self._names[at]:
            read = _Read(replace(name, places=()), name.places)
            yield from ((key, read) for key in {*asked(name)})
            yield from ((f"{not name.latin} {key}", read) for key in self._sounds(name))

    def _otherwise(self, party: Party, *, turned: bool) -> Iterator[str]:
        """Yield identifiers of companies, and for people each spelling with each attribute, as the other script has it too.

        A name alone is never proposed (S3-24).
        """
        if isinstance(party, Company):
            yield from identifier_keys(party)
            return
        latin = is_latin(party.name)
        sounds = person_keys(party.name) if latin or self._two_scripts else frozenset[str]()
        spelled = sounds if latin else {characters(party.name)}
        keys = [f"person {key}" for key in spelled]
        keys += [f"{latin is not turned} person {key}" for key in sounds if self._two_scripts]
        yield from (f"{key}|{said}" for key in keys for said in _attributes(party))

    def _sounds(self, name: CompanyName) -> set[str]:
        """Sounds are read only where they can help: a register in one script needs none."""
        return {*sounds(name)} if self._two_scripts else set()


def _fitting(block: _Block, read: _Read | None) -> Iterator[tuple[bool, list[int]]]:
    """Yield the groups of a block that may go with a name, those of its own region first."""
    if read is None:
        yield from ((coded, group) for groups in block.values() for (_, coded), group in groups.items())
        return
    facets = {facet: groups for facet, groups in block.items() if facet and may_be_one(read.facet, facet)}
    for groups in facets.values():
        yield from (
            (coded, groups[read.places, coded]) for coded in (True, False) if (read.places, coded) in groups
        )
    for facet, groups in facets.items():
        for (places, coded), group in groups.items():
            if places != read.places and _near_by(read, facet, places):
                yield coded, group


def _near_by(read: _Read, facet: CompanyName, places: tuple[Places, ...]) -> bool:
    """Whether regions agree; where a brand may hold a county, only the comparison itself can tell."""
    return may_hold_county(read.facet, facet) or places_agree(read.places, places)


def _scripts(parties: Sequence[Party], names: Iterable[Iterable[CompanyName]]) -> Iterator[bool]:
    """Yield for each name whether it is in Latin letters."""
    yield from (name.latin for some in names for name in some)
    yield from (is_latin(party.name) for party in parties if isinstance(party, Person))


def _attributes(person: Person) -> Iterator[str]:
    if person.birth_year:
        yield f"born {person.birth_year}"
    if person.id_mask:
        yield f"mask {person.id_mask}"
    yield from (f"tie {each}" for each in person.ties)
    yield from (f"contact {each}" for each in person.contacts)
