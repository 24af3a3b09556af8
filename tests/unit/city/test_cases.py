"""The demo cases are in every city, and their facts are those that their names promise."""

from __future__ import annotations

from fractions import Fraction

from schema.identifiers.resident_id import validate_resident_id
from tests.unit.city.reading import CityOnDisk, Row


def _about(city: CityOnDisk, kind: str, column: str, case: str) -> list[Row]:
    return [r for r in city.rows(kind) if r[column] == city.manifest.cases[case].graph_id]


def _lending_consents(city: CityOnDisk, case: str) -> list[Row]:
    bank = city.manifest.cases["bank"].graph_id
    rows = _about(city, "consents", "subject", case)
    return [r for r in rows if r["reader"] == bank and r["purpose"] == "LENDING"]


def _live(city: CityOnDisk, case: str) -> bool:
    consents = _lending_consents(city, case)
    return len(consents) == 1 and not consents[0]["revoked_at"]


def test_ids_name_what_is_there(city: CityOnDisk) -> None:
    cases = city.manifest.cases
    companies = city.nodes["LegalEntity"]
    households = {r["record_id"] for r in city.rows("households")}
    for name, case in cases.items():
        if case.graph_id is None:
            assert validate_resident_id(case.id).number in city.nodes["Person"], name
        elif name.startswith("household"):
            assert (case.id in households) == (name != "household_not_existing")
            assert case.graph_id == f"H:city:{case.id}"
        elif name == "programme":
            assert case.id in city.nodes["ChainProgram"]
            assert case.graph_id == f"city:{case.id}"
        else:
            assert case.id in companies, name
            assert case.graph_id == f"E:{case.id}"


def test_programme_joins_core_bank_and_members(city: CityOnDisk) -> None:
    cases = city.manifest.cases
    programme = next(r for r in city.rows("programmes") if r["record_id"] == cases["programme"].id)
    assert (programme["core"], programme["bank"]) == (cases["core"].id, cases["bank"].id)
    members = {r["member"] for r in city.rows("programme_members") if r["programme"] == cases["programme"].id}
    of_case = {n: c.graph_id for n, c in cases.items() if n.startswith(("member_", "household_"))}
    for name in ("household_head", "household_not_existing"):
        del of_case[name]
    assert set(of_case.values()) <= members
    assert cases["enterprise_member_eligible"].graph_id in members


def test_eligible_household_has_all_that_the_limit_needs(city: CityOnDisk) -> None:
    case = "household_eligible"
    assert _live(city, case)
    assert all(r["confirmed_on"] for r in _about(city, "receivables", "creditor", case))
    assert [r["status"] for r in _about(city, "orders", "seller", case)] == ["OPEN"]
    assets = [r for r in city.rows("household_assets") if r["household"] == city.manifest.cases[case].id]
    assert [r["asset_kind"] for r in assets] == ["POND"]
    assert not _about(city, "loans", "borrower", case)


def test_head_is_the_eligible_households_head(city: CityOnDisk) -> None:
    cases = city.manifest.cases
    row = next(r for r in city.rows("households") if r["record_id"] == cases["household_eligible"].id)
    assert row["head"] == cases["household_head"].id


def test_households_without_live_consent(city: CityOnDisk) -> None:
    assert _lending_consents(city, "household_without_consent") == []
    assert _about(city, "receivables", "creditor", "household_without_consent")
    assert [bool(r["revoked_at"]) for r in _lending_consents(city, "household_consent_revoked")] == [True]


def test_each_member_differs_in_one_thing(city: CityOnDisk) -> None:
    members = (
        "enterprise_member_eligible",
        "member_affiliated",
        "member_sanctioned",
        "member_unknown",
        "member_unconfirmed",
        "member_double_financed",
    )
    assert all(_live(city, m) for m in members)
    without = [m for m in members if not _about(city, "financial_statements", "party", m)]
    listed = [m for m in members if _about(city, "list_memberships", "party", m)]
    silent = [
        m
        for m in members
        if not any(r["confirmed_on"] for r in _about(city, "receivables", "creditor", m))
        and not any(r["confirmed_on"] for r in _about(city, "supplies", "supplier", m))
    ]
    assert (without, listed, silent) == (["member_unknown"], ["member_sanctioned"], ["member_unconfirmed"])


def test_sanction_is_live(city: CityOnDisk) -> None:
    (sanction,) = _about(city, "list_memberships", "party", "member_sanctioned")
    assert (sanction["list_kind"], sanction["removed_on"]) == ("DISHONEST_DEBTOR", "")


def test_affiliated_member_shares_the_cores_controller(city: CityOnDisk) -> None:
    cases = city.manifest.cases
    controller = f"P:{cases['core_controller'].id}"
    held = {
        r["asset"]: float(r["share_ratio"]) for r in city.rows("shareholdings") if r["owner"] == controller
    }
    assert held == {cases["core"].id: 0.7, cases["member_affiliated"].id: 0.6}


def test_one_invoice_is_financed_by_two_banks(city: CityOnDisk) -> None:
    loans = _about(city, "loans", "borrower", "member_double_financed")
    cases = city.manifest.cases
    assert {r["bank"] for r in loans} == {cases["bank"].id, cases["other_bank"].id}
    assert len({r["invoice"] for r in loans}) == 1


def test_owner_by_cycle_passes_a_quarter_only_over_the_cycle(city: CityOnDisk) -> None:
    """Exact sum over all walks: ownership of the case, solved by repeated substitution in fractions."""
    cases = city.manifest.cases
    company = {r["uscc"] for r in city.rows("enterprises")}
    held: dict[str, list[tuple[str, Fraction]]] = {}
    for row in city.rows("shareholdings"):
        held.setdefault(row["asset"], []).append((row["owner"], Fraction(row["share_ratio"] or 0)))

    def owned(person: str, asset: str, depth: int) -> Fraction:
        total = Fraction(0)
        for owner, share in held[asset]:
            if owner == f"P:{person}":
                total += share
            elif owner.removeprefix("E:") in company and depth:
                total += share * owned(person, owner.removeprefix("E:"), depth - 1)
        return total

    asset = cases["enterprise_with_owners"].id
    shares = {n: owned(cases[n].id, asset, 9) for n in cases if "owner" in n and cases[n].graph_id is None}
    assert owned(cases["beneficial_owner_by_cycle"].id, asset, 2) == Fraction(24, 100)
    assert round(float(shares["beneficial_owner_by_cycle"]), 3) == 0.251
    assert round(float(shares["beneficial_owner_direct"]), 3) == 0.388
    assert shares["owner_below_threshold"] < Fraction(1, 4)
