"""The whole programme: allocation, the core as a borrower, consent, one member = one row, determinism, privacy."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from algorithms.lending import Decision, ProgrammeDecision, decide_member, decide_programme
from algorithms.lending.allocation import allocate
from algorithms.projection import Access
from schema.access import Audience
from schema.errors import ConsentRequired, ContradictoryStatements, InputError, InsufficientData, NotFound
from tests.unit.lending.builder import (
    BANK,
    CORE,
    FARM,
    MAKER,
    OTHER_BANK,
    PROGRAMME,
    WAN,
    Graph,
    add_enterprise,
    add_household,
    inquiry,
    lender,
    programme_graph,
)


def _pool(**agreement: Any) -> Graph:
    """Two enterprises, owed 1,000,000 and 2,000,000 yuan, and a farm, owed 100,000."""
    g = programme_graph(**agreement)
    add_enterprise(g)
    add_enterprise(g, "E:second", owed=200 * WAN)
    add_household(g)
    return g


def _allocated(decision: ProgrammeDecision) -> dict[str, int | None]:
    return {m.member: m.allocated_limit_fen for m in decision.members}


# Allocation ---------------------------------------------------------------------------------------------------------


def test_what_suffices_for_all_is_given_to_all() -> None:
    assert allocate(100, {"b": 60, "a": 40}) == {"a": 40, "b": 60}


def test_remainders_go_to_the_largest_fraction_and_then_to_the_smaller_id() -> None:
    assert allocate(10, {"a": 5, "b": 5, "c": 5}) == {"a": 4, "b": 3, "c": 3}
    assert allocate(10, {"a": 10, "b": 11, "c": 9}) == {"a": 3, "b": 4, "c": 3}
    assert allocate(1, {"a": 1, "b": 3}) == {"a": 0, "b": 1}


def test_nothing_is_shared_where_nothing_is_left() -> None:
    assert allocate(-5, {"a": 3}) == {"a": 0}
    assert allocate(5, {}) == {}


def test_members_of_one_group_share_its_headroom_first() -> None:
    assert allocate(100, {"a": 40, "b": 40, "c": 40}, [(["a", "b"], 20)]) == {"a": 10, "b": 10, "c": 40}


def test_s1_49_the_sum_of_limits_stays_within_core_headroom_and_confirmed_payables() -> None:
    decision = decide_programme(inquiry(_pool()))
    confirmed = 310 * WAN
    allocated = sum(m.allocated_limit_fen or 0 for m in decision.members)
    # Standalone: 85, 170 and 8.5 (10,000 yuan) would be more than 70 % of the confirmed payables, 217.
    assert decision.pool.available_fen == 217 * WAN
    assert allocated == decision.pool.allocated_fen == 217 * WAN
    assert allocated <= confirmed * 85 // 100
    group = decision.pool.group.value_fen
    assert group is not None
    assert allocated <= group


def test_t11_what_the_core_itself_draws_is_taken_off_before_the_members_share() -> None:
    decision = decide_programme(inquiry(_pool(core_draw_fen=17 * WAN)))
    assert decision.pool.core_draw_fen == 17 * WAN
    assert sum(m.allocated_limit_fen or 0 for m in decision.members) == 200 * WAN


@pytest.mark.parametrize(
    ("stated", "lent", "draw"), [(17, 40, 40), (50, 40, 50), (None, 40, 40), (None, None, 0)]
)
def test_t11_the_larger_of_agreement_and_loan_book_is_the_cores_draw(
    stated: int | None, lent: int | None, draw: int
) -> None:
    g = _pool(core_draw_fen=None if stated is None else stated * WAN)
    if lent is not None:
        g.loan("core", CORE, BANK, lent * WAN, programme=PROGRAMME)
    decision = decide_programme(inquiry(g))
    assert decision.pool.core_draw_fen == draw * WAN
    assert decision.pool.allocated_fen == (217 - draw) * WAN
    assert decision.pool.programme.inputs["drawn_fen"] == 0  # the core's draw is taken off once, not twice
    assert decision.pool.core.inputs["drawn_fen"] == 0
    assert decision.pool.group.inputs["core_group_exposure_fen"] == 0


def test_t11_a_core_that_has_drawn_everything_leaves_nothing() -> None:
    decision = decide_programme(inquiry(_pool(core_draw_fen=5_000 * WAN)))
    assert set(_allocated(decision).values()) == {0}
    assert {m.decision for m in decision.members} == {Decision.ELIGIBLE}


def test_the_programme_cap_binds_the_pool() -> None:
    assert decide_programme(inquiry(_pool(cap_fen=50 * WAN))).pool.allocated_fen == 50 * WAN


def test_the_headroom_of_the_cores_group_binds_the_pool() -> None:
    g = _pool()
    g.loan("core", CORE, BANK, 13_590 * WAN)
    decision = decide_programme(inquiry(g))
    assert (decision.pool.available_fen, decision.pool.allocated_fen) == (10 * WAN, 10 * WAN)


def test_members_under_one_controller_share_the_headroom_of_their_group() -> None:
    g = _pool()
    g.node("P:boss")
    g.node("E:sister", "Enterprise")
    for company in (MAKER, "E:second", "E:sister"):
        g.fact("OWNS", "P:boss", company, share_ratio=0.9)
    g.loan("sister", "E:sister", BANK, 13_570 * WAN)
    decision = decide_programme(inquiry(g))
    shares = _allocated(decision)
    assert {shares[MAKER], shares["E:second"]} == {15 * WAN}  # 30 left for both, whose terms are 30 each
    assert shares[FARM] == 85 * WAN // 10


def test_refused_and_unknown_members_get_nothing() -> None:
    g = _pool()
    g.node(MAKER, status="REVOKED")
    g.nodes["FinancialStatement"]["FinancialStatement:E:second"]["sales_fen"] = None
    decision = decide_programme(inquiry(g))
    assert [m.decision for m in decision.members] == [Decision.REFUSED, Decision.UNKNOWN, Decision.ELIGIBLE]
    assert _allocated(decision) == {MAKER: 0, "E:second": 0, FARM: 85 * WAN // 10}


# Consent ------------------------------------------------------------------------------------------------------------


def test_members_without_consent_take_no_part_and_nothing_is_said_of_them() -> None:
    decision = decide_programme(inquiry(_pool(), consented=frozenset({MAKER, FARM})))
    assert [m.member for m in decision.members] == [MAKER, FARM]
    assert decision.withheld == ("E:second",)
    # Confirmed payables to the pool are still 310, so the two get all that they may have.
    assert _allocated(decision) == {MAKER: 85 * WAN, FARM: 85 * WAN // 10}


def test_without_consent_and_without_existence_one_member_looks_the_same() -> None:
    asked = inquiry(_pool(), consented=frozenset({MAKER}))
    details = set()
    for member in (FARM, "H:nobody"):
        with pytest.raises(ConsentRequired) as refused:
            decide_member(asked, member)
        details.add(refused.value.detail)
    assert len(details) == 1


def test_a_programme_that_nobody_consented_to_is_answered_with_nobody() -> None:
    decision = decide_programme(inquiry(_pool(), consented=frozenset()))
    assert (decision.members, len(decision.withheld), decision.pool.allocated_fen) == ((), 3, 0)


# One and all --------------------------------------------------------------------------------------------------------


def test_one_member_is_the_table_with_one_row() -> None:
    asked = inquiry(_pool())
    for row in decide_programme(asked).members:
        assert decide_member(asked, row.member) == dataclasses.replace(row, allocated_limit_fen=None)


def test_s1_49_the_same_snapshot_gives_the_same_decision_in_any_order_of_facts() -> None:
    g, turned = _pool(), _pool()
    for label in turned.nodes:
        turned.nodes[label] = dict(reversed(turned.nodes[label].items()))
    for name in turned.facts:
        turned.facts[name].reverse()
    first, again, other = (decide_programme(inquiry(x)) for x in (g, g, turned))
    assert first == again
    assert _allocated(first) == _allocated(other)
    assert [m.decision for m in first.members] == [m.decision for m in other.members]


def test_the_answer_names_rulebooks_the_three_checks_and_the_graph_version() -> None:
    decision = decide_programme(inquiry(_pool()))
    assert [c.key for c in decision.members[0].required_at_approval] == ["PBOC", "SOCIAL", "GOV"]
    assert "chain_credit@2026.1" in decision.rulebooks
    assert (decision.known_run, decision.core, decision.bank) == (1, CORE, BANK)
    assert decision.member(MAKER).member == MAKER


def test_every_term_and_every_rule_cites_its_source_and_known_terms_their_facts() -> None:
    for member in decide_programme(inquiry(_pool())).members:
        assert [t.key for t in member.terms] == ["claims", "core", "group", "need", "product", "programme"]
        assert all(t.citation and t.facts for t in member.terms)
        assert all(f.rule.citation and f.rule.zh and f.rule.en for f in member.findings)


def test_t20_civility_points_change_nothing() -> None:
    def with_points(points: int | None) -> ProgrammeDecision:
        g = _pool()
        g.node(FARM, civility_points=points)
        return decide_programme(inquiry(g))

    assert with_points(0) == with_points(100) == with_points(None)


# Wrong questions ----------------------------------------------------------------------------------------------------


def test_a_programme_that_does_not_exist_or_has_no_core_or_two() -> None:
    g = _pool()
    asked = inquiry(g)
    with pytest.raises(NotFound):
        decide_programme(dataclasses.replace(asked, programme="ChainProgram:none"))
    with pytest.raises(NotFound):
        decide_programme(dataclasses.replace(asked, bank="E:none"))
    g.fact("CORE_OF", MAKER, PROGRAMME, "MEMBER")
    with pytest.raises(ContradictoryStatements):
        decide_programme(inquiry(g))
    g.facts["CORE_OF"].clear()
    g.facts.pop("CORE_OF")
    with pytest.raises(InsufficientData):
        decide_programme(inquiry(g))


def test_two_views_of_different_days_are_no_question() -> None:
    asked = inquiry(_pool())
    other = asked.view.projection.view(asked.view.as_of.replace(day=1), Access.system())
    with pytest.raises(InputError):
        dataclasses.replace(asked, system=other)


# Privacy ------------------------------------------------------------------------------------------------------------


def test_facts_that_the_lender_may_not_see_change_only_the_declassified_answers() -> None:
    """Another bank's loans, police facts and other households' families leave every byte as it was."""
    g, more = _pool(), _pool()
    more.loan("private", MAKER, OTHER_BANK, 900 * WAN)
    more.loan("private to core", CORE, OTHER_BANK, 9_000 * WAN)
    more.node("P:sister")
    more.fact("FAMILY_OF", f"P:head-{FARM}", "P:sister", "RESTRICTED", kin="SIBLING")
    entry = more.node("ListMembership:p", list_kind="DISHONEST_DEBTOR")
    more.fact("SUBJECT_OF", MAKER, entry, Audience.POLICE.value)
    first, second = (decide_programme(inquiry(x, lender(FARM))) for x in (g, more))
    assert repr(first) == repr(second)


def test_a_hidden_family_tie_refuses_with_a_bare_yes() -> None:
    g = _pool()
    for owner, company in (("P:k", CORE), ("P:l", MAKER)):
        g.node(owner)
        g.fact("OWNS", owner, company, share_ratio=0.8)
    g.fact("FAMILY_OF", "P:k", "P:l", "RESTRICTED", kin="SPOUSE")
    hidden = decide_member(inquiry(g, lender()), MAKER).refusals[0]
    assert (hidden.rule.id, dict(hidden.inputs), hidden.evidence) == (
        "buyer_and_seller_related",
        {"common_control": True},
        (),
    )
    seen = decide_member(inquiry(g), MAKER).refusals[0]
    assert "FAMILY_OF" in {f.relationship for f in seen.evidence}
    claim = decide_member(inquiry(g, lender()), MAKER).claims[0]
    assert [(r.rule.id, r.evidence) for r in claim.reasons] == [("debtor_affiliate", ())]


def test_every_cited_fact_is_one_that_the_lender_may_see() -> None:
    g = _pool()
    g.loan("own", MAKER, BANK, WAN, programme=PROGRAMME)
    g.loan("other", MAKER, OTHER_BANK, WAN, finances=("Receivable:E:maker",))
    asked = inquiry(g, lender(FARM))
    visible = {
        asked.view.projection.fact(name, int(p)).id
        for name in asked.view.projection.edges
        for p in asked.view.positions(name)
    }
    cited = {
        fact.id
        for m in decide_programme(asked).members
        for facts in (
            m.path,
            *(t.facts for t in m.terms),
            *(f.evidence for f in m.findings),
            *(c.facts for c in m.claims),
            *(r.evidence for c in m.claims for r in c.reasons),
        )
        for fact in facts
    }
    assert cited
    assert cited <= visible
