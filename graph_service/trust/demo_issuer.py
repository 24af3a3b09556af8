"""The demonstration's own token issuer: ready tokens per role, on loopback only."""

from __future__ import annotations

import ipaddress
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from graph_service.trust.keys import secret_file
from graph_service.trust.tokens import Jwks, TokenVerifier
from schema.access import Role
from schema.errors import ConfigurationError

DEMO_ISSUER: Final = "urn:xinlian:demo-issuer"
DEMO_AUDIENCE: Final = "urn:xinlian:graph-service"
KEY_FILE: Final = "demo-issuer.jwk"
LONGEST_LIFETIME: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Grant:
    """What a demonstration token shall say; fields as in Principal."""

    role: Role
    org: str | None = None
    region: str | None = None
    subject: str | None = None
    name: str | None = None

    def claims(self) -> dict[str, str]:
        """Return the claims that are set."""
        fields = {
            "role": str(self.role),
            "org": self.org,
            "region": self.region,
            "subject": self.subject,
            "name": self.name,
        }
        return {claim: value for claim, value in fields.items() if value is not None}


class DemoIssuer:
    """Issues tokens that the service beside it accepts, signed with a random key of this data folder.

    Parameters
    ----------
    data_dir : Path
        Where the private key lives (mode 0600; made on first use).
    bind_host : str
        The address the service listens on.
    now : callable
        Seconds since the epoch.

    Raises
    ------
    ConfigurationError
        The address is not loopback: whoever reaches the service could then wear any role.
    """

    def __init__(self, data_dir: Path, bind_host: str, now: Callable[[], float] = time.time) -> None:
        require_loopback(bind_host)
        self._now = now
        self._key = _private_key(data_dir / KEY_FILE)

    def jwks(self) -> Jwks:
        """Return the public half, for the verifier."""
        return Jwks({"keys": [self._key.as_dict(private=False)]})

    def verifier(self) -> TokenVerifier:
        """Return the verifier that accepts this issuer's tokens and no others."""
        return TokenVerifier(self.jwks(), DEMO_ISSUER, DEMO_AUDIENCE, now=self._now)

    def issue(self, grant: Grant, lifetime_seconds: int = 86_400) -> str:
        """Return a signed token (ES256).

        Parameters
        ----------
        grant : Grant
        lifetime_seconds : int
            1 to 604,800 (a week).
        """
        if not 0 < lifetime_seconds <= LONGEST_LIFETIME:
            raise ConfigurationError(f"A demonstration token lives 1 to {LONGEST_LIFETIME} seconds.")
        issued = int(self._now())
        times = {"iat": issued, "nbf": issued, "exp": issued + lifetime_seconds}
        claims = {
            "iss": DEMO_ISSUER,
            "aud": DEMO_AUDIENCE,
            "jti": secrets.token_urlsafe(12),
            **times,
            **grant.claims(),
        }
        return jwt.encode(
            {"alg": "ES256", "kid": str(self._key.kid)}, claims, self._key, algorithms=["ES256"]
        )


def require_loopback(host: str) -> None:
    """Refuse an address that another machine could reach.

    Raises
    ------
    ConfigurationError
        Anything but ``localhost``, 127.0.0.0/8 or ``::1``; other names are not resolved, so they are refused too.
    """
    if not _is_loopback(host):
        raise ConfigurationError(
            "The demonstration issuer hands out every role, so it serves 127.0.0.1, ::1 or localhost only. Configure a real issuer to listen elsewhere."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _new_key() -> bytes:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True)).encode()


def _private_key(path: Path) -> ECKey:
    try:
        return ECKey.import_key(json.loads(secret_file(path, _new_key)))
    except (JoseError, ValueError, TypeError, KeyError):
        raise ConfigurationError(
            f"The demonstration key {path} is damaged. Delete it: a new one is made, and old tokens end."
        ) from None
