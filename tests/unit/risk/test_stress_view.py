"""The coupled stress test over a small town: what each loses, on which facts, and what nobody stated."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from algorithms.projection import Access, View
from algorithms.risk.flows import claims, exposures, guarantees, loans, supplies
from algorithms.risk.stress_view import StressOfView, stress_of_view
from algorithms.rules import govern, load
from schema.access import Audience
from schema.errors import InputError
from tests.unit.lending.builder import Graph

DAY = dt.date(2026, 11, 22)
MILL, BAKER, FARM, BANK, UNCLE, PARENT = "E:mill", "E:baker", "H:x:1", "E:bank", "P:x:1", "E:parent"


def town() -> Graph:
    """A farm supplies a mill, the mill a baker; the mill owes the farm and the bank; an uncle and the parent stand in for the mill."""
    graph = Graph()
    graph.node(MILL, "Enterprise", industry_code="C1311")
    graph.node(BAKER, "Enterprise", industry_code="1411")
    graph.node(PARENT, "Enterprise")
    graph.node(BANK, "Bank")
    graph.node(FARM)
    graph.node(UNCLE)
    graph.fact("SUPPLIES", FARM, MILL, "MEMBER", amount_fen=10_000)
    graph.fact("SUPPLIES", MILL, BAKER, "MEMBER", amount_fen=30_000)
    graph.fact("SUPPLIES", BAKER, UNCLE, "MEMBER", amount_fen=None)
    graph.receivable("r1", FARM, MILL, 4_000)
    graph.receivable("r2", MILL, BAKER, 6_000)
    graph.receivable("r3", MILL, BAKER, None)
    graph.invoice("v1", FARM, MILL, 500)
    graph.fact("BILLED_BY", "Receivable:r1", graph.invoice("v2", FARM, MILL, 4_000), "MEMBER")
    graph.loan("l1", MILL, BANK, 8_000)
    for name, who in (("g1", UNCLE), ("g2", PARENT)):
        pledge = graph.node(f"Guarantee:{name}", amount_fen=8_000, form="JOINT_AND_SEVERAL")
        graph.fact("GUARANTOR", who, pledge, "MEMBER")
        graph.fact("BENEFICIARY", pledge, MILL, "MEMBER")
    graph.fact("OWNS", PARENT, MILL, share_ratio=1.0)
    capital = graph.node(
        "BankCapital:1", measured_on=dt.date(2026, 1, 1), tier1_fen=41_000, net_capital_fen=50_000
    )
    graph.fact("CAPITALISED_AT", BANK, capital, "MEMBER")
    return graph


def view_of(graph: Graph, access: Access | None = None) -> View:
    return graph.project().view(DAY, access or Access.system())


def failed(view: View, *ids: str) -> StressOfView:
    positions = np.array([view.projection.position(i) for i in ids], dtype=np.int64)
    return stress_of_view(
        view, positions, govern(load("stress_test"), DAY), govern(load("connected_clients"), DAY)
    )


def test_amounts_are_read_as_stated_and_what_is_missing_is_counted() -> None:
    view = view_of(town())
    at = view.projection.position
    assert (supplies(view).missing, claims(view).missing, loans(view).missing) == (1, 1, 0)
    # The billed invoice is the receivable's own; the other one is a debt beside it.
    assert sorted(claims(view).amount.tolist()) == [500, 4_000, 6_000]
    assert exposures(view)[at(FARM), at(MILL)] == 4_500
    assert exposures(view)[at(BANK), at(MILL)] == 8_000
    assert guarantees(view).amount.tolist() == [8_000, 8_000]


def test_a_joint_loan_is_shared_and_a_repeated_statement_counts_once() -> None:
    graph = town()
    graph.fact("LENT_TO", "Loan:l1", BAKER, "BANK_PRIVATE", bank=BANK)
    graph.fact("LENT_TO", "Loan:l1", MILL, "BANK_PRIVATE", bank=BANK)
    view = view_of(graph)
    at = view.projection.position
    owed = exposures(view)
    assert (owed[at(BANK), at(MILL)], owed[at(BANK), at(BAKER)]) == (4_000, 4_000)


def test_the_mill_fails() -> None:
    found = failed(view_of(town()), MILL)
    at, most, least = found.economy, found.bounds.most, found.bounds.least
    assert found.bounds.converged
    p = view_of(town()).projection.position
    # The farm sells to nobody else and the baker needs flour: both stop.
    assert most.output[[p(FARM), p(MILL), p(BAKER)]].tolist() == [1, 1, 1]
    # The baker sets off what it owes the mill, so the mill has nothing to pay with. The farm could deliver: its claim
    # is not set off but unpaid.
    assert most.diluted[p(MILL)] == 6_000
    assert (most.unpaid[p(FARM)], most.diluted[p(FARM)]) == (4_500, 0)
    # Each guarantor is called for half of the loan; with enough of their own they pay, else the bank loses it all.
    assert least.calls[[p(UNCLE), p(PARENT)]].tolist() == [4_000, 4_000]
    assert least.unpaid[p(BANK)] == 0
    assert most.calls[[p(UNCLE), p(PARENT)]].tolist() == [8_000, 8_000]
    assert most.unpaid[p(BANK)] == 8_000
    assert at.sales[p(MILL)] == 30_000


def test_the_group_limit_breaks_with_the_banks_capital() -> None:
    """Loans of 8,000 stay within 20 % of 41,000; after a loss of 8,000 the limit is 6,600."""
    found = failed(view_of(town()), MILL)
    groups, calm = found.bounds.most.groups, found.bounds.least.groups
    assert groups is not None
    assert calm is not None
    heads = found.economy.groups.heads
    p = view_of(town()).projection
    assert [p.ids[head] for head in heads[int(groups.group[0])]] == [PARENT]
    assert groups.limit_before.tolist() == [8_200]
    assert groups.limit_after.tolist() == [6_600]
    assert (groups.breached_before.tolist(), groups.breached.tolist()) == ([False], [True])
    assert calm.breached.tolist() == [False]


def test_every_loss_names_its_facts() -> None:
    view = view_of(town())
    found = failed(view, MILL)
    reasons, p = found.reasons(), view.projection

    def said(stage: str, party: str) -> list[tuple[str, str, str]]:
        facts = [p.fact(*place) for place in reasons.of(stage, p.position(party))]
        return sorted((f.relationship, f.start, f.end) for f in facts)

    assert said("UNPAID", BANK) == [("LENT_BY", "Loan:l1", BANK), ("LENT_TO", "Loan:l1", MILL)]
    assert said("CALLS", UNCLE) == [
        ("BENEFICIARY", "Guarantee:g1", MILL),
        ("GUARANTOR", UNCLE, "Guarantee:g1"),
    ]
    assert said("OUTPUT", BAKER) == [("SUPPLIES", MILL, BAKER)]
    assert ("OWED_TO", "Receivable:r1", FARM) in said("UNPAID", FARM)
    assert said("DILUTION", MILL) == [("OWED_BY", "Receivable:r2", BAKER), ("OWED_TO", "Receivable:r2", MILL)]
    order = [p.ids[i] for i in found.affected()]
    assert set(order) == {BANK, MILL, FARM, BAKER, UNCLE, PARENT}


def test_without_the_bank_s_book_a_guarantee_still_stands_for_a_debt() -> None:
    supervisor = Access(frozenset({Audience.PUBLIC, Audience.MEMBER, Audience.RESTRICTED}))
    view = view_of(town(), supervisor)
    p, found = view.projection.position, failed(view, MILL)
    assert len(loans(view).amount) == 0
    assert found.bounds.most.unpaid[p(BANK)] == 0
    assert found.bounds.least.calls[[p(UNCLE), p(PARENT)]].tolist() == [4_000, 4_000]
    assert found.bounds.most.outside_loss == 8_000


def test_nobody_or_no_party_cannot_fail() -> None:
    view = view_of(town())
    with pytest.raises(InputError, match="at least one party"):
        failed(view)
    with pytest.raises(InputError, match="only parties that may be seen"):
        stress_of_view(
            view,
            np.array([len(view.projection) - 1]),
            govern(load("stress_test"), DAY),
            govern(load("connected_clients"), DAY),
        )
