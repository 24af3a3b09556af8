"""BODS through the loaders, on both stores: packages of our own with planted faults, and the published examples."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import Keys, LoadRequest, Vault, load
from loaders.replay import Archive, replay
from loaders.sources.bods_schema import validators
from tests.contract.stores import dump
from tests.unit.loaders.bods_statements import entity, interest, person, relationship, write
from tests.unit.loaders.test_bods import damaged

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = Path(os.environ.get("BODS_DIR") or ROOT.parent / "shared" / "data" / "bods04")
published = pytest.mark.skipif(
    not (PUBLISHED / "examples").is_dir(),
    reason=f"the published BODS examples are not at {PUBLISHED}; name their folder in BODS_DIR",
)

PACKAGE = (
    entity("c1"),
    person("p1", names=[{"fullName": "Ana Lima"}], birthDate="1980"),
    person("p2", "anonymousPerson", unspecifiedPersonDetails={"reason": "interestedPartyExemptFromDisclosure"}),
    entity("n1", "arrangement", "nomination"),
    relationship("r1", "p1", "c1", interest(share=100, start="2002-03-09"), interest("boardChair"), day="2002-03-10"),
    relationship("r1", "p1", "c1", interest(share=40, start="2021-09-24", owner=True), day="2021-09-30", status="updated"),
    relationship("r2", "n1", "c1", interest(share={"minimum": 25, "exclusiveMaximum": 50})),
    relationship("r3", "p2", "n1", interest("nominator")),
    relationship("r4", {"reason": "subjectUnableToConfirmOrIdentifyBeneficialOwner"}, "c1"),
    relationship("r5", "p1", "elsewhere", interest(share=1)),
    {**entity("bad"), "statementDate": "yesterday"},
    relationship("r6", "p1", "c1", interest("friend"), interest(share=200)),
)  # fmt: skip
BOOKS = {
    "bods_entities": (2, 1),
    "bods_persons": (2, 0),
    "declared_interests": (5, 2),
    "shareholdings": (3, 1),
    "posts": (1, 0),
    "ownership_gaps": (2, 0),
    "partial_owners": (2, 0),
}
"""Rows loaded and quarantined."""


def load_bods(store: GraphStore, path: Path, **options: Any) -> LoadReport:
    vault = Vault(path.parent / "vault", b"v" * 32)
    return load(store, LoadRequest("bods", path, **options), vault, Keys(b"a key of a test!"))


def books(report: LoadReport) -> dict[str, tuple[int, int]]:
    assert all(f.ledger.balances for f in report.files)
    return {f.kind: (f.ledger.loaded, f.ledger.quarantined) for f in report.files}


def test_every_statement_is_accounted_for_and_the_same_package_again_changes_nothing(
    store: GraphStore, tmp_path: Path
) -> None:
    path = write(tmp_path / "package.json", *PACKAGE)
    assert books(load_bods(store, path)) == BOOKS
    before = dump(store)
    again = load_bods(store, path)
    assert not again.changed
    assert dump(store) == before
    lines = write(tmp_path / "package.jsonl", *PACKAGE)  # the same statements, written otherwise
    load_bods(store, lines)
    for name in ("OWNS", "HAS_INTEREST_IN", "HOLDS_POST", "SUBJECT_OF"):
        assert dump(store)[name] == before[name]


def test_dated_shares_gaps_and_marks_stand_in_the_graph(store: GraphStore, tmp_path: Path) -> None:
    load_bods(store, write(tmp_path / "package.json", *PACKAGE))
    known = store.known_run()
    shares = sorted(store.facts("OWNS", known).rows(), key=lambda row: (row["start"], row["valid_from"]))
    kept = ("start", "valid_from", "valid_to", "share_ratio", "share_min_ratio", "share_max_ratio", "nominee")
    assert [tuple(row[name] for name in kept) for row in shares] == [
        ("E:bods:n1", dt.date(2020, 3, 4), None, None, 0.25, 0.5, True),
        ("P:bods:p1", dt.date(2002, 3, 9), dt.date(2021, 9, 24), 1.0, None, None, None),
        ("P:bods:p1", dt.date(2021, 9, 24), None, 0.4, None, None, None),
    ]
    (post,) = store.facts("HOLDS_POST", known).rows()
    assert (post["post"], post["valid_from"], post["valid_to"]) == (
        "CHAIR",
        dt.date(2002, 3, 10),
        dt.date(2021, 9, 30),
    )
    gaps = {row["id"]: row["reason"] for row in store.nodes("OwnershipGap", known).rows()}
    assert {(f["start"], gaps[f["end"]]) for f in store.facts("SUBJECT_OF", known).rows()} == {
        ("E:bods:n1", "interestedPartyExemptFromDisclosure"),
        ("E:bods:c1", "subjectUnableToConfirmOrIdentifyBeneficialOwner"),
    }
    complete = {row["id"]: row["shares_complete"] for row in store.nodes("LegalEntity", known).rows()}
    assert complete == {"E:bods:c1": False, "E:bods:n1": False}
    people = {row["id"]: (row["name"], row["birth_year"]) for row in store.nodes("Person", known).rows()}
    assert people == {"P:bods:p1": ("Ana Lima", 1980), "P:bods:p2": (None, None)}


def test_an_owner_who_is_named_after_all_leaves_no_mark(store: GraphStore, tmp_path: Path) -> None:
    nobody = relationship("r1", {"reason": "unknown"}, "c1")
    other = relationship("r2", {"reason": "unknown"}, "c1")
    named = relationship("r1", "p1", "c1", interest(share=50), day="2021-01-01", status="updated")
    parties = PACKAGE[:2]

    def complete(name: str, *statements: Any, **options: Any) -> tuple[Any, int]:
        load_bods(store, write(tmp_path / name, *parties, *statements), **options)
        (row,) = store.nodes("LegalEntity", store.known_run()).rows()
        gaps = store.facts("SUBJECT_OF", store.known_run()).rows()
        return row["shares_complete"], sum(gap["valid_to"] is None for gap in gaps)

    first, second, third = (dt.date(2022, 1, day) for day in (1, 2, 3))
    assert complete("1.json", nobody, other, as_of=first) == (False, 2)
    assert complete("2.json", nobody, named, other, as_of=second) == (False, 1)
    run = store.known_run()
    closed = relationship("r2", {"reason": "unknown"}, "c1", day="2021-02-02", status="closed")
    assert complete("3.json", nobody, named, other, closed, as_of=third) == (None, 0)
    (before,) = store.nodes("LegalEntity", run).rows()
    assert before["shares_complete"] is False
    assert not load_bods(store, tmp_path / "3.json", as_of=third).changed


def test_a_snapshot_without_the_gap_takes_the_mark_back(store: GraphStore, tmp_path: Path) -> None:
    nobody = relationship("r1", {"reason": "unknown"}, "c1")
    others = [*PACKAGE[:2], relationship("r2", "p1", "c1", interest(share=50))]
    load_bods(store, write(tmp_path / "1.json", *others, nobody), as_of=dt.date(2022, 1, 1))
    whole = write(tmp_path / "2.json", *others)
    report = load_bods(store, whole, as_of=dt.date(2022, 1, 2), snapshot="bods")
    assert {f.kind: f.ledger.closed for f in report.files if f.ledger.closed} == {
        "ownership_gaps": 1,
        "partial_owners": 1,
    }
    (row,) = store.nodes("LegalEntity", store.known_run()).rows()
    assert row["shares_complete"] is None
    late = load_bods(store, tmp_path / "1.json", as_of=dt.date(2022, 1, 1))
    assert not late.changed


def test_invalid_statements_are_kept_with_the_path_of_every_error(store: GraphStore, tmp_path: Path) -> None:
    load_bods(store, write(tmp_path / "package.jsonl", *PACKAGE))
    rows = [*store.nodes("Quarantine", store.known_run()).rows()]
    found = {row["line"]: {(e["field"], e["code"]) for e in json.loads(row["errors"])} for row in rows}
    missing = {("subject", "endpoint_missing"), ("asset", "endpoint_missing")}
    assert found.pop(10) in ({one} for one in missing)
    assert found == {
        11: {("/statementDate", "bods.schema")},
        12: {
            ("/recordDetails/interests/0/type", "bods.schema"),
            ("/recordDetails/interests/1/share/exact", "bods.schema"),
        },
    }
    assert all("bad" in row["raw_row"] for row in rows if row["line"] == 11)


def ends(store: GraphStore, name: str) -> list[tuple[str, str]]:
    facts = store.facts(name, store.known_run())
    return sorted(zip(facts["start"], facts["end"], strict=True))


HELD = relationship("r1", "p1", "c1", interest(share=50), interest("boardChair"))


def test_a_party_that_the_graph_knows_need_not_come_with_its_relationship(
    store: GraphStore, tmp_path: Path
) -> None:
    load_bods(store, write(tmp_path / "1.json", *PACKAGE[:2]))
    report = load_bods(store, write(tmp_path / "2.json", HELD))
    assert {f.kind: f.ledger.loaded for f in report.files if f.ledger.read} == {
        "declared_interests": 2,
        "shareholdings": 1,
        "posts": 1,
    }
    assert ends(store, "OWNS") == ends(store, "HOLDS_POST") == [("P:bods:p1", "E:bods:c1")]
    before = dump(store)
    assert not load_bods(store, write(tmp_path / "3.json", *PACKAGE[:2], HELD)).changed
    assert dump(store) == before


@pytest.mark.parametrize("first_late", [0, 1])
def test_a_relationship_waits_for_a_party_that_nobody_has_described(
    store: GraphStore, tmp_path: Path, first_late: int
) -> None:
    first = load_bods(store, write(tmp_path / "1.json", HELD))
    assert books(first)["declared_interests"] == (0, 2)
    assert {code for f in first.files for code in f.errors_by_code} == {"endpoint_missing"}
    late = [write(tmp_path / f"late{n}.json", one) for n, one in enumerate(PACKAGE[:2])]
    assert not load_bods(store, late[first_late]).retried
    report = load_bods(store, late[1 - first_late])
    assert sum(f.ledger.loaded for f in report.retried) == 4
    assert ends(store, "OWNS") == ends(store, "HOLDS_POST") == [("P:bods:p1", "E:bods:c1")]
    assert {row["status"] for row in store.nodes("Quarantine", store.known_run()).rows()} == {"FIXED"}


def test_a_party_that_turns_out_to_be_an_enterprise_holds_no_post(store: GraphStore, tmp_path: Path) -> None:
    load_bods(store, write(tmp_path / "1.json", HELD))
    load_bods(store, write(tmp_path / "2.json", PACKAGE[0], entity("p1")))
    assert ends(store, "OWNS") == [("E:bods:p1", "E:bods:c1")]
    assert ends(store, "HOLDS_POST") == []
    assert {row["status"] for row in store.nodes("Quarantine", store.known_run()).rows()} == {"FIXED"}


def test_refused_statements_are_judged_again_on_their_own_package(store: GraphStore, tmp_path: Path) -> None:
    load_bods(store, write(tmp_path / "package.json", *PACKAGE))
    archive = Archive(store, Vault(tmp_path / "vault", b"v" * 32), Keys(b"a key of a test!"))
    before = dump(store)
    again = replay(archive, "bods", "bods_interests", "tests")
    assert (again.unreadable, again.report.changed) == ({}, False)
    assert dump(store) == before


def test_an_update_that_comes_alone_takes_the_place_of_what_it_updates(
    store: GraphStore, tmp_path: Path
) -> None:
    first = write(tmp_path / "1.json", *PACKAGE[:2], relationship("r1", "p1", "c1", interest(share=50)))
    load_bods(store, first, as_of=dt.date(2020, 3, 4))
    closing = relationship("r1", "p1", "c1", interest(share=50), day="2022-01-01", status="closed")
    report = load_bods(store, write(tmp_path / "2.json", *PACKAGE[:2], closing), as_of=dt.date(2022, 1, 1))
    assert report.changed
    (share,) = store.facts("OWNS", store.known_run()).rows()
    assert (share["valid_from"], share["valid_to"]) == (None, dt.date(2022, 1, 1))


EXAMPLES: dict[str, tuple[int, int, int, int, int, int]] = {
    "bods-package-annotations": (2, 0, 1, 0, 0, 0),
    "bods-package-entity-owning-entity": (2, 0, 1, 1, 0, 0),
    "bods-package-fi-soe": (4, 0, 5, 3, 0, 0),
    "bods-package-linking-annotations": (1, 1, 1, 1, 0, 0),
    "bods-package": (1, 1, 1, 1, 0, 0),
    "fermcat": (1, 3, 6, 4, 2, 0),
    "full-pep-declaration": (1, 1, 2, 1, 0, 0),
    "indirect-ownership": (2, 1, 3, 1, 0, 0),
    "joint-ownership": (2, 2, 3, 3, 0, 0),
    "levent": (1, 3, 4, 0, 0, 1),
    "listed-company-exempt-from-disclosure": (1, 0, 0, 0, 0, 1),
    "mixed-direct-and-indirect-ownership": (2, 1, 4, 2, 0, 0),
    "multiple-indirect-ownership": (3, 1, 5, 2, 0, 0),
    "multiple-tax-residencies": (1, 1, 1, 1, 0, 0),
    "mutilple-indirect-ownership-2": (3, 1, 5, 2, 0, 0),
    "nomination": (2, 2, 4, 0, 0, 0),
    "plc-entity-statement": (1, 0, 0, 0, 0, 0),
    "simple-pep-declaration": (1, 1, 2, 1, 0, 0),
    "tecido": (2, 1, 14, 6, 2, 0),
}
"""Entities, persons, declared interests, shares, posts and gaps of each published example: none refuses a statement."""
_COLUMNS = ("bods_entities", "bods_persons", "declared_interests", "shareholdings", "posts", "ownership_gaps")


@published
def test_bods_official_examples_load_whole(store: GraphStore, tmp_path: Path) -> None:
    names = {path.stem for path in (PUBLISHED / "examples").glob("*.json")}
    assert names == {*EXAMPLES}
    for path in (PUBLISHED / "examples").glob("*.json"):  # each in a delivery, source and ids of its own
        copied = tmp_path / path.stem / path.name
        copied.parent.mkdir()
        copied.write_bytes(path.read_bytes())
        report = load_bods(store, copied, source=path.stem[:40])
        found = {f.kind: f.ledger.loaded for f in report.files}
        assert tuple(found.get(kind, 0) for kind in _COLUMNS) == EXAMPLES[path.stem], path.stem
        assert not any(f.ledger.quarantined for f in report.files), path.stem


@published
def test_bods_our_schema_judges_like_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Example statements with one to three things changed at random, most of them then invalid."""
    monkeypatch.setenv("BODS_SCHEMA_DIR", str(PUBLISHED / "schema"))
    ours, theirs = validators()
    statements = [s for p in (PUBLISHED / "examples").glob("*.json") for s in json.loads(p.read_bytes())]
    assert not any([*ours(s), *theirs(s)] for s in statements)
    dice = random.Random(20261122)
    refused = 0
    for _ in range(3000):
        changed = copy.deepcopy(dice.choice(statements))
        for _ in range(dice.randint(1, 3)):
            changed = damaged(changed, dice)
        judged = [any(judge(changed)) for judge in (ours, theirs)]
        assert judged[0] == judged[1], changed
        refused += judged[0]
    assert 1000 < refused < 3000
