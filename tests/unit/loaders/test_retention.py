"""Raw files go when they are due, and stay while an open row needs them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from loaders.retention import DEFAULT_DAYS, RETENTION_DAYS, retention_days, sweep
from loaders.vault import Vault, VaultOrigin
from queries.stores import open_store
from schema.access import Audience
from schema.errors import NotFound
from tests.integration.deliveries import TOWN, load_path, quarantined, write

DAY = dt.date(2026, 1, 1)


def origin(dataset: str, source: str = "registry") -> VaultOrigin:
    return VaultOrigin(dataset, source, dataset, f"{dataset}.csv", DAY)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", b"v" * 32)


def test_a_file_remembers_all_its_origins_and_nothing_is_readable_without_the_key(
    vault: Vault, tmp_path: Path
) -> None:
    sha256 = vault.put(b"content", origin("persons"))
    vault.put(b"content", origin("persons"))
    vault.put(b"content", origin("residents", "elsewhere"))
    assert vault.origins(sha256) == (origin("persons"), origin("residents", "elsewhere"))
    assert b"persons" not in b"".join(file.read_bytes() for file in (tmp_path / "vault").iterdir())
    assert vault.origins("0" * 64) == ()


def test_a_copy_takes_the_place_of_a_file_and_a_removed_one_is_gone(vault: Vault) -> None:
    sha256 = vault.put(b"content", origin("persons"))
    vault.replace(sha256, b"copy")
    assert vault.read(sha256) == b"copy"
    vault.put(b"content", origin("persons"))
    assert vault.read(sha256) == b"copy", "delivering it again does not bring back what was taken out"
    vault.remove(sha256)
    vault.remove(sha256)
    with pytest.raises(NotFound):
        vault.read(sha256)
    assert (vault.origins(sha256), [*vault.files()]) == ((), [])


def test_the_class_of_a_dataset_says_how_long_it_is_kept() -> None:
    assert retention_days("persons") == RETENTION_DAYS[Audience.PUBLIC]
    assert retention_days("residents") == RETENTION_DAYS[Audience.RESTRICTED] < DEFAULT_DAYS
    assert retention_days("CompanyInvestCompany") == DEFAULT_DAYS


def test_a_sweep_removes_what_is_due_and_a_dry_run_only_says_so(vault: Vault, tmp_path: Path) -> None:
    store = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    store.prepare()
    wrong = [*TOWN["shareholdings"], "s9,E:nobody,E:nobody,2,"]
    load_path(
        store,
        write(
            tmp_path / "town", {**TOWN, "residents": [*TOWN["persons"], "r1,李某,"], "shareholdings": wrong}
        ),
    )
    (row,) = quarantined(store)
    kept_on = max(day for _, day in vault.files())
    residents = kept_on + dt.timedelta(days=RETENTION_DAYS[Audience.RESTRICTED])

    assert sweep(vault, store, residents - dt.timedelta(days=1), dry_run=False) == []
    (due,) = sweep(vault, store, residents, dry_run=True)
    assert (due.datasets, due.due_on, due.open_rows) == (("local/residents",), residents, 0)
    assert len([*vault.files()]) == 5
    sweep(vault, store, residents, dry_run=False)
    assert len([*vault.files()]) == 4

    sweep(vault, store, kept_on + dt.timedelta(days=DEFAULT_DAYS), dry_run=False)
    assert [sha256 for sha256, _ in vault.files()] == [row["sha256"]], "an open row needs it"
    store.close()
