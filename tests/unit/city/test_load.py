"""The city through the ordinary loaders: what the manifest promises is what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders.identity.keys import Keys
from loaders.pipeline import load
from loaders.request import LoadReport, LoadRequest
from loaders.vault import Vault
from queries.stores import open_store
from schema.ports import GraphStore
from tests.unit.city.reading import CityOnDisk

_KEYS = Keys(b"0123456789abcdef")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    yield opened
    opened.close()


def _load(store: GraphStore, city: CityOnDisk, vault: Path) -> LoadReport:
    request = LoadRequest("canonical", city.out, source="city", as_of=city.manifest.spec.as_of)
    return load(store, request, Vault(vault, b"k" * 32), _KEYS)


def test_ledger_equals_manifest_and_a_second_load_changes_nothing(
    store: GraphStore, village: CityOnDisk, tmp_path: Path
) -> None:
    first = _load(store, village, tmp_path / "vault")
    for file in first.files:
        promise = village.manifest.files[file.kind]
        assert file.ledger.read == promise.rows
        assert file.ledger.quarantined == promise.quarantined
        assert file.ledger.loaded == promise.rows - promise.quarantined
        assert file.errors_by_code == promise.dirty
        assert file.warnings == ()
    assert {file.kind for file in first.files} == set(village.manifest.files)
    assert not _load(store, village, tmp_path / "vault").changed
