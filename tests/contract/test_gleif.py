"""GLEIF through the loaders, on both stores: small files of our own with planted faults, and the published cuts."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import Keys, LoadRequest, Vault, load
from loaders.replay import Archive, replay
from loaders.sources import gleif
from schema.errors import FileRefused
from tests.contract.stores import dump
from tests.unit.loaders.gleif_files import (
    ABSENT,
    BRANCH,
    CHILD,
    FUND,
    PARENT,
    entity,
    exception,
    exceptions,
    level1,
    relationship,
    relationships,
    write,
)

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(os.environ.get("GLEIF_DIR") or ROOT.parent / "shared" / "data" / "gleif_cdf")
DIRECT, ULTIMATE = (f"{which}_ACCOUNTING_CONSOLIDATION_PARENT" for which in ("DIRECT", "ULTIMATE"))


def load_gleif(store: GraphStore, path: Path, **options: Any) -> LoadReport:
    vault = Vault(path.parent / "vault", b"v" * 32)
    return load(store, LoadRequest("gleif", path, **options), vault, Keys(b"a key of a test!"))


def books(report: LoadReport) -> dict[tuple[str, str], tuple[int, int, int]]:
    assert all(f.ledger.balances for f in report.files)
    return {
        (f.file, f.kind): (f.ledger.loaded, f.ledger.unchanged, f.ledger.quarantined) for f in report.files
    }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(
        tmp_path / "gleif",
        lei=level1(
            entity(PARENT, "Holding a.s."),
            entity(CHILD, "Dcérska spoločnosť s.r.o."),
            entity(FUND, "Fond", category="FUND"),
            entity(BRANCH[:-1] + "x", "Wrong digits"),
        ),
        rr=relationships(
            relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY"),
            relationship(CHILD, PARENT, "IS_ULTIMATELY_CONSOLIDATED_BY"),
            relationship(FUND, ABSENT, "IS_FUND-MANAGED_BY"),
            relationship(FUND, PARENT, "IS_FRIEND_OF"),
        ),
        repex=exceptions(
            exception(PARENT, DIRECT, "NO_KNOWN_PERSON"),
            exception(PARENT, ULTIMATE, "NON_PUBLIC"),
            exception(ABSENT, DIRECT, "NATURAL_PERSONS"),
        ),
    )


SMALL = {
    ("lei.xml", "gleif_entities"): (3, 0, 1),
    ("rr.xml", "declared_interests"): (2, 0, 2),
    ("repex.xml", "ownership_gaps"): (2, 0, 1),
    ("repex.xml", "partial_owners"): (1, 1, 1),  # two categories say the same of one entity
}


def test_every_record_is_accounted_for_and_the_same_files_again_change_nothing(
    store: GraphStore, small: Path
) -> None:
    report = load_gleif(store, small)
    assert books(report) == SMALL
    before = dump(store)
    assert not load_gleif(store, small).changed
    assert dump(store) == before


def test_consolidation_is_declared_and_who_reports_no_parent_has_owners_without_a_name(
    store: GraphStore, small: Path
) -> None:
    load_gleif(store, small)
    known = store.known_run()
    facts = [*store.facts("HAS_INTEREST_IN", known).rows()]
    assert {(f["start"], f["end"], f["interest"], f["directness"]) for f in facts} == {
        (f"E:gleif:{PARENT}", f"E:gleif:{CHILD}", "ACCOUNTING_CONSOLIDATION", "DIRECT"),
        (f"E:gleif:{PARENT}", f"E:gleif:{CHILD}", "ACCOUNTING_CONSOLIDATION", "ULTIMATE"),
    }
    assert len(store.facts("OWNS", known)) == 0
    gaps = {row["id"]: row for row in store.nodes("OwnershipGap", known).rows()}
    assert {(g["scope"], g["reason"]) for g in gaps.values()} == {
        ("DIRECT_PARENT", "NO_KNOWN_PERSON"),
        ("ULTIMATE_PARENT", "NON_PUBLIC"),
    }
    subjects = {(f["start"], f["end"]) for f in store.facts("SUBJECT_OF", known).rows()}
    assert subjects == {(f"E:gleif:{PARENT}", gap) for gap in gaps}
    entities = {row["id"]: row for row in store.nodes("LegalEntity", known).rows()}
    assert {i: row["shares_complete"] for i, row in entities.items()} == {
        f"E:gleif:{PARENT}": False,
        f"E:gleif:{CHILD}": None,
        f"E:gleif:{FUND}": None,
    }
    assert entities[f"E:gleif:{PARENT}"]["name"] == "Holding a.s."


def test_a_delta_changes_what_it_says_and_brings_in_what_waited(store: GraphStore, small: Path) -> None:
    load_gleif(store, small)
    delta = write(
        small.parent / "delta",
        lei=level1(
            entity(ABSENT, "Správca a.s."),
            entity(CHILD, "Nové meno s.r.o.", status="INACTIVE"),
            day="2023-11-06",
        ),
        rr=relationships(
            relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY", until="2023-10-01T00:00:00Z"),
            day="2023-11-06",
        ),
    )
    report = load_gleif(store, delta)
    assert books(report) == {
        ("lei.xml", "gleif_entities"): (2, 0, 0),
        ("rr.xml", "declared_interests"): (1, 0, 0),
    }
    assert sum(f.ledger.loaded for f in report.retried) == 3  # its fund, its gap, its flag
    known = store.known_run()
    facts = {(f["end"], f["directness"]): f for f in store.facts("HAS_INTEREST_IN", known).rows()}
    assert facts[f"E:gleif:{CHILD}", "DIRECT"]["valid_to"] == dt.date(2023, 10, 1)
    assert facts[f"E:gleif:{CHILD}", "ULTIMATE"]["valid_to"] is None
    assert f"E:gleif:{FUND}" in {end for end, _ in facts}
    entities = {row["id"]: row for row in store.nodes("LegalEntity", known).rows()}
    child, absent = entities[f"E:gleif:{CHILD}"], entities[f"E:gleif:{ABSENT}"]
    assert (child["name"], child["status"]) == ("Nové meno s.r.o.", "DEREGISTERED")
    assert (absent["name"], absent["shares_complete"]) == ("Správca a.s.", False)


def test_an_exception_that_a_snapshot_does_not_state_any_more_takes_its_mark_with_it(
    store: GraphStore, small: Path
) -> None:
    load_gleif(store, small)
    run = store.known_run()
    other = write(
        small.parent / "more", repex=exceptions(exception(CHILD, DIRECT, "NON_PUBLIC"), day="2023-11-06")
    )
    load_gleif(store, other)
    left = write(
        small.parent / "left",
        repex=exceptions(exception(PARENT, DIRECT, "NO_KNOWN_PERSON"), day="2023-12-06"),
    )
    report = load_gleif(store, left, snapshot="gleif", accept_vanished=True)
    assert {f.kind: f.ledger.closed for f in report.files} == {"ownership_gaps": 2, "partial_owners": 1}
    entities = {
        row["id"]: row["shares_complete"] for row in store.nodes("LegalEntity", store.known_run()).rows()
    }
    assert (entities[f"E:gleif:{PARENT}"], entities[f"E:gleif:{CHILD}"]) == (False, None)
    before = {row["id"]: row["shares_complete"] for row in store.nodes("LegalEntity", run).rows()}
    assert before[f"E:gleif:{PARENT}"] is False


@pytest.mark.parametrize("order", [(PARENT, CHILD), (CHILD, PARENT)])
def test_a_relationship_without_both_its_ends_follows_the_last_of_them(
    store: GraphStore, tmp_path: Path, order: tuple[str, str]
) -> None:
    alone = relationships(relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY"))
    load_gleif(store, write(tmp_path / "rr", rr=alone))
    for lei in order:
        assert len(store.facts("HAS_INTEREST_IN", store.known_run())) == 0
        load_gleif(store, write(tmp_path / lei, lei=level1(entity(lei, "Late"))))
    assert len(store.facts("HAS_INTEREST_IN", store.known_run())) == 1


def test_two_contents_of_one_kind_in_one_delivery_are_loaded_in_order_of_their_dates(
    store: GraphStore, tmp_path: Path
) -> None:
    directory = write(
        tmp_path / "gleif",
        a_newer=level1(entity(CHILD, "New name"), day="2023-11-06"),
        b_older=level1(entity(CHILD, "Old name"), day="2023-06-05"),
    )
    report = load_gleif(store, directory)
    assert [f.file for f in report.files] == ["b_older.xml", "a_newer.xml"]
    (row,) = store.nodes("LegalEntity", store.known_run()).rows()
    assert row["name"] == "New name"
    assert not load_gleif(store, directory).changed


def test_a_file_with_another_number_of_records_than_it_declares_is_refused_unless_it_is_a_cut(
    store: GraphStore, tmp_path: Path
) -> None:
    directory = write(tmp_path / "gleif", lei=level1(entity(CHILD, "Only one"), count=2))
    with pytest.raises(FileRefused, match="is it cut"):
        load_gleif(store, directory)
    assert store.known_run() == 0
    assert books(load_gleif(store, directory, partial=True)) == {("lei.xml", "gleif_entities"): (1, 0, 0)}


def test_refused_records_are_judged_again_on_their_own_file(
    store: GraphStore, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_gleif(store, small)
    archive = Archive(store, Vault(small.parent / "vault", b"v" * 32), Keys(b"a key of a test!"))
    same = replay(archive, "gleif", "gleif_relationships", "tests")
    assert (same.unreadable, same.report.changed) == ({}, False)
    monkeypatch.setitem(
        gleif._RELATIONS, "IS_FRIEND_OF", gleif._RELATIONS["IS_SUBFUND_OF"]
    )  # the next version's type
    assert replay(archive, "gleif", "gleif_relationships", "tests").report.changed
    found = {(f["end"], f["interest"]) for f in store.facts("HAS_INTEREST_IN", store.known_run()).rows()}
    assert (f"E:gleif:{FUND}", "UMBRELLA_FUND") in found


@pytest.mark.skipif(not SAMPLE.is_dir(), reason=f"the published GLEIF cuts are not at {SAMPLE}: GLEIF_DIR")
def test_the_published_cuts_load_to_the_record(store: GraphStore, tmp_path: Path) -> None:
    directory = write(tmp_path / "gleif", **{path.stem: path.read_bytes() for path in SAMPLE.glob("*.xml")})
    with pytest.raises(FileRefused, match="is it cut"):
        load_gleif(store, directory)
    report = load_gleif(store, directory, partial=True)
    read = {(f.file, f.kind): f.ledger.read for f in report.files}
    assert read == {
        ("lei-data.xml", "gleif_entities"): 13,
        ("lei-updates-data2.xml", "gleif_entities"): 12,
        ("rr-data.xml", "declared_interests"): 10,
        ("rr-updates-data2.xml", "declared_interests"): 11,
        ("repex-data.xml", "ownership_gaps"): 10,
        ("repex-data.xml", "partial_owners"): 10,
    }
    assert {code for f in report.files for code in f.errors_by_code} == {"endpoint_missing"}
    known = store.known_run()
    entities = {row["lei"]: row for row in store.nodes("LegalEntity", known).rows()}
    assert len(entities) == 24  # one of the 25 records is the update of another
    assert entities["00TR8NKAEL48RGTZEW89"]["status"] == "ACTIVE"  # it was retired before the update
    consolidated = [f for f in store.facts("HAS_INTEREST_IN", known).rows() if "ACCOUNTING" in f["interest"]]
    assert ("E:gleif:9845002B9874D50A4531", "E:gleif:097900BJGO0000201513") in {
        (f["start"], f["end"]) for f in consolidated
    }
    assert not load_gleif(store, directory, partial=True).changed
