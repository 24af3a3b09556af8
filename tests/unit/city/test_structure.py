"""What the city looks like: shares, cycles, guarantees, programmes, adverse records."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import networkx as nx
import pytest

from loaders.city.spec import CitySpec
from tests.unit.city.reading import CityOnDisk, Row

# A bank's guarantees, published aggregates (the module's docstring): per party
_PER_PARTY = {
    "guarantees": 15_364 / 19_665,
    "components": 7_406 / 19_665,
    "pairs": 6_786 / 19_665,
    "largest": 539 / 19_665,
    "zero": 870 / 19_665,
    "repeated": 1_057 / 19_665,
}


def _shares(city: CityOnDisk) -> dict[str, list[Row]]:
    shares: dict[str, list[Row]] = defaultdict(list)
    for row in city.rows("shareholdings"):
        shares[row["asset"]].append(row)
    return shares


def test_declared_complete_shares_add_up_to_one_exactly(city: CityOnDisk) -> None:
    shares, complete = _shares(city), 0
    for row in city.rows("enterprises"):
        held = sum(Decimal(s["share_ratio"] or 0) for s in shares[row["uscc"]])
        if row["shares_complete"] == "true":
            assert held == 1, row
            complete += 1
        elif row["shares_complete"] == "false":
            assert 0 < held < 1
        else:
            assert not shares[row["uscc"]]  # collectives, partnerships and authorities have no shares
    assert complete > 0.8 * city.manifest.spec.enterprises


def test_subscribed_capital_adds_up_to_the_registered(city: CityOnDisk) -> None:
    shares = _shares(city)
    for row in city.rows("enterprises"):
        if row["shares_complete"] == "true":
            subscribed = sum(int(s["subscribed_fen"]) for s in shares[row["uscc"]])
            assert subscribed == int(row["registered_capital_fen"])


def test_partners_share_the_whole_income_and_one_manages(city: CityOnDisk) -> None:
    partners: dict[str, list[Row]] = defaultdict(list)
    for row in city.rows("partners"):
        partners[row["partnership"]].append(row)
    assert partners
    for rows in partners.values():
        assert sum(Decimal(r["income_ratio"]) for r in rows) == 1
        assert [r["role"] for r in rows].count("GP") == 1


def test_ownership_has_cycles_loops_and_pyramids(city: CityOnDisk) -> None:
    held = nx.DiGraph(
        (row["owner"].removeprefix("E:"), row["asset"])
        for row in city.rows("shareholdings")
        if row["owner"].startswith("E:")
    )
    sizes = sorted(len(c) for c in nx.strongly_connected_components(held) if len(c) > 1)
    cluster = len(city.manifest.spec.cluster)
    assert cluster in sizes  # the large strongly connected component
    assert 3 in sizes  # rings, and the demo case
    assert nx.number_of_selfloops(held) >= 1
    assert nx.dag_longest_path_length(nx.condensation(held)) >= 4  # pyramids


def _network(city: CityOnDisk) -> tuple[list[Row], nx.DiGraph]:
    rows = city.rows("guarantees")
    return rows, nx.DiGraph((r["guarantor"], r["beneficiary"]) for r in rows)


@pytest.mark.parametrize(("what", "share"), _PER_PARTY.items())
def test_guarantee_network_scales_the_published_aggregates(
    county: CityOnDisk, what: str, share: float
) -> None:
    rows, network = _network(county)
    sizes = sorted(len(c) for c in nx.weakly_connected_components(network))
    found = {
        "guarantees": len(rows),
        "components": len(sizes),
        "pairs": sizes.count(2),
        "largest": sizes[-1],
        "zero": sum(r["amount_fen"] == "0" for r in rows),
        "repeated": len(rows) - network.number_of_edges(),
    }
    tolerance = 0.3 if what in ("zero", "repeated") else 0.08
    assert found[what] == pytest.approx(share * len(network), rel=tolerance)


def test_guarantee_chains_and_cycles_have_the_published_lengths(county: CityOnDisk) -> None:
    rows, network = _network(county)
    cycles = [len(c) for c in nx.strongly_connected_components(network) if len(c) > 1]
    assert max(cycles) == 7
    assert len(cycles) == 2  # 20 scaled to 1,500 parties
    assert nx.dag_longest_path_length(nx.condensation(network)) == 5
    amounts = sorted(int(r["amount_fen"]) for r in rows)
    assert amounts[len(amounts) // 2] == pytest.approx(1_575_000, rel=0.15)


def test_village_has_a_guarantee_cycle_too(village: CityOnDisk) -> None:
    _, network = _network(village)
    assert any(len(c) > 1 for c in nx.strongly_connected_components(network))


def test_programmes_have_enterprises_and_households_upstream(city: CityOnDisk) -> None:
    members: dict[str, list[Row]] = defaultdict(list)
    for row in city.rows("programme_members"):
        members[row["programme"]].append(row)
    assert len(members) == city.manifest.spec.programmes
    for rows in members.values():
        assert {r["member"][:2] for r in rows} == {"E:", "H:"}
        assert {r["tier"] for r in rows} == {"1", "2"}


def test_confirmed_payables_stay_within_the_cores_audited_ones(city: CityOnDisk) -> None:
    confirmed: Counter[str] = Counter()
    for row in city.rows("receivables"):
        if row["confirmed_on"]:
            confirmed[row["debtor"]] += int(row["outstanding_fen"])
    payables = {r["party"]: r for r in city.rows("financial_statements") if r["audited"] == "true"}
    for row in city.rows("programmes"):
        core = f"E:{row['core']}"
        assert 0 < confirmed[core] < int(payables[core]["payables_fen"])
        assert 0 < int(row["core_draw_fen"]) < int(row["cap_fen"]) < confirmed[core]


def test_receivables_have_every_condition_that_a_rule_asks_about(county: CityOnDisk) -> None:
    rows, as_of = county.rows("receivables"), county.manifest.spec.as_of.isoformat()
    for found in (
        [r for r in rows if r["disputed"] == "true"],
        [r for r in rows if r["contra"] == "true"],
        [r for r in rows if not r["confirmed_on"]],
        [r for r in rows if r["assignee"]],
        [r for r in rows if r["due_on"] < as_of],
        [r for r in rows if r["due_on"] > f"{int(as_of[:4]) + 1}{as_of[4:]}"],
    ):
        assert 0.01 * len(rows) < len(found) < 0.3 * len(rows)


def test_loans_are_not_older_than_what_they_finance(county: CityOnDisk) -> None:
    issued = {r["record_id"]: r["issued_on"] for r in county.rows("invoices")}
    financing = [r for r in county.rows("loans") if r["invoice"]]
    assert financing
    assert all(r["disbursed_on"] > issued[r["invoice"]] for r in financing)


def test_seven_percent_of_enterprises_have_adverse_records(county: CityOnDisk) -> None:
    rows = [*county.rows("penalties"), *county.rows("list_memberships")]
    parties = {r["party"] for r in rows if r["party"].startswith("E:")}
    assert len(parties) / county.manifest.spec.enterprises == pytest.approx(0.07, abs=0.015)
    removed = [r for r in county.rows("list_memberships") if r["removed_on"]]
    assert 0 < len(removed) < len(county.rows("list_memberships"))


def test_penalties_fall_under_each_publication_regime(city: CityOnDisk) -> None:
    days = [r["decided_on"] for r in city.rows("penalties")]
    assert min(days) < "2023-05-01"
    assert max(days) >= "2026-04-01"
    assert any("2023-05-01" <= day < "2026-04-01" for day in days)


def test_household_sizes_and_relatives(city: CityOnDisk) -> None:
    spec: CitySpec = city.manifest.spec
    people = len(city.rows("households")) + len(city.rows("household_members"))
    assert people == spec.residents
    assert {r["kin"] for r in city.rows("families")} == {"SPOUSE", "PARENT", "CHILD", "SIBLING"}
