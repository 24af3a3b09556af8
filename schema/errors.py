"""The error tree: every error says what is wrong, where, how to fix it, and whether to try again.

::

    GraphServiceError
    ├── InputError                what the caller sent is wrong
    │   ├── RecordRejected        a row of a file
    │   ├── FileRefused           a whole file: nothing of it was written
    │   ├── DatasetRequired       a department sent a bare kind of record: it delivers datasets
    │   ├── IdentifierInvalid     an identifier fails its own standard
    │   ├── RulebookInvalid       a rulebook uses what no rule may use
    │   └── QueryTooCostly        a query over its limits
    ├── AccessDenied              who asks may not see this
    │   ├── Unauthenticated       no token, or a wrong one
    │   ├── PurposeRequired       a purpose must be declared
    │   └── ConsentRequired       the subject has not consented (or does not exist: the two look alike)
    ├── NotFound                  no such thing, for this caller
    ├── Conflict                  somebody else is doing this now
    │   └── LoadInProgress        another process is loading; its turn ends (retryable)
    ├── DomainError               the question has no answer on these facts
    │   ├── InsufficientData
    │   ├── NotConverged
    │   └── ContradictoryStatements
    ├── StoreError                the graph store
    │   ├── StoreUnavailable      (retryable)
    │   ├── StoreTimeout          (retryable)
    │   ├── SchemaOutOfDate
    │   ├── LedgerUnbalanced      nobody can say what became of a row of a load: it is rolled back
    │   └── LeaseHeld             another process holds the embedded file
    └── ConfigurationError        a setting is missing or contradicts another
"""

from __future__ import annotations

from typing import ClassVar


class GraphServiceError(Exception):
    """Root of the tree.

    Parameters
    ----------
    detail : str
        What is wrong, where, and how to fix it, in one or two sentences. It never holds an identity number,
        a personal name or another argument's value that the caller did not send himself.

    Attributes
    ----------
    code : str
        The stable machine-readable code (GraphQL ``extensions.code``).
    retryable : bool
        True when the same call may succeed later without being changed.
    """

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InputError(GraphServiceError):
    """What the caller sent is wrong."""

    code = "BAD_USER_INPUT"


class RecordRejected(InputError):
    """A row of a file breaks its contract."""


class FileRefused(InputError):
    """A whole file is refused; nothing of it was written."""


class DatasetRequired(InputError):
    """Records came past the reception desk, from a source that delivers datasets under agreements."""


class IdentifierInvalid(InputError):
    """An identifier fails its own standard.

    Parameters
    ----------
    detail : str
        What is wrong and how to fix it.
    rule : str
        The rule that was broken, e.g. ``uscc.check_character``.
    """

    def __init__(self, detail: str, rule: str) -> None:
        super().__init__(detail)
        self.rule = rule


class RulebookInvalid(InputError):
    """A rulebook uses a function, a column or a form that no rule may use."""


class QueryTooCostly(InputError):
    """A query is over its limits."""

    code = "QUERY_TOO_EXPENSIVE"


class AccessDenied(GraphServiceError):
    """Who asks may not see this."""

    code = "FORBIDDEN"


class Unauthenticated(AccessDenied):
    """No token, or one that does not verify."""

    code = "UNAUTHENTICATED"


class PurposeRequired(AccessDenied):
    """The caller declared no purpose, or one that does not go with the role."""

    code = "PURPOSE_REQUIRED"


class ConsentRequired(AccessDenied):
    """The subject has not consented to this reader and purpose; a subject that does not exist looks the same."""

    code = "CONSENT_REQUIRED"


class NotFound(GraphServiceError):
    """There is no such thing, for this caller."""

    code = "NOT_FOUND"


class Conflict(GraphServiceError):
    """Somebody else is doing this now, or it was done already with other content."""

    code = "CONFLICT"


class LoadInProgress(Conflict):
    """Another live process has a load open: one load at a time."""

    retryable = True


class DomainError(GraphServiceError):
    """The question has no answer on these facts."""

    code = "BAD_USER_INPUT"


class InsufficientData(DomainError):
    """Facts are missing that the answer needs."""


class NotConverged(DomainError):
    """An iteration stopped before its tolerance."""


class ContradictoryStatements(DomainError):
    """Two facts cannot both be true."""


class StoreError(GraphServiceError):
    """The graph store did not do what was asked."""


class StoreUnavailable(StoreError):
    """The graph store does not answer."""

    code = "STORE_UNAVAILABLE"
    retryable = True


class StoreTimeout(StoreError):
    """The graph store took longer than allowed."""

    code = "STORE_TIMEOUT"
    retryable = True


class SchemaOutOfDate(StoreError):
    """The store lacks a constraint, an index or a migration that this version needs."""


class LedgerUnbalanced(StoreError):
    """It cannot be said of every row of a load what became of it."""


class LeaseHeld(StoreError):
    """Another process holds the embedded graph file."""

    code = "STORE_UNAVAILABLE"
    retryable = True


class ConfigurationError(GraphServiceError):
    """A setting is missing, wrong, or contradicts another."""
