"""Files that repeat what is known 复述: that they did, and of which day, without touching the facts themselves.

A file of a later day that says of a series what stands already writes no fact. It has a word on the series all the same,
and a file of a day between must not overturn it. So its run keeps the keys of what it repeats, packed, 11 bytes a series;
of several confirmations of a series only the latest is kept.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from queries.engine import Executor
from queries.keys import Keys
from queries.writing import Writing

LABEL = "Confirmation"


def confirm(executor: Executor, writing: Writing, about: str, keys: Collection[int]) -> int:
    """Note that a run repeats series of a relationship, or of a label's nodes; return how many were not noted before.

    Nothing is written for what a run of this day, or of a later one, repeats already.
    """
    known = _among(executor, writing, about, writing.not_older, [*keys])
    fresh = sorted({*keys} - known)
    if fresh:
        executor.write(
            f"CREATE (c:{LABEL} {{name: null, id: $id, run: $run, line: 0, audience: 'RESTRICTED', about: $about, "
            "series: $series})",
            {
                "id": f"K:{uuid.uuid4().hex}",
                "run": writing.run,
                "about": about,
                "series": _packed(fresh),
            },
        )
    return len(fresh)


def confirmed_later(executor: Executor, writing: Writing, about: str, keys: Sequence[int]) -> set[int]:
    """Return those of the series that a file of a later day than a run's repeats."""
    return _among(executor, writing, about, writing.newer, keys)


def prune(executor: Executor, writings: Collection[Writing]) -> None:
    """Drop from earlier confirmations what the runs of a load confirm anew: of a series the latest day alone matters."""
    for writing in writings:
        for about, keys in _of_runs(executor, [writing.run]).items():
            for node_id, series in _nodes(executor, about, writing.not_newer):
                left = sorted({*series} - keys.among(series))
                statement = "DETACH DELETE c" if not left else "SET c.series = $series"
                if len(left) < len(series):
                    executor.write(
                        f"MATCH (c:{LABEL} {{id: $id}}) {statement}", {"id": node_id, "series": _packed(left)}
                    )


def _among(
    executor: Executor, writing: Writing, about: str, runs: tuple[int, ...], keys: Sequence[int]
) -> set[int]:
    if not runs or not keys:
        return set()
    if (about, runs) not in writing.confirmed:
        found = Keys()
        for _, series in _nodes(executor, about, runs):
            found.add(series)
        writing.confirmed[about, runs] = found  # whole: others write at the same time
    return writing.confirmed[about, runs].among(keys)


def _of_runs(executor: Executor, runs: Sequence[int]) -> dict[str, Keys]:
    found: dict[str, Keys] = {}
    table = executor.read(
        f"MATCH (c:{LABEL}) WHERE c.run IN $runs RETURN c.about AS about, c.series AS series",
        {"runs": [*runs]},
    )
    for about, series in zip(table["about"], table["series"], strict=True):
        found.setdefault(about, Keys()).add(_unpacked(series))
    return found


def _nodes(executor: Executor, about: str, runs: Collection[int]) -> Iterator[tuple[str, list[int]]]:
    if not runs:
        return
    table = executor.read(
        f"MATCH (c:{LABEL}) WHERE c.about = $about AND c.run IN $runs RETURN c.id AS id, c.series AS series",
        {"about": about, "runs": [*runs]},
    )
    for node_id, series in zip(table["id"], table["series"], strict=True):
        yield node_id, _unpacked(series)


def _packed(keys: Sequence[int]) -> str:
    return base64.b64encode(np.array(keys, "<i8").tobytes()).decode()


def _unpacked(text: str) -> list[int]:
    keys: list[int] = np.frombuffer(base64.b64decode(text), "<i8").tolist()
    return keys
