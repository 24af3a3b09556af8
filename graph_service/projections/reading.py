"""A projection read from the store: whole, or what changed since an earlier one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from algorithms.projection import Projection, advance, ordered, project
from schema.edges import EDGES
from schema.nodes import NODES
from schema.ports import GraphStore

# Consents change by the minute and are asked for live, so no projection holds them, and none is rebuilt for them.
LIVE_LABELS: Final = frozenset({"Authorization"})
LIVE_RELATIONSHIPS: Final = frozenset({"GAVE", "GIVEN_TO", "REVOKED"})
# Who is erased is gone from the past too, so no projection of before may be continued.
ERASURES: Final = "erasures"
LIVE_DATASETS: Final = frozenset({"batches", "consents", "quarantine_decisions", "screening_decisions"})


@dataclass(frozen=True)
class Version:
    """Which graph a projection holds.

    Parameters
    ----------
    run : int
        The last run that wrote something which projections hold; 0 when none did.
    history : str
        Digest over every such run up to it, with the files' hashes and the instants of loading: no other store has it.
    """

    run: int
    history: str


def read(store: GraphStore, known_run: int) -> Projection:
    """Read the graph as known at a run. O(V + E)."""
    return project(
        known_run,
        {label: ordered(store.nodes(label, known_run), "id") for label in NODES if label not in LIVE_LABELS},
        {
            name: ordered(store.facts(name, known_run), "key")
            for name in EDGES
            if name not in LIVE_RELATIONSHIPS
        },
    )


def refresh(store: GraphStore, kept: Projection, known_run: int) -> Projection:
    """Bring a projection of an earlier run up to a later one, from what came and went in between."""
    since = kept.known_run
    return advance(
        kept,
        known_run,
        {label: store.changed_nodes(label, since, known_run) for label in NODES if label not in LIVE_LABELS},
        {
            name: store.changed_facts(name, since, known_run)
            for name in EDGES
            if name not in LIVE_RELATIONSHIPS
        },
    )


def written(store: GraphStore, since: int, until: int) -> frozenset[str]:
    """Return the datasets of the runs published in between that wrote something which projections hold."""
    runs = store.query("runs_between", {"since": since, "until": until})
    return frozenset(runs["dataset"]) - LIVE_DATASETS


def versions(store: GraphStore, known_run: int) -> list[Version]:
    """Return every version that the graph has had up to a run, newest last. A row for each load."""
    runs = store.query("load_history", {"until": known_run, "without": sorted(LIVE_DATASETS)})
    digest, found = hashlib.sha256(), [Version(0, "")]
    for row in runs.rows():
        said = (row["number"], row["source"], row["dataset"], row["sha256"], row["recorded_at"].isoformat())
        digest.update(repr(said).encode())
        found.append(Version(row["number"], digest.hexdigest()))
    return found
