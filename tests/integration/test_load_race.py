"""The plan said yes and the store says no: another load was rolled back in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loaders import LoadRequest, Vault, load
from queries.stores import open_store
from schema.errors import StoreUnavailable
from tests.integration.deliveries import ABSENT, FIRST, KEYS, TOWN, quarantined, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schema.ports import GraphStore

HOLDINGS = [*TOWN["shareholdings"], f"s3,E:{ABSENT},{FIRST},0.1,2021-01-01"]


class Raced:
    """A real store in which a company was seen that is gone when the load writes."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def existing(self, label: str, ids: Iterable[str]) -> set[str]:
        asked = set(ids)
        return self._store.existing(label, asked) | (asked & {f"E:{ABSENT}"})


class Broken(Raced):
    """A real store whose connection is lost at publication."""

    def publish(self, *_: Any) -> None:
        raise StoreUnavailable("The connection was lost.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    yield opened
    opened.close()


def test_a_row_that_the_store_refuses_is_quarantined_whole_and_the_rest_is_loaded(
    store: GraphStore, tmp_path: Path
) -> None:
    town = write(tmp_path / "town", {**TOWN, "shareholdings": HOLDINGS})
    vault = Vault(tmp_path / "vault", b"v" * 32)
    report = load(Raced(store), LoadRequest("canonical", town), vault, KEYS)
    book = report.files[-1].ledger
    assert (book.read, book.loaded, book.quarantined) == (3, 2, 1)
    assert report.files[-1].errors_by_code == {"endpoint_missing": 1}
    (row,) = quarantined(store)
    assert (row["line"], row["status"]) == (4, "OPEN")
    assert len(store.facts("OWNS", store.known_run())) == 2


def test_a_load_whose_publication_fails_leaves_nothing(store: GraphStore, tmp_path: Path) -> None:
    town = write(tmp_path / "town", TOWN)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    with pytest.raises(StoreUnavailable):
        load(Broken(store), LoadRequest("canonical", town), vault, KEYS)
    assert (store.known_run(), len(store.nodes("LegalEntity", 1 << 40))) == (0, 0)
    assert load(store, LoadRequest("canonical", town), vault, KEYS).changed
