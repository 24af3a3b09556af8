"""Who asks and why: the principal that a verified token, or the absence of one, stands for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schema.access import Purpose, Role
from schema.errors import PurposeRequired, Unauthenticated

# A role that is nothing without this claim: a lender is a lender of some bank, a subject is somebody.
REQUIRED_CLAIM: Final = {Role.LENDER: "org", Role.SUBJECT: "subject"}
LONGEST_CLAIM: Final = 200
REGION_LEVELS: Final = (2, 4, 6, 9, 12)  # province, prefecture, county, town, village (GB/T 2260 and below)


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller 调用方.

    Attributes
    ----------
    role : Role
    org : str or None
        Party id of the organisation he acts for, e.g. the bank ``E:<USCC>``.
    region : str or None
        Region-code prefix of 0 (the whole country), 2, 4, 6, 9 or 12 digits; None when the token names none.
    subject : str or None
        Party id of the person, household or enterprise he *is* (role SUBJECT).
    purpose : Purpose or None
        Declared in the header ``X-Purpose``.
    token_id : str or None
        Names the token in the audit; None means that there was no token.
    name : str or None
        For greeting the caller only: it is never logged or audited.
    """

    role: Role
    org: str | None = None
    region: str | None = None
    subject: str | None = None
    purpose: Purpose | None = None
    token_id: str | None = None
    name: str | None = field(default=None, repr=False)


ANONYMOUS: Final = Principal(Role.PUBLIC)
COMMAND_LINE: Final = "cli"
"""Token id of whoever works at the command line."""


def operator(purpose: Purpose = Purpose.OPERATIONS, org: str | None = None) -> Principal:
    """Return the principal of the command line: the OPERATOR, for the declared purpose.

    Parameters
    ----------
    purpose : Purpose
        Value of ``--purpose``.
    org : str, optional
        The bank on whose behalf a batch runs (entrusted processing), which opens that bank's own data.
    """
    return Principal(Role.OPERATOR, org=org, purpose=purpose, token_id=COMMAND_LINE)


def principal_from(claims: Mapping[str, object], purpose_header: str | None) -> Principal:
    """Return the principal that verified claims describe.

    Parameters
    ----------
    claims : mapping
        Claims of a token **whose signature was verified**: ``role``, ``org``, ``region``, ``subject``, ``jti``, ``name``.
    purpose_header : str or None
        Raw value of ``X-Purpose``.

    Raises
    ------
    Unauthenticated
        Unknown role, a claim of the wrong form, or one missing that the role needs.
    PurposeRequired
        The header holds a word outside the closed list.
    """
    role = _role(_text(claims, "role"))
    needed = REQUIRED_CLAIM.get(role)
    if needed and _text(claims, needed) is None:
        raise Unauthenticated(
            f"A token of role {role} must carry the claim '{needed}'. Ask the issuer for a complete token."
        )
    return Principal(
        role,
        org=_text(claims, "org"),
        region=_region(_text(claims, "region")),
        subject=_text(claims, "subject"),
        purpose=purpose_from(purpose_header),
        token_id=_text(claims, "jti") or _fingerprint(claims),
        name=_text(claims, "name"),
    )


def purpose_from(header: str | None) -> Purpose | None:
    """Return the declared purpose; None for an absent or blank header.

    Raises
    ------
    PurposeRequired
        The word is not in the closed list.
    """
    word = (header or "").strip()
    if not word:
        return None
    try:
        return Purpose(word)
    except ValueError:
        known = ", ".join(Purpose)
        raise PurposeRequired(f"The header X-Purpose holds an unknown purpose. Use one of {known}.") from None


def region_prefix(code: str) -> str:
    """Return a region code without its zero levels: ``440100000000`` and ``440100`` are both ``4401``.

    Raises
    ------
    Unauthenticated
        The code is not 2, 4, 6, 9 or 12 ASCII digits.
    """
    if not (code.isascii() and code.isdigit() and len(code) in REGION_LEVELS):
        raise Unauthenticated("The token's claim 'region' must be a region code of 2, 4, 6, 9 or 12 digits.")
    levels = [end for end in (0, *REGION_LEVELS) if end <= len(code)]
    return next(code[:end] for end in levels if not code[end:].strip("0"))


def _region(code: str | None) -> str | None:
    return None if code is None else region_prefix(code)


def _role(word: str | None) -> Role:
    try:
        return Role(word or "")
    except ValueError:
        # The word itself is not repeated: what a token holds belongs to no error text or log.
        raise Unauthenticated(
            "The token's claim 'role' is missing or not one of the roles of this service."
        ) from None


def _text(claims: Mapping[str, object], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CLAIM or not value.isprintable():
        raise Unauthenticated(
            f"The token's claim '{name}' must be a printable text of 1 to {LONGEST_CLAIM} characters."
        )
    return value


def _fingerprint(claims: Mapping[str, object]) -> str:
    # An issuer may leave out `jti`; the audit still has to tell one token from another.
    return (
        "sha256:" + hashlib.sha256(json.dumps(claims, sort_keys=True, default=str).encode()).hexdigest()[:32]
    )
