"""A store that is only written: a first load becomes import files for an empty Neo4j instead of statements.

To the loaders it is an empty store, so a bulk load is judged, quarantined and booked like any other. What is published is
what the same load would leave in Neo4j: nodes with the cache of their rows, Records, versioned facts, runs, the counter.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from queries import bulk_files, sayings
from queries.bulk_files import ImportFiles
from queries.bulk_graph import HeldGraph
from queries.catalogue import check_params, named
from queries.migrations import MIGRATIONS
from queries.runs import run_properties
from queries.statements import ALL_NODES, COUNTER
from schema.edges import EDGES
from schema.errors import Conflict, InputError, NotFound
from schema.fields import integer
from schema.ports import (
    ClosingBatch,
    EdgeBatch,
    Erasure,
    NodeBatch,
    Outcome,
    Scope,
    Stage,
)
from schema.provenance import NO_NOTES, RUN_GAP, Ledger, RunHeader, RunNotes
from schema.tables import Table

MANIFEST, ARGUMENTS = "manifest.json", "import.args"
_COUNTER_FIELDS = (integer("published", ""), integer("schema", ""))


class BulkStore:
    """``schema.ports.GraphStore`` for one first load: empty to read, and files in the end.

    Parameters
    ----------
    folder : Path
        Where the files go.

    Notes
    -----
    A row goes to its file at once, and is taken out again when another row speaks of the same node or fact: memory holds
    about 200 bytes a node, 130 a fact, and the rows of what has several versions.
    """

    def __init__(self, folder: Path) -> None:
        self.name = "bulk"
        self._files = ImportFiles(folder)
        self._published = 0
        self._stages: list[Stage] = []
        self._held = HeldGraph(self._files, self._header)

    # keeping ---------------------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Nothing is to be prepared: the database gets its schema after the import."""

    def problems(self) -> list[str]:
        """Nothing can be wrong."""
        return []

    def close(self) -> None:
        """Forget what was not published."""
        self.abandon()

    # reading ---------------------------------------------------------------------------------------------------------
    def known_run(self, at: dt.datetime | None = None) -> int:
        """Return the number of the published run."""
        return self._published if at is None else 0

    def query(self, name: str, params: Mapping[str, Any]) -> Table:
        """Answer as an empty store does: with no rows."""
        query = named(name)
        check_params(query, params)
        return Table.of_rows(tuple(query.header.returns), ())

    def facts(self, relationship: str, known_run: int) -> Table:
        """Return no facts."""
        names = ("start", "end", "start_label", "end_label", *(f.name for f in bulk_files.FACT_FIELDS))
        return Table.of_rows((*names, *EDGES[relationship].field_names), ())

    def nodes(self, label: str, known_run: int, ids: Sequence[str] | None = None) -> Table:
        """Return no nodes."""
        names = ("id", "kinds", *(f.name for f in bulk_files.NODE_FIELDS))
        return Table.of_rows((*names, *ALL_NODES[label].field_names), ())

    def changed_facts(self, relationship: str, since: int, known_run: int) -> Table:
        """Return no facts."""
        return self.facts(relationship, known_run)

    def changed_nodes(self, label: str, since: int, known_run: int) -> Table:
        """Return no nodes."""
        return self.nodes(label, known_run)

    def sayings(self, label: str, node_id: str, known_run: int) -> Table:
        """Return no rows."""
        return Table.of_rows(sayings.COLUMNS, ())

    def existing(self, label: str, ids: Iterable[str]) -> set[str]:
        """Return those ids that the open load has written."""
        return {node_id for node_id in ids if self._held.has(label, node_id)}

    def open_facts(self, scope: Scope, relationship: str) -> Table:
        """Return no facts."""
        return Table.of_rows(("key", "start", "start_label"), ())

    # writing ---------------------------------------------------------------------------------------------------------
    def reserve(self, headers: Sequence[RunHeader]) -> list[Stage]:
        """Open the load. Conflict when there was one already."""
        if self._published or self._stages:
            raise Conflict("Import files hold one first load: load what follows in the ordinary way.")
        self._stages = [Stage(number, header) for number, header in enumerate(headers, RUN_GAP)]
        return list(self._stages)

    def upsert(self, batch: NodeBatch | EdgeBatch) -> Outcome:
        """Take a batch of the open load."""
        if batch.stage not in self._stages:
            raise InputError(f"Run {batch.stage.run} does not belong to the open load.")
        held = self._held
        return held.take_nodes(batch) if isinstance(batch, NodeBatch) else held.take_facts(batch)

    def close_facts(self, batch: ClosingBatch) -> int:
        """Close nothing: no earlier run stated anything."""
        return 0

    def publish(
        self, ledgers: Mapping[int, Ledger], approved_by: str, notes: Mapping[int, RunNotes] = NO_NOTES
    ) -> None:
        """Write the files and their manifest."""
        runs = [
            self._run(stage, ledgers.get(stage.run, Ledger()), approved_by)
            | notes.get(stage.run, RunNotes()).as_properties()
            for stage in self._stages
        ]
        last = self._stages[-1].run
        self._held.finish()
        self._write_provenance(runs, {"id": "runs", "published": last, "schema": len(MIGRATIONS)})
        self._files.finish()
        self._write_manifest(runs)
        self._published = last
        self._clear()

    def abandon(self) -> None:
        """Forget the open load, and remove what was written of it."""
        if self._stages:
            self._files.discard()
            self._clear()

    def commit(self, header: RunHeader, batches: Sequence[NodeBatch | EdgeBatch]) -> int:
        """Refuse: import files hold one load."""
        raise Conflict("Import files hold one first load and nothing beside it.")

    def erase(self, erasure: Erasure, header: RunHeader) -> Mapping[str, int]:
        """Refuse: there is nobody yet."""
        raise NotFound("Import files hold no published node that could be erased.")

    # publishing ------------------------------------------------------------------------------------------------------
    def _write_provenance(self, runs: Sequence[Mapping[str, Any]], counter: Mapping[str, Any]) -> None:
        fields = (*bulk_files.NODE_FIELDS, *ALL_NODES["LoadRun"].fields)
        rows = [{**run, "labels": "LoadRun"} for run in runs]
        self._files.nodes_of("LoadRun", fields).append(rows, {name for row in rows for name in row})
        row = {**counter, "labels": COUNTER}
        self._files.nodes_of(COUNTER, _COUNTER_FIELDS).append([row], row.keys())

    def _header(self, run: int) -> RunHeader:
        return self._stages[run - RUN_GAP].header

    def _run(self, stage: Stage, ledger: Ledger, approved_by: str) -> dict[str, Any]:
        counts = ("read", "loaded", "unchanged", "quarantined", "skipped", "closed")
        return {
            **run_properties(stage.run, stage.header, "PUBLISHED"),
            **{name: getattr(ledger, name) for name in counts},
            "published_at": dt.datetime.now(dt.UTC),
            "approved_by": approved_by,
        }

    def _write_manifest(self, runs: Sequence[Mapping[str, Any]]) -> None:
        files = self._files
        multiline = ["--multiline-fields=true"] if files.multiline else []
        options = ["--overwrite-destination", "--bad-tolerance=0", *multiline, *files.arguments]
        files.write_text(ARGUMENTS, "\n".join(options) + "\n")
        said = {
            "published": runs[-1]["number"],
            "runs": [{n: run[n] for n in ("number", "file", "sha256", "read", "loaded")} for run in runs],
            "labels": dict(sorted(files.nodes.items())),
            "relationships": dict(sorted(files.relationships.items())),
        }
        files.write_text(MANIFEST, json.dumps(said, indent=2) + "\n")

    def _clear(self) -> None:
        self._stages = []
        self._held = HeldGraph(self._files, self._header)
