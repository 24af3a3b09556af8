"""Groups by control, all fixpoints at once, equal one slow fixpoint per seed on random ownership graphs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from algorithms.ownership.holders import Holdings
from algorithms.projection import Access
from algorithms.relations.control_groups import control_groups
from tests.reference import control_groups as slow
from tests.unit.lending.builder import DAY, Graph


def random_ownership(seed: int) -> tuple[Graph, list[str]]:
    """Companies and persons with circles, holdings of oneself, seats, relatives and concert parties."""
    rng = np.random.default_rng(seed)
    people = [f"P:{i}" for i in range(int(rng.integers(0, 6)))]
    companies = [f"E:{i}" for i in range(int(rng.integers(1, 9)))]
    g = Graph()
    for person in people:
        g.node(person)
    for company in companies:
        g.node(company, "Enterprise")
        left = 1.0
        for holder in rng.permutation([*people, *companies])[: int(rng.integers(0, 4))]:
            share = float(min(left, rng.choice([0.1, 0.25, 0.3, 0.5, 0.51, 0.9])))
            left -= share
            if share > 0:
                g.fact("OWNS", str(holder), company, share_ratio=share)
        if rng.random() < 0.3:
            seats = int(rng.integers(1, 6))
            g.fact("APPOINTS", str(rng.choice([*people, *companies])), company, seats=seats, board_size=7)
    for one, other in pairwise(people):
        if rng.random() < 0.3:
            g.fact(str(rng.choice(["FAMILY_OF", "ACTS_WITH"])), one, other)
    return g, [*people, *companies]


@pytest.mark.parametrize("seed", range(250))
def test_every_group_by_control_is_found_and_no_other(seed: int) -> None:
    g, names = random_ownership(seed)
    graph = g.project()
    holdings = Holdings(graph.view(DAY, Access.system()), 0.5)
    position = [graph.position(n) for n in names]
    found = control_groups(holdings, np.array(position, dtype=np.int64))
    size = len(graph)
    channels = [m.toarray() for m in holdings.channels]
    joint = holdings.case.control.groups.tocsc()
    together = [
        set(joint.indices[joint.indptr[k] : joint.indptr[k + 1]].tolist()) for k in range(joint.shape[1])
    ]
    wanted = slow.groups(channels, together)
    assert {frozenset(found.members(k).tolist()) for k in range(len(found.heads))} == wanted
    assert len(channels[0]) <= size


@pytest.mark.parametrize("seed", range(60))
def test_asking_for_one_party_gives_its_groups_as_asking_for_all_does(seed: int) -> None:
    g, names = random_ownership(seed)
    graph = g.project()
    holdings = Holdings(graph.view(DAY, Access.system()), 0.5)
    position = np.array([graph.position(n) for n in names], dtype=np.int64)
    whole = control_groups(holdings, position)
    for party in position.tolist():
        alone = control_groups(holdings, np.array([party]))
        mine = [
            {frozenset(c.members(k).tolist()) for k in c.of(np.array([party]))[1].tolist()}
            for c in (whole, alone)
        ]
        assert mine[0] == mine[1]
