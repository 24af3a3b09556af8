"""The graph store: one class over either engine."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from queries import closing, erasing, exports, facts, migrations, past, runs
from queries.catalogue import check_params, named
from queries.engine import Engine, Executor, RowsRefused
from queries.lanes import Batch, at_once, joined, rounds, taken
from queries.node_rows import refresh_caches, write_nodes
from queries.records import Origin
from queries.sayings import sayings
from queries.statements import ALL_NODES
from queries.writing import Memory, Writing
from schema.errors import Conflict, InputError, LoadInProgress, StoreError
from schema.ports import ClosingBatch, Erasure, NodeBatch, Outcome, Reject, Scope, Stage
from schema.provenance import NO_NOTES, Ledger, RunHeader, RunNotes
from schema.tables import Table

BATCH = 10_000
"""Most rows of one statement."""


class Store:
    """``schema.ports.GraphStore`` over an engine; safe to share between threads.

    Parameters
    ----------
    engine : Engine
        What runs the statements. The store closes it.
    """

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self._engine = engine
        self._load: runs.Load | None = None
        self._origins: dict[int, Origin] = {}
        self._touched: tuple[int, int, frozenset[str]] = (0, 0, frozenset())
        self._loading = threading.RLock()
        self._lanes = ThreadPoolExecutor(engine.lanes, thread_name_prefix="lane")

    # keeping ---------------------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Apply constraints, indexes and migrations; safe to call again."""
        migrations.prepare(self._engine)

    def problems(self) -> list[str]:
        """Say what is wrong with the store; empty when it is healthy. It raises when the store does not answer."""
        return migrations.problems(self._engine, own=self._load)

    def close(self) -> None:
        """Release the store. An open load stays staged: the next writer rolls it back."""
        with self._loading:
            if self._load is not None:
                load, self._load = self._load, None
                with contextlib.suppress(StoreError):  # a store that is gone needs no notice
                    runs.resign(self._engine, load)
        self._lanes.shutdown()
        self._engine.close()

    # reading ---------------------------------------------------------------------------------------------------------
    def known_run(self, at: dt.datetime | None = None) -> int:
        """Return the number of the last run published at that instant (default: now); 0 when there is none."""
        if at is None:
            return runs.published_run(self._engine)
        if at.utcoffset() is None:
            raise InputError("known_at must be an instant with its offset from UTC.")
        return runs.published_before(self._engine, at.astimezone(dt.UTC))

    def query(self, name: str, params: Mapping[str, Any]) -> Table:
        """Run a catalogue query; its answer says ``truncated`` when the query's bound cut rows off."""
        query = named(name)
        table = self._engine.read(query.statement, check_params(query, params))
        if query.most is not None and len(table) > query.most:
            table = Table(table.columns, tuple(c[: query.most] for c in table.data), truncated=True)
        run = params.get("known_run")
        if run is None or not past.tells(query) or run >= runs.published_run(self._engine):
            return table
        then = past.as_then(query.statement, params, table, lambda label, ids: self.nodes(label, run, ids))
        return replace(then, truncated=table.truncated)

    def facts(self, relationship: str, known_run: int) -> Table:
        """Return every fact of one kind known at that run, as columns."""
        return exports.facts(self._engine, relationship, known_run)

    def nodes(self, label: str, known_run: int, ids: Sequence[str] | None = None) -> Table:
        """Return nodes of one key label with their properties as known at that run."""
        published = runs.published_run(self._engine)
        table, past = exports.nodes(self._engine, label, known_run, ids, published)
        if not past and runs.published_run(self._engine) != published:  # a run was published while we read
            return self.nodes(label, known_run, ids)
        return table

    def changed_facts(self, relationship: str, since: int, known_run: int) -> Table:
        """Return the facts of one kind that came or went between two runs, as columns."""
        if (asked := self._touched)[:2] != (since, known_run):  # what happened between two runs never changes
            asked = self._touched = (since, known_run, exports.touched(self._engine, since, known_run))
        return exports.changed_facts(self._engine, relationship, since, known_run, asked[2])

    def changed_nodes(self, label: str, since: int, known_run: int) -> Table:
        """Return the nodes of one key label that changed between two runs, as known at the later one."""
        return self.nodes(label, known_run, exports.changed_ids(self._engine, label, since, known_run))

    def sayings(self, label: str, node_id: str, known_run: int) -> Table:
        """Return every row's word on every property of a node, the one that counts first."""
        return sayings(self._engine, label, node_id, known_run)

    def existing(self, label: str, ids: Iterable[str]) -> set[str]:
        """Return those ids that exist, staged ones included."""
        if label not in ALL_NODES:
            raise InputError(f"schema/nodes.py declares no key label {label}.")
        wanted = list({*ids})
        found: set[str] = set()
        for start in range(0, len(wanted), BATCH):
            found |= facts.existing(self._engine, label, wanted[start : start + BATCH])
        return found

    def open_facts(self, scope: Scope, relationship: str) -> Table:
        """Return the open facts of one kind that published runs of a scope wrote: ``key, start, start_label``."""
        return self._engine.export(closing.open_facts(self._engine, scope, relationship))

    # writing ---------------------------------------------------------------------------------------------------------
    def reserve(self, headers: Sequence[RunHeader]) -> list[Stage]:
        """Open a load: take the lease, roll back what a dead writer left, number the runs."""
        if not headers:
            raise InputError("A load needs at least one run.")
        with self._loading:
            if self._load is not None:
                raise Conflict("This process has a load open already: publish or abandon it first.")
            self._load = runs.open_load(self._engine, headers)
            self._origins = {}
            return runs.stages(self._load)

    def upsert(self, batch: Batch) -> Outcome:
        """Write a batch of the open load, as many pieces at once as the engine takes.

        A row that the engine refuses is found by halving, and named.
        """
        with self._loading:
            writing = self._writing(batch.stage)

            def write(piece: Sequence[int]) -> Outcome:
                return self._halving(taken(batch, piece), writing)

            told = [
                (piece, outcome)
                for pieces in rounds(batch, self._engine.lanes, BATCH)
                for piece, outcome in zip(pieces, at_once(self._lanes, write, pieces), strict=True)
            ]
            return joined(told)

    def close_facts(self, batch: ClosingBatch) -> int:
        """Close open facts of earlier runs as a run of the open load, and count them."""
        with self._loading:
            run = self._writing(batch.stage).run
            return sum(
                self._engine.batch(
                    partial(closing.close, relationship=batch.relationship, rows=some, run=run)
                )
                for start in range(0, len(batch.rows), BATCH)
                if (some := batch.rows[start : start + BATCH])
            )

    def publish(
        self, ledgers: Mapping[int, Ledger], approved_by: str, notes: Mapping[int, RunNotes] = NO_NOTES
    ) -> None:
        """Make the open load visible at once, and end it."""
        with self._loading:
            load = self._open_load()
            if unknown := ledgers.keys() - {*load.numbers}:
                raise InputError(f"Runs {sorted(unknown)} do not belong to the open load.")
            self._engine.within(lambda e: runs.publish_load(e, load, ledgers, approved_by, notes))
            self._load = None

    def abandon(self) -> None:
        """Roll the open load back as if it had never been; nothing happens when none is open."""
        with self._loading:
            if self._load is not None:
                load, self._load = self._load, None
                runs.abandon_load(self._engine, load)

    def commit(self, header: RunHeader, batches: Sequence[Batch]) -> int:
        """Write a few rows as a run of their own, visible at once, in one transaction.

        Raises
        ------
        InputError
            When the store refuses a row; nothing was written.
        Conflict
            When a load of the same dataset, or of the same node, is in progress.
        """
        try:
            return self._engine.within(lambda e: self._commit(e, header, batches))
        except RowsRefused as refused:
            raise InputError(f"The store refuses these rows ({refused.reason}): {refused.detail}") from None

    def _commit(self, executor: Executor, header: RunHeader, batches: Sequence[Batch]) -> int:
        now = runs.lock(executor)
        number = int(now["published"]) + 1
        if now["reserved"] is not None:
            runs.refuse_shared(executor, header, number, int(now["reserved"]))
        writing = runs.writing_of(executor, number, header, Memory({number: header.as_of}))
        runs.create_run(executor, number, header)
        origins = runs.origins(executor)
        written = unchanged = 0
        for batch in batches:
            outcome = self._write(executor, batch, writing, origins)
            if outcome.rejects:
                first = outcome.rejects[0]
                raise InputError(f"Row {first.index} is refused ({first.code}): {first.detail}")
            written, unchanged = written + len(outcome.written), unchanged + outcome.unchanged
        ledger = Ledger(written + unchanged, written, unchanged)
        runs.mark_published(executor, {number: ledger}, "")
        refresh_caches(executor, number, number, origins)
        runs.set_published(executor, number)
        return number

    def erase(self, erasure: Erasure, header: RunHeader) -> Mapping[str, int]:
        """Remove a node and what is about nobody else, for every ``known_run``; leave a tombstone."""
        if erasure.label not in ALL_NODES:
            raise InputError(f"schema/nodes.py declares no key label {erasure.label}.")
        return self._engine.within(lambda e: self._erase(e, erasure, header))

    def _erase(self, executor: Executor, erasure: Erasure, header: RunHeader) -> Mapping[str, int]:
        now = runs.lock(executor)
        if now["reserved"] is not None:
            raise LoadInProgress(
                "A load is in progress, and may be writing about the subject; try again when it has ended."
            )
        number = int(now["published"]) + 1
        runs.create_run(executor, number, header)
        removed = erasing.erase(executor, erasure, number)
        runs.mark_published(executor, {number: Ledger()}, erasure.erased_by)
        runs.set_published(executor, number)
        return removed

    def _writing(self, stage: Stage) -> Writing:
        """Return the open load's run of a stage, and show that this writer lives."""
        load = self._open_load()
        writing = load.writings.get(stage.run)
        if writing is None:
            raise InputError(f"Run {stage.run} does not belong to the open load.")
        runs.beat(self._engine, load)
        return writing

    def _open_load(self) -> runs.Load:
        if self._load is None:
            raise Conflict("No load is open: reserve its runs first.")
        return self._load

    def _halving(self, batch: Batch, writing: Writing, *, again: bool = True) -> Outcome:
        try:
            return self._engine.batch(lambda e: self._write(e, batch, writing, self._origins))
        except RowsRefused as refused:
            if (count := len(batch.rows)) > 1:
                halves = range(count // 2), range(count // 2, count)
                return joined((half, self._halving(taken(batch, half), writing)) for half in halves)
            if again and refused.reason == "constraint":  # another writer may just have made the same node
                return self._halving(batch, writing, again=False)
            return Outcome(rejects=(Reject(0, refused.reason, refused.detail),))

    def _write(
        self, executor: Executor, batch: Batch, writing: Writing, origins: dict[int, Origin]
    ) -> Outcome:
        def origin_of(run: int) -> Origin:
            if run not in origins:  # committed since we last looked
                origins.update(runs.origins(executor))
            return origins[run]

        if isinstance(batch, NodeBatch):
            return write_nodes(executor, batch, writing, origin_of)
        return facts.write_facts(executor, batch, writing, origin_of, finds_keys=self._engine.finds_keys)
