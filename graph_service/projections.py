"""The projection cache: one projection of the newest graph version serves every caller."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Final

from algorithms.projection import Projection, project
from schema.edges import EDGES
from schema.nodes import NODES
from schema.ports import GraphStore

# Consents change by the minute and are asked for live, so no projection holds them, and none is rebuilt for them.
LIVE_LABELS: Final = frozenset({"Authorization"})
LIVE_RELATIONSHIPS: Final = frozenset({"GAVE", "GIVEN_TO", "REVOKED"})
LIVE_DATASETS: Final = frozenset({"batches", "consents", "quarantine_decisions", "screening_decisions"})


class Projections:
    """Builds projections from a store and keeps the newest.

    Parameters
    ----------
    store : GraphStore
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._newest: Projection | None = None
        self._building = threading.Lock()

    def at(self, known_run: int) -> Projection:
        """Return the graph as known at a run: the kept one, or a fresh one for the past.

        O(V + E) when it has to be read from the store.
        """
        with self._building:
            kept = self._newest
            if (
                kept is not None
                and kept.known_run < known_run
                and not self._changed(kept.known_run, known_run)
            ):
                kept = self._newest = replace(kept, known_run=known_run)
            if kept is None or kept.known_run != known_run:
                fresh = self._read(known_run)
                if kept is None or kept.known_run < known_run:
                    self._newest = fresh
                return fresh
            return kept

    def _changed(self, since: int, until: int) -> bool:
        """Whether any run published in between wrote something that projections hold."""
        runs = self._store.query("runs_between", {"since": since, "until": until})
        return not set(runs["dataset"]) <= LIVE_DATASETS

    def _read(self, known_run: int) -> Projection:
        nodes = {label: self._store.nodes(label, known_run) for label in NODES if label not in LIVE_LABELS}
        facts = {name: self._store.facts(name, known_run) for name in EDGES if name not in LIVE_RELATIONSHIPS}
        return project(known_run, nodes, facts)
