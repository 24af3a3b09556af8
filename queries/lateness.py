"""Files that come out of order: what a file of a later as-of date has said stands, whatever comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from queries.confirming import confirmed_later
from queries.engine import Executor
from queries.keys import Keys
from queries.statements import LOWEST_KEY, in_region
from queries.writing import Writing
from schema.tables import Table

Row = Mapping[str, Any]
_AT_ONCE = 20_000


def overtaken(
    executor: Executor, ends: tuple[str, str, str], writing: Writing, rows: Mapping[int, Row]
) -> set[int]:
    """Return those of the rows (by index) whose series a file of a later date has stated, repeated, or ended.

    Nothing is read for a file that is no older than what its dataset holds; for an older one the facts of the newer
    runs are read once, O(facts of the relationship).

    Parameters
    ----------
    ends : relationship, key label of the start, key label of the end
    rows : mapping of int to row
        Rows that would change the graph.
    """
    if not rows or not writing.newer:
        return set()
    if "" in writing.swept:  # a newer snapshot of the whole dataset had a word on every series
        return {*rows}
    keys = [row["key"] for row in rows.values()]
    stated = _stated(executor, ends[0], writing).among(keys)
    stated |= confirmed_later(executor, writing, ends[0], keys)
    late = {index for index, row in rows.items() if row["key"] in stated}
    for region in writing.swept:
        late |= _inside(executor, ends, region, {i: r for i, r in rows.items() if i not in late})
    return late


def _stated(executor: Executor, relationship: str, writing: Writing) -> Keys:
    """Return the series that newer runs have written or closed."""
    if relationship not in writing.overtaking:
        found = Keys()
        for column in ("run", "closed_run"):
            for keys in _keys(executor, relationship, column, writing.newer):
                found.add(keys)
        writing.overtaking[relationship] = found  # whole: others write at the same time
    return writing.overtaking[relationship]


def _keys(
    executor: Executor, relationship: str, column: str, runs: tuple[int, ...]
) -> Iterator[Sequence[int]]:
    after = LOWEST_KEY
    while True:
        table = executor.read(
            f"MATCH ()-[e:{relationship}]->() WHERE e.{column} IN $runs AND e.key > $after "
            f"RETURN DISTINCT e.key AS key ORDER BY key LIMIT {_AT_ONCE}",
            {"runs": list(runs), "after": after},
        )
        yield table["key"]
        if len(table) < _AT_ONCE:
            return
        after = table["key"][-1]


def _inside(executor: Executor, ends: tuple[str, str, str], region: str, rows: Mapping[int, Row]) -> set[int]:
    _, start, end = ends
    asked = [{"index": i, "start": row["start"], "end": row["end"]} for i, row in rows.items()]
    table: Table = executor.read(
        f"UNWIND $rows AS r MATCH (a:{start} {{id: r.start}}) MATCH (b:{end} {{id: r.`end`}}) "
        f"WHERE {in_region('a', 'b')} RETURN r.index AS index",
        {"rows": asked, "region": region},
    )
    return set(table["index"])
