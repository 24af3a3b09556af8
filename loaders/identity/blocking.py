"""Who is worth comparing: parties that share an identifier, the beginning of a brand, or its sound.

A record without an identifier is compared with the parties of its block, and never everybody with everybody: two different
identifiers veto anyhow. Building costs one look at each party, asking one look at the parties of a few blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from loaders.identity.company_features import Bearers
from loaders.identity.company_names import read_company
from loaders.identity.features import Decision, Match
from loaders.identity.matching import Company, Party, Person, match, person_keys
from loaders.identity.spelling import first_readings, is_latin
from schema.errors import IdentifierInvalid

_CHARACTERS: Final = 2
_LETTERS: Final = 5


@dataclass(frozen=True)
class Candidate:
    """A party that may be the one who is asked about, and why."""

    party: Party
    match: Match


class Index:
    """Parties by the keys of their blocks.

    Parameters
    ----------
    parties : sequence of Party
        Companies and people.
    """

    def __init__(self, parties: Sequence[Party]) -> None:
        self._parties = parties
        self._blocks = _blocks(parties, _keys)

    @cached_property
    def bearers(self) -> Bearers:
        """How common the brands of these parties are. O(n) the first time."""
        return Bearers(name for party in self._parties for name in _names(party))

    @cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        """Blocks by sound: only for questions in Latin letters, so they are built when the first one comes."""
        return _blocks(self._parties, _sounds)

    def candidates(self, asked: Party) -> list[Candidate]:
        """Compare a party with those of its blocks; best first, ties by evidence, then by id."""
        found = [
            Candidate(self._parties[at], match(asked, self._parties[at], self.bearers))
            for at in sorted(self._near(asked))
        ]
        return ranked(found)

    def _near(self, asked: Party) -> set[int]:
        near = {at for key in (*_keys(asked), *_sounds(asked)) for at in self._blocks.get(key, ())}
        if any(is_latin(name) for name in _names(asked)):
            near |= {at for key in _sounds(asked) for at in self._by_sound.get(key, ())}
        return {at for at in near if type(self._parties[at]) is type(asked)}


def ranked(found: Iterable[Candidate]) -> list[Candidate]:
    """Order candidates: by decision, score, evidence, and last by id, so that equal input gives equal order."""
    strength = tuple(Decision).index
    return sorted(
        found,
        key=lambda c: (-strength(c.match.decision), -c.match.score, -c.match.evidence, c.party.id),
    )


def _blocks(parties: Sequence[Party], keys_of: Callable[[Party], Iterable[str]]) -> dict[str, list[int]]:
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for at, party in enumerate(parties):
        for key in {*keys_of(party)}:
            blocks[key].append(at)
    return dict(blocks)


def _keys(party: Party) -> Iterator[str]:
    """Return the keys of a party's own blocks: identifiers, the beginning of a brand, a person's name in any order."""
    if isinstance(party, Person):
        yield f"id:{party.id}"
        yield from (f"pn:{key}" for key in person_keys(party.name))
        return
    yield from (f"uscc:{code}" for code in (party.uscc,) if code)
    yield from (f"lei:{code}" for code in (party.lei,) if code)
    for brand in _brands(party):
        yield from _begins(brand) if is_latin(brand) else (f"br:{brand[:_CHARACTERS]}",)


def _sounds(party: Party) -> Iterator[str]:
    """Return the keys of the blocks of those who sound alike."""
    if isinstance(party, Company):
        for brand in _brands(party):
            yield from _begins(brand)


def _begins(brand: str) -> Iterator[str]:
    return (f"py:{said}" for said in first_readings(brand.lower(), _LETTERS))


def _brands(company: Company) -> frozenset[str]:
    return frozenset(brand for name in _names(company) if (brand := _brand(name)))


def _brand(name: str) -> str:
    try:
        return read_company(name).brand
    except IdentifierInvalid:
        return ""


def _names(party: Party) -> tuple[str, ...]:
    former = party.former_names if isinstance(party, Company) else ()
    return tuple(name for name in (party.name, *former) if name)
