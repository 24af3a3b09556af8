"""A start with a kept projection against one that reads the store, and a small change read as a delta.

Method: the synthetic county (5,000 enterprises, 8,000 people, 2,000 households) in an embedded store. *Store*: every
column read and built; *kept*: the history, the checksums of all files, the mapping; *delta*: one more run with a node and
a fact, found by scanning the store (no index: the embedded engine has none that serves it) and put in. Medians of 5,
interleaved. Measured: 35,683 nodes and 91,906 facts: store 5.1 s, kept 61 ms (84
times, 10 MB on disk), one change 33 ms; two cores under heavy load.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import interleaved
from benchmarks.projection_build import timed
from graph_service.projections import Projections
from graph_service.projections.reading import read, refresh
from loaders import Keys, LoadRequest, Vault, load
from loaders.city import CitySpec, write_city
from queries.stores import open_store
from schema.ports import GraphStore, NodeBatch, Stage
from schema.provenance import RunHeader


def main() -> None:
    """Print seconds and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        store = _county(Path(folder))
        try:
            _measure(store, Path(folder) / "projection")
        finally:
            store.close()


def _measure(store: GraphStore, kept: Path) -> None:
    run = store.known_run()
    before = Projections(store, kept).at(run)
    size = sum(p.stat().st_size for p in kept.rglob("*") if p.is_file())
    taken = interleaved(
        {"store": timed(lambda: read(store, run)), "kept": timed(lambda: Projections(store, kept).at(run))}
    )
    _say_more(store)
    delta = interleaved({"delta": timed(lambda: refresh(store, before, store.known_run()))})
    count = sum(len(e.start) for e in before.edges.values())
    print(
        f"projection_cache: {len(before):,} nodes, {count:,} facts: from the store {taken['store']:.2f} s, kept "
        f"{taken['kept'] * 1000:.0f} ms ({taken['store'] / taken['kept']:.0f} x, {size / 2**20:.0f} MB on disk); "
        f"one change read and put in {delta['delta'] * 1000:.0f} ms"
    )


def _county(folder: Path) -> GraphStore:
    manifest = write_city(folder / "city", CitySpec.county(), 7)
    store = open_store(f"embedded:{folder / 'graph.kgl'}")
    store.prepare()
    request = LoadRequest("canonical", folder / "city", source="city", as_of=manifest.spec.as_of)
    load(store, request, Vault(folder / "raw", b"k" * 32), Keys(b"k" * 32))
    return store


def _say_more(store: GraphStore) -> None:
    header = RunHeader("bench", "enterprises", "more.csv", "0" * 64, CitySpec.county().as_of, "more")
    row = {"id": "E:bench:1", "line": 2, "audience": "PUBLIC", "bank": None, "name": "新公司"}
    store.commit(header, [NodeBatch(Stage(0, header), "LegalEntity", ("Enterprise",), [row])])


if __name__ == "__main__":
    main()
