from __future__ import annotations

import stat
from pathlib import Path

import pytest

from graph_service.trust.demo_issuer import KEY_FILE, DemoIssuer, Grant
from schema.access import Purpose, Role
from schema.errors import ConfigurationError, Unauthenticated

NOW = 1_790_000_000.0


def issuer(data_dir: Path, host: str = "127.0.0.1", now: float = NOW) -> DemoIssuer:
    return DemoIssuer(data_dir, host, now=lambda: now)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_a_token_that_the_service_accepts(tmp_path: Path, role: Role) -> None:
    demo = issuer(tmp_path)
    grant = Grant(role, org="E:1", region="440103", subject="H:1", name="Demo")
    principal = demo.verifier().principal(f"Bearer {demo.issue(grant)}", "OPERATIONS")
    assert (principal.role, principal.org, principal.region, principal.subject) == (
        role,
        "E:1",
        "440103",
        "H:1",
    )
    assert principal.purpose is Purpose.OPERATIONS
    assert principal.token_id


def test_tokens_end_and_outlive_a_restart_until_then(tmp_path: Path) -> None:
    token = issuer(tmp_path).issue(Grant(Role.ANALYST), lifetime_seconds=60)
    assert issuer(tmp_path, now=NOW + 59).verifier().verify(token)
    with pytest.raises(Unauthenticated, match="expired"):
        issuer(tmp_path, now=NOW + 91).verifier().verify(token)


def test_two_data_folders_do_not_trust_each_other(tmp_path: Path) -> None:
    token = issuer(tmp_path / "a").issue(Grant(Role.ANALYST))
    with pytest.raises(Unauthenticated):
        issuer(tmp_path / "b").verifier().verify(token)


def test_the_private_key_is_its_owners_only(tmp_path: Path) -> None:
    issuer(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "[::1]", "localhost"])
def test_loopback_is_served(tmp_path: Path, host: str) -> None:
    assert issuer(tmp_path, host).issue(Grant(Role.PUBLIC))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.5", "example.org", "localhost.example.org", "127.1"]
)
def test_any_other_address_is_refused_and_no_key_is_made(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1"):
        issuer(tmp_path, host)
    assert not (tmp_path / KEY_FILE).exists()


def test_a_damaged_key_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / KEY_FILE
    path.touch(mode=0o600)
    with pytest.raises(ConfigurationError, match="Delete it"):
        issuer(tmp_path)


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
def test_a_lifetime_has_bounds(tmp_path: Path, seconds: int) -> None:
    with pytest.raises(ConfigurationError, match="lives"):
        issuer(tmp_path).issue(Grant(Role.ANALYST), seconds)
