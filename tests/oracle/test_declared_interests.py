"""Declared interests read as columns equal those read one by one, and leave every other finding alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.beneficial_owners import beneficial_owners
from algorithms.ownership.declared import declared
from algorithms.ownership.findings import Answer
from algorithms.ownership.projected import ownership_case, parties
from algorithms.projection import Access, View
from schema.edges import INTERESTS
from tests.reference import declared_interests as slow
from tests.unit.lending.builder import DAY, Graph

SEEDS = range(25)
PERSONS, COMPANIES = [f"P:{i}" for i in range(4)], [f"E:{i}" for i in range(5)]
SHARES = (0.0, 0.1, 0.25, 0.3, 0.5, 0.51, 0.75, 1.0)


def some_share(dice: random.Random) -> dict[str, float | None]:
    form = dice.random()
    if form < 0.4:
        return {"share_ratio": dice.choice(SHARES)}
    if form < 0.8:
        low, high = sorted(dice.sample(SHARES, 2))
        return {"share_min_ratio": low, "share_max_ratio": high if dice.random() < 0.8 else None}
    return {}


def random_town(seed: int, *, interests: bool = True) -> Graph:
    dice = random.Random(seed)
    graph = Graph()
    for node in (*PERSONS, *COMPANIES):
        graph.node(node)
    for _ in range(8):
        part = dice.choice((0.1, 0.25, 0.4, 0.6))
        owner, held = dice.choice((*PERSONS, *COMPANIES[2:])), dice.choice(COMPANIES)
        if owner != held:
            graph.fact("OWNS", owner, held, share_ratio=part, voting_ratio=dice.choice((None, 0.3)))
    for _ in range(12 if interests else 0):
        owner, held = dice.choice((*PERSONS, *COMPANIES)), dice.choice(COMPANIES)
        graph.fact(
            "HAS_INTEREST_IN",
            owner,
            held,
            interest=dice.choice(
                (*INTERESTS, *("VOTING_RIGHTS", "SHAREHOLDING", "APPOINTMENT_OF_BOARD") * 6)
            ),
            directness=dice.choice(("DIRECT", "INDIRECT", "ULTIMATE", "UNKNOWN")),
            beneficial_owner=dice.choice((None, True, False)),
            **some_share(dice),
        )
    return graph


def view_of(graph: Graph) -> View:
    return graph.project().view(DAY, Access.system())


def pairs_of(view: View, matrix: object) -> dict[tuple[str, str], float]:
    if matrix is None:
        return {}
    edges, ids = sparse.coo_array(matrix), view.projection.ids
    return {(ids[i], ids[j]): v for i, j, v in zip(edges.row, edges.col, edges.data, strict=True)}


@pytest.mark.parametrize("seed", SEEDS)
def test_declared_interests_equal_those_read_one_by_one(seed: int) -> None:
    graph = random_town(seed)
    view = view_of(graph)
    found = declared(view, parties(view))
    facts, owns = graph.facts["HAS_INTEREST_IN"], graph.facts["OWNS"]
    sure, may = slow.control(facts, owns)
    assert set(pairs_of(view, found.stated)) == sure
    assert set(pairs_of(view, found.possible)) == may
    expected = slow.rights(facts, owns)
    assert found.rights.keys() == expected.keys()
    for right, (least, most) in found.rights.items():
        low, high = pairs_of(view, least), pairs_of(view, most)
        for pair, (a, b) in expected[right].items():
            assert (low.get(pair, 0.0), high.get(pair, 0.0)) == (pytest.approx(a), pytest.approx(b))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_declared_adds_to_no_share_and_takes_no_owner_away(seed: int) -> None:
    """Shares and rights that OWNS carries are compared as if nothing else were declared: nothing counts twice."""
    plain, said = (view_of(random_town(seed, interests=i)) for i in (False, True))
    for company in COMPANIES:
        before = beneficial_owners(ownership_case(plain), plain.projection.position(company))
        after = beneficial_owners(ownership_case(said), said.projection.position(company))
        told = {said.projection.ids[o.person]: o for o in after.owners}
        for owner in before.owners:
            same = told[plain.projection.ids[owner.person]]
            for finding in owner.findings:
                if finding.ground in ("equity", "income", "voting"):
                    kept = [
                        f
                        for f in same.findings
                        if (f.ground, f.standard) == (finding.ground, finding.standard)
                    ]
                    # Who meets the first standard by a declaration is not asked for the second.
                    for other in kept:
                        assert other.answer is finding.answer
                        assert (other.least, other.most) == (
                            pytest.approx(finding.least),
                            pytest.approx(finding.most),
                        )
                    assert kept or same.decision is Answer.YES
            if owner.decision is Answer.YES and all(f.ground != "concert" for f in owner.findings):
                assert same.decision is Answer.YES
        for owner in after.owners:
            assert all(f.least <= f.most + 1e-12 for f in owner.findings)
        assert np.isfinite(after.unnamed_most)
