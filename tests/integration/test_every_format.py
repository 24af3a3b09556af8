"""Every public format and two datasets on both stores: good, again, faulty, late, empty and cut deliveries, kill -9.

Each story runs on one store, because emptying one costs more than the deliveries.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from queries.stores import open_store
from schema.edges import EDGES
from schema.errors import FileRefused
from schema.ports import GraphStore
from tests.contract.stores import dump
from tests.integration.formats import DAY, EARLIER, FORMATS, LAST, LATER, Format, book

ROOT = Path(__file__).resolve().parents[2]
DYING = """
import sys
from pathlib import Path
from queries.stores import open_store
from tests.integration.dying import Dying
from tests.integration.formats import FORMATS, LATER

kind, url, folder = sys.argv[1:]
one = FORMATS[kind]
one.deliver(Dying(open_store(url)), Path(folder), "cut", LATER, snapshot=one.scope, accept_vanished=True)
"""
KILLED_ON_NEO4J = ("gleif", "TRADEMARK")


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


@pytest.mark.parametrize("kind", [*FORMATS])
def test_deliveries_of_every_format_are_accounted_for_to_the_row(kind: str, url: str, tmp_path: Path) -> None:
    told = FORMATS[kind]
    store = open_store(url)
    store.prepare()
    told.prepare(store, tmp_path)
    assert book(told.deliver(store, tmp_path, "good", DAY)) == told.book("good")
    _again(store, told, tmp_path)
    _faulty(store, told, tmp_path)
    _late(store, told, tmp_path)
    _empty(store, told, tmp_path)
    if url.startswith("embedded") or kind in KILLED_ON_NEO4J:
        store = _killed(store, told, url, tmp_path)
    _cut(store, told, tmp_path)
    store.close()


def _again(store: GraphStore, told: Format, folder: Path) -> None:
    before = dump(store)
    report = told.deliver(store, folder, "good", DAY)
    assert not report.changed
    assert all(f.ledger.unchanged + f.ledger.skipped == f.ledger.read for f in report.files)
    assert dump(store) == before


def _faulty(store: GraphStore, told: Format, folder: Path) -> None:
    before = facts(store)
    report = told.deliver(store, folder, "faulty", DAY)
    assert book(report) == told.book("faulty")
    assert {code for file in report.files for code in file.errors_by_code} == told.codes
    kept = [row for row in store.nodes("Quarantine", store.known_run()).rows() if row["status"] == "OPEN"]
    assert len(kept) == sum(file.ledger.quarantined for file in report.files)
    assert facts(store) == before
    assert not told.deliver(store, folder, "faulty", DAY).changed


def _late(store: GraphStore, told: Format, folder: Path) -> None:
    before = dump(store)
    report = told.deliver(store, folder, "late", EARLIER)
    assert (book(report), report.changed) == (told.book("late"), False)
    assert dump(store) == before


def _empty(store: GraphStore, told: Format, folder: Path) -> None:
    before = dump(store)
    with pytest.raises(FileRefused, match="holds no rows: an empty file delists nobody"):
        told.deliver(store, folder, "empty", LATER, snapshot=told.scope, accept_vanished=True)
    assert dump(store) == before


def _killed(store: GraphStore, told: Format, url: str, folder: Path) -> GraphStore:
    before, run = dump(store), store.known_run()
    store.close()
    dying = subprocess.run([sys.executable, "-c", DYING, told.kind, url, str(folder)], cwd=ROOT, check=False)
    assert dying.returncode == -signal.SIGKILL
    again = open_store(url)
    assert (dump(again), again.known_run()) == (before, run), "nobody may see half a snapshot"
    return again


def _cut(store: GraphStore, told: Format, folder: Path) -> None:
    before, run = dump(store), store.known_run()
    report = told.deliver(store, folder, "cut", LATER, snapshot=told.scope, accept_vanished=True)
    assert book(report) == told.book("cut")
    assert dump(store, run) == before
    left = facts(store)
    gone = [
        fact for name, rows in facts(store, run).items() for fact in rows if fact not in left.get(name, ())
    ]
    said = sum(f.ledger.closed for f in report.files if f.kind not in ("partial_owners", "listed_industries"))
    assert len(gone) == said > 0
    assert not told.deliver(store, folder, "cut", LAST, snapshot=told.scope).changed


def facts(store: GraphStore, run: int | None = None) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows for name, rows in dump(store, run).items() if name in EDGES}
