"""S1-60: no household without demand or consent, and whoever asks for it is erased, for every past and every raw file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loaders import LoadRequest, Vault, load, values
from loaders.erasing import Erased, erase
from loaders.quarantine import ERASED
from loaders.replay import Archive, replay
from queries.stores import open_store
from schema.errors import InputError, NotFound
from schema.fields import FieldType
from schema.periods import SHANGHAI
from tests.contract.stores import dump
from tests.integration.deliveries import AS_OF, FIRST, KEYS, NUMBER, PERSON, TOWN, quarantined, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

HOUSEHOLDS = "record_id,head,village_code,star_rating,collection_channel,collection_basis"
ASSETS = "record_id,household,asset_kind,species,head_count"
MEMBERS = "record_id,person,household"
VILLAGE = {
    "regions": [*TOWN["regions"], "441283105201,某村,VILLAGE,441283"],
    "persons": TOWN["persons"],
    "residents": ["record_id,name,identity_number", "r1,李某,", "r2,王某,"],
    "households": [
        HOUSEHOLDS,
        f"h1,P:{NUMBER},441283105201,GOOD,COMMISSIONER,DEMAND",
        "h2,P:r2,441283105201,FAIR,COMMISSIONER,CONSENT",
    ],
    "household_members": [MEMBERS, "m1,P:r1,H:h1"],
    "household_assets": [ASSETS, "a1,H:h1,LIVESTOCK,生猪,120", "a2,H:h2,LIVESTOCK,生猪,7"],
}
CORRECTED = [HOUSEHOLDS, f"h1,P:{NUMBER},441283105201,EXCELLENT,COMMISSIONER,DEMAND"]
REFUSED = [ASSETS, "a9,H:h1,LIVESTOCK,生猪,many", "a8,H:h2,LIVESTOCK,生猪,many"]


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    url = f"embedded:{tmp_path / 'graph.kgl'}"
    if request.param == "neo4j":
        url = str(request.getfixturevalue("empty_neo4j"))
    opened = open_store(url)
    opened.prepare()
    yield opened
    opened.close()


def deliver(store: GraphStore, folder: Path, kinds: dict[str, list[str]]) -> dt.datetime:
    """Load a delivery, and return an instant at which it is known."""
    request = LoadRequest("canonical", write(folder, kinds), as_of=AS_OF)
    report = load(store, request, vault(folder.parent), KEYS)
    assert report.changed
    assert all(file.ledger.balances for file in report.files)
    return dt.datetime.now(dt.UTC)


def vault(folder: Path) -> Vault:
    return Vault(folder / "vault", b"v" * 32)


def raw(folder: Path) -> str:
    """Everything that the raw files still say."""
    kept = vault(folder)
    return "\n".join(kept.read(sha256).decode() for sha256, _ in kept.files())


def erased(store: GraphStore, folder: Path, node_id: str) -> Erased:
    return erase(Archive(store, vault(folder), KEYS), node_id, "信息主体要求删除", "tests")


def test_s1_60_a_household_without_demand_or_consent_cannot_be_loaded(
    store: GraphStore, tmp_path: Path
) -> None:
    bases = ["DEMAND", "CONSENT", "", "BECAUSE"]
    rows = [f"h{n},P:r1,441283105201,GOOD,COMMISSIONER,{basis}" for n, basis in enumerate(bases)]
    deliver(store, tmp_path / "village", {**VILLAGE, "households": [HOUSEHOLDS, *rows]})
    assert sorted(store.nodes("Household", store.known_run())["id"]) == ["H:local:h0", "H:local:h1"]
    refused = [row["record"] for row in quarantined(store) if row["dataset"] == "households"]
    assert refused == ["h2", "h3"]


def test_s1_60_an_erased_household_is_in_no_past_and_in_no_raw_file(
    store: GraphStore, tmp_path: Path
) -> None:
    moments = [
        deliver(store, tmp_path / "village", VILLAGE),
        deliver(store, tmp_path / "corrected", {"households": CORRECTED}),
        deliver(store, tmp_path / "refused", {"household_assets": REFUSED}),
    ]
    assert len(quarantined(store)) == 2

    done = erased(store, tmp_path, "H:local:h1")
    assert done.graph == {"HAS_ASSET": 1, "LOCATED_IN": 1, "MEMBER_OF": 2, "nodes": 2, "refused": 1}
    assert (done.raw_rows, done.raw_files) == (5, 0)
    for known_at in (*moments, dt.datetime.now(dt.UTC)):
        said = dump(store, store.known_run(known_at))
        assert "local:h1" not in repr(said)
        assert "local:a1" not in repr(said)
        assert {"H:local:h2"} == {*store.nodes("Household", store.known_run(known_at))["id"]}
    assert [row["record"] for row in quarantined(store)] == ["a8"]
    assert "h1" not in raw(tmp_path)
    assert all(row in raw(tmp_path) for row in ("h2,P:r2", "a2,H:h2", "a8,H:h2", "r1,李某"))
    assert NUMBER in raw(tmp_path), "the head himself did not ask to be erased"


def test_s1_60_an_erased_person_is_in_no_past_and_in_no_raw_file(store: GraphStore, tmp_path: Path) -> None:
    moment = deliver(store, tmp_path / "town", {**TOWN, "persons": [*TOWN["persons"], f"p2,,{NUMBER}"]})
    done = erased(store, tmp_path, PERSON)
    assert (done.graph["OWNS"], done.graph["refused"], done.raw_rows) == (1, 1, 3)
    assert PERSON not in repr(dump(store, store.known_run(moment)))
    assert "张三" not in repr(dump(store))
    assert NUMBER not in raw(tmp_path)
    assert TOWN["shareholdings"][2] in raw(tmp_path)


def test_s1_60_a_tombstone_and_an_anonymous_count_remain(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    erased(store, tmp_path, "H:local:h1")
    (tomb,) = store.nodes("Tombstone", store.known_run()).rows()
    assert (tomb["node_label"], tomb["county"], tomb["erased_by"]) == ("Household", "441283", "tests")
    assert tomb["subject_hash"] == KEYS.subject_hash("H:local:h1")
    assert '"HAS_ASSET": 1' in tomb["facts"]
    assert "h1" not in {str(value) for value in tomb.values()}
    runs = store.query("ledger", {"source": "platform", "dataset": "erasures", "before": None, "limit": 9})
    assert len(runs) == 1


def test_s1_60_an_erasure_that_a_crash_cut_short_is_finished_by_the_next(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    before = {sha: vault(tmp_path).read(sha) for sha, _ in vault(tmp_path).files()}
    erased(store, tmp_path, "H:local:h1")
    for sha, content in before.items():  # the graph was done, the raw files were not
        vault(tmp_path).replace(sha, content)
    done = erased(store, tmp_path, "H:local:h1")
    assert (done.graph, done.raw_rows) == ({}, 3)
    assert "h1" not in raw(tmp_path)
    with pytest.raises(NotFound):
        erased(store, tmp_path, "H:local:h1")


@pytest.mark.parametrize(
    ("node_id", "error"),
    [("H:local:h404", NotFound), ("E:1", InputError), ("local:v1", InputError), ("", InputError)],
)
def test_s1_60_only_subjects_that_are_there_are_erased(
    store: GraphStore, tmp_path: Path, node_id: str, error: type[Exception]
) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    before = dump(store)
    with pytest.raises(error):
        erased(store, tmp_path, node_id)
    assert dump(store) == before


def ids(store: GraphStore, label: str = "Household") -> list[str]:
    return sorted(store.nodes(label, store.known_run())["id"])


def again(store: GraphStore, folder: Path, kinds: dict[str, list[str]]) -> list[tuple[int, dict[str, int]]]:
    """Load a delivery; return how many rows of each file stand, and what was wrong with the others."""
    report = load(
        store, LoadRequest("canonical", write(folder, kinds), as_of=AS_OF), vault(folder.parent), KEYS
    )
    assert all(file.ledger.balances for file in report.files)
    return [(f.ledger.loaded + f.ledger.unchanged, dict(f.errors_by_code)) for f in report.files]


def test_s1_60_an_erased_household_does_not_come_back_with_the_same_file(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    erased(store, tmp_path, "H:local:h1")
    said = again(store, tmp_path / "village", VILLAGE)
    assert [codes for _, codes in said if codes] == [{ERASED: 1}] * 3
    assert ids(store) == ["H:local:h2"]
    rows = [row for row in quarantined(store) if ERASED in row["errors"]]
    assert {row["dataset"] for row in rows} == {"households", "household_members", "household_assets"}
    for row in rows:
        assert (row["record"], row["pending"]) == (None, None)
        assert not any(json.loads(row["raw_row"]).values())
        assert [fault["code"] for fault in json.loads(row["errors"])] == [ERASED]
    assert "h1" not in raw(tmp_path)
    assert "local:h1" not in repr(dump(store))


def test_s1_60_an_erased_subject_is_refused_in_another_file_and_its_raw_copy_is_blanked(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    erased(store, tmp_path, PERSON)
    other = [TOWN["persons"][0], f"p9,张三,{NUMBER}", "p8,赵六,"]
    wrong = [HOUSEHOLDS, f"h7,P:{NUMBER},441283105201,BRILLIANT,COMMISSIONER,DEMAND"]
    said = again(store, tmp_path / "next", {"persons": other, "households": wrong})
    assert sorted(said, key=str) == [(0, {ERASED: 1, "choice": 1}), (1, {ERASED: 1})]
    assert ids(store, "Person") == ["P:local:p8", "P:local:r1", "P:local:r2"]
    assert NUMBER not in raw(tmp_path)
    assert "p8,赵六" in raw(tmp_path)
    kept = [row for row in quarantined(store) if ERASED in row["errors"]]
    assert len(kept) == 2
    assert not any("*" in row["raw_row"] or "h7" in row["raw_row"] for row in kept)


def test_s1_60_a_basis_after_the_erasure_brings_a_subject_back(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "village", VILLAGE)
    erased(store, tmp_path, "H:local:h1")
    today = dt.datetime.now(SHANGHAI).date()
    dated = f"{HOUSEHOLDS},collection_basis_on"
    row = f"h1,P:{NUMBER},441283105201,GOOD,COMMISSIONER,DEMAND"
    for day in ("", str(today)):  # a basis of that very day was there before
        assert again(store, tmp_path / f"old{day}", {"households": [dated, f"{row},{day}"]}) == [
            (0, {ERASED: 1})
        ]
    fresh = [dated, f"{row},{today + dt.timedelta(days=1)}"]
    assert again(store, tmp_path / "fresh", {"households": fresh}) == [(1, {})]
    assert ids(store) == ["H:local:h1", "H:local:h2"]
    # He is back: his assets are delivered anew, and a second erasure counts from its own day.
    assert again(store, tmp_path / "assets", {"household_assets": [ASSETS, "a3,H:h1,LIVESTOCK,生猪,9"]}) == [
        (1, {})
    ]
    erased(store, tmp_path, "H:local:h1")
    assert again(store, tmp_path / "after", {"households": VILLAGE["households"]}) == [(1, {ERASED: 1})]


def test_s1_60_an_authorisation_after_the_erasure_brings_a_person_back(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "town", TOWN)
    erased(store, tmp_path, PERSON)
    header = "record_id,subject,reader,purpose,granted_at"
    tomorrow = (dt.datetime.now(SHANGHAI) + dt.timedelta(days=1)).isoformat(timespec="seconds")
    consent = [header, f"c1,P:{NUMBER},E:{FIRST},LENDING,{tomorrow}"]
    before = [header, f"c0,P:{NUMBER},E:{FIRST},LENDING,2025-01-01T00:00:00+08:00"]
    assert again(store, tmp_path / "before", {"consents": before}) == [(0, {ERASED: 1})]
    # It waits for him, and lets him in.
    assert again(store, tmp_path / "consent", {"consents": consent}) == [(0, {"endpoint_missing": 1})]
    assert again(store, tmp_path / "persons", {"persons": TOWN["persons"]}) == [(1, {})]
    assert PERSON in ids(store, "Person")
    assert len(store.facts("GAVE", store.known_run())) == 1


def test_s1_60_a_row_that_waits_or_is_replayed_brings_nobody_back(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headless = [HOUSEHOLDS, "h5,P:late,441283105201,GOOD,COMMISSIONER,DEMAND"]
    regions = {"regions": VILLAGE["regions"]}
    deliver(store, tmp_path / "waits", {**regions, "households": headless})
    assert [row["record"] for row in quarantined(store)] == ["h5"]
    done = erased(store, tmp_path, "H:local:h5")
    assert (done.graph["refused"], done.raw_rows, quarantined(store)) == (1, 1, [])
    again(store, tmp_path / "late", {"residents": ["record_id,name,identity_number", "late,李某,"]})
    assert ids(store) == []
    # Refused for something else before the rules relaxed, by a copy of this service that knew of no tombstones.
    spelled = [f"{HOUSEHOLDS},valid_from", "h5,P:late,441283105201,GOOD,COMMISSIONER,DEMAND,someday"]
    with monkeypatch.context() as blind:
        blind.setattr("loaders.pipeline.refuse_erased", lambda _store, _keys, delivered: delivered)
        again(store, tmp_path / "spelled", {"households": spelled})
    strict = values._BY_KIND[FieldType.DATE]
    monkeypatch.setitem(
        values._BY_KIND, FieldType.DATE, lambda text: AS_OF if text == "someday" else strict(text)
    )
    report = replay(Archive(store, vault(tmp_path), KEYS), "local", "households", "tests").report
    assert (report.files[0].ledger.loaded, dict(report.files[0].errors_by_code)) == (0, {ERASED: 1})
    assert ids(store) == []
    assert "h5" not in raw(tmp_path)
