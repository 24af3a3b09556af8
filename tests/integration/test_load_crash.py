"""kill -9 at any moment, load again: the graph of an uninterrupted load, and nobody saw the half."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from queries.stores import open_store
from tests.contract.stores import dump
from tests.integration.deliveries import ABSENT, FIRST, NUMBER, SECOND, TOWN, load_path, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CRASHING = """
import os, signal, sys
from pathlib import Path
from loaders import LoadRequest, Vault, load
from queries.stores import open_store
from tests.integration.deliveries import AS_OF, KEYS

url, path, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
batches = []

def die(file, done, total, rate):
    batches.append(file)
    if len(batches) == last:
        os.kill(os.getpid(), signal.SIGKILL)

request = LoadRequest("canonical", path, as_of=AS_OF)
load(open_store(url), request, Vault(path.parent / "vault", b"v" * 32), KEYS, die)
"""
HEADER = TOWN["shareholdings"][0]
FIRST_DELIVERY = {**TOWN, "shareholdings": [*TOWN["shareholdings"], f"s3,E:{ABSENT},{FIRST},0.3,2021-01-01"]}
SECOND_DELIVERY = {
    "enterprises": [
        "uscc,name,entity_kind,status",
        f"{ABSENT},某市后来有限公司,ENTERPRISE,ACTIVE",
        f"{SECOND},某市兴农专业合作社,COOPERATIVE,REVOKED",
    ],
    "shareholdings": [HEADER, f"s1,P:{NUMBER},{FIRST},0.5,2020-01-01", "s9,E:nobody,E:nobody,2,"],
    "guarantees": ["record_id,guarantor,beneficiary", f"g1,P:{NUMBER},E:{ABSENT}"],
}
BATCHES = 7  # the second delivery's, as the last test shows


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


@pytest.fixture
def uninterrupted(tmp_path: Path) -> Iterator[dict[str, list[tuple[object, ...]]]]:
    store = open_store(f"embedded:{tmp_path / 'uninterrupted.kgl'}")
    store.prepare()
    load_path(store, write(tmp_path / "first", FIRST_DELIVERY))
    load_path(store, write(tmp_path / "second", SECOND_DELIVERY))
    yield dump(store)
    store.close()


def crash(url: str, path: Path, batch: int) -> int:
    """Load in a process of its own that is killed after so many batches; return how it ended."""
    command = [sys.executable, "-c", CRASHING, url, str(path), str(batch)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


@pytest.mark.parametrize("batch", [1, 4, BATCHES])
def test_a_load_killed_at_any_batch_and_run_again_equals_an_uninterrupted_one(
    url: str, tmp_path: Path, uninterrupted: dict[str, list[tuple[object, ...]]], batch: int
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    store = open_store(url)
    store.prepare()
    load_path(store, first)
    before, run = dump(store), store.known_run()
    store.close()

    assert crash(url, second, batch) == -signal.SIGKILL

    store = open_store(url)
    store.prepare()
    assert (dump(store), store.known_run()) == (before, run), "nobody may see half a load"
    assert all(file.ledger.balances for file in load_path(store, second).files)
    assert dump(store) == uninterrupted
    store.close()


def test_the_second_delivery_has_as_many_batches_as_the_other_test_kills(tmp_path: Path) -> None:
    url = f"embedded:{tmp_path / 'graph.kgl'}"
    store = open_store(url)
    store.prepare()
    load_path(store, write(tmp_path / "first", FIRST_DELIVERY))
    store.close()
    second = write(tmp_path / "second", SECOND_DELIVERY)
    assert crash(url, second, BATCHES + 1) == 0
