from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from graph_service.trust.principal import ANONYMOUS
from graph_service.trust.tokens import Jwks, TokenVerifier
from schema.access import Purpose, Role
from schema.errors import ConfigurationError, PurposeRequired, Unauthenticated

NOW = 1_790_000_000
CLAIMS: dict[str, object] = {
    "iss": "urn:issuer",
    "aud": "urn:service",
    "exp": NOW + 600,
    "role": "SUPERVISOR",
    "region": "4401",
    "jti": "t-1",
}
EC = ECKey.generate_key("P-256", auto_kid=True)
ED = OKPKey.generate_key("Ed25519", auto_kid=True)


def public(*keys: ECKey | OKPKey) -> dict[str, object]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def verifier(jwks: Jwks | None = None, leeway: int = 30) -> TokenVerifier:
    return TokenVerifier(jwks or Jwks(public(EC, ED)), "urn:issuer", "urn:service", leeway, now=lambda: NOW)


def token(claims: Mapping[str, object] = CLAIMS, key: ECKey | OKPKey = EC, kid: str | None = None) -> str:
    algorithm = "ES256" if isinstance(key, ECKey) else "Ed25519"
    header = {"alg": algorithm, "kid": kid or key.kid}
    return jwt.encode(header, dict(claims), key, algorithms=[algorithm])


def without(claim: str) -> dict[str, object]:
    return {name: value for name, value in CLAIMS.items() if name != claim}


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("key", [EC, ED], ids=["ES256", "Ed25519"])
def test_a_good_token_becomes_its_principal(key: ECKey | OKPKey) -> None:
    principal = verifier().principal(f"Bearer {token(key=key)}", "INSPECTION")
    assert (principal.role, principal.region, principal.purpose) == (
        Role.SUPERVISOR,
        "4401",
        Purpose.INSPECTION,
    )


def test_no_header_is_anonymous_whatever_the_purpose() -> None:
    assert verifier().principal(None, "STATISTICS") == ANONYMOUS
    with pytest.raises(PurposeRequired):
        verifier().principal(None, "CURIOSITY")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_a_malformed_header_is_not_anonymous(header: str) -> None:
    with pytest.raises(Unauthenticated, match="Bearer"):
        verifier().principal(header, None)


@pytest.mark.parametrize(
    "claims",
    [
        without("iss"),
        without("aud"),
        without("exp"),
        {**CLAIMS, "iss": "urn:other"},
        {**CLAIMS, "aud": "urn:other"},
        {**CLAIMS, "aud": []},
        {**CLAIMS, "exp": "tomorrow"},
        {**CLAIMS, "exp": float("inf")},
        {**CLAIMS, "exp": float("nan")},
        {**CLAIMS, "exp": True},
        {**CLAIMS, "nbf": NOW + 31},
    ],
)
def test_a_claim_that_does_not_fit_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(token(claims))


def test_times_have_a_small_leeway_and_no_more() -> None:
    late = token({**CLAIMS, "exp": NOW - 29, "nbf": NOW + 30})
    assert verifier().verify(late)["role"] == "SUPERVISOR"
    with pytest.raises(Unauthenticated, match="expired"):
        verifier(leeway=0).verify(late)
    with pytest.raises(Unauthenticated, match="expired"):
        verifier().verify(token({**CLAIMS, "exp": NOW - 30}))


def test_an_audience_among_several_is_enough() -> None:
    assert verifier().verify(token({**CLAIMS, "aud": ["urn:other", "urn:service"]}))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "ES384", "EdDSA"])
def test_only_the_pinned_algorithms_are_read(algorithm: str) -> None:
    forged = f"{part({'alg': algorithm, 'kid': EC.kid})}.{part(CLAIMS)}."
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(forged + part("signature"))
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(forged)


def test_a_public_key_cannot_be_used_as_an_hmac_secret() -> None:
    signed = f"{part({'alg': 'HS256', 'kid': EC.kid})}.{part(CLAIMS)}"
    mac = hmac.digest(EC.as_pem(private=False), signed.encode(), "sha256")
    forged = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(forged)


def test_a_key_of_another_type_under_the_same_kid_is_refused() -> None:
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(token(key=ED, kid=EC.kid))


def test_a_stranger_cannot_sign_even_under_a_known_kid() -> None:
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    for kid in (stranger.kid, EC.kid):
        with pytest.raises(Unauthenticated, match="does not verify"):
            verifier().verify(token(key=stranger, kid=kid))


def test_a_token_without_kid_is_refused_even_with_one_key() -> None:
    bare = jwt.encode({"alg": "ES256"}, dict(CLAIMS), EC, algorithms=["ES256"])
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier(Jwks(public(EC))).verify(bare)


def test_a_changed_payload_is_refused() -> None:
    header, _, signature = token().split(".")
    with pytest.raises(Unauthenticated, match="does not verify"):
        verifier().verify(f"{header}.{part({**CLAIMS, 'role': 'OPERATOR'})}.{signature}")


def test_a_huge_token_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unauthenticated, match="longer"):
        verifier().verify("a" * 8193)


@given(
    st.text(max_size=300)
    | st.builds(".".join, st.lists(st.text("aeyJ0=-_{}[]", max_size=40), min_size=3, max_size=3))
)
def test_noise_is_unauthenticated_and_never_another_error(noise: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier().verify(noise)


def test_refusals_repeat_nothing_of_the_token() -> None:
    with pytest.raises(Unauthenticated) as caught:
        verifier().verify(token({**CLAIMS, "iss": "urn:secret-place"}))
    assert "secret-place" not in str(caught.value)
    assert caught.value.__cause__ is None


def replace_file(path: Path, document: object) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(document))
    os.replace(fresh, path)


def test_rotation_takes_effect_with_the_next_token(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    replace_file(path, public(EC))
    check = verifier(Jwks(path))
    assert check.verify(token())
    with pytest.raises(Unauthenticated):
        check.verify(token(key=ED))
    replace_file(path, public(EC, ED))
    assert check.verify(token())
    assert check.verify(token(key=ED))
    replace_file(path, public(ED))
    with pytest.raises(Unauthenticated):
        check.verify(token())


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "at least one key"),
        ([], "at least one key"),
        ({"keys": []}, "at least one key"),
        ({"keys": ["x"]}, "kid"),
        ({"keys": [{"kty": "EC", "crv": "P-256"}]}, "kid"),
        ({"keys": [{"kty": "oct", "k": "AAAA", "kid": "1"}]}, "curves"),
        ({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1"}]}, "cannot be used"),
        ({"keys": [EC.as_dict(private=True)]}, "private"),
        ({"keys": [EC.as_dict(private=False)] * 2}, "two keys"),
    ],
)
def test_a_wrong_key_set_is_a_configuration_error(tmp_path: Path, document: object, message: str) -> None:
    path = tmp_path / "jwks.json"
    replace_file(path, document)
    with pytest.raises(ConfigurationError, match=message):
        Jwks(path)


def test_a_missing_or_unreadable_key_set_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Jwks(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ConfigurationError, match="JSON"):
        Jwks(tmp_path / "bad.json")


def test_a_verifier_needs_issuer_audience_and_a_small_leeway() -> None:
    jwks = Jwks(public(EC))
    for issuer, audience, leeway in (("", "a", 0), ("i", "", 0), ("i", "a", 301), ("i", "a", -1)):
        with pytest.raises(ConfigurationError):
            TokenVerifier(jwks, issuer, audience, leeway)
