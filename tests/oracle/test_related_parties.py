"""Related parties equal the articles read sentence by sentence, on random towns with circles and self-holdings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithms.ownership.actual_controller import actual_controller
from algorithms.ownership.beneficial_owners import beneficial_owners
from algorithms.ownership.case import OwnershipCase
from algorithms.ownership.findings import Answer, Standard
from algorithms.ownership.projected import ownership_case
from algorithms.projection import Access, View
from algorithms.relations.related_parties import RULEBOOK, related_parties
from algorithms.rules import govern, load
from tests.reference import related_parties as reference
from tests.unit.lending.builder import DAY, Graph

KIN = ("SPOUSE", "PARENT", "CHILD", "SIBLING")
TURNED = {"PARENT": "CHILD", "CHILD": "PARENT"}
ENTITIES, PEOPLE = 7, 6


def random_town(seed: int, order: list[int]) -> tuple[View, dict[str, Any]]:
    """A view and what was drawn, by drawn index; ``order`` is the order in which the nodes are told."""
    dice = np.random.default_rng(seed)
    count = ENTITIES + PEOPLE
    names = [f"E:{n}" for n in range(ENTITIES)] + [f"P:{n}" for n in range(PEOPLE)]
    born = dice.choice([1970, 2000, 2015], PEOPLE)
    g = Graph()
    for n in order:
        g.node(names[n], **({"birth_year": int(born[n - ENTITIES])} if n >= ENTITIES else {}))
    shares = np.zeros((count, count))
    for company in range(ENTITIES):
        holders = dice.choice(count, int(dice.integers(0, 4)), replace=False)
        parts = dice.choice([0.03, 0.05, 0.2, 0.3, 0.51], len(holders))
        shares[holders, company] = parts if parts.sum() <= 1 else parts / parts.sum() * 0.999
    for holder, company in np.argwhere(shares).tolist():
        g.fact("OWNS", names[holder], names[company], share_ratio=float(shares[holder, company]))
    drawn: dict[str, Any] = {"shares": shares, "born": born, "names": names}
    people = range(ENTITIES, count)
    for kind, number, starts in (
        ("posts", 5, people),
        ("credit", 2, people),
        ("seats", 2, range(count)),
        ("concert", 2, range(count)),
    ):
        pairs = {
            (int(dice.choice(starts)), int(dice.choice(count if kind == "concert" else ENTITIES)))
            for _ in range(number)
        }
        drawn[kind] = frozenset((a, b) for a, b in pairs if a != b)
    kin = {(int(a), int(b)): str(dice.choice(KIN)) for a, b in dice.choice(people, (3, 2)) if a != b}
    drawn["kin"] = frozenset(
        {(a, b, k) for (a, b), k in kin.items()} | {(b, a, TURNED.get(k, k)) for (a, b), k in kin.items()}
    )
    for a, b in sorted(drawn["posts"]):
        g.fact("HOLDS_POST", names[a], names[b], post="DIRECTOR")
    for a, b in sorted(drawn["credit"]):
        g.fact("HOLDS_POST", names[a], names[b], post="CREDIT_STAFF")
    for a, b in sorted(drawn["seats"]):
        g.fact("APPOINTS", names[a], names[b], seats=1, board_size=5)
    for a, b in sorted(drawn["concert"]):
        g.fact("ACTS_WITH", names[a], names[b])
    for (a, b), k in kin.items():
        g.fact("FAMILY_OF", names[a], names[b], "RESTRICTED", kin=k)
    return g.project().view(DAY, Access.system()), drawn


def sure(view: View, subject: str) -> set[tuple[str, str]]:
    found = related_parties(view, view.projection.position(subject), govern(load(RULEBOOK), DAY))
    return {
        (view.projection.ids[party], ground.rule.value)
        for party, grounds in found.grounds.items()
        for ground in grounds
        if ground.answer is Answer.YES
    }


def named_controllers(case: OwnershipCase, target: int) -> list[int]:
    """Whom the rules for the actual controller name for sure."""
    inquiry = actual_controller(case, target)
    leading = inquiry.candidates[:1] if inquiry.decision is Answer.YES else ()
    return [party for c in inquiry.candidates if c.controls or c in leading for party in c.parties]


def expected(view: View, drawn: dict[str, Any], subject: int) -> set[tuple[str, str]]:
    names, p = drawn["names"], view.projection
    case, target = ownership_case(view), p.position(names[subject])
    number = {p.position(name): n for n, name in enumerate(names)}
    controllers = {
        company: frozenset(number[party] for party in named_controllers(case, p.position(names[company])))
        for company in range(ENTITIES)
    }
    owners = [
        o.person
        for o in beneficial_owners(case, target).owners
        if any(
            f.answer is Answer.YES and f.standard in (Standard.EQUITY, Standard.RIGHTS) for f in o.findings
        )
    ]
    town = reference.Town(
        drawn["shares"],
        frozenset(range(ENTITIES, ENTITIES + PEOPLE)),
        drawn["posts"],
        drawn["credit"],
        drawn["seats"],
        drawn["kin"],
        drawn["concert"],
        frozenset(ENTITIES + n for n, year in enumerate(drawn["born"]) if year < 2008),
        controllers,
        frozenset(number[party] for party in owners),
    )
    return {(names[party], item) for party, item in reference.related(town, subject)}


@pytest.mark.parametrize("seed", range(20))
def test_related_parties_equal_the_articles_in_any_order(seed: int) -> None:
    plain = list(range(ENTITIES + PEOPLE))
    shuffled = np.random.default_rng(seed + 1000).permutation(plain).tolist()
    view, drawn = random_town(seed, plain)
    relabelled, _ = random_town(seed, shuffled)
    for subject in range(3):
        name = drawn["names"][subject]
        assert sure(view, name) == expected(view, drawn, subject)
        assert sure(relabelled, name) == sure(view, name)


@pytest.mark.parametrize("seed", range(5))
def test_who_sees_more_facts_never_loses_a_related_party(seed: int) -> None:
    """Without the restricted facts (family) a caller finds a part of what the system finds."""
    view, drawn = random_town(seed, list(range(ENTITIES + PEOPLE)))
    public = view.projection.view(DAY, Access(Access.system().classes - {next(iter(hidden(view)))}))
    for name in drawn["names"][:3]:
        assert {party for party, _ in sure(public, name)} <= {party for party, _ in sure(view, name)}


def hidden(view: View) -> list[Any]:
    return [c for c in view.access.classes if c.value == "RESTRICTED"]
