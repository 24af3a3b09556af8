"""Post-loan alerts (S0-05) on small graphs: relation by relation, and what raises none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from algorithms.projection import Access, Projection
from algorithms.risk.alerts.early_warning import BOOK, Alerts, evidence, post_loan_alerts
from algorithms.rules import govern, load
from schema.access import Audience
from tests.unit.lending.builder import Graph

DAY, LISTED = dt.date(2026, 11, 22), dt.date(2026, 11, 20)
BANK, OTHER = "E:bank", "E:other-bank"
AS_BANK = Access(frozenset({Audience.PUBLIC, Audience.MEMBER}), banks=frozenset({BANK}))


def loaned(balance: int | None = 100) -> Graph:
    """A borrower with one loan at each of two banks, and a bad actor who is on the list of dishonest debtors."""
    g = Graph()
    for bank in (BANK, OTHER):
        g.node(bank, "Enterprise", "Bank")
    g.node("E:borrower"), g.node("P:bad"), g.node("P:good"), g.node("E:bad")
    g.loan("1", "E:borrower", BANK, balance)
    g.loan("2", "E:borrower", OTHER, balance)
    return g


def listing(g: Graph, party: str, kind: str = "DISHONEST_DEBTOR", **dates: dt.date) -> None:
    record = g.node(f"ListMembership:{party}:{kind}", list_kind=kind, **{"listed_on": LISTED, **dates})
    g.fact("SUBJECT_OF", party, record)


def raised(
    g: Graph, day: dt.date = DAY, bank: str = BANK, access: Access = AS_BANK
) -> tuple[Projection, Alerts]:
    p = g.project()
    view = p.view(day, access)
    return p, post_loan_alerts(view, p.position(bank), govern(load(BOOK), day))


def said(
    g: Graph, day: dt.date = DAY, bank: str = BANK, access: Access = AS_BANK
) -> list[tuple[str, str, str]]:
    """(loan, rule, who is listed) of each alert."""
    p, alerts = raised(g, day, bank, access)
    return [(p.ids[a.loan], a.rule.id, p.ids[a.party]) for a in alerts]


def guarantee(g: Graph) -> None:
    g.node("Guarantee:1", amount_fen=100, form="JOINT_AND_SEVERAL")
    g.fact("GUARANTOR", "P:bad", "Guarantee:1", "MEMBER")
    g.fact("BENEFICIARY", "Guarantee:1", "E:borrower", "MEMBER")


def owner(g: Graph) -> None:
    """30 % of the borrower, half of it through a company."""
    g.node("E:between")
    g.fact("OWNS", "P:bad", "E:borrower", share_ratio=0.15)
    g.fact("OWNS", "P:bad", "E:between", share_ratio=0.3)
    g.fact("OWNS", "P:good", "E:between", share_ratio=0.7)
    g.fact("OWNS", "E:between", "E:borrower", share_ratio=0.5)
    g.fact("OWNS", "P:good", "E:borrower", share_ratio=0.35)


def representative(g: Graph) -> None:
    g.fact("LEGAL_REP_OF", "P:bad", "E:borrower")


def seats(g: Graph) -> None:
    """Most of the board, and no share."""
    g.fact("APPOINTS", "P:bad", "E:borrower", seats=3, board_size=5)


def buyer(g: Graph) -> None:
    g.fact("SUPPLIES", "E:borrower", "P:bad", "MEMBER", share_ratio=0.5)


def core(g: Graph) -> None:
    g.node("ChainProgram:1")
    g.fact("CORE_OF", "E:bad", "ChainProgram:1", "MEMBER")
    private = {"audience": "BANK_PRIVATE", "bank": BANK}
    g.fact("DRAWN_UNDER", "Loan:1", "ChainProgram:1", **private)


WAYS = {
    "guarantor": (guarantee, ["SUBJECT_OF", "GUARANTOR", "BENEFICIARY", "LENT_TO"]),
    "owner": (owner, ["SUBJECT_OF", "OWNS", "OWNS", "OWNS", "LENT_TO"]),
    "legal_representative": (representative, ["SUBJECT_OF", "LEGAL_REP_OF", "LENT_TO"]),
    "controller": (seats, ["SUBJECT_OF", "APPOINTS", "LENT_TO"]),
    "dependence": (buyer, ["SUBJECT_OF", "SUPPLIES", "LENT_TO"]),
    "core": (core, ["SUBJECT_OF", "CORE_OF", "DRAWN_UNDER", "LENT_TO"]),
}


@pytest.mark.parametrize("relation", WAYS)
def test_s0_05_a_listing_around_the_borrower_raises_an_alert_with_the_whole_path(relation: str) -> None:
    g, (stand, path) = loaned(), WAYS[relation]
    stand(g)
    assert said(g) == []
    bad = "E:bad" if relation == "core" else "P:bad"
    listing(g, bad)
    p, alerts = raised(g)
    (alert,) = alerts
    assert (p.ids[alert.loan], alert.rule.id) == ("Loan:1", f"{relation}_disqualified")
    assert "S0-05" in alert.rule.citation
    assert alert.rule.value in ("HIGH", "MEDIUM")
    way = evidence(p.view(DAY, AS_BANK), alert)
    assert [name for name, _ in way.places] == path
    nodes = [p.ids[n] for n in way.nodes]
    assert nodes[:2] == [f"ListMembership:{bad}:DISHONEST_DEBTOR", bad]
    assert {"E:borrower", "Loan:1"} <= set(nodes)


def everything(g: Graph) -> None:
    for stand, _ in WAYS.values():
        stand(g)
    listing(g, "P:bad"), listing(g, "E:bad")


@pytest.mark.parametrize(
    ("balance", "expected"), [(0, 0), (1, 6), (None, 6)], ids=["repaid", "one fen", "amount unknown"]
)
def test_s0_05_a_repaid_loan_raises_none(balance: int | None, expected: int) -> None:
    g = loaned(balance)
    everything(g)
    assert len(said(g)) == expected


def test_s0_05_an_alert_lasts_as_long_as_the_listing() -> None:
    g = loaned()
    representative(g)
    listing(g, "P:bad", removed_on=DAY)
    assert said(g) == []
    assert len(said(g, LISTED)) == 1
    assert said(g, LISTED - dt.timedelta(days=1)) == []


def test_s0_05_a_quarter_is_not_more_than_a_quarter() -> None:
    g = loaned()
    g.fact("OWNS", "P:bad", "E:borrower", share_ratio=0.25)
    g.fact("OWNS", "P:good", "E:borrower", share_ratio=0.75)
    listing(g, "P:bad")
    assert said(g) == []


def test_s0_05_a_circle_of_holdings_counts_with_all_its_walks() -> None:
    """24 % directly, and 6 % of the borrower comes back to itself: 25.5 %."""
    g = loaned()
    g.node("E:back")
    g.fact("OWNS", "P:bad", "E:borrower", share_ratio=0.24)
    g.fact("OWNS", "E:back", "E:borrower", share_ratio=0.12)
    g.fact("OWNS", "E:borrower", "E:back", share_ratio=0.5)
    g.fact("OWNS", "P:good", "E:back", share_ratio=0.5)
    g.fact("OWNS", "P:good", "E:borrower", share_ratio=0.64)
    listing(g, "P:bad")
    assert said(g) == [("Loan:1", "owner_disqualified", "P:bad")]


def test_s0_05_most_severe_first_then_the_latest() -> None:
    g = loaned()
    everything(g)
    listing(g, "E:borrower", "TAX_ARREARS")
    listing(g, "P:good", "WAGE_ARREARS", listed_on=DAY)
    g.fact("LEGAL_REP_OF", "P:good", "E:borrower")
    _, alerts = raised(g)
    assert [a.rule.value for a in alerts] == sorted(
        (a.rule.value for a in alerts), key=("HIGH", "MEDIUM", "LOW").index
    )
    medium = [a.rule.id for a in alerts if a.rule.value == "MEDIUM"]
    assert medium[:2] == ["controller_attention", "legal_representative_attention"]
    assert set(medium) >= {"borrower_attention", "dependence_disqualified", "core_disqualified"}


@pytest.mark.parametrize("stand", [guarantee, buyer], ids=["guarantor", "buyer"])
def test_s0_05_the_view_is_the_banks_own(stand: Callable[[Graph], None]) -> None:
    g = loaned()
    stand(g)
    listing(g, "P:bad")
    assert [loan for loan, _, _ in said(g)] == ["Loan:1"]
    assert said(g, bank=OTHER) == []  # the other bank's book is closed
    public = Access(frozenset({Audience.PUBLIC}), banks=frozenset({BANK}))
    assert said(g, access=public) == []  # guarantees and supplies are shared with members only


def test_s0_05_each_loan_of_a_joint_borrower_and_each_list_is_an_alert_of_its_own() -> None:
    g = loaned()
    g.loan("3", "E:borrower", BANK, 50)
    representative(g)
    listing(g, "P:bad"), listing(g, "P:bad", "DEBT_EVASION")
    p, alerts = raised(g)
    assert sorted(p.ids[a.loan] for a in alerts) == ["Loan:1", "Loan:1", "Loan:3", "Loan:3"]
    assert len({a.key(p.ids) for a in alerts}) == 4


def test_a_town_without_lists_or_loans_has_no_alerts() -> None:
    g = loaned()
    assert said(g) == []
    g.nodes.pop("Loan"), g.facts.clear()
    listing(g, "P:bad")
    assert said(g) == []
