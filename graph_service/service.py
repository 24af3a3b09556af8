"""The composition root: a store, the trust room and the projections become one service that answers questions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import orjson

from graph_service.asking import Asking, Question, Rooms
from graph_service.consents import Consents
from graph_service.projections import Projections
from graph_service.settings import Settings
from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_row import AuditEntry, Decision
from graph_service.trust.keys import SecretKey, secret_key
from graph_service.trust.policy import Policy
from loaders import Keys as IdentityKeys
from loaders import Vault
from loaders.agreements import read_agreements
from loaders.approval import Reception
from queries.stores import open_store
from schema.errors import GraphServiceError
from schema.ports import GraphStore

T = TypeVar("T")


@dataclass(frozen=True)
class Keys:
    """The secret keys of a deployment."""

    identity: SecretKey
    audit: SecretKey
    vault: SecretKey

    @classmethod
    def of(cls, settings: Settings) -> Keys:
        """Take the keys from the environment or files, or make them once in the data folder."""
        return cls(
            *(secret_key(name, settings.data_dir, os.environ) for name in ("identity", "audit", "vault"))
        )


@dataclass(frozen=True)
class Service:
    """Answers questions; every one of them is authorised before and audited after."""

    settings: Settings
    rooms: Rooms
    audit: AuditLog
    keys: Keys

    @property
    def store(self) -> GraphStore:
        """The graph store."""
        return self.rooms.store

    @cached_property
    def reception(self) -> Reception:
        """The desk at which deliveries of datasets are taken in and signed."""
        vault = Vault(self.settings.data_dir / "vault", self.keys.vault.material)
        agreements = read_agreements(self.settings.agreements_dir)
        return Reception(self.store, vault, IdentityKeys(self.keys.identity.material), agreements)

    def answer(
        self,
        question: Question,
        operation: str,
        arguments: Mapping[str, object],
        compute: Callable[[Asking], T],
    ) -> T:
        """Authorise, compute, audit: the only way to an answer.

        Parameters
        ----------
        question : Question
        operation : str
            Name in the closed list of the policy.
        arguments : mapping
            As received; the audit keeps their digest only.
        compute : callable
            A use-case with its arguments filled in.

        Raises
        ------
        GraphServiceError
            Whatever policy or use-case say; a denial is audited too. When the audit cannot be written, nobody is answered.
        """
        asking = Asking(question, self.rooms)
        try:
            self.rooms.policy.authorise(question.principal, operation)
            if question.known_at is not None:
                self.rooms.policy.require_known_at(question.principal)
            result = compute(asking)
            said = _said(result)
        except GraphServiceError as error:
            self._note(asking, operation, arguments, error.code)
            raise
        except Exception:
            self._note(asking, operation, arguments, GraphServiceError.code)
            raise
        self._note(asking, operation, arguments, None, said)
        return result

    def _note(
        self,
        asking: Asking,
        operation: str,
        arguments: Mapping[str, object],
        code: str | None,
        result: bytes | None = None,
    ) -> None:
        self.audit.append(
            AuditEntry(
                asking.principal,
                operation,
                Decision.DENIED if code else Decision.ALLOWED,
                code,
                arguments,
                tuple(sorted(asking.subjects)),
                asking.rulebooks,
                result,
            )
        )

    def close(self) -> None:
        """Keep the projection for the next start; release the store and the audit file."""
        try:
            self.rooms.projections.close()
        finally:
            self.store.close()
        self.audit.close()


def open_service(settings: Settings, writer: str) -> Service:
    """Open the store, apply its schema, and put the rooms together.

    Parameters
    ----------
    settings : Settings
    writer : str
        Name of this process's audit chain, e.g. ``serve`` or ``cli``.

    Raises
    ------
    StoreUnavailable, LeaseHeld, ConfigurationError
        The store cannot be opened.
    """
    keys = Keys.of(settings)
    password = settings.neo4j_password.get_secret_value() if settings.neo4j_password else None
    store = open_store(settings.store, user=settings.neo4j_user, password=password)
    store.prepare()
    rooms = Rooms(store, Policy(), Projections(store, settings.data_dir / "projection"), Consents(store))
    return Service(settings, rooms, AuditLog(settings.data_dir / "audit", writer, keys.audit), keys)


def _said(result: object) -> bytes:
    """Return an answer as the bytes that the audit digests."""
    try:
        return orjson.dumps(result, default=_plain)
    except orjson.JSONEncodeError:  # sums beyond 64 bits, which orjson does not write
        return repr(result).encode()


def _plain(value: object) -> object:
    """What orjson does not know: sets as sorted lists, anything else by its text."""
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)
