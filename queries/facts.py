"""Relationships as versioned facts: equal writes nothing, different closes the open fact and appends one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from queries import statements
from queries.checks import check
from queries.confirming import confirm
from queries.engine import Executor
from queries.lateness import overtaken
from queries.records import OriginOf
from queries.writing import Place, Writing, key_label
from schema.edges import EDGE_COMMON, EDGES
from schema.errors import InputError, StoreError
from schema.fields import text
from schema.ports import EdgeBatch, Outcome, Reject

Row = Mapping[str, Any]

_COMMON = {field.name: field for field in EDGE_COMMON}
_REQUIRED = (text("start", "起点"), text("end", "终点"), _COMMON["key"], _COMMON["line"], _COMMON["audience"])
_OPTIONAL = (_COMMON["valid_from"], _COMMON["valid_to"], _COMMON["bank"])


@dataclass(frozen=True)
class Ends:
    """The relationship and the key labels that a batch is about."""

    relationship: str
    start: str
    end: str

    @classmethod
    def of(cls, batch: EdgeBatch) -> Ends:
        """Check a batch against the declaration; InputError when it does not fit."""
        edge = EDGES.get(batch.relationship)
        if edge is None or batch.start_label not in edge.starts or batch.end_label not in edge.ends:
            raise InputError(
                f"schema/edges.py declares no {batch.start_label} -{batch.relationship}-> {batch.end_label}."
            )
        return cls(batch.relationship, batch.start_label, batch.end_label)


def write_facts(
    executor: Executor, batch: EdgeBatch, writing: Writing, origin_of: OriginOf, *, finds_keys: bool
) -> Outcome:
    """Write a batch of at most one statement's size.

    A key that comes twice counts with its last row; the rows before it are reported as unchanged. Of two files of the
    load that state one series, that of the later day counts, of one day the later in the delivery.
    """
    ends = Ends.of(batch)
    checked = check(batch.rows, _REQUIRED, (*_OPTIONAL, *EDGES[ends.relationship].fields))
    latest = {row["key"]: index for index, row in checked.rows.items()}
    rows = {index: checked.rows[index] for index in latest.values()}
    older = _older(executor, ends, writing, rows, finds_keys=finds_keys)
    same = {i: found for i, r in rows.items() if isinstance(found := older.get(r["key"]), _Same)}
    differing = {i: r for i, r in rows.items() if i not in same}
    late = overtaken(executor, (ends.relationship, ends.start, ends.end), writing, differing)
    late |= {i for i, r in differing.items() if _has_later(older.get(r["key"]), writing)}
    rows = {i: r for i, r in differing.items() if i not in late}
    changed = {i: p for i, r in rows.items() if isinstance(p := older.get(r["key"]), Place)}
    new = [i for i, r in rows.items() if r["key"] not in older]
    rejects = [*checked.rejects, *_missing(executor, ends, writing, {i: rows[i] for i in changed})]
    lost = {reject.index for reject in rejects}
    changed = {i: place for i, place in changed.items() if i not in lost}
    writer = _Writer(executor, ends, writing, checked.present)
    missing = writer.create({i: rows[i] for i in new})
    writer.supersede({i: rows[i] for i in changed}, changed)
    lost |= {reject.index for reject in missing}
    written = frozenset(i for i in (*new, *changed) if i not in lost)
    writing.memory.note(ends.relationship, ends.start, writing.run, (rows[i] for i in written))
    rejects = sorted((*rejects, *missing), key=lambda reject: reject.index)
    repeated = len(checked.rows) - len(latest)
    day = writing.header.as_of
    renewed = [checked.rows[i]["key"] for i, found in same.items() if origin_of(found.run).as_of < day]
    confirmed = _confirm(executor, ends.relationship, writing, renewed)
    return Outcome(written, len(same) + repeated, tuple(rejects), frozenset(late), confirmed)


def _confirm(executor: Executor, relationship: str, writing: Writing, keys: Collection[int]) -> int:
    """Note what a file of a later day repeats; a snapshot of the whole dataset needs no note but its run."""
    if writing.header.snapshot == "":
        return 0 if writing.restated else 1
    return confirm(executor, writing, relationship, keys) + (0 if writing.restated else 1)


@dataclass(frozen=True)
class _Same:
    """The open fact of a series, written by this run, says what the row says."""

    run: int


def _older(
    executor: Executor, ends: Ends, writing: Writing, rows: Mapping[int, Row], *, finds_keys: bool
) -> dict[int, Place | _Same]:
    """Return, by key, what stands open already: the same statement, or the place of another one."""
    asked = {r["key"]: r for r in rows.values()}
    if writing.fresh:  # then only the load itself can have stated a series before
        known = writing.memory.written(ends.relationship, [*asked])
        asked = {key: row for key, row in asked.items() if key in known}
    if not asked:
        return {}
    found: dict[int, Place | _Same] = {}
    table = executor.read(
        statements.find_facts(ends.relationship, ends.start, ends.end), {"rows": list(asked.values())}
    )
    names = statements.content_fields(ends.relationship)
    contents = zip(*(table[name] for name in names), strict=True)
    for key, run, content in zip(table["key"], table["run"], contents, strict=True):
        row = asked[key]
        same = content == tuple(row.get(name) for name in names)
        found[key] = _Same(run) if same else Place(row["start"], ends.start, run)
    elsewhere = asked.keys() - found.keys()
    return found | _moved(executor, ends, writing, elsewhere, finds_keys=finds_keys)


def _has_later(place: Place | _Same | None, writing: Writing) -> bool:
    """Whether another file of the load has the later word on a series."""
    return isinstance(place, Place) and writing.memory.is_later(place.run, writing.run)


def _moved(
    executor: Executor, ends: Ends, writing: Writing, keys: Collection[int], *, finds_keys: bool
) -> dict[int, Place]:
    """Find the open facts of series whose ends changed."""
    if not keys:
        return {}
    if finds_keys:
        return _places(executor, ends, statements.find_moved(ends.relationship), {"keys": sorted(keys)})
    places = writing.memory.series
    if ends.relationship not in places:
        places[ends.relationship] = _places(executor, ends, statements.open_series(ends.relationship), {})
    series = places[ends.relationship]
    return {key: series[key] for key in keys if key in series}


def _places(executor: Executor, ends: Ends, statement: str, params: Mapping[str, Any]) -> dict[int, Place]:
    table = executor.read(statement, params)
    return {
        key: Place(at, key_label(labels, ends.relationship), run)
        for key, at, labels, run in zip(table["key"], table["at"], table["labels"], table["run"], strict=True)
    }


def _missing(executor: Executor, ends: Ends, writing: Writing, rows: Mapping[int, Row]) -> list[Reject]:
    """Name the rows one of whose ends does not exist."""
    if not rows:
        return []
    starts = existing(executor, ends.start, {r["start"] for r in rows.values()}, writing.ceiling)
    stops = existing(executor, ends.end, {r["end"] for r in rows.values()}, writing.ceiling)
    rejects = []
    for index, row in rows.items():
        absent = [
            f"{label} {row[side]}"
            for side, label, there in (("start", ends.start, starts), ("end", ends.end, stops))
            if row[side] not in there
        ]
        if absent:
            rejects.append(Reject(index, "endpoint_missing", f"there is no {' and no '.join(absent)}"))
    return rejects


def existing(executor: Executor, label: str, ids: Collection[str], ceiling: int | None = None) -> set[str]:
    """Return those ids that exist, up to a run if one is given."""
    bound = "" if ceiling is None else f" WHERE {statements.made_by('n')}"
    table = executor.read(
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}){bound} RETURN n.id AS id",
        {"ids": sorted(ids), "ceiling": ceiling},
    )
    return set(table["id"])


@dataclass(frozen=True)
class _Writer:
    executor: Executor
    ends: Ends
    writing: Writing
    fields: tuple[str, ...]

    def create(self, rows: Mapping[int, Row]) -> list[Reject]:
        """Append facts; those whose ends do not exist are not made, and named."""
        if not rows:
            return []
        statement = statements.create_facts(
            self.ends.relationship, self.ends.start, self.ends.end, self.fields
        )
        params = {"run": self.writing.run, "ceiling": self.writing.ceiling}
        made = self.executor.write(statement, {"rows": _sorted(rows.values()), **params})["made"]
        count = made[0] if made else 0
        missing = [] if count == len(rows) else _missing(self.executor, self.ends, self.writing, rows)
        if count + len(missing) != len(rows):
            raise StoreError(
                f"The store made {count} of {len(rows)} {self.ends.relationship} facts and says why of {len(missing)}: load "
                "again."
            )
        return missing

    def supersede(self, rows: Mapping[int, Row], places: Mapping[int, Place]) -> None:
        """Append facts and close what stood open before; what this run itself, or a later one of its load, wrote is replaced.

        Appending comes first: if the engine refuses the rows, the old facts still stand.
        """
        own = {i for i, place in places.items() if place.run >= self.writing.run}
        older = {i: row for i, row in rows.items() if i not in own}
        self.create(older)
        for label, group in _by_label(places, older):
            pairs = [{"at": places[i].at, "key": rows[i]["key"]} for i in group]
            self.executor.write(
                statements.close_facts(self.ends.relationship, label),
                {"rows": pairs, "run": self.writing.run},
            )
        for label, group in _by_label(places, own):
            self.executor.write(
                statements.replace_facts(
                    self.ends.relationship, (self.ends.start, self.ends.end), label, self.fields
                ),
                {"rows": [{**rows[i], "at": places[i].at} for i in group], "run": self.writing.run},
            )


def _by_label(places: Mapping[int, Place], chosen: Collection[int]) -> list[tuple[str, list[int]]]:
    ordered = sorted(chosen, key=lambda i: (places[i].label, places[i].at))
    return [(label, list(group)) for label, group in groupby(ordered, key=lambda i: places[i].label)]


def _sorted(rows: Collection[Row]) -> list[Row]:
    """Sort by ends, so that two writers take their locks in one order."""
    return sorted(rows, key=lambda row: (row["start"], row["end"], row["key"]))
