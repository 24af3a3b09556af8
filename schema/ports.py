"""The graph store as the rest of the house sees it: one small protocol, implemented twice in ``queries/``.

The unit of writing is a batch; the unit of visibility is a published run. Nothing that a staged run wrote is seen by any
reader, and a staged run whose process died is rolled back by the next writer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from schema.provenance import NO_NOTES, Ledger, RunHeader, RunNotes
from schema.tables import Table


@dataclass(frozen=True)
class Stage:
    """The staged run that a batch belongs to."""

    run: int
    header: RunHeader


@dataclass(frozen=True)
class NodeBatch:
    """Rows that describe nodes of one key label and one set of kind labels.

    ``rows`` are dictionaries with ``id``, ``audience``, ``bank`` (or None), ``line``, and declared properties of the
    label; an undeclared or missing property is not written, a None erases nothing it did not set.
    """

    stage: Stage
    label: str
    kinds: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class EdgeBatch:
    """Rows that state relationships of one kind between two key labels.

    ``rows`` are dictionaries with ``start``, ``end``, ``key``, ``line``, ``audience``, ``bank`` (or None),
    ``valid_from``, ``valid_to`` (or None), and declared properties of the relationship.
    """

    stage: Stage
    relationship: str
    start_label: str
    end_label: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Reject:
    """A row of a batch that the store refused.

    ``index`` counts within the batch; ``code`` is ``endpoint_missing``, ``constraint`` or ``value``.
    """

    index: int
    code: str
    detail: str


@dataclass(frozen=True)
class Outcome:
    """What became of a batch.

    ``written`` holds the indices of rows that changed the graph, ``older`` those of rows that a newer file has overtaken.
    ``confirmed`` counts what a file of a later day repeats for the first time: it is noted, and changes no fact.
    """

    written: frozenset[int] = frozenset()
    unchanged: int = 0
    rejects: tuple[Reject, ...] = field(default=())
    older: frozenset[int] = frozenset()
    confirmed: int = 0


@dataclass(frozen=True)
class Scope:
    """What a snapshot speaks for: a source's dataset, or its part in one division (a prefix of its code)."""

    source: str
    dataset: str
    region: str = ""


@dataclass(frozen=True)
class ClosingBatch:
    """Open facts of one kind that a run states to have ended: rows with ``start``, ``start_label`` and ``key``."""

    stage: Stage
    relationship: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Erasure:
    """A subject to be erased, and what is kept of the deed.

    ``refused`` are the ids of quarantined rows about the subject, beside those that name it themselves; ``in_raw_files``
    says that raw files name it, so that its tombstone is due even if the graph does not know it.
    """

    label: str
    node_id: str
    subject_hash: str
    reason: str
    erased_by: str
    refused: Sequence[str] = ()
    in_raw_files: bool = False


class GraphStore(Protocol):
    """A graph store. Every method raises ``StoreError`` subclasses, never a driver's exception."""

    name: str

    # keeping -----------------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Apply constraints, indexes and migrations; safe to call again."""

    def problems(self) -> list[str]:
        """Say what ``doctor`` should report: unreachable, missing constraints, dead staged runs. Empty: healthy."""
        ...

    def close(self) -> None:
        """Release the store."""

    # reading -----------------------------------------------------------------------------------------------------
    def known_run(self, at: dt.datetime | None = None) -> int:
        """Return the number of the last run published at that instant (default: now); 0 when there is none."""
        ...

    def query(self, name: str, params: Mapping[str, Any]) -> Table:
        """Run a catalogue query. InputError for an unknown name, a missing, extra or ill-typed parameter."""
        ...

    def facts(self, relationship: str, known_run: int) -> Table:
        """Return every fact of one kind known at that run, whatever its validity and audience, as columns.

        Columns: ``start, end, start_label, end_label`` (key labels: an id is unique within its key label only),
        ``key, run, line, valid_from, valid_to, audience, bank`` and the declared properties.
        """
        ...

    def nodes(self, label: str, known_run: int, ids: Sequence[str] | None = None) -> Table:
        """Return nodes of one key label known at that run (all, or those asked for), with their properties as then.

        Columns: ``id, kinds`` (list of str), ``audience, bank, run, line`` and the declared properties.
        """
        ...

    def changed_facts(self, relationship: str, since: int, known_run: int) -> Table:
        """Return the facts of one kind that are known at ``known_run`` and were not at ``since``, and the reverse.

        Columns: those of ``facts``, and ``known`` (bool): whether the fact is known at ``known_run``.
        """
        ...

    def changed_nodes(self, label: str, since: int, known_run: int) -> Table:
        """Return the nodes of one key label that became known after ``since``, or whose rows changed, as ``nodes`` does.

        A node that says what it said before may be among them.
        """
        ...

    def sayings(self, label: str, node_id: str, known_run: int) -> Table:
        """Return what every row known at that run states of a node, property by property, the one that counts first.

        Columns: ``property, value, source, dataset, run, line, as_of, audience, bank, chosen``.
        """
        ...

    def existing(self, label: str, ids: Iterable[str]) -> set[str]:
        """Return those ids that exist, staged ones of the running load included (for endpoint checks)."""
        ...

    def open_facts(self, scope: Scope, relationship: str) -> Table:
        """Return the open facts of one kind that published runs of a scope wrote: ``key, start, start_label``."""
        ...

    # writing -----------------------------------------------------------------------------------------------------
    def reserve(self, headers: Sequence[RunHeader]) -> list[Stage]:
        """Open a load: take the writer's lease, roll back what a dead writer left, number the runs.

        Raises ``Conflict`` when another live load is in progress.
        """
        ...

    def upsert(self, batch: NodeBatch | EdgeBatch) -> Outcome:
        """Write a batch idempotently: equal to the open fact writes nothing, different closes it and appends.

        A row whose series a file of a later as-of date has stated, repeated or ended, writes nothing either: it is
        ``older``.
        """
        ...

    def close_facts(self, batch: ClosingBatch) -> int:
        """Close open facts of earlier runs as a run of the open load, and count them; undone like all that it writes."""
        ...

    def publish(
        self, ledgers: Mapping[int, Ledger], approved_by: str, notes: Mapping[int, RunNotes] = NO_NOTES
    ) -> None:
        """Make the staged runs of the open load visible at once, with what is to be noted of each, and end the load."""
        ...

    def abandon(self) -> None:
        """Roll the open load back as if it had never been."""

    def commit(self, header: RunHeader, batches: Sequence[NodeBatch | EdgeBatch]) -> int:
        """Write a few rows as a run of their own, visible at once, in one transaction (an API mutation).

        The batches' own ``stage`` is ignored. Returns the run's number. Works while a load is in progress.
        """
        ...

    def erase(self, erasure: Erasure, header: RunHeader) -> Mapping[str, int]:
        """Remove a node, its facts, its Records and what is about nobody else, for every ``known_run``; leave a tombstone.

        One transaction, one run. Returns what was removed, by relationship, and ``nodes`` and ``refused``.
        NotFound when nothing knows it; Conflict while a load is in progress.
        """
        ...
