"""What refuses or flags a member: trade, relations, sanctions, guarantors, wages; boundaries; what is only unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from algorithms.lending import Decision, MemberDecision, decide_member
from algorithms.rules import Outcome
from tests.unit.lending.builder import (
    BANK,
    CORE,
    DAY,
    FARM,
    MAKER,
    OTHER_BANK,
    PRODUCT,
    PROGRAMME,
    WAN,
    Graph,
    add_enterprise,
    add_household,
    inquiry,
    lender,
    programme_graph,
)

ON = dt.date(2026, 10, 1)


def _decide(g: Graph, member: str = MAKER) -> MemberDecision:
    return decide_member(inquiry(g), member)


def _graph(**agreement: object) -> Graph:
    g = programme_graph(**agreement)
    add_enterprise(g)
    return g


def _refused_by(decision: MemberDecision) -> list[str]:
    refused = bool(decision.refusals) or decision.standalone_limit_fen == 0
    assert (decision.decision is Decision.REFUSED) == refused
    return [f.rule.id for f in decision.refusals]


def _outcome(decision: MemberDecision, rule: str) -> Outcome:
    return next(f.outcome for f in decision.findings if f.rule.id == rule)


# Trade --------------------------------------------------------------------------------------------------------------


def test_s1_49_only_suppliers_with_core_confirmed_trade_are_eligible() -> None:
    g = programme_graph()
    add_enterprise(g, owed=0, confirmed_on=None, confirmed_by=None)
    decision = _decide(g)
    assert _refused_by(decision) == ["no_confirmed_trade"]
    g.receivable("confirmed", MAKER, CORE, WAN)
    assert _decide(g).decision is Decision.ELIGIBLE


@pytest.mark.parametrize(
    ("by", "confirmed"),
    [(CORE, True), ("core", True), ("核心公司", True), (None, True), (MAKER, False), ("审计", False)],
)
def test_s1_49_who_confirmed_must_be_the_core(by: str | None, confirmed: bool) -> None:
    g = programme_graph()
    add_enterprise(g, owed=0, confirmed_by=by)
    assert ("no_confirmed_trade" not in _refused_by(_decide(g))) is confirmed


def test_a_term_that_leaves_nothing_refuses_and_is_named() -> None:
    g = programme_graph()
    add_enterprise(g, owed=0)
    decision = _decide(g)
    assert (decision.decision, decision.standalone_limit_fen) == (Decision.REFUSED, 0)
    assert (decision.refusals, decision.binding_term) == ((), "claims")


def test_a_confirmation_that_is_still_to_come_confirms_nothing() -> None:
    g = programme_graph()
    add_enterprise(g, owed=0, confirmed_on=DAY + dt.timedelta(days=1))
    assert "no_confirmed_trade" in _refused_by(_decide(g))


def test_a_confirmed_order_is_confirmed_trade_and_a_contract() -> None:
    g = programme_graph()
    add_household(g)
    g.facts["SUPPLIES"].clear()
    g.facts.pop("SUPPLIES")
    assert _refused_by(_decide(g, FARM)) == ["household_without_contract"]
    g.order("o", FARM, CORE, WAN)
    assert _decide(g, FARM).decision is Decision.ELIGIBLE


def test_t22_a_member_who_only_buys_from_the_core_is_refused_unless_downstream_is_included() -> None:
    def shop(downstream: bool) -> list[str]:
        g = programme_graph(downstream=downstream)
        add_enterprise(g, owed=0)
        g.facts.pop("SUPPLIES")
        g.fact("SUPPLIES", CORE, MAKER, "MEMBER", amount_fen=WAN, confirmed_by=CORE, confirmed_on=ON)
        return _refused_by(_decide(g))

    assert shop(downstream=False) == ["downstream_not_included", "no_confirmed_trade"]
    assert shop(downstream=True) == []


def test_t22_who_sells_to_the_core_and_buys_from_it_is_flagged() -> None:
    g = _graph()
    g.fact("SUPPLIES", CORE, MAKER, "MEMBER", amount_fen=WAN)
    decision = _decide(g)
    assert [f.rule.id for f in decision.flags] == ["trades_both_ways"]
    assert len(decision.flags[0].evidence) == 4  # both supply relations, and who owes the receivable to whom


def test_a_suppliers_supplier_needs_a_split_voucher() -> None:
    g = _graph()
    second = g.node("E:second", "Enterprise")
    g.fact("PARTICIPATES_IN", second, PROGRAMME, "MEMBER", tier=2)
    g.fact("SUPPLIES", second, MAKER, "MEMBER", confirmed_by=MAKER, confirmed_on=ON)
    decision = _decide(g, second)
    assert "needs_split_voucher" in _refused_by(decision)
    assert [(f.start, f.end) for f in decision.path] == [(second, MAKER), (MAKER, CORE)]


def test_s1_49_every_decision_carries_its_path() -> None:
    g = _graph()
    assert [(f.relationship, f.start, f.end) for f in _decide(g).path] == [("SUPPLIES", MAKER, CORE)]
    g.facts.pop("SUPPLIES")
    assert [f.relationship for f in _decide(g).path] == ["OWED_TO", "OWED_BY"]
    stranger = g.node("E:stranger", "Enterprise")
    g.fact("PARTICIPATES_IN", stranger, PROGRAMME, "MEMBER", tier=1)
    assert [f.relationship for f in _decide(g, stranger).path] == ["PARTICIPATES_IN", "CORE_OF", "RUN_BY"]


def test_a_party_outside_the_programme_and_a_bank_that_does_not_run_it_are_refused() -> None:
    g = _graph()
    g.facts["PARTICIPATES_IN"].clear()
    g.facts.pop("PARTICIPATES_IN")
    g.facts["RUN_BY"][0]["end"] = OTHER_BANK
    assert _refused_by(_decide(g)) == ["not_a_member", "bank_does_not_run_programme"]


@pytest.mark.parametrize("status", ["SUSPENDED", "REVOKED", "DEREGISTERED"])
def test_an_enterprise_that_is_not_in_business_is_refused(status: str) -> None:
    g = _graph()
    g.node(MAKER, status=status)
    assert _refused_by(_decide(g)) == ["not_in_business"]


def test_a_rule_that_cannot_be_told_makes_the_answer_unknown_unless_another_refuses() -> None:
    g = _graph()
    g.node(MAKER, status=None)
    decision = _decide(g)
    assert decision.decision is Decision.UNKNOWN
    assert decision.supply == ("LegalEntity.status: the registration status of the enterprise",)
    _list(g, MAKER)
    assert _refused_by(_decide(g)) == ["member_sanctioned"]


# The form of the product --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "ground"),
    [
        ("RECEIVABLE_PLEDGE", lambda g: g.receivable("r", MAKER, CORE, WAN)),
        (
            "SUPPLY_CHAIN",
            lambda g: g.fact("SUPPLIES", MAKER, CORE, "MEMBER", confirmed_by=CORE, confirmed_on=ON),
        ),
        ("GUARANTEE_PLEDGE", lambda g: _guarantee(g, "g", BANK, MAKER)),
    ],
)
def test_s3_08_each_form_of_financing_needs_its_own_ground(
    form: str, ground: Callable[[Graph], object]
) -> None:
    g = programme_graph()
    add_enterprise(g, owed=0)
    g.facts.pop("SUPPLIES")
    g.node(PRODUCT, form=form)
    assert "product_form_lacks_its_ground" in _refused_by(_decide(g))
    ground(g)
    assert "product_form_lacks_its_ground" not in _refused_by(_decide(g))


def test_s3_08_pure_credit_and_a_programme_without_a_product_need_no_ground() -> None:
    g = _graph()
    g.node(PRODUCT, form="CREDIT")
    assert _refused_by(_decide(g)) == []
    g.facts.pop("UNDER_PRODUCT")
    assert _refused_by(_decide(g)) == []
    g = _graph()
    g.node(PRODUCT, form=None)
    assert "LoanProduct.form" in _decide(g).supply


# Relations ----------------------------------------------------------------------------------------------------------


def _own(*shares: tuple[str, str, float | None]) -> Callable[[Graph], None]:
    def build(g: Graph) -> None:
        for owner, asset, share in shares:
            g.node(owner, "Enterprise") if owner not in {CORE, MAKER} else None
            g.node(asset, "Enterprise") if asset not in {CORE, MAKER} else None
            g.fact("OWNS", owner, asset, share_ratio=share)

    return build


TIED = {
    "one person controls both": _own(("P:k", CORE, 0.7), ("P:k", MAKER, 0.6)),
    "one person holds 25 % of both": _own(("P:k", CORE, 0.25), ("P:k", MAKER, 0.25)),
    "the core holds the member": _own((CORE, MAKER, 0.3)),
    "the member holds the core": _own((MAKER, CORE, 0.25)),
    "through a holding": _own(("P:k", "E:h", 1.0), ("E:h", CORE, 0.5), ("P:k", MAKER, 0.5)),
    "controls one by a chain of 51 %": _own(("P:k", "E:h", 0.51), ("E:h", MAKER, 0.51), ("P:k", CORE, 0.51)),
}
NOT_TIED = {
    "nobody in common": _own(("P:k", CORE, 0.7), ("P:l", MAKER, 0.6)),
    "24.9 % is below the line": _own(("P:k", CORE, 0.7), ("P:k", MAKER, 0.249)),
    "products count, 0.5 × 0.49": _own(("P:k", "E:h", 0.49), ("E:h", MAKER, 0.5), ("P:k", CORE, 0.7)),
}


@pytest.mark.parametrize("build", TIED.values(), ids=TIED.keys())
def test_s1_49_a_supplier_under_common_control_with_the_core_is_excluded(
    build: Callable[[Graph], None],
) -> None:
    g = _graph()
    build(g)
    decision = _decide(g)
    assert _refused_by(decision) == ["buyer_and_seller_related"]
    assert {f.relationship for f in decision.refusals[0].evidence} == {"OWNS"}
    assert "debtor_affiliate" in [r.rule.id for r in decision.claims[0].reasons]


@pytest.mark.parametrize("build", NOT_TIED.values(), ids=NOT_TIED.keys())
def test_who_only_looks_related_is_not_refused(build: Callable[[Graph], None]) -> None:
    g = _graph()
    build(g)
    assert _refused_by(_decide(g)) == []


def test_a_share_that_nobody_stated_leaves_the_relation_unknown() -> None:
    g = _graph()
    _own(("P:k", CORE, 0.7), ("P:k", MAKER, None))(g)
    decision = _decide(g)
    assert decision.decision is Decision.UNKNOWN
    assert _outcome(decision, "buyer_and_seller_related") is Outcome.UNKNOWN


@pytest.mark.parametrize("tie", ["FAMILY_OF", "ACTS_WITH"])
@pytest.mark.parametrize("turned", [False, True])
def test_s1_49_family_and_concert_parties_of_the_cores_owner_are_excluded(tie: str, turned: bool) -> None:
    g = _graph()
    _own(("P:k", CORE, 0.7), ("P:l", MAKER, 0.6))(g)
    ends = ("P:l", "P:k") if turned else ("P:k", "P:l")
    g.fact(tie, *ends, "RESTRICTED")
    assert _refused_by(_decide(g)) == ["buyer_and_seller_related"]


def test_family_of_family_is_not_family() -> None:
    g = _graph()
    _own(("P:k", CORE, 0.7), ("P:l", MAKER, 0.6))(g)
    g.node("P:between")
    g.fact("FAMILY_OF", "P:k", "P:between", "RESTRICTED", kin="SIBLING")
    g.fact("FAMILY_OF", "P:between", "P:l", "RESTRICTED", kin="SPOUSE")
    assert _refused_by(_decide(g)) == []


def test_a_household_whose_head_owns_the_core_is_excluded() -> None:
    g = programme_graph()
    add_household(g)
    g.fact("OWNS", f"P:head-{FARM}", CORE, share_ratio=0.4)
    decision = _decide(g, FARM)
    assert _refused_by(decision) == ["buyer_and_seller_related"]
    assert {f.relationship for f in decision.refusals[0].evidence} == {"MEMBER_OF", "OWNS"}


def test_companies_of_one_public_agency_are_not_related_by_it() -> None:
    g = _graph()
    g.node("E:office", "Agency")
    g.fact("OWNS", "E:office", CORE, share_ratio=1.0)
    g.fact("OWNS", "E:office", MAKER, share_ratio=1.0)
    assert _refused_by(_decide(g)) == []


def test_a_shared_address_or_representative_flags_and_does_not_refuse() -> None:
    g = _graph()
    for contact, kind in (("C:ADDRESS:1", "ADDRESS"), ("C:IP:1", "IP")):
        g.node(contact, contact_kind=kind)
        for party in (CORE, MAKER):
            g.fact("REACHED_AT", party, contact, "MEMBER")
    g.node("P:rep")
    for party in (CORE, MAKER):
        g.fact("LEGAL_REP_OF", "P:rep", party)
    decision = _decide(g)
    assert decision.decision is Decision.ELIGIBLE
    assert [f.rule.id for f in decision.flags] == ["shared_contact", "shared_legal_representative"]
    assert {f.end for f in decision.flags[0].evidence} == {
        "C:ADDRESS:1"
    }  # the shared IP is no address or phone


# Sanctions ----------------------------------------------------------------------------------------------------------


def _list(g: Graph, party: str, kind: str = "DISHONEST_DEBTOR", **dates: dt.date | None) -> None:
    made = {"listed_on": dt.date(2026, 1, 5), **dates}
    entry = g.node(f"ListMembership:{party}-{kind}", "Sanction", list_kind=kind, **made)
    g.fact("SUBJECT_OF", party, entry)


@pytest.mark.parametrize("kind", ["DISHONEST_DEBTOR", "SERIOUS_VIOLATION", "DEBT_EVASION"])
def test_s1_49_a_member_with_an_open_disqualifying_sanction_is_excluded_with_the_reason(kind: str) -> None:
    g = _graph()
    _list(g, MAKER, kind)
    decision = _decide(g)
    assert _refused_by(decision) == ["member_sanctioned"]
    assert [f.end for f in decision.refusals[0].evidence] == [f"ListMembership:{MAKER}-{kind}"]
    assert (decision.standalone_limit_fen, decision.binding_term) == (0, None)


@pytest.mark.parametrize(
    ("listed", "removed", "live"),
    [
        (DAY, None, True),
        (DAY + dt.timedelta(days=1), None, False),
        (dt.date(2025, 1, 1), DAY, False),
        (dt.date(2025, 1, 1), DAY + dt.timedelta(days=1), True),
    ],
)
def test_a_listing_is_live_from_its_day_until_the_day_before_its_removal(
    listed: dt.date, removed: dt.date | None, live: bool
) -> None:
    g = _graph()
    _list(g, MAKER, listed_on=listed, removed_on=removed)
    assert (_refused_by(_decide(g)) == ["member_sanctioned"]) is live


@pytest.mark.parametrize(("share", "refused"), [(0.25, False), (0.2500001, True), (0.6, True)])
def test_a_listed_owner_refuses_only_above_25_percent(share: float, refused: bool) -> None:
    g = _graph()
    _own(("P:k", MAKER, share))(g)
    _list(g, "P:k")
    assert ("owner_sanctioned" in _refused_by(_decide(g))) is refused


def test_a_listed_owner_counts_through_a_chain_and_both_facts_are_cited() -> None:
    g = _graph()
    _own(("P:k", "E:h", 0.6), ("E:h", MAKER, 0.5))(g)
    _list(g, "P:k")
    finding = _decide(g).refusals[0]
    assert finding.rule.id == "owner_sanctioned"
    assert [(f.start, f.end) for f in finding.evidence if f.relationship == "OWNS"] == [
        ("E:h", MAKER),
        ("P:k", "E:h"),
    ]


def test_a_listed_owner_of_an_unknown_share_is_unknown() -> None:
    g = _graph()
    _own(("P:k", MAKER, None))(g)
    _list(g, "P:k")
    decision = _decide(g)
    assert decision.decision is Decision.UNKNOWN
    assert decision.supply == ("OWNS.share_ratio of the listed owner",)


def test_a_listed_controller_refuses_though_he_owns_little() -> None:
    g = _graph()
    _own(("P:k", "E:h", 0.51), ("E:h", MAKER, 0.51), ("P:l", MAKER, 0.25))(g)
    g.facts["OWNS"][0]["voting_ratio"] = 1.0
    g.facts["OWNS"][0]["share_ratio"] = 0.2
    _list(g, "P:k")
    assert _refused_by(_decide(g)) == ["controller_sanctioned"]


def test_a_listed_head_of_household_refuses() -> None:
    g = programme_graph()
    add_household(g)
    _list(g, f"P:head-{FARM}")
    decision = _decide(g, FARM)
    assert _refused_by(decision) == ["controller_sanctioned"]
    assert [f.relationship for f in decision.refusals[0].evidence] == ["MEMBER_OF", "SUBJECT_OF"]


def _guarantee(
    g: Graph, name: str, guarantor: str, beneficiary: str, called_on: dt.date | None = None
) -> None:
    guarantee = g.node(f"Guarantee:{name}", called_on=called_on)
    g.fact("GUARANTOR", guarantor, guarantee, "MEMBER")
    g.fact("BENEFICIARY", guarantee, beneficiary, "MEMBER")


def test_a_listed_guarantor_refuses() -> None:
    g = _graph()
    g.node("E:guarantor", "Enterprise")
    _guarantee(g, "1", "E:guarantor", MAKER)
    assert _refused_by(_decide(g)) == []
    _list(g, "E:guarantor")
    finding = _decide(g).refusals[0]
    assert finding.rule.id == "guarantor_sanctioned"
    assert [f.relationship for f in finding.evidence] == ["GUARANTOR", "BENEFICIARY", "SUBJECT_OF"]


@pytest.mark.parametrize(
    ("called_on", "refused"), [(None, False), (DAY, True), (DAY + dt.timedelta(days=1), False)]
)
def test_a_guarantor_who_was_called_for_somebody_else_refuses(
    called_on: dt.date | None, refused: bool
) -> None:
    g = _graph()
    g.node("E:guarantor", "Enterprise")
    g.node("E:other", "Enterprise")
    _guarantee(g, "ours", "E:guarantor", MAKER)
    _guarantee(g, "theirs", "E:guarantor", "E:other", called_on)
    assert ("guarantor_called" in _refused_by(_decide(g))) is refused


def test_s3_23_wage_arrears_are_a_hard_negative_until_settled() -> None:
    g = _graph()
    _list(g, MAKER, "WAGE_ARREARS")
    assert _refused_by(_decide(g)) == ["wage_arrears"]
    g.nodes["ListMembership"][f"ListMembership:{MAKER}-WAGE_ARREARS"]["removed_on"] = DAY
    assert _decide(g).decision is Decision.ELIGIBLE


@pytest.mark.parametrize("kind", ["ABNORMAL_OPERATION", "TAX_ARREARS"])
def test_abnormal_operation_and_tax_arrears_flag(kind: str) -> None:
    g = _graph()
    _list(g, MAKER, kind)
    assert [f.rule.id for f in _decide(g).flags] == ["listed_for_attention"]


# The core's word ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payables", "outcome"),
    [(100 * WAN, Outcome.PASSED), (100 * WAN - 1, Outcome.FIRED), (None, Outcome.UNKNOWN)],
)
def test_a_core_that_confirms_more_than_its_audited_payables_is_flagged(
    payables: int | None, outcome: Outcome
) -> None:
    g = _graph()
    statement = g.node(
        "FinancialStatement:core", audited=True, period_to=dt.date(2025, 12, 31), payables_fen=payables
    )
    g.fact("SUBJECT_OF", CORE, statement, "MEMBER")
    decision = _decide(g)
    assert _outcome(decision, "core_confirms_above_its_books") is outcome
    assert decision.decision is Decision.ELIGIBLE


# Double financing ---------------------------------------------------------------------------------------------------


def _billed(g: Graph, name: str, **values: object) -> str:
    invoice = g.invoice(name, MAKER, CORE, 20 * WAN, **values)
    g.fact("BILLED_BY", g.receivable(name, MAKER, CORE, 20 * WAN), invoice, "MEMBER")
    return invoice


def test_s1_50_an_invoice_financed_by_another_bank_is_refused_barely() -> None:
    g = _graph()
    g.loan("elsewhere", MAKER, OTHER_BANK, WAN, finances=(_billed(g, "f1"),))
    found = decide_member(inquiry(g, lender()), MAKER)
    claim = next(c for c in found.claims if c.id == "Receivable:f1")
    assert [(r.rule.id, dict(r.inputs), r.evidence) for r in claim.reasons] == [
        ("financed_elsewhere", {"financed_elsewhere": True}, ())
    ]
    assert found.decision is Decision.ELIGIBLE  # one financing elsewhere spends the claim, not the member


def test_s1_50_the_same_invoice_financed_twice_across_funders_refuses_the_member() -> None:
    g = _graph()
    invoice = _billed(g, "f1")
    g.loan("here", MAKER, BANK, WAN, finances=(invoice, "Receivable:f1"))
    assert _refused_by(_decide(g)) == []  # one loan on the paper and on its claim is one financing
    g.loan("elsewhere", MAKER, OTHER_BANK, WAN, finances=(invoice,))
    refusal = decide_member(inquiry(g, lender()), MAKER).refusals[0]
    assert refusal.rule.id == "invoice_financed_twice"
    assert dict(refusal.inputs) == {"invoice_financed_twice": True}
    assert refusal.evidence == ()


def test_s1_50_a_copy_of_an_invoice_from_another_source_is_the_same_invoice() -> None:
    g = _graph()
    original = _billed(g, "f1", number="4420 0001", code="aB")
    copy = g.invoice("copy", MAKER, CORE, 20 * WAN, number="44200001", code="AB")
    other = g.invoice("other", MAKER, CORE, 20 * WAN, number="44200002", code="AB")
    g.loan("one", MAKER, OTHER_BANK, WAN, finances=(original,))
    g.loan("unrelated", MAKER, OTHER_BANK, WAN, finances=(other,))
    assert _refused_by(_decide(g)) == []
    g.loan("two", MAKER, OTHER_BANK, WAN, finances=(copy,))
    assert _refused_by(_decide(g)) == ["invoice_financed_twice"]


def test_an_invoice_whose_first_loan_is_repaid_is_not_financed_twice() -> None:
    g = _graph()
    invoice = _billed(g, "f1")
    g.loan("repaid", MAKER, BANK, 0, finances=(invoice,))
    g.loan("live", MAKER, BANK, WAN, finances=(invoice,))
    assert _refused_by(_decide(g)) == []


def test_an_assignment_to_the_lender_is_its_security_and_to_another_a_second_financing() -> None:
    g = _graph()
    invoice = _billed(g, "f1")
    g.loan("live", MAKER, BANK, WAN, finances=(invoice,))
    g.fact("ASSIGNED_TO", invoice, BANK, "MEMBER")
    assert _refused_by(_decide(g)) == []
    g.fact("ASSIGNED_TO", invoice, OTHER_BANK, "MEMBER")
    decision = _decide(g)
    assert _refused_by(decision) == ["invoice_financed_twice"]
    assert {f.relationship for f in decision.refusals[0].evidence} == {"FINANCES", "ASSIGNED_TO"}


def test_s1_50_an_order_that_another_bank_has_financed_counts_no_more() -> None:
    g = _graph()
    order = g.order("o", MAKER, CORE, WAN)
    assert next(c for c in _decide(g).claims if c.id == order).finance_fen > 0
    g.loan("elsewhere", MAKER, OTHER_BANK, WAN, finances=(order,))
    claim = next(c for c in decide_member(inquiry(g, lender()), MAKER).claims if c.id == order)
    assert [(r.rule.id, r.evidence) for r in claim.reasons] == [("order_financed_elsewhere", ())]
    assert claim.finance_fen == 0
