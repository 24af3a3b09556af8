"""Deliveries with several files of one dataset, through the loaders, on both stores."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders import LoadReport, LoadRequest, Vault, load
from schema.errors import LedgerUnbalanced
from schema.ports import EdgeBatch, GraphStore, NodeBatch, Outcome
from tests.contract.stores import dump
from tests.contract.test_public_formats import DECISIONS
from tests.integration.deliveries import AS_OF, KEYS, TOWN, write
from tests.unit.loaders import gleif_files
from tests.unit.loaders.gleif_files import CHILD, PARENT, entity, level1, relationship, relationships

CONSOLIDATED = "IS_DIRECTLY_CONSOLIDATED_BY"


def deliver(store: GraphStore, folder: Path, kind: str, as_of: dt.date | None = AS_OF) -> LoadReport:
    """Load a folder."""
    return load(
        store, LoadRequest(kind, folder, as_of=as_of), Vault(folder.parent / "vault", b"v" * 32), KEYS
    )


def owning(folder: Path, name: str, percentage: str) -> None:
    """Write a file in which one company owns a share of another."""
    entities: list[dict[str, Any]] = [
        {"id": "c1", "schema": "Company", "properties": {"name": ["A Ltd"]}},
        {"id": "c2", "schema": "Company", "properties": {"name": ["B Ltd"]}},
        {
            "id": "o",
            "schema": "Ownership",
            "properties": {"owner": ["c1"], "asset": ["c2"], "percentage": [percentage]},
        },
    ]
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(one) + "\n" for one in entities), "utf-8")


def ratios(store: GraphStore) -> list[float]:
    """Return the shares that are open."""
    return list(store.facts("OWNS", store.known_run())["share_ratio"])


@pytest.mark.parametrize("days", [("2023-11-05", "2023-11-06"), ("2023-11-06", "2023-11-05")])
def test_gleif_full_and_update_file_of_a_first_load_leave_one_fact_of_the_later_day(
    store: GraphStore, tmp_path: Path, days: tuple[str, str]
) -> None:
    until = {"2023-11-06": {"until": "2023-10-01T00:00:00Z"}}
    files = {
        f"rr{n}": relationships(relationship(CHILD, PARENT, CONSOLIDATED, **until.get(day, {})), day=day)
        for n, day in enumerate(days)
    }
    folder = gleif_files.write(tmp_path / "g", lei=level1(entity(PARENT, "P"), entity(CHILD, "C")), **files)
    first = deliver(store, folder, "gleif", None)
    (fact,) = store.facts("HAS_INTEREST_IN", store.known_run()).rows()
    assert fact["valid_to"] == dt.date(2023, 10, 1)
    books = [f.ledger for f in first.files if f.ledger.read == 1]
    assert [(book.loaded, book.skipped) for book in books] == [(0, 1), (1, 0)]
    assert not deliver(store, folder, "gleif", None).changed


def test_one_ownership_in_two_files_of_a_first_load_is_one_fact(store: GraphStore, tmp_path: Path) -> None:
    for name in ("1.json", "2.json"):
        owning(tmp_path / "d", name, "10")
    deliver(store, tmp_path / "d", "ftm")
    assert ratios(store) == [0.1]
    assert not deliver(store, tmp_path / "d", "ftm").changed


def test_files_of_one_delivery_that_contradict_each_other_write_once(
    store: GraphStore, tmp_path: Path
) -> None:
    for name, percentage in (("1.json", "10"), ("2.json", "30"), ("3.json", "20")):
        owning(tmp_path / "d", name, percentage)
    assert deliver(store, tmp_path / "d", "ftm").changed
    before = dump(store)
    for _ in range(2):
        assert not deliver(store, tmp_path / "d", "ftm").changed
    assert (ratios(store), dump(store)) == ([0.2], before)


def test_one_penalty_in_two_monthly_files_is_one_penalty(store: GraphStore, tmp_path: Path) -> None:
    renamed = DECISIONS[2].replace("某公司", "某公司新名")
    (tmp_path / "d").mkdir()
    for name, rows in (("1.csv", DECISIONS[:3]), ("2.csv", [*DECISIONS[:2], renamed])):
        (tmp_path / "d" / name).write_text("\n".join(rows) + "\n", "utf-8")
    deliver(store, tmp_path / "d", "shuanggongshi")
    assert len(store.facts("SUBJECT_OF", store.known_run())) == 2
    assert not deliver(store, tmp_path / "d", "shuanggongshi").changed


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2), (3, 1, 2), (2, 3, 1)])
def test_deliveries_of_three_days_leave_the_same_whatever_their_order(
    store: GraphStore, tmp_path: Path, order: tuple[int, ...]
) -> None:
    for day in order:
        share = "0.9" if day == 2 else "0.6"
        moved = [line.replace("0.6", share) for line in TOWN["shareholdings"]]
        town = {**TOWN, "shareholdings": moved}
        as_of = AS_OF + dt.timedelta(days=day)
        deliver(store, write(tmp_path / f"d{day}", town), "canonical", as_of)
        assert deliver(store, tmp_path / f"d{day}", "canonical", as_of).runs == (), (
            "the same bytes of the same day"
        )
    assert sorted(ratios(store)) == [0.5, 0.6]


class Forgetful:
    """A store outside of ours that loses the last row of each batch of shareholdings."""

    def __init__(self, store: GraphStore, *, admits: bool) -> None:
        self._store, self._admits = store, admits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def upsert(self, batch: NodeBatch | EdgeBatch) -> Outcome:
        """Write all but one row."""
        if isinstance(batch, NodeBatch):
            return self._store.upsert(batch)
        outcome = self._store.upsert(replace(batch, rows=batch.rows[:-1]))
        return outcome if self._admits else replace(outcome, unchanged=outcome.unchanged + 1)


def test_a_row_that_vanishes_in_the_store_fails_the_load_and_nothing_is_written(
    store: GraphStore, tmp_path: Path
) -> None:
    before, run = dump(store), store.known_run()
    with pytest.raises(LedgerUnbalanced, match="accounts for"):
        deliver(Forgetful(store, admits=True), write(tmp_path / "d", TOWN), "canonical")
    assert (dump(store), store.known_run()) == (before, run)
    assert deliver(store, tmp_path / "d", "canonical").changed


def test_a_row_that_vanishes_before_the_store_fails_the_load(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row read, not refused, and then lost on the way: what a defect in reading a part again would do."""
    from loaders.lots import Lot

    whole = Lot.add
    monkeypatch.setattr(Lot, "add", lambda lot, part: whole(lot, part[1:]))
    with pytest.raises(LedgerUnbalanced, match="rows were read"):
        deliver(store, write(tmp_path / "d", TOWN), "canonical")
    assert store.known_run() == 0
