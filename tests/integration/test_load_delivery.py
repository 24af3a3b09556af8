"""A delivery through the whole pipeline into a real embedded store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from loaders import Keys, LoadRequest, Vault, load, template
from queries.stores import open_store
from schema.errors import FileRefused, InputError
from schema.kinds import KINDS
from tests.contract.stores import dump
from tests.integration.deliveries import (
    ABSENT,
    AS_OF,
    FIRST,
    KEYS,
    NUMBER,
    PERSON,
    SECOND,
    TOWN,
    deliver,
    load_path,
    quarantined,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schema.ports import GraphStore

HOLDINGS = "record_id,owner,asset,share_ratio,valid_from"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    yield opened
    opened.close()


def test_a_delivery_becomes_nodes_facts_and_balanced_ledgers(store: GraphStore, tmp_path: Path) -> None:
    report = deliver(store, tmp_path / "town", **TOWN)
    assert [(f.kind, f.ledger.read, f.ledger.loaded) for f in report.files] == [
        ("regions", 2, 2),
        ("enterprises", 2, 2),
        ("persons", 1, 1),
        ("shareholdings", 2, 2),
    ]
    assert report.changed
    known = store.known_run()
    owns = list(store.facts("OWNS", known).rows())
    assert {(r["start"], r["end"], r["share_ratio"], r["line"]) for r in owns} == {
        (PERSON, f"E:{FIRST}", 0.6, 2),
        (f"E:{FIRST}", f"E:{SECOND}", 0.5, 3),
    }
    assert len(store.facts("LOCATED_IN", known)) == 2
    assert store.nodes("LegalEntity", known)["kinds"] == [["Enterprise"], ["Cooperative"]]
    runs = {r["dataset"]: r for r in store.nodes("LoadRun", known).rows()}
    shares = runs["shareholdings"]
    assert (shares["file"], shares["read"], shares["loaded"]) == ("shareholdings.csv", 2, 2)
    assert (shares["as_of"], shares["source"]) == (AS_OF, "local")
    assert len({r["delivery"] for r in runs.values()}) == 1


def test_the_identity_number_is_nowhere_in_the_graph(store: GraphStore, tmp_path: Path) -> None:
    bad = [f"s9,P:{NUMBER},{FIRST},7,", f"s8,P:{NUMBER[:-1]}?,{FIRST},0.1,"]
    town = {**TOWN, "shareholdings": [*TOWN["shareholdings"], *bad]}
    deliver(store, tmp_path / "town", **town)
    assert len(quarantined(store)) == 2
    assert NUMBER not in repr(dump(store))


def test_the_raw_files_are_kept_under_the_hash_that_the_run_names(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "town", **TOWN)
    vault = Vault(tmp_path / "vault", b"v" * 32)
    for run in store.nodes("LoadRun", store.known_run()).rows():
        assert vault.read(run["sha256"]) == (tmp_path / "town" / run["file"]).read_bytes()


def test_the_same_bytes_twice_write_nothing_and_say_so(store: GraphStore, tmp_path: Path) -> None:
    town = {**TOWN, "shareholdings": [*TOWN["shareholdings"], f"s9,E:{ABSENT},{FIRST},7,"]}
    deliver(store, tmp_path / "town", **town)
    before, run = dump(store), store.known_run()
    again = deliver(store, tmp_path / "town", **town)
    assert not again.changed
    assert [(f.ledger.loaded, f.ledger.unchanged, f.ledger.quarantined) for f in again.files] == [
        (0, 2, 0),
        (0, 2, 0),
        (0, 1, 0),
        (0, 2, 1),
    ]
    assert (dump(store), store.known_run()) == (before, run)


def test_a_correction_closes_the_fact_and_appends_one(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "town", **TOWN)
    before = store.known_run()
    corrected = [HOLDINGS, f"s1,P:{NUMBER},{FIRST},0.55,2020-01-01", TOWN["shareholdings"][2]]
    report = deliver(store, tmp_path / "correction", shareholdings=corrected)
    (book,) = [file.ledger for file in report.files]
    assert (book.loaded, book.unchanged) == (1, 1)
    shares = {
        known: sorted(store.facts("OWNS", known)["share_ratio"]) for known in (before, store.known_run())
    }
    assert list(shares.values()) == [[0.5, 0.6], [0.5, 0.55]]


def test_a_refused_row_keeps_all_its_errors_and_a_masked_row(store: GraphStore, tmp_path: Path) -> None:
    bad = f"s3,P:{NUMBER},,1.5,2020-02-30"
    report = deliver(store, tmp_path / "town", **{**TOWN, "shareholdings": [HOLDINGS, bad]})
    assert report.files[-1].errors_by_code == {"ratio.range": 1, "date.form": 1, "required": 1}
    (row,) = quarantined(store)
    assert (row["file"], row["line"], row["status"]) == ("shareholdings.csv", 2, "OPEN")
    assert {(e["field"], e["code"], e["value"]) for e in json.loads(row["errors"])} == {
        ("share_ratio", "ratio.range", "1.5"),
        ("valid_from", "date.form", "2020-02-30"),
        ("asset", "required", ""),
    }
    raw = json.loads(row["raw_row"])
    assert raw["owner"].startswith("P:441*")
    assert raw["share_ratio"] == "1.5"


def test_gb18030_and_utf8_files_load_to_the_same_graph(tmp_path: Path) -> None:
    pictures = []
    for encoding in ("utf-8-sig", "gb18030"):
        opened = open_store(f"embedded:{tmp_path / encoding}.kgl")
        opened.prepare()
        load_path(opened, write(tmp_path / encoding, TOWN, encoding))
        pictures.append(dump(opened))
        opened.close()
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        ("record_id,名称\n1,甲\n".encode("utf-16"), "UTF-16"),
        (b"record_id,name\n1,A\n", "lacks the required column entity_kind"),
        (b"record_id,name,entity_kind,name\n", "repeats name"),
        (b'record_id,name,entity_kind\n1,"A,ENTERPRISE\n', r"line 2"),
        (b"record_id,name,entity_kind\n" + b"1,,FIRM\n" * 30, r"30 of 30 rows are no valid enterprises: "),
    ],
)
def test_a_refused_file_refuses_the_whole_delivery(
    store: GraphStore, tmp_path: Path, content: bytes, says: str
) -> None:
    town = write(tmp_path / "town", {"regions": TOWN["regions"]})
    (town / "enterprises.csv").write_bytes(content)
    with pytest.raises(FileRefused, match=says):
        load_path(store, town)
    assert (len(store.nodes("Region", 1 << 40)), store.known_run()) == (0, 0)


def test_the_share_of_invalid_rows_that_refuses_a_file_is_a_parameter(
    store: GraphStore, tmp_path: Path
) -> None:
    lines = [
        "record_id,name,entity_kind",
        *(f"{n},甲,{'ENTERPRISE' if n % 4 else 'FIRM'}" for n in range(40)),
    ]
    town = write(tmp_path / "town", {"enterprises": lines})
    with pytest.raises(FileRefused, match="10 of 40 rows"):
        load_path(store, town, max_reject_ratio=0.2)
    assert load_path(store, town).files[0].ledger.quarantined == 10


def test_an_unknown_column_warns_and_under_an_agreement_refuses(store: GraphStore, tmp_path: Path) -> None:
    town = write(tmp_path / "town", {"persons": ["record_id,name,shoe_size", "1,甲,42"]})
    with pytest.raises(FileRefused, match="shoe_size"):
        load_path(store, town, agreement=True)
    (file,) = load_path(store, town).files
    assert file.warnings == ("unknown column 'shoe_size': not collected",)
    assert file.ledger.loaded == 1


def test_a_header_without_rows_is_an_empty_delivery(store: GraphStore, tmp_path: Path) -> None:
    report = deliver(store, tmp_path / "town", persons=[template("persons")])
    assert (report.files[0].ledger.read, report.changed) == (0, False)


def test_a_missing_region_costs_the_place_and_not_the_enterprise(store: GraphStore, tmp_path: Path) -> None:
    report = deliver(store, tmp_path / "town", enterprises=TOWN["enterprises"])
    (file,) = report.files
    assert (file.ledger.loaded, file.ledger.quarantined) == (2, 0)
    assert file.warnings == ("2 x LOCATED_IN left out: it follows when its other end is there",)


def test_wrong_kinds_paths_and_sources_are_input_errors(store: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no kind of record"):
        load_path(store, tmp_path, "unicorns")
    with pytest.raises(FileRefused, match="is no directory"):
        load_path(store, tmp_path / "none")
    with pytest.raises(FileRefused, match="cannot be read"):
        load_path(store, tmp_path, "persons")
    with pytest.raises(FileRefused, match="named after no kind"):
        load_path(store, write(tmp_path / "odd", {"unicorns": ["a"]}))
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "persons.odt").touch()
    with pytest.raises(FileRefused, match=r"persons\.odt, which is no table"):
        load_path(store, tmp_path / "book")
    with pytest.raises(InputError, match="A source is named"):
        LoadRequest("persons", tmp_path, source="a:b")


def test_an_interrupt_rolls_back_and_the_next_load_is_whole(store: GraphStore, tmp_path: Path) -> None:
    town = write(tmp_path / "town", TOWN)
    vault, calls = Vault(tmp_path / "vault", b"v" * 32), []

    def interrupt(file: str, done: int, total: int, rate: float) -> None:
        calls.append((file, done, total))
        assert rate > 0
        if len(calls) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, LoadRequest("canonical", town), vault, KEYS, interrupt)
    assert store.known_run() == 0
    assert not any(len(store.nodes(label, 1 << 40)) for label in ("Region", "LegalEntity", "Person"))
    assert calls[0] == ("regions.csv", 1, 3)
    assert all(file.ledger.balances for file in load_path(store, town).files)
    assert len(store.facts("OWNS", store.known_run())) == 2


def test_another_key_makes_other_ids(store: GraphStore, tmp_path: Path) -> None:
    town = write(tmp_path / "town", {"persons": TOWN["persons"]})
    request = LoadRequest("canonical", town)
    load(store, request, Vault(tmp_path / "vault", b"v" * 32), Keys(b"another key of 16+", 2))
    (node_id,) = store.nodes("Person", store.known_run())["id"]
    assert node_id.startswith("P:2:")
    assert node_id.split(":")[2] != PERSON.split(":")[2]


def test_the_template_of_every_kind_is_a_header_it_accepts(store: GraphStore, tmp_path: Path) -> None:
    report = deliver(store, tmp_path / "all", **{kind: [template(kind)] for kind in KINDS})
    assert [file.kind for file in report.files] == list(KINDS)
    assert not any(file.warnings for file in report.files)
