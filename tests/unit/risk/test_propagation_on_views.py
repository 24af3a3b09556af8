"""Seeds, channels, reasons and what-if on a small town: every tie in its direction, every record by its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from algorithms.lending.checks.standing import published as lending_published
from algorithms.lending.policy import Policy
from algorithms.projection import Access, View
from algorithms.risk.propagation import (
    Added,
    AddedSeed,
    Changes,
    explain,
    propagate,
    risk_picture,
    risk_scores,
    riskiest,
    what_if,
)
from algorithms.risk.propagation.channels import CARRIERS, attenuations, behind
from algorithms.risk.propagation.scores import books_on
from algorithms.risk.propagation.seeds import _published
from algorithms.risk.propagation.what_if import place_of
from algorithms.rules import govern, load
from schema.access import Audience
from schema.errors import InputError, NotFound
from tests.unit.lending.builder import DAY, Graph

ALL = Access.system()
BANK = "E:bank"


def listed(g: Graph, party: str, kind: str = "DISHONEST_DEBTOR", **values: object) -> str:
    name = f"ListMembership:{party}-{kind}-{len(g.facts.get('SUBJECT_OF', ()))}"
    g.node(name, **{"list_kind": kind, "listed_on": DAY, **values})
    g.fact("SUBJECT_OF", party, name)
    return name


def fined(g: Graph, party: str, **values: object) -> None:
    name = f"Penalty:{party}-{len(g.facts.get('SUBJECT_OF', ()))}"
    g.node(name, **{"severity": "SERIOUS", "domain": "OTHER", "decided_on": DAY, **values})
    g.fact("SUBJECT_OF", party, name)


def guaranteed(g: Graph, guarantor: str, party: str, form: str = "GENERAL", **values: object) -> None:
    name = g.node(f"Guarantee:{guarantor}-{party}", form=form, **values)
    g.fact("GUARANTOR", guarantor, name, "MEMBER")
    g.fact("BENEFICIARY", name, party, "MEMBER")


def town() -> Graph:
    """Every kind of tie, with circles of holdings and guarantees."""
    g = Graph()
    for node_id in ("E:a", "E:b", "E:c", "E:d", "E:e", BANK, "P:x", "P:y", "P:z", "H:1", "H:2"):
        g.node(node_id)
    g.fact("OWNS", "P:x", "E:a", share_ratio=0.6)
    g.fact("OWNS", "E:a", "E:b", share_ratio=0.3)
    g.fact("OWNS", "E:a", "E:b", share_ratio=0.3)
    g.fact("OWNS", "E:b", "E:a", share_min_ratio=0.1, share_max_ratio=0.2)
    g.fact("OWNS", "P:y", "E:c")
    g.fact("PARTNER_OF", "P:y", "E:d", role="GP")
    g.fact("PARTNER_OF", "P:z", "E:d", role="LP", income_ratio=0.25)
    g.fact("APPOINTS", "E:c", "E:e", seats=3, board_size=5)
    g.fact("LEGAL_REP_OF", "P:y", "E:b")
    g.fact("HOLDS_POST", "P:y", "E:b", post="CHAIR")
    g.fact("HOLDS_POST", "P:z", BANK, post="CREDIT_STAFF")
    g.fact("FAMILY_OF", "P:x", "P:y", "RESTRICTED", kin="SPOUSE")
    g.fact("ACTS_WITH", "P:y", "P:z")
    g.fact("MEMBER_OF", "P:z", "H:1", "RESTRICTED", head=True)
    g.fact("SUPPLIES", "H:1", "E:c", "MEMBER", amount_fen=300, share_ratio=0.8)
    g.fact("SUPPLIES", "H:2", "E:c", "MEMBER", amount_fen=100)
    g.fact("SUPPLIES", "E:d", "E:c", "MEMBER")
    guaranteed(g, "E:a", "E:c")
    guaranteed(g, "E:c", "E:d")
    guaranteed(g, "E:d", "E:a")
    guaranteed(g, "H:1", "H:2", "HOUSEHOLD_GROUP")
    return g


def view_of(g: Graph, access: Access = ALL, day: dt.date = DAY) -> View:
    return g.project().view(day, access)


def ties(view: View) -> dict[tuple[str, str, str], float]:
    """(channel, source, target) → weight W before attenuation and scaling."""
    picture = risk_picture(view)
    network, parts = picture.network, attenuations(picture.books.channels)
    targets = np.repeat(np.arange(network.size), np.diff(network.indptr))
    return {
        (network.names[c], picture.members.id(s), picture.members.id(t)): round(
            w / parts[network.names[c]] / network.factor[t], 9
        )
        for c, s, t, w in zip(network.channel, network.source, targets, network.weight, strict=True)
    }


def score(view: View, node_id: str) -> float:
    picture = risk_picture(view)
    return float(picture.scores.value[picture.members.number(view.projection.position(node_id))])


# Channels -----------------------------------------------------------------------------------------------------------


def test_every_tie_carries_risk_in_its_direction_with_its_weight() -> None:
    assert ties(view_of(town())) == {
        ("owner_to_company", "P:x", "E:a"): 0.6,
        ("owner_to_company", "E:b", "E:a"): 0.1,
        ("owner_to_company", "E:a", "E:b"): 0.6,
        ("owner_to_company", "P:y", "E:d"): 1.0,
        ("owner_to_company", "P:z", "E:d"): 0.25,
        ("company_to_owner", "E:a", "P:x"): 0.6,
        ("company_to_owner", "E:a", "E:b"): 0.1,
        ("company_to_owner", "E:b", "E:a"): 0.6,
        ("company_to_owner", "E:d", "P:y"): 1.0,
        ("company_to_owner", "E:d", "P:z"): 0.25,
        ("control", "P:x", "E:a"): 1.0,
        ("control", "E:a", "E:b"): 1.0,
        ("control", "P:y", "E:d"): 1.0,
        ("control", "E:c", "E:e"): 1.0,
        ("guarantee", "E:c", "E:a"): 1.0,
        ("guarantee", "E:d", "E:c"): 1.0,
        ("guarantee", "E:a", "E:d"): 1.0,
        ("joint_guarantee", "H:1", "H:2"): 1.0,
        ("joint_guarantee", "H:2", "H:1"): 1.0,
        ("supplier_to_buyer", "H:1", "E:c"): 0.75,
        ("supplier_to_buyer", "H:2", "E:c"): 0.25,
        ("buyer_to_supplier", "E:c", "H:1"): 0.8,
        ("buyer_to_supplier", "E:c", "H:2"): 1.0,
        ("executive_to_company", "P:y", "E:b"): 1.0,
        ("company_to_executive", "E:b", "P:y"): 1.0,
        ("family", "P:x", "P:y"): 1.0,
        ("family", "P:y", "P:x"): 1.0,
        ("concert", "P:y", "P:z"): 1.0,
        ("concert", "P:z", "P:y"): 1.0,
        ("household", "P:z", "H:1"): 1.0,
        ("household", "H:1", "P:z"): 1.0,
    }


def test_every_tie_names_the_facts_it_rests_on() -> None:
    view = view_of(town())
    members = risk_picture(view).members
    for channel, source, target in ties(view):
        numbers = (members.number(view.projection.position(n)) for n in (source, target))
        places = behind(members, channel, *numbers)
        facts = [view.projection.fact(*place) for place in places]
        assert facts, (channel, source, target)
        ends = {end for fact in facts for end in (fact.start, fact.end)}
        assert {source, target} <= ends


def test_half_of_the_votes_does_not_control() -> None:
    g = Graph()
    g.node("E:a")
    g.fact("OWNS", g.node("P:x"), "E:a", share_ratio=0.5)
    assert not [t for t in ties(view_of(g)) if t[0] == "control"]


def test_a_holding_in_itself_carries_nothing() -> None:
    g = Graph()
    g.fact("OWNS", g.node("E:a"), "E:a", share_ratio=0.4)
    listed(g, "E:a")
    view = view_of(g)
    assert ties(view) == {}
    assert score(view, "E:a") == pytest.approx(0.9)


def test_every_channel_of_the_rulebook_has_a_carrier_and_the_other_way_round() -> None:
    governing = govern(load("risk_channels"), DAY)
    assert set(governing.constants) - {"alpha", "control_ratio"} == set(CARRIERS)


# Seeds --------------------------------------------------------------------------------------------------------------


def own(view: View, node_id: str) -> float:
    picture = risk_picture(view)
    return float(picture.severity[picture.members.number(view.projection.position(node_id))])


def alone(kind: str = "DISHONEST_DEBTOR", day: dt.date = DAY, **values: object) -> float:
    g = Graph()
    listed(g, g.node("E:a"), kind, **values)
    return own(view_of(g, day=day), "E:a")


def test_a_listing_halves_with_its_half_life() -> None:
    assert alone() == pytest.approx(0.9)
    assert alone(day=DAY + dt.timedelta(days=730)) == pytest.approx(0.45)
    assert alone("ABNORMAL_OPERATION", listed_on=DAY - dt.timedelta(days=730)) == pytest.approx(0.35 / 4)


def test_a_listing_counts_from_its_first_day_until_it_is_removed() -> None:
    day = dt.timedelta(days=1)
    assert alone(listed_on=DAY + day) == 0
    assert alone(removed_on=DAY) == 0
    assert alone(removed_on=DAY + day) == pytest.approx(0.9)


def penalty(day: dt.date = DAY, **values: object) -> float:
    g = Graph()
    fined(g, g.node("E:a"), **values)
    return own(view_of(g, day=day), "E:a")


def test_a_penalty_counts_while_it_is_published_and_not_repaired() -> None:
    assert penalty() == pytest.approx(0.5)
    assert penalty(repaired_on=DAY) == 0
    assert penalty(severity="MINOR") == 0  # order 36 does not publish it
    assert penalty(severity="GENERAL", decided_on=dt.date(2025, 11, 22)) == pytest.approx(
        0.2 * 2 ** (-365 / 180)
    )
    assert penalty(severity="GENERAL", decided_on=dt.date(2025, 11, 21)) == 0  # thirteenth month
    assert penalty(day=dt.date(2018, 1, 1), decided_on=dt.date(2017, 12, 1)) == 0  # before any regime


def test_publication_agrees_with_the_lending_check() -> None:
    policy, dice = Policy.shipped(), np.random.default_rng(3)
    for day in (dt.date(2020, 2, 29), dt.date(2024, 5, 31), DAY):
        rows = [
            {
                "severity": str(dice.choice(["MINOR", "GENERAL", "SERIOUS"])),
                "domain": "OTHER",
                "decided_on": day - dt.timedelta(days=int(dice.integers(-40, 1200))),
                "repaired_on": None,
            }
            for _ in range(200)
        ]
        frame = pl.DataFrame(rows, schema_overrides={"repaired_on": pl.Date})
        governing = policy.on(day)["penalty_publication"]
        assert _published(frame, day, governing).to_list() == lending_published(rows, day, governing, policy)


def test_several_records_of_one_party_combine() -> None:
    g = Graph()
    g.node("E:a", status="SUSPENDED")
    listed(g, "E:a", "WAGE_ARREARS")
    fined(g, "E:a")
    view = view_of(g)
    assert own(view, "E:a") == pytest.approx(1 - 0.6 * 0.4 * 0.5)
    seeds = risk_picture(view).seeds.of(0)
    assert [s.rule.id for s in seeds] == ["wage_arrears", "serious_penalty", "business_suspended"]
    assert [s.place is None for s in seeds] == [False, False, True]
    assert all(s.rule.citation.startswith("SAMPLE") for s in seeds)


def test_a_bad_loan_counts_for_its_own_bank_only() -> None:
    g = Graph()
    g.node(BANK, "Bank")
    g.node("E:a")
    loan = g.loan("1", "E:a", BANK, 100, classification="DOUBTFUL")
    mine = Access(frozenset({Audience.PUBLIC}), banks=frozenset({BANK}))
    assert own(view_of(g, mine), "E:a") == pytest.approx(0.85)
    assert own(view_of(g, Access(frozenset({Audience.PUBLIC}))), "E:a") == 0
    g.nodes["Loan"][loan]["balance_fen"] = 0
    assert own(view_of(g, mine), "E:a") == 0


def test_a_called_guarantee_counts_against_both_sides() -> None:
    g = Graph()
    guaranteed(g, g.node("E:a"), g.node("E:b"), called_on=DAY)
    view = view_of(g)
    assert (own(view, "E:a"), own(view, "E:b")) == (pytest.approx(0.3), pytest.approx(0.7))


# Scores and reasons -------------------------------------------------------------------------------------------------


def seeded() -> Graph:
    g = town()
    listed(g, "P:x")
    listed(g, "E:d", "TAX_ARREARS")
    fined(g, "H:2", severity="GENERAL")
    return g


def test_reasons_of_everybody_add_up_and_nothing_remains_in_a_small_town() -> None:
    picture = risk_picture(view_of(seeded()))
    for number in range(len(picture.members)):
        told = explain(picture.network, picture.severity, picture.scores.value, number, 10_000)
        assert told.complete
        assert abs(sum(c.amount for c in told.contributions) + told.remainder - told.score) <= 1e-12
        assert abs(told.remainder) <= 1e-9


def test_s0_05_a_neighbour_s_sanction_is_an_early_warning_with_its_path() -> None:
    g = Graph()
    g.fact("OWNS", g.node("P:x"), g.node("E:a"), share_ratio=0.8)
    guaranteed(g, g.node("E:b"), "E:a")
    assert score(view_of(g), "E:b") == 0
    listed(g, "P:x", "DEBT_EVASION")
    view = view_of(g)
    # P:x → E:a by holding 0.8 · 0.40 and control 0.30, E:a → E:b by guarantee 0.50; E:a gives 0.8 · 0.25 back to P:x.
    circle = 1 / (1 - 0.05 * 0.2 * 0.62)
    assert score(view, "E:b") == pytest.approx(0.95 * 0.62 * 0.5 * circle)
    picture = risk_picture(view)
    told = explain(picture.network, picture.severity, picture.scores.value, picture.members.number(1), 5)
    assert [picture.members.id(n) for n in told.contributions[0].path] == ["P:x", "E:a", "E:b"]
    assert [name for hop in told.contributions[0].hops for name, _ in hop.channels] == [
        "owner_to_company",
        "control",
        "guarantee",
    ]


def test_the_riskiest_come_first_and_those_without_risk_not_at_all() -> None:
    view = view_of(seeded())
    ranked = riskiest(view, 3)
    assert [node_id for node_id, _ in ranked] == ["P:x", "E:d", "E:a"]
    everybody = riskiest(view, 100)
    assert everybody[:3] == ranked
    assert len(everybody) == risk_scores(view).reached < len(risk_picture(view).members)
    assert risk_scores(view) is risk_scores(view)


def test_what_a_caller_does_not_see_moves_no_digit() -> None:
    public = Access(frozenset({Audience.PUBLIC}))
    g = seeded()
    before = riskiest(view_of(g, public), 100)
    for name in ("E:0", "P:0", "H:0"):
        g.node(name, audience="POLICE")
    g.nodes["Person"] = dict(sorted(g.nodes["Person"].items()))
    listed(g, "P:0")
    g.fact("OWNS", "P:0", "E:a", share_ratio=0.3)
    assert riskiest(view_of(g, public), 100) == before
    assert riskiest(view_of(g), 100) != before


# Functional form over a view ----------------------------------------------------------------------------------------


def test_a_view_takes_node_ids_and_a_choice_of_channels() -> None:
    view = view_of(town())
    members = risk_picture(view).members
    found = propagate(view, ["E:c"], {"guarantee": 0.5})
    named = {members.id(n): round(float(v), 6) for n, v in enumerate(found.value) if v}
    # a ← c by half, d ← a, and c is a seed of full severity.
    assert named == {"E:c": 1.0, "E:a": 0.5, "E:d": 0.25}
    assert np.array_equal(propagate(view, {"E:c": 1.0}, {"guarantee": 0.5}).value, found.value)
    everything = propagate(view, risk_picture(view).severity)
    assert np.allclose(everything.value, risk_scores(view).value, atol=1e-9)


@pytest.mark.parametrize(
    ("projection", "seeds", "channels", "named", "says"),
    [
        ({"a": np.eye(2)}, [2], {"a": 0.5}, {}, "indices from 0 to 1"),
        ({"a": np.eye(2)}, [0.5, 1.5], {"a": 0.5}, {}, r"seeds\[1\]"),
        ({"a": np.eye(2)}, [0.5], {"a": 0.5}, {}, "one number for each of 2"),
        ({"a": np.eye(2)}, {0: 2.0}, {"a": 0.5}, {}, r"severity\[0\]"),
        ({"a": np.eye(2)}, [0], {"a": 1.5}, {}, "attenuation of a"),
        ({"a": np.eye(2)}, [0], {"b": 0.5}, {}, "stands alone"),
        ({"a": np.eye(2)}, [0], None, {}, "a stands alone"),
        ({"a": np.eye(2), "b": np.eye(3)}, [0], {"a": 0.5, "b": 0.5}, {}, "same nodes"),
        ({}, [0], {}, {}, "1 to 255 channels"),
        ({"a": -np.eye(2)}, [0], {"a": 0.5}, {}, "at least 0"),
        ({"a": np.eye(2)}, [0], {"a": 0.5}, {"alpha": 1.0}, "alpha is 1.0"),
        ({"a": np.eye(2)}, [0], {"a": 0.5}, {"tol": 0.0}, "tol is above 0"),
        ({"a": np.eye(2)}, [0], {"a": 0.5}, {"max_iter": 0}, "max_iter at least 1"),
    ],
)
def test_bad_input_says_what_and_where(
    projection: Mapping[str, object], seeds: object, channels: object, named: dict[str, float], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        propagate(projection, seeds, channels, **named)  # type: ignore[arg-type]


def test_a_party_that_is_not_seen_is_no_seed() -> None:
    with pytest.raises(NotFound):
        propagate(view_of(town(), Access(frozenset({Audience.PUBLIC}))), ["H:1"])


# What if ------------------------------------------------------------------------------------------------------------


def after(view: View, changes: Changes) -> dict[str, float]:
    """All scores when the changes held."""
    picture = risk_picture(view)
    found = what_if(view, changes)
    scores = picture.scores.value.copy()
    scores[found.nodes] = found.new
    assert found.error_bound <= 1e-9
    return {picture.members.id(n): float(v) for n, v in enumerate(scores)}


def really(g: Graph) -> dict[str, float]:
    picture = risk_picture(view_of(g))
    return {picture.members.id(n): float(v) for n, v in enumerate(picture.scores.value)}


@pytest.mark.parametrize("relationship", sorted(seeded().facts))
def test_taking_any_fact_away_equals_the_graph_without_it(relationship: str) -> None:
    view = view_of(seeded())
    edges = view.projection.edges[relationship]
    for place in range(len(edges.start)):
        fact = (relationship, place)
        without = seeded()
        del without.facts[relationship][place]
        assert place_of(view, int(edges.key[place]), int(edges.run[place])) == fact
        assert after(view, Changes(removed=(fact,))) == pytest.approx(really(without), abs=1e-9)


def test_adding_ties_and_a_record_equals_the_graph_with_them() -> None:
    view = view_of(seeded())
    number = lambda node_id: risk_picture(view).members.number(view.projection.position(node_id))  # noqa: E731
    changes = Changes(
        removed=(("OWNS", 0),),
        added=(
            Added("OWNS", number("P:z"), number("E:c"), {"share_ratio": 0.51}),
            Added("GUARANTEES", number("E:e"), number("E:b")),
            Added("SUPPLIES", number("E:e"), number("E:c"), {"share_ratio": 0.5, "amount_fen": 400}),
            Added("LEGAL_REP_OF", number("P:z"), number("E:e")),
        ),
        seeds=(AddedSeed(number("E:e"), "serious_violation"), AddedSeed(number("P:x"), "tax_arrears")),
    )
    g = seeded()
    del g.facts["OWNS"][0]
    g.fact("OWNS", "P:z", "E:c", share_ratio=0.51)
    guaranteed(g, "E:e", "E:b")
    g.fact("SUPPLIES", "E:e", "E:c", "MEMBER", share_ratio=0.5, amount_fen=400)
    g.fact("LEGAL_REP_OF", "P:z", "E:e")
    listed(g, "E:e", "SERIOUS_VIOLATION")
    listed(g, "P:x", "TAX_ARREARS")
    assert after(view, changes) == pytest.approx(really(g), abs=1e-9)


def test_only_what_a_change_reaches_is_returned() -> None:
    g = seeded()
    g.node("E:far")
    view = view_of(g)
    members = risk_picture(view).members
    found = what_if(
        view, Changes(seeds=(AddedSeed(members.number(view.projection.position("E:far")), "debt_evasion"),))
    )
    assert [members.id(n) for n in found.nodes] == ["E:far"]
    assert (found.old.tolist(), found.new.tolist()) == ([0.0], [pytest.approx(0.95)])


def test_a_kind_that_is_not_in_force_is_refused() -> None:
    with pytest.raises(InputError, match="no kind of seed 'gossip'"):
        what_if(view_of(town()), Changes(seeds=(AddedSeed(0, "gossip"),)))


def test_the_rulebooks_name_their_versions() -> None:
    assert set(books_on(DAY).versions) == {"risk_channels", "risk_seeds", "penalty_publication"}
