"""Every canonical kind on both stores: a good file, a planted fault, the same file twice, late and cut files, kill -9."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import FileReport, LoadReport, LoadRequest, Vault, load
from loaders.city import SOURCE, CitySpec, write_city
from queries.stores import open_store
from schema.edges import EDGES
from schema.errors import FileRefused
from schema.kinds import KINDS
from tests.contract.stores import dump
from tests.integration.deliveries import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

ROOT = Path(__file__).resolve().parents[2]
SPEC = CitySpec(30, 140, 20, dirty=0)
DAY, EARLIER, LATER = SPEC.as_of, SPEC.as_of - dt.timedelta(days=1), SPEC.as_of + dt.timedelta(days=1)
DYING = """
import sys
from pathlib import Path
from queries.stores import open_store
from tests.integration.dying import Dying
from tests.integration.test_every_loader import LATER, deliver

deliver(Dying(open_store(sys.argv[1])), Path(sys.argv[2]), LATER, snapshot="city", accept_vanished=True)
"""


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("every_loader") / "city"
    write_city(folder, SPEC, seed=3)
    return folder


@pytest.fixture
def store(url: str, city: Path) -> Iterator[GraphStore]:
    opened = open_store(url)
    opened.prepare()
    report = deliver(opened, city, DAY)
    assert {file.kind for file in report.files} == KINDS.keys()
    assert all(file.ledger.loaded == file.ledger.read > 0 for file in report.files)
    yield opened
    opened.close()


def deliver(store: GraphStore, folder: Path, as_of: dt.date, **options: Any) -> LoadReport:
    """Load a folder; every ledger balances, whatever is in it."""
    request = LoadRequest("canonical", folder, SOURCE, as_of, **options)
    report = load(store, request, Vault(folder.parent / "vault", b"v" * 32), KEYS)
    assert all(file.ledger.balances for file in (*report.files, *report.retried))
    return report


def changed(city: Path, folder: Path, change: Any) -> Path:
    """Copy the city, with the rows of each file (header first) as `change` returns them."""
    folder.mkdir()
    for file in city.glob("*.csv"):
        rows = [*csv.reader(io.StringIO(file.read_text("utf-8")))]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(change(rows))
        (folder / file.name).write_text(text.getvalue(), encoding="utf-8")
    return folder


def facts_only(store: GraphStore) -> dict[str, Any]:
    return {name: rows for name, rows in dump(store).items() if name in EDGES}


def books(report: LoadReport) -> dict[str, FileReport]:
    return {file.kind: file for file in report.files}


def test_the_same_files_twice_change_nothing(store: GraphStore, city: Path) -> None:
    before = dump(store)
    again = deliver(store, city, LATER)
    assert not again.changed
    assert all(file.ledger.unchanged == file.ledger.read for file in again.files)
    assert dump(store) == before


def test_a_planted_fault_costs_its_row_and_is_kept(store: GraphStore, city: Path, tmp_path: Path) -> None:
    before = facts_only(store)
    faulty = changed(city, tmp_path / "faulty", lambda rows: [*rows, [*rows[-1], "one value too many"]])
    report = deliver(store, faulty, DAY)
    for file in report.files:
        assert (file.errors_by_code, file.ledger.quarantined) == ({"row.ragged": 1}, 1)
        assert file.ledger.unchanged == file.ledger.read - 1
    assert facts_only(store) == before
    kept = [*store.nodes("Quarantine", store.known_run()).rows()]
    assert sorted(row["dataset"] for row in kept) == sorted(KINDS)
    assert all(isinstance(json.loads(row["raw_row"]), list) for row in kept)
    assert sum("one value too many" in row["raw_row"] for row in kept) > len(KINDS) // 2, (
        "the others are masked"
    )
    assert not deliver(store, faulty, DAY).changed


def test_a_late_delta_overwrites_nothing(store: GraphStore, city: Path, tmp_path: Path) -> None:
    def with_other_dates(rows: list[list[str]]) -> list[list[str]]:
        header = [*rows[0], *({"valid_from"} - {*rows[0]})]
        at = header.index("valid_from")
        return [
            header,
            *([*row, ""][: len(header)] for row in ([*r[:at], "1999-01-01", *r[at + 1 :]] for r in rows[1:])),
        ]

    before = dump(store)
    stating = {kind for kind, _ in placed_facts(store)}
    report = deliver(store, changed(city, tmp_path / "late", with_other_dates), EARLIER)
    assert not report.changed
    assert dump(store) == before
    for kind, file in books(report).items():
        assert file.ledger.unchanged + file.ledger.skipped == file.ledger.read
        assert (file.ledger.skipped > 0) == (kind in stating), kind


def test_a_snapshot_ends_what_it_lacks_and_kill_9_does_not_disturb_it(
    store: GraphStore, url: str, city: Path, tmp_path: Path
) -> None:
    cut = changed(city, tmp_path / "cut", lambda rows: rows[:-1] if len(rows) > 2 else rows)
    before, expected = dump(store), stated_by_last_rows(store, city)
    run = store.known_run()
    store.close()
    dying = subprocess.run([sys.executable, "-c", DYING, url, str(cut)], cwd=ROOT, check=False)
    assert dying.returncode == -signal.SIGKILL
    again = open_store(url)
    assert dump(again) == before, "nobody may see half a snapshot"

    report = deliver(again, cut, LATER, snapshot="city", accept_vanished=True)
    assert {kind: file.ledger.closed for kind, file in books(report).items()} == expected
    assert sum(expected.values()) > len(KINDS) // 2
    assert dump(again, run) == before
    assert sum(map(len, facts_only(again).values())) == (
        sum(len(rows) for name, rows in before.items() if name in EDGES) - sum(expected.values())
    )
    assert not deliver(again, cut, LATER, snapshot="city").changed
    again.close()


def placed_facts(store: GraphStore) -> list[tuple[str, int]]:
    """Return dataset and line of every fact."""
    runs = {run["number"]: run["dataset"] for run in store.query("runs", {"limit": 1000}).rows()}
    tables = (store.facts(relationship, store.known_run()) for relationship in EDGES)
    return [(runs[fact["run"]], fact["line"]) for table in tables for fact in table.rows()]


def stated_by_last_rows(store: GraphStore, city: Path) -> Counter[str]:
    """Count by dataset the facts of the last line of each file that has more than one row."""
    lines = {file.stem: len(file.read_text("utf-8").splitlines()) for file in city.glob("*.csv")}
    expected = Counter(dict.fromkeys(lines, 0))
    expected.update(kind for kind, line in placed_facts(store) if line == lines[kind] > 2)
    return expected


def test_an_empty_snapshot_ends_nothing(store: GraphStore, city: Path, tmp_path: Path) -> None:
    before = dump(store)
    empty = changed(city, tmp_path / "empty", lambda rows: rows[:1])
    for kind in KINDS:
        alone = tmp_path / kind
        alone.mkdir()
        shutil.copy(empty / f"{kind}.csv", alone)
        with pytest.raises(FileRefused, match="holds no rows: an empty file delists nobody"):
            deliver(store, alone, LATER, snapshot=f"city/{kind}")
    assert not deliver(store, empty, LATER).changed, "an empty delta is a delivery without news"
    assert dump(store) == before
