"""Snapshots through the loaders: what they end, what they must not end, and files that say how long they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import LoadReport, LoadRequest, Vault, load
from loaders.delivery import DeliveredFile
from loaders.pipeline import Gate, check_counts
from queries.stores import open_store
from schema.errors import FileRefused, InputError
from tests.contract.stores import dump
from tests.integration.deliveries import ABSENT, AS_OF, FIRST, KEYS, NUMBER, PERSON, SECOND, TOWN, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

HEAD, *ROWS = TOWN["shareholdings"]
NEXT = AS_OF + dt.timedelta(days=1)
BOTH = {(PERSON, 0.6), (f"E:{FIRST}", 0.5)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    deliver(opened, tmp_path / "town", TOWN, AS_OF)
    yield opened
    opened.close()


def deliver(
    store: GraphStore, folder: Path, kinds: dict[str, list[str]], as_of: dt.date = NEXT, **options: Any
) -> LoadReport:
    request = LoadRequest("canonical", write(folder, kinds), as_of=as_of, **options)
    report = load(store, request, Vault(folder.parent / "vault", b"v" * 32), KEYS)
    assert all(file.ledger.balances for file in (*report.files, *report.retried))
    return report


def owners(store: GraphStore, run: int | None = None) -> set[tuple[str, float]]:
    table = store.facts("OWNS", store.known_run() if run is None else run)
    return {*zip(table["start"], table["share_ratio"], strict=True)}


@pytest.mark.parametrize("scope", ["local", "local/shareholdings"])
def test_a_snapshot_ends_what_it_does_not_state(store: GraphStore, tmp_path: Path, scope: str) -> None:
    run = store.known_run()
    (file,) = deliver(store, tmp_path / "cut", {"shareholdings": [HEAD, ROWS[0]]}, snapshot=scope).files
    assert (file.ledger.unchanged, file.ledger.closed) == (1, 1)
    assert "1 facts ended" in file.warnings[0]
    assert owners(store) == {(PERSON, 0.6)}
    assert owners(store, run) == BOTH


def test_a_delta_never_does(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "delta", {"shareholdings": [HEAD, ROWS[0]]})
    assert owners(store) == BOTH


def test_a_row_that_is_wrong_is_not_absent(store: GraphStore, tmp_path: Path) -> None:
    wrong = [HEAD, ROWS[0], f"s2,E:{FIRST},{SECOND},50,2021-01-01"]
    (file,) = deliver(store, tmp_path / "wrong", {"shareholdings": wrong}, snapshot="local").files
    assert (file.ledger.quarantined, file.ledger.closed) == (1, 0)
    assert owners(store) == BOTH


def test_a_row_that_waits_is_not_absent_and_one_that_vanished_does_not_follow(
    store: GraphStore, tmp_path: Path
) -> None:
    waiting = [*TOWN["shareholdings"], f"s3,E:{ABSENT},{FIRST},0.3,2021-01-01"]
    deliver(store, tmp_path / "waiting", {"shareholdings": waiting}, AS_OF)
    moved = [HEAD, ROWS[0], f"s2,E:{ABSENT},{SECOND},0.5,2021-01-01"]
    deliver(store, tmp_path / "moved", {"shareholdings": moved}, snapshot="local")
    assert owners(store) == BOTH, "s2 waits for its new owner"
    company = {"enterprises": ["uscc,name,entity_kind", f"{ABSENT},某市后来有限公司,ENTERPRISE"]}
    report = deliver(store, tmp_path / "company", company)
    assert owners(store) == {(PERSON, 0.6), (f"E:{ABSENT}", 0.5)}, "s3 is not stated any more"
    assert [(f.ledger.loaded, f.ledger.skipped) for f in report.retried] == [(1, 0)], "s3 was dropped"


def test_a_snapshot_of_a_division_speaks_for_it_alone(store: GraphStore, tmp_path: Path) -> None:
    columns = "record_id,uscc,name,entity_kind,region_code"
    here, there = f"e1,{FIRST},甲有限公司,ENTERPRISE,441283", f"e2,{SECOND},乙有限公司,ENTERPRISE,441200"
    deliver(store, tmp_path / "both", {"enterprises": [columns, here, there]})
    later = NEXT + dt.timedelta(days=1)
    nobody = f"e3,{ABSENT},丙有限公司,ENTERPRISE,441283"
    scope = {"snapshot": "local/enterprises/441283", "accept_vanished": True}
    (file,) = deliver(store, tmp_path / "one", {"enterprises": [columns, nobody]}, later, **scope).files
    assert file.ledger.closed == 1
    located = store.facts("LOCATED_IN", store.known_run())["start"]
    assert sorted(located) == sorted([f"E:{SECOND}", f"E:{ABSENT}"])


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("", "A scope is SOURCE"),
        ("local/", "A scope is SOURCE"),
        ("local/shareholdings/x", "A scope is SOURCE"),
        ("local/shareholdings/44/1", "A scope is SOURCE"),
        ("elsewhere", "names nothing of this delivery, which holds local/shareholdings"),
        ("local/persons", "names nothing of this delivery"),
        ("local/shareholdings/4412", "cannot be a snapshot of one division"),
    ],
)
def test_a_scope_that_makes_no_sense_is_refused(
    store: GraphStore, tmp_path: Path, scope: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        deliver(store, tmp_path / "cut", {"shareholdings": [HEAD, ROWS[0]]}, snapshot=scope)
    assert owners(store) == BOTH


def test_an_empty_snapshot_is_refused(store: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="an empty file delists nobody"):
        deliver(store, tmp_path / "empty", {"shareholdings": [HEAD]}, snapshot="local", accept_vanished=True)
    assert owners(store) == BOTH


def test_a_file_that_is_not_there_is_no_delisting(store: GraphStore, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    request = LoadRequest("shareholdings", tmp_path / "absent.csv", as_of=NEXT, snapshot="local")
    with pytest.raises(FileRefused, match="cannot be read"):
        load(store, request, Vault(tmp_path / "vault", b"v" * 32), KEYS)
    deliver(store, tmp_path / "others", {"persons": TOWN["persons"]}, snapshot="local")
    assert owners(store) == BOTH


def test_a_snapshot_that_lost_too_much_needs_a_word(store: GraphStore, tmp_path: Path) -> None:
    other = {"shareholdings": [HEAD, f"s9,E:{FIRST},{SECOND},0.1,2021-01-01"]}
    before = dump(store)
    with pytest.raises(FileRefused, match=r"lacks 2 of the 2 facts .* more than 50%: is it cut\?"):
        deliver(store, tmp_path / "other", other, snapshot="local")
    assert dump(store) == before
    deliver(store, tmp_path / "other", other, snapshot="local", accept_vanished=True)
    assert owners(store) == {(f"E:{FIRST}", 0.1)}


def test_a_snapshot_with_rows_that_nobody_can_name_is_refused(store: GraphStore, tmp_path: Path) -> None:
    ragged = {"shareholdings": [HEAD, ROWS[0], f"s2,E:{FIRST}"]}
    with pytest.raises(FileRefused, match="line 3: nobody can say which record this row is"):
        deliver(store, tmp_path / "ragged", ragged, snapshot="local")
    assert owners(store) == BOTH


def test_an_older_snapshot_is_refused(store: GraphStore, tmp_path: Path) -> None:
    older = AS_OF - dt.timedelta(days=1)
    with pytest.raises(FileRefused, match="is loaded already: an older snapshot ends nothing"):
        deliver(store, tmp_path / "cut", {"shareholdings": [HEAD, ROWS[0]]}, older, snapshot="local")
    assert owners(store) == BOTH


def test_a_cut_file_is_refused_unless_it_is_meant_to_be_cut(store: GraphStore, tmp_path: Path) -> None:
    seen: list[DeliveredFile] = []

    def declaring(delivered: list[DeliveredFile]) -> list[DeliveredFile]:
        seen[:] = [replace(f, source=replace(f.source, declared=9)) for f in delivered]
        return seen

    gate: Gate = declaring
    folder = write(tmp_path / "cut", {"shareholdings": [HEAD, ROWS[0]]})
    vault = Vault(tmp_path / "vault", b"v" * 32)
    with pytest.raises(FileRefused, match=r"says that it holds 9 records, and holds 1: .* --partial"):
        load(store, LoadRequest("canonical", folder, as_of=NEXT), vault, KEYS, gate=gate)
    check_counts(LoadRequest("canonical", folder, partial=True), seen)


@pytest.mark.parametrize("limits", [{"max_vanished_ratio": 1.5}, {"max_reject_ratio": -0.1}])
def test_limits_are_ratios(tmp_path: Path, limits: dict[str, float]) -> None:
    with pytest.raises(InputError, match="lie between 0 and 1"):
        LoadRequest("canonical", tmp_path, **limits)  # type: ignore[arg-type]


def test_an_older_delta_is_skipped_and_said(store: GraphStore, tmp_path: Path) -> None:
    changed = [HEAD, f"s1,P:{NUMBER},{FIRST},0.9,2020-01-01", ROWS[1]]
    report = deliver(store, tmp_path / "older", {"shareholdings": changed}, AS_OF - dt.timedelta(days=9))
    (file,) = report.files
    assert (file.ledger.skipped, file.ledger.unchanged, report.changed) == (1, 1, False)
    assert "a file of a later day says otherwise" in file.skip_reason
    assert owners(store) == BOTH
