"""Tokens: a bearer JWT is verified against pinned algorithms and a key set that may rotate."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, GuestProtocol, KeySet, KeySetSerialization, OKPKey

from graph_service.trust.principal import ANONYMOUS, Principal, principal_from, purpose_from
from schema.errors import ConfigurationError, Unauthenticated

# Asymmetric only: whoever can verify must not be able to issue. `Ed25519` is RFC 9864's name of that EdDSA curve.
ALGORITHMS: Final = ("ES256", "Ed25519")
LONGEST_TOKEN: Final = 8192
SCHEME: Final = "bearer"
CURVES: Final = frozenset({"P-256", "Ed25519"})


class Jwks:
    """A set of public verification keys, each with its ``kid``; a file is read again whenever it changes.

    Rotation: publish the new key beside the old one, issue with the new, remove the old when its last token has expired.
    A removed key stops working with the very next request. Replace the file atomically (write beside it, then rename).

    Parameters
    ----------
    source : Path or mapping
        A JWKS file (RFC 7517), or its content.

    Raises
    ------
    ConfigurationError
        Unreadable, empty, a key without ``kid`` or twice the same, a private or symmetric key, another curve.
    """

    def __init__(self, source: Path | Mapping[str, object]) -> None:
        self._path = source if isinstance(source, Path) else None
        self._stamp: tuple[int, ...] = ()
        self._keys = _key_set(source, "the inline key set") if not isinstance(source, Path) else KeySet([])
        self.current()

    def current(self) -> KeySet:
        """Return the keys that are valid now."""
        if self._path is not None:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._keys, self._stamp = _key_set(_read(self._path), str(self._path)), stamp
        return self._keys


class TokenVerifier:
    """Turns an ``Authorization`` header into a Principal.

    Parameters
    ----------
    keys : Jwks
    issuer, audience : str
        Required values of ``iss`` and ``aud``.
    leeway_seconds : int
        Tolerated clock difference, 0 to 300.
    now : callable
        Seconds since the epoch.
    """

    def __init__(
        self,
        keys: Jwks,
        issuer: str,
        audience: str,
        leeway_seconds: int = 30,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not issuer or not audience:
            raise ConfigurationError("Tokens need an issuer and an audience to be checked against. Set both.")
        if not 0 <= leeway_seconds <= 300:
            raise ConfigurationError("The leeway for token times must be 0 to 300 seconds.")
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=leeway_seconds,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    def principal(self, authorization: str | None, purpose: str | None) -> Principal:
        """Return who asks: ANONYMOUS without a header, else the token's principal.

        Parameters
        ----------
        authorization : str or None
            Raw ``Authorization`` header.
        purpose : str or None
            Raw ``X-Purpose`` header.

        Raises
        ------
        Unauthenticated
            The header is malformed, or the token does not verify: a wrong token is never a missing one.
        PurposeRequired
            The purpose is not in the closed list.
        """
        if authorization is None:
            purpose_from(purpose)
            return ANONYMOUS
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != SCHEME or not token.strip():
            raise Unauthenticated("The Authorization header must read 'Bearer <token>'.")
        return principal_from(self.verify(token.strip()), purpose)

    def verify(self, token: str) -> Mapping[str, object]:
        """Return the claims of a token after checking signature, algorithm, key, issuer, audience and times.

        Raises
        ------
        Unauthenticated
            Any check failed. The message tells an expired token from a wrong one, and nothing else.
        """
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated(f"The token is longer than {LONGEST_TOKEN} characters.")
        keys = self._keys.current()
        try:
            decoded = jwt.decode(token, lambda guest: _key_for(guest, keys), algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
        except ExpiredTokenError:
            raise Unauthenticated("The token has expired. Ask the issuer for a new one.") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise Unauthenticated(
                "The token does not verify. Ask the issuer of this service for a valid one."
            ) from None
        return decoded.claims


def _key_for(guest: GuestProtocol, keys: KeySet) -> ECKey | OKPKey:
    kid = guest.headers().get("kid")
    for key in keys:
        if kid is not None and key.kid == kid:
            return cast("ECKey | OKPKey", key)
    raise ValueError("no such key")


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError as error:
        raise ConfigurationError(f"The key set {path} cannot be read: {error.strerror}.") from None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(f"The key set {path} is not readable JSON.") from None


def _key_set(document: object, where: str) -> KeySet:
    listed = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise ConfigurationError(f"{where} must hold at least one key under 'keys' (RFC 7517).")
    for entry in listed:
        _check_entry(entry, where)
    if len({entry["kid"] for entry in listed}) != len(listed):
        raise ConfigurationError(f"{where} holds two keys with one 'kid'.")
    try:
        return KeySet.import_key_set(cast("KeySetSerialization", {"keys": listed}))
    except (JoseError, ValueError, TypeError, KeyError):
        raise ConfigurationError(f"{where} holds a key that cannot be used.") from None


def _check_entry(entry: object, where: str) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
        raise ConfigurationError(f"Every key of {where} needs a 'kid', or keys cannot be rotated.")
    if entry.get("crv") not in CURVES:
        raise ConfigurationError(f"{where} may hold only keys on the curves P-256 (ES256) and Ed25519.")
    if "d" in entry:
        raise ConfigurationError(f"{where} holds a private key. Publish the public half only.")
