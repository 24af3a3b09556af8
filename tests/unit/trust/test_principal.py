from __future__ import annotations

import pytest

from graph_service.trust.principal import (
    ANONYMOUS,
    Principal,
    operator,
    principal_from,
    purpose_from,
    region_prefix,
)
from schema.access import Purpose, Role
from schema.errors import PurposeRequired, Unauthenticated

LENDER = {"role": "LENDER", "org": "E:91440101MA9XXXXX0A", "jti": "t-1", "name": "A. Clerk"}


def test_claims_become_a_principal() -> None:
    claims = {**LENDER, "region": "440100"}
    expected = Principal(
        Role.LENDER,
        org=LENDER["org"],
        region="4401",
        purpose=Purpose.LENDING,
        token_id="t-1",
        name="A. Clerk",
    )
    assert principal_from(claims, " LENDING ") == expected


def test_no_purpose_header_is_no_purpose() -> None:
    assert principal_from(LENDER, None).purpose is None
    assert purpose_from("  ") is None


def test_unknown_purpose_names_the_known_ones_and_not_itself() -> None:
    with pytest.raises(PurposeRequired, match="LENDING") as caught:
        principal_from(LENDER, "CURIOSITY")
    assert "CURIOSITY" not in caught.value.detail


@pytest.mark.parametrize("role", [None, "", "ROOT", "lender", 7, ["LENDER"], {"a": 1}])
def test_an_unknown_role_is_unauthenticated_and_not_repeated(role: object) -> None:
    with pytest.raises(Unauthenticated, match="role") as caught:
        principal_from({"role": role}, None)
    assert "ROOT" not in caught.value.detail


@pytest.mark.parametrize(("role", "claim"), [("LENDER", "org"), ("SUBJECT", "subject")])
def test_a_role_without_its_claim_is_refused(role: str, claim: str) -> None:
    with pytest.raises(Unauthenticated, match=f"'{claim}'"):
        principal_from({"role": role}, None)


@pytest.mark.parametrize("value", ["", "x" * 201, "line\nbreak", 5, True, ["E:1"]])
def test_a_claim_of_the_wrong_form_is_refused(value: object) -> None:
    with pytest.raises(Unauthenticated, match="'org'"):
        principal_from({**LENDER, "org": value}, None)


def test_a_token_without_id_is_still_told_from_another() -> None:
    first, again = (principal_from({"role": "ANALYST", "exp": 1}, None) for _ in range(2))
    other = principal_from({"role": "ANALYST", "exp": 2}, None)
    assert first.token_id == again.token_id != other.token_id
    assert first.token_id


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("44", "44"),
        ("440000", "44"),
        ("440100000000", "4401"),
        ("441900", "4419"),
        ("440103", "440103"),
        ("440103001000", "440103001"),
        ("440103001010", "440103001010"),
        ("100000", "10"),
        ("000000000000", ""),
    ],
)
def test_s0_25_zero_levels_of_a_region_are_no_part_of_its_prefix(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix


@pytest.mark.parametrize("code", ["4", "4401030", "44010x", "４４０１", "4401030010101"])
def test_a_malformed_region_is_refused(code: str) -> None:
    with pytest.raises(Unauthenticated, match="region"):
        principal_from({"role": "SUPERVISOR", "region": code}, None)


def test_the_command_line_is_the_operator() -> None:
    assert operator() == Principal(Role.OPERATOR, purpose=Purpose.OPERATIONS, token_id="cli")
    assert operator(Purpose.REPAIR, org="E:1").org == "E:1"


def test_a_name_never_shows_in_a_repr() -> None:
    assert "Clerk" not in repr(principal_from(LENDER, None))
    assert ANONYMOUS.token_id is None
