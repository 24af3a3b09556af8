"""Runs: numbered in order of publication, staged until published, rolled back when their writer died.

One node, ``RunCounter``, holds the number of the last published run and the lease of the load in progress. Whoever
writes it first takes its lock, so two processes decide one after the other.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from queries.confirming import prune
from queries.engine import Engine, Executor
from queries.node_rows import refresh_caches
from queries.records import Origin
from queries.rollback import roll_back
from queries.statements import COUNTER
from queries.writing import Memory, Writing
from schema.errors import Conflict, LoadInProgress, SchemaOutOfDate
from schema.ports import Stage
from schema.provenance import RUN_GAP, Ledger, RunHeader, RunNotes

STALE_SECONDS = 60.0
"""A writer on another machine that was silent for so long is taken for dead."""
BEAT_SECONDS = 5.0

_LOCK = (
    f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.ticket = coalesce(c.ticket, 0) + 1 "
    "RETURN c.published AS published, c.reserved AS reserved, c.holder AS holder, c.host AS host, c.pid AS pid, "
    "c.since AS since, c.beat_at AS beat_at"
)
_RELEASE = f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.published = $published REMOVE c.reserved, c.holder, c.host, c.pid, c.since, c.beat_at"
_HEADER = ("delivery", "source", "dataset", "file", "sha256", "as_of", "snapshot")


_OF_DATASET = "MATCH (r:LoadRun) WHERE r.source = $source AND r.dataset = $dataset AND r.state = 'PUBLISHED'"


@dataclass
class Load:
    """A load in progress, as its own process sees it."""

    token: str
    published: int
    writings: dict[int, Writing]
    beaten: float = field(default_factory=time.monotonic)

    @property
    def numbers(self) -> list[int]:
        """The numbers of its runs, consecutive."""
        return list(self.writings)


def published_run(executor: Executor) -> int:
    """Return the number of the last published run; 0 in an empty store."""
    numbers = executor.read(f"MATCH (c:{COUNTER} {{id: 'runs'}}) RETURN c.published AS n", {})["n"]
    return int(numbers[0]) if numbers else 0


def published_before(executor: Executor, at: dt.datetime) -> int:
    """Return the number of the last run published at an instant."""
    found = executor.read(
        "MATCH (r:LoadRun) WHERE r.state = 'PUBLISHED' AND r.published_at <= $at RETURN max(r.number) AS n",
        {"at": at},
    )["n"]
    return int(found[0]) if found and found[0] is not None else 0


def origins(executor: Executor) -> dict[int, Origin]:
    """Return source, dataset and as-of date of every run."""
    table = executor.read(
        "MATCH (r:LoadRun) RETURN r.number AS number, r.source AS source, r.dataset AS dataset, r.as_of AS as_of",
        {},
    )
    return {n: Origin(s, d, on) for n, s, d, on in zip(*table.data, strict=True)} if len(table) else {}


def dataset_runs(executor: Executor, source: str, dataset: str) -> list[int]:
    """Return the numbers of the published runs of a source's dataset."""
    return list(
        executor.read(f"{_OF_DATASET} RETURN r.number AS n", {"source": source, "dataset": dataset})["n"]
    )


def writing_of(executor: Executor, number: int, header: RunHeader, memory: Memory) -> Writing:
    """Return what a run needs to know before it is written: whether its dataset is new, and what overtakes its file."""
    found = executor.read(
        f"{_OF_DATASET} RETURN r.number AS number, r.as_of AS as_of, r.snapshot AS snapshot",
        {"source": header.source, "dataset": header.dataset},
    )
    known, day = [*zip(*found.data, strict=True)], header.as_of
    swept = frozenset(region for _, on, region in known if region is not None and on > day)
    same_scope = any(on >= day and region in ("", header.snapshot) for _, on, region in known)
    return Writing(
        number,
        header,
        max(memory.days),
        not known,
        memory,
        newer=tuple(n for n, on, _ in known if on > day),
        not_older=tuple(n for n, on, _ in known if on >= day),
        not_newer=tuple(n for n, on, _ in known if on <= day),
        swept=swept,
        restated=header.snapshot is None or same_scope,
    )


def open_load(engine: Engine, headers: Sequence[RunHeader]) -> Load:
    """Take the lease, undo what a dead writer left, and number the runs."""
    token = uuid.uuid4().hex
    lease = Load(token, engine.within(lambda e: _take_lease(e, engine, token)), {})
    roll_back(engine, lease.published, lambda: beat(engine, lease))
    return engine.within(lambda e: _reserve(e, token, headers))


def _take_lease(executor: Executor, engine: Engine, token: str) -> int:
    """Write our name on the counter; return the number of the last published run."""
    now = lock(executor)
    if now["holder"] is not None and _alive(now, engine):
        raise LoadInProgress(
            f"Process {now['pid']} on {now['host']} has been loading since {now['since']:%Y-%m-%d %H:%M:%S} UTC. "
            "Wait until it has ended, or end it; a dead one is rolled back by the next load."
        )
    _sign(executor, token)
    return int(now["published"])


def _alive(lease: Mapping[str, Any], engine: Engine) -> bool:
    if engine.single_writer:  # the file's lease is ours, so another holder of the load cannot live
        return False
    if (dt.datetime.now(dt.UTC) - lease["beat_at"]).total_seconds() > STALE_SECONDS:
        return False
    return lease["host"] != socket.gethostname() or _runs(lease["pid"])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sign(executor: Executor, token: str) -> None:
    now = dt.datetime.now(dt.UTC)
    executor.write(
        f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.holder = $token, c.host = $host, c.pid = $pid, c.since = $now, "
        "c.beat_at = $now",
        {"token": token, "host": socket.gethostname(), "pid": os.getpid(), "now": now},
    )


def lock(executor: Executor) -> dict[str, Any]:
    """Lock the counter for this transaction and return what it says."""
    found = list(executor.write(_LOCK, {}).rows())
    if not found:
        raise SchemaOutOfDate(
            "The store has no run counter yet: run `prepare` (or `graph_service migrate`) first."
        )
    return found[0]


def _reserve(executor: Executor, token: str, headers: Sequence[RunHeader]) -> Load:
    now = lock(executor)
    _require_holder(now, token)
    published = int(now["published"])
    first = published + RUN_GAP
    memory = Memory({number: header.as_of for number, header in enumerate(headers, first)})
    writings = {
        number: writing_of(executor, number, header, memory) for number, header in enumerate(headers, first)
    }
    executor.write(f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.reserved = $first", {"first": first})
    executor.write(
        _CREATE_RUNS, {"rows": [run_properties(n, w.header, "STAGED") for n, w in writings.items()]}
    )
    return Load(token, published, writings)


_RUN_COLUMNS = (*_HEADER, "id", "number", "run", "audience", "state", "recorded_at", "host", "pid")
_CREATE_RUNS = "UNWIND $rows AS r CREATE (:LoadRun {" + ", ".join(f"{n}: r.{n}" for n in _RUN_COLUMNS) + "})"


def run_properties(number: int, header: RunHeader, state: str) -> dict[str, Any]:
    """Write a run's header as the properties of its node."""
    return {
        **{name: getattr(header, name) for name in _HEADER},
        "id": f"R:{number}",
        "number": number,
        "run": number,
        "audience": "MEMBER",
        "state": state,
        "recorded_at": dt.datetime.now(dt.UTC),
        "host": socket.gethostname(),
        "pid": os.getpid(),
    }


def create_run(executor: Executor, number: int, header: RunHeader) -> None:
    """Write the node of one staged run."""
    executor.write(_CREATE_RUNS, {"rows": [run_properties(number, header, "STAGED")]})


def beat(engine: Engine, load: Load) -> None:
    """Show that this writer lives, every few seconds; Conflict when another one took the load for dead."""
    if engine.single_writer or time.monotonic() - load.beaten < BEAT_SECONDS:
        return
    held = engine.write(
        f"MATCH (c:{COUNTER} {{id: 'runs', holder: $token}}) SET c.beat_at = $now RETURN c.holder AS holder",
        {"token": load.token, "now": dt.datetime.now(dt.UTC)},
    )
    if not len(held):
        raise Conflict(_LOST)
    load.beaten = time.monotonic()


def resign(engine: Engine, load: Load) -> None:
    """Say that this writer will not be heard of again, so that the next one need not wait for its silence."""
    engine.write(
        f"MATCH (c:{COUNTER} {{id: 'runs', holder: $token}}) SET c.beat_at = $long_ago",
        {"token": load.token, "long_ago": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)},
    )


_LOST = "This load was silent for too long and another writer rolled it back: load again."


def _require_holder(lease: Mapping[str, Any], token: str) -> None:
    if lease["holder"] != token:
        raise Conflict(_LOST)


def publish_load(
    executor: Executor,
    load: Load,
    ledgers: Mapping[int, Ledger],
    approved_by: str,
    notes: Mapping[int, RunNotes],
) -> None:
    """Make a load visible: its runs, the nodes' caches and the counter in one transaction."""
    _require_holder(lock(executor), load.token)
    prune(executor, load.writings.values())
    mark_published(executor, {n: ledgers.get(n, Ledger()) for n in load.numbers}, approved_by)
    _note(executor, notes)
    refresh_caches(executor, load.numbers[0], load.numbers[-1], origins(executor))
    executor.write(_RELEASE, {"published": load.numbers[-1]})


def mark_published(executor: Executor, ledgers: Mapping[int, Ledger], approved_by: str) -> None:
    """Write the ledgers and the state of runs."""
    counts = ("read", "loaded", "unchanged", "quarantined", "skipped", "closed")
    pairs = ", ".join(f"r.{name} = l.{name}" for name in counts)
    rows = [{"id": f"R:{n}", **{c: getattr(ledger, c) for c in counts}} for n, ledger in ledgers.items()]
    executor.write(
        f"UNWIND $rows AS l MATCH (r:LoadRun {{id: l.id}}) SET {pairs}, r.state = 'PUBLISHED', "
        "r.published_at = $now, r.approved_by = $approved_by",
        {"rows": rows, "now": dt.datetime.now(dt.UTC), "approved_by": approved_by},
    )


def _note(executor: Executor, notes: Mapping[int, RunNotes]) -> None:
    rows = [{"id": f"R:{n}", **told.as_properties()} for n, told in notes.items() if told != RunNotes()]
    if rows:
        executor.write(
            "UNWIND $rows AS w MATCH (r:LoadRun {id: w.id}) SET r.warnings = w.warnings, r.channels = w.channels",
            {"rows": rows},
        )


def set_published(executor: Executor, number: int) -> None:
    """Move the counter on, leaving a load's lease as it is."""
    executor.write(f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.published = $number", {"number": number})


def refuse_shared(executor: Executor, header: RunHeader, number: int, reserved: int) -> None:
    """Refuse a mutation that would collide with the load in progress.

    Two writers of one dataset could each append to the same series, and neither would see the other's fact.
    """
    if number >= reserved:
        raise Conflict("The load in progress left no run numbers free; wait until it has ended.")
    staged = executor.read(
        "MATCH (r:LoadRun) WHERE r.source = $source AND r.dataset = $dataset AND r.state = 'STAGED' "
        "RETURN count(r) AS n",
        {"source": header.source, "dataset": header.dataset},
    )
    if staged["n"][0]:
        raise Conflict(
            f"The dataset {header.source}/{header.dataset} is being loaded; try again when that has ended."
        )


def abandon_load(engine: Engine, load: Load) -> None:
    """Undo a load of our own and give the lease back."""
    engine.within(lambda e: _require_holder(lock(e), load.token))
    roll_back(engine, load.published, lambda: beat(engine, load))
    engine.within(lambda e: _release(e, load.token))


def _release(executor: Executor, token: str) -> None:
    now = lock(executor)
    _require_holder(now, token)
    executor.write(_RELEASE, {"published": now["published"]})


def stages(load: Load) -> list[Stage]:
    """Return what the loader works with."""
    return [Stage(number, writing.header) for number, writing in load.writings.items()]
