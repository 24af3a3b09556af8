"""Refused rows after they were refused: put right at the source, judged again, waived."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loaders import LoadReport, LoadRequest, Vault, load
from loaders import plan as planning
from loaders import quarantine as refusing
from loaders import values as reading
from loaders.quarantine import refused_row, waive
from loaders.replay import Archive, Replayed, replay
from queries.stores import open_store
from schema.access import Audience
from schema.errors import Conflict, InputError, NotFound
from tests.contract.stores import dump
from tests.integration.deliveries import ABSENT, AS_OF, FIRST, KEYS, SECOND, TOWN, quarantined, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

HOLDINGS = "record_id,owner,asset,share_ratio,valid_from"
WRONG = [HOLDINGS, f"s7,E:{FIRST},{SECOND},7,2021-01-01"]
RIGHT = [HOLDINGS, f"s7,E:{FIRST},{SECOND},0.7,2021-01-01"]
COMPANIES = "uscc,name,entity_kind,state_owned"
EVERYTHING = frozenset(Audience)
DUBIOUS = [
    COMPANIES,
    f"{ABSENT},某市后来有限公司,ENTERPRISE,yep",
    f"{FIRST},某市宏远机械有限公司,ENTERPRISE,yep",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    opened = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    opened.prepare()
    deliver(opened, tmp_path / "town", **TOWN)
    yield opened
    opened.close()


def vault(folder: Path) -> Vault:
    return Vault(folder / "vault", b"v" * 32)


def deliver(
    store: GraphStore, folder: Path, as_of: dt.date = AS_OF, source: str = "", **kinds: list[str]
) -> LoadReport:
    request = LoadRequest("canonical", write(folder, kinds), source, as_of)
    report = load(store, request, vault(folder.parent), KEYS)
    assert all(file.ledger.balances for file in (*report.files, *report.retried))
    return report


def again(store: GraphStore, folder: Path, dataset: str) -> Replayed:
    return replay(Archive(store, vault(folder), KEYS), "local", dataset, "tests")


def statuses(store: GraphStore) -> list[str]:
    return [row["status"] for row in quarantined(store)]


def shares(store: GraphStore) -> list[float]:
    return sorted(store.facts("OWNS", store.known_run())["share_ratio"])


# put right at the source ---------------------------------------------------------------------------------------------
def test_a_record_that_comes_again_and_is_good_puts_its_row_right(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    (row,) = quarantined(store)
    assert (row["status"], row["record"], row["stated_on"]) == ("OPEN", "s7", AS_OF)
    deliver(store, tmp_path / "right", shareholdings=RIGHT)
    assert statuses(store) == ["FIXED"]
    assert shares(store) == [0.5, 0.6, 0.7]


def test_another_record_another_source_and_an_older_file_put_nothing_right(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    deliver(store, tmp_path / "other", shareholdings=[HOLDINGS, f"s8,E:{FIRST},{SECOND},0.1,2021-01-01"])
    deliver(store, tmp_path / "elsewhere", source="elsewhere", shareholdings=RIGHT)
    deliver(store, tmp_path / "older", AS_OF - dt.timedelta(days=1), shareholdings=RIGHT)
    assert statuses(store) == ["OPEN"]


def test_a_contradiction_is_not_put_right_by_the_row_that_it_contradicts(
    store: GraphStore, tmp_path: Path
) -> None:
    both = [*RIGHT, f"s7,E:{FIRST},{SECOND},0.8,2021-01-01"]
    deliver(store, tmp_path / "both", shareholdings=both)
    assert not deliver(store, tmp_path / "both", shareholdings=both).changed
    assert statuses(store) == ["OPEN"]
    deliver(store, tmp_path / "one", shareholdings=RIGHT)
    assert statuses(store) == ["FIXED"]


def test_a_row_is_known_by_what_it_refers_to_where_it_has_no_record_id(
    store: GraphStore, tmp_path: Path
) -> None:
    deliver(store, tmp_path / "wrong", enterprises=DUBIOUS)
    assert [row["record"] for row in quarantined(store)] == [f"E:{ABSENT}", f"E:{FIRST}"]
    deliver(store, tmp_path / "right", enterprises=[COMPANIES, f"{ABSENT},某市后来有限公司,ENTERPRISE,true"])
    assert statuses(store) == ["FIXED", "OPEN"]


# judged again --------------------------------------------------------------------------------------------------------
def test_a_replay_under_the_same_rules_changes_nothing(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=[*WRONG, *RIGHT[1:]])
    before = dump(store)
    replayed = again(store, tmp_path, "shareholdings")
    (file,) = replayed.report.files
    assert (file.ledger.read, file.ledger.quarantined, replayed.unreadable) == (1, 1, {})
    assert file.errors_by_code == {"ratio.range": 1}
    assert not replayed.report.changed
    assert dump(store) == before


def test_what_todays_rules_allow_is_loaded_as_the_row_of_its_own_file(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, tmp_path / "dubious", enterprises=DUBIOUS)
    waiting = [HOLDINGS, f"s9,E:{ABSENT},{SECOND},0.25,2021-01-01"]
    deliver(store, tmp_path / "waiting", shareholdings=waiting)
    assert statuses(store) == ["OPEN"] * 3

    monkeypatch.setitem(reading._YES_NO, "yep", True)
    replayed = again(store, tmp_path, "enterprises")
    (file,) = replayed.report.files
    assert (file.ledger.read, file.ledger.loaded, file.ledger.balances) == (2, 2, True)
    assert [r.kind for r in replayed.report.retried] == ["shareholdings"], "who waited for it follows"
    assert statuses(store) == ["FIXED"] * 3
    (row,) = store.nodes("LegalEntity", store.known_run(), [f"E:{ABSENT}"]).rows()
    assert (row["state_owned"], row["line"]) == (True, 2)
    (run,) = store.query("run_by_number", {"number": row["run"]}).rows()
    assert (run["file"], run["as_of"]) == ("enterprises.csv", AS_OF)
    with pytest.raises(NotFound, match="No row of local/enterprises is open"):
        again(store, tmp_path, "enterprises")


def test_a_replay_does_not_overwrite_what_came_since(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, tmp_path / "dubious", enterprises=DUBIOUS)
    newer = [COMPANIES, f"{FIRST},某市宏远机械有限公司,ENTERPRISE,nope"]
    deliver(store, tmp_path / "newer", AS_OF + dt.timedelta(days=1), enterprises=newer)
    good = [COMPANIES, f"{FIRST},新名有限公司,ENTERPRISE,false"]
    deliver(store, tmp_path / "good", AS_OF + dt.timedelta(days=2), enterprises=good)
    monkeypatch.setitem(reading._YES_NO, "yep", True)
    report = again(store, tmp_path, "enterprises").report
    assert report.files[0].ledger.loaded == 1
    (row,) = store.nodes("LegalEntity", store.known_run(), [f"E:{FIRST}"]).rows()
    assert (row["name"], row["state_owned"]) == ("新名有限公司", False)
    assert set(statuses(store)) == {"FIXED"}


def test_what_is_refused_again_bears_the_new_version_of_the_rules(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    monkeypatch.setattr(refusing, "POLICY_VERSION", "next")
    monkeypatch.setattr(planning, "POLICY_VERSION", "next")
    assert again(store, tmp_path, "shareholdings").report.changed
    (row,) = quarantined(store)
    assert (row["status"], row["policy_version"]) == ("OPEN", "next")
    assert not again(store, tmp_path, "shareholdings").report.changed


def test_without_its_raw_file_a_row_stays_open_and_is_said(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    (row,) = quarantined(store)
    vault(tmp_path).remove(row["sha256"])
    replayed = again(store, tmp_path, "shareholdings")
    assert replayed.report.files == ()
    assert "vault does not hold" in replayed.unreadable[row["sha256"]]
    assert statuses(store) == ["OPEN"]


# waived --------------------------------------------------------------------------------------------------------------
def test_a_waived_row_stays_refused_with_who_when_and_why(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    (row,) = quarantined(store)
    began = dt.datetime.now(dt.UTC)
    waive(store, row["id"], EVERYTHING, "  来源单位确认作废  ", "a steward")
    now = refused_row(store, row["id"], EVERYTHING)
    assert (now["status"], now["reason"], now["decided_by"]) == ("WAIVED", "来源单位确认作废", "a steward")
    assert began <= now["decided_at"] <= dt.datetime.now(dt.UTC)
    assert now["raw_row"] == row["raw_row"]
    assert not deliver(store, tmp_path / "wrong", shareholdings=WRONG).changed, "waived is not opened again"
    with pytest.raises(Conflict, match="is WAIVED"):
        waive(store, row["id"], EVERYTHING, "once more", "a steward")
    with pytest.raises(NotFound, match="No row"):
        again(store, tmp_path, "shareholdings")


@pytest.mark.parametrize(
    ("row_id", "reason", "error"), [("Q:404", "no such row", NotFound), ("Q:404", " no ", InputError)]
)
def test_a_waiver_needs_a_row_and_a_reason(
    store: GraphStore, row_id: str, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        waive(store, row_id, EVERYTHING, reason, "a steward")


def test_a_waiver_is_no_delivery_of_the_source(store: GraphStore, tmp_path: Path) -> None:
    deliver(store, tmp_path / "wrong", shareholdings=WRONG)
    asked: dict[str, Any] = {"source": "local", "dataset": "shareholdings", "before": None, "limit": 9}
    before = len(store.query("ledger", asked))
    waive(store, quarantined(store)[0]["id"], EVERYTHING, "confirmed void", "a steward")
    assert len(store.query("ledger", asked)) == before
