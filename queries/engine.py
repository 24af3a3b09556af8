"""What an engine must offer so that a store can stand on it: two statements, one transaction, one export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from schema.errors import StoreError
from schema.tables import Table

T = TypeVar("T")


class RowsRefused(StoreError):
    """The engine refused a statement because of the rows it was given; nothing of the statement was written.

    Parameters
    ----------
    detail : str
        What the engine said.
    reason : str
        ``constraint`` or ``value``, as in ``schema.ports.Reject``.
    """

    def __init__(self, detail: str, reason: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Export:
    """A whole kind of facts or nodes, to be handed out as columns.

    Parameters
    ----------
    pattern, where : str
        What to match (``MATCH …``), and the condition without that of a page.
    variables : str
        The variables that the columns use, as ``WITH`` wants them.
    cursor : str
        An indexed expression without repetition, by which an engine may page.
    before : str or int
        A value below every cursor value.
    columns : tuple of (name, expression)
        What to return.
    params : mapping
        Parameters of the match.
    dates : frozenset of str
        Names of the columns that hold civil dates, for an engine that hands out dates slowly.
    index : str
        The index to begin with, e.g. ``e:OWNS(run)``, for an engine that has one; empty: the engine's choice.
    """

    pattern: str
    where: str
    variables: str
    cursor: str
    before: str | int
    columns: tuple[tuple[str, str], ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    index: str = ""

    @property
    def match(self) -> str:
        """The match and its condition in one."""
        return f"{self.pattern} WHERE {self.where}"


class Executor(Protocol):
    """Something that runs statements: an engine by itself (each alone), or one of its transactions (all together)."""

    def read(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a reading statement. Dates come as ``datetime.date``, instants as UTC-aware ``datetime``."""
        ...

    def write(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a writing statement, whole or not at all; ``RowsRefused`` when its rows are to blame."""
        ...


class Engine(Executor, Protocol):
    """A graph engine. It raises ``StoreError`` subclasses only."""

    name: str
    single_writer: bool
    """Only one process can write, so a staged run of another writer belongs to a dead one."""
    finds_keys: bool
    """A relationship is found by its ``key`` through an index."""
    lanes: int
    """How many batches are worth writing at once."""

    def batch(self, work: Callable[[Executor], T]) -> T:
        """Do the work of one staged batch; a crash in the middle is undone by the run's roll-back."""
        ...

    def within(self, work: Callable[[Executor], T]) -> T:
        """Do the work in one transaction, seen by others whole or not at all. The work may be called again."""
        ...

    def export(self, wanted: Export) -> Table:
        """Return every row of an export."""
        ...

    def apply_schema(self) -> None:
        """Apply what the catalogue and the writers need: constraints, indexes, known properties."""
        ...

    def missing_schema(self) -> list[str]:
        """Name the constraints and indexes that are not there."""
        ...

    def close(self) -> None:
        """Release the engine."""
        ...
