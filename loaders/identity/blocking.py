"""Who is worth comparing: parties that share an identifier, a brand or what may be one, or its sound.

A record without an identifier is compared with the parties of its blocks, and never everybody with everybody: two different
identifiers veto anyhow. Building costs one look at each party, asking one look at the parties of a few blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from loaders.identity.company_features import Bearers
from loaders.identity.company_names import CompanyName, readable
from loaders.identity.features import Decision, Match
from loaders.identity.matching import Party, Person, match, person_keys
from loaders.identity.name_keys import asked, owned, sounds


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
        self._blocks = _blocks(parties, _own_keys)

    @cached_property
    def bearers(self) -> Bearers:
        """How common the brands of these parties are. O(n) the first time."""
        return Bearers(read_names(party) for party in self._parties)

    @cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        """Names in characters by sound: only for questions in Latin letters, so they are read when the first one comes."""
        return _blocks(self._parties, lambda party: _sound_keys(party, latin=False))

    def candidates(self, about: Party) -> list[Candidate]:
        """Compare a party with those of its blocks; best first, ties by evidence, then by id."""
        found = [
            Candidate(self._parties[at], match(about, self._parties[at], self.bearers))
            for at in sorted(self._near(about))
        ]
        return ranked(found)

    def _near(self, about: Party) -> set[int]:
        keys = {*_asked_keys(about), *_sound_keys(about, latin=False)}
        near = {at for key in keys for at in self._blocks.get(key, ())}
        if by_sound := {*_sound_keys(about, latin=True)}:
            near |= {at for key in by_sound for at in self._by_sound.get(key, ())}
        return {at for at in near if type(self._parties[at]) is type(about)}


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


def _own_keys(party: Party) -> Iterator[str]:
    yield from identifier_keys(party)
    yield from _sound_keys(party, latin=True)
    yield from _person_keys(party)
    yield from (key for name in read_names(party) for key in owned(name))


def _asked_keys(party: Party) -> Iterator[str]:
    yield from identifier_keys(party)
    yield from _person_keys(party)
    yield from (key for name in read_names(party) for key in asked(name))


def _person_keys(party: Party) -> Iterator[str]:
    if isinstance(party, Person):
        yield from (f"person {key}" for key in person_keys(party.name))


def _sound_keys(party: Party, *, latin: bool) -> Iterator[str]:
    """Yield the keys of a company's names of one script under which those of the other script find it."""
    yield from (key for name in read_names(party) if name.latin is latin for key in sounds(name))


def identifier_keys(party: Party) -> Iterator[str]:
    """Yield the keys of identifiers, which decide whatever the names are."""
    if isinstance(party, Person):
        yield f"id {party.id}"
        return
    yield from (f"uscc {code}" for code in (party.uscc,) if code)
    yield from (f"lei {code}" for code in (party.lei,) if code)


def read_names(party: Party) -> tuple[CompanyName, ...]:
    """Return a company's names, former ones included, as far as they can be read; people have none of that kind."""
    if isinstance(party, Person):
        return ()
    names = (party.name, *party.former_names)
    return tuple(name for text in names if (name := readable(text)) is not None)
