"""A million rows, and the two million facts that the embedded store is designed for.

Method: (1) persons, companies and holdings, a third of a million each, into fresh durable files of the embedded store:
through the store's port against bare ``UNWIND … MERGE`` and ``UNWIND … CREATE`` (see ``ingest_embedded``, which measures small
loads); medians of 3, interleaved. (2) Two million holdings between a million persons and companies in one load, in a
process of its own: seconds and peak memory. ``XINLIAN_SCALE`` shrinks both. Measured whole, on two cores: 1.49 of bare
MERGE and 0.75 of bare CREATE (41,600/s against 28,000/s and 55,200/s); two million facts between a million nodes in 105 s, at a
peak of 3.1 GB.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.ingest import BATCH, CREATE, MERGE
from benchmarks.ingest_embedded import bare_batches, port
from benchmarks.measure import interleaved, rate, seconds
from benchmarks.memory import apart
from benchmarks.rows import companies, header, holdings, persons
from benchmarks.scale import scaled, scaled_words
from queries.stores import open_store
from schema.ports import EdgeBatch, NodeBatch
from schema.provenance import Ledger

ROWS, FACTS, PARTIES = 1_000_000, 2_000_000, 500_000


def main() -> None:
    """Print the ratio, then the design limit."""
    each = scaled(ROWS) // 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taken = interleaved(
            {
                "port": lambda n: port(folder, n, each),
                "merge": lambda n: bare_batches(folder, "merge", MERGE, (n, each)),
                "create": lambda n: bare_batches(folder, "create", CREATE, (n, each)),
            },
            rounds=3,
        )
    print(
        f"ingest_million{scaled_words()}: {3 * each:,} rows at {taken['merge'] / taken['port']:.2f} of bare MERGE, "
        f"{taken['create'] / taken['port']:.2f} of bare CREATE ({rate(3 * each, taken['port'])} against "
        f"{rate(3 * each, taken['merge'])} and {rate(3 * each, taken['create'])}; goal 0.80)"
    )
    facts, parties = scaled(FACTS), scaled(PARTIES)
    with tempfile.TemporaryDirectory() as name:
        spent, peak = apart(design_limit, name, facts, parties)
    print(
        f"ingest_million{scaled_words()}: {facts:,} facts between {2 * parties:,} nodes written in {spent:.0f} s "
        f"({rate(facts + 2 * parties, spent)}), peak memory {peak:,.0f} MB"
    )


def design_limit(folder: str, facts: int, parties: int) -> float:
    """Write facts and nodes as one load; return the seconds. Rows are made batch by batch, as a loader would hold them."""
    store = open_store(f"embedded:{Path(folder) / 'graph.kgl'}")
    store.prepare()

    def work() -> None:
        stages = store.reserve([header("m", name) for name in ("companies", "persons", "holdings")])
        rows = companies("m", parties)
        for first in range(0, parties, BATCH):
            store.upsert(NodeBatch(stages[0], "LegalEntity", ("Enterprise",), rows[first : first + BATCH]))
        rows = persons("m", parties)
        for first in range(0, parties, BATCH):
            store.upsert(NodeBatch(stages[1], "Person", (), rows[first : first + BATCH]))
        del rows
        for first in range(0, facts, BATCH):
            made = holdings("m", parties, range(first, min(first + BATCH, facts)))
            store.upsert(EdgeBatch(stages[2], "OWNS", "Person", "LegalEntity", made))
        store.publish({stage.run: Ledger() for stage in stages}, "benchmark")

    taken = seconds(work)
    store.close()
    return taken


if __name__ == "__main__":
    main()
