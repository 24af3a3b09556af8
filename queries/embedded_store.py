"""The embedded engine: one file, one writing process, no server (kglite)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import kglite

from queries.engine import Executor, Export, RowsRefused
from queries.statements import ALL_NODES, constraints, introduce, node_indexes
from schema.errors import Conflict, GraphServiceError, LeaseHeld, StoreError, StoreTimeout, StoreUnavailable
from schema.fields import text
from schema.nodes import NODE_COMMON
from schema.tables import Table

T = TypeVar("T")

kglite.set_query_warning_policy(
    "silent"
)  # a label that nobody wrote yet is ordinary here, not worth a warning


class EmbeddedEngine:
    """A kglite file, opened for writing.

    A commit survives the death of the process (write-ahead log), an explicit ``close`` also that of the machine.

    Raises
    ------
    LeaseHeld
        When another process has the file open.
    StoreUnavailable
        When the file cannot be read or created.
    """

    name = "embedded"
    single_writer = True
    lanes = 1
    finds_keys = (
        False  # its relationship index does not serve look-ups that come from UNWIND (measured: a scan)
    )

    def __init__(self, path: Path, *, read_seconds: float = 30, write_seconds: float = 600) -> None:
        self._read_ms, self._write_ms = int(read_seconds * 1000), int(write_seconds * 1000)
        self._writing = threading.RLock()  # an optimistic transaction would lose against any other commit
        with _translated(self._write_ms):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._session = kglite.open_session(str(path), durable="normal")
        self._introduce_properties()

    def read(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a reading statement."""
        return self._read(statement, params, self._read_ms)

    def write(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run one statement as one atomic, logged write."""
        with self._writing, self._open(self._write_ms):
            return _table(self._session.execute(statement, params=dict(params), timeout_ms=self._write_ms))

    def batch(self, work: Callable[[Executor], T]) -> T:
        """Do the work statement by statement: a transaction would copy the graph for every batch."""
        with self._writing:
            return work(self)

    def within(self, work: Callable[[Executor], T]) -> T:
        """Do the work in one transaction (it copies the graph: 54 ms at 500,000 nodes and 1.5M relationships)."""
        with self._writing:
            with self._open(self._write_ms):
                transaction = self._session.begin()
            try:
                result = work(_Transaction(transaction, self._write_ms))
            except BaseException:
                transaction.rollback()
                raise
            with _translated(self._write_ms):
                transaction.commit()
            return result

    def export(self, wanted: Export) -> Table:
        """Return the whole export from one snapshot."""
        columns = ", ".join(f"{expression} AS `{name}`" for name, expression in wanted.columns)
        return self._read(f"{wanted.match} RETURN {columns}", wanted.params, 0)

    def apply_schema(self) -> None:
        """Declare uniqueness and indexes."""
        for _, statement in constraints():
            self.write(statement, {})
        for _, _, statement in node_indexes():
            self.write(statement, {})

    def missing_schema(self) -> list[str]:
        """Name the uniqueness constraints that are not there."""
        there = {label for labels in self.read("SHOW CONSTRAINTS", {})["labelsOrTypes"] for label in labels}
        return [f"constraint on {label}.id" for label, _ in constraints() if label not in there]

    def close(self) -> None:
        """Write a checkpoint and release the file. Safe to call twice."""
        with _translated(self._write_ms):
            self._session.close()

    def _introduce_properties(self) -> None:
        """Make every declared property known: CREATE refuses one that no node of the label ever had.

        The engine forgets such a property when it replays its log, so this is done at every opening (5 ms).
        """
        for label, node in ALL_NODES.items():
            fields = {field.name: field for field in (text("name", ""), *NODE_COMMON, *node.fields)}
            self.write(introduce(label, fields.values()), {"id": "~"})

    def _read(self, statement: str, params: Mapping[str, Any], timeout_ms: int) -> Table:
        with self._open(timeout_ms):
            return _table(self._session.cypher(statement, params=dict(params), timeout_ms=timeout_ms))

    @contextlib.contextmanager
    def _open(self, timeout_ms: int) -> Iterator[None]:
        if self._session.closed:
            raise StoreUnavailable("The embedded store has been closed; open it again.")
        with _translated(timeout_ms):
            yield


class _Transaction:
    """A private working copy of the graph."""

    def __init__(self, transaction: Any, timeout_ms: int) -> None:
        self._transaction, self._timeout_ms = transaction, timeout_ms

    def read(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a statement against the copy."""
        with _translated(self._timeout_ms):
            return _table(
                self._transaction.cypher(statement, params=dict(params), timeout_ms=self._timeout_ms)
            )

    write = read


def _table(view: Any) -> Table:
    names = tuple(view.columns)
    return Table(names, tuple(view.column(name) for name in names))


@contextlib.contextmanager
def _translated(timeout_ms: int) -> Iterator[None]:
    """Turn what kglite raises into the project's own errors."""
    try:
        yield
    except kglite.KgError as error:
        raise _own(error, timeout_ms) from None
    except OSError as broken:
        raise StoreUnavailable(f"The graph file cannot be used: {broken}") from None
    except (TypeError, ValueError, OverflowError, RecursionError) as broken:
        raise RowsRefused(str(broken), "value") from None


def _own(error: kglite.KgError, timeout_ms: int) -> GraphServiceError:
    match error:
        case kglite.WriterLeaseHeldError():
            return LeaseHeld(
                f"Process {error.holder.get('pid') or 'of unknown id'} has held the graph file open since "
                f"{error.holder.get('since') or 'an unknown time'}. Stop it or wait, then try again."
            )
        case kglite.ConstraintViolationError():
            return RowsRefused(str(error), "constraint")
        case kglite.CypherTimeoutError():
            return StoreTimeout(
                f"The statement took longer than {timeout_ms / 1000:.0f} s; ask for less at once."
            )
        case kglite.TransactionConflictError():
            return Conflict("Another write came between; try again.")
        case kglite.FileError() | kglite.FileIoError() | kglite.FileFormatError():
            return StoreUnavailable(f"The graph file cannot be used: {error}")
    if "duplicate id" in str(error):  # the write-ahead log's own check, which has no class of its own
        return RowsRefused(str(error), "constraint")
    return StoreError(f"The embedded store refused a statement: {error}")
