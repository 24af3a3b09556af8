"""A new sanction into the projection of a city. Part of: new sanction → updated scores and alert within 100 ms.

Method: 1M enterprises and 10M holdings, 100,000 listings; one more listing with its fact against a full build from the
same columns. Only the arrays: reading the change from a store is ``projection_cache``'s. Medians of 5, interleaved.
Measured: a sanction 87 ms, five holdings ended
1.1 s (the copy of one relationship of 10M facts), a full build 0.85 s; two cores under heavy load.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from algorithms.projection import Projection, advance, project
from benchmarks.measure import interleaved
from benchmarks.projection_build import COUNT, FACTS, enterprises, holdings, timed
from schema.edges import EDGES
from schema.nodes import NODES
from schema.tables import Table

LISTED = 100_000


def main() -> None:
    """Print milliseconds and the ratio."""
    random = np.random.default_rng(0)
    start, end = (random.integers(0, COUNT, FACTS, dtype=np.int32) for _ in range(2))
    nodes = {"LegalEntity": enterprises(COUNT), "ListMembership": _listings(0, LISTED)}
    facts = {"OWNS": holdings(start, end), "SUBJECT_OF": _subjects(nodes["LegalEntity"], 0, LISTED)}
    kept = project(1, nodes, facts)
    new = {"ListMembership": _listings(LISTED, 1)}
    change = _known(_subjects(nodes["LegalEntity"], LISTED, 1))
    ended = _known(_rows(facts["OWNS"], 5), known=False)

    def sanction() -> Projection:
        return advance(kept, 2, new, {"SUBJECT_OF": change})

    taken = interleaved(
        {
            "sanction": timed(sanction),
            "holding": timed(lambda: advance(kept, 2, {}, {"OWNS": ended})),
            "build": timed(lambda: project(2, nodes, facts)),
        }
    )
    print(
        f"projection_delta: one sanction {taken['sanction'] * 1000:.1f} ms, five holdings ended among {FACTS:,} "
        f"{taken['holding'] * 1000:.0f} ms, a full build from columns {taken['build']:.2f} s "
        f"({taken['build'] / taken['sanction']:.0f} x; goal: within 100 ms with scores and alert)"
    )


def _listings(first: int, count: int) -> Table:
    ids = "lists:" + pl.Series(np.arange(first, first + count)).cast(pl.String).str.zfill(9)
    nothing = pl.Series([None]).new_from_index(0, count)
    columns: dict[str, Any] = dict.fromkeys(NODES["ListMembership"].field_names, nothing)
    columns |= {"id": ids, "kinds": pl.Series([["Sanction"]]).new_from_index(0, count), "bank": nothing}
    columns |= {"audience": np.ones(count, dtype=np.uint8), "run": np.ones(count), "line": np.arange(count)}
    return Table(tuple(columns), tuple(columns.values()))


def _subjects(entities: Table, first: int, count: int) -> Table:
    nothing = pl.Series([None]).new_from_index(0, count)
    columns: dict[str, Any] = dict.fromkeys(EDGES["SUBJECT_OF"].field_names, nothing)
    columns |= {"start": pl.Series(entities["id"]).gather(np.arange(first, first + count) % COUNT)}
    columns |= {"end": _listings(first, count)["id"]}
    columns |= {"start_label": pl.Series(["LegalEntity"]).new_from_index(0, count)}
    columns |= {"end_label": pl.Series(["ListMembership"]).new_from_index(0, count)}
    columns |= {
        "key": np.arange(first, first + count),
        "run": np.ones(count, np.int64),
        "line": np.arange(count),
    }
    columns |= {"valid_from": nothing, "valid_to": nothing, "bank": nothing}
    columns |= {"audience": np.ones(count, dtype=np.uint8)}
    return Table(tuple(columns), tuple(columns.values()))


def _known(table: Table, *, known: bool = True) -> Table:
    return Table((*table.columns, "known"), (*table.data, [known] * len(table)))


def _rows(table: Table, count: int) -> Table:
    return Table(table.columns, tuple(column[:count] for column in table.data))


if __name__ == "__main__":
    main()
