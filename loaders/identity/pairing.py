"""Which pairs of a whole register are compared: every one that can come to a proposal, and hardly any other.

Blocks of :mod:`loaders.identity.name_keys` are split by what a proposal needs besides the brand: the same branch, industries
and regions that do not contradict each other, for people one attribute that agrees. So the work is that of the proposals,
however common a brand is. A block in which a party has more than ``MOST`` others left is crowded: those nearest to it (same
region first, then in order) are compared, and the rest is counted under the block's key, never dropped in silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from loaders.identity.blocking import identifier_keys, read_names
from loaders.identity.company_features import may_be_one, places_agree
from loaders.identity.company_names import CompanyName
from loaders.identity.matching import Company, Party, Person, person_keys
from loaders.identity.name_keys import asked, owned, sounds
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


@dataclass(frozen=True)
class _Group:
    """Parties of a block that no name tells apart from each other: those named by an identifier, and the others, in order."""

    coded: list[int] = field(default_factory=list)
    plain: list[int] = field(default_factory=list)


_Block = defaultdict[CompanyName | None, defaultdict[tuple[Places, ...], _Group]]


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
        self._blocks: defaultdict[str, _Block] = defaultdict(_block)
        latin = any(name.latin for party in parties for name in read_names(party))
        self._scripts = (True, False) if latin else ()
        for at, party in enumerate(parties):
            for key, name in self._own(party):
                facet, places = (None, ()) if name is None else (replace(name, places=()), name.places)
                group = self._blocks[key][facet][places]
                (group.coded if coded[at] else group.plain).append(at)

    @property
    def crowded(self) -> tuple[Crowded, ...]:
        """The blocks that were too large for what was asked so far, the largest first."""
        return tuple(Crowded(*each) for each in sorted(self._left_out.items(), key=lambda e: (-e[1], e[0])))

    def near(self, at: int) -> list[int]:
        """Return whom to compare a party with: those with identifiers, and of the others those after it, each pair once."""
        found: set[int] = set()
        for key, name in self._asked(self._parties[at]):
            if block := self._blocks.get(key):
                found.update(self._some(key, at, _fitting(block, name)))
        return sorted(found - {at})

    def _some(self, key: str, at: int, groups: Iterable[_Group]) -> Iterator[int]:
        room = MOST
        for group in groups:
            after = bisect_right(group.plain, at)
            whole = len(group.coded) + len(group.plain) - after
            yield from group.coded[:room]
            rest = max(room - len(group.coded), 0)
            yield from group.plain[after : after + rest]
            if whole > room:
                self._left_out[key.partition("|")[0]] += whole - room
            room = max(room - whole, 0)

    def _own(self, party: Party) -> Iterator[tuple[str, CompanyName | None]]:
        yield from _without_names(party)
        for name in read_names(party):
            yield from ((key, name) for key in {*owned(name)})
            yield from ((f"{name.latin} {key}", name) for key in {*sounds(name)} if self._scripts)

    def _asked(self, party: Party) -> Iterator[tuple[str, CompanyName | None]]:
        yield from _without_names(party)
        for name in read_names(party):
            yield from ((key, name) for key in {*asked(name)})
            yield from ((f"{not name.latin} {key}", name) for key in {*sounds(name)} if self._scripts)


def _block() -> _Block:
    return defaultdict(lambda: defaultdict(_Group))


def _fitting(block: _Block, name: CompanyName | None) -> Iterator[_Group]:
    """Yield the groups of a block that may go with a name, those of its own region first."""
    facets = [facet for facet in block if name is None or facet is None or may_be_one(name, facet)]
    own = () if name is None else name.places
    yield from (block[facet][own] for facet in facets if own in block[facet])
    for facet in facets:
        for places, group in block[facet].items():
            if places != own and (facet is None or name is None or _near_by(name, facet, places)):
                yield group


def _near_by(name: CompanyName, facet: CompanyName, places: tuple[Places, ...]) -> bool:
    """Whether regions agree; where the brands differ one may hold a county, and only the comparison itself can tell."""
    return name.brand != facet.brand or places_agree(name.places, places)


def _without_names(party: Party) -> Iterator[tuple[str, None]]:
    """Yield identifiers of companies, and for people each name with each attribute: a name alone is never proposed (S3-24)."""
    if isinstance(party, Company):
        yield from ((key, None) for key in identifier_keys(party))
        return
    keys = person_keys(party.name)
    yield from ((f"person {key}|{said}", None) for key in keys for said in _attributes(party))


def _attributes(person: Person) -> Iterator[str]:
    if person.birth_year:
        yield f"born {person.birth_year}"
    if person.id_mask:
        yield f"mask {person.id_mask}"
    yield from (f"tie {each}" for each in person.ties)
    yield from (f"contact {each}" for each in person.contacts)
