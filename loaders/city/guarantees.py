"""A guarantee network with the shape that a bank published of its own, scaled to the city.

Published aggregates (loaders.md): 15,364 guarantees over 19,665 parties; 7,406 components, 6,786 of them pairs, the
largest with 539 parties; 20 cycles, the largest of 7; longest chain 5 on the condensation; 870 zero amounts; 1,057
repeated pairs; median amount 15,750 (its unit is not given; read as yuan here).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from loaders.city.draw import Shuffle
from loaders.city.lending import Lending
from loaders.city.site import Site
from loaders.city.spec import DEMO_HOUSEHOLDS, DEMO_PERSONS

_PARTIES, _PAIRS, _LARGEST, _CYCLES = 19_665, 6_786, 539, 20
_DISTINCT = 15_364 - 1_057
_REPEATED, _ZERO = 1_057 / _DISTINCT, 870 / 15_364
_MORE = 0.78  # tries for an edge beyond the tree, per party: gives 14,307 distinct guarantees at the published size
_LONGEST_CHAIN, _LARGEST_CYCLE = 5, 7
_MEDIAN_YUAN, _SPREAD = 15_750, 1.4
_MOST_IN_ONE = 20_000  # bounds memory in the largest cities


@dataclass(frozen=True)
class Component:
    """A connected part of the network: `size` parties, the first `cycle` of them in a ring, perhaps a long chain."""

    size: int
    cycle: int = 0
    chain: bool = False


def plan(parties: int, rng: Random) -> Iterator[Component]:
    """Yield the components of a network of about so many parties: the largest, the middling ones, the pairs."""
    largest = min(_MOST_IN_ONE, max(_LONGEST_CHAIN + 1, round(parties * _LARGEST / _PARTIES)))
    pairs = min(round(parties * _PAIRS / _PARTIES), (parties - largest - 4) // 2)
    yield Component(largest, chain=True)
    left = parties - largest - 2 * pairs
    cycles = max(1, round(parties * _CYCLES / _PARTIES))
    first = True
    while left >= 3:
        size = min(left, _LARGEST_CYCLE + 2 if first else 3 + int(rng.expovariate(1 / 6)), largest)
        size = left if left - size < 3 and left < largest else size
        ring = _LARGEST_CYCLE if first else rng.choice((2, 2, 2, 3, 4))
        yield Component(size, min(ring, size - 1) if cycles > 0 else 0)
        left, cycles, first = left - size, cycles - 1, False
    yield from (Component(2) for _ in range(pairs))


def edges(part: Component, rng: Random) -> Iterator[tuple[int, int]]:
    """Yield (guarantor, beneficiary) of a component, no pair twice.

    Every party has a level; outside the ring a guarantee leads to a higher level, at most the fifth: so no chain is
    longer and no other cycle exists.
    """
    level = [0] * max(1, part.cycle)
    if part.cycle > 1:
        yield from ((k, (k + 1) % part.cycle) for k in range(part.cycle))
    for new in range(len(level), part.size):
        fixed = part.chain and new <= _LONGEST_CHAIN
        known = new - 1 if fixed else rng.randrange(new)
        if level[known] and not fixed and (rng.random() < 0.3 or level[known] == _LONGEST_CHAIN):
            level.append(rng.randrange(level[known]))
        else:
            level.append(level[known] + 1)
        yield (known, new) if level[known] < level[new] else (new, known)
        other = rng.randrange(new)
        if other != known and level[other] != level[new] and rng.random() < _MORE:
            yield (other, new) if level[other] < level[new] else (new, other)


class Guarantees:
    """Writes the network; three of four pairs and all larger components are among enterprises."""

    def __init__(self, site: Site, lending: Lending) -> None:
        spec = site.spec
        self._site, self._lending = site, lending
        self._rng = site.stream("guarantees")
        self._shuffles = {
            "E": Shuffle(spec.ordinary, site.seed),
            "P": Shuffle(range(DEMO_PERSONS, spec.business), site.seed),
            "H": Shuffle(range(DEMO_HOUSEHOLDS, spec.households), site.seed),
        }
        self._used = dict.fromkeys(self._shuffles, 0)

    def write(self) -> None:
        """Write every guarantee, component after component."""
        for part in plan(self._site.spec.guarantee_parties, self._rng):
            kinds = self._pair() if part.size == 2 else "E" * part.size
            parties = [self._party(kind) for kind in kinds]
            for guarantor, beneficiary in edges(part, self._rng):
                rows = 2 if self._rng.random() < _REPEATED else 1
                for _ in range(rows):
                    self._write_one(parties[guarantor], parties[beneficiary], kinds == "HH")

    def _pair(self) -> str:
        """Return who guarantees for whom in a pair: enterprises, where not enough others are left."""
        kinds = self._rng.choices(("EE", "PE", "HH"), (75, 15, 10))[0]
        left = len(self._shuffles[kinds[0]]) - self._used[kinds[0]]
        return kinds if left >= 2 else "EE"

    def _party(self, kind: str) -> str:
        """Return somebody who is in no component yet."""
        index = self._shuffles[kind][self._used[kind]]
        self._used[kind] += 1
        ids = self._site.ids
        return {"E": ids.company_id, "P": ids.person_id, "H": ids.household_id}[kind](index)

    def _write_one(self, guarantor: str, beneficiary: str, group: bool) -> None:
        rng = self._rng
        yuan = 0 if rng.random() < _ZERO else round(rng.lognormvariate(math.log(_MEDIAN_YUAN), _SPREAD))
        form = (
            "HOUSEHOLD_GROUP" if group else rng.choice(("JOINT_AND_SEVERAL", "JOINT_AND_SEVERAL", "GENERAL"))
        )
        called = rng.random() < 0.01
        bank = rng.randrange(self._site.spec.banks)
        self._site.put(
            "guarantees",
            guarantor=guarantor,
            beneficiary=beneficiary,
            amount_fen=yuan * 100,
            form=form,
            called_on=self._site.ago(rng.randint(10, 400)) if called else None,
            loan=self._lending.lend(beneficiary, bank, max(yuan, 1000) * 100) if rng.random() < 0.6 else None,
        )
