"""The county of S1-45: 621,000 households and 6,943 enterprises loaded, and the neighbourhood of a household two hops far.

Method: a synthetic county, its files generated beforehand, loaded file by file, each a delivery of its own, into a fresh
embedded store in a process of its own; then 2,000 households drawn at random, each asked once through the catalogue
(``household_neighbourhood``). Seconds, peak memory, and percentiles. ``XINLIAN_SCALE`` shrinks the county (0.1: a tenth).
Measured whole on two cores that others used too: 7,947,765 rows in 1,515 s and 9,966 MB; p50 0.90 ms, p95 1.33 ms, p99 2.76 ms.
At 0.1: 795,817 rows in 119 s and 1,450 MB; p50 0.83 ms, p95 1.59 ms.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import seconds
from benchmarks.memory import apart
from benchmarks.scale import scaled, scaled_words
from loaders import Keys, LoadRequest, Vault, load
from loaders.city import SOURCE, CitySpec, write_city
from queries.stores import open_store
from schema.access import Audience
from schema.kinds import KINDS
from schema.ports import GraphStore

ENTERPRISES, HOUSEHOLDS, READS = 6_943, 621_000, 2_000


class Measured(NamedTuple):
    """What one run took: seconds of the load, rows, and the times of the reads in ms, sorted."""

    load: float
    rows: int
    reads: list[float]


def main() -> None:
    """Print load time, peak memory and percentiles of the reads."""
    spec = CitySpec.of(scaled(ENTERPRISES), scaled(HOUSEHOLDS))
    with tempfile.TemporaryDirectory() as name:
        write_city(Path(name) / "city", spec, 1)
        found, peak = apart(measure, name, spec)
    p50, p95, p99 = (found.reads[int(len(found.reads) * q)] for q in (0.5, 0.95, 0.99))
    print(
        f"county_neighbourhood{scaled_words()}: {spec.households:,} households and {spec.enterprises:,} enterprises "
        f"({found.rows:,} rows) loaded in {found.load:.0f} s ({found.rows / found.load:,.0f} rows/s), peak memory {peak:,.0f} MB; "
        f"2-hop neighbourhood of a household: p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms"
    )


def measure(folder: str, spec: CitySpec) -> Measured:
    """Load the county and read neighbourhoods."""
    place = Path(folder)
    store = open_store(f"embedded:{place / 'graph.kgl'}")
    store.prepare()
    vault, keys, rows = Vault(place / "vault", b"v" * 32), Keys(b"k" * 32), list[int]()
    files = [(kind, path) for kind in KINDS if (path := place / "city" / f"{kind}.csv").exists()]

    def work() -> None:
        for kind, path in files:
            request = LoadRequest(kind, path, SOURCE, spec.as_of)
            rows.extend(f.ledger.read for f in load(store, request, vault, keys).files)

    taken = seconds(work)
    times = sorted(_read(store, spec, node_id) for node_id in _households(store))
    store.close()
    return Measured(taken, sum(rows), times)


def _households(store: GraphStore) -> list[str]:
    ids = list(store.nodes("Household", store.known_run())["id"])
    return random.Random(1).sample(ids, min(READS, len(ids)))


def _read(store: GraphStore, spec: CitySpec, household: str) -> float:
    params = {
        "household_id": household,
        "as_of": spec.as_of,
        "known_run": store.known_run(),
        "audiences": [a.value for a in Audience if a is not Audience.BANK_PRIVATE],
        "banks": [],
        "region": "",
    }
    began = time.perf_counter()  # without collecting garbage first: a server does not either
    store.query("household_neighbourhood", params)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
