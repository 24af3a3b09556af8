"""The operator's secret, and everything that is hashed with it.

A plain hash of an identity number, a phone number or a row that holds one can be reversed by trying them all, so every
such hash is keyed. One key serves several purposes through labels that keep their outputs apart.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from schema.errors import ConfigurationError
from schema.identifiers.resident_id import pseudonymous_person_id
from schema.identifiers.text import compact


@dataclass(frozen=True)
class Keys:
    """The identity key with its version.

    Parameters
    ----------
    identity : bytes
        At least 16 bytes, random; never shown by ``repr``.
    version : int
        From 1; part of every id made with the key.

    Raises
    ------
    ConfigurationError
        When the key is too short or the version below 1.
    """

    identity: bytes = field(repr=False)
    version: int = 1

    def __post_init__(self) -> None:
        if len(self.identity) < 16 or self.version < 1:
            raise ConfigurationError("The identity key needs at least 16 bytes and a version from 1.")

    def person_id(self, number: str) -> str:
        """Return the pseudonymous node id of who holds this identity number. IdentifierInvalid when it is none."""
        return pseudonymous_person_id(number, self.identity, self.version)

    def contact_hash(self, text: str) -> str:
        """Return the keyed hash of a phone number, an address, …, written in any width and spacing."""
        return self._digest(b"contact", compact(text))[:32]

    def row_hash(self, row: Sequence[str]) -> str:
        """Return the keyed hash of a raw row: equal rows, equal hashes."""
        return self._digest(b"row", "".join(f"{len(value)}:{value}" for value in row))

    def subject_hash(self, node_id: str) -> str:
        """Return the keyed hash by which a tombstone names whom it stands for."""
        return self._digest(b"subject", node_id)

    def _digest(self, purpose: bytes, text: str) -> str:
        own = hmac.digest(self.identity, b"xinlian/" + purpose, "sha256")
        return hmac.digest(own, text.encode(), "sha256").hex()
