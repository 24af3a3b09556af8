"""The production engine: a Neo4j server or cluster, reached by its URL."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import neo4j
from neo4j import exceptions as raised

from queries.engine import Executor, Export, RowsRefused
from queries.statements import constraints, key_indexes, node_indexes, run_indexes
from schema.errors import (
    ConfigurationError,
    GraphServiceError,
    StoreError,
    StoreTimeout,
    StoreUnavailable,
)
from schema.tables import Table

T = TypeVar("T")

PAGE = 20_000
"""Rows that come as one list: a record a row is ten times slower (measured 43,000 against 380,000-930,000 rows/s)."""
CONNECT_SECONDS = 5.0
RETRY_SECONDS = 10.0

_TIMED_OUT = "TransactionTimedOut"
_CONSTRAINT = "ConstraintValidationFailed"
_VALUES = ("Statement.TypeError", "Statement.ArgumentError", "Statement.ArithmeticError", "Request.Invalid")


class Neo4jEngine:
    """A Neo4j database; writes are managed transactions that the driver repeats after a transient failure.

    Raises
    ------
    ConfigurationError
        When the URL or the credentials are wrong.
    StoreUnavailable
        When nothing answers within ``CONNECT_SECONDS``.
    """

    name = "neo4j"
    single_writer = False
    lanes = 2
    finds_keys = True

    def __init__(
        self,
        url: str,
        user: str | None,
        password: str | None,
        *,
        read_seconds: float = 30,
        write_seconds: float = 600,
    ) -> None:
        self._read_seconds, self._write_seconds = read_seconds, write_seconds
        with _translated(read_seconds):
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password or "") if user else None,
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=2 * CONNECT_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",  # a label that nobody wrote yet is ordinary here
                user_agent="xinlian",
            )
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()  # a read sees what this process wrote before
        try:
            with _translated(read_seconds):
                self._driver.verify_connectivity()
        except BaseException:
            self._driver.close()
            raise

    def read(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a reading statement, on a replica where there is one."""

        def run(transaction: neo4j.ManagedTransaction) -> Table:
            return _run(transaction, statement, params)

        run = neo4j.unit_of_work(timeout=self._read_seconds)(run)
        with _translated(self._read_seconds), self._session() as session:
            return session.execute_read(run)

    def write(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run one statement in a transaction of its own."""
        return self.within(lambda transaction: transaction.write(statement, params))

    def batch(self, work: Callable[[Executor], T]) -> T:
        """Do the work of a batch in one transaction."""
        return self.within(work)

    def within(self, work: Callable[[Executor], T]) -> T:
        """Do the work in one transaction; the driver calls it again after a transient failure."""

        def run(transaction: neo4j.ManagedTransaction) -> T:
            return work(_Transaction(transaction, self._write_seconds))

        run = neo4j.unit_of_work(timeout=self._write_seconds)(run)
        with _translated(self._write_seconds), self._session() as session:
            return session.execute_write(run)

    def export(self, wanted: Export) -> Table:
        """Return the whole export in pages, each one list.

        The pages are separate transactions. That is safe because what is known at a run never changes afterwards.
        """
        row = ", ".join(_packed(x) if name in wanted.dates else x for name, x in wanted.columns)
        hint = f"USING INDEX {wanted.index} " if wanted.index else ""
        statement = (
            f"{wanted.pattern} {hint}WHERE {wanted.where} AND {wanted.cursor} > $after WITH {wanted.variables} ORDER BY {wanted.cursor} "
            f"LIMIT {PAGE} RETURN collect([{row}, {wanted.cursor}]) AS page"
        )
        columns: list[list[Any]] = [[] for _ in wanted.columns]
        after: Any = wanted.before
        while True:
            page = self.read(statement, {**wanted.params, "after": after})["page"][0]
            for column, values in zip(columns, zip(*page, strict=True), strict=False):
                column.extend(values)
            if len(page) < PAGE:
                break
            after = page[-1][-1]
        names = tuple(name for name, _ in wanted.columns)
        return Table(
            names,
            tuple(
                _unpacked(column) if name in wanted.dates else native(column)
                for name, column in zip(names, columns, strict=True)
            ),
        )

    def apply_schema(self) -> None:
        """Create the constraints and indexes that are not there, and wait until they serve."""
        there = {*self.read("SHOW INDEXES YIELD name RETURN name", {})["name"]}
        for name, statement in self._schema().items():
            if name not in there:
                self.write(statement, {})
        self.read("CALL db.awaitIndexes(300)", {})

    def missing_schema(self) -> list[str]:
        """Name the constraints and indexes that are not online."""
        there = {*self.read("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name", {})["name"]}
        return [f"index {name}" for name in self._schema() if name not in there]

    def close(self) -> None:
        """Close the connections. Safe to call twice."""
        self._driver.close()

    def _schema(self) -> dict[str, str]:
        statements = [s for _, s in constraints()]
        statements += [s for _, _, s in node_indexes()]
        statements += [s for _, s in key_indexes()]
        statements += run_indexes()
        return {statement.split()[2]: statement for statement in statements}

    def _session(self) -> neo4j.Session:
        return self._driver.session(bookmark_manager=self._bookmarks)


class _Transaction:
    """One open transaction."""

    def __init__(self, transaction: neo4j.ManagedTransaction, seconds: float) -> None:
        self._transaction, self._seconds = transaction, seconds

    def read(self, statement: str, params: Mapping[str, Any]) -> Table:
        """Run a statement in the transaction; transient failures go through, so that the driver repeats it all."""
        return _run(self._transaction, statement, params)

    write = read


def _run(transaction: neo4j.ManagedTransaction, statement: str, params: Mapping[str, Any]) -> Table:
    try:
        result = transaction.run(statement, dict(params))
    except (TypeError, ValueError, OverflowError) as unpackable:
        raise RowsRefused(str(unpackable), "value") from None
    names = tuple(result.keys())
    rows = result.values()
    if not rows:
        return Table(names, tuple(() for _ in names))
    return Table(names, tuple(native(column) for column in zip(*rows, strict=True)))


def _packed(date: str) -> str:
    """Write a date as one integer: the driver makes 50,000 dates a second, and many millions of integers."""
    return f"{date}.year * 512 + {date}.month * 32 + {date}.day"


def _unpacked(column: Sequence[int | None]) -> list[dt.date | None]:
    dates = {n: dt.date(n >> 9, n >> 5 & 15, n & 31) for n in {*column} if n is not None}
    return [None if n is None else dates[n] for n in column]


def native(column: Sequence[Any]) -> Sequence[Any]:
    """Turn a column of the driver's dates and times into Python's; other columns pass through."""
    sample = next((value for value in column if value is not None), None)
    if isinstance(sample, neo4j.time.Date):
        seen: dict[int, dt.date] = {}
        return [None if v is None else _date(v.toordinal(), seen) for v in column]
    if isinstance(sample, neo4j.time.DateTime):
        return [None if v is None else v.to_native().astimezone(dt.UTC) for v in column]
    return column


def _date(ordinal: int, seen: dict[int, dt.date]) -> dt.date:
    found = seen.get(ordinal)
    if found is None:
        found = seen[ordinal] = dt.date.fromordinal(ordinal)
    return found


@contextlib.contextmanager
def _translated(seconds: float) -> Iterator[None]:
    """Turn what the driver raises into the project's own errors."""
    try:
        yield
    except GraphServiceError:
        raise
    except (raised.AuthError, raised.ConfigurationError) as wrong:
        raise ConfigurationError(
            f"Neo4j refuses the connection: {_said(wrong)}. Check the URL, user and password."
        ) from None
    except raised.TransientError as busy:
        raise StoreUnavailable(f"Neo4j could not finish after several attempts: {_said(busy)}") from None
    except raised.ClientError as refused:
        raise _client_error(refused, seconds) from None
    except (raised.Neo4jError, raised.DriverError, OSError) as gone:
        raise StoreUnavailable(f"Neo4j does not answer: {_said(gone)}") from None


def _client_error(refused: raised.ClientError, seconds: float) -> StoreError:
    code = refused.code or ""
    if _TIMED_OUT in code:
        return StoreTimeout(f"The statement took longer than {seconds:.0f} s; ask for less at once.")
    if _CONSTRAINT in code:
        return RowsRefused(_said(refused), "constraint")
    if code.endswith(_VALUES):
        return RowsRefused(_said(refused), "value")
    return StoreError(f"Neo4j refused a statement ({code}): {_said(refused)}")


def _said(error: BaseException) -> str:
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(message).splitlines()[0]
