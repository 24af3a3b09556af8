"""Any seed and size: the plan of the guarantee network, draws that are permutations, shares that add up."""

from __future__ import annotations

from random import Random

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from loaders.city.draw import Shuffle, split
from loaders.city.guarantees import edges, plan
from loaders.city.registry import Registry, household_record
from loaders.city.spec import CitySpec

_SEEDS = st.integers(0, 2**63)


@given(st.integers(14, 3000), _SEEDS)
def test_guarantee_network_of_any_size(parties: int, seed: int) -> None:
    rng, total = Random(seed), 0
    for part in plan(parties, rng):
        network = nx.DiGraph(found := [*edges(part, rng)])
        total += part.size
        assert len(found) == network.number_of_edges()  # no pair twice
        assert sorted(network) == [*range(part.size)]
        assert nx.is_weakly_connected(network)
        rings = [len(c) for c in nx.strongly_connected_components(network) if len(c) > 1]
        assert rings == [part.cycle] * (part.cycle > 1)
        longest = nx.dag_longest_path_length(nx.condensation(network))
        assert longest == 5 if part.chain else longest <= 5
    assert parties - 3 < total <= parties


@given(st.integers(0, 50), st.integers(1, 500), _SEEDS)
def test_shuffle_is_a_permutation(start: int, count: int, seed: int) -> None:
    span = range(start, start + count)
    shuffle = Shuffle(span, seed)
    assert sorted(shuffle[k] for k in range(len(shuffle))) == [*span]


@given(st.integers(50, 10_000), st.integers(1, 8), _SEEDS)
def test_split_adds_up_in_positive_parts(whole: int, parts: int, seed: int) -> None:
    shares = split(Random(seed), whole, parts)
    assert sum(shares) == whole
    assert min(shares) > 0


@given(_SEEDS, st.integers(30, 1_000_000))
def test_codes_do_not_repeat(seed: int, enterprises: int) -> None:
    ids = Registry(CitySpec.of(enterprises), seed)
    sample = Random(seed).sample(range(enterprises), 20)
    assert len({ids.enterprise(i)[8:17] for i in sample}) == 20
    people = Random(seed).sample(range(ids.spec.persons), 30)
    assert len({ids.identity_number(p) for p in people}) == 30


@given(_SEEDS, st.integers(0, 399))
def test_members_of_a_household_know_their_household(seed: int, household: int) -> None:
    ids = Registry(CitySpec.of(1000), seed)
    members = ids.members(household)
    assert [ids.household_of(p) for p in members] == [household] * len(members)
    assert [ids.position(p) for p in members] == [*range(len(members))]
    assert household_record(household).endswith(str(household + 1))
